"""The schedule: its trigger with the keys that belong to it, and its times and lengths of time."""

from __future__ import annotations

from datetime import time, timedelta

from flows.authoring import spans
from flows.authoring.near_names import listed, near
from flows.authoring.report import Loc
from flows.authoring.span_checks import LONGEST, SHORTEST, check_length
from flows.schedule.plain_words import wall_in_words
from flows.schedule.timing import USUAL_WINDOW
from flows.schedule.trigger import (
    Clash,
    Trigger,
    minute_of,
    minutes_between,
    quiet_in_words,
    wall_of,
)
from flows.script.schema import ScheduleShape
from flows.script.sheet import Sheet
from flows.triggers.registry import BY_NAME, KEYS, owners

MOST_REMINDERS = 5
LONGEST_LIFE = timedelta(days=3660)
"""The longest time that a flow may go on."""
LAST_PRIORITY = 9


def check(sheet: Sheet) -> None:
    """Reports every part of the schedule that means nothing or could never happen."""
    priority = sheet.flow.priority
    if priority is not None and not 1 <= priority <= LAST_PRIORITY:
        hint = f"Write a whole number from 1 (first) to {LAST_PRIORITY} (thinned first)."
        sheet.at_value("F070", ("priority",), "This is no priority.", hint)
    schedule = sheet.flow.schedule
    if schedule is None:
        return
    known = len(sheet.problems)
    if schedule.trigger is not None:
        _check_trigger(sheet, schedule, schedule.trigger)
    _check_keys(sheet, schedule)
    if len(sheet.problems) == known:
        _check_quiet(sheet, schedule)
    _check_itself(sheet, schedule)
    _check_lengths(sheet, schedule)
    _check_life(sheet, schedule)
    _check_reminders(sheet, schedule)


def _check_trigger(sheet: Sheet, schedule: ScheduleShape, name: str) -> None:
    """The trigger exists, has the keys that it needs and no other's, and they fit together."""
    trigger = BY_NAME.get(name)
    if trigger is None:
        message = f"There is no trigger called `{name[:60]}`."
        hint = near(name, BY_NAME, f"The triggers are {listed(BY_NAME)}.")
        sheet.at_value("F014", ("schedule", "trigger"), message, hint)
        return
    written = schedule.of_trigger()
    for key in trigger.keys:
        if key.needed and key.name not in written:
            sheet.missing(("schedule",), key.name, f"{key.what}: `{key.line}`.")
    for key_name in written.keys() - {key.name for key in trigger.keys}:
        message = f"`{key_name}` has no effect with the trigger `{name}`."
        hint = f"Remove it; it belongs to {listed(owners(key_name))}."
        sheet.at_key("F016", ("schedule", key_name), message, hint)
    clash = trigger.clash(written)
    if clash is not None:
        _report(sheet, clash)


def _report(sheet: Sheet, clash: Clash) -> None:
    sheet.at_value(clash.code, ("schedule", clash.key), clash.message, clash.hint)


def _built(schedule: ScheduleShape) -> Trigger | None:
    """The trigger; None where a key that it needs is not there, or of another sort."""
    trigger, written = BY_NAME.get(schedule.trigger or ""), schedule.of_trigger()
    if trigger is None or any(key.needed and key.name not in written for key in trigger.keys):
        return None
    return trigger.build(written)


def _check_quiet(sheet: Sheet, schedule: ScheduleShape) -> None:
    """Report what the quiet hours of the practice make of the times that the author named."""
    trigger = _built(schedule)
    if trigger is None:
        return
    window = spans.duration(schedule.window or "") or USUAL_WINDOW
    clash = trigger.clash_with_quiet(sheet.quiet, window)
    if clash is not None:
        _report(sheet, clash)
        return
    for wall in trigger.walls().values():
        for number, written in enumerate(schedule.remind or []):
            _check_quiet_reminder(sheet, schedule, wall, ("schedule", "remind", number), written)


def _check_quiet_reminder(
    sheet: Sheet, schedule: ScheduleShape, wall: time, loc: Loc, written: str
) -> None:
    delay = spans.duration(written)
    if delay is None or delay >= _unstarted(schedule):
        return
    at = wall_of(minute_of(wall) + delay // timedelta(minutes=1))
    if not sheet.quiet.hold(at):
        return
    where = f"{wall_in_words(at)} lies in {quiet_in_words(sheet.quiet)}"
    until = sheet.quiet.until_wall
    if delay + timedelta(minutes=minutes_between(at, until)) >= _unstarted(schedule):
        message = f"{where}, and the check-in has lapsed before they end: it is never sent."
        sheet.at_value("F102", loc, message, "Remind at another time.")
    else:
        message = f"{where}: this reminder comes at {wall_in_words(until)}."
        sheet.at_value("F101", loc, message, "Remind at another time, or leave it so.")


def _check_keys(sheet: Sheet, schedule: ScheduleShape) -> None:
    """Each key that a trigger brings means something, whichever trigger it was written with."""
    trigger = BY_NAME.get(schedule.trigger or "")
    own = {key.name: key for key in trigger.keys} if trigger else {}
    for name, written in schedule.of_trigger().items():
        own.get(name, KEYS[name]).check(sheet, ("schedule", name), written)


def _check_itself(sheet: Sheet, schedule: ScheduleShape) -> None:
    followed = schedule.of_trigger().get("flow")
    if followed is not None and followed == sheet.flow.id:
        hint = "Name another flow; for one that comes again and again use `every`."
        sheet.at_value("F068", ("schedule", "flow"), "A flow cannot follow itself.", hint)


def _check_lengths(sheet: Sheet, schedule: ScheduleShape) -> None:
    if schedule.window is not None:
        check_length(sheet, ("schedule", "window"), schedule.window, SHORTEST)
    ends = schedule.expires
    for key in ("unstarted", "started", "idle"):
        written = getattr(ends, key) if ends is not None else None
        if written is not None:
            check_length(sheet, ("schedule", "expires", key), written, SHORTEST)
    started = spans.duration(ends.started) if ends is not None and ends.started else None
    if started is not None and started < _unstarted(schedule):
        message = "Who has answered something would have less time than who has not."
        hint = "Let `expires.started` be at least as long as `expires.unstarted`."
        sheet.at_value("F065", ("schedule", "expires", "started"), message, hint)


def _check_life(sheet: Sheet, schedule: ScheduleShape) -> None:
    found: dict[str, timedelta | None] = {}
    for key in ("starts", "ends"):
        written = getattr(schedule, key)
        if written is not None:
            loc = ("schedule", key)
            found[key] = check_length(sheet, loc, written, timedelta(0), LONGEST_LIFE)
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
        delay = check_length(sheet, loc, written, SHORTEST)
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
