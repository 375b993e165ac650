"""The demo as somebody meets it who has heard of Interlude: the real practice, in a real browser.

One visit, one test: each step goes on from the one before. It leaves a picture of each stop of the
tour.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from bot.demo.on_show import ON_STAGE, on_show
from flows.languages import BASE
from tests.support.browser import PICTURES, Visitor, looking

pytestmark = pytest.mark.asyncio(loop_scope="session")

CLIENTS = tuple(
    habit for name in ("Eva", "Grete", "Anna") for habit in ON_STAGE if habit.name == name
)
MARKUP = "<b>Slept</b> & walked <img src=x>"
STOPS = {
    1: ("left", "How comfortable did you feel with Dr. Weber?"),
    2: ("left", "I felt a bit brushed aside."),
    3: ("right", "When I talked about my father"),
    4: ("right", "E.F.: you will raise it"),
    5: ("left", "Dr. Weber has read what the weekly summary"),
}
AT_LENGTH = 120_000
"""Milliseconds for the clock to get somewhere, on a machine that has other things to do."""
MOST_ANSWERS = 25
NO_ANSWERS = ("Skip", "Later", "‹ Back", "Add to my last answer")
"""Buttons under a question that do not answer it."""


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, tmp_path: Path) -> AsyncIterator[Visitor]:
    """A window on a demo of two weeks with three clients, after its first morning."""
    async with (
        on_show(tmp_path, weeks=2, seed=7, language=BASE, clients=CLIENTS) as address,
        looking(browser, address, width=1440, height=900) as found,
    ):
        await arrived(found)
        yield found


async def arrived(visitor: Visitor) -> None:
    """The clock stands still again."""
    body = visitor.page.locator("body")
    await expect(body).not_to_have_class(re.compile("is-moving"), timeout=AT_LENGTH)


async def turn(visitor: Visitor, label: str) -> None:
    """Turn the clock, until it stands still again and shows another time."""
    clock = visitor.page.locator("#time .now")
    before = await clock.inner_text()
    await visitor.press(label)
    await expect(clock).not_to_have_text(before, timeout=AT_LENGTH)
    await arrived(visitor)


async def keep_pictures(visitor: Visitor, name: str) -> None:
    """Pictures of what is seen: wide and light, and on a narrow dark screen."""
    await visitor.keep_picture(name)
    await visitor.page.emulate_media(color_scheme="dark")
    await visitor.page.set_viewport_size({"width": 360, "height": 780})
    await visitor.keep_picture(f"{name}-narrow-dark")
    await visitor.page.emulate_media(color_scheme="light")
    await visitor.page.set_viewport_size({"width": 1440, "height": 900})


async def take_the_tour(visitor: Visitor) -> None:
    """One story in five stops, each pointed at and kept as a picture."""
    page = visitor.page
    for number, (side, words) in STOPS.items():
        await visitor.press("Begin the tour" if number == 1 else "Next stop")
        await expect(page.get_by_text(f"Stop {number} of 5")).to_be_visible(timeout=AT_LENGTH)
        await arrived(visitor)
        await expect(page.locator(f"#{side} .is-pointed")).to_contain_text(words)
        await expect(page.locator(".is-pointed")).to_be_in_viewport()
        await expect(page.locator(".tour h2")).to_be_focused()
        await keep_pictures(visitor, f"tour-{number}")
    assert len(list(PICTURES.glob("tour-?.png"))) == len(STOPS)
    for lane in ("Check-in", "Strain", "Digest", "Digest read"):
        marks = page.get_by_role("toolbar", name=lane, exact=True).get_by_role("button")
        await expect(marks.first).to_be_visible()
    await page.get_by_role("toolbar", name="Strain").get_by_role("button").first.click()
    await expect(page.locator(".is-pointed")).to_have_count(1)
    await visitor.press("Leave the tour")
    await expect(page.get_by_role("button", name="Begin the tour")).to_be_visible()


def newest_keys(visitor: Visitor) -> Locator:
    """The buttons of the newest message of the client."""
    return visitor.bubbles().last.locator("button.key")


async def answer_with_the_mouse(visitor: Visitor) -> None:
    """A whole check-in as the visitor, with markup among the words."""
    page = visitor.page
    await visitor.choose("Anna (A.B.)")
    await page.locator("#left").get_by_role("switch", name="Simulated").click()
    await expect(page.locator("#client option:checked")).to_contain_text("you")
    for _ in range(MOST_ANSWERS):
        if await newest_keys(visitor).filter(has_text="Later").count():
            break
        await turn(visitor, "Next message")
    await answer(visitor, by_mouse)
    await visitor.sees("Thank you for")
    assert await page.locator("article", has_text=MARKUP).count() >= 1
    await expect(visitor.phone().locator(".words b, .words img")).to_have_count(0)


async def answer_with_the_keyboard(visitor: Visitor) -> None:
    """Another one, without a mouse."""
    page = visitor.page
    await page.locator("#left textarea").focus()
    await page.keyboard.type("/checkin")
    await page.keyboard.press("Enter")
    await expect(visitor.bubbles().last).not_to_contain_text("Thank you for")
    await answer(visitor, by_keyboard)
    await visitor.sees("Thank you for")


async def answer(visitor: Visitor, tap: Callable[[Visitor, str], Awaitable[None]]) -> None:
    """Answer question after question, with the first answer or with words, to the end; the page
    is loaded anew in the middle.
    """
    asked = visitor.phone().locator("article:last-child.is-bot:has(button.key)")
    for place in range(MOST_ANSWERS):
        await expect(asked).to_be_visible()
        told = await asked.inner_text()
        if "Thank you for" in told:
            return
        before = await visitor.bubbles().count()
        labels = await newest_keys(visitor).all_inner_texts()
        first = next((label for label in labels if label not in NO_ANSWERS), "")
        await (tap(visitor, first) if first else visitor.say(MARKUP))
        await expect(visitor.bubbles()).not_to_have_count(before)
        if place == 1:
            await visitor.page.reload()


async def by_mouse(visitor: Visitor, label: str) -> None:
    """Tap it."""
    await newest_keys(visitor).get_by_text(label, exact=True).click()


async def by_keyboard(visitor: Visitor, label: str) -> None:
    """Go to it with the tab key, and press Enter."""
    await visitor.bubbles().last.focus()
    for _ in range(20):
        await visitor.page.keyboard.press("Tab")
        if await visitor.page.locator(":focus").inner_text() == label:
            break
    await visitor.page.keyboard.press("Enter")


async def look_behind_the_glass(visitor: Visitor) -> None:
    """What lies there is ciphertext."""
    page = visitor.page
    await visitor.press("Behind the glass")
    mine = visitor.bubbles().filter(has_text=MARKUP).first
    await mine.get_by_role("button", name="Behind this message").click()
    glass = page.get_by_role("complementary", name="Behind the glass")
    await expect(glass.locator("code").first).to_be_visible()
    await expect(glass).not_to_contain_text("walked")
    await visitor.press("The client's next 14 days")
    await expect(glass.get_by_text("The week so far").first).to_be_visible()
    await visitor.keep_picture("behind-the-glass")
    await visitor.press("Behind the glass")


async def look_through_a_second_window(browser: Browser, visitor: Visitor) -> None:
    """It shows the same, narrow and dark, and keeps nobody out."""
    second = looking(browser, visitor.own, width=360, height=780, color_scheme="dark")
    async with second as other:
        await other.choose("Anna (A.B.) · you")
        await visitor.say("Both of us see this.")
        for each in (visitor, other):
            await expect(each.bubbles().filter(has_text="Both of us see this.")).to_have_count(1)
            await arrived(each)
            assert await each.barriers() == []
        clock = "#time .now"
        await turn(visitor, "Next day")
        await expect(other.page.locator(clock)).to_contain_text("08:00")
        assert await other.page.inner_text(clock) == await visitor.page.inner_text(clock)


async def type_while_the_clock_plays(visitor: Visitor) -> None:
    """The words stay."""
    words = visitor.phone().locator("textarea")
    await words.focus()
    clock = visitor.page.locator("#time .now")
    before = await clock.inner_text()
    await visitor.press("Play")
    await words.type("typed while ")
    await expect(clock).not_to_have_text(before)
    await words.type("time goes by")
    await visitor.press("Pause")
    await arrived(visitor)
    await expect(words).to_have_value("typed while time goes by")
    await words.press("Enter")
    said = visitor.bubbles().filter(has_text="typed while time goes by")
    await expect(said.first).to_be_visible()


async def test_a_first_visit(browser: Browser, visitor: Visitor) -> None:
    await take_the_tour(visitor)
    await answer_with_the_mouse(visitor)
    await answer_with_the_keyboard(visitor)
    await look_behind_the_glass(visitor)
    await look_through_a_second_window(browser, visitor)
    await type_while_the_clock_plays(visitor)
