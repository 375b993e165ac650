"""Whoever covers in a leave reads the part of the digest of the clients who agreed to just that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Fault, Person
from bot.services.consent import deputies, items
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from flows.languages import Language
from storage import cares, consents, leaves
from tests.support.house import House, texts
from tests.support.on_call import (
    DEPUTY,
    FIRST,
    HARD,
    SECOND,
    SUNDAY,
    YES,
    People,
    codes,
    people_in,
)

EN: Language = "en"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
COVER, CANNOT = "Yes, I cover", "No, I cannot"
READS = "Digests go to Dr. Vert 0, too"
MAY, MAY_NOT = "Yes, may read it", "No, not read it"
QUESTION = "may Dr. Vert 0 read your part of the weekly summary"
WORDS = "the letter from my sister"
LENT = "A part of the weekly summary of Dr. Weber of Sunday 29 November is here for you to read"
NOTHING = "There is nothing of this summary of Dr. Weber that you may read now."
STALE = "This button is no longer current."


async def lets_read(house: House, people: People, days: str = "23.11.-18.12.") -> None:
    """A leave in which the digest comes, and a colleague who covers and is to read it."""
    await house.say(people.weber, f"/session leave {days}")
    await house.tap(people.weber, "Yes, digests come as ever")
    await house.tap(people.weber, "Ask Dr. Vert 0")
    await house.tap(people.colleagues[0], COVER)
    await house.say(people.weber, "/session")
    await house.tap(people.weber, next(r[0] for r in people.weber.labels if "Leave" in r[0]))
    await house.tap(people.weber, READS)


async def asked(house: House, client: Person) -> str:
    """What the client reads last after they have written anything."""
    await house.travel(by=MINUTE)
    return "\n".join(await house.say(client, "/help"))


async def agrees(house: House, client: Person, label: str = MAY) -> None:
    assert QUESTION in await asked(house, client)
    await house.tap(client, label)


async def another(house: House, weber: Person, alias: str) -> Person:
    client = await house.client(weber, alias)
    await house.tap(client, YES["en"])
    await house.tap(client, DEPUTY["en"])
    return client


async def opened(house: House, vert: Person) -> str:
    """What the deputy reads after a tap on the button, which is below their newest message."""
    return "\n".join(await house.tap(vert, "Read it"))


@pytest.fixture
async def house(open_practice: Any) -> House:
    made: House = await open_practice(deputies=(FIRST, SECOND))
    return made


async def test_the_deputy_reads_of_who_said_yes_and_of_nobody_else(house: House) -> None:
    people = await people_in(house, colleagues=1)
    vert, weber = people.colleagues[0], people.weber
    other, quiet = [await another(house, weber, alias) for alias in ("C.D.", "E.F.")]
    await lets_read(house, people)
    assert "lets you read the weekly summaries of these days" in vert.last
    await agrees(house, people.client)
    await agrees(house, other, MAY_NOT)
    for client, words in ((people.client, WORDS), (other, "quince"), (quiet, "damson")):
        await house.say(client, f"/topic {words}")
    marks = vert.mark, weber.mark
    await house.travel(to=SUNDAY + MINUTE)
    (told,) = vert.heard(marks[0])
    assert told.text.startswith(LENT) and vert.newest.silent and vert.newest.protected
    assert "A.B." not in told.text and vert.labels == [["Read it"]]
    own = "\n".join(texts(weber.heard(marks[1])))
    assert all(words in own for words in (WORDS, "quince", "damson"))
    line = "Dr. Vert 0 can read the part about these clients in this week's digest while you are "
    assert f"{line}away, as they agreed: A.B." in own
    assert not any(line in text and ("C.D." in text or "E.F." in text) for text in own.split("\n"))
    said = await opened(house, vert)
    assert WORDS in said and "A.B." in said
    for private in ("quince", "damson", "C.D.", "E.F.", "3 clients", "2 more"):
        assert private not in said, private
    with_words = [each for each in vert.screen if WORDS in each.text]
    assert with_words and all(each.protected for each in with_words)
    assert vert.labels == [["A.B."]], "nothing to acknowledge"
    assert WORDS in "\n".join(await house.tap(vert, "A.B."))


async def test_reading_is_a_deputys_day_and_not_the_therapists(house: House) -> None:
    people = await people_in(house, colleagues=1)
    await lets_read(house, people)
    await agrees(house, people.client)
    await house.say(people.client, f"/topic {WORDS}")
    (said,) = [t for t in await house.say(people.client, "/preview") if "next weekly" in t]
    assert "Dr. Vert 0 may read your part of the summaries, too" in said
    await house.travel(to=SUNDAY + MINUTE)
    (said,) = await house.say(people.client, "/mydata")
    assert "Read by a deputy while" not in said
    assert "Reading in the time away: agreed on 23 Nov 2026" in said
    await opened(house, people.colleagues[0])
    (said,) = await house.say(people.client, "/mydata")
    assert "Read by a deputy while your therapist was away, with your words: 29 Nov 2026" in said
    assert "Read by Dr. Weber: no day so far" in said and "none of your words" not in said
    assert await house.rows("SELECT count(*) FROM digest_sections WHERE read_at IS NOT NULL") == [
        (0,)
    ]
    assert await house.rows("SELECT count(*) FROM digests WHERE read_at IS NOT NULL") == [(0,)]


async def test_nobody_is_told_where_nobody_agreed(house: House) -> None:
    people = await people_in(house, colleagues=1)
    await lets_read(house, people)
    assert QUESTION in await asked(house, people.client)
    assert QUESTION not in await asked(house, people.client), "asked once"
    await house.say(people.client, f"/topic {WORDS}")
    marks = people.colleagues[0].mark, people.weber.mark
    await house.travel(to=SUNDAY + DAY)
    assert people.colleagues[0].heard(marks[0]) == []
    assert "Dr. Vert 0 can read" not in "\n".join(texts(people.weber.heard(marks[1])))


async def test_a_yes_taken_back_opens_nothing_and_one_given_later_only_what_comes(
    house: House,
) -> None:
    people = await people_in(house, colleagues=1)
    vert, client = people.colleagues[0], people.client
    await lets_read(house, people)
    await agrees(house, client)
    await house.say(client, f"/topic {WORDS}")
    await house.travel(to=SUNDAY + MINUTE)
    await house.say(client, "/privacy")
    assert "Dr. Vert 0 may read your part of the weekly summary from 23 Nov" in client.last
    await house.tap(client, "No deputy reads any more")
    assert "no deputy of Dr. Weber reads what the weekly summary" in client.last
    assert await house.tap(vert, "Read it") == [NOTHING]
    await house.tap(client, "Reading in the time away …")
    await house.tap(client, MAY)
    await house.travel(by=MINUTE)
    assert await house.tap(vert, "Read it") == [NOTHING]
    await house.say(client, "/topic quince")
    mark = vert.mark
    await house.travel(to=SUNDAY + 7 * DAY + MINUTE)
    assert "of Sunday 6 December" in texts(vert.heard(mark))[-1]
    assert "quince" in await opened(house, vert)


async def test_it_ends_with_the_leave(house: House) -> None:
    people = await people_in(house, colleagues=1)
    vert, weber = people.colleagues[0], people.weber
    await lets_read(house, people, "23.11.-1.12.")
    await agrees(house, people.client)
    await house.say(people.client, f"/topic {WORDS}")
    await house.travel(to=SUNDAY + 2 * DAY)  # its last day
    assert WORDS in await opened(house, vert)
    await house.travel(by=DAY)
    assert await house.tap(vert, "Read it") == [NOTHING]
    assert await house.tap(vert, "A.B.") == [NOTHING]
    mark = weber.mark
    await house.travel(by=4 * DAY)
    assert "Dr. Vert 0 can read" not in "\n".join(texts(weber.heard(mark)))
    (agreed,) = await house.rows("SELECT revoked_at IS NULL FROM consents WHERE item='deputy_view'")
    assert agreed == (0,)


@pytest.mark.parametrize("how", ["back", "no", "nobody", "alone"])
async def test_each_way_out_closes_it_at_once(house: House, how: str) -> None:
    people = await people_in(house, colleagues=1)
    vert, weber, client = people.colleagues[0], people.weber, people.client
    await lets_read(house, people)
    await agrees(house, client)
    await house.say(client, f"/topic {WORDS}")
    await house.travel(to=SUNDAY + MINUTE)
    lent = data("deputy_digest", 1)
    if how == "no":
        await house.forge(vert, data("cover_say", 1, word="no"))
        assert await house.forge(vert, lent) == [STALE]
        await house.forge(vert, data("cover_say", 1, word="yes"))  # covers, and no more than that
    else:
        await house.say(weber, "/session")
        await house.tap(weber, next(r[0] for r in weber.labels if "Leave" in r[0]))
        label = {"back": "I am back", "nobody": "Nobody covers"}.get(how)
        await house.tap(weber, label or "Digests come to you alone")
    assert await house.forge(vert, lent) == [NOTHING if how in ("alone", "no") else STALE]
    mark = vert.mark
    await house.say(client, "/topic quince")
    await house.travel(to=SUNDAY + 7 * DAY + DAY)
    assert vert.heard(mark) == []
    assert "may read your part" not in "\n".join(await house.say(client, "/privacy"))


async def test_it_goes_only_to_whoever_covers_and_agreed_and_not_earlier_than_told(
    house: House,
) -> None:
    people = await people_in(house, colleagues=1)
    weber, vert = people.weber, people.colleagues[0]
    await house.say(weber, "/session leave 23.11.-18.12.")
    await house.tap(weber, "Yes, and the digest waits")
    await house.tap(weber, "Ask Dr. Vert 0")
    assert "you can also read the weekly summaries of these days" in vert.last
    assert await house.forge(weber, data("leave_digests", 1, word="deputy")) == [STALE]
    await house.tap(vert, COVER)
    assert await house.forge(weber, data("leave_digests", 1, word="deputy")) == [STALE]
    assert await house.forge(vert, data("leave_digests", 1, word="deputy")) == [STALE]


async def test_a_therapist_of_the_same_client_is_neither_named_nor_told(house: House) -> None:
    people = await people_in(house, colleagues=1)
    vert, client = people.colleagues[0], people.client
    token = await house.invite(vert, "X.Y.")
    client.start(token)
    await house.settle()
    await lets_read(house, people)
    assert "Vert 0 read" not in await asked(house, client)
    assert "read your part" not in "\n".join(await house.say(client, "/privacy"))
    ids = await house.app.store.read(cares.list_ids)

    def version(work: Work) -> str:
        reader = deputies.reader_in(work, leaves.load(work.tx, 1))
        assert reader is not None
        return items.version_for(work, EN, reader)

    agreed = await house.work(version)

    def force(tx: Any) -> None:
        values = {"version": agreed, "text_hash": "h", "language": EN, "update_id": None}
        now = house.clock.now()
        consents.add(tx, care_id=min(ids), item="deputy_view", now=now, **values)

    await house.app.store.write(force)
    await house.say(client, f"/topic {WORDS}")
    mark = vert.mark
    await house.travel(to=SUNDAY + DAY)
    assert not any("weekly summary" in text for text in texts(vert.heard(mark)))


@pytest.mark.parametrize("how", ["ended", "erased", "declined"])
async def test_who_left_meanwhile_is_not_in_it(house: House, how: str) -> None:
    people = await people_in(house, colleagues=1)
    vert, weber, client = people.colleagues[0], people.weber, people.client
    stays = await another(house, weber, "C.D.")
    await lets_read(house, people)
    for each, words in ((client, WORDS), (stays, "quince")):
        await agrees(house, each)
        await house.say(each, f"/topic {words}")
    await house.travel(to=SUNDAY + MINUTE)
    # the deputy taps while Telegram asks to wait: the words wait in the queue
    house.sandbox.faults.add(Fault("sendMessage", 429, retry_after=600, chat_id=vert.chat_id))
    mark = vert.mark
    if how in ("erased", "declined"):
        await house.tap(vert, "Read it")
    if how == "ended":
        await house.say(client, "/stop")
        await house.tap(client, "Yes, end them")
    elif how == "erased":
        await house.say(client, "/erase")
        await house.tap(client, client.labels[0][0])
        await house.tap(client, client.labels[0][0])
    else:
        await house.say(client, "/privacy")
        await house.tap(client, "No deputy reads any more")
    await house.travel(by=timedelta(minutes=20))
    shown = "\n".join(texts(vert.heard(mark)))
    assert WORDS not in shown and "A.B." not in shown
    if how != "ended":
        assert "Something changed while this was being made" in shown
    await house.tap(vert, "Read it")
    await house.travel(by=timedelta(minutes=20))
    shown = "\n".join(texts(vert.heard(mark)))
    assert "quince" in shown and WORDS not in shown and "A.B." not in shown


async def test_it_is_not_asked_about_at_night_nor_after_a_crisis_card(house: House) -> None:
    people = await people_in(house, colleagues=1)
    await lets_read(house, people)
    await house.say(people.client, HARD["en"])
    assert QUESTION not in await asked(house, people.client)
    await house.travel(to=house.clock.now().replace(hour=1, minute=30) + DAY)
    assert QUESTION not in await asked(house, people.client)
    await house.travel(by=timedelta(hours=10))
    assert QUESTION in await asked(house, people.client)


async def test_another_leave_is_another_question(house: House) -> None:
    people = await people_in(house, colleagues=1)
    await lets_read(house, people, "23.11.-29.11.")
    await agrees(house, people.client, MAY_NOT)
    await house.travel(to=SUNDAY + 2 * DAY)
    await lets_read(house, people, "3.12.-10.12.")
    assert "Thursday, 3 December" in await asked(house, people.client)


async def test_a_second_colleague_and_strangers_open_nothing(house: House) -> None:
    people = await people_in(house, colleagues=2)
    await lets_read(house, people)
    await agrees(house, people.client)
    await house.say(people.client, f"/topic {WORDS}")
    await house.travel(to=SUNDAY + MINUTE)
    for forged in (data("deputy_digest", 1), data("deputy_client", 1, 1)):
        for each in (people.colleagues[1], people.weber):
            assert await house.forge(each, forged) == [STALE]
    assert len(codes(3)) == 3


async def test_in_quiet_hours_it_waits_for_the_day_and_not_past_the_leave(house: House) -> None:
    people = await people_in(house, colleagues=1)
    vert = people.colleagues[0]
    await house.say(people.weber, "/digest")
    await house.forge(people.weber, data("digest_hour", 6, 22 * 60 + 30))
    await lets_read(house, people, "23.11.-30.11.")
    await agrees(house, people.client)
    await house.say(people.client, f"/topic {WORDS}")
    mark = vert.mark
    await house.travel(to=SUNDAY + timedelta(hours=7))
    assert vert.heard(mark) == []
    await house.travel(by=timedelta(hours=9))
    assert texts(vert.heard(mark))[-1].startswith(LENT)


@pytest.mark.parametrize(("language", "words"), [("de", "Ihren Teil"), ("de_du", "deinen Teil")])
async def test_it_is_asked_in_the_clients_language(house: House, language: str, words: str) -> None:
    people = await people_in(house, colleagues=1, language=language)
    weber, vert = people.weber, people.colleagues[0]
    await house.say(weber, "/session urlaub 23.11.-18.12.")
    await house.tap(weber, "Ja, Übersichten kommen weiter")
    await house.tap(weber, "Dr. Vert 0 fragen")
    await house.tap(vert, COVER)
    await house.say(weber, "/session")
    await house.tap(weber, next(r[0] for r in weber.labels if "Abwesend" in r[0]))
    await house.tap(weber, "Wochenübersichten auch an Dr. Vert 0")
    said = await asked(house, people.client)
    assert f"Darf Dr. Vert 0 {words} der Wochenübersicht lesen" in said
