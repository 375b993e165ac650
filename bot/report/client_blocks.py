"""One block a client, three lines at most: what they bring, what was hard, what went well.

Used by ``bot.report.digest_text``, after the lists of those who need a word. A block must never
leave out words of a client without saying that there is more.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.report.choices import SETTLED, STILL
from bot.report.density import LINES, Density
from bot.report.on_top import mentions
from bot.report.pages import Block, Entry, FlagMention
from bot.report.quoting import short_alias
from bot.report.voice import Voice
from bot.texts.keys import DigestKey
from flows.digest.arrange import Digest
from flows.digest.section import ClientSection
from flows.digest.unmet import How
from flows.signals.flags import FlagState

UNMET: dict[How, DigestKey] = {"moved": "unmet.moved", "no_show": "unmet.no_show"}


def block_of_each(voice: Voice, digest: Digest, density: Density) -> Block:
    """The blocks of the digest in their order, under one heading; where they take no line, the
    names.
    """
    heading: DigestKey = "heading.blocks"
    if any(section.next_session_at for section in digest.blocks):
        heading = "heading.blocks_coming"
    if density.names_only:
        return _only_named(voice, digest.blocks, density)
    entries = (_block(voice, section, density.lines) for section in digest.blocks)
    return Block(voice.say(heading), tuple(entry for entry in entries if entry.text))


def _only_named(voice: Voice, sections: Sequence[ClientSection], density: Density) -> Block:
    if not sections:
        return Block("", ())
    aliases = voice.names(sections, density.named)
    line = voice.say("blocks_folded", count=len(sections), aliases=aliases)
    found = tuple(mention for section in sections for mention in _open_from_before(section))
    return Block("", (Entry(line, found),))


def _block(voice: Voice, section: ClientSection, most: int) -> Entry:
    lines = [line for line in _lines(voice, section) if line]
    if not lines:
        return Entry("")
    if len(lines) > LINES:
        lines[LINES - 1 :] = [" ".join(lines[LINES - 1 :])]
    kept, left_out = lines[:most], lines[most:]
    if left_out:
        kept[-1] = f"{kept[-1]} {voice.say('block.more')}"
    alias, at = short_alias(section.alias), section.next_session_at
    lead = (
        voice.say("block.lead", alias=alias)
        if at is None
        else voice.say("block.lead_at", alias=alias, at=at)
    )
    return Entry("\n".join([f"{lead} {kept[0]}", *kept[1:]]), _open_from_before(section))


def _open_from_before(section: ClientSection) -> tuple[FlagMention, ...]:
    return mentions(section) if section.standing == "still_open" else ()


def stands(voice: Voice, section: ClientSection) -> str:
    """Say what stands: who is new here, out of reach, did not meet, a strain of before; mostly
    nothing.
    """
    found = [
        *(_came(voice, section), *_out_of_reach(voice, section)),
        *(*_unmet(voice, section), *_strain(voice, section)),
    ]
    return " ".join(filter(None, found))


def _lines(voice: Voice, section: ClientSection) -> tuple[str, str, str, str]:
    """Return how it stands, what is for the session, goals with the agreed step, and the others."""
    bring = [
        _quoted(voice, "block.bring", section.topics),
        _quoted(voice, "block.change", section.changes),
        _hard(voice, section),
    ]
    steps = [voice.say("agreed_step", said=said) for said in map(voice.step, section.steps) if said]
    aims = [*map(voice.goal, section.goals), *steps]
    other = [
        *(voice.say("block.answered", text=voice.answered(each)) for each in section.reported),
        *_notes(voice, section),
        _quoted(voice, "block.well", section.went_well),
    ]
    brought, aimed, rest = (" ".join(filter(None, each)) for each in (bring, aims, other))
    return stands(voice, section), brought, aimed, rest


def told_lines(voice: Voice, section: ClientSection) -> list[str]:
    """The lines of a client, with whatever is open of a flag, new or from before."""
    is_new = section.can_acknowledge and section.standing in ("said_so", "possible")
    return [still(voice, section) if is_new else "", *_lines(voice, section)]


def _came(voice: Voice, section: ClientSection) -> str:
    came = section.came
    if came is None:
        return ""
    return voice.say("came", at=came.at, therapist=came.therapist, count=came.readable)


def _out_of_reach(voice: Voice, section: ClientSection) -> list[str]:
    is_away = section.left is None and section.engagement.is_unreachable
    return [voice.say("block.unreachable")] if is_away else []


def _unmet(voice: Voice, section: ClientSection) -> list[str]:
    return [voice.say(UNMET[each.how], at=each.starts_at) for each in section.unmet]


def _strain(voice: Voice, section: ClientSection) -> list[str]:
    """Say what is open from before, what has ended, or that ratings come down slowly."""
    lines = []
    if section.standing == "still_open":
        lines.append(still(voice, section))
    if section.standing in ("settled", "stale"):
        lines.append(voice.say(SETTLED[_state(section)]))
    if section.tells_repair:
        lines.append(_repair(voice, section))
    statement = section.states("drifting")
    if section.drifts and statement is not None:
        count = int(statement.number("ratings") or 0)
        numbers = {name: statement.number(name) for name in ("rating", "before")}
        lines.append(voice.say("drifting", count=count, **numbers))
    return lines


def _repair(voice: Voice, section: ClientSection) -> str:
    """Tell what the client says became of a strain, and of which, where nothing else here does."""
    said = voice.repair(section)
    reasons = (*section.earlier_reasons, *section.reasons)
    stands_alone = section.standing in ("none", "possible")
    if not said or not stands_alone or all(reason.rule != "said_so" for reason in reasons):
        return said
    return voice.say("repair.about", said=said, at=section.flag_since_at)


def still(voice: Voice, section: ClientSection) -> str:
    """Say since when a flag is open, what it is about, and what the therapist has noted."""
    state = _state(section)
    if state not in STILL:
        return voice.say(SETTLED[state])
    reasons = (*section.earlier_reasons, *section.reasons)
    said = any(reason.rule == "said_so" for reason in reasons)
    what = voice.say("still.what_said" if said else "still.what_rated")
    return voice.say(STILL[state], at=section.flag_since_at, what=what)


def _state(section: ClientSection) -> FlagState:
    """Say how the flag stands. ValueError: there is none."""
    if section.flag_state is None:
        raise ValueError("a section without a flag stands nowhere")
    return section.flag_state


def _quoted(voice: Voice, key: DigestKey, texts: Sequence[str]) -> str:
    quotes = " ".join(quote for text in texts if (quote := voice.quote(text)))
    return voice.say(key, text=quotes) if quotes else ""


def _hard(voice: Voice, section: ClientSection) -> str:
    rated = voice.week(section) if section.had_a_hard_week else ""
    return " ".join(filter(None, [_quoted(voice, "block.hard", section.hard), rated]))


def _notes(voice: Voice, section: ClientSection) -> list[str]:
    noted = (voice.note(note) for note in section.notes)
    return [voice.say("block.note", text=text) for text in noted if text]
