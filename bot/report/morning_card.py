"""The card on the morning of a day with therapy sessions, as messages: a few lines a client.

Used by the bot's services. It says nothing that the digest would not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.report.choices import WISH
from bot.report.client_blocks import told_lines
from bot.report.density import ON_DEMAND
from bot.report.pages import Block, Entry, Page, lay_out
from bot.report.quoting import short_alias
from bot.report.voice import Voice
from bot.texts import Texts
from flows.digest.section import ClientSection
from flows.languages import Language


def render_morning(
    sessions: Sequence[tuple[datetime, ClientSection]],
    *,
    texts: Texts,
    language: Language,
    zone: ZoneInfo,
) -> tuple[Page, ...]:
    """One block a session, in the order of the day; at least one page."""
    voice = Voice(texts, language, zone, ON_DEMAND.quoted)
    entries = tuple(Entry(_of(voice, at, section)) for at, section in sessions)
    title = Entry(voice.say("morning", count=len(sessions)))
    blocks = [Block(None, (title,)), Block("", entries, apart=True)]
    return lay_out(blocks, continued=lambda heading: heading)


def _of(voice: Voice, at: datetime, section: ClientSection) -> str:
    lead = voice.say("morning_lead", at=at, alias=short_alias(section.alias))
    lines = [line for line in (*_wish(voice, section), *told_lines(voice, section)) if line]
    return "\n".join([lead, *(lines or [voice.say("morning_none")])])


def _wish(voice: Voice, section: ClientSection) -> Iterator[str]:
    """Name who wants to raise what is open, by the client's newest word on it."""
    if not section.can_acknowledge:
        return
    said = [r for r in (*section.earlier_reasons, *section.reasons) if r.rule == "said_so"]
    wish = said[-1].words("who_raises") if said else None
    if wish in WISH:
        yield voice.say(WISH[wish])
