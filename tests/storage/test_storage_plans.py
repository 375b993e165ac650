"""Flow versions, enrolments, occurrences, therapy sessions and timers."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from storage import (
    agenda,
    audit,
    cares,
    enrolments,
    flow_versions,
    occurrences,
    therapy_sessions,
    timers,
)
from storage.errors import NotFound, StaleState
from storage.flow_versions import Current
from storage.store import Store, Tx
from tests.storage.practice import DAY, HOUR, NOW, add_care, add_check_in, publish

DAY_ON = date(2026, 11, 25)


def add_occurrence(tx: Tx, care_id: int, slot: str = "0", due_at: datetime = NOW) -> int | None:
    return occurrences.add(
        tx,
        care_id=care_id,
        flow_id="mid-week",
        local_on=DAY_ON,
        slot=slot,
        due_at=due_at,
        until_at=due_at + 12 * HOUR,
        now=NOW,
    )


async def test_publishing_again_changes_nothing_and_going_back_is_a_change(store: Store) -> None:
    def publish_text(tx: Tx, fingerprint: str) -> bool:
        return flow_versions.publish(
            tx,
            flow_id="mid-week",
            fingerprint=fingerprint,
            text=f"text of {fingerprint}",
            now=NOW,
            who="admin",
            why="tried",
        )

    def go(tx: Tx) -> None:
        assert [publish_text(tx, f) for f in ("a", "a", "b", "a")] == [True, False, True, True]
        publish(tx, "c", "after-session")
        assert flow_versions.list_current(tx) == [
            Current("after-session", "c"),
            Current("mid-week", "a"),
        ]
        assert flow_versions.load_text(tx, "b") == "text of b"
        with pytest.raises(NotFound):
            flow_versions.load_text(tx, "d")
        assert [row.detail for row in audit.list_(tx, 10)] == [
            "c: first",
            "a: tried",
            "b: tried",
            "a: tried",
        ]

    await store.write(go)


async def test_a_retired_flow_keeps_its_versions_and_what_was_planned_is_called_off(
    store: Store,
) -> None:
    def go(tx: Tx) -> None:
        publish(tx, "a")
        publish(tx, "c", "after-session")
        care, ended = add_care(tx), add_care(tx, "D1D1")
        for each in (care, ended):
            enrolments.add(tx, care_id=each.id, flow_id="mid-week", zone="UTC", seed=1, now=NOW)
        cares.mark(tx, ended.id, was="active", state="ended", now=NOW)
        assert enrolments.count_running(tx) == {"mid-week": 1}
        planned = add_occurrence(tx, care.id)
        assert planned is not None
        assert flow_versions.retire(tx, "mid-week", now=NOW, who="admin", why="no") == "a"
        assert flow_versions.retire(tx, "mid-week", now=NOW, who="admin", why="no") is None
        assert occurrences.cancel_flow(tx, "mid-week", "flow_retired", NOW) == 1
        assert occurrences.load(tx, planned).reason == "flow_retired"
        assert flow_versions.list_current(tx) == [Current("after-session", "c")]
        assert flow_versions.list_fingerprints(tx) == ["a", "c"]

    def again(tx: Tx) -> None:
        newest, first = flow_versions.list_history(tx, "mid-week")
        assert (newest.action, newest.fingerprint, newest.is_current) == ("retire", "a", False)
        assert (first.action, first.is_current) == ("publish", False)
        publish(tx, "a")
        assert Current("mid-week", "a") in flow_versions.list_current(tx)

    await store.write(go)
    await store.write(again)


async def test_a_care_is_enrolled_once_a_flow_until_it_ends(store: Store) -> None:
    def enrol(tx: Tx, care_id: int, flow_id: str) -> enrolments.Enrolment | None:
        return enrolments.add(
            tx, care_id=care_id, flow_id=flow_id, zone="UTC", seed=-(2**63), now=NOW
        )

    def go(tx: Tx) -> None:
        care = add_care(tx)
        first = enrol(tx, care.id, "mid-week")
        assert first is not None
        assert enrol(tx, care.id, "mid-week") is None
        second = enrol(tx, care.id, "after-session")
        assert enrolments.list_for_care(tx, care.id) == [first, second]
        enrolments.end_for_care(tx, care.id, NOW + DAY)
        assert {e.ended_at for e in enrolments.list_for_care(tx, care.id)} == {NOW + DAY}
        assert enrol(tx, care.id, "mid-week") is not None

    await store.write(go)


async def test_running_enrolments_of_active_cares_are_planned_further(store: Store) -> None:
    def to_plan(tx: Tx, before: datetime = NOW, limit: int = 9) -> list[int]:
        return [e.care_id for e in enrolments.list_to_plan(tx, planned_before=before, limit=limit)]

    def go(tx: Tx) -> None:
        first, second, third = (add_care(tx, code) for code in ("AAAA", "BBBB", "CCCC"))
        ids = {}
        for care in (first, second, third):
            made = enrolments.add(
                tx, care_id=care.id, flow_id="mid-week", zone="UTC", seed=1, now=NOW
            )
            assert made is not None
            ids[care.id] = made.id
        assert to_plan(tx) == [first.id, second.id, third.id]
        assert to_plan(tx, limit=1) == [first.id]
        enrolments.mark_planned(tx, ids[first.id], NOW + DAY)
        cares.mark(tx, second.id, was="active", state="ended", now=NOW)
        assert to_plan(tx) == [third.id]
        assert to_plan(tx, NOW + DAY) == [third.id]
        assert to_plan(tx, NOW + DAY + HOUR) == [first.id, third.id]
        enrolments.end_for_care(tx, third.id, NOW)
        assert to_plan(tx) == []
        with pytest.raises(NotFound):
            enrolments.mark_planned(tx, 10**6, NOW)

    await store.write(go)


@pytest.mark.promise("P2a")
async def test_an_occurrence_exists_once_a_care_flow_date_and_slot(store: Store) -> None:
    def go(tx: Tx) -> None:
        care, other = add_care(tx, "AAAA"), add_care(tx, "BBBB")
        first = add_occurrence(tx, care.id)
        assert first is not None
        assert add_occurrence(tx, care.id, due_at=NOW + DAY) is None
        assert add_occurrence(tx, care.id, slot="1") is not None
        assert add_occurrence(tx, other.id) is not None
        found = occurrences.find(tx, care.id, "mid-week", DAY_ON, "0")
        assert found is not None
        assert (found.id, found.due_at, found.state) == (first, NOW, "planned")
        assert occurrences.find(tx, care.id, "mid-week", DAY_ON, "9") is None

    await store.write(go)


async def test_due_occurrences_come_in_pages_until_they_are_marked(store: Store) -> None:
    def due(tx: Tx, now: datetime = NOW, limit: int = 9, after: int | None = None) -> list[str]:
        behind = None if after is None else occurrences.load(tx, after)
        found = occurrences.list_due(tx, now, limit=limit, after=behind)
        return [occurrence.slot for occurrence in found]

    def go(tx: Tx) -> None:
        care = add_care(tx)
        before = NOW - HOUR
        assert agenda.next_at(tx, before) is None
        late, later, first = (
            add_occurrence(tx, care.id, slot, NOW + delay)
            for slot, delay in (("a", HOUR), ("b", 2 * HOUR), ("c", 0 * HOUR))
        )
        assert late and later and first
        assert agenda.next_at(tx, before) == NOW
        assert due(tx) == ["c"]
        assert due(tx, NOW + DAY) == ["c", "a", "b"], "as they came due"
        assert due(tx, NOW + DAY, limit=1, after=first) == ["a"]
        assert due(tx, NOW + DAY, limit=9, after=late) == ["b"]
        occurrences.mark(tx, first, was="planned", state="missed", reason="too late", now=NOW)
        with pytest.raises(StaleState):
            occurrences.mark(tx, first, was="planned", state="opened", reason=None, now=NOW)
        assert agenda.next_at(tx, NOW) == NOW + HOUR
        assert agenda.next_at(tx, NOW + 2 * HOUR) == NOW + 13 * HOUR, "a window ends"
        kept = occurrences.list_for_care(tx, care.id, since=NOW, until=NOW + 2 * HOUR)
        assert [(o.slot, o.state, o.reason) for o in kept] == [
            ("c", "missed", "too late"),
            ("a", "planned", None),
        ]

    await store.write(go)


async def test_cancelling_keeps_the_reason_and_spares_what_has_happened(store: Store) -> None:
    def go(tx: Tx) -> None:
        care, other = add_care(tx, "AAAA"), add_care(tx, "BBBB")
        opened = add_occurrence(tx, care.id, "0")
        add_occurrence(tx, care.id, "1")
        add_occurrence(tx, other.id, "0")
        assert opened
        occurrences.mark(tx, opened, was="planned", state="opened", reason=None, now=NOW)
        assert occurrences.cancel_planned(tx, care.id, "stopped", NOW, "after-session") == 0
        assert occurrences.cancel_planned(tx, care.id, "stopped", NOW) == 1
        assert occurrences.cancel_planned(tx, care.id, "stopped", NOW) == 0
        kept = occurrences.list_for_care(tx, care.id, since=NOW, until=NOW + DAY)
        assert [(o.state, o.reason) for o in kept] == [("opened", None), ("cancelled", "stopped")]
        assert [o.care_id for o in occurrences.list_due(tx, NOW, limit=9)] == [other.id]

    await store.write(go)


async def test_therapy_sessions_are_listed_by_time_and_marked_from_their_state(
    store: Store,
) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        second, first = (
            therapy_sessions.add(
                tx,
                care_id=care.id,
                starts_at=NOW + delay,
                ends_at=NOW + delay + HOUR,
                state="planned",
                now=NOW,
            )
            for delay in (DAY, -DAY)
        )
        assert therapy_sessions.list_for_care(tx, care.id) == [first, second]
        assert therapy_sessions.list_for_care(tx, care.id, since=NOW) == [second]
        therapy_sessions.mark(
            tx, first.id, was="planned", state="happened", now=NOW + HOUR, by_hand=True
        )
        after = therapy_sessions.load(tx, first.id)
        assert (after.state, after.recorded_at) == ("happened", NOW + HOUR)
        with pytest.raises(StaleState):
            therapy_sessions.mark(
                tx, first.id, was="planned", state="cancelled", now=NOW, by_hand=True
            )
        with pytest.raises(NotFound):
            therapy_sessions.load(tx, 10**6)

    await store.write(go)


async def test_timers_are_set_once_come_due_in_order_and_can_be_moved(store: Store) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        assert agenda.next_at(tx, NOW) is None
        for kind, delay in (("expire", 2 * DAY), ("remind", DAY), ("remind", HOUR)) * 2:
            timers.add(tx, check_in_id=stored.id, kind=kind, due_at=NOW + delay, turn_no=1)
        assert agenda.next_at(tx, NOW) == NOW + HOUR
        due = timers.list_due(tx, NOW + DAY, limit=9)
        assert [(t.kind, t.due_at, t.turn_no) for t in due] == [
            ("remind", NOW + HOUR, 1),
            ("remind", NOW + DAY, 1),
        ]
        assert timers.list_due(tx, NOW + DAY, limit=1) == due[:1]
        assert timers.has_due(tx, stored.id, NOW + HOUR)
        assert not timers.has_due(tx, stored.id, NOW)
        assert not timers.has_due(tx, stored.id + 1, NOW + DAY)
        timers.move(tx, due[0].id, NOW + 3 * DAY)
        timers.remove(tx, due[1].id)
        left = timers.list_due(tx, NOW + 9 * DAY, limit=9)
        assert [t.kind for t in left] == ["expire", "remind"]
        timers.clear(tx, stored.id)
        assert timers.list_due(tx, NOW + 9 * DAY, limit=9) == []
        timers.remove(tx, due[1].id)
        with pytest.raises(NotFound):
            timers.move(tx, due[0].id, NOW)

    await store.write(go)
