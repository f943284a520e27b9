"""How do whole fleets go into Offhook, and come out, as files?

portions   a file in parts that the API takes
xlsx       the rows of a spreadsheet, within bounds
bringing   an import, portion after portion
mark       where an import that was stopped goes on
taking     an export
"""
