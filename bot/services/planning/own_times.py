"""/when: a client sees when the questions come and chooses times of their own.

Another time of day or other weekdays within what the flow allows, by buttons or in words ("wed
19:00"), and another clock for who lives or travels elsewhere ("Lisbon"). What is planned moves at
once; nothing is added.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import assert_never

from babel.dates import get_day_names

from bot.messages import Button, Rows
from bot.services.planning import plans, projecting
from bot.services.planning.spoken_times import city, read_place, read_wish
from bot.services.work import speak
from bot.services.work.buttons import STALE, Press, Toast, data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.languages import Language, locale_of
from flows.schedule.trigger import OwnTimes, Trigger, Weekdays, minute_of
from flows.schedule.wishes import Wish, WishRefusal, moved_to, refusal_of, with_wish
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import enrolments, people
from storage.cares import Care
from storage.enrolments import Enrolment

_WEEK = range(7)
_AS_THEY_ARE = 0
"""In place of weekdays in a button: only the time of day changes."""

REFUSED: dict[WishRefusal, ClientKey] = {
    "no_own_times": "when_no_own_times",
    "days_fixed": "when_days_fixed",
    "days_count": "when_days_count",
    "quiet_hours": "when_quiet_hours",
}
COMES: dict[str, ClientKey] = {
    "weekly": "when_weekly",
    "daily": "when_daily",
    "every": "when_every",
}
"""The text that says how often questions come, for every trigger with times of the client's own."""


@dataclass(frozen=True, slots=True)
class _Own:
    """A flow of the client's that has a time of its own, at the times that hold now."""

    enrolment: Enrolment
    flow: Flow

    @property
    def trigger(self) -> Trigger:
        """The trigger of the flow, the client's wish included."""
        return with_wish(self.flow.schedule.trigger, self.enrolment.wish)

    @property
    def times(self) -> OwnTimes:
        """The times of it that the client may change, as they stand."""
        times = self.trigger.own_times()
        if times is None:
            raise TypeError(f"{self.trigger.name} has no time of its own")
        return times


def command(work: Work, care: Care, rest: str) -> None:
    """/when, /when wed 19:00, or /when Lisbon."""
    own = _list(work, care)
    wish = read_wish(rest, care.language)
    place = read_place(rest, care.language) if wish is None else None
    if place is not None:
        live_by(work, care, place)
    elif not own:
        speak.to_client(work, care, "when_nothing")
    elif rest and wish is None:
        speak.to_client(work, care, "when_unread")
    elif wish is not None:
        _wish_for(work, care, own, wish)
    elif len(own) == 1:
        _show(work, care, own[0])
    else:
        _choose(work, care, own, lambda each: data("own_times", each.enrolment.id))


def is_wish(text: str, language: Language) -> bool:
    """True for words such as "wed 19:00"."""
    wish = read_wish(text, language)
    return wish is not None and wish.at_wall is not None and wish.days is not None


def typed(work: Work, care: Care, text: str) -> bool:
    """Take words such as "wed 19:00", said to no open question, as a wish; False: they are none."""
    wish = read_wish(text, care.language)
    own = _list(work, care) if wish is not None and wish.at_wall is not None else []
    if wish is None or wish.days is None or not own:
        return False
    _wish_for(work, care, own, wish)
    return True


def coming(work: Work, care: Care) -> tuple[list[str], Rows]:
    """Say how often each flow with a time of its own comes, with the buttons that change the one,
    or lead to each of several.
    """
    own = _list(work, care)
    lines = [_comes(work, care.language, each) for each in own]
    if len(own) == 1:
        return lines, _rows(work, care.language, own[0])
    titled = (
        Button(each.flow.title.say(care.language), data("own_times", each.enrolment.id))
        for each in own
    )
    return lines, speak.column(*titled)


def press(work: Work, care: Care, enrolment: Enrolment, tapped: Press, message_id: int) -> Toast:
    """Act on a tap under /when; the toast."""
    own = next((o for o in _list(work, care) if o.enrolment.id == enrolment.id), None)
    if own is None:
        return STALE
    if tapped.name == "own_times":
        _show(work, care, own, message_id)
        return None
    wish = None
    if tapped.name == "own_set":
        bits, minute = tapped.number("weekdays"), tapped.number("minute")
        if bits >= 1 << len(_WEEK) or minute >= 24 * 60:
            return STALE
        days = tuple(day for day in _WEEK if bits >> day & 1)
        wish = _merged(own, Wish(time(*divmod(minute, 60)), days or None))
        refusal = refusal_of(own.flow.schedule.trigger, wish, work.practice.quiet)
        if refusal is not None:
            return work.say(care.language, REFUSED[refusal], **_about(work, care, own))
    _show(work, care, _keep(work, own, wish), message_id)
    return work.say(care.language, "toast_when")


def _list(work: Work, care: Care) -> list[_Own]:
    found = []
    for enrolment in enrolments.list_running(work.tx, care.id):
        flow = work.practice.shelf.current(work.tx, enrolment.flow_id)
        if flow is not None and flow.schedule.trigger.own_times() is not None:
            found.append(_Own(enrolment, flow))
    return found


def _wish_for(work: Work, care: Care, own: Sequence[_Own], wish: Wish) -> None:
    """Follow a typed wish where it is clear which questions it is for; ask where it is not."""
    quiet = work.practice.quiet
    refusals = {o.enrolment.id: refusal_of(o.flow.schedule.trigger, wish, quiet) for o in own}
    fitting = [each for each in own if refusals[each.enrolment.id] is None]
    if len(fitting) == 1:
        _show(work, care, _keep(work, fitting[0], _merged(fitting[0], wish)))
    elif fitting:
        bits = _bits(wish.days or ())
        _choose(
            work,
            care,
            fitting,
            lambda each: data(
                "own_set", each.enrolment.id, bits, minute_of(wish.at_wall or each.times.at_wall)
            ),
        )
    else:
        refusal = refusals[own[0].enrolment.id]
        if refusal is not None:
            speak.to_client(work, care, REFUSED[refusal], **_about(work, care, own[0]))


