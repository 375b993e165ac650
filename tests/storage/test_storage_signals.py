"""Flags with their reasons and acknowledgements; digests with their sections."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from storage import check_ins, digests, flag_words, flags
from storage.errors import NotFound, StaleState
from storage.flag_words import FlagWord
from storage.store import Store, Tx
from storage.tables_people import person_keys
from tests.storage.practice import DAY, HOUR, NOW, add_care, add_check_in


async def test_a_care_has_one_flag_until_it_is_closed(store: Store) -> None:
    def go(tx: Tx) -> None:
        care, other = add_care(tx, "AAAA"), add_care(tx, "BBBB")
        flag = flags.open_(tx, care.id, NOW)
        with pytest.raises(StaleState):
            flags.open_(tx, care.id, NOW)
        assert flags.find_open(tx, care.id) == flags.load(tx, flag.id) == flag
        assert flags.find_open(tx, other.id) is None
        flags.mark(tx, flag.id, state="will_raise", at=NOW + HOUR, close=False)
        talked = flags.find_open(tx, care.id)
        assert talked is not None
        assert (talked.state, talked.changed_at) == ("will_raise", NOW + HOUR)
        flags.mark(tx, flag.id, state="talked_settled", at=NOW + DAY, close=True)
        with pytest.raises(StaleState):
            flags.mark(tx, flag.id, state="stale", at=NOW + DAY, close=True)
        assert flags.find_open(tx, care.id) is None
        second = flags.open_(tx, care.id, NOW + 2 * DAY)
        first, last = flags.list_for_care(tx, care.id)
        assert (first.state, first.closed_at, last) == ("talked_settled", NOW + DAY, second)
        with pytest.raises(NotFound):
            flags.load(tx, second.id + 1)

    await store.write(go)


async def test_a_closed_flag_is_open_again_unless_there_is_another(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        flag = flags.open_(tx, care.id, NOW)
        flags.mark(tx, flag.id, state="something_else", at=NOW, close=True)
        flags.reopen(tx, flag.id, state="will_raise", at=NOW + HOUR)
        again = flags.find_open(tx, care.id)
        assert again is not None
        assert (again.id, again.state, again.changed_at) == (flag.id, "will_raise", NOW + HOUR)
        flags.mark(tx, flag.id, state="something_else", at=NOW + DAY, close=True)
        second = flags.open_(tx, care.id, NOW + DAY)
        with pytest.raises(StaleState):
            flags.reopen(tx, flag.id, state="open", at=NOW + DAY)
        assert flags.find_open(tx, care.id) == second

    await store.write(go)


async def test_a_clients_word_remembers_how_the_flag_stood_before_the_first_one(
    store: Store,
) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        check_in = add_check_in(tx, care)
        flag = flags.open_(tx, care.id, NOW)
        flag_words.add(tx, flag, check_in_id=check_in.id, given_at=NOW + HOUR)
        flags.mark(tx, flag.id, state="talked_open", at=NOW + HOUR, close=False)
        changed = flags.load(tx, flag.id)
        flag_words.add(tx, changed, check_in_id=check_in.id, given_at=NOW + DAY)
        word = FlagWord(flag.id, "open", NOW, NOW + DAY)
        assert flag_words.find_first_since(tx, flag.id, NOW + DAY) == word
        assert flag_words.find_first_since(tx, flag.id, NOW + DAY + HOUR) is None
        assert flag_words.take(tx, check_in.id) == [word]
        assert flag_words.take(tx, check_in.id) == []

    await store.write(go)


async def test_a_rule_speaks_once_about_a_check_in(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        stored = add_check_in(tx, care)
        ended = replace(stored.state, status="finished", at=None)
        check_ins.save(tx, stored, ended, now=NOW)
        second = add_check_in(tx, care, NOW + DAY)
        flag = flags.open_(tx, care.id, NOW)
        said = [
            flags.add_reason(
                tx,
                flag=flag,
                client_id=care.client_id,
                rule=rule,
                rule_version=2,
                check_in_id=check_in_id,
                evidence='{"said": "ja"}',
                now=NOW,
            )
            for rule, check_in_id in (
                ("strain", stored.id),
                ("strain", stored.id),
                ("drop", stored.id),
                ("strain", second.id),
            )
        ]
        assert said == [True, False, True, True]
        kept = flags.list_reasons(tx, flag.id)
        assert [(r.rule, r.check_in_id) for r in kept] == [
            ("strain", stored.id),
            ("drop", stored.id),
            ("strain", second.id),
        ]
        assert {(r.evidence, r.rule_version, r.raised_at) for r in kept} == {
            ('{"said": "ja"}', 2, NOW)
        }

    await store.write(go)


async def test_every_acknowledgement_is_kept_newest_last(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        flag = flags.open_(tx, care.id, NOW)
        given = [
            flags.acknowledge(
                tx, flag_id=flag.id, therapist_id=care.therapist_id, what=what, now=NOW
            )
            for what in ("will_raise", "talked_open", "will_raise")
        ]
        assert flags.list_acknowledgements(tx, flag.id) == given
        assert [a.what for a in given] == ["will_raise", "talked_open", "will_raise"]

    await store.write(go)


async def test_a_therapist_has_one_digest_a_week(store: Store) -> None:
    def go(tx: Tx) -> None:
        care, foreign = add_care(tx, "AAAA"), add_care(tx, "BBBB", therapist="T2T2")
        me = care.therapist_id

        def compose(therapist_id: int, week: str, days: int) -> digests.DigestRow | None:
            cut_off_at = NOW + days * DAY
            return digests.add(
                tx,
                therapist_id=therapist_id,
                week=week,
                from_at=cut_off_at - 7 * DAY,
                cut_off_at=cut_off_at,
            )

        later, earlier = compose(me, "2026-W48", 7), compose(me, "2026-W47", 0)
        assert later and earlier
        assert compose(me, "2026-W47", 1) is None
        assert compose(foreign.therapist_id, "2026-W47", 0)
        assert digests.find(tx, me, "2026-W47") == digests.load(tx, earlier.id) == earlier
        assert digests.find(tx, me, "2026-W01") is None
        assert digests.find_latest(tx, me) == later
        assert digests.list_for_therapist(tx, me) == [earlier, later]
        with pytest.raises(NotFound):
            digests.load(tx, 10**6)

    await store.write(go)


async def test_the_first_reading_counts(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        digest = digests.add(
            tx, therapist_id=care.therapist_id, week="2026-W47", from_at=NOW - DAY, cut_off_at=NOW
        )
        assert digest is not None
        assert digests.mark_read(tx, digest.id, NOW + HOUR)
        assert not digests.mark_read(tx, digest.id, NOW + DAY)
        assert digests.load(tx, digest.id).read_at == NOW + HOUR

    await store.write(go)


async def test_a_section_goes_with_its_clients_key_and_leaves_the_others(store: Store) -> None:
    def go(tx: Tx) -> tuple[int, int, int]:
        first, second = add_care(tx, "AAAA"), add_care(tx, "BBBB")
        digest = digests.add(
            tx, therapist_id=first.therapist_id, week="2026-W47", from_at=NOW - DAY, cut_off_at=NOW
        )
        assert digest is not None
        for care in (second, first):
            digests.add_section(
                tx,
                digest_id=digest.id,
                care_id=care.id,
                client_id=care.client_id,
                body=f'"about {care.client_code}"',
            )
        sections = digests.list_sections(tx, digest.id)
        assert [s.body for s in sections] == ['"about AAAA"', '"about BBBB"']
        erased = person_keys.c.person_id == first.client_id
        tx.conn.execute(sa.delete(person_keys).where(erased))
        return digest.id, second.id, second.client_id

    digest_id, care_id, client_id = await store.write(go)
    left = await store.read(lambda tx: digests.list_sections(tx, digest_id))
    assert [(s.care_id, s.client_id, s.body) for s in left] == [
        (care_id, client_id, '"about BBBB"')
    ]
