"""The way to open a strain that the digest offers, if any, by what was said and noted so far.

Used by the report, which has the words. No way is offered week after week: it changes from one
time to the next, and ends. It never says to leave alone what is still much on a client's mind.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, get_args

from flows.digest.section import ClientSection
from flows.signals.flags import FlagState
from flows.signals.reason import Reason

WayIn = Literal[
    "by_kind",
    "faded",
    "again",
    "long",
    "together",
    "talked",
    "talked_lingers",
    "i_will",
    "i_will_lingers",
    "i_will_again",
    "leave_it",
    "leave_it_lingers",
    "rating",
    "rating_again",
]
"""``by_kind``: a question for what came closest to the strain. ``long``: it has gone on for weeks.
``together``: how the two of them deal with such moments.
"""
WAYS: tuple[WayIn, ...] = get_args(WayIn)

NO_LONGER: frozenset[FlagState] = frozenset(
    {"not_this_time", "talked_settled", "something_else", "closed", "stale"}
)
"""The states that need no opening: the therapist has put it aside, or it is over."""
MUCH = 3
"""The weight on a client's mind, 0 to 4, from which on it is not to be left alone."""
LONG = timedelta(weeks=3)


def way_in(section: ClientSection) -> WayIn | None:
    """The way that fits the newest of this period's reasons; None where none is to be offered."""
    if section.flag_state in NO_LONGER or not section.reasons:
        return None
    told = len({reason.check_in_id for reason in section.earlier_reasons})
    said = [reason for reason in section.reasons if reason.rule == "said_so"]
    ways = _ways(section, said[-1]) if said else _RATED
    return ways[told] if told < len(ways) else None


_RATED: tuple[WayIn, ...] = ("rating", "rating_again")


def _ways(section: ClientSection, said: Reason) -> tuple[WayIn, ...]:
    """Return what is offered the first time that it is told, the second time, and so on."""
    linger = said.number("linger")
    lingers = linger is not None and linger >= MUCH
    if said.fact("talked") == "yes" or section.flag_state == "talked_open":
        return ("talked_lingers" if lingers else "talked", "together")
    match said.words("who_raises"):
        case "i_will":
            return ("i_will_lingers" if lingers else "i_will", "i_will_again")
        case "leave_it":
            return ("leave_it_lingers", "together") if lingers else ("leave_it",)
        case _:
            later: WayIn = "long" if _is_long(section, said) else "again"
            return ("faded" if linger == 0 else "by_kind", later, "together")


def _is_long(section: ClientSection, said: Reason) -> bool:
    """True where weeks have passed from the first time to the newest."""
    since_at = section.flag_since_at
    return since_at is not None and said.at - since_at >= LONG
