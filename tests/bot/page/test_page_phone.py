"""The phone as a visitor meets it, in a real browser: it shows what it is told, says what is done,
and loses no word and no place.
"""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.bot.page.invented import CLIENT, OTHER, THERAPIST, Invented, keys, part
from tests.support.browser import looking

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARKUP = "<b>bold?</b> <img src=x onerror=alert(1)> & \u202eaway"

HOLD_THE_FIRST = """() => {
  const real = fetch;
  const held = new Promise((done) => { globalThis.letGo = done; });
  globalThis.fetch = async () => {
    globalThis.fetch = real;
    await held;
    throw new TypeError("the connection is lost");
  };
}"""
"""The first thing that is done is lost on its way, once it is let go."""


async def test_a_question_is_answered_by_a_tap_and_by_words(
    browser: Browser, invented: Invented
) -> None:
    asked = invented.message(CLIENT, "Was it all right?", keyboard=keys(["Yes", "No"], ["Skip"]))
    async with looking(browser, invented.url) as visitor:
        await visitor.sees("Was it all right?")
        await visitor.tap("No")
        await visitor.say(MARKUP)
        await expect(visitor.phone().locator("textarea")).to_have_value("")
        tap = {"chat": CLIENT, "message": asked["id"], "row": 0, "column": 1}
        await invented.heard(("tap", tap), ("say", {"chat": CLIENT, "text": MARKUP}))
        invented.edit(CLIENT, asked, parts=[part("Was it all right?\n✓ No")], keyboard=None)
        await visitor.sees("✓ No")
        await visitor.sees("edited")
        await expect(visitor.bubbles()).to_have_count(1)
        await expect(visitor.phone().locator(".key")).to_have_count(0)


async def test_a_check_in_is_done_by_keyboard_alone(browser: Browser, invented: Invented) -> None:
    asked = invented.message(CLIENT, "How was it?", keyboard=keys(["0", "1", "2"]))
    async with looking(browser, invented.url) as visitor:
        page = visitor.page
        await visitor.phone().locator(".log").focus()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        tap = {"chat": CLIENT, "message": asked["id"], "row": 0, "column": 1}
        await invented.heard(("tap", tap))
        # the same question with a mark: whoever was at this button still is
        invented.edit(CLIENT, asked, keyboard=keys(["0", "1", "2"], ["Done"]))
        await visitor.sees("Done")
        await expect(page.locator(":focus")).to_have_text("1")
        invented.edit(CLIENT, asked, keyboard=None)
        await expect(page.locator("article:focus")).to_contain_text("How was it?")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator(".menu").first).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator(":focus")).to_have_attribute("aria-label", "Commands")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Good")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("really")
        await page.keyboard.press("Enter")
        said = {"chat": CLIENT, "text": "Good\nreally"}
        await invented.heard(("tap", tap), ("say", said))


async def test_words_of_a_person_are_never_markup(browser: Browser, invented: Invented) -> None:
    parts = [
        part(MARKUP, "bold", "spoiler"),
        part("run", href="javascript:alert(1)"),
        part("page", "italic", href="https://example.org/"),
    ]
    invented.people[0]["name"] = "<i>Ana</i>"
    keyboard = [[{"label": "<u>go</u>", "url": "javascript:alert(1)"}]]
    invented.message(CLIENT, "", parts=parts, keyboard=keyboard)
    async with looking(browser, invented.url) as visitor:
        await visitor.sees(MARKUP)
        bubble = visitor.bubbles().last
        await expect(bubble.locator("img, i, b, u")).to_have_count(0)
        await expect(bubble.locator("a")).to_have_text("page")
        await expect(bubble.locator("em")).to_have_text("page")
        await expect(visitor.page.locator("#client option").first).to_contain_text("<i>Ana</i>")
        await bubble.get_by_role("button", name="Hidden text").click()
        await expect(bubble.locator(".spoiler.is-open")).to_be_visible()


