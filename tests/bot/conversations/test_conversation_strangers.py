"""Strangers, groups, forged buttons, repeats: none of them changes anything."""

from __future__ import annotations

import random
import string
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.sandbox import Fault, Person
from bot.services.arriving.dispatch import act, handle
from bot.services.arriving.intake import Stranger
from bot.services.work.button_forms import FORMS
from bot.services.work.buttons import press
from bot.services.work.incoming import Pressed, Received, Said
from bot.services.work.unit_of_work import Work
from bot.workers.strangers import MOST_A_DAY, TRIES
from storage import inbox
from storage.errors import StaleState
from storage.store import Tx
from tests.support.house import House, open_house

THEIR_OWN = ("flags", "digest_hour", "mornings", "pictures", "evening_set", "staff_language")
"""What a therapist may choose for themselves."""
PASSING = frozenset({"inbox", "outbox", "sqlite_sequence"})
STRANGER = {
    "en": "This is a private bot.",
    "de": "Dies ist ein privater Bot.",
    "fr": "This is a private bot.",
}
STALE = {
    "This button is no longer current.",
    "This question is already settled. Please use the newest message.",
    "These questions are closed. What you answered is kept.",
    "These questions are closed.",
}


@pytest.mark.promise("P5a")
@pytest.mark.parametrize("language", ["en", "de", "fr"])
async def test_a_stranger_gets_one_line_a_day_and_leaves_nothing(
    house: House, language: str
) -> None:
    await house.invite_therapist()
    before = await house.everything()
    stranger = house.stranger("Canary Stranger", language)
    for _ in range(3):
        stranger.say("canary words")
        stranger.send_sticker()
        await house.settle()
    assert len(stranger.heard()) == 1
    assert stranger.last.startswith(STRANGER[language])
    await house.travel(by=timedelta(days=1))
    stranger.say("canary words")
    await house.settle()
    assert len(stranger.heard()) == 2
    assert await house.everything() == before
    for path in house.folder.iterdir():
        assert b"anary" not in path.read_bytes()
        assert str(stranger.chat_id).encode() not in path.read_bytes()


@pytest.mark.promise("P5a")
async def test_a_stranger_cannot_tap_or_command(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber)
    before = await house.everything()
    stranger = house.stranger()
    stranger.start()
    await house.settle()
    for data in ("c:1:202611", "x:1", "a:1:0:3", "z:1", "t:1"):
        stranger.tap_data(stranger.newest, data)
    for text in ("/clients", "/digest", "/stop", "/start nonsense-token"):
        stranger.say(text)
    stranger.block()
    await house.settle()
    assert await house.everything() == before


async def test_no_button_of_a_stranger_spins(house: House) -> None:
    await house.invite_therapist()
    stranger = house.stranger()
    stranger.say("hello")
    await house.settle()
    before = await house.everything()
    for _ in range(3):
        stranger.tap_data(stranger.newest, "x:1")
    await house.settle()
    assert house.sandbox.world.account().queries == {}
    assert len([entry for entry in stranger.ledger if entry.kind == "sent"]) == 1
    assert await house.everything() == before


async def test_bad_links_are_answered_once_a_day_too(house: House) -> None:
    await house.invite_therapist()
    stranger = house.stranger()
    for number in range(4):
        stranger.say("hello")
        stranger.start(f"no-such-link-{number}")
        await house.settle()
    assert [entry.text[:9] for entry in stranger.heard()] == ["This is a", "This link"]
    await house.travel(by=timedelta(days=1))
    stranger.start("no-such-link")
    await house.settle()
    assert len(stranger.heard()) == 3


async def test_a_crowd_of_strangers_takes_nobody_s_place(furnished: Path, tmp_path: Path) -> None:
    """Four hundred links that are not good, before a Telegram that enforces its pace: the help for
    somebody who is known comes at once, and no stranger is told faster than one a second.
    """
    pace = {"per_second": 30, "per_chat_burst": 5, "per_chat_per_second": 1, "parallel": 16}
    async with open_house(tmp_path, furnished, sending=pace) as house:
        known = await house.therapist()
        await house.travel(by=timedelta(minutes=1))
        house.sandbox.faults.rate_limits = True
        strangers = [house.stranger() for _ in range(400)]
        for stranger in strangers:
            stranger.start("no-such-link")
        begins, mark = house.clock.now(), known.mark
        known.say("/help")
        await house.travel(by=timedelta(seconds=1))
        (told,) = known.heard(mark)
        assert told.at - begins < timedelta(seconds=0.5)
        await house.travel(to=begins + timedelta(seconds=100))
        heard = [entry.at - begins for one in strangers for entry in one.heard()]
        assert len(heard) == 105, "five at once, then one a second"
        assert house.sandbox.refusals[429] == 0


