"""The page of the demo in a real browser, with a made-up practice behind it: clock, weeks, tour,
glass, two windows, a lost connection, narrow, dark, and nothing that keeps people out.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from bot.page.one_page import ASSETS
from bot.texts import shipped
from flows.languages import BASE, Language, tongues
from tests.bot.page.invented import BEGINS, CLIENT, OTHER, THERAPIST, Invented, keys
from tests.support.browser import Visitor, looking

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIZES = [(360, 780), (1440, 900)]


def mark(kind: str, day: float, chat: str, message: Any = None) -> dict[str, Any]:
    """Something that happened on this day."""
    at = (BEGINS + timedelta(days=day)).isoformat()
    return {"at": at, "chat": chat, "kind": kind, "label": f"{kind} {day}", "message": message}


def stop(number: int, point: int | None = None) -> dict[str, Any]:
    """A stop of the tour, in the chats of the second client and of the therapist."""
    return {
        "stop": number,
        "of": 5,
        "title": f"Title {number}",
        "why": "Why it is so.",
        "left": OTHER,
        "right": THERAPIST,
        "point": None if point is None else {"chat": OTHER, "id": point},
        "can_go_on": True,
    }


async def test_the_clock_is_turned(browser: Browser, invented: Invented) -> None:
    async with looking(browser, invented.url) as visitor:
        clock = visitor.page.get_by_role("region", name="The clock of the practice")
        await expect(clock).to_contain_text("08:30")
        await expect(clock).to_contain_text("Thursday 15 October")
        for label in ("Next message", "Next day", "Next digest", "Play"):
            await visitor.press(label)
        await expect(visitor.page.locator("#play")).to_have_text("Play")
        later = (BEGINS + timedelta(days=20, hours=7)).isoformat()  # after the clocks went back
        invented.feed.send("now", {"now": later, "travelling": False, "playing": 60})
        await expect(clock).to_contain_text("Sunday 25 October")
        await expect(clock).to_contain_text("14:30")
        await visitor.page.get_by_label("How fast time goes by").select_option("6 hours a second")
        await visitor.press("Pause")
        invented.feed.send("now", {"now": later, "travelling": False, "playing": None})
        await expect(visitor.page.locator("#play")).to_have_text("Play")
        turned = [
            ("travel", {"to": to, "chats": [CLIENT, THERAPIST]}) for to in ("next", "day", "sunday")
        ]
        played = [("play", {"speed": 60}), ("play", {"speed": 360}), ("pause", {})]
        await invented.heard(*turned, *played)


async def test_the_weeks_lead_back_to_what_happened_and_forward(
    browser: Browser, invented: Invented
) -> None:
    for day in range(20):
        invented.message(CLIENT, f"Ana {day}\n\n", hours=24 * day)
        found = invented.message(OTHER, f"Carl {day}\n\n", hours=24 * day + 1)
        invented.message(THERAPIST, f"Weber {day}\n\n", hours=24 * day + 2)
    invented.more["marks"] = [
        mark("check_in", 1, CLIENT),
        mark("check_in", 2, OTHER),
        mark("strain", 3, OTHER, {"chat": OTHER, "id": found["id"] - 3 * 16}),
        mark("digest", 6, THERAPIST),
    ]
    async with looking(browser, invented.url) as visitor:
        page = visitor.page
        # of the check-ins those of the client who is shown; a strain is never out of sight
        await expect(
            page.get_by_role("toolbar", name="Check-in").get_by_role("button")
        ).to_have_count(1)
        await expect(
            page.get_by_role("toolbar", name="Silence").get_by_role("button")
        ).to_have_count(0)
        await page.get_by_role("button", name="strain 3").click()
        await expect(page.locator("#client")).to_have_value(OTHER)
        await expect(page.locator(".is-pointed")).to_contain_text("Carl 3")
        await expect(page.locator(".is-pointed")).to_be_in_viewport()
        await expect(visitor.bubbles("right").filter(has_text="Weber 3")).to_be_in_viewport()
        invented.feed.send("mark", mark("check_in", 5, OTHER))
        checks = page.get_by_role("toolbar", name="Check-in").get_by_role("button")
        await expect(checks).to_have_count(2)
        await checks.first.focus()
        await page.keyboard.press("ArrowRight")
        await expect(checks.last).to_be_focused()
        await page.get_by_role("button", name="Week 2, from 12 October").click()
        await expect(visitor.bubbles("right").filter(has_text="Weber 7")).to_be_in_viewport()
        assert invented.done == []
        await page.get_by_role("button", name="Week 4, from 26 October").click()
        await invented.heard(
            ("travel", {"to": "2026-10-26T06:30:00.000Z", "chats": [OTHER, THERAPIST]})
        )
        # the eight weeks are over: the bar grows, and what happens in it stays in sight
        later = (BEGINS + timedelta(weeks=9, days=1)).isoformat()
        invented.feed.send("now", {"now": later, "travelling": False, "playing": None})
        await expect(page.get_by_role("button", name="Week 10, from")).to_be_visible()
        await expect(page.get_by_role("button", name="Week 11, from")).to_have_count(0)
        invented.feed.send("mark", mark("check_in", 64, OTHER))
        await expect(checks).to_have_count(3)
        places = await checks.evaluate_all("all => all.map((one) => one.style.cssText)")
        assert [round(float(place[6:-2])) for place in places] == [3, 7, 91]


async def test_the_tour_goes_from_stop_to_stop_and_is_left(
    browser: Browser, invented: Invented
) -> None:
    for day in range(12):
        shown = invented.message(OTHER, f"Carl {day}\n\n\n", hours=24 * day)
    async with looking(browser, invented.url) as visitor:
        page = visitor.page
        await visitor.press("Begin the tour")
        invented.feed.send("tour", stop(1, shown["id"] - 6))
        await expect(page.get_by_role("heading", name="Title 1")).to_be_focused()
        await expect(page.get_by_text("Stop 1 of 5")).to_be_visible()
        await expect(page.locator("#client")).to_have_value(OTHER)
        await expect(page.locator(".is-pointed")).to_contain_text("Carl 5")
        await expect(page.locator(".is-pointed")).to_be_in_viewport()
        await expect(page.get_by_role("button", name="Back")).to_have_count(0)
        await visitor.press("Next stop")
        invented.feed.send("tour", stop(2))
        await visitor.press("Back")
        invented.feed.send("tour", stop(5))
        await expect(page.get_by_role("button", name="Next stop")).to_have_count(0)
        await visitor.press("Leave the tour")
        invented.feed.send("tour", None)
        await expect(page.get_by_role("button", name="Begin the tour")).to_be_visible()
        await invented.heard(*(("tour", {"stop": each}) for each in (1, 2, 1, 0)))


async def test_a_tour_of_another_window_takes_no_phone_from_who_is_writing(
    browser: Browser, invented: Invented
) -> None:
    shown = invented.message(OTHER, "Carl")
    async with looking(browser, invented.url, width=360) as visitor:
        words = visitor.phone().locator("textarea")
        await words.type("In the mid")
        invented.feed.send("tour", stop(1, shown["id"]))
        await expect(visitor.page.get_by_text("Stop 1 of 5")).to_be_visible()
        await visitor.page.keyboard.type("dle")
        await expect(words).to_have_value("In the middle")
        await expect(visitor.page.locator("#client")).to_have_value(CLIENT)
        await invented.greet_again()
        invented.feed.send("tour", {**stop(2), "point": {"chat": THERAPIST, "id": 1}})
        await expect(visitor.page.get_by_text("Stop 2 of 5")).to_be_visible()
        await expect(words).to_be_visible()
        await words.blur()
        invented.feed.send("tour", stop(3, shown["id"]))
        await expect(visitor.page.locator("#client")).to_have_value(OTHER)


async def test_behind_the_glass_is_closed_until_asked_for(
    browser: Browser, invented: Invented
) -> None:
    made = invented.message(CLIENT, "How was it?")
    invented.answers["glass"] = {
        "stored": [{"table": "answers", "column": "value", "ciphertext": "8f3a<b>"}],
        "rule": [],
        "outbox": [{"state": "sent", "kind": "once", "at": BEGINS.isoformat()}],
        "why": ["It was due."],
    }
    invented.answers["days"] = {"lines": ["Mon 19 Oct, 18:00  Weekly check-in"]}
    async with looking(browser, invented.url) as visitor:
        glass = visitor.page.get_by_role("complementary", name="Behind the glass")
        await expect(glass).to_be_hidden()
        await expect(visitor.phone().get_by_label("Behind this message")).to_be_hidden()
        await visitor.press("Behind the glass")
        await visitor.phone().get_by_label("Behind this message").click()
        for told in ("It was due.", "answers.value", "8f3a<b>", "No rule had a part", "sent once"):
            await expect(glass).to_contain_text(told)
        await visitor.press("The client's next 14 days")
        await expect(glass).to_contain_text("Weekly check-in")
        asked = {"chat": CLIENT, "message": made["id"]}
        await invented.heard(("glass", asked), ("days", {"chat": CLIENT}))
        later = (BEGINS + timedelta(days=12)).isoformat()
        invented.feed.send("now", {"now": later, "travelling": False, "playing": None})
        await expect(glass).not_to_contain_text("Weekly check-in")
        await visitor.press("Behind the glass")
        await expect(glass).to_be_hidden()


async def test_a_simulated_client_is_taken_over_and_given_back(
    browser: Browser, invented: Invented
) -> None:
    async with looking(browser, invented.url) as visitor:
        switch = visitor.page.locator("#left").get_by_role("switch", name="Simulated")
        await expect(switch).to_be_checked()
        await switch.click()
        invented.feed.send("person", {**invented.people[0], "simulated": False})
        await expect(switch).not_to_be_checked()
        await expect(visitor.page.locator("#client option").first).to_contain_text("you")
        await switch.click()
        wanted = [("simulate", {"chat": CLIENT, "on": on}) for on in (False, True)]
        await invented.heard(*wanted)


async def test_the_picker_says_who_is_written_to_in_another_language(
    browser: Browser, invented: Invented
) -> None:
    invented.people[0].update(simulated=False, tongue="Deutsch")
    invented.people[1].update(simulated=False, name=shipped().demo(BASE, "own_client"), tongue=None)
    async with looking(browser, invented.url) as visitor:
        names = visitor.page.locator("#client option")
        await expect(names).to_have_text(["Ana Beck (A.B.) · you · Deutsch", "You (C.D.)"])


async def test_what_comes_for_another_client_is_counted_until_it_is_seen(
    browser: Browser, invented: Invented
) -> None:
    invented.message(OTHER, "Read long ago")
    unread = invented.message(OTHER, "Not read", hours=1)
    invented.chats[OTHER]["unread"] = 1
    async with looking(browser, invented.url) as visitor:
        carl = visitor.page.locator("#client option").nth(1)
        await expect(carl).to_have_text("Carl Dorn (C.D.) · 1 new")
        invented.edit(OTHER, unread)
        invented.feed.send("message", {"chat": 1999, "message": unread})  # nobody is there yet
        invented.tell(OTHER, "One more", hours=2)
        await expect(carl).to_have_text("Carl Dorn (C.D.) · 2 new")
        await visitor.page.select_option("#client", OTHER)
        await expect(carl).to_have_text("Carl Dorn (C.D.)")
        line = visitor.phone().locator(".is-new + article")
        await expect(line).to_contain_text("Not read")


async def test_two_windows_show_the_same_and_a_reload_changes_nothing(
    browser: Browser, invented: Invented
) -> None:
    invented.message(OTHER, "Shall we?", keyboard=keys(["Yes"]))
    async with looking(browser, invented.url) as first, looking(browser, invented.url) as second:
        for visitor in (first, second):
            await visitor.page.select_option("#client", OTHER)
        invented.tell(OTHER, "Both see it")
        for visitor in (first, second):
            await visitor.sees("Both see it")
        before = await first.phone().locator(".log").inner_text()
        await first.page.reload()
        await first.sees("Both see it")
        await expect(first.page.locator("#client")).to_have_value(OTHER)
        assert await first.phone().locator(".log").inner_text() == before


async def test_a_lost_connection_is_said_and_mended_by_itself(browser: Browser) -> None:
    practice = Invented()
    practice.message(CLIENT, "Before")
    practice.chats[OTHER]["unread"] = 2
    async with AsyncExitStack() as window:
        async with practice.served() as url:
            visitor = await window.enter_async_context(looking(browser, url))
            await visitor.sees("Before")
        lost = visitor.page.get_by_role("alert").filter(
            has_text="The connection to Interlude is lost"
        )
        await expect(lost).to_be_visible()
        await visitor.say("half a sentence")
        await expect(visitor.phone().get_by_role("alert")).to_contain_text("did not get through")
        await expect(lost).to_contain_text("open the address that it prints")
        practice.again()
        practice.message(CLIENT, "Meanwhile")
        # the command was started again: its clock stands earlier, and nothing is unread yet
        practice.more["now"] = BEGINS.isoformat()
        practice.chats[OTHER]["unread"] = 0
        async with practice.served(port=urlsplit(url).port or 0):
            await visitor.sees("Meanwhile")
            carl = visitor.page.locator("#client option").nth(1)
            await expect(carl).to_have_text("Carl Dorn (C.D.)")
            await expect(lost).to_be_hidden()
            await visitor.phone().locator("textarea").press("Enter")
            await expect(visitor.phone().locator("textarea")).to_have_value("")
            await practice.heard(("say", {"chat": CLIENT, "text": "half a sentence"}))


@pytest.mark.parametrize("width", [width for width, _ in SIZES])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing(browser: Browser, width: int, theme: Any) -> None:
    practice = Invented()
    furnish(practice)
    async with (
        practice.served() as url,
        looking(browser, url, width=width, color_scheme=theme) as visitor,
    ):
        await visitor.press("Behind the glass")
        await visitor.phone().get_by_label("Behind this message").first.click()
        await expect(visitor.page.get_by_text("It was due.")).to_be_visible()
        practice.feed.send("tour", stop(2))
        await expect(visitor.page.get_by_text("Stop 2 of 5")).to_be_visible()
        assert await visitor.barriers() == []
        assert await overflow(visitor) == 0


async def overflow(visitor: Visitor) -> int:
    """The pixels by which the page is wider than its window."""
    width = "document.documentElement.scrollWidth - innerWidth"
    found: int = await visitor.page.evaluate(width)
    return max(found, 0)


def furnish(practice: Invented) -> None:
    """Something of everything."""
    practice.people[0]["language"] = "de_du"
    practice.message(CLIENT, "How comfortable did you feel?", keyboard=keys(["Yes", "No"]))
    practice.message(CLIENT, "x" * 400, **{"from": "person"})
    photo = {"kind": "photo", "name": "Weeks", "url": "/media/photo", "size": 9}
    practice.message(THERAPIST, "", media={**photo, "width": 320, "height": 180})
    practice.more["marks"] = [mark(kind, 2, CLIENT) for kind in ("check_in", "strain", "silence")]
    practice.answers["glass"] = {"stored": [], "rule": [], "outbox": [], "why": ["It was due."]}


@pytest.mark.parametrize("tongue", tongues(), ids=lambda tongue: tongue.code)
async def test_at_360_pixels_one_phone_is_shown_at_a_time(browser: Browser, tongue: Any) -> None:
    practice = Invented(Language(tongue.plain))
    furnish(practice)
    async with practice.served() as url, looking(browser, url, width=360, height=780) as visitor:
        page = visitor.page
        assert await overflow(visitor) == 0
        assert await page.locator("html").get_attribute("lang") == tongue.plain
        await expect(visitor.phone("left")).to_be_visible()
        await expect(visitor.phone("right")).to_be_hidden()
        await page.locator(".tabs button").last.click()
        await expect(visitor.phone("left")).to_be_hidden()
        await expect(visitor.phone("right")).to_be_visible()
        shown = {**stop(2), "left": CLIENT, "point": {"chat": CLIENT, "id": 101}}
        practice.feed.send("tour", shown)
        await expect(visitor.phone("left")).to_be_visible()


async def test_the_theme_follows_the_machine_until_one_is_chosen(
    browser: Browser, invented: Invented
) -> None:
    async with looking(browser, invented.url, color_scheme="dark") as visitor:
        root = visitor.page.locator("html")
        await expect(root).to_have_attribute("data-theme", "dark")
        await visitor.page.get_by_role("switch", name="Dark").click()
        await expect(root).to_have_attribute("data-theme", "light")
        await visitor.page.reload()
        await expect(root).to_have_attribute("data-theme", "light")


async def test_the_page_is_small() -> None:
    assert sum(path.stat().st_size for path in ASSETS.iterdir()) < 100_000
