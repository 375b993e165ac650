"""Own times, plans that change, and therapy sessions that move, on both engines."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from flows.schedule.occurrences import Slot
from flows.schedule.wishes import Wish
from storage import agenda, enrolments, flow_versions, occurrences, therapy_sessions
from storage.errors import NotFound, StaleState
from storage.store import Store, Tx
from tests.storage.conftest import KEYRING
from tests.storage.practice import DAY, HOUR, NOW, add_care, publish

DAY_ON = date(2026, 11, 25)


def slot(name: str = "day", due_at: datetime = NOW + DAY, on: date = DAY_ON) -> Slot:
    return Slot(on, name, due_at, due_at + 12 * HOUR)


def enrol(tx: Tx, care_id: int, zone: str = "Europe/Berlin") -> enrolments.Enrolment:
    made = enrolments.add(tx, care_id=care_id, flow_id="mid-week", zone=zone, seed=1, now=NOW)
    assert made is not None
    return made


async def test_an_enrolment_keeps_its_local_date_and_the_client_s_own_times(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        made = enrol(tx, care.id, "Pacific/Auckland")
        assert made.started_on == NOW.date()
        assert enrolments.find(tx, made.id) == made
        for wish in (Wish(time(19, 30), (2, 4)), Wish(None, (0,)), Wish(time(0), None), None):
            enrolments.set_wish(tx, made.id, wish)
            [kept] = enrolments.list_running(tx, care.id)
            assert kept.wish == wish
        enrolments.end_for_care(tx, care.id, NOW)
        assert enrolments.list_running(tx, care.id) == []
        with pytest.raises(StaleState):
            enrolments.set_wish(tx, made.id, None)
        assert enrolments.find(tx, 10**6) is None

    await store.write(go)


async def test_a_local_date_is_that_of_the_zone(store: Store) -> None:
    def go(tx: Tx) -> None:
        late = datetime.fromisoformat("2026-11-24T23:30:00+00:00")
        care = add_care(tx)
        made = enrolments.add(
            tx, care_id=care.id, flow_id="f", zone="Europe/Berlin", seed=1, now=late
        )
        assert made is not None
        assert made.started_on == date(2026, 11, 25)
        enrolments.set_zone_for_care(tx, care.id, "America/New_York")
        [moved] = enrolments.list_running(tx, care.id)
        assert (moved.zone, moved.started_on) == ("America/New_York", date(2026, 11, 25))

    await store.write(go)


async def test_a_publication_asks_for_new_plans_of_its_flow_only(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        publish(tx)
        mine = enrol(tx, care.id)
        other = enrolments.add(tx, care_id=care.id, flow_id="x", zone="UTC", seed=1, now=NOW)
        assert other is not None
        enrolments.mark_planned(tx, [mine.id, other.id], NOW + 9 * DAY)
        assert enrolments.list_to_plan(tx, planned_before=NOW, limit=9) == []
        publish(tx)  # the same text once more
        assert enrolments.list_to_plan(tx, planned_before=NOW, limit=9) == []
        publish(tx, "e" * 64)
        assert [e.id for e in enrolments.list_to_plan(tx, planned_before=NOW, limit=9)] == [mine.id]
        assert len(flow_versions.list_current(tx)) == 1
        with pytest.raises(NotFound):
            enrolments.mark_planned(tx, [mine.id, 10**6], NOW)

    await store.write(go)


async def test_putting_a_slot_adds_moves_and_revives_but_never_repeats(store: Store) -> None:
    def put(tx: Tx, care_id: int, *slots: Slot) -> None:
        occurrences.put_many(tx, [(care_id, "mid-week", each) for each in slots], NOW)

    def go(tx: Tx) -> None:
        care = add_care(tx)
        put(tx, care.id)
        put(tx, care.id, slot(), slot("random-1"), slot("random-2"))
        put(tx, care.id, slot(due_at=NOW + DAY + HOUR))
        first, second, third = occurrences.list_planned(tx, care.id)
        assert (third.slot, third.due_at) == ("day", NOW + DAY + HOUR)
        assert third.until_at == third.due_at + 12 * HOUR
        occurrences.cancel_many(tx, [first.id, second.id], "own_times", NOW)
        occurrences.mark(tx, third.id, was="planned", state="opened", reason=None, now=NOW)
        put(tx, care.id, slot("random-1"), slot())
        assert [o.slot for o in occurrences.list_planned(tx, care.id)] == ["random-1"]
        assert occurrences.load(tx, first.id).reason is None
        assert occurrences.load(tx, second.id).reason == "own_times"
        assert occurrences.load(tx, third.id).state == "opened"
        occurrences.cancel_many(tx, [], "own_times", NOW)
        occurrences.cancel_many(tx, [third.id], "own_times", NOW)
        assert occurrences.load(tx, third.id).state == "opened"

    await store.write(go)


async def test_what_is_planned_is_found_by_care_flow_slot_and_date(store: Store) -> None:
    def go(tx: Tx) -> None:
        one, two = add_care(tx), add_care(tx, "C2C2")
        later = slot("session-1", NOW + 3 * DAY, date(2026, 11, 27))
        rows = [(one.id, "mid-week", slot()), (one.id, "after", later), (two.id, "after", later)]
        occurrences.put_many(tx, rows, NOW)
        assert [o.flow_id for o in occurrences.list_planned(tx, one.id)] == ["mid-week", "after"]
        assert len(occurrences.list_planned(tx, one.id, flow_id="after")) == 1
        assert len(occurrences.list_planned(tx, one.id, slot="session-1")) == 1
        assert occurrences.list_planned(tx, one.id, flow_id="mid-week", slot="session-1") == []
        assert len(occurrences.list_planned_of(tx, [one.id, two.id, one.id])) == 3
        assert occurrences.list_planned_of(tx, []) == []
        assert [o.slot for o in occurrences.list_on(tx, one.id, DAY_ON)] == ["day"]

    await store.write(go)


async def test_a_planned_therapy_session_moves_and_a_past_one_does_not(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        at = {"starts_at": NOW + DAY, "ends_at": NOW + DAY + HOUR}
        held = therapy_sessions.add(tx, care_id=care.id, **at, state="planned", now=NOW)
        to = {"starts_at": NOW + 2 * DAY, "ends_at": NOW + 2 * DAY + HOUR}
        moved = therapy_sessions.move(tx, held.id, **to, now=NOW + HOUR, by_hand=True)
        assert moved == therapy_sessions.load(tx, held.id)
        assert (moved.starts_at, moved.recorded_at) == (NOW + 2 * DAY, NOW + HOUR)
        assert moved.by_hand_at == NOW + HOUR
        therapy_sessions.mark(tx, held.id, was="planned", state="happened", now=NOW, by_hand=True)
        with pytest.raises(StaleState):
            therapy_sessions.move(tx, held.id, **at, now=NOW, by_hand=True)

    await store.write(go)


async def test_looking_at_the_agenda_reads_no_row_in_vain(sqlite_path: Path) -> None:
    """The ticker asks each second: a scan over all that was planned would hold up answers."""
    store = await Store.open(f"sqlite+aiosqlite:///{sqlite_path}", KEYRING)

    def explain(tx: Tx) -> list[str]:
        asked: list[tuple[str, tuple[object, ...]]] = []

        def note(_conn: Any, _cursor: Any, words: str, values: Any, *_: Any) -> None:
            asked.append((words, values))

        sa.event.listen(tx.conn, "before_cursor_execute", note)
        before = {"plans_before": NOW, "sessions_before": NOW.date(), "alarms_since": NOW}
        agenda.find_due(tx, now=NOW, **before)  # type: ignore[arg-type]
        agenda.next_at(tx, NOW)
        sa.event.remove(tx.conn, "before_cursor_execute", note)
        return [
            str(row[3])
            for words, values in asked
            for row in tx.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)
        ]

    plan = await store.read(explain)
    await store.close()
    assert len([step for step in plan if "ix_enrolments_to_plan" in step]) == 2
    assert len([step for step in plan if "ix_regular_times_to_plan" in step]) == 2
    scans = [step for step in plan if step.startswith("SCAN") and "ix_" not in step]
    few = {"CONSTANT", "cares", "restores", "erasures", "alarms", "alarm_tellings"}
    assert {step.split()[1] for step in scans} <= few
