"""Two cares of one client stay apart in everything that the client does, and in what each of the
two therapists reads of it.
"""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main
from bot.sandbox import Person
from bot.services.arriving import dispatch
from bot.services.own_data.copying import Copies
from bot.services.work.incoming import Commanded
from tests.bot.conversations.test_conversation_consent_anew import ANEW, change_the_text
from tests.bot.conversations.test_conversation_export import files
from tests.support.house import CRISIS, House, plain, texts, token_in
from tests.support.on_call import NO, YES
from tests.support.two_therapists import ALIASES, KAYA, WEBER, Pair, join, pair_in, read_by

ONLY = {
    "en": ("This is about Dr. Weber only.", "What you change here changes nothing with Dr. Kaya."),
    "de": ("Gemeint ist nur Dr. Weber.", "Dr. Kaya: Was Sie hier ändern, ändert dort nichts."),
    "de_du": ("Gemeint ist nur Dr. Weber.", "Dr. Kaya: Was du hier änderst, ändert dort nichts."),
}


async def answer(house: House, pair: Pair, whose: str, rating: str, words: str) -> None:
    """Answer a check-in of one of them with a rating and the same words at each question."""
    await house.say(pair.client, "/checkin")
    await house.tap(pair.client, whose)
    await house.tap(pair.client, rating)
    await finish(house, pair.client, words)


async def finish(house: House, person: Person, words: str = "skip") -> None:
    """Type the same to what is left of the open check-in."""
    for _ in range(9):
        if not await house.rows("SELECT 1 FROM check_ins WHERE status = 'open'"):
            return
        await house.say(person, words)
    raise AssertionError(f"it does not end: {person.last}")


async def nobody_learns(house: House, pair: Pair) -> None:
    """Whatever either of them has read here so far, and can read now, is of their own client."""
    for therapist, alias, other, others_alias in pair.both():
        await house.say(therapist, f"/client {alias}")
        seen = await read_by(house, therapist)
        assert other not in seen and others_alias not in seen


def read(person: Person, mark: int) -> str:
    return "\n".join(texts(person.heard(mark)))


# -- /privacy, and what is asked apart


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_taking_one_agreement_back_says_that_the_others_stays(
    open_practice: Any, language: str
) -> None:
    house = await open_practice()
    pair = await pair_in(house, language, items=((YES[language],), (YES[language],)))
    first, second = await house.say(pair.client, "/privacy")
    assert all(line in first for line in ONLY[language]) and WEBER in second
    label = {"en": "No messages at once any more"}.get(language, "Keine Nachrichten sofort mehr")
    card = next(each for each in pair.client.screen if plain(each.text) == first)
    mark = pair.client.mark
    pair.client.tap(label, card)
    await house.settle()
    changed = texts(pair.client.heard(mark))[-1]
    off = {"en": "neither Dr. Weber nor a deputy is", "de": "weder Dr. Weber noch eine Vertretung"}
    assert off[language[:2]] in changed and all(line in changed for line in ONLY[language])
    left = await house.rows(
        "SELECT care_id FROM consents WHERE item = 'alerts' AND revoked_at IS NULL"
    )
    assert left == [(2,)]


async def test_what_is_asked_apart_is_asked_for_each_one_after_another(
    open_practice: Any,
) -> None:
    house = await open_practice()
    pair = await pair_in(house, items=((NO["en"],), (NO["en"],)))
    # the practice had not asked before: both are asked, in a message each
    gone = "DELETE FROM consent_questions"
    await house.app.store.write(lambda tx: tx.conn.exec_driver_sql(gone).close())
    asked = [text for text in await house.say(pair.client, "/help") if "may this bot" in text]
    more = [text for text in await house.say(pair.client, "/help") if "may this bot" in text]
    assert len(asked) == len(more) == 1
    assert {name for name in (WEBER, KAYA) for text in (asked + more) if name in text} == {
        WEBER,
        KAYA,
    }
    assert not [text for text in await house.say(pair.client, "/help") if "may this bot" in text]


async def test_a_changed_consent_is_shown_for_each_and_neither_waits_in_silence(
    house: House,
) -> None:
    pair = await pair_in(house)
    await change_the_text(house)
    shown = await house.say(pair.client, "/help")
    for whose in (KAYA, WEBER):
        (asked,) = [text for text in shown if ANEW in text]
        assert f"This is about {whose} only." in asked
        await house.read_consent(pair.client)
        shown = await house.tap(pair.client, "I agree")
        assert any(text.startswith("Thank you. It goes on as before") for text in shown)
    assert not [text for text in shown if ANEW in text]
    in_force = await house.rows(
        "SELECT care_id FROM consents WHERE item = 'answers' AND revoked_at IS NULL"
        " AND version != '2026-12' ORDER BY care_id"
    )
    assert in_force == [(1,), (2,)]


