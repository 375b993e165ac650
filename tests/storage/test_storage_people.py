"""People, their chats and invites; cares and consents."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storage import cares, consents, invites, people
from storage.errors import NotFound, StaleState
from storage.store import Store, Tx
from tests.storage.practice import DAY, HOUR, NOW, add_care, add_person

CHAT = 4711


async def test_a_person_is_found_by_id_and_by_code_in_any_case(store: Store) -> None:
    added = await store.write(lambda tx: add_person(tx, "k7q2", "therapist"))
    assert (added.code, added.role, added.zone) == ("K7Q2", "therapist", "Europe/Berlin")

    def ask(tx: Tx) -> None:
        assert people.find(tx, added.id) == people.load(tx, added.id) == added
        assert people.find_by_code(tx, " k7Q2 ") == added
        assert people.find_by_code(tx, "K7Q") is None
        assert people.list_therapists(tx) == [added]
        assert people.find(tx, added.id + 1) is None
        with pytest.raises(NotFound):
            people.load(tx, added.id + 1)

    await store.read(ask)


async def test_what_a_person_chose_is_kept(store: Store) -> None:
    def go(tx: Tx) -> None:
        one, other = add_person(tx, "AAAA"), add_person(tx, "BBBB")
        assert people.name_of(tx, one.id) == people.Name("", "")
        people.rename(tx, one.id, people.Name("Dr. Anna Mai"))
        people.rename(tx, one.id, people.Name("Frau Mai", "Frau\tMai", "Frau Mai"))
        people.set_language(tx, one.id, "de_du")
        people.set_zone(tx, one.id, "Pacific/Apia")
        after = people.load(tx, one.id)
        assert people.name_of(tx, one.id) == people.Name("Frau Mai", "Frau\tMai", "Frau Mai")
        assert (after.language, after.zone) == ("de_du", "Pacific/Apia")
        assert people.load(tx, other.id) == other
        with pytest.raises(NotFound):
            people.set_zone(tx, other.id + 1, "UTC")

    await store.write(go)


async def test_a_chat_belongs_to_whoever_bound_it_last(store: Store) -> None:
    def go(tx: Tx) -> None:
        one, other = add_person(tx, "AAAA"), add_person(tx, "BBBB")
        assert people.find_by_chat(tx, CHAT) is None
        people.bind_chat(tx, one.id, CHAT, NOW)
        people.bind_chat(tx, one.id, CHAT, NOW)
        assert people.find_by_chat(tx, CHAT) == one
        people.bind_chat(tx, other.id, CHAT, NOW)
        assert people.find_by_chat(tx, CHAT) == other
        assert (people.chat_of(tx, one.id), people.chat_of(tx, other.id)) == (None, CHAT)
        people.bind_chat(tx, other.id, -CHAT, NOW)
        assert people.find_by_chat(tx, CHAT) is None
        assert people.chat_of(tx, other.id) == -CHAT

    await store.write(go)


async def test_unreachable_since_the_first_time_until_reachable(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        people.mark_unreachable(tx, care.client_id, NOW)
        people.mark_unreachable(tx, care.client_id, NOW + DAY)
        assert people.load(tx, care.client_id).unreachable_at == NOW
        assert cares.load(tx, care.id).unreachable_at == NOW
        people.mark_reachable(tx, care.client_id)
        assert people.load(tx, care.client_id).unreachable_at is None

    await store.write(go)


async def test_an_invite_is_valid_once_until_it_expires(store: Store) -> None:
    def go(tx: Tx) -> None:
        person = add_person(tx, "AAAA")
        invite = invites.add(
            tx, person_id=person.id, token_hash=b"one", now=NOW, expires_at=NOW + DAY
        )
        assert invites.find_valid(tx, b"one", NOW + HOUR) == invite
        assert invites.find_valid(tx, b"two", NOW) is None
        assert invites.find_valid(tx, b"one", NOW + DAY) is None
        invites.mark_used(tx, invite.id, NOW)
        assert invites.find_valid(tx, b"one", NOW + HOUR) is None
        with pytest.raises(StaleState):
            invites.mark_used(tx, invite.id, NOW)

    await store.write(go)


async def test_a_new_invite_ends_the_older_unused_ones_of_that_person_only(store: Store) -> None:
    def go(tx: Tx) -> None:
        one, other = add_person(tx, "AAAA"), add_person(tx, "BBBB")
        for token, person in ((b"a", one), (b"b", other), (b"c", one)):
            invites.add(tx, person_id=person.id, token_hash=token, now=NOW, expires_at=NOW + DAY)
        valid = [token for token in (b"a", b"b", b"c") if invites.find_valid(tx, token, NOW)]
        assert valid == [b"b", b"c"]

    await store.write(go)


async def test_a_care_goes_from_draft_to_active_and_is_seen_by_its_therapist(store: Store) -> None:
    def go(tx: Tx) -> None:
        therapist, client = add_person(tx, "TTTT", "therapist"), add_person(tx, "AAAA")
        care = cares.add(tx, client_id=client.id, therapist_id=therapist.id, alias="Ö. K.", now=NOW)
        assert (care.state, care.alias, care.client_code) == ("draft", "Ö. K.", "AAAA")
        assert cares.list_for_client(tx, client.id)[-1] == care
        cares.mark(tx, care.id, was=("draft", "invited"), state="asked", now=NOW)
        with pytest.raises(StaleState):
            cares.mark(tx, care.id, was="draft", state="active", now=NOW)
        cares.mark(tx, care.id, was="asked", state="active", now=NOW + HOUR)
        active = cares.load(tx, care.id)
        assert (active.state, active.active_since) == ("active", NOW + HOUR)
        assert cares.list_for_therapist(tx, therapist.id) == [active]
        cares.mark(tx, care.id, was="active", state="ended", now=NOW)
        assert cares.list_for_therapist(tx, therapist.id) == []
        assert [c.id for c in cares.list_for_therapist(tx, therapist.id, ("ended",))] == [care.id]
        with pytest.raises(NotFound):
            cares.load(tx, care.id + 1)

    await store.write(go)


async def test_a_care_is_paused_and_resumed_once(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        cares.pause(tx, care.id, NOW)
        cares.pause(tx, care.id, NOW + DAY)
        assert cares.load(tx, care.id).paused_at == NOW, "it began when it began"
        cares.resume(tx, care.id)
        with pytest.raises(StaleState):
            cares.resume(tx, care.id)
        assert cares.load(tx, care.id).paused_at is None

    await store.write(go)


async def test_a_therapist_finds_own_clients_by_code_or_alias_and_nobody_else(store: Store) -> None:
    def go(tx: Tx) -> None:
        first = add_care(tx, "AAAA", "M. S.")
        second = add_care(tx, "BBBB", "AAAA")
        foreign = add_care(tx, "CCCC", "X. Y.", therapist="T2T2")
        me, other = first.therapist_id, foreign.therapist_id
        assert cares.find_for_therapist(tx, me, "m. s.") == first
        assert cares.find_for_therapist(tx, me, "aaaa") == first, "a code comes before an alias"
        assert cares.find_for_therapist(tx, me, "BBBB") == second
        assert cares.find_for_therapist(tx, me, "CCCC") is None
        assert cares.find_for_therapist(tx, other, "x. y.") == foreign
        add_care(tx, "DDDD", "M. S.")
        assert cares.find_for_therapist(tx, me, "M. S.") is None, "two share this alias"
        respelt = add_care(tx, "EEEE", "MS")
        assert cares.find_for_therapist(tx, me, "ms") == respelt, "spelt as typed"
        assert cares.find_for_therapist(tx, me, "m-s") is None, "three read like it"
        assert cares.find_for_therapist(tx, me, "e e-e.E") == respelt
        assert cares.find_for_therapist(tx, me, "\u200b") is None

    await store.write(go)


async def test_nothing_is_left_of_a_draft_that_was_not_meant(store: Store) -> None:
    def go(tx: Tx) -> None:
        kept, dropped = add_care(tx, "AAAA"), add_care(tx, "BBBB", "Maria Keller")
        cares.mark(tx, dropped.id, was=cares.STATES, state="draft", now=NOW)
        invites.add(tx, person_id=dropped.client_id, token_hash=b"t", now=NOW, expires_at=NOW + DAY)
        cares.discard_draft(tx, dropped)
        assert cares.find(tx, dropped.id) is None
        assert people.find(tx, dropped.client_id) is None
        assert not tx.has_key(dropped.client_id)
        with pytest.raises(StaleState):
            cares.discard_draft(tx, kept)
        assert cares.load(tx, kept.id).alias == kept.alias

    await store.write(go)


async def test_one_consent_is_in_force_and_the_older_stay_provable(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        assert not consents.revoke(tx, care.id, NOW)
        for version, update_id in (("1", 10), ("2", 2**40)):
            consents.add(
                tx,
                care_id=care.id,
                version=version,
                text_hash="h",
                language="de",
                update_id=update_id,
                now=NOW,
            )
        in_force = sa.text(
            "SELECT version, update_id, language FROM consents WHERE revoked_at IS NULL"
        )
        assert tx.conn.execute(in_force).all() == [("2", 2**40, "de")]
        assert consents.revoke(tx, care.id, NOW + DAY)
        assert tx.conn.execute(in_force).all() == []
        kept = tx.conn.execute(
            sa.text("SELECT count(*) FROM consents WHERE revoked_at IS NOT NULL")
        )
        assert kept.scalar_one() == 2

    await store.write(go)