async def test_strangers_of_one_day_are_told_up_to_a_limit(house: House) -> None:
    strangers = house.app.strangers
    with capture_logs() as lines:
        for number in range(MOST_A_DAY + 50):
            strangers.meet(Stranger(number, "en", has_link=False))
    assert len(strangers._lines.waiting) == MOST_A_DAY
    assert lines == [{"event": "strangers_not_told", "after": MOST_A_DAY, "log_level": "warning"}]
    house.jump(by=timedelta(days=1))
    strangers.meet(Stranger(5, "en", has_link=False))
    assert len(strangers._lines.waiting) == MOST_A_DAY + 1
    strangers._lines.waiting.clear()


async def test_a_stranger_is_told_when_telegram_asked_to_wait(house: House) -> None:
    await house.invite_therapist()
    stranger = house.stranger()
    begins = house.clock.now()
    house.sandbox.faults.add(Fault("sendMessage", 429, retry_after=30))
    stranger.say("hello")
    await house.travel(by=timedelta(minutes=1))
    (told,) = stranger.heard()
    assert told.at - begins >= timedelta(seconds=30)
    assert house.sandbox.refusals[429] == 1


async def test_a_stranger_who_cannot_be_answered_is_not_tried_for_ever(house: House) -> None:
    await house.invite_therapist()
    house.sandbox.faults.add(Fault("sendMessage", 409, count=None))
    house.stranger("One").say("hello")
    house.stranger("Two").say("I want to die")
    await house.travel(by=timedelta(hours=1))
    assert house.sandbox.refusals[409] == 1 + TRIES, "the card is tried again, the line is not"


@pytest.mark.promise("P5c")
async def test_groups_are_left(house: House) -> None:
    weber = await house.therapist()
    before = await house.everything()
    group = house.sandbox.group()
    group.add_bot(weber)
    await house.settle()
    assert not group.bot_is_member
    group.add_bot(weber)
    group.say(weber, "/digest")
    await house.settle()
    assert not group.bot_is_member
    assert await house.everything() == before


async def crowd(house: House) -> tuple[Person, Person, Person, Person]:
    """Two therapists with a client each; the first client has an open check-in and a flag."""
    weber = await house.therapist("Dr. Weber")
    kern = await house.therapist("Dr. Kern")
    ana = await house.client(weber, "A.B.")
    carl = await house.client(kern, "C.D.")
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    for label in ("5", "5", "5", "5", "Yes", "Tense", "Skip", "4", "Not yet", "Please ask me"):
        await house.tap(ana, label)
    await house.tap(ana, "Skip")
    await house.travel(to=house.clock.now().replace(hour=17, minute=0) + timedelta(days=6))
    await house.say(ana, "/checkin")
    return weber, kern, ana, carl


@pytest.mark.promise("P5d")
async def test_other_peoples_buttons_do_nothing(house: House) -> None:
    _, kern, _, carl = await crowd(house)
    flags = await house.rows("SELECT id FROM flags")
    assert flags == [(1,)]
    digests = await house.rows("SELECT id, therapist_id FROM digests ORDER BY id")
    assert [row[0] for row in digests] == [1, 2]
    ((asked, turn),) = await house.rows("SELECT id, turn_no FROM check_ins WHERE status = 'open'")
    before = await house.everything(without=PASSING)
    for data in (f"a:{asked}:{turn}:3", f"s:{asked}:{turn}", f"r:{asked}"):
        assert STALE & set(await house.forge(carl, data)), data
    for data in ("a:1:0:3", "a:2:0:3", "s:2:0", "b:2:0", "r:2", "c:1:202611", "d:1", "x:1", "y:1"):
        assert STALE & set(await house.forge(carl, data)), data
    theirs = (await house.rows("SELECT id FROM digests WHERE therapist_id = 1"))[0][0]
    for data in (
        f"z:{theirs}",
        f"g:{theirs}",
        f"f:1:{theirs}",
        "f:1:0",
        f"ka:1:{theirs}:will_raise",
        "ka:1:0:will_raise",
        f"v:1:{theirs}",
        "v:1:0",
        "t:1",
        "u:1",
        "la:1:en",
        "z:0",
    ):
        assert STALE & set(await house.forge(kern, data)), data
    assert await house.everything(without=PASSING) == before


