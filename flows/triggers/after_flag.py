"""``after_flag``: a delay after a client said that something wasn't right, or it was talked about.

Nothing is expected of it in an ordinary week.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Self, get_args

from flows.authoring.keys import Key, Written
from flows.authoring.near_names import listed, near
from flows.authoring.report import Loc, Report
from flows.schedule.happenings import Awaited, FlagTurn, FlagTurned, Happening
from flows.schedule.plain_words import length
from flows.schedule.trigger import ByAnEvent, Wanted
from flows.triggers.keys import AFTER

_TURNS: Mapping[FlagTurn, str] = {
    "said_so": "the client said that something wasn't right",
    "talked": "a possible strain was talked about",
}
assert tuple(_TURNS) == get_args(FlagTurn), "every turn of a flag has its words"


def _turn(written: str) -> FlagTurn | None:
    return next((turn for turn in _TURNS if turn == written), None)


def _check_on(report: Report, loc: Loc, written: str) -> None:
    if _turn(written) is None:
        message = f"`{written[:60]}` is nothing that can be waited for."
        report.at_value(
            "F070", loc, message, near(written, _TURNS, f"Write one of {listed(_TURNS)}.")
        )


ON: Key[FlagTurn] = Key(
    name="on",
    sort=str,
    read=_turn,
    says="What it follows: said_so or talked.",
    what="after what, `said_so` or `talked`",
    sample='"said_so"',
    form={"type": "string"},
    check=_check_on,
    note=' or `on = "talked"`',
)
DAY_AFTER = replace(AFTER, sample='"1d"')


@dataclass(frozen=True, slots=True)
class AfterFlag(ByAnEvent):
    """A delay after a client said that something wasn't right, or after it was talked about."""

    on: FlagTurn
    after: timedelta

    name = "after_flag"
    keys = (ON, DAY_AFTER)
    comes = "after a client said that something wasn't right, or after it was talked about"
    awaits: ClassVar[Awaited] = "flag"

    @classmethod
    def build(cls, written: Written) -> Self:
        return cls(ON.given(written), DAY_AFTER.given(written))

    def in_words(self) -> str:
        return f"{length(self.after)} after {_TURNS[self.on]}"

    def wanted(self, happening: Happening) -> Wanted | None:
        if isinstance(happening, FlagTurned) and happening.on == self.on:
            return Wanted(happening.at + self.after)
        return None

    def awaited(self, at: datetime) -> FlagTurned:
        return FlagTurned(self.on, at)
