"""`offhook devices`: which phones are there, how are they, and what is set for them?

place     the group of the commands, and the addresses of devices
records   list, show, add, set, remove
opening   how a phone is, what it fetched, what opens it
resyncs   which phones are to fetch anew
"""

from cli.commands.devices import opening, records, resyncs
from cli.commands.devices.place import devices, path_of

__all__ = ["devices", "opening", "path_of", "records", "resyncs"]
