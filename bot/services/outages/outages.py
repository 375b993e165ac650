"""The bot notes that it is up, makes good what an outage took, and says what it lost.

Used by the ticker. Telegram keeps what people write for a day: what was written earlier in a longer
outage never arrives, and they cannot know.
"""

from __future__ import annotations

from datetime import timedelta

from bot.services.work import notices, speak
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from flows.signals.gaps import KEPT, BotAway
from storage import alarms, cares, occurrences, people, timers, uptimes
from storage.cares import Care
from storage.people import Person
from storage.uptimes import ToTell

SILENCE = timedelta(minutes=5)
"""A longer silence is an outage; a restart takes seconds."""
WORTH_A_WORD = timedelta(hours=1)
"""An outage by which no check-in was late is told to an admin if it lasted so long."""
BEAT = timedelta(minutes=1)
"""The interval at which it is noted that the bot is up: the writes of a day are few."""


def note_up(work: Work) -> bool:
    """It is noted that the bot is up; True where it is back from an outage.

    What was to lapse lapses later by the length of the outage: nobody could answer meanwhile. An
    admin is to hear of what made somebody wait, or lasted.
    """
    away = uptimes.go_on(work.tx, work.now, silence=SILENCE)
    if away is None:
        return False
    late = occurrences.count_due(work.tx, since=away.from_at, until=work.now)
    timers.put_off_expiry(work.tx, away.from_at, away.lasted)
    if late or away.lasted >= WORTH_A_WORD:
        facts: dict[str, alarms.Fact] = {"start": away.from_at, "end": away.until_at, "count": late}
        alarms.begin(work.tx, "was_down", now=work.now, facts=facts)
    return True


def tell(work: Work) -> bool:
    """Tell one therapist and their clients what never arrived; True if there may be more to tell.

    Said once, not in quiet hours, and only where the outage was long enough for it to be true.
    """
    to_tell = uptimes.find_to_tell(work.tx)
    if to_tell is None:
        return False
    therapist = None if to_tell.away.lasted <= KEPT else _next_therapist(work, to_tell)
    if therapist is not None:
        _tell_all(work, therapist, to_tell)
    uptimes.mark_told(work.tx, to_tell.uptime_id, None if therapist is None else therapist.id)
    return True


def _next_therapist(work: Work, to_tell: ToTell) -> Person | None:
    listed = people.list_therapists(work.tx)
    ahead = (person for person in listed if person.id > to_tell.after_id)
    return min(ahead, key=lambda person: person.id, default=None)


def _tell_all(work: Work, therapist: Person, to_tell: ToTell) -> None:
    away, key = to_tell.away, f"away{to_tell.uptime_id}"
    if therapist.created_at < away.until_at and people.chat_of(work.tx, therapist.id) is not None:
        text = work.tell(therapist.language, "away", **_when(away, therapist.zone))
        notices.tell(work, therapist, "bot_was_away", text, key=f"{key}:{therapist.id}")
        _leave_out(work, therapist, away)
    for care in cares.list_for_therapist(work.tx, therapist.id, states=("active",)):
        # who came once the bot was back has lost nothing
        if care.active_since is not None and care.active_since < away.until_at:
            _tell_client(work, care, away, key)


def _leave_out(work: Work, therapist: Person, away: BotAway) -> None:
    """The admin who reads of it as a therapist need not read it twice."""
    if therapist.admin_since is None:
        return
    for alarm in alarms.list_since(work.tx, away.until_at):
        if alarm.kind == "was_down" and alarm.begun_at == away.until_at:
            alarms.mark_told(work.tx, alarm, therapist.id, times=1, now=work.now, is_end=True)


def _tell_client(work: Work, care: Care, away: BotAway, key: str) -> None:
    if care.unreachable_at is None:
        names = names_for(work, care)
        text = work.say(care.language, "away", **names, **_when(away, care.zone))
        _notify(work, care.client_id, care.zone, text, key)


def _when(away: BotAway, zone_name: str) -> dict[str, object]:
    """From when to when, and what was written before when is lost, by that person's clock."""
    return {
        "start": away.from_at,
        "end": away.until_at,
        "kept": away.until_at - KEPT,
        "zone": zone(zone_name),
    }


def _notify(work: Work, person_id: int, zone_name: str, text: str, key: str) -> None:
    not_before = next_allowed(work.now, zone(zone_name), work.practice.quiet)
    speak.notify(work, person_id, text, key=f"{key}:{person_id}", not_before=not_before)
