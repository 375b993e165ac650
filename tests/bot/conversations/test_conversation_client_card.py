"""/client: a therapist switches a client's questions on and off and sends some now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox.client import Person
from bot.services.flow_files.publishing import Source, check, publish
from tests.support.house import MONDAY, House, texts

OFFER = "Send something now …"
WEEK = "The week so far"
QUEUES = frozenset({"inbox", "outbox", "sqlite_sequence"})


async def offer(house: House, therapist: Person) -> None:
    """Open the card and its second screen."""
    await house.say(therapist, "/client M.K.")
    await house.tap(therapist, OFFER)


async def test_a_card_shows_what_a_client_gets(house: House) -> None:
    therapist = await house.therapist()
    await house.client(therapist, "M.K.")
    (card,) = await house.say(therapist, "/client M.K.")
    assert card.startswith("M.K. (")
    assert "takes part, next Wed 25 Nov, 18:00" in card
    assert [f"✓ {WEEK}"] in therapist.labels
    await house.tap(therapist, OFFER)
    assert [f"Send now: {WEEK}"] in therapist.labels
    await house.tap(therapist, "‹ Back")
    assert [OFFER] in therapist.labels


async def test_client_alone_asks_whose(house: House) -> None:
    therapist = await house.therapist()
    assert "no clients here yet" in (await house.say(therapist, "/client"))[0]
    await house.client(therapist, "M.K.")
    assert await house.say(therapist, "/client") == ["Whose card would you like to see?"]
    (card,) = await house.tap(therapist, "M.K.")
    assert card.startswith("M.K. (")


async def test_a_code_opens_the_card_and_a_strange_word_does_not(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist, "M.K.")
    code = (await house.stored(client)).code
    assert (await house.say(therapist, f"/client {code.lower()}"))[0].startswith("M.K. (")
    assert "I do not find “X.Y.”" in (await house.say(therapist, "/client X.Y."))[0]


async def test_switched_off_nothing_comes_and_on_again_it_comes(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist, "M.K.")
    await house.say(therapist, "/client M.K.")
    shown = await house.tap(therapist, f"✓ {WEEK}")
    assert f"“{WEEK}” is off now. What was answered stays." in shown
    assert [f"– {WEEK}"] in therapist.labels
    mark = client.mark
    await house.travel(to=MONDAY + timedelta(days=4))
    assert client.heard(mark) == []
    await house.tap(therapist, f"– {WEEK}")
    assert [f"✓ {WEEK}"] in therapist.labels
    await house.travel(to=MONDAY + timedelta(days=10))
    assert any("How has your week been so far?" in entry.text for entry in client.heard(mark))


async def test_a_flow_is_sent_now_once_a_day(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist, "M.K.")
    await offer(house, therapist)
    mark = client.mark
    assert await house.tap(therapist, f"Send now: {WEEK}") == [f"“{WEEK}” goes out to M.K. now."]
    assert "How has your week been so far?" in client.heard(mark)[0].text
    (toast,) = await house.tap(therapist, f"Send now: {WEEK}")
    assert toast.startswith("M.K. still has open questions")
    for _ in range(4):
        client.tap("Skip")
        await house.settle()
    assert await house.tap(therapist, f"Send now: {WEEK}") == ["M.K. was sent these today already."]


async def test_in_quiet_hours_it_waits_for_the_morning(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist, "M.K.")
    await house.travel(to=MONDAY + timedelta(hours=13))
    mark = client.mark
    await offer(house, therapist)
    (toast,) = await house.tap(therapist, f"Send now: {WEEK}")
    assert toast == f"“{WEEK}” goes out to M.K. Tuesday, 08:00."
    await house.travel(by=timedelta(hours=8))
    assert client.heard(mark) == []
    await house.travel(by=timedelta(hours=4))
    assert "How has your week been so far?" in client.heard(mark)[0].text


async def test_a_paused_client_is_left_alone(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist, "M.K.")
    await house.say(client, "/pause")
    await offer(house, therapist)
    (toast,) = await house.tap(therapist, f"Send now: {WEEK}")
    assert toast == "M.K. has paused; nothing is sent until they go on."


@pytest.mark.promise("P5b")
async def test_nobody_reaches_the_card_of_another_caseload(house: House) -> None:
    therapist = await house.therapist()
    await house.client(therapist, "M.K.")
    other = await house.therapist("Dr. Okoye")
    assert "I do not find" in (await house.say(other, "/client M.K."))[0]
    before = await house.everything(without=QUEUES)
    for forged in ("p:1", "q:1:1:0", "w:1:1"):
        assert await house.forge(other, forged) == ["This button is no longer current."]
    assert await house.everything(without=QUEUES) == before


async def test_what_is_sent_comes_although_one_was_asked_for_the_evening_before(
    house: House,
) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist, "M.K.")
    await house.travel(to=MONDAY + timedelta(hours=10))
    await house.say(client, "/checkin")
    for _ in range(4):
        await house.tap(client, "Skip")
    await house.travel(to=MONDAY + timedelta(days=1))
    await offer(house, therapist)
    mark = client.mark
    assert await house.tap(therapist, f"Send now: {WEEK}") == [f"“{WEEK}” goes out to M.K. now."]
    assert "How has your week been so far?" in client.heard(mark)[0].text


async def test_what_is_to_be_sent_in_the_morning_can_be_asked_for_before(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist, "M.K.")
    await house.travel(to=MONDAY + timedelta(hours=15))
    await offer(house, therapist)
    await house.tap(therapist, f"Send now: {WEEK}")
    await house.travel(to=MONDAY + timedelta(hours=22))
    mark = client.mark
    (said,) = await house.say(client, "/checkin")
    assert "How has your week been so far?" in said
    await house.travel(by=timedelta(hours=6))
    assert len(texts(client.heard(mark))) == 1


async def test_the_card_says_what_a_full_week_leaves_out(house: House) -> None:
    text = (
        'language = 1\nid = "diary"\ntitle.en = "Diary"\npriority = 1\n[schedule]\n'
        'trigger = "daily"\nat = "20:00"\n[[step]]\nid = "today"\nkind = "yes_no"\n'
        'ask.en = "Was it a good day?"\n'
    )
    checked = check([Source("diary.toml", text)])
    now = house.clock.now()
    await house.app.store.write(lambda tx: publish(tx, checked, now=now, who="t", why="t"))
    therapist = await house.therapist()
    await house.client(therapist, "M.K.")
    (card,) = await house.say(therapist, "/client M.K.")
    assert "never comes" not in card
    await house.tap(therapist, "– Diary")
    shown = "\n".join(message.text or "" for message in therapist.screen)
    assert "“Diary” would come more than 4 times a week. M.K. is asked 4 times a week" in shown
    assert f"“{WEEK}” never comes beside what comes first and fills the week: Diary." in shown
    assert "takes part, next Mon 23 Nov, 20:00" in shown
