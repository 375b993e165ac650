"""A schedule in plain English: when a check-in comes, when it is recalled, when it lapses.

Used by the outline and the diff of a flow, for authors. It must never decide when anything comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from flows.schedule.plain_words import length, listed_with_and
from flows.schedule.timing import Schedule


def schedule_in_words(schedule: Schedule) -> tuple[str, ...]:
    """A sentence for each thing that the schedule says, the trigger first."""
    comes_by_itself = schedule.trigger.family != "request"
    said = [f"{_capital(schedule.trigger.in_words())}."]
    if schedule.on_request and comes_by_itself:
        said.append("A client may also start it with /checkin.")
    if schedule.starts:
        said.append(f"Nothing comes in the first {length(schedule.starts)} after enrolment.")
    if schedule.ends is not None:
        said.append(f"It ends {length(schedule.ends)} after enrolment.")
    if comes_by_itself:
        said.append(f"It may be sent up to {length(schedule.window)} late, then it is missed.")
    said.append(_reminders(schedule.remind))
    said.extend(_expiries(schedule))
    return tuple(said)


def _reminders(delays: tuple[timedelta, ...]) -> str:
    if not delays:
        return "There is no reminder."
    after = listed_with_and([length(delay) for delay in delays])
    return f"While nothing is answered, the client is reminded {after} after the first sending."


def _expiries(schedule: Schedule) -> Iterable[str]:
    yield f"Unanswered, it lapses {length(schedule.expires_unstarted)} after the first sending."
    if schedule.expires_started is not None:
        started = length(schedule.expires_started)
        yield f"Once begun, it lapses {started} after the first sending."
    yield f"Once begun, it lapses {length(schedule.expires_idle)} after the last answer."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
