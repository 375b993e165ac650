"""A client's twelve weeks of ratings as a small chart, and the same in words.

Used by the picture of a caseload and by the digest on paper. It decides how things look and read,
never what is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from bot.report.voice import Voice
from bot.texts.keys import DigestKey
from flows.digest.levels import Gap, Level, Levels, Mark
from flows.signals.gaps import Cause

FEW_DAYS = 3
"""So many days are named; of more it is said how many there are."""
MARKS: dict[Mark, DigestKey] = {
    "said_so": "picture.said_so",
    "possible": "picture.possible",
}
CAUSES: dict[Cause, DigestKey] = {
    "unanswered": "picture.unanswered",
    "paused": "picture.paused",
    "snoozed": "picture.snoozed",
    "unreachable": "picture.unreachable",
    "undelivered": "picture.undelivered",
    "away": "picture.away",
    "no_session": "picture.no_session",
}


def small_chart(voice: Voice, levels: Levels) -> dict[str, Any]:
    """The values of one chart, as ``charts.typ`` draws them."""
    newest = levels.newest
    return {
        "dots": list(_dots(levels)),
        "usual": levels.usual,
        "newest": "" if newest is None else _figure(voice, newest.value),
        "gaps": [{"at": _place(levels, gap.on), "cause": gap.cause} for gap in levels.gaps],
    }


def legend(voice: Voice, shown: Sequence[Levels]) -> list[dict[str, str]]:
    """The meaning of each mark that stands in one of the charts, and of no other."""
    marks = {level.mark for levels in shown for level in levels.given}
    causes = {gap.cause for levels in shown for gap in levels.gaps}
    keys: dict[str, DigestKey] = {}
    if any(levels.usual is not None for levels in shown):
        keys["usual"] = "picture.usual"
    keys |= {mark: key for mark, key in MARKS.items() if mark in marks}
    keys |= {cause: key for cause, key in CAUSES.items() if cause in causes}
    return [{"mark": mark, "text": voice.say(key)} for mark, key in keys.items()]


def in_words(voice: Voice, levels: Levels) -> str:
    """The gist of one chart: the newest rating, what is usual, what is marked, what is missing."""
    return "; ".join(_parts(voice, levels))


def _parts(voice: Voice, levels: Levels) -> Iterator[str]:
    newest = levels.newest
    if newest is not None:
        yield _newest(voice, levels, newest)
    for mark, key in MARKS.items():
        marked = [level for level in levels.given if level.mark == mark]
        if marked == [newest]:
            yield voice.say(key)
        elif marked:
            yield _listed(voice, key, [level.on for level in marked])
    yield from _causes(voice, levels.gaps)


def unrated(voice: Voice, levels: Levels) -> str:
    """Since when no session was rated, and why; empty where nothing is missing."""
    newest, missing = levels.newest, levels.missing_since
    if newest is None or not missing:
        return ""
    return voice.say("client.unrated", on=newest.on, why="; ".join(_causes(voice, missing)))


def _causes(voice: Voice, gaps: Sequence[Gap]) -> Iterator[str]:
    for cause, key in CAUSES.items():
        days = [gap.on for gap in gaps if gap.cause == cause]
        if days:
            yield _listed(voice, key, days)


def _newest(voice: Voice, levels: Levels, newest: Level) -> str:
    line = voice.say("picture.newest", value=newest.value, on=newest.on)
    if levels.usual is None:
        return line
    low, high = levels.usual
    return voice.say("picture.usual_is", newest=line, low=low, high=high)


def _listed(voice: Voice, key: DigestKey, days: Sequence[date]) -> str:
    if len(days) > FEW_DAYS:
        when = voice.say("picture.times", count=len(days))
    else:
        when = ", ".join(voice.say("picture.day", on=on) for on in days)
    return voice.say("picture.listed", what=voice.say(key), when=when)


def _dots(levels: Levels) -> Iterator[dict[str, Any]]:
    before: Level | None = None
    for level in levels.given:
        yield {
            "at": _place(levels, level.on),
            "value": level.value,
            "mark": level.mark,
            "joined": before is not None and _are_joined(levels, before.on, level.on),
        }
        before = level if level.value is not None else before


def _are_joined(levels: Levels, before: date, on: date) -> bool:
    """True where a line leads from one rating to the next: nothing is missing in between."""
    return not any(before < gap.on < on for gap in levels.gaps)


def _place(levels: Levels, on: date) -> float:
    """The middle of that day on the way from the first day to the last, 0..1."""
    days = (levels.until_on - levels.from_on).days + 1
    return round(((on - levels.from_on).days + 0.5) / days, 4)


def _figure(voice: Voice, value: float | None) -> str:
    return "" if value is None else voice.say("picture.value", value=value)