async def test_a_tidy_chat_is_about_one_of_them(house: House) -> None:
    pair = await pair_in(house)
    await house.say(pair.client, "/privacy")
    ((care,),) = await house.rows("SELECT min(id) FROM cares")
    await house.forge(pair.client, f"ta:{care}")
    assert all(line in pair.client.last for line in ONLY["en"])
    await house.tap(pair.client, "Yes, switch it on")
    assert all(line in pair.client.last for line in ONLY["en"])
    tidy = await house.rows("SELECT tidy_since IS NOT NULL FROM cares ORDER BY id")
    assert tidy == [(1,), (0,)]


# -- answers


async def test_a_changed_message_changes_the_answer_of_its_own_care(house: House) -> None:
    pair = await pair_in(house)
    await answer(house, pair, WEBER, "7", "bread")
    await house.say(pair.client, "/checkin")
    await house.tap(pair.client, KAYA)
    await house.tap(pair.client, "3")
    typed = pair.client.say("bred")
    await house.settle()
    await house.say(pair.client, "skip")
    mark = pair.client.mark
    pair.client.edit(typed, "butter and jam")
    await house.settle()
    assert "Changed." in read(pair.client, mark)
    assert "butter and jam" in await read_by(house, pair.kaya)
    seen = await read_by(house, pair.weber)
    assert "butter" not in seen and "bread" in seen


async def test_words_changed_after_the_other_began_to_ask_stay_where_they_were(
    house: House,
) -> None:
    pair = await pair_in(house)
    await house.say(pair.client, "/checkin")
    await house.tap(pair.client, WEBER)
    await house.tap(pair.client, "7")
    typed = pair.client.say("bread")
    await house.settle()
    await finish(house, pair.client)
    await house.say(pair.client, "/checkin")
    await house.tap(pair.client, KAYA)
    await house.tap(pair.client, "3")
    pair.client.edit(typed, "bread and salt")
    await house.settle()
    given = await house.rows(
        "SELECT care_id, count(*) FROM answers JOIN check_ins ON check_ins.id = check_in_id"
        " GROUP BY care_id ORDER BY care_id"
    )
    assert given[1] == (2, 1), "only the rating is an answer for the other"
    assert "bread and salt" in await read_by(house, pair.weber)
    assert "bread" not in await read_by(house, pair.kaya)


@pytest.mark.parametrize("words", ["and the cellar", "I don't want to live anymore"])
async def test_words_that_reply_to_a_question_of_the_one_are_no_answer_for_the_other(
    house: House, words: str
) -> None:
    pair = await pair_in(house)
    await house.say(pair.client, "/checkin")
    await house.tap(pair.client, WEBER)
    await house.tap(pair.client, "7")
    question = pair.client.newest
    await finish(house, pair.client)
    await house.say(pair.client, "/checkin")
    await house.tap(pair.client, KAYA)
    await house.tap(pair.client, "3")
    mark = pair.client.mark
    pair.client.reply(question, words)
    await house.settle()
    said = read(pair.client, mark)
    assert "Who shall get these words as a note" in said
    assert "There is no open question" not in said
    given = await house.rows("SELECT count(*) FROM answers WHERE check_in_id = 2")
    assert given == [(1,)], "the rating alone"
    if CRISIS in said:
        assert "What you wrote goes to nobody unless you say so below." in said
        await house.tap(pair.client, "Go on with the questions")
    else:
        await house.tap(pair.client, "Pass it on to Dr. Weber")
        assert words in await read_by(house, pair.weber)
    assert words not in await read_by(house, pair.kaya)
    # a reply to the question that is open answers it, as any words do
    pair.client.reply(pair.client.newest, "butter")
    await house.say(pair.client, "jam")
    assert "jam" in await read_by(house, pair.kaya)


