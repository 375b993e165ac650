"""The schedule: its trigger with the keys that belong to it, and its times and lengths of time."""

from __future__ import annotations

from datetime import timedelta

from flows.script import spans
from flows.script.places import Loc
from flows.script.schema import KEYS_OF_TRIGGER, OTHER_KEYS_OF_TRIGGER, ScheduleShape
from flows.script.sheet import Sheet, listed, near

MOST_REMINDERS = 5
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=28)
LONGEST_WAIT, LONGEST_LIFE = timedelta(days=366), timedelta(days=3660)
"""How long a flow may wait for another one, and how long it may go on."""
MOST_PER_DAY = 6
FARTHEST_DAYS = 90
LAST_PRIORITY = 9
ON_FLAG = ("said_so", "talked")
USUAL_GAP = timedelta(hours=2)

_EXAMPLES = {
    "days": 'the weekdays: `days = ["wed"]`.',
    "at": 'the time of day: `at = "18:00"`.',
    "every": "every how many days: `every = 3`.",
    "between": 'the window of the day: `between = ["10:00", "18:00"]`.',
    "after": 'how long after it: `after = "2h"`.',
    "before": 'how long before the therapy session: `before = "24h"`.',
    "flow": 'the id of the other flow: `flow = "goals"`.',
    "on": 'after what: `on = "said_so"` or `on = "talked"`.',
}


def check(sheet: Sheet) -> None:
    """Reports every part of the schedule that means nothing or could never happen."""
    priority = sheet.flow.priority
    if priority is not None and not 1 <= priority <= LAST_PRIORITY:
        hint = f"Write a whole number from 1 (first) to {LAST_PRIORITY} (thinned first)."
        sheet.at_value("F070", ("priority",), "This is no priority.", hint)
    schedule = sheet.flow.schedule
    if schedule is None:
        return
    if schedule.trigger is not None:
        _check_trigger(sheet, schedule, schedule.trigger)
    _check_days(sheet, schedule.days)
    _check_time(sheet, schedule.at, ("schedule", "at"))
    _check_counts(sheet, schedule)
    _check_window_of_day(sheet, schedule)
    _check_lengths(sheet, schedule)
    _check_life(sheet, schedule)
    _check_reminders(sheet, schedule)


def _check_trigger(sheet: Sheet, schedule: ScheduleShape, trigger: str) -> None:
    if trigger not in KEYS_OF_TRIGGER:
        message = f"There is no trigger called `{trigger[:60]}`."
        hint = near(trigger, KEYS_OF_TRIGGER, f"The triggers are {listed(KEYS_OF_TRIGGER)}.")
        sheet.at_value("F014", ("schedule", "trigger"), message, hint)
        return
    for key in KEYS_OF_TRIGGER[trigger]:
        if getattr(schedule, key) is None:
            sheet.missing(("schedule",), key, _EXAMPLES[key])
    own = {*KEYS_OF_TRIGGER[trigger], *OTHER_KEYS_OF_TRIGGER.get(trigger, ())}
    for key, owners in _owners().items():
        if key not in own and getattr(schedule, key) is not None:
            message = f"`{key}` has no effect with the trigger `{trigger}`."
            hint = f"Remove it; it belongs to {listed(owners)}."
            sheet.at_key("F016", ("schedule", key), message, hint)


def _owners() -> dict[str, list[str]]:
    owners: dict[str, list[str]] = {}
    for trigger, keys in KEYS_OF_TRIGGER.items():
        for key in (*keys, *OTHER_KEYS_OF_TRIGGER.get(trigger, ())):
            owners.setdefault(key, []).append(trigger)
    return owners


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


def _check_time(sheet: Sheet, written: str | None, loc: Loc) -> None:
    if written is not None and spans.time_of_day(written) is None:
        message = f"`{written[:60]}` is no time of day."
        hint = "Write hours and minutes from 00:00 to 23:59, such as 18:00."
        sheet.at_value("F061", loc, message, hint)


