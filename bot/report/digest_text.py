"""The digest as Telegram messages: plain text that is read in two minutes on a phone.

Used by the bot's services, which add the buttons. It must never leave out what ``flows.digest``
put on top, and never name a finding: it says what was said, what is usual, and one way to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.report.choices import NOTED, SETTLED, STILL
from bot.report.pages import Block, Entry, FlagMention, Page, lay_out
from bot.report.quoting import short_alias
from bot.report.voice import Voice, by_check_in
from bot.texts import Texts
from bot.texts.keys import DigestKey
from flows.digest import leaving
from flows.digest.arrange import Digest
from flows.digest.section import ClientSection
from flows.digest.unmet import How
from flows.languages import Language
from flows.signals.flags import FlagState
from flows.signals.reason import Reason

FLAGGED: tuple[DigestKey, ...] = ("heading.said_so", "heading.possible", "heading.still_open")
"""The blocks that speak of flags; the first two stand apart."""
APART: tuple[DigestKey, ...] = ("heading.risk", *FLAGGED[:2])
CALM: tuple[DigestKey, ...] = (
    *("others.calm", "others.top", "others.begun", "others.asked", "others.silent"),
    *("others.snoozed", "others.blank"),
    *("others.away", "others.undelivered", "others.none_shown", "others.asked_anew"),
    "others.paused",
)
Write = Callable[[Voice, ClientSection], Sequence[str]]
"""The lines of one client's entry; none where there is nothing to say."""

LEFT: dict[leaving.How, DigestKey] = {
    "declined": "left.declined",
    "stopped": "left.stopped",
    "therapy_ended": "left.therapy_ended",
}
"""The line about each way of leaving."""


def render(digest: Digest, *, texts: Texts, language: Language, zone: ZoneInfo) -> tuple[Page, ...]:
    """The digest in the therapist's language and zone, at least one page.

    Each page lists the flags that can be acknowledged in the order in which it mentions them.
    """
    voice = Voice(texts, language, zone)
    blocks = [Block(None, (Entry(_title(voice, digest)),))]
    if digest.caseload == 0 and not digest.left:
        return _pages(voice, [*blocks, _plain(voice.say("no_clients"))])
    told = _told(voice, digest)
    if not digest.away and not any(block.entries for block in told):
        told = [_plain(voice.say("nothing"))]
    return _pages(voice, [*blocks, *told, _others(voice, digest.others)])


def render_part(
    digest: Digest, *, texts: Texts, language: Language, zone: ZoneInfo
) -> tuple[Page, ...]:
    """The digest without its title, with every word uncut: for the only client in it, to whom it is
    shown before it is made.
    """
    voice = Voice(texts, language, zone, whole=True)
    return _pages(voice, [*_told(voice, digest), _others(voice, digest.others)])


def _pages(voice: Voice, blocks: Sequence[Block]) -> tuple[Page, ...]:
    return lay_out(blocks, continued=lambda heading: voice.say("continued", heading=heading))


def _title(voice: Voice, digest: Digest) -> str:
    week = digest.week.rpartition("W")[2].lstrip("0")
    title = voice.say("title_draft" if digest.draft else "title", week=week, at=digest.cut_off_at)
    if digest.caseload:
        title = f"{title}\n{voice.say('caseload', count=digest.caseload)}"
    if digest.erased:
        title = f"{title}\n{voice.say('erased', count=digest.erased)}"
    off = [voice.say("away", start=away.from_at, end=away.until_at) for away in digest.away]
    return "\n".join([*off, title])


def _plain(text: str) -> Block:
    return Block("", (Entry(text),))


