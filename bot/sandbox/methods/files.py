"""Files: getFile, and the bytes behind its path, which ``asgi`` hands out."""

from __future__ import annotations

from bot.sandbox.methods.call import Call, Method
from bot.sandbox.refusal import bad_request
from bot.sandbox.shapes import Json
from bot.sandbox.world import Account

DOWNLOAD = 20 * 1024 * 1024


def file(call: Call) -> Json:
    """Return where an uploaded file of at most 20 MB can be fetched."""
    stored = call.account.files.get(call.params.text("file_id") or "")
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": f"u-{stored.file_id}",
        "file_size": len(stored.content),
        "file_path": stored.path,
    }


def content(account: Account, path: str) -> bytes | None:
    """The bytes of the file with this path, None if there is none."""
    return next((one.content for one in account.files.values() if one.path == path), None)


METHODS = (Method("getFile", ("file_id",), file),)
