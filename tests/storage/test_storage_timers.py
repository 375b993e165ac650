"""Timers: what is hastened is due now, and no other timer is."""

from __future__ import annotations

from storage import timers
from storage.store import Store, Tx
from tests.storage.practice import MINUTE, NOW, add_care, add_check_in


async def test_only_the_next_timer_of_that_kind_and_turn_is_hastened(store: Store) -> None:
    def go(tx: Tx) -> None:
        of = add_check_in(tx, add_care(tx)).id
        timers.clear(tx, of)
        for turn_no in (1, 2):
            for minutes in (10, 20):
                later = NOW + minutes * MINUTE
                timers.add(tx, check_in_id=of, kind="re_ask", due_at=later, turn_no=turn_no)
        timers.add(tx, check_in_id=of, kind="expire", due_at=NOW + MINUTE, turn_no=1)
        for _ in range(2):
            assert timers.hasten(tx, of, kind="re_ask", turn_no=1, now=NOW)
            due = timers.list_due(tx, NOW, limit=9)
            assert [(each.kind, each.turn_no, each.due_at) for each in due] == [("re_ask", 1, NOW)]
        assert not timers.hasten(tx, of, kind="re_ask", turn_no=3, now=NOW), "there is none"

    await store.write(go)
