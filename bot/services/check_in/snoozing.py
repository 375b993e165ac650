"""A client puts a question off: in an hour, this evening, tomorrow. What may be chosen, and what is
said of it.

Used by ``effects`` for those who type it and by the buttons of clients. The engine keeps it.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.messages import Button, Rows
from bot.services.check_in.prompt_message import show_open
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.engine.inputs import Snoozed
from flows.schedule.put_off import Later, stays_until, ways_to_snooze
from flows.schedule.zones import zone
from storage import cares, timers
from storage.check_ins import StoredCheckIn

LABELS: dict[Later, ClientKey] = {
    "hour": "button_hour",
    "evening": "button_evening",
    "tomorrow": "button_tomorrow",
}


def offer(work: Work, stored: StoredCheckIn, message_id: int | None = None) -> None:
    """Ask when the open question shall come up again: in place of the buttons of that message, or
    in a message of its own.
    """
    language, rows = stored.state.language, _rows(work, stored)
    if rows and message_id is not None:
        speak.edit(work, stored.client_id, message_id, None, key="later", rows=rows)
    elif rows:
        speak.reply(
            work, stored.client_id, work.say(language, "later_when"), key="later", rows=rows
        )
    else:
        text = work.say(
            language, "later_none", until=_lapses_at(work, stored), zone=_zone(work, stored)
        )
        speak.reply(work, stored.client_id, text, key="later", rows=speak.row(go_on(work, stored)))


def chosen(work: Work, stored: StoredCheckIn, word: str, turn_no: int) -> Snoozed | None:
    """The choice as an input of the engine; None: that time cannot be chosen (any more)."""
    at = next((at for name, at in _ways(work, stored).items() if name == word), None)
    return None if at is None else Snoozed(turn_no, at, stays_until(at, _lapses_at(work, stored)))


def tell(work: Work, stored: StoredCheckIn, snoozed: Snoozed) -> None:
    """Say when it comes up again, and until when it stays open."""
    text = work.say(
        stored.state.language,
        "snoozed",
        at=snoozed.until,
        until=snoozed.stays_until,
        zone=_zone(work, stored),
    )
    speak.reply(work, stored.client_id, text, key="snoozed")


def go_on(work: Work, stored: StoredCheckIn) -> Button:
    """The button that shows the open question."""
    return show_open(work, stored.state.language, stored.id)


def _rows(work: Work, stored: StoredCheckIn) -> Rows:
    state = stored.state
    buttons = [
        Button(
            work.say(state.language, LABELS[name]),
            data("snooze", stored.id, state.turn_no, word=name),
        )
        for name in _ways(work, stored)
    ]
    return speak.column(*buttons, go_on(work, stored)) if buttons else ()


def _ways(work: Work, stored: StoredCheckIn) -> dict[Later, datetime]:
    return ways_to_snooze(
        work.now,
        asked_at=stored.state.opened_at,
        lapses_at=_lapses_at(work, stored),
        zone=_zone(work, stored),
        quiet=work.practice.quiet,
    )


def _zone(work: Work, stored: StoredCheckIn) -> ZoneInfo:
    return zone(cares.load(work.tx, stored.care_id).zone)


def _lapses_at(work: Work, stored: StoredCheckIn) -> datetime:
    return timers.find_expiry(work.tx, stored.id) or work.now
