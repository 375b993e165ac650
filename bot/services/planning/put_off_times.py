"""Lets what a client has put off come up again by their present clock, where that has changed.

Used where a zone changes. It asks nothing by itself, and what was put off for an hour stays so.
"""

from __future__ import annotations

from dataclasses import replace

from bot.services.work.unit_of_work import Work
from flows.schedule.put_off import STAYS, by_another_clock
from flows.schedule.zones import zone
from storage import check_ins, timers
from storage.people import Person


def follow(work: Work, client: Person, zone_name: str) -> None:
    """The open question that this client has put off comes up again at the same wall time there.

    ``client`` lives by their former clock still.
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
        was=zone(client.zone),
        zone=zone(zone_name),
        quiet=work.practice.quiet,
    )
    if at == until:
        return
    timers.move(work.tx, timer_id, at)
    timers.keep_open(work.tx, stored.id, max(at, work.now) + STAYS)
    check_ins.save(work.tx, stored, replace(stored.state, snoozed_until=at), now=work.now)
