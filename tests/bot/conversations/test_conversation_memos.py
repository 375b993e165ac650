"""/note: a therapist's own notes about a client, which stand in the copy of the client's data."""

from __future__ import annotations

import json

from tests.bot.conversations.test_conversation_digest import SUNDAY, strained
from tests.bot.conversations.test_conversation_erasing import erase
from tests.bot.conversations.test_conversation_export import files
from tests.support.house import House

WORDS = "asked for more time at the end\nand looked tired"
STALE = "This button is no longer current."


async def test_a_note_is_kept_listed_and_deleted(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "M. K.")
    assert await house.say(weber, "/note") == [
        "Write /note, whom it is about, and your words, for example: /note M.K. asked for more "
        "time at the end. /note M.K. shows what you have noted."
    ]
    assert await house.say(weber, "/note mk") == ["You have noted nothing about M. K. yet."]
    (kept,) = await house.say(weber, f"/note M. K. {WORDS}")
    assert kept == (
        "Your note about M. K. is kept. It stands in no digest. It may be part of the record: "
        "M. K. gets it with /export."
    )
    await house.say(weber, "/note M.K. second")
    (listed,) = await house.say(weber, "/note M.K.")
    title, first, second = listed.split("\n\n")
    assert title.startswith("Your 2 notes about M. K., the newest are below.")
    assert first.startswith("1. 23 Nov 2026, ") and first.endswith(WORDS)
    assert second.endswith(": second")
    assert weber.labels == [["Delete 1", "Delete 2"]]
    said = await house.tap(weber, "Delete 1")
    assert said[0] == "Deleted."
    assert "tired" not in weber.last and "1. 23 Nov 2026" in weber.last
    assert await house.forge(weber, "rx:1") == [STALE]
    assert await house.rows("SELECT action FROM audit WHERE action LIKE 'memo%'") == [
        ("memo.kept",),
        ("memo.kept",),
        ("memo.deleted",),
    ]


async def test_nobody_else_reads_or_deletes_it_and_no_digest_quotes_it(house: House) -> None:
    weber, kern = await house.therapist(), await house.therapist("Dr. Kern")
    client = await house.client(weber, "M.K.")
    await house.say(weber, f"/note M.K. {WORDS}")
    assert "do not find" in (await house.say(kern, "/note M.K."))[0]
    for other in (kern, client):
        await house.forge(other, "rx:1")
    assert await house.rows("SELECT count(*) FROM memos") == [(1,)]
    assert "tired" not in "".join(await house.say(weber, "/digest"))
    assert "tired" not in "".join(await house.say(client, "/preview"))


async def test_the_client_gets_it_with_their_copy_and_erasing_takes_it(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "M.K.")
    await house.say(weber, f"/note M.K. {WORDS}")
    (kept,) = await house.say(client, "/mydata")
    assert "• Notes of your therapist about you: 1" in kept
    copy = await files(house, client)
    assert "What Dr. Weber noted about you" in copy["txt"] and "looked tired" in copy["txt"]
    assert json.loads(copy["json"])["tables"]["memos"][0]["memo"] == WORDS
    await erase(house, client)
    assert await house.rows("SELECT count(*) FROM memos") == [(0,)]


async def test_it_is_kept_for_somebody_who_has_not_come_yet(house: House) -> None:
    weber = await house.therapist(language="de")
    await house.invite(weber, "M.K.")
    (kept,) = await house.say(weber, "/note M.K. kommt über die Klinik")
    assert kept.startswith("Ihre Notiz zu M.K. ist festgehalten. Sie steht in keiner")


HOW = "To note something, write /note A.B. and your words. The first button copies the beginning."


async def test_from_a_flag_and_from_one_client_a_note_is_one_tap_away(house: House) -> None:
    weber, _ = await strained(house)
    await house.travel(to=SUNDAY)
    digest = weber.newest
    await house.tap(weber, "A.B. …")
    assert weber.labels[-2:] == [["Read all", "Note …"], ["‹ Back"]]
    assert await house.tap(weber, "Note …") == [f"You have noted nothing about A.B. yet.\n\n{HOW}"]
    assert weber.labels == [["Copy the beginning"]]
    await house.say(weber, "/note A.B. raise it on Tuesday")
    weber.tap("Note …", digest)  # a second time, and on what stands further up
    await house.settle()
    assert "raise it on Tuesday" in weber.last and weber.last.endswith(HOW)
    assert weber.labels == [["Copy the beginning"], ["Delete 1"]]
    await house.say(weber, "/digest A.B.")
    assert weber.labels == [["Note …"]]
    other = await house.therapist("Dr. Lind")
    assert await house.forge(other, "rn:1") == [STALE]


async def test_a_client_without_a_flag_has_the_button_below_their_part(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    await house.say(weber, "/digest")
    await house.tap(weber, "Each client")
    await house.tap(weber, "A.B.")
    assert weber.labels == [["Note …"]]
    await house.tap(weber, "Note …")
    assert weber.last.endswith(HOW)
