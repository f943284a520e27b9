"""The `offhook` command: Offhook from a terminal, by its API.

app        the command, its options and its exit codes
commands/  one module for each word after `offhook`
client     speaks to the API
session    what one run was told: address, token, how to print
screen     what goes to the terminal
boot/      how a phone of a vendor boots, for `simulate`
doctor/    what can be wrong with an address, for `doctor`
"""