async def test_the_end_of_a_burst_stays_with_the_one_whose_question_it_answered(
    patient: House,
) -> None:
    """Two messages to the last question of the one, while the other's check-in is due."""
    house = patient
    pair = await pair_in(house)
    await house.travel(by=timedelta(days=2, hours=10))
    assert await house.rows("SELECT care_id FROM check_ins WHERE status = 'open'") == [(1,)]
    await house.say(pair.client, "7")
    for _ in range(2):
        await house.say(pair.client, "skip")
    pair.client.say("the garden")
    await house.settle()
    pair.client.say("and the old shed")
    await house.settle()
    await house.travel(by=timedelta(minutes=5))
    pair.client.say("really the shed")
    await house.settle()
    assert "old shed" in await read_by(house, pair.weber)
    assert "shed" not in await read_by(house, pair.kaya)
    kept = await house.rows(
        "SELECT count(*) FROM answers JOIN check_ins ON id = check_in_id WHERE care_id = 2"
    )
    assert kept == [(0,)]


@pytest.mark.parametrize("language", ["en", "de_du"])
async def test_a_digest_of_each_says_nothing_of_the_other(house: House, language: str) -> None:
    pair = await pair_in(house, language)
    await answer(house, pair, WEBER, "7", "bread")
    await answer(house, pair, KAYA, "3", "butter")
    for whose, words in ((WEBER, "salt"), (KAYA, "jam")):
        await house.say(pair.client, f"/topic {words}")
        await house.tap(pair.client, whose)
    marks = pair.weber.mark, pair.kaya.mark
    await house.travel(by=timedelta(days=7))
    to_weber, to_kaya = read(pair.weber, marks[0]), read(pair.kaya, marks[1])
    assert "bread" in to_weber and "salt" in to_weber
    assert "butter" in to_kaya and "jam" in to_kaya
    for word in ("butter", "jam", "Max", KAYA):
        assert word not in to_weber
    for word in ("bread", "salt", "A.B.", WEBER):
        assert word not in to_kaya
    assert "1 client." in to_weber and "1 client." in to_kaya
    await nobody_learns(house, pair)


async def test_a_preview_is_of_the_one_who_was_chosen(house: House) -> None:
    pair = await pair_in(house)
    await answer(house, pair, WEBER, "7", "bread")
    await answer(house, pair, KAYA, "3", "butter")
    await house.say(pair.client, "/preview")
    shown = "\n".join(await house.tap(pair.client, KAYA))
    assert "butter" in shown and "bread" not in shown


# -- pausing, leaving, ending


