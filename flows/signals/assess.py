"""The one entry to the rules: a client's ratings in, reasons and statements out.

Used by the bot's services when an after-session check-in has ended, and by the evaluation of the
rules. It must stay deterministic: the same series gives the same reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flows.signals.baseline import NEEDED, WINDOW, Episode, course_of
from flows.signals.reason import Reason
from flows.signals.rules import DEFAULT, RULES
from flows.signals.series import HIGHEST, SessionRating
from flows.signals.spreads import ASSUMED, Spreads
from flows.signals.view import View

Settling = Literal["settles", "persists"]

BACK_TO_USUAL = -1.0
"""A rating at most one usual spread below the usual is back where it was."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The findings of the rules about the newest rating."""

    reasons: tuple[Reason, ...] = ()
    """They open a flag, or join the open one."""
    statements: tuple[Reason, ...] = ()
    """They are reported apart and open nothing."""


def assess(
    series: Sequence[SessionRating],
    *,
    flag_open_since: datetime | None,
    settled_episodes: Iterable[Episode] = (),
    spreads: Spreads = ASSUMED,
    rules: Collection[str] = DEFAULT,
) -> Assessment:
    """Return what every rule says about the newest of ``series`` (any order; sorted by time here).

    ``flag_open_since`` is when the rating that opened the flag was given (not later): to some rules
    ratings from then on say nothing about what is usual. ``settled_episodes`` are earlier flags
    that were settled; leave out stale ones and those that were something else, they count as usual.
    ``spreads`` are the swings that are usual in the practice; ``rules`` are the ids of those asked.
    """
    view = view_of(series, flag_open_since, settled_episodes, spreads)
    if view is None:
        return Assessment()
    found = [
        (rule.raises, Reason(rule.id, rule.version, view.newest.check_in_id, evidence))
        for rule in RULES
        if rule.id in rules and (evidence := rule.judge(view)) is not None
    ]
    return Assessment(
        reasons=tuple(reason for raises, reason in found if raises == "flag"),
        statements=tuple(reason for raises, reason in found if raises == "statement"),
    )


def after_rating(
    series: Sequence[SessionRating],
    *,
    flag_open_since: datetime,
    settled_episodes: Iterable[Episode] = (),
    spreads: Spreads = ASSUMED,
) -> Settling:
    """True if the newest rating settles the flag that has been open since then.

    It does where z >= -1 beside the usual of before the flag (or nothing was usual yet) and the
    client said "no" to the strain question or that the two have talked about it. The rating that
    opened the flag never settles it.
    """
    view = view_of(series, flag_open_since, settled_episodes, spreads)
    if view is None or view.newest.rated_at <= flag_open_since:
        return "persists"
    usual = view.usual
    usual_again = usual is None or usual.z >= BACK_TO_USUAL
    said_so = view.newest.strain == "no" or view.newest.talked == "yes"
    return "settles" if usual_again and said_so else "persists"


def view_of(
    series: Sequence[SessionRating],
    flag_open_since: datetime | None,
    settled_episodes: Iterable[Episode],
    spreads: Spreads,
) -> View | None:
    """Return the newest of ``series`` as the rules see it; None where there is none."""
    if not series:
        return None
    ordered = sorted(series, key=lambda rating: (rating.rated_at, rating.check_in_id))
    open_now = () if flag_open_since is None else (Episode(flag_open_since),)
    spans = (*settled_episodes, *open_now)
    newest, before = ordered[-1], ordered[:-1]
    outside = [r for r in before if not any(span.holds(r.rated_at) for span in spans)]
    recent = [r for r in outside if r.items][-WINDOW:]
    last = View(before[-1], course_of(before), None, spreads=spreads) if before else None
    return View(
        newest=newest,
        course=course_of(ordered),
        outside=course_of(ordered, spans, window=WINDOW),
        flag_open_since=flag_open_since,
        spreads=spreads,
        at_top=len(recent) >= NEEDED and all(_is_at_top(r) for r in (*recent, newest)),
        last=last,
    )


def _is_at_top(rating: SessionRating) -> bool:
    return bool(rating.items) and all(value >= HIGHEST for _, value in rating.items)
