"""The author's page in a real browser: a flow is tried by mouse and by keyboard while its file is
edited on disk; narrow, dark, and nothing that keeps people out.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect

from bot.cli.authoring.phone.trying_page import open_page
from tests.bot.cli.phone_window import EVENING, desk_of, edit, remove, save
from tests.support.browser import Visitor, looking

pytestmark = pytest.mark.asyncio(loop_scope="session")

NO_CLIPBOARD = ["geolocation"]
"""What a browser may do that is asked for no more: the rest is refused."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A flow file in a folder of its own."""
    file = tmp_path / "flows" / "evening.toml"
    file.parent.mkdir()
    save(file, EVENING)
    return file


@asynccontextmanager
async def tried(browser: Browser, place: Path, **window: object) -> AsyncIterator[Visitor]:
    """A window on the page of these flows."""
    async with (
        open_page(desk_of(place)) as (url, _),
        looking(browser, url, **window) as visitor,  # type: ignore[arg-type]
    ):
        yield visitor


def part(visitor: Visitor, name: str) -> Locator:
    """The part of the page with this name."""
    return visitor.page.get_by_role("region", name=name, exact=True)


async def test_a_flow_is_edited_while_it_is_tried(browser: Browser, file: Path) -> None:
    async with tried(browser, file) as visitor:
        standing = visitor.page.locator("#standing")
        await visitor.tap("Bad")
        await visitor.sees("What is it?")
        edit(file, ("What is it?", "What was the matter?"))
        await visitor.sees("What was the matter?")
        await visitor.phone().locator("textarea").fill("It rai")
        edit(file, ('kind = "text"', 'kind = "txt"'))
        await expect(standing).to_have_text(re.compile(r"The file has 1 error\. The phone shows"))
        problems = part(visitor, "Problems")
        await expect(problems).to_contain_text("1 problem")
        await expect(problems).to_contain_text("Line 23, column 8 · F013")
        await visitor.sees("What was the matter?")
        assert await visitor.phone().locator("textarea").input_value() == "It rai"
        save(file, EVENING)
        await expect(standing).to_have_text("")
        await expect(problems).to_contain_text("No problems.")
        await visitor.say("It rained.")
        await visitor.sees("How many hours?")
        edit(file, ('id = "bad", en = "Bad"', 'id = "so", en = "So"'), ('["bad"]', '["so"]'))
        await expect(standing).to_contain_text("Tapping “Bad” no longer fits")
        await visitor.sees("How is it?")
        remove(file)
        await expect(standing).to_contain_text("The file is gone.")
        save(file, EVENING)
        await visitor.sees("How many hours?")


async def test_all_that_stands_beside_the_phone(browser: Browser, file: Path) -> None:
    async with tried(browser, file) as visitor:
        await visitor.tap("Good")
        await visitor.sees("How many hours?")
        await expect(part(visitor, "What was stored")).to_contain_text("good")
        branch = part(visitor, "Which way, and why")
        await expect(branch).to_contain_text("`why` is left out: it comes only if mood is “Bad”.")
        outline = part(visitor, "The way through the flow")
        await expect(outline.locator("li")).to_have_text(
            [
                re.compile("mood.*passed"),
                re.compile("why.*not on this way"),
                re.compile("sleep.*here"),
            ]
        )
        await visitor.page.get_by_label("Language").select_option("German with Sie")
        await visitor.sees("Wie viele Stunden?")
        await visitor.page.get_by_label("How long").fill("19h")
        await visitor.press("Begin again")
        await visitor.sees("Wie ist es?")
        await visitor.press("Let it go by")
        await visitor.sees("Eine Erinnerung")
        await expect(visitor.page.locator(".is-note")).to_contain_text(
            "19h go by, until Thu 26 Nov"
        )
        await expect(part(visitor, "The clock of the practice")).to_contain_text("13:00")


