"""Are the settings in order? `python -m chalicelib.settings` says so, for `make run`."""

from __future__ import annotations

from chalicelib.settings.command_line import check

if __name__ == "__main__":
    check()