def _told(voice: Voice, digest: Digest) -> list[Block]:
    """Everything but the calm line, in the order of the digest."""
    groups: tuple[tuple[DigestKey, Sequence[ClientSection], Write], ...] = (
        ("heading.risk", digest.risk, _risk),
        ("heading.risk_before", digest.risk_before, _risk_before),
        ("heading.said_so", digest.said_so, _said_so),
        ("heading.possible", digest.possible, _possible),
        ("heading.left", digest.left, _left),
        ("heading.unmet", digest.unmet, _unmet),
        ("heading.still_open", digest.still_open, _still_open),
        ("heading.settled", digest.settled, _settled),
        ("heading.drifting", digest.drifting, _drifting),
        ("heading.topics", digest.topics, _topics),
        ("heading.hard", digest.hard, _hard),
        ("heading.reported", digest.reported, _reported),
        ("heading.notes", digest.notes, _notes),
        ("heading.gone_quiet", digest.gone_quiet, _quiet),
        ("heading.unreachable", digest.unreachable, _unreachable),
        ("heading.went_well", digest.went_well, lambda v, s: _quotes(v, s, s.went_well)),
    )
    blocks = {name: _block(voice, name, sections, write) for name, sections, write in groups}
    if digest.folded:
        blocks["heading.possible"] = _with_folded(voice, blocks["heading.possible"], digest.folded)
    return list(blocks.values())


def _block(voice: Voice, name: DigestKey, sections: Sequence[ClientSection], write: Write) -> Block:
    flagged = name in FLAGGED
    written = ((section, [line for line in write(voice, section) if line]) for section in sections)
    entries = tuple(
        Entry("\n".join(lines), _mentions(section) if flagged else ())
        for section, lines in written
        if lines
    )
    return Block(voice.say(name), entries, apart=name in APART)


def _mentions(section: ClientSection) -> tuple[FlagMention, ...]:
    if section.flag_id is None or not section.can_acknowledge:
        return ()
    return (FlagMention(section.flag_id, short_alias(section.alias)),)


def _with_folded(voice: Voice, block: Block, folded: Sequence[ClientSection]) -> Block:
    line = voice.say("folded", count=len(folded), aliases=voice.names(folded))
    mentions = tuple(mention for section in folded for mention in _mentions(section))
    return replace(block, entries=(*block.entries, Entry(line, mentions)))


def _risk(voice: Voice, section: ClientSection) -> list[str]:
    alias = short_alias(section.alias)
    return [line for heard in section.heard for line in voice.heard(alias, heard)]


def _risk_before(voice: Voice, section: ClientSection) -> list[str]:
    if section.heard_before is None:
        return []
    return voice.heard(short_alias(section.alias), section.heard_before)[:1]


def _said_so(voice: Voice, section: ClientSection) -> list[str]:
    alias = short_alias(section.alias)
    lines: list[str] = []
    for group in by_check_in(section.reasons):
        lines += _about_check_in(voice, alias, group)
    return [
        *lines,
        _since(voice, section),
        voice.repair(section),
        _noted(voice, section),
        voice.opening(section),
    ]


def _about_check_in(voice: Voice, alias: str, group: Sequence[Reason]) -> list[str]:
    """One after-session check-in: what was said, or else the rating, beside what is usual."""
    said = next((reason for reason in group if reason.rule == "said_so"), None)
    if said is not None:
        return [*voice.said(alias, said), voice.rating_after(said)]
    return [voice.rated(alias, group[0])]


def _possible(voice: Voice, section: ClientSection) -> list[str]:
    alias = short_alias(section.alias)
    groups = by_check_in(section.reasons)
    return [
        *(voice.rated(alias, group[0]) for group in groups),
        _since(voice, section),
        _noted(voice, section),
        voice.week(section),
        voice.opening(section),
    ]


def _since(voice: Voice, section: ClientSection) -> str:
    if not section.earlier_reasons or section.flag_since_at is None:
        return ""
    return voice.say("rating.since", at=section.flag_since_at)


def _noted(voice: Voice, section: ClientSection) -> str:
    """Say what has become of the flag within its own week."""
    state = section.flag_state
    return voice.say(NOTED[state]) if state in NOTED else ""


def _left(voice: Voice, section: ClientSection) -> list[str]:
    if section.left is None:
        return []
    return [voice.say(LEFT[section.left.how], alias=short_alias(section.alias), at=section.left.at)]


