"""Would phones go back to an older firmware? Then whoever makes the change is asked first.

Phones go back when they are told an older version than they were told before, or than they report.
"""