def live_by(work: Work, care: Care, zone_name: str) -> None:
    """From now on the client's times go by the clock of that place."""
    person = people.load(work.tx, care.client_id)
    plans.change_zone(work, person, zone_name, actor="client")
    place = city(zone_name, care.language)
    local = zone(zone_name)
    text = work.say(care.language, "when_moved", place=place, at=work.now, zone=local)
    speak.reply(work, care.client_id, text, key="when_moved")


def _merged(own: _Own, wish: Wish) -> Wish:
    """Keep the earlier wish where the new one says nothing of it."""
    before = own.enrolment.wish or Wish()
    return Wish(wish.at_wall or before.at_wall, wish.days or before.days)


def _keep(work: Work, own: _Own, wish: Wish | None) -> _Own:
    enrolments.set_wish(work.tx, own.enrolment.id, wish)
    changed = replace(own.enrolment, wish=wish)
    plans.replan(work, [changed], "own_times")
    return replace(own, enrolment=changed)


def _choose(work: Work, care: Care, own: Sequence[_Own], way: Callable[[_Own], str]) -> None:
    buttons = (Button(each.flow.title.say(care.language), way(each)) for each in own)
    text = work.say(care.language, "when_which")
    speak.reply(work, care.client_id, text, key="when?", rows=speak.column(*buttons))


def _show(work: Work, care: Care, own: _Own, message_id: int | None = None) -> None:
    """Show when these questions come, with buttons, in place of an earlier such message."""
    text, rows = _text(work, care, own), _rows(work, care.language, own)
    if message_id is None:
        speak.reply(work, care.client_id, text, key="when", rows=rows)
    else:
        speak.edit(work, care.client_id, message_id, text, key="when", rows=rows)


def _text(work: Work, care: Care, own: _Own) -> str:
    language = care.language
    lines = [_comes(work, language, own)]
    at = projecting.next_at(work, care, own.flow.id)
    if care.paused_at is not None:
        lines.append(work.say(language, "when_paused"))
    elif at is not None:
        lines.append(work.say(language, "when_next", at=at, zone=zone(own.enrolment.zone)))
    lines.append(work.say(language, "when_how"))
    lines.append(work.say(language, "when_clock", place=city(own.enrolment.zone, language)))
    return "\n\n".join(lines)


def _comes(work: Work, language: Language, own: _Own) -> str:
    """Say by which rule these questions come."""
    values = {"title": own.flow.title.say(language), **told(own.trigger, language)}
    return work.say(language, COMES[own.trigger.name], **values)


def _rows(work: Work, language: Language, own: _Own) -> Rows:
    times, quiet = own.times, work.practice.quiet
    now = minute_of(times.at_wall)
    hours = []
    steps: tuple[tuple[ClientKey, int], ...] = (
        ("button_earlier", now - 60),
        ("button_later", now + 60),
    )
    for key, minute in steps:
        if 0 <= minute < 24 * 60 and not quiet.hold(time(*divmod(minute, 60))):
            target = data("own_set", own.enrolment.id, _AS_THEY_ARE, minute)
            hours.append(Button(work.say(language, key), target))
    rows: list[tuple[Button, ...]] = [tuple(hours)] if hours else []
    if times.days is not None and len(times.days) < len(_WEEK):
        # seven in one row are too narrow for a thumb on a small phone
        rows.extend(speak.grid(_day_buttons(language, own, times.days, now), width=4))
    if own.enrolment.wish is not None:
        reset = work.say(language, "button_as_before")
        rows.append((Button(reset, data("own_reset", own.enrolment.id)),))
    return tuple(rows)


def _day_buttons(language: Language, own: _Own, days: Weekdays, now: int) -> list[Button]:
    """A tap on another day moves the nearest of the days there."""
    names = get_day_names("short", locale=locale_of(language))
    return [
        Button(
            f"• {names[day]}" if day in days else names[day],
            data("own_set", own.enrolment.id, _bits(moved_to(days, day)), now),
        )
        for day in _WEEK
    ]


def _bits(days: Sequence[int]) -> int:
    """Weekdays as one number of a button."""
    return sum(1 << day for day in days)


def told(trigger: Trigger, language: Language) -> dict[str, object]:
    """The values of the sentences that tell by which rule a trigger comes, as a person reads them.

    Lists of weekdays become words, such as "Wednesday, Friday".
    """
    return {key: _shown(value, language) for key, value in trigger.told().items()}


def _shown(value: time | int | Weekdays, language: Language) -> object:
    match value:
        case time():
            return value.isoformat("minutes")
        case tuple():
            return _day_names(value, language)
        case int():
            return value
        case _:
            assert_never(value)


def _day_names(days: Sequence[int], language: Language) -> str:
    """The weekdays in words, such as "Wednesday, Friday"."""
    names = get_day_names("wide", locale=locale_of(language))
    return ", ".join(names[day] for day in days)


def _about(work: Work, care: Care, own: _Own) -> dict[str, object]:
    """Return what a refusal may name: the quiet hours, and how many days there are and which."""
    quiet, days = work.practice.quiet, own.times.days or ()
    names = get_day_names("short", locale=locale_of(care.language))
    return {
        "quiet_from": quiet.from_wall.isoformat("minutes"),
        "quiet_until": quiet.until_wall.isoformat("minutes"),
        "count": len(days),
        "example": " ".join(names[day] for day in days),
    }
