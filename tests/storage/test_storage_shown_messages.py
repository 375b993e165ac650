"""Messages that a person can have had from us: those on record, and those nobody could note."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import moves, outbox, shown_messages
from storage.shown_messages import Span
from storage.store import Store, Tx
from tests.storage.practice import HOUR, MINUTE, NOW, add_care, add_check_in, add_person
from tests.storage.test_storage_outbox import explain, say, take

SECOND = timedelta(seconds=1)
LATER = NOW + 10 * MINUTE


def at(moment: timedelta) -> Span:
    """A message of that second after NOW."""
    return Span(NOW + moment, NOW + moment)


async def test_a_message_is_on_record_for_the_one_to_whom_it_was_sent(store: Store) -> None:
    def go(tx: Tx) -> None:
        one, other = add_person(tx, "AAAA").id, add_person(tx, "BBBB").id
        say(tx, one, "a", message_class="reply")
        (row,) = take(tx)
        assert not shown_messages.is_on_record(tx, one, 77)
        outbox.mark_sent(tx, row.id, "t", message_id=77, now=LATER)
        assert shown_messages.is_on_record(tx, one, 77)
        assert not shown_messages.is_on_record(tx, one, 78)
        assert not shown_messages.is_on_record(tx, other, 77)
        assert not shown_messages.may_have_brought(tx, one, at(MINUTE)), (
            "it is known what it brought"
        )

    await store.write(go)


async def test_what_waits_for_its_first_attempt_has_brought_nothing(store: Store) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        say(tx, stored.client_id, "p1", check_in_id=stored.id, turn_no=1)
        assert not shown_messages.may_have_brought(tx, stored.client_id, at(SECOND))
        assert shown_messages.list_doubtful(tx, stored.id, 1, at(SECOND)) == []

    await store.write(go)


@pytest.mark.parametrize("became", ["claimed", "uncertain", "without a number", "moved"])
async def test_a_sending_without_a_number_can_have_brought_a_message_of_its_time(
    store: Store, became: str
) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        stored, other = add_check_in(tx, care), add_person(tx, "ZZZZ").id
        say(tx, stored.client_id, "p1", check_in_id=stored.id, turn_no=1)
        (row,) = take(tx)
        ends = MINUTE  # of the lease
        if became != "claimed":
            ends = 10 * MINUTE
        if became == "uncertain":
            outbox.mark_uncertain(tx, row.id, "t", reason="timeout", now=LATER)
        elif became == "without a number":
            outbox.mark_sent(tx, row.id, "t", message_id=None, now=LATER)
        elif became == "moved":
            outbox.mark_sent(tx, row.id, "t", message_id=77, now=LATER)
            moves.leave_chat(tx, stored.client_id)
        for moment, may in {
            timedelta(): True,
            ends: True,
            -SECOND: False,
            ends + SECOND: False,
        }.items():
            assert shown_messages.may_have_brought(tx, stored.client_id, at(moment)) is may
            assert bool(shown_messages.list_doubtful(tx, stored.id, 1, at(moment))) is may
        assert not shown_messages.may_have_brought(tx, other, at(SECOND))
        assert shown_messages.list_doubtful(tx, stored.id, 2, at(SECOND)) == []
        assert shown_messages.list_doubtful(tx, stored.id + 1, 1, at(SECOND)) == []
        assert not shown_messages.is_asked_in(tx, stored.id, 1, 77)

    await store.write(go)


@pytest.mark.parametrize("kind", ["must", "reply", "once"])
async def test_what_was_sent_in_several_attempts_can_have_brought_more_than_one(
    store: Store, kind: str
) -> None:
    """A safety text that was under way when the bot was killed is said again, and counts none."""

    def go(tx: Tx) -> None:
        one = add_person(tx, "AAAA").id
        say(tx, one, "a", message_class=kind)
        (row,) = take(tx)
        counts = kind == "reply"
        outbox.mark_retry(tx, row.id, "t", not_before=NOW + MINUTE, counts=counts)
        tried = kind != "once"  # a question goes back only where it surely has not left
        assert shown_messages.may_have_brought(tx, one, at(HOUR)) is tried, "it is not over"
        (row,) = take(tx, now=NOW + MINUTE)
        outbox.mark_sent(tx, row.id, "t", message_id=77, now=LATER)
        assert shown_messages.may_have_brought(tx, one, at(MINUTE)) is tried
        assert not shown_messages.may_have_brought(tx, one, at(HOUR))

    await store.write(go)


@pytest.mark.parametrize("kind", ["edit", "delete", "menu"])
async def test_only_messages_have_buttons(store: Store, kind: str) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        say(
            tx,
            stored.client_id,
            "e",
            message_class="idem",
            kind=kind,
            check_in_id=stored.id,
            turn_no=1,
        )
        (row,) = take(tx)
        assert not shown_messages.may_have_brought(tx, stored.client_id, at(SECOND))
        assert shown_messages.list_doubtful(tx, stored.id, 1, at(SECOND)) == []
        outbox.mark_sent(tx, row.id, "t", message_id=77, now=NOW)
        assert not shown_messages.is_on_record(tx, stored.client_id, 77)
        assert not shown_messages.is_asked_in(tx, stored.id, 1, 77)

    await store.write(go)


async def test_all_messages_of_a_turn_are_those_in_which_it_was_asked(store: Store) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        for turn_no, number in ((1, 71), (1, 72), (2, 73)):
            say(tx, stored.client_id, f"p{number}", check_in_id=stored.id, turn_no=turn_no)
            (row,) = take(tx)
            outbox.mark_sent(tx, row.id, "t", message_id=number, now=NOW)
        asked = [shown_messages.is_asked_in(tx, stored.id, 1, number) for number in (71, 72, 73)]
        assert asked == [True, True, False]
        assert not shown_messages.is_asked_in(tx, stored.id + 1, 1, 71)

    await store.write(go)


async def test_a_tap_is_looked_up_by_an_index(store: Store) -> None:
    def go(tx: Tx) -> None:
        if tx.conn.dialect.name != "sqlite":
            return  # PostgreSQL reads an empty table whole
        person = {"person_id": 1}
        plan = explain(tx, shown_messages.ON_RECORD, {**person, "message_id": 2})
        assert "ix_outbox_shown (person_id=? AND message_id=?)" in plan
        plan = explain(tx, shown_messages.IN_DOUBT, {**person, "earliest": NOW, "latest": NOW})
        assert "ix_outbox_shown (person_id=?)" in plan
        assert "ix_outbox_waiting (person_id=?)" in plan
        assert "SCAN" not in plan

    await store.write(go)
