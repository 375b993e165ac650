"""Draws a link as a QR code, for somebody in the room to scan. Used by ``transport``.

The picture is made when it leaves and is kept nowhere: who has it can use the link.
"""

from __future__ import annotations

from io import BytesIO

PIXELS = 10
"""A side of each dot: large enough to be scanned off another phone."""


def picture_of(link: str) -> bytes:
    """The link as a PNG, readable where a seventh of it is covered."""
    import segno  # rare enough not to be kept in memory before

    drawn = BytesIO()
    segno.make_qr(link, error="m").save(drawn, kind="png", scale=PIXELS)
    return drawn.getvalue()
