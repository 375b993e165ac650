"""The words for an alarm, in the reader's language and by their clock.

Used by what tells of alarms and by /status. Every kind has its text, and a state one for its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages import Button, Rows
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage import people
from storage.alarms import EVENTS, Alarm
from storage.people import Person


def text_of(work: Work, person: Person, alarm: Alarm, *, is_again: bool = False) -> str:
    """Say what has happened and what to do; of a state that has ended, that it is over.
    ``is_again``: they know, and it goes on.
    """
    is_over = alarm.ended_at is not None and alarm.kind not in EVENTS
    area = "alarm_over" if is_over else "alarm"
    values: dict[str, object] = {"since": alarm.begun_at, "until": alarm.ended_at, **alarm.facts}
    if "therapist" in values:
        values["therapist"] = _name_of(work, str(values["therapist"]))
    said = _say(work, person, f"{area}.{alarm.kind}", values)
    if is_again and not is_over:
        still = work.tell(
            person.language, "alarm_goes_on", since=alarm.begun_at, zone=zone(person.zone)
        )
        return f"{still}\n\n{said}"
    return said


def rows_below(work: Work, person: Person, about: Sequence[Alarm]) -> Rows:
    """The button for what can be mended by a tap, while it lasts."""
    if not any(each.kind == "key_file_lost" and each.ended_at is None for each in about):
        return ()
    return speak.row(Button(work.tell(person.language, "button_key_back"), data("key_back")))


def _name_of(work: Work, code: str) -> str:
    """The name of a therapist, which no alarm holds: it has their code."""
    found = people.find_by_code(work.tx, code)
    return code if found is None else people.name_of(work.tx, found.id).name


def _say(work: Work, person: Person, key: str, values: dict[str, object]) -> str:
    """The key is of the alarm's kind: a test knows that each has its texts."""
    filled = {
        name: value for name, value in values.items() if isinstance(value, str | int | datetime)
    }
    texts = work.practice.texts
    return texts.say(person.language, f"staff.{key}", zone=zone(person.zone), **filled)