async def test_a_conversation_is_kept_as_a_story(browser: Browser, file: Path) -> None:
    async with tried(browser, file, permissions=NO_CLIPBOARD) as visitor:
        await visitor.tap("Bad")
        await visitor.sees("What is it?")
        name = visitor.page.get_by_label("Name of the story")
        await expect(name).to_have_value("evening")
        await name.fill("../away")
        await visitor.press("Keep")
        await expect(visitor.page.locator("#notice")).to_contain_text("small letters")
        await name.fill("rain")
        await visitor.press("Keep")
        keep = part(visitor, "Keep as a story")
        await expect(keep).to_contain_text("stories/rain.toml. To play it again:")
        await expect(visitor.page.locator("#notice")).to_be_hidden()  # the name is all right now
        await visitor.press("Copy the command")
        await expect(keep).to_contain_text("The command is selected")
        selected = await visitor.page.evaluate("getSelection().toString()")
        assert selected == await keep.locator("code").inner_text()
        await visitor.page.context.grant_permissions(["clipboard-write"])
        await visitor.press("Copy the command")
        await expect(keep).to_contain_text("Copied.")
        await visitor.press("Keep")
        await expect(visitor.page.locator("#notice")).to_contain_text("stays as it is")


async def test_a_folder_is_a_list(browser: Browser, file: Path) -> None:
    other = EVENING.replace('"evening"', '"morning"').replace("The evening", "The morning")
    save(file.with_name("morning.toml"), other.replace("mon", "tue").replace("How is it", "Up"))
    async with tried(browser, file.parent) as visitor:
        flows = visitor.page.get_by_role("group", name="Flows")
        await expect(flows.get_by_role("button")).to_have_text(["The evening", "The morning"])
        await visitor.press("The morning")
        await visitor.sees("Up?")
        await expect(flows.locator("[aria-pressed=true]")).to_have_text("The morning")
        edit(file, ('kind = "text"', 'kind = "txt"'))
        await expect(flows.get_by_role("button").first).to_have_text("The evening1 problem")
        remove(file)
        await expect(visitor.page.locator("#flows")).to_be_hidden()
        await visitor.sees("Up?")
        remove(file.with_name("morning.toml"))
        save(file, EVENING)
        await expect(visitor.page.locator("#standing")).to_contain_text("The file is gone.")
        await visitor.press("The evening")
        await visitor.sees("How is it?")
        await expect(visitor.page.locator("#flows")).to_be_hidden()


async def test_by_keyboard_alone(browser: Browser, file: Path) -> None:
    """The chat is one stop of the Tab key before its buttons; an answer keeps the place in it."""
    async with tried(browser, file) as visitor:
        keyboard = visitor.page.keyboard
        await visitor.page.get_by_role("button", name="Good").focus()
        await keyboard.press("Tab")
        await keyboard.press("Enter")
        await visitor.sees("What is it?")
        await visitor.phone().locator("textarea").focus()
        await keyboard.type("It rained.")
        await keyboard.press("Enter")
        await visitor.sees("How many hours?")
        await visitor.page.get_by_label("How long").focus()
        await keyboard.press("Enter")
        await expect(visitor.page.locator(".is-note")).to_contain_text("6h go by")
        outline = visitor.page.locator("#outline")
        await outline.focus()
        await expect(outline).to_be_focused()


async def test_two_windows_and_a_reload_see_the_same(browser: Browser, file: Path) -> None:
    async with (
        open_page(desk_of(file)) as (url, _),
        looking(browser, url) as one,
        looking(browser, url) as two,
    ):
        await one.tap("Bad")
        await two.sees("What is it?")
        await two.say("It rained.")
        await one.sees("How many hours?")
        await one.page.reload()
        await one.sees("How many hours?")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "dark")])
async def test_nothing_keeps_people_out(
    browser: Browser, file: Path, width: int, scheme: str
) -> None:
    edit(file, ('expires.unstarted = "48h"', 'expires.unstarted = "6h"'))
    save(file.with_name("half.toml"), 'language = 1\nid = "half"\n')
    async with tried(browser, file.parent, width=width, color_scheme=scheme) as visitor:
        await visitor.tap("Bad")
        await visitor.sees("What is it?")
        await visitor.press("Let it go by")
        await expect(visitor.page.locator(".is-note").first).to_be_visible()
        await visitor.press("Keep")
        await expect(part(visitor, "Keep as a story")).to_contain_text("To play it again")
        assert await visitor.barriers() == []
        wide = await visitor.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        await visitor.keep_picture(f"try_{width}_{scheme}")
