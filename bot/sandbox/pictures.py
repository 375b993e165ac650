"""Width and height of a PNG or JPEG, and Telegram's rules for them.

Used by ``sendPhoto``. It must never decode pixels: the header is enough.
"""

from __future__ import annotations

from bot.sandbox.refusal import bad_request

SUM_OF_SIDES = 10_000
RATIO = 20
_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def picture_size(content: bytes) -> tuple[int, int]:
    """Pixels wide and high; refused as Telegram does if it is no picture or too long or thin."""
    size = _png(content) if content.startswith(_PNG) else _jpeg(content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > SUM_OF_SIDES or max(size) > RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def _png(content: bytes) -> tuple[int, int] | None:
    if content[12:16] != b"IHDR" or len(content) < 24:
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while content.startswith(b"\xff\xd8") and content[at : at + 1] == b"\xff":
        if content[at + 1] in _FRAMES and len(content) >= at + 9:
            height = int.from_bytes(content[at + 5 : at + 7], "big")
            return int.from_bytes(content[at + 7 : at + 9], "big"), height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