async def test_pausing_one_lets_the_other_ask_and_tells_it_nothing(house: House) -> None:
    pair = await pair_in(house)
    await house.say(pair.client, "/pause")
    await house.tap(pair.client, WEBER)
    await house.travel(by=timedelta(days=3))
    asked = await house.rows("SELECT DISTINCT care_id FROM check_ins")
    assert asked == [(2,)]
    assert "paused" in "".join(await house.say(pair.weber, "/clients"))
    assert "paused" not in "".join(await house.say(pair.kaya, "/clients"))
    (said,) = await house.say(pair.client, "/resume")
    assert "This is about Dr. Weber only." in said
    assert await house.rows("SELECT count(*) FROM cares WHERE paused_at IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("asks", [True, False])
async def test_one_therapy_ends_while_the_other_goes_on(house: House, asks: bool) -> None:
    pair = await pair_in(house)
    await answer(house, pair, KAYA, "3", "butter")
    mark, own = pair.kaya.mark, pair.client.mark
    await house.say(pair.weber, "/client A.B.")
    await house.tap(pair.weber, "End the therapy …")
    await house.tap(pair.weber, pair.weber.labels[0][0])
    await house.tap(pair.weber, "With a few last questions" if asks else "Without last questions")
    await finish(house, pair.client)
    await house.travel(by=timedelta(minutes=1))
    told = read(pair.client, own)
    assert "Dr. Weber has noted that your therapy with them has ended" in told
    assert "With Dr. Kaya, everything goes on as it is." in told
    assert "is asked here" not in told and "reaches nobody" not in told
    assert pair.kaya.heard(mark) == []
    states = await house.rows("SELECT state FROM cares ORDER BY id")
    assert states == [("ended",), ("active",)]
    # the chat is that of the other's client now, and their questions come
    (said,) = await house.say(pair.client, "/pause")
    assert said.startswith("Paused.") and WEBER not in said
    await house.say(pair.client, "/resume")
    await house.travel(by=timedelta(days=3))
    assert await house.rows("SELECT care_id FROM check_ins WHERE status = 'open'") == [(2,)]
    await nobody_learns(house, pair)


async def test_after_a_card_of_the_one_the_others_goodbye_waits(house: House) -> None:
    pair = await pair_in(house)
    await house.say(pair.client, "/checkin")
    await house.tap(pair.client, KAYA)
    await house.tap(pair.client, "3")
    await house.say(pair.client, "I don't want to live anymore")
    mark = pair.client.mark
    await house.say(pair.weber, "/client A.B.")
    await house.tap(pair.weber, "End the therapy …")
    await house.tap(pair.weber, pair.weber.labels[0][0])
    await house.tap(pair.weber, "Without last questions")
    # the therapist reads what they would read of anybody: nothing of the card
    assert await house.rows("SELECT state FROM cares ORDER BY id") == [("ended",), ("active",)]
    assert "Dr. Weber has noted" not in read(pair.client, mark)
    await house.travel(by=timedelta(hours=11))
    assert "Dr. Weber has noted" not in read(pair.client, mark)
    await house.travel(by=timedelta(hours=2))
    assert read(pair.client, mark).count("Dr. Weber has noted") == 1


# -- what is kept


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_mydata_and_export_hold_both_and_each_read_by_whom(
    house: House, language: str
) -> None:
    pair = await pair_in(house, language)
    await answer(house, pair, WEBER, "7", "bread")
    await answer(house, pair, KAYA, "3", "butter")
    await house.travel(by=timedelta(days=7))
    await house.tap(pair.kaya, "I have read this")
    (kept,) = await house.say(pair.client, "/mydata")
    lines = [line for line in kept.splitlines() if WEBER in line or KAYA in line]
    assert sum(WEBER in line for line in lines) == sum(KAYA in line for line in lines) == 2
    found = await files(house, pair.client)
    assert "bread" in found["txt"] and "butter" in found["txt"]
    assert WEBER in found["txt"] and KAYA in found["txt"]
    rows = json.loads(found["json"])
    assert rows["therapists"] == {"1": WEBER, "2": KAYA}
    assert [row["alias"] for row in rows["tables"]["cares"]] == ["A.B.", "Max"]


@pytest.mark.parametrize("language", ["en", "de_du"])
async def test_erasing_names_both_before_and_each_reads_of_one_client(
    house: House, language: str
) -> None:
    pair = await pair_in(house, language)
    await answer(house, pair, KAYA, "3", "butter")
    (asked,) = await house.say(pair.client, "/erase")
    assert WEBER in asked and KAYA in asked
    await house.tap(pair.client, pair.client.labels[0][0])
    await house.tap(pair.client, pair.client.labels[0][0])
    marks = pair.weber.mark, pair.kaya.mark
    await house.travel(by=timedelta(days=7))
    for therapist, mark in zip((pair.weber, pair.kaya), marks, strict=True):
        told = read(therapist, mark)
        assert "The data of one client were erased." in told
        assert "butter" not in told
    await nobody_learns(house, pair)


# -- a new phone


async def moved(house: House, therapist: Person, alias: str) -> Person:
    """The client goes on in another chat, by a link of this therapist."""
    await house.say(therapist, f"/client {alias}")
    await house.tap(therapist, "New phone or account")
    await house.tap(therapist, "Make the link")
    letter = next(text for text in reversed(texts(therapist.heard())) if "?start=" in text)
    new = house.stranger("New")
    new.start(token_in(letter))
    await house.settle()
    return new


async def test_a_new_phone_brings_both_and_one_therapist_says_who_came(house: House) -> None:
    pair = await pair_in(house)
    await answer(house, pair, KAYA, "3", "butter")
    mark = pair.kaya.mark
    await house.say(pair.kaya, "/client Max")
    card, labels = pair.kaya.last, pair.kaya.labels
    new = await moved(house, pair.weber, "A.B.")
    # before it is known who came, nothing of either is shown there
    assert "Whom" not in "".join(await house.say(new, "/history"))
    await house.say(pair.kaya, "/client Max")
    assert (pair.kaya.last, pair.kaya.labels) == (card, labels), "the card tells of no new phone"
    await house.tap(pair.weber, "I have heard the word")
    await house.say(new, "/history")
    assert "butter" in "".join(await house.tap(new, KAYA))
    assert read(pair.kaya, mark).count("Max") == 2, "only the two cards that were asked for"
    await house.say(new, "/pause")
    await house.tap(new, KAYA)
    assert await house.rows("SELECT paused_at IS NOT NULL FROM cares ORDER BY id") == [(0,), (1,)]
    await nobody_learns(house, pair)


async def test_a_second_link_to_another_chat_waits_until_the_first_is_settled(
    house: House,
) -> None:
    pair = await pair_in(house)
    await moved(house, pair.weber, "A.B.")
    third = await moved(house, pair.kaya, "Max")
    assert third.last.startswith("This link has expired or was used already.")
    assert await house.rows("SELECT count(*) FROM chats") == [(3,)]
    await house.tap(pair.weber, "I have heard the word")
    letter = next(text for text in reversed(texts(pair.kaya.heard())) if "?start=" in text)
    third.start(token_in(letter))
    await house.settle()
    assert "the link to another chat has been opened" in pair.kaya.last


async def test_a_stray_link_of_one_is_undone_in_both(house: House) -> None:
    pair = await pair_in(house)
    await answer(house, pair, KAYA, "3", "butter")
    await house.travel(by=timedelta(minutes=5))
    stray = await moved(house, pair.weber, "A.B.")
    await house.travel(by=timedelta(days=2, hours=10))
    for _ in range(12):
        await house.say(stray, "1" if "10 = " in stray.last else "not mine")
    assert await house.rows("SELECT count(*) FROM check_ins WHERE status = 'finished'") == [(3,)]
    await house.tap(pair.weber, "That was somebody else")
    await house.tap(pair.weber, "Yes, undo it")
    for therapist in (pair.weber, pair.kaya):
        assert "not mine" not in "".join(await house.say(therapist, "/digest"))
    assert "butter" in "".join(await house.say(pair.kaya, "/digest"))
    await house.say(pair.client, "/history")
    assert "butter" in "".join(await house.tap(pair.client, KAYA))


async def test_no_copy_is_made_for_a_chat_that_may_be_anybodys(house: House) -> None:
    pair = await pair_in(house)
    asked = Commanded("export", "")

    async def made(person: Person) -> object:
        return await house.work(lambda work: dispatch.look_ahead(work, person.chat_id, asked))

    assert isinstance(await made(pair.client), Copies)
    new = await moved(house, pair.weber, "A.B.")
    assert await made(new) is None
    await house.tap(pair.weber, "I have heard the word")
    assert isinstance(await made(new), Copies)


# -- the command line


async def test_the_command_line_takes_the_code_of_each_care(house: House) -> None:
    pair = await pair_in(house)
    url, key = house.app.settings.database.url, house.app.settings.database.key_file
    env = {"INTERLUDE_DATABASE__URL": url, "INTERLUDE_DATABASE__KEY_FILE": str(key)}

    async def run(*words: str, typed: str | None = None) -> Result:
        call = partial(CliRunner(env=env).invoke, main, list(words), input=typed)
        return await asyncio.to_thread(call)

    codes = await house.rows(
        "SELECT coalesce(c.code, p.code) FROM cares c JOIN people p ON p.id = client_id"
        " ORDER BY c.id"
    )
    ((first,), (second,)) = codes
    await house.say(pair.client, "/pause")
    await house.tap(pair.client, KAYA)
    one, other = await run("schedule", first), await run("schedule", second.lower())
    assert one.exit_code == other.exit_code == 0
    assert first in one.output and second not in one.output and "paused" not in one.output
    assert second in other.output and first not in other.output and "paused" in other.output
    said = await run("why", second, "2026-11-25")
    assert said.exit_code == 0 and second in said.output and first not in said.output
    done = await run("people", "enrol", second, "evening-diary")
    if done.exit_code:
        flow = (await house.rows("SELECT flow_id FROM current_flows ORDER BY flow_id LIMIT 1"))[0]
        done = await run("people", "enrol", second, flow[0])
    assert done.exit_code == 0 and done.output.startswith(f"{second} is in ")
    ((care,),) = await house.rows("SELECT care_id FROM enrolments ORDER BY id DESC LIMIT 1")
    assert care == 2
    # erasing takes both, so it says so before it is done
    asked = await run("erase", second, typed="n\n")
    assert f"kept of {second}, who is also {first} with another therapist?" in asked.output
    assert await house.rows("SELECT count(*) FROM cares") == [(2,)]


async def test_a_third_person_of_the_practice_joins_nothing(house: House) -> None:
    """A link of the second therapist for somebody else stays theirs."""
    pair = await pair_in(house)
    shown = await join(house, pair.client, pair.kaya, "C.D.", agrees=False)
    assert shown[0].startswith("You take part here with the therapist of this link already")
    assert ALIASES[WEBER] not in "".join(shown)
