"""Follows an update of the time zones: what is to come keeps its wall time, not its instant.

Used by the ticker after a start. Check-ins and regular times are planned anew from their rules;
therapy sessions that somebody entered, questions that were put off and the ends of pauses keep what
the clock showed by the rules of before. Nobody is told: everybody finds the hour that they know.
An update that was half followed when the next one came is followed to its end first: of what it has
moved, the rules of before it say nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from zoneinfo import ZoneInfo

from bot.services.planning import following, pause_ends, put_off_times
from bot.services.work.unit_of_work import Work
from flows.schedule.local_time import at_local, wall_at
from storage import enrolments, people, regular_times, therapy_sessions, zone_rules
from storage.store import Tx
from storage.therapy_sessions import TherapySession
from storage.zone_rules import ZoneRules

CHUNK = 5
"""Therapy sessions a transaction, each of which takes along what comes before and after it; or
clients.
"""


def follow(work: Work, rules: Mapping[str, bytes]) -> bool:
    """One chunk of what is to come keeps its wall time by these ``rules``; True if there may be
    more.
    """
    known = note(work.tx, rules)
    for name, now in rules.items():
        was = known[name]
        if was.becomes is not None:
            _go_on(work, was, was.becomes)
            return True
        if was.rules != now:
            _begin(work, replace(was, becomes=now, done_to=0, clients_to=0))
            return True
    return False


def note(tx: Tx, rules: Mapping[str, bytes]) -> dict[str, ZoneRules]:
    """These ``rules`` are those by which what is to come is planned, where none were known; all
    that are known now, by zone.
    """
    known = zone_rules.list_known(tx)
    for name, now in rules.items():
        if name not in known:
            known[name] = ZoneRules(name, now, None, 0)
            zone_rules.put(tx, known[name])
    return known


def _begin(work: Work, changed: ZoneRules) -> None:
    enrolments.plan_anew(work.tx, changed.zone)
    for therapist in people.list_therapists(work.tx):
        if therapist.zone == changed.zone:
            regular_times.plan_anew(work.tx, therapist.id)
    zone_rules.put(work.tx, changed)


def _go_on(work: Work, changed: ZoneRules, becomes: bytes) -> None:
    found = therapy_sessions.list_by_hand_in(
        work.tx, changed.zone, after=work.now, behind=changed.done_to, limit=CHUNK
    )
    before, after = (ZoneInfo.from_file(BytesIO(rules)) for rules in (changed.rules, becomes))
    for session in found:
        _keep_wall(work, session, before, after)
    if found:
        zone_rules.put(work.tx, replace(changed, done_to=found[-1].id))
        return
    clients = people.list_waiting_in(work.tx, changed.zone, behind=changed.clients_to, limit=CHUNK)
    for client in clients:
        if work.tx.has_key(client.id):
            put_off_times.follow(work, client, before, after)
            pause_ends.follow(work, client, before, after)
    if clients:
        zone_rules.put(work.tx, replace(changed, clients_to=clients[-1].id))
    else:
        zone_rules.put(work.tx, ZoneRules(changed.zone, becomes, None, 0))


def _keep_wall(work: Work, session: TherapySession, before: ZoneInfo, now: ZoneInfo) -> None:
    wall = wall_at(session.starts_at, before)
    starts_at = at_local(wall.date(), wall.time(), now)
    if starts_at == session.starts_at:
        return
    ends_at = starts_at + (session.ends_at - session.starts_at)
    moved = therapy_sessions.move(
        work.tx, session.id, starts_at=starts_at, ends_at=ends_at, now=work.now, by_hand=False
    )
    following.plan_for_session(work, moved)
