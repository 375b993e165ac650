"""The outbox: said once, in order, by one holder at a time; what is uncertain stays visible."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from storage import deliveries, digests, moves, occurrences, outbox, runs, shown_messages
from storage.outbox_rows import NewMessage, OutboxRow
from storage.store import Store, Tx
from storage.tables_messages import outbox as table
from storage.tables_people import person_keys
from tests.storage.practice import DAY, HOUR, MINUTE, NOW, add_care, add_check_in, add_person


def say(tx: Tx, person_id: int, key: str, **more: Any) -> int | None:
    """Queue a message whose body is its key."""
    given: dict[str, Any] = {"message_class": "once", "lane": "reply", "kind": "message", **more}
    return outbox.add(tx, NewMessage(person_id, body=key, dedupe_key=key, **given), NOW)


def take(tx: Tx, token: str = "t", limit: int = 99, **more: Any) -> list[OutboxRow]:
    """Claim at NOW, with a pacer that lets everything pass."""
    given: dict[str, Any] = {"now": NOW, "allowed": lambda person, kind: True, **more}
    lease_until = given["now"] + MINUTE
    return outbox.claim(tx, limit=limit, token=token, lease_until=lease_until, **given)


def keys(rows: list[OutboxRow]) -> list[str]:
    return [row.body for row in rows]


def states(tx: Tx) -> list[tuple[str, str, bool]]:
    """Dedupe key, state, and whether a body is left, by id."""
    t = table.c
    found = tx.conn.execute(sa.select(t.dedupe_key, t.state, t.body_sealed).order_by(t.id))
    return [(key, state, body is not None) for key, state, body in found]


def reasons(tx: Tx) -> list[str | None]:
    """List why each row ended otherwise than by arriving, by id."""
    return list(tx.conn.execute(sa.select(table.c.reason).order_by(table.c.id)).scalars())


async def test_a_decision_taken_twice_speaks_once(store: Store) -> None:
    def go(tx: Tx) -> None:
        one = add_person(tx, "AAAA").id
        first = say(tx, one, "a", expires_at=NOW + HOUR)
        assert first is not None
        assert say(tx, one, "a") is None
        (row,) = take(tx)
        assert (row.id, row.person_id, row.body, row.token) == (first, one, "a", "t")
        assert (row.message_class, row.lane, row.kind, row.attempts) == (
            "once",
            "reply",
            "message",
            0,
        )
        assert (row.not_before, row.expires_at, row.created_at) == (NOW, NOW + HOUR, NOW)
        assert outbox.mark_sent(tx, row.id, "t", message_id=5, now=NOW)
        assert say(tx, one, "a") is None, "what was said is not said again"

    await store.write(go)


async def test_replies_go_before_notices_and_each_lane_keeps_its_order(store: Store) -> None:
    def go(tx: Tx) -> None:
        one, other = add_person(tx, "AAAA").id, add_person(tx, "BBBB").id
        say(tx, one, "notice 1", lane="notice")
        say(tx, one, "reply 1")
        say(tx, one, "reply 2")
        say(tx, other, "reply 3")
        say(tx, other, "notice 2", lane="notice")
        first = take(tx)
        assert keys(first) == ["reply 1", "reply 3", "notice 1", "notice 2"]
        assert take(tx, "u") == [], "the second reply waits for the first, which is claimed"
        for row in first:
            outbox.mark_sent(tx, row.id, "t", message_id=1, now=NOW)
        assert keys(take(tx)) == ["reply 2"]

    await store.write(go)


async def test_a_limit_and_the_pacer_are_obeyed_and_hold_nobody_else_up(store: Store) -> None:
    def go(tx: Tx) -> None:
        people = [add_person(tx, f"P{number:03}").id for number in range(150)]
        for person in people:
            say(tx, person, f"to {person}")
        asked: list[int] = []

        def only_late_ones(person: int, kind: str) -> bool:
            asked.append(person)
            return person >= people[140]

        taken = take(tx, limit=4, allowed=only_late_ones)
        assert [row.person_id for row in taken] == people[140:144]
        assert asked == people[:144], "each was asked once, none in vain"
        assert len(take(tx, limit=16)) == 16

    await store.write(go)


async def test_what_is_not_due_waits_and_holds_up_what_follows(store: Store) -> None:
    def go(tx: Tx) -> None:
        one = add_person(tx, "AAAA").id
        assert deliveries.next_due_at(tx) is None
        say(tx, one, "later", not_before=NOW + HOUR)
        say(tx, one, "after it")
        assert take(tx) == []
        assert deliveries.next_due_at(tx) == NOW
        assert deliveries.count_due(tx, until=NOW + HOUR, most=9) == 2
        assert keys(take(tx, now=NOW + HOUR)) == ["later"]

    await store.write(go)


async def test_a_retry_goes_first_again_and_may_use_up_an_attempt(store: Store) -> None:
    def go(tx: Tx) -> None:
        one = add_person(tx, "AAAA").id
        say(tx, one, "a")
        say(tx, one, "b")
        (row,) = take(tx)
        assert outbox.mark_retry(tx, row.id, "t", not_before=NOW, counts=False)
        (again,) = take(tx, "u")
        assert (again.body, again.attempts) == ("a", 0)
        assert outbox.mark_retry(tx, row.id, "u", not_before=NOW + HOUR, counts=True)
        assert take(tx) == []
        (last,) = take(tx, now=NOW + HOUR)
        assert (last.body, last.attempts) == ("a", 1)

    await store.write(go)


@pytest.mark.parametrize("holder", ["someone else", "t"])
async def test_only_the_holder_of_a_claimed_row_ends_it_and_only_once(
    store: Store, holder: str
) -> None:
    def go(tx: Tx) -> None:
        one = add_person(tx, "AAAA").id
        say(tx, one, "a")
        (row,) = take(tx)
        ours = holder == "t"
        assert outbox.mark_refused(tx, row.id, holder, reason="blocked", now=NOW) is ours
        if ours:
            assert states(tx) == [("a", "refused", False)]
        for late in (
            outbox.mark_sent(tx, row.id, holder, message_id=1, now=NOW),
            outbox.mark_retry(tx, row.id, holder, not_before=NOW, counts=True),
            outbox.mark_refused(tx, row.id, holder, reason="blocked", now=NOW),
            outbox.mark_uncertain(tx, row.id, holder, reason="timeout", now=NOW),
        ):
            assert late is False
        assert outbox.mark_dropped(tx, row.id, reason="late", now=NOW) is not ours

    await store.write(go)


async def test_bodies_go_when_rows_are_finished(store: Store) -> None:
    def go(tx: Tx) -> None:
        people = [add_person(tx, code).id for code in ("AAAA", "BBBB", "CCCC", "DDDD", "EEEE")]
        ends = ("sent", "refused", "uncertain", "dropped", "queued")
        for person, key in zip(people, ends, strict=True):
            say(tx, person, key)
        sent, refused, uncertain, dropped, queued = take(tx)
        outbox.mark_sent(tx, sent.id, "t", message_id=1, now=NOW)
        outbox.mark_refused(tx, refused.id, "t", reason="blocked", now=NOW)
        outbox.mark_uncertain(tx, uncertain.id, "t", reason="timeout", now=NOW + MINUTE)
        outbox.mark_dropped(tx, dropped.id, reason="expired", now=NOW)
        outbox.mark_retry(tx, queued.id, "t", not_before=NOW, counts=True)
        assert states(tx) == [
            ("sent", "sent", False),
            ("refused", "refused", False),
            ("uncertain", "uncertain", False),
            ("dropped", "dropped", False),
            ("queued", "queued", True),
        ]
        assert reasons(tx) == [None, "blocked", "timeout", "expired", None]
        assert deliveries.count_due(tx, until=NOW, most=9) == 1

    await store.write(go)


async def test_what_the_dead_had_claimed_is_recovered_by_class(store: Store) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        say(tx, stored.client_id, "prompt", check_in_id=stored.id, turn_no=3)
        say(tx, add_person(tx, "BBBB").id, "help", message_class="must")
        say(tx, add_person(tx, "CCCC").id, "edit", message_class="idem", kind="edit")
        say(tx, add_person(tx, "DDDD").id, "letter", message_class="reply")
        few = {"now": NOW, "most_attempts": 3}
        run_id = runs.begin(tx, lasts=HOUR, alone=True)
        take(tx, f"{run_id}.1")
        assert not outbox.is_any_lost(tx)
        assert outbox.recover(tx, **few) == [], "the run lives"
        runs.end(tx, run_id)
        assert outbox.is_any_lost(tx)
        (lost,) = outbox.recover(tx, **few)
        assert not outbox.is_any_lost(tx)
        assert (lost.check_in_id, lost.turn_no, lost.body) == (stored.id, 3, "")
        assert states(tx) == [
            ("prompt", "uncertain", False),
            ("help", "queued", True),
            ("edit", "queued", True),
            ("letter", "queued", True),
        ]
        for attempts, token in ((1, "u"), (2, "v")):
            again = take(tx, token)
            assert keys(again) == ["help", "edit", "letter"]
            assert [row.attempts for row in again] == [0, 0, attempts]
            lost_now = outbox.recover(tx, **few)
        assert [row.message_class for row in lost_now] == ["reply"], "it was sent three times"
        assert keys(take(tx, "w")) == ["help", "edit"]

    await store.write(go)


def how_asked(tx: Tx, check_in_id: int, turn_no: int, *, later: timedelta = HOUR) -> str | None:
    return deliveries.how_asked(
        tx, check_in_id, turn_no, before=None, let_go_before=NOW + later, key_ends=":next"
    )


async def test_safety_text_passes_by_a_question_that_waits_for_more_words(store: Store) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        person = stored.client_id
        say(tx, person, "later", check_in_id=stored.id, turn_no=1, not_before=NOW + HOUR)
        say(tx, person, "card", message_class="must")
        say(tx, person, "card again", message_class="must")
        say(tx, person, "menu")
        assert keys(take(tx)) == ["card"], "safety texts keep their order"
        assert keys(take(tx)) == []
        outbox.hasten(tx, person, NOW)
        assert keys(take(tx)) == ["later"]

    await store.write(go)


async def test_a_question_that_was_let_go_this_moment_was_not_seen(store: Store) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        say(tx, stored.client_id, "p1", check_in_id=stored.id, turn_no=1)
        lease_until, may = NOW + outbox.LEASE, lambda person, kind: True
        outbox.claim(tx, now=NOW, limit=1, token="t", lease_until=lease_until, allowed=may)
        assert how_asked(tx, stored.id, 1, later=timedelta()) is None
        assert how_asked(tx, stored.id, 1, later=timedelta(seconds=1)) == "in_doubt"

    await store.write(go)


async def test_a_tap_proves_that_an_uncertain_prompt_arrived(store: Store) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        for turn_no in (1, 2):
            say(tx, stored.client_id, f"p{turn_no}", check_in_id=stored.id, turn_no=turn_no)
        (row,) = take(tx)
        assert not shown_messages.confirm(tx, row.id, 77, NOW), "it is still being sent"
        outbox.mark_uncertain(tx, row.id, "t", reason="timeout", now=NOW)
        assert deliveries.find_message_id(tx, stored.id, 1) is None
        asked = [how_asked(tx, stored.id, turn_no) for turn_no in (1, 2, 3)]
        assert asked == ["in_doubt", None, None], "one that waits was not seen"
        assert shown_messages.confirm(tx, row.id, 77, NOW)
        assert not shown_messages.confirm(tx, row.id, 78, NOW)
        assert deliveries.find_message_id(tx, stored.id, 1) == 77
        assert how_asked(tx, stored.id, 1) == "shown"
        assert [state for _, state, _ in states(tx)] == ["sent", "queued"]

    await store.write(go)


async def test_last_words_are_unread_by_who_wrote_above_them(store: Store) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        end = partial(deliveries.find_unread_end, tx, stored.id)
        assert [end(above=above) for above in (9, None)] == [None, None], "there are none yet"
        say(tx, stored.client_id, "the end", check_in_id=stored.id)
        assert [end(above=above) for above in (9, None)] == ["queued", "queued"]
        (row,) = take(tx)
        assert [end(above=above) for above in (9, None)] == ["claimed", "claimed"]
        outbox.mark_sent(tx, row.id, "t", message_id=10, now=NOW)
        assert [end(above=above) for above in (9, 10, None)] == ["sent", None, None]

    await store.write(go)


async def test_telegrams_late_answer_proves_that_an_uncertain_message_arrived(store: Store) -> None:
    """In the chat where it was sent, which may be the person's no more."""

    def go(tx: Tx) -> None:
        mover, other = add_person(tx, "AAAA").id, add_person(tx, "BBBB").id
        for person in (mover, other):
            say(tx, person, f"to {person}")
        first, second = take(tx)
        assert not deliveries.confirm_sent(tx, first.id, "t", 7, NOW), "it is still being sent"
        outbox.recover(tx, now=NOW, most_attempts=3)
        moves.leave_chat(tx, mover)
        assert not deliveries.confirm_sent(tx, second.id, "u", 7, NOW), "another claim's"
        for row in (first, second):
            assert deliveries.confirm_sent(tx, row.id, "t", 7, NOW)
            assert not deliveries.confirm_sent(tx, row.id, "t", 8, NOW), "once"
        assert [state for _, state, _ in states(tx)] == ["sent", "sent"]
        assert reasons(tx) == [None, None]
        numbers = tx.conn.execute(sa.select(table.c.message_id).order_by(table.c.id)).scalars()
        assert list(numbers) == [moves.OF_ANOTHER_CHAT, 7]

    await store.write(go)


