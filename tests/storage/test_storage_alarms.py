"""Alarms: at most one open of a kind, events each time anew, facts as they were."""

from __future__ import annotations

from datetime import timedelta

from storage import alarms, people
from storage.alarms import Alarm
from storage.store import Store, Tx
from tests.storage.practice import NOW, add_person

HOUR = timedelta(hours=1)


async def test_a_state_is_open_once_with_the_newest_facts(store: Store) -> None:
    def act(tx: Tx) -> list[Alarm]:
        assert alarms.begin(tx, "disk_low", now=NOW, facts={"free": 90, "since": NOW})
        assert not alarms.begin(tx, "disk_low", now=NOW + HOUR, facts={"free": 80, "since": NOW})
        assert alarms.begin(tx, "clock_off", now=NOW)
        return alarms.list_open(tx)

    low, off = await store.write(act)
    assert (low.kind, low.begun_at, low.ended_at) == ("disk_low", NOW, None)
    assert low.facts == {"free": 80, "since": NOW}
    assert off.facts == {}


async def test_it_ends_once_and_may_begin_anew(store: Store) -> None:
    def act(tx: Tx) -> tuple[list[Alarm], list[Alarm]]:
        assert not alarms.end(tx, "disk_low", now=NOW)
        alarms.begin(tx, "disk_low", now=NOW)
        alarms.begin(tx, "clock_off", now=NOW)
        assert alarms.end(tx, "disk_low", now=NOW + HOUR)
        assert not alarms.end(tx, "disk_low", now=NOW + 2 * HOUR)
        assert alarms.begin(tx, "disk_low", now=NOW + 3 * HOUR)
        return alarms.list_open(tx), alarms.list_since(tx, NOW)

    still, every = await store.write(act)
    assert [each.kind for each in still] == ["clock_off", "disk_low"]
    assert [each.ended_at for each in every] == [NOW + HOUR, None, None]


async def test_an_event_is_over_at_once_each_time(store: Store) -> None:
    def act(tx: Tx) -> list[Alarm]:
        for hours in (0, 1):
            assert alarms.begin(tx, "was_down", now=NOW + hours * HOUR)
        assert alarms.list_open(tx) == []
        return alarms.list_since(tx, NOW + HOUR)

    (only,) = await store.write(act)
    assert only.ended_at == only.begun_at == NOW + HOUR


async def test_what_was_told_is_kept_by_admin(store: Store) -> None:
    def act(tx: Tx) -> None:
        admin = add_person(tx, "T1T1", "therapist")
        people.set_admin(tx, admin.id, since=NOW)
        assert [each.id for each in people.list_admins(tx)] == [admin.id]
        alarms.begin(tx, "disk_low", now=NOW)
        (alarm,) = alarms.list_open(tx)
        alarms.mark_told(tx, alarm, admin.id, times=1, now=NOW, is_end=False)
        alarms.mark_told(tx, alarm, admin.id, times=2, now=NOW + HOUR, is_end=False)
        (told,) = alarms.list_tellings(tx, NOW + 9 * HOUR)
        assert (told.person_id, told.times, told.told_at) == (admin.id, 2, NOW + HOUR)
        alarms.mark_told(tx, alarm, admin.id, times=3, now=NOW + 2 * HOUR, is_end=True)
        assert alarms.list_tellings(tx, NOW + 3 * HOUR) == []
        assert len(alarms.list_tellings(tx, NOW + 2 * HOUR)) == 1
        people.set_admin(tx, admin.id, since=None)
        assert people.list_admins(tx) == []

    await store.write(act)
