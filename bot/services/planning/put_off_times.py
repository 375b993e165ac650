"""Lets what a client has put off come up again by their present clock, where that has changed.

Used where a zone changes, or its rules do. It asks nothing by itself, and what was put off for an
hour stays so.
"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.services.work.unit_of_work import Work
from flows.schedule.put_off import STAYS, by_another_clock
from storage import check_ins, timers
from storage.people import Person


def follow(work: Work, client: Person, was: ZoneInfo, becomes: ZoneInfo) -> None:
    """The open question that this client has put off comes up again at the same wall time by their
    clock that is, not by the one that ``was``.
    """
    stored = check_ins.find_open_of(work.tx, client.id)
    until = None if stored is None else stored.state.snoozed_until
    if stored is None or until is None:
        return
    timer_id = timers.find_id(work.tx, stored.id, kind="remind", due_at=until)
    if timer_id is None:
        return  # it has come up again already, or waits for the end of quiet hours
    at = by_another_clock(
        until,
        asked_at=stored.state.opened_at,
        was=was,
        zone=becomes,
        quiet=work.practice.quiet,
    )
    if at == until:
        return
    timers.move(work.tx, timer_id, at)
    timers.keep_open(work.tx, stored.id, max(at, work.now) + STAYS)
    check_ins.save(work.tx, stored, replace(stored.state, snoozed_until=at), now=work.now)
