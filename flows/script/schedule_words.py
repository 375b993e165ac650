"""A schedule in plain English: when a check-in comes, when it is recalled, when it lapses.

Used by the outline and the diff of a flow, for authors. It must never decide when anything comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time, timedelta
from typing import assert_never

from flows.script.timing import (
    AfterFlag,
    AfterFlow,
    AfterTherapySession,
    BeforeTherapySession,
    Daily,
    Every,
    OnRequest,
    RandomTimes,
    Schedule,
    Trigger,
    Weekly,
)

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def schedule_in_words(schedule: Schedule) -> tuple[str, ...]:
    """A sentence for each thing that the schedule says, the trigger first."""
    said = [f"{_capital(trigger_in_words(schedule.trigger))}."]
    if schedule.on_request and not isinstance(schedule.trigger, OnRequest):
        said.append("A client may also start it with /checkin.")
    if schedule.starts:
        said.append(f"Nothing comes in the first {length(schedule.starts)} after enrolment.")
    if schedule.ends is not None:
        said.append(f"It ends {length(schedule.ends)} after enrolment.")
    if not isinstance(schedule.trigger, OnRequest):
        said.append(f"It may be sent up to {length(schedule.window)} late, then it is missed.")
    said.append(_reminders(schedule.remind))
    said.extend(_expiries(schedule))
    return tuple(said)


def trigger_in_words(trigger: Trigger) -> str:
    """When a check-in comes, as the rest of a sentence: "every week on Wednesday at 18:00"."""
    match trigger:
        case Weekly():
            return f"every week on {_days(trigger.days)} at {_wall(trigger.at_wall)}"
        case Daily():
            return f"every day at {_wall(trigger.at_wall)}"
        case Every():
            return f"every {trigger.days} days from enrolment on, at {_wall(trigger.at_wall)}"
        case RandomTimes():
            return _random_times(trigger)
        case AfterTherapySession():
            return f"{length(trigger.after)} after a therapy session"
        case BeforeTherapySession():
            return f"{length(trigger.before)} before a therapy session"
        case AfterFlow():
            return f"{length(trigger.after)} after a check-in of {trigger.flow_id} was finished"
        case AfterFlag():
            return f"{length(trigger.after)} after {_FLAG[trigger.on]}"
        case OnRequest():
            return "only when the client asks for it, or the therapist sends it"
        case _:
            assert_never(trigger)


_FLAG = {
    "said_so": "the client said that something wasn't right",
    "talked": "a possible strain was talked about",
}


def length(span: timedelta) -> str:
    """A length of time in words: "2 hours", "1 day and 12 hours"; "0 minutes" for none."""
    minutes = int(span.total_seconds()) // 60
    days, rest = (
        divmod(minutes, 24 * 60)
        if minutes % (24 * 60) == 0 or minutes > 72 * 60
        else (
            0,
            minutes,
        )
    )
    hours, rest = divmod(rest, 60)
    parts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((days, "day"), (hours, "hour"), (rest, "minute"))
        if count
    ]
    return _and(parts) or "0 minutes"


def _random_times(trigger: RandomTimes) -> str:
    window = f"between {_wall(trigger.from_wall)} and {_wall(trigger.until_wall)}"
    when = "every day" if len(trigger.days) == len(DAYS) else f"on {_days(trigger.days)}"
    often = "once" if trigger.per_day == 1 else f"{trigger.per_day} times"
    return f"{often} {when} at random, {window}, at least {length(trigger.gap)} apart"


def _reminders(delays: tuple[timedelta, ...]) -> str:
    if not delays:
        return "There is no reminder."
    after = _and([length(delay) for delay in delays])
    return f"While nothing is answered, the client is reminded {after} after the first sending."


def _expiries(schedule: Schedule) -> Iterable[str]:
    yield f"Unanswered, it lapses {length(schedule.expires_unstarted)} after the first sending."
    if schedule.expires_started is not None:
        started = length(schedule.expires_started)
        yield f"Once begun, it lapses {started} after the first sending."
    yield f"Once begun, it lapses {length(schedule.expires_idle)} after the last answer."


def _days(days: tuple[int, ...]) -> str:
    return _and([DAYS[day] for day in days])


def _wall(at: time) -> str:
    return at.strftime("%H:%M")


def _and(parts: list[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
