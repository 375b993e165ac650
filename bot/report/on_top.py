"""The lists of those who need a word, by name: the first part of a digest.

Used by ``bot.report.digest_text``. It must never name a finding: it says what was said, what is
usual, and one way to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.report.choices import NOTED
from bot.report.density import Density
from bot.report.pages import Block, Entry, FlagMention
from bot.report.quoting import short_alias
from bot.report.voice import Voice, by_check_in
from bot.texts.keys import DigestKey
from flows.digest import leaving
from flows.digest.arrange import Digest
from flows.digest.section import ClientSection
from flows.signals.reason import Reason

FLAGGED: tuple[DigestKey, ...] = ("heading.said_so", "heading.possible")
"""The lists that speak of flags."""
APART: tuple[DigestKey, ...] = ("heading.risk", *FLAGGED)
SHORT = 2
"""The lines of an entry where many need a word: what was said, and in which words."""
Write = Callable[[Voice, ClientSection], Sequence[str]]
"""The lines of one client's entry, the one that matters most first; none: nothing to say."""
LEFT: dict[leaving.How, DigestKey] = {
    "declined": "left.declined",
    "stopped": "left.stopped",
    "therapy_ended": "left.therapy_ended",
    "handed_over": "left.handed_over",
}
"""The line about each way of leaving."""


def lists_on_top(voice: Voice, digest: Digest, density: Density) -> list[Block]:
    """The lists of those who need a word, in the order of the digest."""
    groups: tuple[tuple[DigestKey, Sequence[ClientSection], Write], ...] = (
        ("heading.risk", digest.risk, _risk),
        ("heading.risk_before", digest.risk_before, _risk_before),
        ("heading.said_so", digest.said_so, _said_so),
        ("heading.possible", digest.possible, _possible),
        ("heading.left", digest.left, _left),
        (_heading_of_quiet(digest), digest.gone_quiet, _quiet),
    )
    blocks = {name: _list(voice, name, group, write, density) for name, group, write in groups}
    if digest.folded:
        blocks["heading.possible"] = _with_folded(
            voice, blocks["heading.possible"], digest.folded, density
        )
    return list(blocks.values())


def mentions(section: ClientSection) -> tuple[FlagMention, ...]:
    """The flag of a client, where something can be noted about it; of one who is with a colleague
    now nothing can be.
    """
    if section.flag_id is None or not section.can_acknowledge:
        return ()
    if section.left is not None and section.left.how == "handed_over":
        return ()
    return (FlagMention(section.flag_id, short_alias(section.alias)),)


def _list(
    voice: Voice,
    name: DigestKey,
    sections: Sequence[ClientSection],
    write: Write,
    density: Density,
) -> Block:
    written = ((section, [line for line in write(voice, section) if line]) for section in sections)
    told = [(section, lines) for section, lines in written if lines]
    flags = {section.care_id: mentions(section) for section, _ in told if name in FLAGGED}
    if density.on_top == "names" and told:
        named = [section for section, _ in told]
        line = voice.say("named_only", aliases=voice.names(named, density.named))
        found = tuple(mention for section in named for mention in flags.get(section.care_id, ()))
        return Block(voice.say(name), (Entry(line, found),))
    most = SHORT if density.on_top == "short" else None
    entries = tuple(
        Entry("\n".join(lines[:most]), flags.get(section.care_id, ())) for section, lines in told
    )
    return Block(voice.say(name), entries, apart=name in APART and most is None)


def _with_folded(
    voice: Voice, block: Block, folded: Sequence[ClientSection], density: Density
) -> Block:
    aliases = voice.names(folded, density.named)
    line = voice.say("folded", count=len(folded), aliases=aliases)
    found = tuple(mention for section in folded for mention in mentions(section))
    return replace(block, entries=(*block.entries, Entry(line, found)))


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
    alias, left = short_alias(section.alias), section.left
    return [voice.say(LEFT[left.how], alias=alias, at=left.at, to=left.to)]


def _heading_of_quiet(digest: Digest) -> DigestKey:
    """Say that somebody has gone quiet only where somebody has."""
    found = [section.engagement for section in digest.gone_quiet]
    if not any(each.stayed_away for each in found):
        return "heading.gone_quiet"
    quiet = any(each.gone_quiet for each in found)
    return "heading.quiet_or_away" if quiet else "heading.stayed_away"


def _quiet(voice: Voice, section: ClientSection) -> list[str]:
    engagement, alias = section.engagement, short_alias(section.alias)
    lines = []
    if engagement.gone_quiet:
        lines.append(
            voice.say(
                "quiet.line",
                alias=alias,
                count=engagement.quiet_for,
                answered=engagement.answered_before,
                asked=engagement.asked_before,
            )
        )
    if engagement.stayed_away:
        text = voice.say("quiet.stayed_away", count=engagement.not_come_for)
        lines.append(text if lines else voice.say("named", alias=alias, text=text))
    return lines
