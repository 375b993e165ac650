"""A client pauses the check-ins, for a while or until they go on themselves."""

from __future__ import annotations

from datetime import time, timedelta

from bot.services.check_in import locked, snoozing
from bot.services.consent import stepwise
from bot.services.planning import projecting
from bot.services.planning.spoken_days import read_until
from bot.services.work import speak, with_whom
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.schedule.local_time import at_local
from flows.schedule.zones import zone
from storage import cares
from storage.cares import Care

LONGEST = timedelta(days=366)
"""A pause that lasts longer is likely a slip; without a day it has no end."""


def pause(work: Work, care: Care, words: str) -> None:
    """The bot asks nothing until the day that the client named, or until they go on.

    Words that name no day change nothing, and the client is told how to write it: a pause that
    never ends is not what somebody meant who named an end.
    """
    if words:
        _pause_until(work, care, words)
    elif care.paused_at is not None and care.paused_until is None:
        _say(work, care, "already_paused")
    else:
        cares.pause(work.tx, care.id, work.said_at)
        _say(work, care, "paused", **names_for(work, care))


def _pause_until(work: Work, care: Care, words: str) -> None:
    local = zone(care.zone)
    today = work.said_at.astimezone(local).date()
    until = read_until(words, today, care.language)
    if until is None:
        speak.to_client(work, care, "pause_unread")
    elif not today < until <= today + LONGEST:
        speak.to_client(work, care, "pause_far", on=until)
    else:
        ends_at = at_local(until, time(), local)
        cares.pause(work.tx, care.id, work.said_at, until=ends_at)
        _say(work, care, "paused_until", on=until, **names_for(work, care))


def resume(work: Work, care: Care) -> None:
    """The check-ins go on, and it is said when the next one comes; where the consent has to be
    given anew, that comes first, and an open question is named instead.
    """
    if care.paused_at is not None:
        cares.resume(work.tx, care.id)
    if stepwise.is_outdated(work, care):
        if care.paused_at is not None:
            speak.to_client(work, care, "pause_over")
        stepwise.show(work, care)
        return
    stored = locked.find_open(work, care)
    if stored is not None:
        text = work.say(care.language, "resumed_open")
        rows = speak.row(snoozing.go_on(work, stored))
        speak.reply(work, care.client_id, text, key="resumed", rows=rows)
        return
    due_at = projecting.next_at(work, care)
    if due_at is None:
        _say(work, care, "resumed")
    else:
        _say(work, care, "resumed_next", zone=zone(care.zone), at=due_at)


def _say(work: Work, care: Care, key: ClientKey, **values: object) -> None:
    """Say it, and with two therapists also of whom, and that the other one is as before."""
    text = with_whom.about_one(work, care, work.say(care.language, key, **values))
    speak.reply(work, care.client_id, text, key=key)
