"""The schedule: its trigger with the keys that belong to it, and its times and lengths of time."""

from __future__ import annotations

from datetime import timedelta

from flows.script import spans
from flows.script.places import Loc
from flows.script.schema import KEYS_OF_TRIGGER, LATER_TRIGGERS, ScheduleShape
from flows.script.sheet import Sheet, listed, near

MOST_REMINDERS = 5
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=28)

_EXAMPLES = {
    "days": 'the weekdays: `days = ["wed"]`.',
    "at": 'the time of day: `at = "18:00"`.',
    "after": 'how long after the therapy session: `after = "2h"`.',
}


def check(sheet: Sheet) -> None:
    """Reports every part of the schedule that means nothing or could never happen."""
    schedule = sheet.flow.schedule
    if schedule is None:
        return
    if schedule.trigger is not None:
        _check_trigger(sheet, schedule, schedule.trigger)
    _check_days(sheet, schedule.days)
    if schedule.at is not None and spans.time_of_day(schedule.at) is None:
        message = f"`{schedule.at[:60]}` is no time of day."
        hint = "Write hours and minutes from 00:00 to 23:59, such as 18:00."
        sheet.at_value("F061", ("schedule", "at"), message, hint)
    _check_lengths(sheet, schedule)
    _check_reminders(sheet, schedule)


def _check_trigger(sheet: Sheet, schedule: ScheduleShape, trigger: str) -> None:
    if trigger not in KEYS_OF_TRIGGER:
        _unknown_trigger(sheet, trigger)
        return
    for owner, keys in KEYS_OF_TRIGGER.items():
        for key in keys:
            given = getattr(schedule, key) is not None
            if owner == trigger and not given:
                sheet.missing(("schedule",), key, _EXAMPLES[key])
            if owner != trigger and given:
                message = f"`{key}` has no effect with the trigger `{trigger}`."
                hint = f"Remove it, or use the trigger `{owner}`."
                sheet.at_key("F016", ("schedule", key), message, hint)


def _unknown_trigger(sheet: Sheet, trigger: str) -> None:
    message = f"There is no trigger called `{trigger[:60]}`."
    hint = near(trigger, KEYS_OF_TRIGGER, f"The triggers are {listed(KEYS_OF_TRIGGER)}.")
    if trigger in LATER_TRIGGERS:
        message = f"The trigger `{trigger}` is not in this version yet."
        hint = f"Until then, use {listed(KEYS_OF_TRIGGER)}."
        if trigger == "on_request":
            hint += " A client may start it as well where `on_request = true`."
    sheet.at_value("F014", ("schedule", "trigger"), message, hint)


def _check_days(sheet: Sheet, days: list[str] | None) -> None:
    if days == []:
        message = "No weekday is named."
        sheet.at_value("F062", ("schedule", "days"), message, 'Write such as days = ["wed"].')
    for number, day in enumerate(days or []):
        loc = ("schedule", "days", number)
        if day not in spans.WEEKDAYS:
            known = f"The weekdays are {listed(spans.WEEKDAYS)}."
            hint = f"Write `{day[:3].lower()}`." if day[:3].lower() in spans.WEEKDAYS else known
            sheet.at_value("F062", loc, f"`{day[:60]}` is no weekday here.", hint)
        elif day in (days or [])[:number]:
            sheet.at_value("F062", loc, f"`{day}` is named twice.", "Remove one of them.")


def _check_lengths(sheet: Sheet, schedule: ScheduleShape) -> None:
    if schedule.after is not None:
        _check_length(sheet, schedule.after, ("schedule", "after"), timedelta(0))
    if schedule.window is not None:
        _check_length(sheet, schedule.window, ("schedule", "window"), SHORTEST)
    if schedule.expires is not None:
        for key in ("unstarted", "idle"):
            length = getattr(schedule.expires, key)
            if length is not None:
                _check_length(sheet, length, ("schedule", "expires", key), SHORTEST)


def _check_length(sheet: Sheet, written: str, loc: Loc, shortest: timedelta) -> timedelta | None:
    length = spans.duration(written)
    if length is None:
        message = f"`{written[:60]}` is no length of time."
        hint = 'Write a number with m, h or d: "30m", "2h", "3d", "1d12h".'
        sheet.at_value("F060", loc, message, hint)
    elif not shortest <= length <= LONGEST:
        message = f"`{written}` is too short or too long here."
        hint = f"Choose between {int(shortest.total_seconds() // 60)}m and {LONGEST.days}d."
        sheet.at_value("F060", loc, message, hint)
    return length


def _check_reminders(sheet: Sheet, schedule: ScheduleShape) -> None:
    reminders = schedule.remind or []
    if len(reminders) > MOST_REMINDERS:
        message = f"There are {len(reminders)} reminders."
        hint = f"At most {MOST_REMINDERS}; one or two are kinder."
        sheet.at_value("F082", ("schedule", "remind"), message, hint)
        return
    before = timedelta(0)
    for number, written in enumerate(reminders):
        loc = ("schedule", "remind", number)
        delay = _check_length(sheet, written, loc, SHORTEST)
        if delay is None:
            continue
        if delay <= before:
            message = "This reminder is not later than the one before it."
            sheet.at_value("F060", loc, message, "Write the delays in order, shortest first.")
        if delay >= _unstarted(schedule):
            message = f"After `{written}` an unanswered check-in has already lapsed."
            hint = "Remind earlier, or let `expires.unstarted` be longer."
            sheet.at_value("F063", loc, message, hint)
        before = delay


def _unstarted(schedule: ScheduleShape) -> timedelta:
    written = schedule.expires.unstarted if schedule.expires else None
    return spans.duration(written or "48h") or LONGEST
