"""Hard words of a client who takes part with two therapists: each is told by the consent that was
given for them, nobody learns of the other, and the client reads only what is true.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Fault, Person
from bot.services.safety import quiet_line
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from flows.safety import Verdict
from storage import cares, notes
from storage.store import Tx
from tests.support.house import CRISIS, MONDAY, House, texts
from tests.support.on_call import (
    DEPUTY,
    FIRST,
    HARD,
    NO,
    SECOND,
    WEBER,
    YES,
    heard_by,
    publish_risky,
    rows_of,
)
from tests.support.two_therapists import KAYA, Pair, pair_in, read_by
from tests.support.two_therapists import WEBER as NAME

ALL = ((YES["en"], DEPUTY["en"]), (YES["en"], DEPUTY["en"]))
TELL = "Tell Dr. Kaya"
NEXT = timedelta(minutes=31)


def cards(client: Person, mark: int = 0) -> list[str]:
    """The crisis cards that came since."""
    return [text for text in texts(client.heard(mark)) if CRISIS in text]


def refuse(house: House, person: Person) -> None:
    """The next message to somebody is refused for good."""
    house.sandbox.faults.add(Fault("sendMessage", 403, chat_id=person.chat_id))


async def _with_deputy(house: House) -> tuple[Pair, Person]:
    """Both therapists have the same deputy, and the client has agreed to everything."""
    pair = await pair_in(house, colleague="Dr. Vert", items=ALL)
    assert pair.colleague is not None
    return pair, pair.colleague


async def answer_amid(house: House, pair: Pair, whose: str, words: str) -> str:
    """Write words where a question of one of them is open; the card."""
    await house.say(pair.client, "/checkin")
    await house.tap(pair.client, whose)
    await house.tap(pair.client, pair.client.labels[0][0])
    mark = pair.client.mark
    await house.say(pair.client, words)
    (card,) = cards(pair.client, mark)
    return card


SAID = {
    "en": ("A message to Dr. Weber is being sent now.", "A message to Dr. Kaya is being sent now."),
    "de": ("An Dr. Weber geht jetzt eine Nachricht.", "An Dr. Kaya geht jetzt eine Nachricht."),
    "de_du": ("An Dr. Weber geht jetzt eine Nachricht.", "An Dr. Kaya geht jetzt eine Nachricht."),
}


ALSO = {
    "en": "also with the questions for others (Dr. Weber). Those words stay there.",
    "de": "auch bei den Fragen für andere (Dr. Weber). Diese Worte bleiben dort.",
    "de_du": "auch bei den Fragen für andere (Dr. Weber). Diese Worte bleiben dort.",
}


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_who_agreed_with_both_reads_that_both_are_told(
    open_practice: Any, language: str
) -> None:
    house = await open_practice()
    pair = await pair_in(house, language, items=((YES[language],), (YES[language],)))
    marks = pair.weber.mark, pair.kaya.mark
    asked = [text for text in texts(pair.client.heard()) if ALSO[language] in text]
    assert len(asked) == 1, "said before the second yes: it holds for all that is written here"
    await house.say(pair.client, HARD[language])
    (card,) = cards(pair.client)
    assert all(line in card for line in SAID[language])
    (to_weber,) = await heard_by(house, pair.weber, marks[0])
    (to_kaya,) = await heard_by(house, pair.kaya, marks[1])
    assert "A.B." in to_weber and "Max" in to_kaya
    for therapist, _, other, alias in pair.both():
        await house.tap(therapist, "Open")
        seen = await read_by(house, therapist)
        assert other not in seen and alias not in seen and HARD[language] not in seen


@pytest.mark.parametrize("language", ["en", "de_du"])
async def test_who_agreed_with_one_has_only_that_one_told_wherever_it_is_written(
    open_practice: Any, language: str
) -> None:
    house = await open_practice()
    no = {"en": NO["en"], "de_du": NO["de"]}[language]
    pair = await pair_in(house, language, items=((no,), (YES[language],)))
    marks = pair.weber.mark, pair.kaya.mark
    card = await answer_amid(house, pair, "Dr. Weber", HARD[language])
    assert SAID[language][1] in card and SAID[language][0] not in card
    assert await heard_by(house, pair.weber, marks[0]) == []
    assert len(await heard_by(house, pair.kaya, marks[1])) == 1
    (shown,) = await house.tap(pair.kaya, "Open")
    assert "Their words are not kept, or were not passed on to you." in shown
    # the words answered a question of the one: the other never gets them
    assert HARD[language] in await read_by(house, pair.weber)
    assert HARD[language] not in await read_by(house, pair.kaya)


async def test_who_agreed_with_neither_tells_one_by_a_tap(open_practice: Any) -> None:
    house = await open_practice()
    pair = await pair_in(house, items=((NO["en"],), (NO["en"],)))
    marks = pair.weber.mark, pair.kaya.mark
    await house.say(pair.client, HARD["en"])
    (card,) = cards(pair.client)
    assert "No message was sent to anybody." in card
    mark = pair.client.mark
    await house.tap(pair.client, TELL)
    assert texts(pair.client.heard(mark))[0].startswith("A message to Dr. Kaya is being sent now.")
    assert await heard_by(house, pair.weber, marks[0]) == []
    assert len(await heard_by(house, pair.kaya, marks[1])) == 1


async def test_nobody_is_never_said_while_the_other_was_told(open_practice: Any) -> None:
    """The one cannot be reached: what the client reads then counts the other in."""
    house = await open_practice()
    pair = await pair_in(house, items=((YES["en"],), (YES["en"],)))
    refuse(house, pair.kaya)
    mark = pair.client.mark
    await house.say(pair.client, HARD["en"])
    said = texts(pair.client.heard(mark))
    assert len(cards(pair.client, mark)) == 1, "the card comes again only where nobody got one"
    assert said[-1].startswith("There is something here for you to read.")
    assert "The message to Dr. Kaya could not be delivered." in said[-1]
    assert "A message to Dr. Weber was sent before." in said[-1]
    assert "anybody else" not in "\n".join(said)
    # a tap that reaches nobody says the same
    mark = pair.client.mark
    ((care,),) = await house.rows("SELECT max(id) FROM cares")
    await house.forge(pair.client, f"te:{care}")
    assert "A message to Dr. Weber was sent before." in "\n".join(texts(pair.client.heard(mark)))


async def test_nobody_is_said_where_neither_could_be_told(open_practice: Any) -> None:
    house = await open_practice()
    pair = await pair_in(house, items=((NO["en"],), (YES["en"],)))
    refuse(house, pair.kaya)
    mark = pair.client.mark
    await house.say(pair.client, HARD["en"])
    assert "No message was sent to anybody else." in cards(pair.client, mark)[-1]


async def test_later_words_say_who_was_told_before_also_by_one_who_is_left(
    open_practice: Any,
) -> None:
    house = await open_practice()
    pair = await pair_in(house, items=((YES["en"],), (NO["en"],)))
    await house.say(pair.client, HARD["en"])
    await house.say(pair.client, "/stop")
    await house.tap(pair.client, "Dr. Weber")
    await house.tap(pair.client, "Yes, end them")
    mark = pair.client.mark
    await house.say(pair.client, "/crisis")
    (card,) = cards(pair.client, mark)
    assert "A message to Dr. Weber was sent before." in card


async def test_a_deputy_of_both_gets_one_message_about_one_person(open_practice: Any) -> None:
    house = await open_practice(deputies=[SECOND], escalate_minutes=30)
    pair, vert = await _with_deputy(house)
    mark = vert.mark
    await house.say(pair.client, HARD["en"])
    (told,) = await heard_by(house, vert, mark)
    assert "deputy of Dr. Kaya" in told and "Max" in told
    (card,) = cards(pair.client)
    assert "A message to Dr. Kaya and to their deputy is being sent now." in card
    assert "A message to Dr. Weber is being sent now." in card
    # nobody opens it: still one, as long as two at a time would tell that two are one
    await house.travel(by=timedelta(hours=20))
    assert len(await heard_by(house, vert, mark)) == 1
    await house.tap(vert, "Open")
    assert NAME not in "\n".join(texts(vert.heard(mark)))
    # nothing is lost: a day later the other matter, which nobody has opened, goes down its line
    await house.travel(by=timedelta(hours=30))
    assert "A.B." in "\n".join(await heard_by(house, vert, mark))


async def test_deputies_in_line_get_one_message_each_about_one_person(open_practice: Any) -> None:
    house = await open_practice(then=[SECOND], escalate_minutes=30)
    pair, vert = await _with_deputy(house)
    mark = vert.mark
    await house.say(pair.client, HARD["en"])
    await house.travel(by=NEXT)
    assert len(await heard_by(house, vert, mark)) == 1
    lines = [text for text in texts(pair.client.heard()) if "to the deputy of" in text]
    assert len(lines) == 1 and "A message to the deputy of Dr. Kaya is being sent now." in lines[0]


async def test_the_deputy_is_told_on_the_others_account_where_the_first_message_is_lost(
    open_practice: Any,
) -> None:
    house = await open_practice(then=[SECOND], escalate_minutes=30)
    pair, vert = await _with_deputy(house)
    refuse(house, vert)
    mark = vert.mark
    await house.say(pair.client, HARD["en"])
    await house.travel(by=NEXT)
    vert.say("/clients")
    await house.settle()
    told = [text for text in await heard_by(house, vert, mark) if "should not wait" in text]
    assert len(told) == 1


@pytest.mark.parametrize("whose", [KAYA, ""])
async def test_the_other_therapist_is_no_deputy_for_this_client(
    open_practice: Any, whose: str
) -> None:
    """They would read twice of one night, and know that two of the practice are one."""
    house = await open_practice(deputies=[WEBER, SECOND], then=[WEBER], escalate_minutes=30)
    agreed = ((NO["en"], DEPUTY["en"]), (YES["en"], DEPUTY["en"]))
    pair = await pair_in(house, colleague="Dr. Vert", items=agreed)
    assert pair.colleague is not None
    marks = pair.weber.mark, pair.colleague.mark
    if whose:
        await answer_amid(house, pair, whose, HARD["en"])
    else:
        await house.say(pair.client, HARD["en"])
    await house.travel(by=NEXT)
    assert await heard_by(house, pair.weber, marks[0]) == []
    (told,) = await heard_by(house, pair.colleague, marks[1])
    assert "deputy of Dr. Kaya" in told


async def test_where_only_the_other_therapist_could_be_a_deputy_nobody_is_asked_for_one(
    open_practice: Any,
) -> None:
    house = await open_practice(deputies=[WEBER, FIRST])
    pair = await pair_in(house, items=((YES["en"], DEPUTY["en"]), (YES["en"],)))
    asked = [text for text in texts(pair.client.heard()) if "may it go to a deputy" in text]
    assert len(asked) == 1 and NAME in asked[0], "before the second one came"
    first, second = await house.say(pair.client, "/privacy")
    assert first.count("At present the practice does not do this.") == 1
    assert "Deputy:" not in second
    await house.say(pair.client, HARD["en"])
    assert [what for what, _ in await rows_of(house)].count("alerted") == 2


async def test_an_answer_that_is_a_sign_of_danger_names_no_questions_to_the_other(
    open_practice: Any,
) -> None:
    house = await open_practice()
    await publish_risky(house)
    pair = await pair_in(house, items=((YES["en"],), (YES["en"],)))
    await house.say(pair.weber, "/client A.B.")
    await house.tap(pair.weber, "Send something now …")
    await house.tap(pair.weber, "Send now: Tonight")
    mark = pair.kaya.mark
    await house.tap(pair.client, "I am not sure")
    (shown,) = await house.tap(pair.kaya, "Open")
    assert "gave a sign of danger" in shown and "questions" not in shown
    assert "night" not in "\n".join(texts(pair.kaya.heard(mark)))
    (own,) = await house.tap(pair.weber, "Open")
    assert "gave a sign of danger" in own


async def test_after_a_card_neither_asks_until_the_client_goes_on(open_practice: Any) -> None:
    house = await open_practice()
    pair = await pair_in(house, items=((NO["en"],), (NO["en"],)))
    await house.travel(by=timedelta(days=2, hours=8, minutes=30))
    await house.say(pair.client, HARD["en"])
    mark = pair.client.mark
    await house.travel(by=timedelta(hours=3))  # both weekly check-ins are due by now
    assert not [e for e in texts(pair.client.heard(mark)) if "Question" in e or "rate" in e]
    assert await house.rows("SELECT count(*) FROM check_ins") == [(0,)]
    # and what the one knows of it the other's summary does not say
    for therapist, _, other, alias in pair.both():
        seen = await read_by(house, therapist)
        assert other not in seen and alias not in seen


async def test_words_after_a_card_outside_a_check_in_go_to_one_of_them_by_one_tap(
    open_practice: Any,
) -> None:
    house = await open_practice()
    pair = await pair_in(house)
    for words in (HARD["en"], "nobody is here", "and it is late"):
        await house.say(pair.client, words)
    await house.tap(pair.client, "Pass it on to Dr. Kaya")
    until = house.clock.now() + NEXT
    kept = await house.work(lambda work: notes.list_kept(work.tx, 2, since=MONDAY, until=until))
    assert [note.words for note in kept] == [f"{HARD['en']}\nnobody is here\nand it is late"]
    assert "nobody is here" not in await read_by(house, pair.weber)


async def test_the_quiet_line_comes_once_a_day_whosever_questions_they_are(house: House) -> None:
    pair = await pair_in(house)
    mark = pair.client.mark
    for number, care_id in enumerate((1, 2)):

        def decide(tx: Tx, number: int = number, care_id: int = care_id) -> None:
            work = Work(tx, house.app.practice, house.clock.now(), f"test{number}")
            care = cares.load(tx, care_id)
            speak.reply(work, care.client_id, f"Reply {number}.", key="reply")
            quiet_line.follow(work, care, Verdict("maybe", ()))

        await house.app.store.write(decide)
        await house.settle()
    first, second = texts(pair.client.heard(mark))
    assert first.startswith("Reply 0.\n\n") and second == "Reply 1."
