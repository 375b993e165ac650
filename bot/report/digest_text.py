"""The digest as Telegram messages: plain text that is read in two minutes on a phone.

Used by the bot's services, which add the buttons. First, by name, who needs a word; then one block
a client; then the others in a line or two. It must never leave out what ``flows.digest`` put on
top, and never name a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.report.client_blocks import block_of_each, still
from bot.report.density import BRIEF, DENSITIES, ON_DEMAND, UNCUT, Density
from bot.report.on_top import lists_on_top, mentions
from bot.report.pages import Block, Entry, Page, lay_out
from bot.report.quoting import short_alias
from bot.report.voice import Voice
from bot.texts import Texts
from bot.texts.keys import DigestKey
from flows.digest.arrange import Digest
from flows.digest.section import ClientSection
from flows.languages import Language

CALM: tuple[DigestKey, ...] = (
    *("others.calm", "others.top", "others.begun", "others.asked", "others.silent"),
    *("others.snoozed", "others.blank"),
    *("others.away", "others.unreachable", "others.undelivered", "others.none_shown"),
    *("others.asked_anew", "others.paused"),
)


def render(digest: Digest, *, texts: Texts, language: Language, zone: ZoneInfo) -> tuple[Page, ...]:
    """The digest in the therapist's language and zone, at least one page.

    It is written as loosely as fits one page and ``MOST_WORDS`` words. Each page lists the flags
    that can be acknowledged in the order in which it mentions them, and says how many characters
    of any client's text are shown.
    """
    pages: tuple[Page, ...] = ()
    for density in BRIEF if digest.shorter else DENSITIES:
        voice = Voice(texts, language, zone, density.quoted)
        pages = _pages(voice, _written(voice, digest, density), density)
        if len(pages) == 1 and len(pages[0].text.split()) <= density.words:
            break
    return pages


def render_part(
    digest: Digest, *, texts: Texts, language: Language, zone: ZoneInfo
) -> tuple[Page, ...]:
    """The digest without its title, with every word uncut: for the only client in it, to whom it is
    shown before it is made.
    """
    voice = Voice(texts, language, zone, None)
    own = block_of_each(voice, digest, UNCUT)
    blocks = [*lists_on_top(voice, digest, UNCUT), Block("", own.entries)]
    return _pages(voice, [*blocks, others_of(voice, digest.others, UNCUT)], UNCUT)


def render_blocks(
    digest: Digest, *, texts: Texts, language: Language, zone: ZoneInfo
) -> tuple[Page, ...]:
    """The block of each client that has one, for a digest that only names them."""
    voice = Voice(texts, language, zone, ON_DEMAND.quoted)
    return _pages(voice, [block_of_each(voice, digest, ON_DEMAND)], ON_DEMAND)


def render_flags(
    digest: Digest, *, texts: Texts, language: Language, zone: ZoneInfo
) -> tuple[Page, ...]:
    """The flags that are open, one line a client in the digest's order, on at least one page."""
    voice = Voice(texts, language, zone, None)
    entries = tuple(
        Entry(
            f"{voice.say('block.lead', alias=short_alias(section.alias))} {still(voice, section)}",
            mentions(section),
        )
        for section in digest.told
    )
    heading = voice.say("flags_open" if entries else "flags_none")
    return _pages(voice, [Block(None, (Entry(heading),)), Block("", entries)], UNCUT)


def _written(voice: Voice, digest: Digest, density: Density) -> list[Block]:
    title = Block(None, (Entry(title_of(voice, digest)),))
    if digest.caseload == 0 and not digest.left:
        return [title, _plain(voice.say("no_clients"))]
    told = [*lists_on_top(voice, digest, density), block_of_each(voice, digest, density)]
    if not any(block.entries for block in told):
        told = [] if digest.away else [_plain(voice.say("nothing"))]
        return [title, *told, others_of(voice, digest.others, density)]
    if digest.shorter and density.names_only:
        told.append(_plain(voice.say("shorter")))
    return [title, *told, others_of(voice, digest.others, density)]


def _pages(voice: Voice, blocks: Sequence[Block], density: Density) -> tuple[Page, ...]:
    empty = Page("", quoted=density.surely_quoted, names_only=density.names_only)
    return lay_out(
        blocks, continued=lambda heading: voice.say("continued", heading=heading), empty=empty
    )


def title_of(voice: Voice, digest: Digest) -> str:
    """The first lines of a digest: outages, the week, the caseload, who was erased."""
    week = digest.week.rpartition("W")[2].lstrip("0")
    title = voice.say("title_draft" if digest.draft else "title", week=week, at=digest.cut_off_at)
    if digest.caseload:
        title = f"{title}\n{voice.say('caseload', count=digest.caseload)}{_answered(voice, digest)}"
    if digest.erased:
        title = f"{title}\n{voice.say('erased', count=digest.erased)}"
    off = [voice.say("away", start=away.from_at, end=away.until_at) for away in digest.away]
    return "\n".join([*off, title])


def _answered(voice: Voice, digest: Digest) -> str:
    """Say on how many check-ins the digest rests; one in which all was skipped is not counted."""
    there = [section.engagement for section in digest.sections if section.left is None]
    answered = sum(each.answered for each in there)
    asked = answered + sum(each.unanswered for each in there)
    return f" {voice.say('answered_of', answered=answered, count=asked)}" if asked else ""


def _plain(text: str) -> Block:
    return Block("", (Entry(text),))


def others_of(voice: Voice, others: Sequence[ClientSection], density: Density) -> Block:
    """Everyone else, one line for each way in which the week was quiet."""
    lines: dict[DigestKey, list[ClientSection]] = {key: [] for key in CALM}
    for section in others:
        lines[_calm_key(section)].append(section)
    entries = tuple(
        Entry(voice.say(key, aliases=voice.names(sections, density.named)))
        for key, sections in lines.items()
        if sections
    )
    return Block(voice.say("heading.others"), entries)


def _calm_key(section: ClientSection) -> DigestKey:
    engagement = section.engagement
    if engagement.is_paused:
        return "others.paused"
    if engagement.under_way == "begun":
        return "others.begun"
    if section.states("no_information") is not None:
        return "others.top"
    if engagement.answered:
        return "others.calm"
    if engagement.unanswered:
        return "others.silent"
    if engagement.snoozed:
        return "others.snoozed"
    if engagement.blank:
        return "others.blank"
    if engagement.away:
        return "others.away"
    if engagement.unreachable:
        return "others.unreachable"
    if engagement.undelivered:
        return "others.undelivered"
    if engagement.under_way is not None:
        return "others.asked"
    return "others.asked_anew" if engagement.is_asked_anew else "others.none_shown"
