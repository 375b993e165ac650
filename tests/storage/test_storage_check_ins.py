"""Check-ins and answers: guarded, one open at a time, the same after a round trip."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from flows.engine.check_in import Answer
from flows.kinds.kind import Value
from storage import answer_messages, answers, check_ins
from storage.answer_messages import AnswerMessage, MadeOf
from storage.errors import NotFound, StaleState
from storage.store import Store, Tx
from storage.tables_check_ins import check_ins as table
from tests.storage.practice import DAY, HOUR, NOW, add_care, add_check_in, new_state


async def test_a_check_in_comes_back_as_it_was_saved(store: Store) -> None:
    def go(tx: Tx) -> check_ins.StoredCheckIn:
        stored = add_check_in(tx, add_care(tx))
        answer = Answer("ease", "ganz wohl 🙂", NOW + HOUR)
        state = replace(stored.state, turn_no=1, at="strain", answers=(answer,))
        saved = check_ins.save(tx, stored, state, now=NOW + HOUR)
        assert saved.state == state
        return saved

    saved = await store.write(go)

    def ask(tx: Tx) -> None:
        assert check_ins.load(tx, saved.id) == check_ins.find_open(tx, saved.care_id) == saved
        assert check_ins.find(tx, saved.id + 1) is None
        with pytest.raises(NotFound):
            check_ins.load(tx, saved.id + 1)

    await store.read(ask)


async def test_a_state_is_saved_only_over_what_was_loaded(store: Store) -> None:
    stored = await store.write(lambda tx: add_check_in(tx, add_care(tx)))
    first = replace(stored.state, turn_no=1)
    await store.write(lambda tx: check_ins.save(tx, stored, first, now=NOW))
    sent = replace(stored.state, first_sent_at=NOW)
    for late in (replace(stored.state, turn_no=1), sent):
        with pytest.raises(StaleState):
            await store.write(lambda tx, s=late: check_ins.save(tx, stored, s, now=NOW))
    assert (await store.read(lambda tx: check_ins.load(tx, stored.id))).state == first


async def test_savings_within_one_turn_follow_each_other(store: Store) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        again = check_ins.save(tx, stored, replace(stored.state, first_sent_at=NOW), now=NOW)
        last = check_ins.save(tx, again, replace(again.state, reminders=1), now=NOW)
        assert check_ins.load(tx, stored.id) == last
        assert (last.state.first_sent_at, last.state.reminders) == (NOW, 1)

    await store.write(go)


async def test_a_care_has_one_open_check_in(store: Store) -> None:
    care = await store.write(add_care)
    first = await store.write(lambda tx: add_check_in(tx, care))
    with pytest.raises(sa.exc.IntegrityError):
        await store.write(lambda tx: add_check_in(tx, care, NOW + HOUR))
    ended = replace(first.state, status="finished", at=None)
    await store.write(lambda tx: check_ins.save(tx, first, ended, now=NOW + HOUR))
    assert await store.read(lambda tx: check_ins.find_open(tx, care.id)) is None
    second = await store.write(lambda tx: add_check_in(tx, care, NOW + DAY))

    def ask(tx: Tx) -> None:
        found = check_ins.list_for_care(tx, care.id)
        assert [stored.id for stored in found] == [first.id, second.id]
        assert check_ins.list_for_care(tx, care.id, opened_since=NOW + HOUR) == [second]
        assert check_ins.list_for_care(tx, care.id, flow_id="after-session") == []
        assert found == check_ins.list_for_care(tx, care.id, flow_id="mid-week")
        ended_at = sa.select(table.c.ended_at).where(table.c.id == first.id)
        assert tx.conn.execute(ended_at).scalar_one() == NOW + HOUR

    await store.read(ask)


async def test_a_check_in_needs_a_version_that_is_kept(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        check_ins.add(
            tx,
            care_id=care.id,
            client_id=care.client_id,
            occurrence_id=None,
            state=new_state(),
            now=NOW,
        )

    with pytest.raises(sa.exc.IntegrityError):
        await store.write(go)


@pytest.mark.parametrize("value", [None, 0, -3, 2.5, True, False, "", "8", "Grüße\n🙂 \u0000x"[:8]])
async def test_an_answer_of_any_kind_comes_back(store: Store, value: Value | None) -> None:
    def go(tx: Tx) -> list[answers.StoredAnswer]:
        stored = add_check_in(tx, add_care(tx))
        given = [(Answer("ease", value, NOW), "alliance.bond")]
        answers.save(tx, stored_check_in=stored, answers=given)
        return answers.list_for_check_in(tx, stored.id)

    (kept,) = await store.write(go)
    assert (kept.value, type(kept.value)) == (value, type(value))
    assert (kept.step_id, kept.measures, kept.given_at) == ("ease", "alliance.bond", NOW)


async def test_a_step_keeps_its_latest_answer(store: Store) -> None:
    def go(tx: Tx) -> None:
        stored = add_check_in(tx, add_care(tx))
        answers.save(tx, stored_check_in=stored, answers=[])
        first = [(Answer("ease", 3, NOW), "alliance.bond"), (Answer("words", "x", NOW), None)]
        answers.save(tx, stored_check_in=stored, answers=first)
        again = [
            (Answer("words", "x", NOW, off_path=True), None),
            (Answer("ease", 8, NOW + HOUR), "alliance.bond"),
        ]
        answers.save(tx, stored_check_in=stored, answers=again)
        kept = answers.list_for_check_in(tx, stored.id)
        assert [(a.step_id, a.value, a.off_path) for a in kept] == [
            ("words", "x", True),
            ("ease", 8, False),
        ]

    await store.write(go)


async def test_measured_answers_of_a_care_are_on_the_path_and_in_order(store: Store) -> None:
    def go(tx: Tx) -> None:
        care, other = add_care(tx, "AAAA"), add_care(tx, "BBBB")
        stored, foreign = add_check_in(tx, care), add_check_in(tx, other)
        given = [
            (Answer("strain", "yes", NOW + HOUR), "strain"),
            (Answer("ease", 3, NOW), "alliance.bond"),
            (Answer("goal", 4, NOW, off_path=True), "alliance.goal"),
            (Answer("words", "x", NOW), None),
            (Answer("odd", 1, NOW), "alliance%bond"),
        ]
        answers.save(tx, stored_check_in=stored, answers=given)
        answers.save(tx, stored_check_in=foreign, answers=given[:2])
        found = answers.list_measured(tx, care.id)
        assert [a.step_id for a in found] == ["ease", "odd", "strain"]
        bond = answers.list_measured(tx, care.id, "alliance.")
        assert [(a.step_id, a.value) for a in bond] == [("ease", 3)]
        assert answers.list_measured(tx, care.id, "alliance%")[0].step_id == "odd"

    await store.write(go)


async def test_a_saving_within_the_same_turn_is_not_overwritten_either(store: Store) -> None:
    stored = await store.write(lambda tx: add_check_in(tx, add_care(tx)))
    sent = replace(stored.state, first_sent_at=NOW)
    await store.write(lambda tx: check_ins.save(tx, stored, sent, now=NOW))
    reminded = replace(stored.state, reminders=1)
    with pytest.raises(StaleState):
        await store.write(lambda tx: check_ins.save(tx, stored, reminded, now=NOW))
    assert (await store.read(lambda tx: check_ins.load(tx, stored.id))).state == sent


async def test_measured_answers_of_a_span_or_of_the_newest_check_ins(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        days = [NOW + n * DAY for n in range(4)]
        for day, measures in zip(days, ("week", "week", "week", "weekend"), strict=True):
            stored = add_check_in(tx, care, opened_at=day)
            assert check_ins.find_asking(tx, stored.id) == check_ins.Asking(care.id, 0)
            answers.save(tx, stored_check_in=stored, answers=[(Answer("how", 5, day), measures)])
            ended = replace(stored.state, status="finished", at=None)
            check_ins.save(tx, stored, ended, now=day + HOUR)
            assert check_ins.find_asking(tx, stored.id) is None

        def given_on(**how: Any) -> list[datetime]:
            return [a.given_at for a in answers.list_measured(tx, care.id, **how)]

        assert given_on(measure="week") == days[:3]
        assert given_on(measure="week", newest=2) == days[1:3]
        assert given_on(newest=2) == days[2:]
        assert given_on(since=days[1], until=days[3]) == days[1:3]
        ended = check_ins.list_for_care(tx, care.id, lasted_until=days[2])
        assert [each.state.opened_at for each in ended] == days[2:]

    await store.write(go)


async def test_it_is_known_of_which_messages_an_answer_is_made(store: Store) -> None:
    def go(tx: Tx) -> None:
        care, other = add_care(tx), add_care(tx, "C2C2", "C. D.", "T2T2")
        mine = add_check_in(tx, care)
        two = (AnswerMessage(1 << 40, 3), AnswerMessage(7, 12))
        answer_messages.save(tx, mine.id, "well", two)
        assert answer_messages.list_(tx, mine.id, "well") == two
        assert answer_messages.find(tx, care.id, 7) == MadeOf(mine.id, "well", two)
        assert answer_messages.find(tx, care.id, 8) is None
        assert answer_messages.find(tx, other.id, 7) is None
        answer_messages.save(tx, mine.id, "hard", two[1:])
        answer_messages.save(tx, mine.id, "well", ())
        assert answer_messages.list_(tx, mine.id, "well") == ()
        assert answer_messages.find(tx, care.id, 7) == MadeOf(mine.id, "hard", two[1:])

    await store.write(go)


async def test_the_newest_check_in_of_a_care_is_the_one_opened_last(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        assert check_ins.find_newest(tx, care.id) is None
        first = add_check_in(tx, care)
        ended = check_ins.save(tx, first, replace(first.state, status="expired"), now=NOW)
        assert check_ins.find_newest(tx, care.id) is not None
        second = add_check_in(tx, care, NOW + HOUR)
        newest = check_ins.find_newest(tx, care.id)
        assert newest is not None and newest.id == second.id != ended.id

    await store.write(go)
