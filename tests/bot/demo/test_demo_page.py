"""The demo's page over real HTTP: one small practice, in which each step goes on from the one
before, as a visitor does.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.demo.on_show import ON_STAGE, on_show
from flows.languages import BASE
from tests.support.onlooker import Onlooker, is_still, labels, looking_on, text_of

EVA, GRETE, ANNA = 1001, 1002, 1003
THERAPIST = 9001
CLIENTS = tuple(
    habit for name in ("Eva", "Grete", "Anna") for habit in ON_STAGE if habit.name == name
)
CIPHERTEXT = re.compile(r"([0-9a-f]{8} ){6}… \(\d+ bytes\)")
STRAIN = "When I talked about my father you asked about work. I felt a bit brushed aside."


@pytest_asyncio.fixture
async def windows(tmp_path: Path) -> AsyncIterator[list[Onlooker]]:
    """Two windows on one demo of two weeks, after its first morning."""
    async with AsyncExitStack() as stack:
        shown = on_show(tmp_path, weeks=2, seed=7, language=BASE, clients=CLIENTS)
        address = await stack.enter_async_context(shown)
        found = [await stack.enter_async_context(looking_on(address)) for _ in range(2)]
        for window in found:
            still = lambda each=window: is_still(each.picture)  # noqa: E731
            await window.until(still, "the end of the first morning")
        yield found


def said_in(window: Onlooker, chat: int, text: str) -> Any:
    """The message with this text in it; None before there is one."""
    return next((each for each in window.messages(chat) if text in text_of(each)), None)


def written_in(window: Onlooker, chat: int) -> int:
    """The number of the newest message of the bot in a chat."""
    return max(m["id"] for m in window.messages(chat) if m["from"] == "bot")


def ends_in(window: Onlooker, chat: int) -> int:
    """The number of check-ins that were gone through to their end in a chat."""
    return sum("Thank you for taking a moment" in text_of(m) for m in window.messages(chat))


async def the_first_morning_brings_everyone_in(window: Onlooker) -> None:
    assert [each["name"] for each in window.picture["people"]] == [
        *("Dr. Weber", "Eva", "Grete", "Anna"),
    ]
    assert all(each["simulated"] for each in window.picture["people"])
    assert [each["tongue"] for each in window.picture["people"]] == [None, None, "Deutsch", None]
    assert "Welcome. Dr. Weber invites you" not in text_of(window.newest(ANNA))
    assert said_in(window, GRETE, "Danke")
    assert {each["command"] for each in window.chat(EVA)["commands"]} >= {"mydata", "crisis"}
    assert {each["command"] for each in window.chat(THERAPIST)["commands"]} >= {"invite"}
    media = next(each["media"] for each in window.messages(THERAPIST) if each["media"])
    picture = await window.client.get(media["url"])
    assert (picture.headers["content-type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert (await window.client.get("/media/file-999")).status_code == 404
    assert window.picture["texts"]["tour.1.title"] == "A check-in"


async def the_tour_tells_one_story_and_can_be_gone_back_in(window: Onlooker) -> None:
    shown = {
        1: (EVA, "How comfortable did you feel with Dr. Weber?"),
        2: (EVA, STRAIN),
        3: (THERAPIST, "Your week 41, up to Sunday 11 October"),
        4: (THERAPIST, "You noted that you will raise it"),
        5: (EVA, "Dr. Weber has read what the weekly summary"),
    }
    for stop, (chat, text) in shown.items():
        await window.go("tour", stop=stop)
        tour = window.picture["tour"]
        assert (tour["stop"], tour["of"], tour["left"], tour["right"]) == (stop, 5, EVA, THERAPIST)
        assert tour["can_go_on"] is (stop < 5)
        assert tour["point"]["chat"] == chat
        message = next(m for m in window.messages(chat) if m["id"] == tour["point"]["id"])
        if stop != 4:
            assert text in text_of(message), stop
        if stop == 1:
            assert "7" in labels(message), "it waits for an answer, which a visitor may give"
    now = window.picture["now"]
    assert await window.do("simulate", chat=EVA, on=False) is None
    await window.go("tour", stop=2)
    assert window.person(EVA)["simulated"], "the tour is told by those who live it"
    assert window.picture["now"] == now, "what has happened is there without travelling"
    assert window.picture["tour"]["point"]["chat"] == EVA
    assert await window.do("tour", stop=0) is None
    await window.until(lambda: window.picture["tour"] is None, "the tour to be left")
    assert await window.do("tour", stop=6) is not None


async def the_bar_of_the_weeks_comes_from_what_is_stored(window: Onlooker) -> None:
    marks = [(each["kind"], each["chat"]) for each in window.picture["marks"]]
    assert marks.count(("strain", EVA)) == 1
    assert ("check_in", ANNA) in marks and ("strain", ANNA) not in marks
    assert ("digest", THERAPIST) in marks and ("read", THERAPIST) in marks
    strain = next(each for each in window.picture["marks"] if each["kind"] == "strain")
    shown = next(m for m in window.messages(EVA) if m["id"] == strain["message"]["id"])
    assert text_of(shown) == STRAIN
    assert not any(STRAIN[:20] in each["label"] for each in window.picture["marks"])


async def behind_the_glass_is_ciphertext_and_the_rule(window: Onlooker) -> None:
    words = said_in(window, EVA, STRAIN)
    glass = await window.ask("glass", chat=EVA, message=words["id"])
    assert [(each["table"], each["column"]) for each in glass["stored"]] == [
        ("answers", "value_sealed"),
        ("check_ins", "state_sealed"),
        ("reasons", "evidence_sealed"),
    ]
    assert all(CIPHERTEXT.fullmatch(each["ciphertext"]) for each in glass["stored"])
    assert "father" not in json.dumps(glass)
    assert any("said_so" in rule for rule in glass["rule"])
    question = said_in(window, EVA, "How comfortable did you feel")
    asked = await window.ask("glass", chat=EVA, message=question["id"])
    assert any("after a therapy session" in rule for rule in asked["rule"])
    assert [each["state"] for each in asked["outbox"]][1] == "sent"
    assert any("was sent at 16:50" in why for why in asked["why"])
    draft, digest = [m for m in window.messages(THERAPIST) if STRAIN[:30] in text_of(m)]
    ahead = await window.ask("glass", chat=THERAPIST, message=draft["id"])
    assert ahead["stored"] == [], "a look ahead is kept nowhere"
    frozen = await window.ask("glass", chat=THERAPIST, message=digest["id"])
    assert frozen["stored"][0]["table"] == "digest_sections"
    assert any(rule.startswith("E.F.: ") for rule in frozen["rule"])
    assert "father" not in json.dumps(frozen)
    days = await window.ask("days", chat=str(EVA))
    assert any("The week so far" in line for line in days["lines"])
    assert days["lines"][0].startswith("E.F., the next 14 days"), "as the page calls them"
    for chat, number in ((EVA, 9999), (EVA, "9" * 5000), (EVA, "x"), (None, None), ("4711", "1")):
        assert await window.do("glass", chat=chat, message=number) is not None
    assert await window.do("days", chat=THERAPIST) is not None


async def a_check_in_is_tapped_and_typed_by_whoever_looks_on(
    windows: list[Onlooker],
) -> None:
    window, other = windows
    await window.do("show", chat=ANNA)
    await window.go("travel", to="next")
    while "0" not in labels(window.newest(ANNA)):
        await window.go("travel", to="next")
    asked = window.newest(ANNA)
    assert await window.tap(ANNA, "7") is None
    assert not window.person(ANNA)["simulated"], "whoever taps is that person"
    assert any("You are Anna now" in each["text"] for each in window.all_of("notice"))
    await window.until(lambda: window.newest(ANNA)["id"] > asked["id"], "the next question")
    answered = next(m for m in window.messages(ANNA) if m["id"] == asked["id"])
    assert "✓ 7" in text_of(answered) and answered["keyboard"] is None
    for row in (0, -1):
        gone = await window.do("tap", chat=ANNA, message=asked["id"], row=row, column=0)
    assert gone == "This button is not there any more. The newest message has the ones that count."
    await other.until(
        lambda: other.messages(ANNA) == window.messages(ANNA), "both windows to show the same"
    )


async def what_is_typed_while_time_travels_is_not_lost_and_keeps_its_order(
    window: Onlooker,
) -> None:
    later = window.picture["now"]
    assert await window.do("travel", to="sunday") is None
    for text in ("First <b>this</b> & {that}.", "Then this."):
        assert await window.do("say", chat=ANNA, text=text) is None
    await window.until(lambda: said_in(window, ANNA, "Then this."), "the second text")
    mine = [text_of(m) for m in window.messages(ANNA) if m["from"] == "person"]
    assert mine[-2:] == ["First <b>this</b> & {that}.", "Then this."]
    first = said_in(window, ANNA, "First")
    assert first["parts"] == [{"text": "First <b>this</b> & {that}.", "styles": [], "href": None}]
    assert later <= first["at"], "at that moment of the clock"
    await window.until(lambda: is_still(window.picture), "the journey to stop")
    assert window.picture["now"][:10] == first["at"][:10], "the journey ended where they wrote"


async def what_nobody_has_looked_at_is_unread(window: Onlooker) -> None:
    async with looking_on(str(window.client.base_url)) as other:
        assert other.chat(GRETE)["unread"] > 0
        assert (other.chat(ANNA)["unread"], other.chat(THERAPIST)["unread"]) == (0, 0)
    assert await window.do("show", chat=GRETE) is None
    async with looking_on(str(window.client.base_url)) as other:
        assert other.chat(GRETE)["unread"] == 0
    assert await window.do("show", chat=ANNA) is None
    assert await window.do("show", chat=4711) is not None


async def a_reload_shows_what_the_events_had_shown(window: Onlooker) -> None:
    async with looking_on(str(window.client.base_url)) as reloaded:
        for chat in (EVA, GRETE, ANNA, THERAPIST):
            assert reloaded.messages(chat) == window.messages(chat)
        assert reloaded.picture["people"] == window.picture["people"]
        by_time = sorted(window.picture["marks"], key=lambda each: each["at"])
        assert reloaded.picture["marks"] == by_time


async def a_person_given_back_goes_on_with_the_open_question(window: Onlooker) -> None:
    await window.go("travel", to="day")
    assert await window.do("simulate", chat=ANNA, on=True) is None
    assert window.person(ANNA)["simulated"]
    ended = ends_in(window, ANNA)
    for _ in range(12):
        if ends_in(window, ANNA) > ended:
            break
        await window.go("travel", to="next")
    assert ends_in(window, ANNA) == ended + 1, "the check-in was gone through to its end"


async def who_is_played_does_nothing_alone(window: Onlooker) -> None:
    assert await window.do("simulate", chat=EVA, on=False) is None
    before = [m["id"] for m in window.messages(EVA) if m["from"] == "person"]
    await window.go("travel", to="sunday")
    assert [m["id"] for m in window.messages(EVA) if m["from"] == "person"] == before
    assert not any("✓" in text_of(m) and m["edited"] for m in window.messages(EVA)[-1:])
    assert await window.do("simulate", chat=EVA, on=True) is None


async def a_blocked_bot_is_silent_until_it_may_write_again(window: Onlooker) -> None:
    assert await window.do("block", chat=GRETE, on=True) is None
    await window.until(lambda: window.person(GRETE)["blocked"], "the block")
    refused = await window.do("say", chat=GRETE, text="Hallo?")
    assert refused == "The bot is blocked in this chat. Unblock it first to write or tap."
    assert await window.do("block", chat=GRETE, on=False) is None
    await window.until(lambda: not window.person(GRETE)["blocked"], "the end of the block")
    number = window.newest(GRETE)["id"]
    assert await window.do("say", chat=GRETE, text="/help") is None
    await window.until(lambda: window.newest(GRETE)["id"] > number + 1, "an answer")
    async with looking_on(str(window.client.base_url)) as other:
        assert other.chat(GRETE)["unread"] > 0, "only a chat that was opened is read"


async def a_sticker_is_taken_for_what_it_is(window: Onlooker) -> None:
    number = window.newest(GRETE)["id"]
    assert await window.do("sticker", chat=GRETE) is None
    await window.until(lambda: window.newest(GRETE)["id"] > number + 1, "an answer")
    sent = next(m for m in window.messages(GRETE) if m["id"] == number + 1)
    assert (sent["media"]["kind"], sent["media"]["url"]) == ("sticker", None)


async def whoever_is_invited_by_a_visitor_comes_in_and_is_theirs(
    windows: list[Onlooker],
) -> None:
    window, other = windows
    assert await window.do("say", chat=THERAPIST, text="/invite A.B.C.") is None
    await window.until(lambda: "English" in labels(window.newest(THERAPIST)), "the languages")
    assert await window.tap(THERAPIST, "English") is None
    for each in (window, other):
        await each.until(lambda here=each: "1004" in here.picture["chats"], "somebody new")
    assert (window.person(1004)["alias"], window.person(1004)["name"]) == ("A.B.C.", "You")
    assert not window.person(1004)["simulated"]
    await window.until(lambda: "Go on" in labels(window.newest(1004)), "a welcome")
    assert await window.tap(1004, "Go on") is None
    await window.until(lambda: "Who reads it" in text_of(window.newest(1004)), "the next step")
    assert await window.do("simulate", chat=1004, on=True) is not None
    assert not window.person(1004)["simulated"]
    assert await window.do("simulate", chat=THERAPIST, on=True) is None


async def time_goes_forward_only(window: Onlooker) -> None:
    now = window.picture["now"]
    refused = await window.do("travel", to="2026-10-05T08:00:00Z")
    assert refused is not None and refused.startswith("The clock goes forward only.")
    assert window.picture["now"] == now


async def it_plays_and_pauses_and_outlives_its_weeks(window: Onlooker) -> None:
    marks = len(window.picture["marks"])
    assert await window.do("play", speed=10_000) is None
    await window.until(lambda: len(window.picture["marks"]) > marks, "a mark on the bar")
    assert window.picture["playing"] == 10_000, "while it plays"
    await window.until(lambda: window.all_of("notice")[-1]["text"].startswith("The weeks"), "end")
    assert await window.do("pause") is None
    await window.until(lambda: is_still(window.picture), "the clock to stand")
    now = window.picture["now"]
    assert await window.do("say", chat=THERAPIST, text="/clients") is None
    number = window.newest(THERAPIST)["id"]
    await window.until(lambda: window.newest(THERAPIST)["id"] > number, "an answer")
    assert window.picture["now"][:13] == now[:13]
    assert window.all_of("problem") == []
    silences = {each["chat"] for each in window.picture["marks"] if each["kind"] == "silence"}
    assert silences == {EVA}, "left unanswered while somebody else had the phone"
    strains = [each for each in window.picture["marks"] if each["kind"] == "strain"]
    hers = [each["message"]["id"] for each in strains if each["chat"] == GRETE]
    assert len(hers) == len(set(hers)) == 2, "each time it was spoken of has its mark"


async def the_next_message_is_one_in_the_two_chats_of_the_window(window: Onlooker) -> None:
    assert await window.do("travel", to="next", chats=[GRETE, 4711]) is not None
    assert await window.do("show", chat=ANNA) is None
    for chat in (GRETE, EVA):
        before = written_in(window, chat)
        await window.go("travel", to="next", chats=[chat, chat])
        assert written_in(window, chat) > before, "whatever another window shows"
    opened = (ANNA, THERAPIST)
    earlier = [written_in(window, chat) for chat in opened]
    await window.go("travel", to="next")
    assert [written_in(window, chat) for chat in opened] != earlier, "those that were opened last"


async def nobody_else_gets_in(window: Onlooker) -> None:
    for headers in ({"Host": "rebound.example"}, {"Origin": "https://elsewhere.example"}):
        answer = await window.client.post("/do/pause", json={}, headers=headers)
        assert answer.status_code == 403
    assert await window.do("say", chat=4711, text="Hello") == "There is nobody with this chat."
    assert await window.do("say", chat=EVA, text=" ") is not None
    assert await window.do("tap", chat="EVA") is not None


async def test_a_visitor_plays_through_two_weeks(windows: list[Onlooker]) -> None:
    """One visit is one test: its steps may not be dealt out to several processes."""
    window = windows[0]
    await the_first_morning_brings_everyone_in(window)
    await the_tour_tells_one_story_and_can_be_gone_back_in(window)
    await the_bar_of_the_weeks_comes_from_what_is_stored(window)
    await behind_the_glass_is_ciphertext_and_the_rule(window)
    await a_check_in_is_tapped_and_typed_by_whoever_looks_on(windows)
    await what_is_typed_while_time_travels_is_not_lost_and_keeps_its_order(window)
    await what_nobody_has_looked_at_is_unread(window)
    await a_reload_shows_what_the_events_had_shown(window)
    await a_person_given_back_goes_on_with_the_open_question(window)
    await who_is_played_does_nothing_alone(window)
    await a_blocked_bot_is_silent_until_it_may_write_again(window)
    await a_sticker_is_taken_for_what_it_is(window)
    await whoever_is_invited_by_a_visitor_comes_in_and_is_theirs(windows)
    await time_goes_forward_only(window)
    await it_plays_and_pauses_and_outlives_its_weeks(window)
    await the_next_message_is_one_in_the_two_chats_of_the_window(window)
    await nobody_else_gets_in(window)
