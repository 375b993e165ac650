"""``after_flag``: a delay after a client said that something wasn't right, or it was talked about;
or after so many further therapy sessions.

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
from flows.authoring.span_checks import count_up_to
from flows.schedule.happenings import Awaited, FlagTurn, FlagTurned, Happening
from flows.schedule.plain_words import length
from flows.schedule.trigger import ByAnEvent, Clash, Wanted
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
MOST_SESSIONS = 6
"""After so many therapy sessions a flag is stale, and nothing follows it any more."""
SESSIONS: Key[int] = Key(
    name="sessions",
    sort=int,
    read=int,
    says="After so many further therapy sessions; `after` counts from the end of the last one.",
    what="after how many further therapy sessions",
    sample="1",
    form={"type": "integer"},
    check=count_up_to(MOST_SESSIONS),
    needed=False,
    note=" (further therapy sessions; `after` counts from the end of the last)",
)
SESSIONS_IF_LEFT = replace(
    SESSIONS,
    name="sessions_if_left",
    says="So many instead where the client would rather leave it for now; else they are not asked.",
    what="after how many where they would rather leave it",
    sample="2",
    note=" (where they would rather leave it)",
)


@dataclass(frozen=True, slots=True)
class AfterFlag(ByAnEvent):
    """A delay after a client said that something wasn't right, or after it was talked about."""

    on: FlagTurn
    after: timedelta
    sessions: int = 0
    """The further therapy sessions that it waits for; 0: it waits for none."""
    sessions_if_left: int = 0
    """The same where the client would rather leave it for now; 0: it never comes then."""

    name = "after_flag"
    keys = (ON, DAY_AFTER, SESSIONS, SESSIONS_IF_LEFT)
    comes = "after a client said that something wasn't right, or after it was talked about"
    awaits: ClassVar[Awaited] = "flag"

    @classmethod
    def build(cls, written: Written) -> Self:
        return cls(
            ON.given(written),
            DAY_AFTER.given(written),
            SESSIONS.of(written) or 0,
            SESSIONS_IF_LEFT.of(written) or 0,
        )

    @classmethod
    def clash(cls, written: Written) -> Clash | None:
        for key in (SESSIONS, SESSIONS_IF_LEFT):
            if key.of(written) is not None and ON.of(written) == "talked":
                message = f"`{key.name}` counts from what the client said, not from a talk."
                return Clash(key.name, "F016", message, 'Leave it out, or write `on = "said_so"`.')
        return None

    def in_words(self) -> str:
        if not self.sessions:
            return f"{length(self.after)} after {_TURNS[self.on]}"
        said = f"{length(self.after)} after {_sessions(self.sessions)}, once {_TURNS[self.on]}"
        if not self.sessions_if_left:
            return said
        return f"{said} ({_sessions(self.sessions_if_left)} where they would rather leave it)"

    def wanted(self, happening: Happening) -> Wanted | None:
        if not isinstance(happening, FlagTurned) or happening.on != self.on:
            return None
        if happening.is_left and not self.sessions_if_left:
            return None
        count = self.sessions_if_left if happening.is_left else self.sessions
        if not count:
            return Wanted(happening.at + self.after)
        ends = happening.sessions_end_at[count - 1 : count]
        return Wanted(ends[0] + self.after) if ends else None

    def awaited(self, at: datetime) -> FlagTurned:
        return FlagTurned(self.on, at, (at,) * self.sessions)

    def flag_turn(self) -> FlagTurn:
        return self.on

    def moves_with_sessions(self) -> bool:
        return bool(self.sessions or self.sessions_if_left)


def _sessions(count: int) -> str:
    return "the next therapy session" if count == 1 else f"{count} further therapy sessions"
