"""The lines and the button about therapy sessions on a client's card.

Used by ``client_card`` and by whoever sets a regular time. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.messages import Button, Rows
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from flows.languages import Language
from flows.schedule.regular import RegularTime
from flows.schedule.zones import zone
from storage import regular_times, therapy_sessions
from storage.cares import Care
from storage.people import Person

SHOWN = 3
"""So many therapy sessions to come stand on the card."""


def in_words(work: Work, language: Language, regular: RegularTime) -> str:
    """A regular time as the rest of a sentence: "every Tuesday, 15:00, 50 minutes"."""
    values = {
        "on": regular.first_on,
        "at": f"{regular.at_wall:%H:%M}",
        "minutes": regular.minutes,
    }
    if regular.weeks == 1:
        return work.tell(language, "regular_weekly", **values)
    return work.tell(language, "regular_fortnightly", **values)


def lines(work: Work, therapist: Person, care: Care) -> Iterator[str]:
    """Say at which regular time the client comes, and when next."""
    regular = regular_times.find_running(work.tx, care.id)
    if regular is not None:
        time = in_words(work, therapist.language, regular.time)
        yield work.tell(therapist.language, "card_regular", time=time)
    local = zone(therapist.zone)
    known = therapy_sessions.list_for_care(work.tx, care.id, since=work.now)
    ahead = [each for each in known if each.counts][:SHOWN]
    if ahead:
        moments = [
            work.tell(therapist.language, "session_moment_of", start=each.starts_at, zone=local)
            for each in ahead
        ]
        yield work.tell(therapist.language, "card_sessions", moments="\n".join(moments))


def button(work: Work, therapist: Person, care: Care) -> Rows:
    """The button that sets, changes or ends the regular time."""
    label = work.tell(therapist.language, "button_regular")
    return speak.row(Button(label, data("regular", care.id)))


def moment(work: Work, therapist: Person, regular: RegularTime, day: date) -> str:
    """One therapy session of it, as a line of a list."""
    local = zone(therapist.zone)
    start = regular.held_on(day, local).starts_at
    return work.tell(therapist.language, "session_moment_of", start=start, zone=local)
