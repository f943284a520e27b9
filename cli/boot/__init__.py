"""How does a phone of a vendor boot, and does it come up configured?

phone       the phone: its files in order, its User-Agent, its rules
address     where it asks, with the macros that it replaces
reference   the files that a file names
rehearsal   the token by which a boot leaves no trace, and who is shown it
last_time   the User-Agent that it sent when it fetched last
knock       one request, as a phone makes it
run         the whole boot, told step by step
"""