@pytest.mark.promise("P5d")
async def test_therapists_cannot_use_clients_buttons_nor_clients_therapists(house: House) -> None:
    weber, _, ana, _ = await crowd(house)
    before = await house.everything(without=PASSING)
    for data in ("a:2:0:3", "c:1:202611", "x:1", "n:1:0"):
        assert STALE & set(await house.forge(weber, data)), data
    for data in ("t:1", "u:1", "ka:1:1:will_raise", "z:1", "f:1:1", "la:1:en"):
        assert STALE & set(await house.forge(ana, data)), data
    assert await house.everything(without=PASSING) == before


async def test_garbage_behind_buttons_changes_nothing(house: House) -> None:
    """Thousands of payloads, from noise to nearly right, for a client and a therapist."""
    _, kern, _, carl = await crowd(house)
    before = await house.everything(without=PASSING)
    rng = random.Random(7)
    for number in range(100):
        person = carl if number % 2 else kern
        person.tap_data(person.newest, payload(rng, is_client=number % 2 == 1))
    await house.settle()
    assert await house.everything(without=PASSING) == before
    assert await house.rows("SELECT count(*) FROM inbox WHERE state != 'done'") == [(0,)]
    # many more without the way over HTTP
    known = [await house.stored(carl), await house.stored(kern)]

    def tap_all(tx: Tx) -> None:
        for number in range(4000):
            work = Work(tx, house.app.practice, house.clock.now(), f"fuzz{number}")
            is_client = number % 2 == 0
            tapped = Pressed(press(payload(rng, is_client=is_client)), "query", 1)
            act(work, known[0 if is_client else 1], tapped, update_id=number)

    await house.app.store.write(tap_all)
    assert await house.everything(without=PASSING) == before


def payload(rng: random.Random, *, is_client: bool) -> str:
    """Something that the bot never wrote under a message of this person."""
    kind = rng.randrange(4)
    if kind == 0:
        return "".join(rng.choices(string.printable, k=rng.randrange(1, 64)))
    if kind == 1:
        return rng.choice(["a:٣:0:1", "a:-1:0:1", "a:1e3:0:0", "z:" + "9" * 40, ":::", "a", "é:1"])
    # what a person may do about themselves is no forgery: begin a check-in, choose a time, stop
    mine = ("begin", "stop", "keep", "own_") if is_client else THEIR_OWN
    forms = [form for name, form in FORMS.items() if not name.startswith(mine)]
    form = rng.choice(forms)
    count = rng.randrange(5) if kind == 2 else len(form.numbers)
    own = 2 if is_client else 0
    numbers = [n for n in (0, 1, 3, 4, 7, 99, 10**9, 10**18 - 1) if n != own]
    words = [rng.choice(["de", "will_raise", "nonsense"])] if form.has_word else []
    return ":".join([form.code, *(str(rng.choice(numbers)) for _ in range(count)), *words])


async def test_a_row_that_is_done_is_never_handled_again(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/checkin")
    client.say("7")
    await house.app.receiver.tick()
    now = house.clock.now()
    (row,) = await house.app.store.read(lambda tx: inbox.list_new(tx, now=now, limit=9))
    await house.app.handler.tick()
    before = await house.everything()

    def again(tx: Tx) -> str | None:
        work = Work(tx, house.app.practice, now, "again")
        return handle(work, row, Received(Said("3"), client.chat_id))

    with pytest.raises(StaleState):
        await house.app.store.write(again)
    assert await house.everything() == before


@pytest.mark.promise("P1d")
async def test_an_update_that_nobody_can_parse_holds_up_nobody(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    house.sandbox.send_raw({"callback_query": {}})
    house.sandbox.send_raw({"message": {"chat": {"id": client.chat_id, "type": "private"}}})
    (said,) = [t for t in await house.say(client, "/help") if t.startswith("This bot asks")]
    assert said
