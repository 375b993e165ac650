"""The buttons of therapists that end a therapy, and that begin again with a client after it."""

from __future__ import annotations

from bot.services.arriving.entries.entry import Tap, Touched, to_message
from bot.services.arriving.entries.ownership import CARE
from bot.services.care import beginning_again, ending
from bot.services.work.buttons import Toast
from bot.services.work.unit_of_work import Work
from storage.cares import Care
from storage.people import Person


def _end_on(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    return ending.ask_how(work, person, care, tapped.press.number("place"), tapped.message_id)


def _end_how(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    days, asks = tapped.press.number("place"), tapped.press.number("on") == 1
    return ending.decide(work, person, care, days, asks=asks, message_id=tapped.message_id)


ENDING_TAPS = (
    Tap("end_care", CARE, to_message(ending.ask_when)),
    Tap("end_on", CARE, _end_on),
    Tap("end_how", CARE, _end_how),
    Tap("end_back", CARE, to_message(ending.take_back)),
    Tap("again_ask", CARE, to_message(beginning_again.ask)),
    Tap("again_now", CARE, to_message(beginning_again.decide)),
    Tap("again_back", CARE, to_message(beginning_again.take_back)),
)