def _unmet(voice: Voice, section: ClientSection) -> list[str]:
    alias = short_alias(section.alias)
    said: dict[How, DigestKey] = {"moved": "unmet.moved", "no_show": "unmet.no_show"}
    return [voice.say(said[each.how], alias=alias, at=each.starts_at) for each in section.unmet]


def _still_open(voice: Voice, section: ClientSection) -> list[str]:
    reasons = (*section.earlier_reasons, *section.reasons)
    said = any(reason.rule == "said_so" for reason in reasons)
    what = voice.say("still.what_said" if said else "still.what_rated")
    key, since_at = STILL[_state(section)], section.flag_since_at
    line = voice.say(key, alias=short_alias(section.alias), at=since_at, what=what)
    return [line, voice.repair(section)]


def _state(section: ClientSection) -> FlagState:
    """Say how the flag stands. ValueError: there is none."""
    if section.flag_state is None:
        raise ValueError("a section without a flag stands nowhere")
    return section.flag_state


def _settled(voice: Voice, section: ClientSection) -> list[str]:
    line = voice.say(SETTLED[_state(section)], alias=short_alias(section.alias))
    return [line, voice.repair(section)]


def _drifting(voice: Voice, section: ClientSection) -> list[str]:
    statement = section.states("drifting")
    if statement is None:
        return []
    return [
        voice.say(
            "drifting",
            alias=short_alias(section.alias),
            rating=statement.number("rating"),
            before=statement.number("before"),
            count=int(statement.number("ratings") or 0),
        )
    ]


def _topics(voice: Voice, section: ClientSection) -> list[str]:
    alias = short_alias(section.alias)
    quotes = (voice.quote(text) for text in section.changes)
    changes = [voice.say("change.line", alias=alias, text=quote) for quote in quotes if quote]
    return [*_quotes(voice, section, section.topics), *changes]


def _quotes(voice: Voice, section: ClientSection, texts: Sequence[str]) -> list[str]:
    alias = short_alias(section.alias)
    quotes = (voice.quote(text) for text in texts)
    return [voice.say("named", alias=alias, text=quote) for quote in quotes if quote]


def _hard(voice: Voice, section: ClientSection) -> list[str]:
    alias = short_alias(section.alias)
    rated = [voice.say("week_low", alias=alias, week=section.week)]
    return [*(rated if section.had_a_hard_week else ()), *_quotes(voice, section, section.hard)]


def _reported(voice: Voice, section: ClientSection) -> list[str]:
    alias = short_alias(section.alias)
    return [voice.reported(alias, each) for each in section.reported]


def _notes(voice: Voice, section: ClientSection) -> list[str]:
    alias = short_alias(section.alias)
    noted = (voice.note(note) for note in section.notes)
    return [voice.say("named", alias=alias, text=text) for text in noted if text]


def _quiet(voice: Voice, section: ClientSection) -> list[str]:
    engagement = section.engagement
    return [
        voice.say(
            "quiet.line",
            alias=short_alias(section.alias),
            count=engagement.quiet_for,
            answered=engagement.answered_before,
            asked=engagement.asked_before,
        )
    ]


def _unreachable(voice: Voice, section: ClientSection) -> list[str]:
    return [voice.say("quiet.unreachable", alias=short_alias(section.alias))]


def _others(voice: Voice, others: Sequence[ClientSection]) -> Block:
    """Everyone else, one line for each way in which the week was quiet."""
    lines: dict[DigestKey, list[ClientSection]] = {key: [] for key in CALM}
    for section in others:
        lines[_calm_key(section)].append(section)
    entries = tuple(
        Entry(voice.say(key, aliases=voice.names(sections)))
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
    if engagement.undelivered:
        return "others.undelivered"
    if engagement.under_way is not None:
        return "others.asked"
    return "others.asked_anew" if engagement.is_asked_anew else "others.none_shown"
