"""The digest as a therapist reads it: ``text.render`` makes Telegram messages out of data.

Used by the bot's services. It must never decide who is shown or why (``flows.digest`` does), nor
let client text pass for ours.
"""

from __future__ import annotations

from bot.report.client_details import render_client
from bot.report.digest_text import render
from bot.report.pages import FlagMention, Page

__all__ = [
    "FlagMention",
    "Page",
    "render",
    "render_client",
]
