"""A course of past ratings played again, as flags would have opened, gone on and ended.

Used by the evaluation. It judges with the rules of production, and ends a flag as production does:
a usual rating with nothing said to be wrong, or after six sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flows.signals.assess import BACK_TO_USUAL
from flows.signals.baseline import COURSE, NEEDED, WINDOW, Course, comparison
from flows.signals.flags import STALE_AFTER
from flows.signals.reason import Evidence
from flows.signals.series import HIGHEST, SessionRating
from flows.signals.spreads import Spreads
from flows.signals.view import Rule, View

Swings = Callable[[int], Spreads]
"""The swings that were known at the rating of that place."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one rating."""

    rule: str | None = None
    """The first of the rules that spoke; None where all were silent."""
    evidence: Evidence = ()
    opens: bool = False
    """A flag opened here: the rule spoke while none was open."""
    is_open: bool = False
    """A flag is open after it."""


@dataclass(slots=True)
class _Episode:
    """The flag that is open, if any, and the ratings that say what is usual."""

    outside: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    opened: int | None = None
    opened_at: datetime | None = None

    def close(self, *, counts_as_usual: bool) -> None:
        if counts_as_usual:
            self.outside.extend(self.inside)
        self.inside.clear()
        self.opened = self.opened_at = None


def replay(
    rules: Sequence[Rule], rated: Sequence[tuple[SessionRating, float]], swings: Swings
) -> Iterator[Verdict]:
    """The verdict on each rating, in their order; beside each stands its level on 0..10."""
    levels: list[float] = []
    episode = _Episode()
    last: View | None = None
    for place, (newest, level) in enumerate(rated):
        if episode.opened is not None and place - episode.opened >= STALE_AFTER:
            episode.close(counts_as_usual=True)
        view = _view(newest, level, levels, episode, swings(place), last)
        verdict = _judged(rules, view, episode, place)
        if not verdict.opens and episode.opened is not None and _settles(view):
            episode.close(counts_as_usual=False)
        (episode.outside if episode.opened is None else episode.inside).append(level)
        levels.append(level)
        last = View(newest, view.course, None, spreads=view.spreads)
        yield Verdict(verdict.rule, verdict.evidence, verdict.opens, episode.opened is not None)


def _view(
    newest: SessionRating,
    level: float,
    levels: Sequence[float],
    episode: _Episode,
    spreads: Spreads,
    last: View | None,
) -> View:
    recent, course = episode.outside[-WINDOW:], _course(newest, level, levels[-COURSE:])
    is_whole = len(episode.outside) == len(levels)
    return View(
        newest=newest,
        course=course,
        outside=course if is_whole else _course(newest, level, recent),
        flag_open_since=episode.opened_at,
        spreads=spreads,
        at_top=len(recent) >= NEEDED and min(level, *recent) >= HIGHEST,
        last=last,
    )


def _course(newest: SessionRating, level: float, earlier: Sequence[float]) -> Course | None:
    if len(earlier) < NEEDED:
        return None
    return Course(level, tuple(earlier), newest.rated_at)


def _judged(rules: Sequence[Rule], view: View, episode: _Episode, place: int) -> Verdict:
    for rule in rules:
        found = rule.judge(view)
        if found is not None:
            opens = episode.opened is None and rule.raises == "flag"
            if opens:
                episode.opened, episode.opened_at = place, view.newest.rated_at
            return Verdict(rule.id, found, opens)
    return Verdict()


def _settles(view: View) -> bool:
    """True where the rating is usual again and nothing is said to be wrong."""
    if view.newest.says_strain and view.newest.talked != "yes":
        return False
    return view.outside is None or (
        comparison(view.outside, view.spreads.within).z >= BACK_TO_USUAL
    )