async def test_the_newest_message_of_a_turn_is_the_one_to_edit(store: Store) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        for number, kind in enumerate(("message", "message", "edit")):
            say(tx, stored.client_id, f"k{number}", check_in_id=stored.id, turn_no=1, kind=kind)
            (row,) = take(tx)
            outbox.mark_sent(tx, row.id, "t", message_id=100 + number, now=NOW)
        assert deliveries.find_message_id(tx, stored.id, 1) == 101

    await store.write(go)


async def test_a_digest_is_sealed_for_its_reader_and_its_messages_are_found(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        digest = digests.add(
            tx, therapist_id=care.therapist_id, week="2026-W47", from_at=NOW - DAY, cut_off_at=NOW
        )
        assert digest is not None
        for number in range(2):
            say(tx, care.therapist_id, f"part {number}", lane="notice", digest_id=digest.id)
            (row,) = take(tx)
            assert row.digest_id == digest.id
            outbox.mark_sent(tx, row.id, "t", message_id=200 + number, now=NOW)
        assert deliveries.find_digest_message_ids(tx, digest.id) == [200, 201]
        say(tx, care.therapist_id, "about a client", sealed_for=care.client_id)
        erased = person_keys.c.person_id == care.client_id
        tx.conn.execute(sa.delete(person_keys).where(erased))

    await store.write(go)
    assert await store.write(take) == [], "whose key is gone is not sent"
    assert (await store.read(states))[-1] == ("about a client", "dropped", False)
    assert (await store.read(reasons))[-1] == "erased"


async def test_dropping_for_a_person_spares_others_other_classes_and_what_is_in_flight(
    store: Store,
) -> None:
    def go(tx: Tx) -> None:
        one, other = add_person(tx, "AAAA").id, add_person(tx, "BBBB").id
        say(tx, one, "in flight")
        take(tx)
        say(tx, one, "prompt")
        say(tx, one, "help", message_class="must")
        say(tx, other, "foreign")
        dropped = outbox.drop_for_person(tx, one, reason="blocked", now=NOW, classes=("once",))
        assert dropped == 1
        assert [(key, state) for key, state, _ in states(tx)] == [
            ("in flight", "claimed"),
            ("prompt", "dropped"),
            ("help", "queued"),
            ("foreign", "queued"),
        ]
        assert outbox.drop_for_person(tx, one, reason="stopped", now=NOW) == 1

    await store.write(go)


async def test_two_senders_at_once_never_hold_the_same_row(store: Store) -> None:
    def fill(tx: Tx) -> None:
        for number in range(40):
            person = add_person(tx, f"P{number:03}").id
            say(tx, person, f"a{number}")
            say(tx, person, f"b{number}")

    await store.write(fill)
    claims = (lambda tx, t=token: take(tx, t, limit=10) for token in "abcd")
    held = [row for rows in await asyncio.gather(*map(store.write, claims)) for row in rows]
    assert len({row.id for row in held}) == len(held) == len({row.person_id for row in held})
    assert {row.body[0] for row in held} == {"a"}
    assert len(held) >= 10


async def test_questions_that_still_wait_are_dropped_and_one_under_way_goes_on(
    store: Store,
) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        say(tx, stored.client_id, "leaving", check_in_id=stored.id, turn_no=0)
        take(tx)
        say(tx, stored.client_id, "waiting", check_in_id=stored.id, turn_no=0)
        say(tx, stored.client_id, "another")
        assert outbox.drop_prompts(tx, stored.id, reason="asked_anew", now=NOW) == 1
        assert states(tx) == [
            ("leaving", "claimed", True),
            ("waiting", "dropped", False),
            ("another", "queued", True),
        ]

    await store.write(go)


async def test_the_newest_question_that_waits_is_the_one_that_owes_an_answer(store: Store) -> None:
    def go(tx: Tx) -> None:
        stored, other = add_check_in(tx, add_care(tx)), add_check_in(tx, add_care(tx, "C2C2"))
        assert outbox.find_waiting_body(tx, stored.id) is None
        say(tx, stored.client_id, "first", check_in_id=stored.id, turn_no=0)
        say(tx, stored.client_id, "newest", check_in_id=stored.id, turn_no=1)
        say(tx, stored.client_id, "edit", check_in_id=stored.id, turn_no=1, lane="notice")
        say(tx, stored.client_id, "of none")
        say(tx, other.client_id, "of another", check_in_id=other.id, turn_no=0)
        assert outbox.find_waiting_body(tx, stored.id) == "newest"
        outbox.drop_prompts(tx, stored.id, reason="asked_anew", now=NOW)
        assert outbox.find_waiting_body(tx, stored.id) is None
        assert outbox.find_waiting_body(tx, other.id) == "of another"

    await store.write(go)


async def test_rows_that_wait_for_later_are_not_read_by_those_who_look_for_due_ones(
    store: Store,
) -> None:
    """The engine goes by the index in the order in which rows come due, and sorts nothing."""

    def go(tx: Tx) -> None:
        one, other = add_person(tx, "AAAA").id, add_person(tx, "BBBB").id
        say(tx, one, "later", lane="notice", not_before=NOW + HOUR)
        say(tx, other, "now", lane="notice")
        say(tx, other, "behind it", lane="notice")
        assert deliveries.count_due(tx, until=NOW, most=9) == 2
        assert deliveries.count_due(tx, until=NOW + HOUR, most=9) == 3
        assert deliveries.count_due(tx, until=NOW + HOUR, most=2) == 2
        assert deliveries.next_due_at(tx) == NOW
        assert keys(take(tx)) == ["now"]
        assert deliveries.next_due_at(tx) == NOW, "what follows it is due, and waits for it"
        if tx.conn.dialect.name != "sqlite":
            return  # PostgreSQL reads a table of three rows whole
        share = runs.bound(runs.WHOLE, NOW)
        due = {"now": NOW, "after_at": NOW - DAY, "after_id": 0, "most": 9, **share}
        soon = {"until": NOW, "most": 9}
        for query, params, index in (
            (outbox.DUE["notice"], due, "ix_outbox_due (lane=? AND not_before>? AND not_before<?)"),
            (deliveries.DUE_SOON, soon, "ix_outbox_due (lane=? AND not_before<?)"),
            (
                occurrences.DUE,
                {**due, "from_at": NOW},
                "ix_occurrences_due (due_at>? AND due_at<?)",
            ),
        ):
            plan = explain(tx, query, params)
            assert index in plan
            assert "TEMP B-TREE" not in plan

    await store.write(go)


def explain(tx: Tx, query: Any, params: dict[str, Any]) -> str:
    """Ask SQLite how it would go about a query."""
    compiled = query.compile(dialect=tx.conn.dialect)
    bound = compiled.construct_params(params)
    values = tuple(
        compiled._bind_processors.get(name, lambda value: value)(bound[name])
        for name in compiled.positiontup
    )
    found = tx.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled.string}", values)
    return "\n".join(row.detail for row in found)


@pytest.mark.parametrize("ends", ["sent", "again", "lost"])
async def test_what_is_under_way_at_a_move_has_no_number_in_the_new_chat(
    store: Store, ends: str
) -> None:
    """The same number is another message there; what is sent once more has one of its own."""

    def go(tx: Tx) -> None:
        one = add_person(tx, "AAAA").id
        say(tx, one, "a", message_class="reply")
        (row,) = take(tx)
        moves.leave_chat(tx, one)
        if ends == "sent":
            assert outbox.mark_sent(tx, row.id, "t", message_id=5, now=NOW)
        elif ends == "again":
            assert outbox.mark_retry(tx, row.id, "t", not_before=NOW, counts=True)
        else:
            assert outbox.recover(tx, now=NOW, most_attempts=3) == []
        if ends != "sent":
            (row,) = take(tx, "u")
            assert outbox.mark_sent(tx, row.id, "u", message_id=5, now=NOW)
        number = tx.conn.execute(sa.select(table.c.message_id)).scalar_one()
        assert number == (moves.OF_ANOTHER_CHAT if ends == "sent" else 5)

    await store.write(go)
