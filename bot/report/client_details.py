"""One client's part of the digest in full: every reason spelled out, every word uncut.

Used by the bot's services behind a flag's button ("read all"). It must never show what the
section does not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.report.client_blocks import still
from bot.report.pages import Block, Entry, FlagMention, Page, lay_out
from bot.report.quoting import one_line, short_alias
from bot.report.small_charts import unrated
from bot.report.voice import Voice, by_check_in
from bot.texts import Texts
from bot.texts.keys import DigestKey
from flows.digest.section import ClientSection, Note
from flows.languages import Language
from flows.signals.engagement import Engagement
from flows.signals.reason import Reason

SPEAKS_FOR_ITSELF = frozenset({"dip_with_strain", "no_information"})
"""Rules whose sentence begins in its own way."""


def render_client(
    section: ClientSection,
    *,
    texts: Texts,
    language: Language,
    zone: ZoneInfo,
) -> tuple[Page, ...]:
    """The section in full, at least one page; the flag is on the first page that speaks of it."""
    voice = Voice(texts, language, zone, None)
    alias, code = short_alias(section.alias), one_line(section.code)
    title = voice.say("client.title", alias=alias, code=code)
    blocks = [
        _heard(voice, section, alias),
        _reasons(voice, "client.reasons", section, section.reasons),
        _reasons(voice, "client.earlier", section, section.earlier_reasons),
        _repair(voice, section),
        _statements(voice, section.statements),
        *own_words(voice, section),
    ]
    if not any(block.entries for block in blocks):
        blocks = [Block("", (Entry(voice.say("client.nothing")),))]
    mentions = _mentions(section, alias)
    lead = Block(None, (Entry(title, mentions),))
    return lay_out(
        [lead, *blocks, _answers(voice, section)],
        continued=lambda heading: voice.say("continued", heading=heading),
    )


def render_nameless(
    section: ClientSection,
    *,
    held: int,
    not_held: int,
    texts: Texts,
    language: Language,
    zone: ZoneInfo,
) -> tuple[Page, ...]:
    """A section without names and words, for a supervisor: the hints with their reasons, what
    became of them, what was tapped, and how many therapy sessions were held and not held.
    """
    voice = Voice(texts, language, zone, None)
    alias = short_alias(section.alias)
    told = section.flag_id is not None and section.standing != "none"
    lines = (still(voice, section) if told else "", voice.repair(section))
    became = tuple(Entry(line) for line in lines if line)
    blocks = [
        _heard(voice, section, alias),
        _reasons(voice, "client.reasons", section, section.reasons),
        _reasons(voice, "client.earlier", section, section.earlier_reasons),
        _statements(voice, section.statements),
        Block(voice.say("nameless.became"), became),
        _told(voice, "client.step", [voice.step(step) for step in section.steps]),
        _reported(voice, section, alias),
    ]
    if not any(block.entries for block in blocks):
        blocks = [Block("", (Entry(voice.say("nameless.nothing")),))]
    met = voice.say("nameless.met", held=held, not_held=not_held)
    return lay_out(
        [
            Block(None, (Entry(voice.say("nameless.title", alias=alias)),)),
            *blocks,
            _answers(voice, section),
            Block(voice.say("nameless.sessions"), (Entry(met),)),
            Block("", (Entry(voice.say("nameless.left_out")),)),
        ],
        continued=lambda heading: voice.say("continued", heading=heading),
    )


def own_words(voice: Voice, section: ClientSection) -> list[Block]:
    """The words and answers of a client that are neither a strain nor danger, by what they are."""
    return [
        _quotes(voice, "client.topics", section.topics),
        _quotes(voice, "client.changes", section.changes),
        _told(voice, "client.goals", [voice.goal(goal) for goal in section.goals]),
        _told(voice, "client.step", [voice.step(step) for step in section.steps]),
        _quotes(voice, "client.hard", section.hard),
        _quotes(voice, "client.went_well", section.went_well),
        _reported(voice, section, short_alias(section.alias)),
        _notes(voice, section.notes),
    ]


def _heard(voice: Voice, section: ClientSection, alias: str) -> Block:
    before = () if section.heard_before is None else (section.heard_before,)
    told = [voice.heard(alias, heard) for heard in (*before, *section.heard)]
    entries = tuple(Entry("\n".join(lines)) for lines in told)
    return Block(voice.say("heading.risk"), entries, apart=True)


def _reported(voice: Voice, section: ClientSection, alias: str) -> Block:
    lines = (voice.reported(alias, each) for each in section.reported)
    return Block(voice.say("client.reported"), tuple(Entry(line) for line in lines))


def _repair(voice: Voice, section: ClientSection) -> Block:
    said = voice.repair(section)
    return Block("", (Entry(said),) if said else ())


def _mentions(section: ClientSection, alias: str) -> tuple[FlagMention, ...]:
    if section.flag_id is None or not section.can_acknowledge:
        return ()
    return (FlagMention(section.flag_id, alias),)


def _reasons(
    voice: Voice, heading: DigestKey, section: ClientSection, reasons: Sequence[Reason]
) -> Block:
    alias = short_alias(section.alias)
    entries = [Entry(_lines(_about(voice, alias, group))) for group in by_check_in(reasons)]
    if entries and heading == "client.reasons":
        entries.append(Entry(_lines([voice.opening(section), *_ends(voice, section)])))
    return Block(voice.say(heading), tuple(entries), apart=True)


def _ends(voice: Voice, section: ClientSection) -> list[str]:
    """Say what would end it, as long as it goes on, and that it is a hint."""
    said = any(r.rule == "said_so" for r in (*section.reasons, *section.earlier_reasons))
    ends = voice.say("why.ends_said" if said else "why.ends_rated")
    return [*([ends] if section.can_acknowledge else ()), voice.say("why.caution")]


def _about(voice: Voice, alias: str, group: Sequence[Reason]) -> list[str]:
    """One after-session check-in with all its reasons."""
    first = group[0]
    said = next((reason for reason in group if reason.rule == "said_so"), None)
    if said is None:
        lines = [voice.rated(alias, first)]
    else:
        lines = [*voice.said(alias, said), _linger(voice, said), voice.rating_after(said)]
    return [*lines, *(spelled_out(voice, reason) for reason in group)]


def _linger(voice: Voice, said: Reason) -> str:
    linger = said.number("linger")
    return "" if linger is None else voice.say("client.linger", linger=int(linger))


def spelled_out(voice: Voice, reason: Reason) -> str:
    """Say why the rule spoke, with its numbers, its id and its version."""
    rule = voice.say("why.rule", rule=reason.rule, version=reason.version)
    why = voice.why(reason)
    why = " ".join(filter(None, [why, *_counts_of_points(voice, reason)]))
    here = why if reason.rule in SPEAKS_FOR_ITSELF else voice.say("why.here", why=why)
    return f"{here} {rule}"


def _counts_of_points(voice: Voice, reason: Reason) -> list[str]:
    """Say how much the points of a reason are, and how much of them is for a low level."""
    points, level = reason.number("points"), reason.number("level")
    if points is None:
        return []
    counts = voice.say("why.points_count", points=points, threshold=reason.number("threshold"))
    if not level:
        return [counts]
    return [voice.say("why.level_count", level=level, mean=reason.number("practice")), counts]


def _statements(voice: Voice, statements: Sequence[Reason]) -> Block:
    entries = tuple(Entry(spelled_out(voice, statement)) for statement in statements)
    return Block(voice.say("client.statements"), entries)


def _quotes(voice: Voice, heading: DigestKey, texts: Sequence[str]) -> Block:
    return _told(voice, heading, [voice.quote(text) for text in texts])


def _told(voice: Voice, heading: DigestKey, lines: Sequence[str]) -> Block:
    return Block(voice.say(heading), tuple(Entry(line) for line in lines if line))


def _notes(voice: Voice, notes: Sequence[Note]) -> Block:
    noted = (voice.note(note) for note in notes)
    return Block(voice.say("client.notes"), tuple(Entry(text) for text in noted if text))


def _answers(voice: Voice, section: ClientSection) -> Block:
    """Tell how the week was, and what became of the check-ins."""
    engagement = section.engagement
    lines = [
        "" if section.week is None else voice.say("client.week", week=section.week),
        counts(voice, engagement),
        voice.say("client.paused") if engagement.is_paused else "",
        voice.say("client.unreachable") if engagement.is_unreachable else "",
        *_quiet(voice, section),
        "" if section.levels is None else unrated(voice, section.levels),
    ]
    return Block(voice.say("client.answers"), (Entry(_lines(lines)),))


def counts(voice: Voice, engagement: Engagement) -> str:
    """Tell what became of the check-ins of the period; what did not occur is left out."""
    found: dict[DigestKey, int] = {
        "client.answered": engagement.answered,
        "client.blank": engagement.blank,
        "client.unanswered": engagement.unanswered,
        "client.snoozed": engagement.snoozed,
        "client.in_a_break": engagement.paused,
        "client.away": engagement.away,
        "client.out_of_reach": engagement.unreachable,
        "client.undelivered": engagement.undelivered,
    }
    said = [voice.say(key, count=count) for key, count in found.items() if count]
    if not said and engagement.under_way is not None:
        return voice.say("client.begun" if engagement.under_way == "begun" else "client.asked")
    return ", ".join(said) or voice.say("client.none_shown")


def _quiet(voice: Voice, section: ClientSection) -> list[str]:
    engagement = section.engagement
    lines = []
    if engagement.gone_quiet:
        lines.append(
            voice.say(
                "client.quiet",
                count=engagement.quiet_for,
                answered=engagement.answered_before,
                asked=engagement.asked_before,
            )
        )
    if engagement.stayed_away:
        lines.append(voice.say("quiet.stayed_away", count=engagement.not_come_for))
    elif engagement.not_come:
        lines.append(voice.say("client.not_come", count=engagement.not_come))
    return lines


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(line for line in lines if line)