async def test_a_draft_stays_through_events_other_clients_and_a_reload(
    browser: Browser, invented: Invented
) -> None:
    invented.message(CLIENT, "Tell me more.")
    async with looking(browser, invented.url) as visitor:
        words = visitor.phone().locator("textarea")
        await words.fill("I was about to")
        invented.tell(CLIENT, "One more thing.")
        await visitor.sees("One more thing.")
        await visitor.page.select_option("#client", OTHER)
        await expect(words).to_have_value("")
        await words.fill("for Carl")
        await visitor.page.select_option("#client", CLIENT)
        await expect(words).to_have_value("I was about to")
        await visitor.page.reload()
        await expect(words).to_have_value("I was about to")
        await words.press("Enter")
        await expect(words).to_have_value("")
        await visitor.page.select_option("#client", OTHER)
        await expect(words).to_have_value("for Carl")
        await visitor.page.select_option("#client", CLIENT)
        await expect(words).to_have_value("")
        await invented.heard(("say", {"chat": CLIENT, "text": "I was about to"}))


async def test_what_cannot_be_done_is_said_and_the_words_stay(
    browser: Browser, invented: Invented
) -> None:
    invented.refusal = "The weeks are over."
    async with looking(browser, invented.url) as visitor:
        await visitor.say("Too late?")
        await expect(visitor.phone().get_by_role("alert")).to_have_text("The weeks are over.")
        await expect(visitor.phone().locator("textarea")).to_have_value("Too late?")
        await visitor.press("Next day")
        await expect(visitor.page.locator("#notice")).to_have_text("The weeks are over.")


async def test_who_reads_above_stays_there_and_is_told_of_what_is_new(
    browser: Browser, invented: Invented
) -> None:
    for day in range(30):
        invented.message(CLIENT, f"Question {day}\nand more", hours=24 * day)
    async with looking(browser, invented.url) as visitor:
        log = visitor.phone().locator(".log")
        await expect(visitor.bubbles().last).to_be_in_viewport()
        await log.evaluate("log => { log.scrollTop = 200 }")
        jump = visitor.phone().get_by_role("button", name="Go to the newest message")
        await expect(jump).to_be_visible()
        invented.tell(CLIENT, "A new one", hours=24 * 30)
        await expect(jump).to_have_accessible_name("Go to the newest message, 1 unread")
        assert await log.evaluate("log => log.scrollTop") == 200
        invented.message(CLIENT, "One more", hours=24 * 30)
        await invented.greet_again()
        await expect(visitor.bubbles()).to_have_count(32)
        assert await log.evaluate("log => log.scrollTop") == 200
        await jump.click()
        await expect(visitor.bubbles().last).to_be_in_viewport()
        await expect(jump).to_be_hidden()
        invented.tell(CLIENT, "And another", hours=24 * 30)
        await expect(visitor.bubbles().last).to_contain_text("And another")
        await expect(visitor.bubbles().last).to_be_in_viewport()


async def test_days_are_told_apart_in_the_practice_s_zone(
    browser: Browser, invented: Invented
) -> None:
    invented.message(CLIENT, "late", hours=15)  # 21:30 UTC, 23:30 in Berlin
    gone = invented.message(CLIENT, "after midnight", hours=16)
    async with looking(browser, invented.url, timezone_id="America/New_York") as visitor:
        days = visitor.phone().locator(".day")
        await expect(days).to_have_text(["Monday 5 October", "Tuesday 6 October"])
        await expect(visitor.bubbles().last.locator("time")).to_have_text("00:30")
        invented.chats[CLIENT]["messages"].remove(gone)
        invented.feed.send("gone", {"chat": CLIENT, "id": gone["id"]})
        await expect(visitor.bubbles()).to_have_count(1)
        await expect(days).to_have_text(["Monday 5 October"])
        invented.tell(CLIENT, "again", hours=16)
        await expect(days).to_have_text(["Monday 5 October", "Tuesday 6 October"])


