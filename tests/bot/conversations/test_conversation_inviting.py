"""Invitations by a therapist: no two aliases that read alike, no name by accident, several in one
go, and letters that say for whom they are.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.sandbox import Person
from storage import cares
from storage.store import Tx
from tests.support.house import LINK, House, token_in

TAKEN = "You already have a client under “M.K.”, and “{}” would read alike."


@pytest.mark.parametrize("typed", ["M.K.", "MK", "m k", "M\u200b-K\u202e."])
async def test_an_alias_that_reads_like_another_leads_to_that_client(
    house: House, typed: str
) -> None:
    weber = await house.therapist()
    await house.client(weber, "M.K.")
    (said,) = await house.say(weber, f"/invite {typed}")
    assert said.startswith("You already have a client under “M.K.”, and “")
    assert await house.rows("SELECT count(*) FROM cares") == [(1,)]
    assert weber.labels == [["Show M.K."]]
    (card,) = await house.tap(weber, "Show M.K.")
    assert card.startswith("M.K. (") and "takes part" in card


async def test_an_accent_makes_another_alias(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "O.K.")
    assert await house.say(weber, "/invite Ö.K.") == ["How shall the bot speak to Ö.K.?"]


async def test_a_client_who_has_not_opened_the_link_gets_a_new_one(house: House) -> None:
    weber = await house.therapist()
    first = await house.invite(weber, "M.K.")
    (said,) = await house.say(weber, "/invite MK")
    assert said.startswith(TAKEN.format("MK"))
    assert weber.labels == [["New link for M.K."], ["Show M.K."]]
    assert await house.tap(weber, "New link for M.K.") == [said, "How shall the bot speak to M.K.?"]
    await house.tap(weber, "English")
    assert token_in(weber.last) != first
    assert await house.rows("SELECT state FROM cares") == [("invited",)]


async def test_a_button_for_a_new_link_is_stale_once_the_client_is_there(house: House) -> None:
    weber = await house.therapist()
    token = await house.invite(weber, "M.K.")
    await house.say(weber, "/invite MK")
    client = house.stranger()
    client.start(token)
    await house.settle()
    assert await house.tap(weber, "New link for M.K.") == ["This button is no longer current."]


async def test_a_full_name_is_kept_if_it_is_meant(house: House) -> None:
    weber = await house.therapist()
    (said,) = await house.say(weber, "/invite Maria Keller")
    assert said.startswith("Initials are enough here: “Maria Keller” looks like a full name")
    await house.tap(weber, "Keep “Maria Keller”")
    assert weber.last == "How shall the bot speak to Maria Keller?"
    await house.tap(weber, "English")
    for late in ("nd:1", "nk:1"):
        assert await house.forge(weber, late) == ["This button is no longer current."]
    assert await house.rows("SELECT state FROM cares") == [("invited",)]


async def test_nothing_is_left_of_a_full_name_that_is_not_meant(house: House) -> None:
    weber = await house.therapist()
    await house.say(weber, "/invite Maria Keller")
    said = await house.tap(weber, "No, I will send initials")
    assert said[0].startswith("The name was not kept. Please send /invite")
    for table, left in (("cares", 0), ("people", 1), ("person_keys", 1)):
        assert await house.rows(f"SELECT count(*) FROM {table}") == [(left,)]
    assert await house.forge(weber, "nk:1") == ["This button is no longer current."]
    assert await house.say(weber, "/invite M.K.") == ["How shall the bot speak to M.K.?"]


async def test_several_are_invited_in_one_go_and_a_bad_one_stops_nobody(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    said = await house.say(weber, f"/invite M.K., ab, {'x' * 30}, B.L.; T.S., M.K., mk,")
    assert [text[:40] for text in said] == [
        "How shall the bot speak to M.K.?",
        "You already have a client under “A.B.”, ",
        f"“{'x' * 23}…” is too long: ",
        "How shall the bot speak to B.L.?",
        "How shall the bot speak to T.S.?",
        "You already have a client under “M.K.”, ",
    ]
    tokens = set()
    for alias, label in (("T.S.", "German, du"), ("M.K.", "English"), ("B.L.", "German, Sie")):
        asked = next(m for m in weber.screen if m.text == f"How shall the bot speak to {alias}?")
        weber.tap(label, asked)
        await house.settle()
        assert weber.labels[0] == [f"For {alias} (only you see this)"]
        tokens.add(token_in(weber.last))
    assert len(tokens) == 3
    assert await house.rows(
        "SELECT language, state FROM cares JOIN people ON people.id = client_id ORDER BY cares.id"
    ) == [("en", "active"), ("en", "invited"), ("de", "invited"), ("de_du", "invited")]


async def test_too_many_in_one_go(house: House) -> None:
    weber = await house.therapist()
    (said,) = await house.say(weber, "/invite " + ",".join(f"C{n}" for n in range(21)))
    assert said.startswith("That is more than I can take in one go.")
    assert await house.rows("SELECT count(*) FROM cares") == [(0,)]


async def test_a_letter_says_to_the_therapist_alone_for_whom_it_is(house: House) -> None:
    weber = await house.therapist()
    await house.invite(weber, "M.K.")
    letter = weber.newest
    assert "M.K." not in letter.text
    assert await house.tap(weber, "For M.K. (only you see this)") == [
        "M.K. is to get this letter. The buttons below it stay with you when you pass it on."
    ]
    assert weber.newest == letter
    assert letter.keyboard is not None
    (_, copy) = letter.keyboard.buttons
    link = LINK.search(letter.text)
    assert link is not None
    assert (copy.text, copy.action, copy.value) == (
        "Copy the link",
        "copy_text",
        {"text": link.group()},
    )


async def test_a_picture_of_the_link_can_be_scanned_and_is_kept_nowhere(house: House) -> None:
    weber = await house.therapist()
    await house.invite(weber, "M.K.")
    picture = weber.screen[-2]
    assert picture.media is not None and picture.media.kind == "photo"
    assert picture.text.startswith("Please pass the next message on to M.K., or let them scan this")
    assert picture.media.width == picture.media.height > 300
    assert await house.rows("SELECT count(*) FROM outbox WHERE body_sealed IS NOT NULL") == [(0,)]


async def test_commands_find_a_client_however_the_alias_is_spelt(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "M.K.")
    (card,) = await house.say(weber, "/client m k")
    assert card.startswith("M.K. (")
    (said,) = await house.say(weber, "/session MK 25.11. 15:00")
    assert said.startswith("Planned: M.K., Wed 25 Nov, 15:00.")
    (said,) = await house.say(weber, "/session m-k move 26.11. 16:00")
    assert said.startswith("Moved: M.K., from Wed 25 Nov, 15:00 to Thu 26 Nov, 16:00.")
    (said,) = await house.say(weber, "/session M K cancel")
    assert said.startswith("Taken back: M.K., Thu 26 Nov, 16:00.")


async def two_of_before(house: House) -> Person:
    """A caseload in which two aliases read alike: it was possible once."""
    weber = await house.therapist()
    await house.client(weber, "M.K.")
    await house.client(weber, "X.Y.")

    def respell(tx: Tx) -> None:
        care = cares.load(tx, 2)
        sealed = tx.seal(care.client_id, "MK", f"cares.alias:{care.id}")
        tx.conn.execute(sa.text("UPDATE cares SET alias_sealed = :s WHERE id = 2"), {"s": sealed})

    await house.app.store.write(respell)
    return weber


async def test_aliases_of_before_that_read_alike_are_told_apart_by_their_spelling(
    house: House,
) -> None:
    weber = await two_of_before(house)
    for alias in ("M.K.", "MK"):
        (card,) = await house.say(weber, f"/client {alias}")
        assert card.startswith(f"{alias} (")
    (said,) = await house.say(weber, "/client m k")
    assert said.startswith("Whose card would you like to see?")
    (said,) = await house.say(weber, "/invite M-K")
    assert said.startswith("Several of your clients have aliases that read like “M-K”.")
    assert await house.rows("SELECT count(*) FROM cares") == [(2,)]


SURNAME_FIRST = {
    "en": "“Krüger, Anna” reads like one person, surname first, so nobody has been invited yet.",
    "de": "„Krüger, Anna“ liest sich wie eine einzige Person, Nachname zuerst. "
    "Deshalb ist noch niemand eingeladen.",
}


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_name_with_the_surname_first_is_asked_about(house: House, language: str) -> None:
    weber = await house.therapist(language=language)
    (said,) = await house.say(weber, "/invite Krüger, Anna")
    assert said.startswith(SURNAME_FIRST[language])
    assert said.endswith("/invite Krüger; Anna")
    assert await house.rows("SELECT count(*) FROM cares") == [(0,)]
    assert len(await house.say(weber, "/invite Krüger; Anna")) == 2


async def test_an_invitation_that_nobody_used_is_withdrawn(house: House) -> None:
    weber = await house.therapist()
    token = await house.invite(weber, "A.B.")
    before = await house.rows("SELECT count(*) FROM people")
    await house.say(weber, "/client A.B.")
    card = weber.newest
    (asked,) = await house.tap(weber, "Withdraw the invitation")
    assert asked.startswith("Withdraw the invitation of A.B.? The link does not work any more")
    await house.tap(weber, "No, leave it as it is")
    assert await house.rows("SELECT state FROM cares") == [("invited",)]
    await house.tap(weber, "Withdraw the invitation")
    (said,) = await house.tap(weber, "Withdraw it")
    assert said.endswith("nothing is kept of it here, and the short name is free again.")
    assert await house.rows("SELECT count(*) FROM cares") == [(0,)]
    other = house.stranger()
    other.start(token)
    await house.settle()
    assert other.last.startswith("This link has expired or was used already.")
    weber.tap_data(card, "wy:1")
    await house.settle()
    assert await house.invite(weber, "A.B.") != token
    await house.travel(by=timedelta(days=7))
    assert "erased" not in "\n".join(entry.text for entry in weber.heard())
    assert await house.rows("SELECT count(*) FROM people") == before


async def test_whoever_opened_the_link_is_not_withdrawn(house: House) -> None:
    weber, kaya = await house.therapist(), await house.therapist("Dr. Kaya")
    await house.client(weber, "A.B.", agrees=False)
    await house.invite(kaya, "C.D.")
    await house.say(weber, "/client A.B.")
    assert "Withdraw" not in str(weber.labels)
    for data in ("wd:1", "wy:1", "wd:2", "wy:2"):  # asked already, and another's
        assert "no longer current" in "".join(await house.forge(weber, data))
    assert await house.rows("SELECT state FROM cares") == [("asked",), ("invited",)]
