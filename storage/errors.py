"""The refusals of storage, as exceptions with one base. Raised by every module of ``storage``.

A message is one kind sentence for whoever runs the bot. It never holds client text, a name, a key
or a chat id.
"""

from __future__ import annotations


class StorageError(Exception):
    """Storage cannot do what was asked; the message says why and what to do."""


class StaleState(StorageError):
    """The row is no longer in the state that was decided on: load it and decide again."""


class NotFound(StorageError):
    """A row that must exist does not."""


class CodeTaken(StorageError):
    """Another person has this code; the transaction goes on, draw a new one."""


class Shredded(StorageError):
    """The key is gone, or the cell was altered: what was written with it cannot be read."""


class KeyFileProblem(StorageError):
    """The key file is missing, open to others, or malformed."""


class NoDatabase(StorageError):
    """There is none where the settings say, or an empty one; only a new practice makes one."""


class Displaced(StorageError):
    """The open database file is not the one at its path any more: nothing is written to it."""


class GivenUp(StorageError):
    """The run has missed its lease, and others have its work: it writes nothing until it has begun
    anew.
    """


class AlreadyRunning(StorageError):
    """Another process holds the instance lock."""