async def test_a_picture_is_enlarged_and_a_document_can_be_opened(
    browser: Browser, invented: Invented
) -> None:
    photo = {"kind": "photo", "name": "Your weeks", "url": "/media/photo", "size": 9}
    invented.message(CLIENT, "Seven weeks", media={**photo, "width": 320, "height": 180})
    paper = {"kind": "document", "name": "digest.pdf", "url": "/media/paper", "size": 48_210}
    invented.message(THERAPIST, "", media={**paper, "width": 0, "height": 0})
    async with looking(browser, invented.url) as visitor:
        await visitor.phone().get_by_role("button", name="Show larger: Your weeks").click()
        large = visitor.page.get_by_role("dialog", name="Your weeks")
        await expect(large.get_by_role("img", name="Your weeks")).to_have_js_property(
            "naturalWidth", 320
        )
        await visitor.page.keyboard.press("Escape")
        await expect(large).to_have_count(0)
        link = visitor.phone("right").get_by_role("link", name="digest.pdf")
        await expect(link).to_have_attribute("href", "/media/paper")
        await expect(link).to_contain_text("48 kB")


async def test_toasts_commands_stickers_and_a_keyboard_of_its_own(
    browser: Browser, invented: Invented
) -> None:
    invented.chats[CLIENT]["reply_keyboard"] = [["Now", "Later"]]
    async with looking(browser, invented.url) as visitor:
        phone = visitor.phone()
        invented.feed.send("toast", {"chat": CLIENT, "text": "Noted.", "alert": False})
        await expect(phone.get_by_role("status")).to_have_text("Noted.")
        await phone.get_by_role("button", name="Later").click()
        await phone.get_by_role("button", name="Commands").click()
        await phone.get_by_role("button", name="/help").click()
        await phone.get_by_role("button", name="Send a sticker").click()
        said = [("say", {"chat": CLIENT, "text": text}) for text in ("Later", "/help")]
        await invented.heard(*said, ("sticker", {"chat": CLIENT}))
        invented.feed.send("toast", {"chat": CLIENT, "text": "Read this.", "alert": True})
        await phone.get_by_role("alertdialog").get_by_role("button", name="OK").click()
        await expect(phone.get_by_role("alertdialog")).to_have_count(0)


async def test_who_blocked_the_bot_lets_it_write_again(
    browser: Browser, invented: Invented
) -> None:
    async with looking(browser, invented.url) as visitor:
        phone = visitor.phone()
        await phone.get_by_role("button", name="Block the bot", exact=True).click()
        ana = {**invented.people[0], "blocked": True}
        invented.feed.send("person", ana)
        await expect(phone.locator("textarea")).to_be_hidden()
        await phone.get_by_role("button", name="Unblock the bot").click()
        wanted = [("block", {"chat": CLIENT, "on": on}) for on in (True, False)]
        await invented.heard(*wanted)
        invented.feed.send("person", {**ana, "blocked": False})
        await expect(phone.locator("textarea")).to_be_visible()


async def test_a_new_message_is_read_out_once_and_old_ones_are_not(
    browser: Browser, invented: Invented
) -> None:
    invented.message(CLIENT, "An old one")
    async with looking(browser, invented.url) as visitor:
        said = visitor.phone().locator("[aria-live=polite]")
        await expect(said).to_have_text("")
        invented.tell(CLIENT, "A new one")
        await expect(said).to_have_text("A new one")
        invented.tell(CLIENT, "my own", **{"from": "person"})
        await visitor.sees("my own")
        await expect(said).to_have_text("A new one")


async def test_what_could_not_be_said_is_told_in_its_own_chat(
    browser: Browser, invented: Invented
) -> None:
    async with looking(browser, invented.url) as visitor:
        trouble = visitor.phone().locator(".trouble")
        await visitor.page.evaluate(HOLD_THE_FIRST)
        await visitor.say("For Ana")
        await visitor.page.select_option("#client", OTHER)
        await visitor.page.evaluate("letGo()")
        await visitor.say("For Carl")
        await invented.heard(("say", {"chat": OTHER, "text": "For Carl"}))
        await expect(trouble).to_be_hidden()
        await visitor.page.select_option("#client", CLIENT)
        await expect(trouble).to_contain_text("did not get through")
        await expect(visitor.phone().locator("textarea")).to_have_value("For Ana")


