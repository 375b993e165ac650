"""The meaning of an engine's trouble for whoever runs the bot: what happened, and what to do.

Used by the log and the command line. It imports no engine, so that a command which needs none stays
quick; the text of an error is never repeated, for it may hold what was to be written.
"""

from __future__ import annotations

import errno

DAMAGED = (
    "the database file is damaged; stop the bot and bring back the newest backup with `interlude "
    "restore`, which keeps the damaged file beside it"
)
_OF_SQLITE = {
    "SQLITE_FULL": "the disk is full; free some space, and it goes on by itself",
    "SQLITE_READONLY": "the database file cannot be written: look whether its disk is mounted "
    "read-only, and whose file it is",
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": f"this is no database, or {DAMAGED}",
    "SQLITE_IOERR": "the disk gives errors; save what you can to another one now",
    "SQLITE_CANTOPEN": "the database file cannot be opened: look whether its disk is mounted, and "
    "whose file it is",
    "SQLITE_BUSY": "another program holds the database; end it, and it goes on by itself",
}
_OF_POSTGRESQL = {
    "53100": "the server's disk is full; free some space, and it goes on by itself",
    "53300": "the server takes no more connections: raise its max_connections (each run holds up "
    "to seven), or stop a run that is not needed",
    "28P01": "the server refuses the password; correct it in database.url",
    "28000": "the server lets this user in by no rule of its pg_hba.conf; see the name in "
    "database.url",
    "3D000": "the server has no database of that name: check database.url, or make it",
    "42501": "the role in database.url may not do that; make it the owner of the database",
    "25006": "the server can only be read: database.url may name a standby, or an administrator "
    "has set it so",
    "57P01": "the server was shut down, or somebody ended the connection; it goes on by itself",
    "57P02": "the server crashed; it goes on by itself once it is up",
    "57P03": "the server is starting or stopping; it goes on by itself once it is up",
}
"""By the SQLSTATE of the error, which says the same in every language."""
_OF_THE_SYSTEM = {
    errno.ENOENT: "its folder is missing; make it, or choose another one",
    errno.EROFS: "its disk can only be read; mount it so that it can be written",
    errno.EACCES: "this user may not write there; run this as the user of the bot",
    errno.ENOSPC: "its disk is full; free some space",
}


def meaning(error: BaseException) -> str | None:
    """A sentence on a trouble that has one; None: nothing is known of it."""
    cause = getattr(error, "orig", None) or error
    name = getattr(cause, "sqlite_errorname", None)
    if isinstance(name, str):
        return next((says for start, says in _OF_SQLITE.items() if name.startswith(start)), None)
    return _OF_POSTGRESQL.get(str(getattr(cause, "sqlstate", None)))


def is_damage(error: BaseException) -> bool:
    """True where the database file itself is what is broken."""
    return DAMAGED in (meaning(error) or "")


def of_a_path(error: OSError) -> str:
    """Say why a file cannot be written, and what to do."""
    return _OF_THE_SYSTEM.get(error.errno or 0, error.strerror or type(error).__name__)