def _check_counts(sheet: Sheet, schedule: ScheduleShape) -> None:
    for key, most in (("every", FARTHEST_DAYS), ("per_day", MOST_PER_DAY)):
        count = getattr(schedule, key)
        if count is not None and not 1 <= count <= most:
            message = f"`{key}` is too small or too large."
            hint = f"Write a whole number from 1 to {most}."
            sheet.at_value("F070", ("schedule", key), message, hint)
    if schedule.on is not None and schedule.on not in ON_FLAG:
        message = f"`{schedule.on[:60]}` is nothing that can be waited for."
        hint = near(schedule.on, ON_FLAG, f"Write one of {listed(ON_FLAG)}.")
        sheet.at_value("F070", ("schedule", "on"), message, hint)
    if schedule.flow is not None and schedule.flow == sheet.flow.id:
        hint = "Name another flow; for one that comes again and again use `every`."
        sheet.at_value("F068", ("schedule", "flow"), "A flow cannot follow itself.", hint)


def _check_window_of_day(sheet: Sheet, schedule: ScheduleShape) -> None:
    """``between`` holds two times, and the day's check-ins fit between them with their gaps."""
    between = schedule.between
    if between is None:
        return
    loc: Loc = ("schedule", "between")
    if len(between) != 2:
        message = "`between` is the earliest and the latest time."
        sheet.at_value("F082", loc, message, 'Write such as ["10:00", "18:00"].')
        return
    for number, written in enumerate(between):
        _check_time(sheet, written, (*loc, number))
    start, end = (spans.time_of_day(written) for written in between)
    if start is None or end is None:
        return
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    gap = spans.duration(schedule.gap) if schedule.gap is not None else USUAL_GAP
    count = 1 if schedule.per_day is None else schedule.per_day
    if not 1 <= count <= MOST_PER_DAY:
        return
    wanted = (count - 1) * (gap or USUAL_GAP)
    if minutes <= 0:
        message = f"The window ends at {between[1]}, before it begins."
        sheet.at_value("F069", loc, message, "Put the earlier time first.")
    elif timedelta(minutes=minutes) <= wanted:
        message = f"{count} check-ins with this gap do not fit into the window."
        sheet.at_value("F069", loc, message, "Widen it, or choose a smaller `gap` or `per_day`.")


def _check_lengths(sheet: Sheet, schedule: ScheduleShape) -> None:
    if schedule.after is not None:
        longest = LONGEST_WAIT if schedule.trigger == "after_flow" else LONGEST
        _check_length(sheet, schedule.after, ("schedule", "after"), timedelta(0), longest)
    limits = {"before": SHORTEST, "gap": SHORTEST, "window": SHORTEST}
    for key, shortest in limits.items():
        written = getattr(schedule, key)
        if written is not None:
            _check_length(sheet, written, ("schedule", key), shortest)
    ends = schedule.expires
    for key in ("unstarted", "started", "idle"):
        written = getattr(ends, key) if ends is not None else None
        if written is not None:
            _check_length(sheet, written, ("schedule", "expires", key), SHORTEST)
    started = spans.duration(ends.started) if ends is not None and ends.started else None
    if started is not None and started < _unstarted(schedule):
        message = "Who has answered something would have less time than who has not."
        hint = "Let `expires.started` be at least as long as `expires.unstarted`."
        sheet.at_value("F065", ("schedule", "expires", "started"), message, hint)


def _check_length(
    sheet: Sheet, written: str, loc: Loc, shortest: timedelta, longest: timedelta = LONGEST
) -> timedelta | None:
    length = spans.duration(written)
    if length is None:
        message = f"`{written[:60]}` is no length of time."
        hint = 'Write a number with m, h or d: "30m", "2h", "3d", "1d12h".'
        sheet.at_value("F060", loc, message, hint)
    elif not shortest <= length <= longest:
        message = f"`{written}` is too short or too long here."
        hint = f"Choose between {int(shortest.total_seconds() // 60)}m and {longest.days}d."
        sheet.at_value("F060", loc, message, hint)
    return length


def _check_life(sheet: Sheet, schedule: ScheduleShape) -> None:
    found: dict[str, timedelta | None] = {}
    for key in ("starts", "ends"):
        written = getattr(schedule, key)
        if written is not None:
            loc = ("schedule", key)
            found[key] = _check_length(sheet, written, loc, timedelta(0), LONGEST_LIFE)
    starts, ends = found.get("starts", timedelta(0)), found.get("ends")
    if starts is not None and ends is not None and ends <= starts:
        message = "The flow would end before it begins."
        sheet.at_value("F064", ("schedule", "ends"), message, "Let `ends` be later than `starts`.")


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