async def test_what_is_done_in_a_burst_gets_there_in_its_order(
    browser: Browser, invented: Invented
) -> None:
    invented.message(CLIENT, "How was it?", keyboard=keys(["Good", "Hard"]))
    async with looking(browser, invented.url) as visitor:
        invented.answering.clear()
        await visitor.say("A word first")
        await expect(visitor.phone().locator("textarea")).to_have_attribute("aria-busy", "true")
        invented.refusal = "Not this one."  # whatever comes before the words is refused
        await visitor.tap("Good")
        await visitor.page.evaluate("fetch('/assets/icon.svg').then((answer) => answer.text())")
        invented.refusal = None
        invented.answering.set()
        await invented.heard(
            ("say", {"chat": CLIENT, "text": "A word first"}),
            ("tap", {"chat": CLIENT, "message": 101, "row": 0, "column": 0}),
        )


async def test_who_types_on_while_words_are_on_their_way_loses_no_letter(
    browser: Browser, invented: Invented
) -> None:
    async with looking(browser, invented.url) as visitor:
        words = visitor.phone().locator("textarea")
        keyboard = visitor.page.keyboard
        invented.answering.clear()
        await visitor.say("One")
        await keyboard.type("Two")
        await keyboard.press("Enter")
        await keyboard.press("Enter")  # the same words once more
        await keyboard.type("Threee")
        await keyboard.press("ArrowLeft")
        invented.answering.set()
        await expect(words).to_have_value("Threee")
        await keyboard.press("Backspace")  # whoever writes is where they were
        await expect(words).to_have_value("Three")
        said = [("say", {"chat": CLIENT, "text": text}) for text in ("One", "Two")]
        await invented.heard(*said)
        # while another client is in sight
        invented.answering.clear()
        await keyboard.press("Enter")
        await visitor.page.select_option("#client", OTHER)
        await words.fill("for Carl")
        invented.answering.set()
        await invented.heard(*said, ("say", {"chat": CLIENT, "text": "Three"}))
        await visitor.page.select_option("#client", CLIENT)
        await expect(words).to_have_value("")


async def test_words_that_are_refused_stay_and_those_after_them_are_said(
    browser: Browser, invented: Invented
) -> None:
    async with looking(browser, invented.url) as visitor:
        words = visitor.phone().locator("textarea")
        await visitor.page.evaluate(HOLD_THE_FIRST)
        await visitor.say("Refused. ")
        await visitor.page.keyboard.type("Said.")
        await visitor.page.keyboard.press("Enter")
        await visitor.page.keyboard.type("More")
        await visitor.page.evaluate("letGo()")
        await expect(words).to_have_value("Refused. More")
        await invented.heard(("say", {"chat": CLIENT, "text": "Said."}))
        await words.press("Enter")
        await expect(words).to_have_value("")
        again = {"chat": CLIENT, "text": "Refused. More"}
        await invented.heard(("say", {"chat": CLIENT, "text": "Said."}), ("say", again))


async def test_a_second_tap_and_a_second_enter_do_nothing_more(
    browser: Browser, invented: Invented
) -> None:
    asked = invented.message(CLIENT, "How was it?", keyboard=keys(["Good", "Hard"]))
    async with looking(browser, invented.url) as visitor:
        invented.answering.clear()
        await visitor.phone().get_by_role("button", name="Good").dblclick()
        await visitor.say("Once only")
        await visitor.phone().locator("textarea").press("Enter")
        invented.answering.set()
        await expect(visitor.phone().locator("textarea")).to_have_value("")
        await visitor.say("The end")
        said = [("say", {"chat": CLIENT, "text": text}) for text in ("Once only", "The end")]
        tap = {"chat": CLIENT, "message": asked["id"], "row": 0, "column": 0}
        await invented.heard(("tap", tap), *said)
