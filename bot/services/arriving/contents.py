"""Tells what a person wrote or sent from Telegram's own notices.

Used by intake and by ``bot.chat``. The list allows: a field that is not in it (a timer that was
changed, a pinned message, a background, whatever the Bot API learns next) is no content, and a
message without content is answered with nothing, ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MEDIA = frozenset(
    {
        "animation",
        "audio",
        "checklist",
        "contact",
        "dice",
        "document",
        "game",
        "live_photo",
        "location",
        "paid_media",
        "photo",
        "poll",
        "rich_message",
        "sticker",
        "story",
        "venue",
        "video",
        "video_note",
        "voice",
    }
)
"""Fields of a Message that hold what a person sent without words."""
CONTENT = MEDIA | {"text"}


def has_content(message: Mapping[str, Any]) -> bool:
    """True where a person wrote or sent something; False for a service message."""
    return not CONTENT.isdisjoint(message)
