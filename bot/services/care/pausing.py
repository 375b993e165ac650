"""A client pauses the check-ins, for a while or until they go on themselves."""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.services.check_in import locked, snoozing
from bot.services.consent import stepwise
from bot.services.planning import projecting
from bot.services.planning.spoken_days import read_until
from bot.services.work import speak, with_whom
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.languages import Language
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
        begin(work, care, None)
        _say(work, care, "paused", **names_for(work, care))


def _pause_until(work: Work, care: Care, words: str) -> None:
    until = named_end(work, care, words, care.language)
    if until is None:
        speak.to_client(work, care, "pause_unread")
    elif not is_in_reach(work, care, until):
        speak.to_client(work, care, "pause_far", on=until)
    else:
        begin(work, care, until)
        _say(work, care, "paused_until", on=until, **names_for(work, care))


def named_end(work: Work, care: Care, words: str, language: Language) -> date | None:
    """The day that words in this language name as a pause's end, by the client's clock."""
    return read_until(words, _today(work, care), language)


def is_in_reach(work: Work, care: Care, until: date) -> bool:
    """True for a day to come, at most a year away."""
    today = _today(work, care)
    return today < until <= today + LONGEST


def begin(work: Work, care: Care, until: date | None) -> None:
    """The pause begins, to the first moment of that day; None: it has no end."""
    ends_at = None if until is None else at_local(until, time(), zone(care.zone))
    cares.pause(work.tx, care.id, work.said_at, until=ends_at)


def _today(work: Work, care: Care) -> date:
    return work.said_at.astimezone(zone(care.zone)).date()


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
