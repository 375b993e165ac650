"""What is asked apart from the consent: once, one after another in one message; each is given and
taken back alone.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.services.consent import items
from bot.services.consent.items import Apart
from storage import cares, consents
from storage.consents import Item
from storage.store import Tx
from tests.support.house import CRISIS, House, open_house, texts
from tests.support.on_call import (
    FIRST,
    HARD,
    NO,
    YES,
    code_of,
    heard_by,
    people_in,
    rows_of,
)

LATER = {"en": "Decide later", "de": "Später entscheiden", "de_du": "Später entscheiden"}
COLLEAGUE = {"en": "Yes, without my name", "de": "Ja, ohne meinen Namen"}
ASKS = {
    "en": "may it go to a deputy in the practice, too?",
    "de": "Darf sie auch an eine Vertretung in der Praxis gehen?",
}
LONG = {"en": "Read long answers in full", "de": "Lange Antworten ganz lesen"}
MINUTE = timedelta(minutes=1)
LATE = "ZZZZ"
PRACTICE = {
    "name": "Practice on the Hill",
    "crisis": {"en": CRISIS, "de": CRISIS, "de_du": CRISIS},
    "supervision": "on",
}


async def agreed_to(house: House) -> list[tuple[str, ...]]:
    """What is in force, in the order in which it was given."""
    return await house.rows("SELECT item FROM consents WHERE revoked_at IS NULL ORDER BY id")


async def reworded(house: House) -> None:
    """All that was asked apart was asked in other words than the present ones."""
    await house.travel(by=MINUTE)
    older = (
        "UPDATE consents SET version = '2026-12' WHERE item != 'answers'",
        "UPDATE consent_questions SET version = '2026-12'",
    )
    for change in older:
        await house.app.store.write(lambda tx, sql=change: tx.conn.exec_driver_sql(sql).close())


async def deputy_joins(house: House) -> None:
    """Somebody connects whose code the settings have named before."""
    late = await code_of(house, await house.therapist("Dr. Vert"))
    change = f"UPDATE people SET code = '{LATE}' WHERE code = '{late}'"
    await house.app.store.write(lambda tx: tx.conn.exec_driver_sql(change).close())
    await house.travel(by=MINUTE)


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_one_message_asks_one_thing_after_another_and_then_says_how_all_stand(
    furnished: Path, tmp_path: Path, language: str
) -> None:
    safety = {"alerts": "on", "then": [FIRST]}
    async with open_house(tmp_path, furnished, safety=safety, practice=PRACTICE) as house:
        weber = await house.therapist()
        await house.therapist("Dr. Vert")
        client = await house.client(weber, "A.B.", language)
        asked, mark = client.newest, client.mark
        assert len(client.labels) == 3
        shown = [asked.text, *await house.tap(client, YES[language])]
        shown += await house.tap(client, LATER[language])
        assert ASKS[language[:2]] in shown[2]
        shown += await house.tap(client, COLLEAGUE[language[:2]])
        assert {each.message_id for each in client.screen if each.text == shown[-1]} == {
            asked.message_id
        }
        assert client.labels != [[LATER[language]]]
        places = {"en": "{} of 3", "de": "{} von 3"}[language[:2]]
        questions = [text for text in shown if items.VERSION in text]
        assert [q.rsplit("\n\n", 1)[-1] for q in questions] == [places.format(n) for n in (1, 2, 3)]
        assert all(len(question) < 900 for question in questions)
        assert shown[-1].count("• ") == 3
        assert await agreed_to(house) == [("answers",), ("alerts",), ("supervisor",)]
        assert [entry.kind for entry in client.heard(mark)].count("sent") == 0
        # nothing is asked twice by itself, whatever is done next
        for text in ("/help", "/privacy", "hello"):
            assert not any(items.VERSION in said for said in await house.say(client, text))


async def test_who_leaves_it_open_is_not_asked_again_and_it_counts_as_no(
    open_practice: Any,
) -> None:
    house = await open_practice()
    weber = await house.therapist()
    client = await house.client(weber)
    assert "may this bot send Dr. Weber a message at once?" in client.last
    for _ in range(2):
        await house.travel(by=timedelta(days=7))
        said = await house.say(client, "/when")
        assert not any("may this bot send" in text for text in said)
    mark = weber.mark
    await house.say(client, HARD["en"])
    assert await heard_by(house, weber, mark) == []


async def test_a_tap_twice_is_one_yes(open_practice: Any) -> None:
    house = await open_practice()
    client = await house.client(await house.therapist())
    client.tap(YES["en"])
    client.tap(YES["en"])
    await house.settle()
    query = "SELECT item, version, text_hash FROM consents WHERE item = 'alerts'"
    ((_, version, text_hash),) = await house.rows(query)
    care = await house.work(lambda work: cares.load(work.tx, 1))
    number = await house.work(lambda work: items.number(work, care, "en", "alerts"))
    assert version == f"{items.VERSION}+{number}"
    assert len(text_hash) == 64


@pytest.mark.parametrize("language", ["en", "de"])
async def test_no_deputy_is_told_without_a_yes_to_that(open_practice: Any, language: str) -> None:
    house = await open_practice(deputies=[FIRST], escalate_minutes=30)
    people = await people_in(house, colleagues=1, language=language, deputy=False)
    (first,) = people.colleagues
    mark, of_weber = first.mark, people.weber.mark
    card, *_ = await house.say(people.client, HARD[language])
    assert {"en": "to Dr. Weber is", "de": "An Dr. Weber geht"}[language] in card
    assert {"en": "deputy", "de": "Vertretung"}[language] not in card
    await house.travel(by=timedelta(hours=1))
    assert await heard_by(house, first, mark) == []
    assert len(await heard_by(house, people.weber, of_weber)) == 1
    assert ("unseen", None) in await rows_of(house)
    await house.tap(people.weber, {"en": "Open", "de": "Öffnen"}[language])
    said = await house.tap(people.weber, {"en": "Not reached", "de": "Nicht erreicht"}[language])
    nobody = {"en": "There is nobody else to be told.", "de": "Es gibt sonst niemanden"}
    assert any(nobody[language] in text for text in said)
    assert await heard_by(house, first, mark) == []


async def test_a_tap_for_this_once_goes_to_a_deputy_only_with_the_yes(open_practice: Any) -> None:
    house = await open_practice(then=[FIRST], escalate_minutes=30)
    people = await people_in(house, colleagues=1, agrees=False, deputy=False)
    await house.say(people.client, HARD["en"])
    await house.tap(people.client, "Tell Dr. Weber")
    mark = people.colleagues[0].mark
    await house.travel(by=timedelta(hours=1))
    assert await heard_by(house, people.colleagues[0], mark) == []


async def test_a_deputy_reads_nothing_any_more_once_it_is_taken_back(open_practice: Any) -> None:
    house = await open_practice(deputies=[FIRST])
    people = await people_in(house, colleagues=1)
    (first,) = people.colleagues
    await house.say(people.client, HARD["en"])
    ((case,),) = await house.rows("SELECT id FROM risk_cases")
    await house.say(people.client, "/privacy")
    said = await house.tap(people.client, "No deputy any more")
    assert (
        "Deputy: no deputy of Dr. Weber is told about you, and none can open anything." in said[-1]
    )
    mark = people.client.mark
    assert await house.tap(first, "Open") == ["This button is no longer current."]
    assert await house.forge(first, f"rm:{case}:something_else") == [
        "This button is no longer current."
    ]
    first.block()
    await house.settle()
    first.unblock()
    await house.settle()
    assert "Open" not in str(await house.say(first, "/help"))
    # what was sent before is not unsaid, and the therapist still sees it
    assert await heard_by(house, people.client, mark) == []
    (shown,) = await house.tap(people.weber, "Open")
    assert "message sent to Dr. Vert 0" in shown


async def test_a_lost_alert_is_not_sent_anew_to_a_deputy_without_the_yes(
    open_practice: Any,
) -> None:
    house = await open_practice(deputies=[FIRST])
    people = await people_in(house, colleagues=1)
    (first,) = people.colleagues
    house.sandbox.faults.flood(3600, first.chat_id)
    await house.say(people.client, HARD["en"])
    first.block()
    await house.settle()
    await house.say(people.client, "/privacy")
    await house.tap(people.client, "No deputy any more")
    mark = first.mark
    first.unblock()
    await house.travel(by=timedelta(hours=2))
    assert await heard_by(house, first, mark) == []
    assert ("told_again", await code_of(house, first)) not in await rows_of(house)


async def test_deputies_who_are_named_later_are_asked_about_once_at_the_next_contact(
    open_practice: Any,
) -> None:
    house = await open_practice(then=[LATE])
    weber = await house.therapist()
    client = await house.client(weber)
    assert "deputy" not in client.last and " of 2" not in client.last
    await house.tap(client, YES["en"])
    await deputy_joins(house)
    await house.say(client, "/checkin")  # amid questions nothing else is asked
    assert not any(ASKS["en"] in text for text in texts(client.heard()))
    for _ in range(4):
        await house.tap(client, "Skip")
    asked = [text for text in texts(client.heard()) if ASKS["en"] in text]
    assert len(asked) == 1
    assert " of 2" not in asked[0]
    await house.tap(client, LATER["en"])
    assert client.last.count("• ") == 1
    await house.say(client, "/when")
    assert len([text for text in texts(client.heard()) if ASKS["en"] in text]) == 1


@pytest.mark.parametrize("words", ["/stop", "stop", HARD["en"]])
async def test_who_wants_to_stop_or_is_in_need_is_asked_nothing_new(
    open_practice: Any, words: str
) -> None:
    house = await open_practice(then=[LATE])
    client = await house.client(await house.therapist())
    await house.tap(client, YES["en"])
    await deputy_joins(house)
    said = "".join(await house.say(client, words))
    assert said and ASKS["en"] not in said
    after = "".join(await house.say(client, "/when"))  # it is time, but after a card there is quiet
    assert after and (ASKS["en"] in after) is (words != HARD["en"])


async def test_nothing_new_is_asked_in_a_pause(open_practice: Any) -> None:
    house = await open_practice(then=[LATE])
    client = await house.client(await house.therapist())
    await house.tap(client, NO["en"])
    await house.say(client, "/pause")
    await deputy_joins(house)
    assert ASKS["en"] not in "".join(await house.say(client, "/when"))
    assert ASKS["en"] in "".join(await house.say(client, "/resume"))


async def test_other_words_ask_those_again_who_had_agreed_and_their_yes_holds_meanwhile(
    open_practice: Any,
) -> None:
    house = await open_practice(then=[FIRST])
    people = await people_in(house, colleagues=1, deputy=False)
    client, weber = people.client, people.weber
    await reworded(house)
    said = await house.say(client, "/when")
    assert said[-1].startswith("The wording of this question has changed. Until you answer,")
    assert "may this bot send Dr. Weber a message at once?" in said[-1]
    assert " of 2" not in said[-1]  # who had said no is not asked again
    await house.say(client, "/language")
    await house.tap(client, "Deutsch, du")
    assert "Darf dieser Bot" not in client.last
    mark = weber.mark
    await house.say(client, HARD["en"])
    assert len(await heard_by(house, weber, mark)) == 1
    # the question of before is shown in the present language, and then counts
    shown = await house.tap(client, YES["en"])
    assert "Darf dieser Bot dann sofort" in shown[-1]
    await house.tap(client, YES["de"])
    assert ("alerts",) in await agreed_to(house)
    given = await house.rows("SELECT language FROM consents WHERE item = 'alerts' ORDER BY id")
    assert given == [("en",), ("de_du",)]


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_each_is_changed_alone_under_privacy_in_one_message(
    furnished: Path, tmp_path: Path, language: str
) -> None:
    safety = {"alerts": "on", "then": [FIRST]}
    async with open_house(tmp_path, furnished, safety=safety, practice=PRACTICE) as house:
        weber = await house.therapist()
        await house.therapist("Dr. Vert")
        client = await house.client(weber, "A.B.", language)
        await house.say(client, "/privacy")
        card, (alerts, deputy, supervisor, *_) = client.newest, [row[0] for row in client.labels]
        for offer in (supervisor, deputy, alerts):
            await house.tap(client, offer)
            assert client.newest.message_id == card.message_id
            assert len(client.labels) == 3
            await house.tap(client, client.labels[-1][0])  # as it is
            await house.tap(client, offer)
            await house.tap(client, client.labels[0][0])
            assert len(client.labels) == 5
        both = [("answers",), ("supervisor",), ("deputy",), ("alerts",)]
        assert await agreed_to(house) == both
        await house.tap(client, client.labels[1][0])
        assert await agreed_to(house) == [both[0], both[1], both[3]]
        assert client.newest.message_id == card.message_id
        assert client.labels[1] == [deputy]
        await house.tap(client, deputy)
        await house.tap(client, client.labels[1][0])
        assert await agreed_to(house) == [both[0], both[1], both[3]]


async def test_what_the_practice_has_ended_is_said_and_can_still_be_taken_back(
    house: House,
) -> None:
    client = await house.client(await house.therapist())

    def agree(tx: Tx) -> None:
        given: tuple[Item, ...] = ("alerts", "supervisor")
        for item in given:
            consents.add(
                tx,
                care_id=1,
                item=item,
                version="1",
                text_hash="h",
                language="en",
                update_id=None,
                now=house.clock.now(),
            )

    await house.app.store.write(agree)
    (shown,) = await house.say(client, "/privacy")
    assert shown.count("At present the practice does not do this.") == 2
    assert not any("may this bot send" in text for text in texts(client.heard()))
    await house.tap(client, "No messages at once any more")
    await house.tap(client, "Not in supervision any more")
    assert await agreed_to(house) == [("answers",)]
    assert client.labels[0] == ["Keep less in this chat …"]
    assert client.labels[1:] == [["Take my yes back, end the check-ins"]]


@pytest.mark.parametrize("data", ["iy:1:7:alerts", "iq:1:alerts", "iq:1:deputy", "ib:1:other"])
async def test_a_button_of_what_is_not_asked_here_is_out_of_date(house: House, data: str) -> None:
    client = await house.client(await house.therapist())
    assert await house.forge(client, data) == [
        "This question is already settled. Please use the newest message."
    ]
    assert await agreed_to(house) == [("answers",)]


async def test_stopping_takes_every_yes_back(open_practice: Any) -> None:
    house = await open_practice(then=[FIRST])
    people = await people_in(house, colleagues=1)
    await house.say(people.client, "/stop")
    await house.tap(people.client, "Yes, end them")
    assert await agreed_to(house) == []
    (shown,) = await house.say(people.client, "/privacy")
    assert "Messages at once" not in shown


@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_therapist_reads_on_the_card_whether_supervision_is_agreed(
    furnished: Path, tmp_path: Path, language: str
) -> None:
    async with open_house(tmp_path, furnished, practice=PRACTICE) as house:
        weber = await house.therapist(language=language)
        client = await house.client(weber)
        (card,) = await house.say(weber, "/client A.B.")
        no = {"en": "A.B. has not agreed that you talk there", "de": "A.B. hat nicht zugestimmt"}
        assert no[language] in card
        await house.tap(client, COLLEAGUE["en"])
        (card,) = await house.say(weber, "/client A.B.")
        yes = {"en": "A.B. agrees that you talk there", "de": "A.B. ist einverstanden"}
        assert yes[language] in card
        await house.say(client, "/checkin")
        await house.tap(client, "3")
        await house.say(client, "It was long. " * 20)
        await house.say(client, "/preview")
        previewed = [text for text in texts(client.heard()) if yes[language] in text]
        assert len(previewed) == 1
        await house.say(weber, "/digest")
        read = await house.tap(weber, LONG[language])
        assert yes[language] in read[-1]


async def test_where_the_practice_does_not_ask_nothing_is_said_of_supervision(
    house: House,
) -> None:
    weber = await house.therapist()
    await house.client(weber)
    (card,) = await house.say(weber, "/client A.B.")
    assert "upervision" not in card


def test_every_matter_has_its_words_and_its_place_in_storage() -> None:
    assert set(items.WORDS) == set(items.APART)
    assert [items.find(each) for each in items.APART] == list(items.APART)
    assert items.find("answers") is None
    of_storage: tuple[Item, ...] = items.APART
    apart: tuple[Apart, ...] = items.APART
    assert of_storage == apart
