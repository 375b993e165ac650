"""The person at the command line, for the audit log."""

from __future__ import annotations

import getpass


def who() -> str:
    """The login name of the operating system; where there is none, that it was typed here."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no account behind this process, as in a container
        return "command line"
