"""A real browser for the tests of the pages: Chromium, driven by Playwright, one process a run.

A ``Visitor`` looks at one window and acts by what is written there, as people do. When a window
closes it has asked nobody but its own server for anything, and neither the page nor the browser has
complained. Where there is no browser these tests are left out, and say so; in CI they must run.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PICTURES = Path(__file__).parents[2] / "pictures"
PATIENCE = 20_000
"""Milliseconds for something to come into sight, on a machine that has other things to do."""
Side = Literal["left", "right"]
HEARD = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


def executable() -> str:
    """The browser of this machine; without one the test is left out, but in CI it fails."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("there is no browser here, and in CI the tests in a browser must run")
    if found is None:
        pytest.skip("there is no Chromium here; `make.py test` says how to install it")
    return found


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """The browser, alone on this machine: it asks its maker for nothing."""
    path = executable()
    arguments = ["--disable-background-networking", "--disable-component-update"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium has none for root
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        await browser.close()


@dataclass(slots=True)
class Visitor:
    """Somebody who looks at one window of a page."""

    page: Page
    own: str
    """The address of the page's server, without the slash at its end."""
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def phone(self, side: Side = "left") -> Locator:
        """The phone on this side."""
        return self.page.locator(f"#{side} .phone, #phone .phone").first

    def bubbles(self, side: Side = "left") -> Locator:
        """The messages of this phone, oldest first."""
        return self.phone(side).locator("article")

    async def choose(self, name: str) -> None:
        """The left phone is that of the client of this name."""
        option = self.page.locator("#client option", has_text=name)
        await self.page.select_option("#client", await option.get_attribute("value"))

    async def press(self, label: str) -> None:
        """Click the page's own button with this label."""
        await self.page.get_by_role("button", name=label, exact=True).click()

    async def tap(self, label: str, side: Side = "left") -> None:
        """Tap the lowest button of the phone's chat with this label."""
        await self.phone(side).locator(".keyboard").get_by_text(label, exact=True).last.click()

    async def say(self, text: str, side: Side = "left") -> None:
        """Type a message and send it."""
        field_of_words = self.phone(side).locator("textarea")
        await field_of_words.fill(text)
        await field_of_words.press("Enter")

    async def sees(self, text: str, side: Side = "left") -> None:
        """The newest message of this phone has this text in it, or comes to have it."""
        await expect(self.bubbles(side).last).to_contain_text(text)

    async def keep_picture(self, name: str) -> None:
        """A picture of the window as it is lies in ``pictures/``, for people to look at."""
        PICTURES.mkdir(exist_ok=True)
        await self.page.screenshot(path=PICTURES / f"{name}.png")

    async def barriers(self) -> list[str]:
        """The things that axe finds to keep people out, one line each."""
        found = await Axe().run(self.page)
        return [
            f"{each['id']}: {node['html'][:160]}"
            for each in found.response["violations"]
            for node in each["nodes"]
        ]

    def hears(self) -> None:
        """From now on requests elsewhere and complaints are written down."""
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self._said(said.type, said.text))

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob") and not url.startswith(f"{self.own}/"):
            self.elsewhere.append(url)

    def _said(self, kind: str, text: str) -> None:
        # the browser itself notes each answer 409 and each lost connection; the page shows them
        if kind in ("error", "warning") and not re.match(r"Failed to load resource: ", text):
            self.complaints.append(text)


@asynccontextmanager
async def looking(
    browser: Browser, url: str, *, width: int = 1280, height: int = 900, **context: Any
) -> AsyncIterator[Visitor]:
    """A window on ``url``; ``context`` are Playwright's options: ``color_scheme``, ``locale`` …"""
    room = await browser.new_context(viewport={"width": width, "height": height}, **context)
    room.set_default_timeout(PATIENCE)
    await room.add_init_script(HEARD)
    page = await room.new_page()
    visitor = Visitor(page, url.rstrip("/"))
    visitor.hears()
    await page.goto(url)
    await expect(page.locator("body")).not_to_have_attribute("aria-busy", "true")
    yield visitor
    await room.close()
    assert visitor.elsewhere == []
    assert visitor.complaints == []
