"""The one entry to the rules: a client's ratings in, reasons and statements out.

Used by the bot's services when an after-session check-in has ended, and by the evaluation of the
rules. It must stay deterministic: the same series gives the same reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flows.signals.baseline import Episode, compare
from flows.signals.reason import Reason
from flows.signals.rules import RULES
from flows.signals.series import SessionRating
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
) -> Assessment:
    """Return what every rule says about the newest of ``series`` (any order; sorted by time here).

    ``flag_open_since`` is when the rating that opened the flag was given (not later): ratings from
    then on say nothing about what is usual. ``settled_episodes`` are earlier flags that were
    settled; leave out stale ones and those that were something else, they count as usual.
    """
    view = _view(series, flag_open_since, settled_episodes)
    if view is None:
        return Assessment()
    found = [
        (rule.raises, Reason(rule.id, rule.version, view.newest.check_in_id, evidence))
        for rule in RULES
        if (evidence := rule.judge(view)) is not None
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
) -> Settling:
    """True if the newest rating settles the flag that has been open since then.

    It does where z >= -1 (or nothing is usual yet) and the client said "no" to the strain question
    or that the two have talked about it. The rating that opened the flag never settles it.
    """
    view = _view(series, flag_open_since, settled_episodes)
    if view is None or view.newest.rated_at <= flag_open_since:
        return "persists"
    usual_again = view.usual is None or view.usual.z >= BACK_TO_USUAL
    said_so = view.newest.strain == "no" or view.newest.talked == "yes"
    return "settles" if usual_again and said_so else "persists"


def _view(
    series: Sequence[SessionRating],
    flag_open_since: datetime | None,
    settled_episodes: Iterable[Episode],
) -> View | None:
    if not series:
        return None
    ordered = sorted(series, key=lambda rating: (rating.rated_at, rating.check_in_id))
    open_now = () if flag_open_since is None else (Episode(flag_open_since),)
    spans = (*settled_episodes, *open_now)
    earlier = (r for r in ordered[:-1] if not any(span.holds(r.rated_at) for span in spans))
    return View(
        newest=ordered[-1],
        earlier=tuple(earlier),
        usual=compare(ordered, spans),
        flag_open_since=flag_open_since,
    )
