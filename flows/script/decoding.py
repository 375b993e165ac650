"""The bytes of a file -> its text, or the located problem that it is no text that can be read.

Used by everything that reads flow files and stories. It reads no file itself.
"""

from __future__ import annotations

from flows.script.problems import Problem

SAVE = "Save the file as UTF-8: most editors offer it under “Save as” as its encoding."
_OTHER = {
    b"\xff\xfe": "UTF-16, which some Windows programs call Unicode",
    b"\xfe\xff": "UTF-16",
}


def decode(raw: bytes, path: str) -> str | Problem:
    """The text of a UTF-8 file, its line ends as one; F003 at the first byte that is none of it."""
    try:
        return raw.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8").split("\n")
        likely = raw[error.start : error.start + 1].decode("cp1252", "replace")
    named = _OTHER.get(raw[:2])
    if named is not None:
        return Problem(1, 1, "F003", f"The file is written in {named}.", SAVE, path=path)
    message = f"The file is not written in UTF-8: this may be the character {likely}."
    return Problem(len(before), len(before[-1]) + 1, "F003", message, SAVE, path=path)


def unreadable(path: str, why: str, hint: str) -> Problem:
    """F003 for a file of which not even the bytes could be had."""
    return Problem(1, 1, "F003", f"The file cannot be read: {why}.", hint, path=path)
