"""After a crisis card nothing is asked by itself until the client goes on.

Going on is a tap on a question or on the button of the card, an answer that is no free text, /start
or /checkin. Without any of these it ends twelve hours after the last card, or the last words in it:
by then a night is over. Used by everything that asks or reminds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.services.work.unit_of_work import Work
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import cares, check_ins, deliveries, holds, outbox, timers
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.holds import Hold

LASTS = timedelta(hours=12)


def find(work: Work, care_id: int) -> Hold | None:
    """The care's hold, where it has one now."""
    return holds.find(work.tx, care_id, work.now)


def begin(work: Work, care_id: int, *, note_id: int | None = None) -> None:
    """A card was queued: the hold begins or is prolonged, and what waits to be asked is dropped.

    ``note_id``: where the words are that led to it, if they are a note.
    """
    was = find(work, care_id) or Hold(care_id, work.now)
    holds.remove_all(work.tx, care_id)  # what is written from now on belongs in this care only
    stored = _under_way(work, care_id)
    if stored is not None:
        # the last words of a check-in that wait for more would say that this was all
        outbox.drop_prompts(work.tx, stored.id, reason="asked_anew", now=work.now)
    check_in_id = was.check_in_id if stored is None else stored.id
    note = was.note_id if note_id is None else note_id
    prolong(work, replace(was, check_in_id=check_in_id, note_id=note))


def _under_way(work: Work, care_id: int) -> StoredCheckIn | None:
    """The open check-in, or one that ended just now and has not said so yet."""
    stored = check_ins.find_open(work.tx, care_id)
    if stored is not None:
        return stored
    newest = check_ins.find_newest(work.tx, care_id)
    if newest is None:
        return None
    is_unsaid = deliveries.find_unread_end(work.tx, newest.id, above=None) is not None
    return newest if is_unsaid or newest.ended_at == work.now else None


def prolong(work: Work, hold: Hold) -> None:
    """The hold is as given, and lasts its whole time from now; its check-in does not lapse
    meanwhile.
    """
    until = work.now + LASTS
    holds.save(work.tx, replace(hold, until_at=until))
    if hold.check_in_id is not None:
        timers.keep_open(work.tx, hold.check_in_id, until)


def renew(work: Work, care_id: int) -> None:
    """The hold lasts its whole time from now, and so does the check-in as it is now."""
    hold = find(work, care_id)
    if hold is not None:
        prolong(work, hold)


def until(work: Work, care_id: int) -> datetime | None:
    """Until when nothing is asked of the client by itself, in this care or another of theirs; None:
    it may be.
    """
    latest = holds.latest_until(work.tx, care_id)
    return latest if latest is not None and latest > work.now else None


def free_at(work: Work, care: Care) -> datetime:
    """The next moment at which something may be said to the client unasked."""
    held = until(work, care.id) or work.now
    return next_allowed(held, zone(care.zone), work.practice.quiet)


def keep_until(work: Work, client_id: int, until_at: datetime) -> None:
    """The quiet after a card lasts on, though the care in which it came is gone."""
    living = [
        each for each in cares.list_for_client(work.tx, client_id) if each.state in cares.LIVING
    ]
    for each in living[:1]:
        hold = find(work, each.id) or Hold(each.id, until_at)
        holds.save(work.tx, replace(hold, until_at=max(hold.until_at, until_at)))


def go_on(work: Work, care_id: int) -> None:
    """The client went on: questions follow one another again, in each of their cares."""
    holds.remove_all(work.tx, care_id)
