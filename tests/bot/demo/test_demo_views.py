"""A chat as the page gets it: text as text, looks from entities alone, addresses that are safe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.demo import visitor_wishes as wishes
from bot.demo.turning_points import next_morning
from bot.demo.views import address, message_view, parts_of
from bot.sandbox.ledger import Button, Keyboard, Message
from bot.sandbox.markup import Entity, parse_html
from bot.texts import shipped
from flows.languages import BASE

AT = datetime(2026, 10, 5, 6, 30, tzinfo=UTC)


def shown(source: str) -> list[tuple[object, object, object]]:
    """The parts of a text that was written in Telegram's dialect."""
    text, entities = parse_html(source)
    return [(each["text"], each["styles"], each["href"]) for each in parts_of(text, entities)]


def test_a_text_is_cut_where_its_looks_change() -> None:
    assert shown("plain") == [("plain", [], None)]
    assert shown('🌧️ <b>b<i>both</i></b> <a href="https://a.example">there</a>') == [
        ("🌧️ ", [], None),
        ("b", ["bold"], None),
        ("both", ["bold", "italic"], None),
        (" ", [], None),
        ("there", [], "https://a.example"),
    ]
    assert list(parts_of("", ())) == []


def test_a_text_with_markup_of_its_own_stays_as_it_was_typed() -> None:
    typed = "<b>no</b> &amp; /help"
    command: Entity = {"type": "bot_command", "offset": 16, "length": 5}
    assert [part["text"] for part in parts_of(typed, (command,))] == [typed]


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://a.example/x", True),
        ("tel:112", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("", False),
        (None, False),
    ],
)
def test_nobody_is_led_to_a_place_that_runs_something(url: object, is_safe: bool) -> None:
    assert (address(url) is not None) is is_safe


def test_only_buttons_below_a_message_are_shown_below_it() -> None:
    rows = ((Button("Ring", "url", "tel:112"), Button("7", "callback_data", "x")),)
    message = Message(1, 2, AT, from_bot=True, sender_id=3, keyboard=Keyboard(rows))
    assert message_view(message)["keyboard"] == [
        [{"label": "Ring", "url": "tel:112"}, {"label": "7", "url": None}]
    ]
    apart = Message(1, 2, AT, from_bot=True, sender_id=3, keyboard=Keyboard(rows, inline=False))
    assert message_view(apart)["keyboard"] is None
    assert message_view(apart)["at"] == "2026-10-05T06:30:00.000Z"


def test_the_next_morning_is_eight_by_the_practice_s_clock() -> None:
    eight = datetime(2026, 10, 6, 6, tzinfo=UTC)
    assert next_morning(AT) == eight
    assert next_morning(eight) == eight + timedelta(days=1)
    assert next_morning(eight - timedelta(seconds=1)) == eight
    before_winter = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert next_morning(before_winter) == datetime(2026, 10, 25, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("fly", {}),
        ("say", {"chat": 1}),
        ("say", {"chat": 1, "text": " \n"}),
        ("say", {"chat": "x", "text": "a"}),
        ("tap", {"chat": 1, "message": 2, "row": 0}),
        ("block", {"chat": 1, "on": "yes"}),
        ("travel", {"to": "yesterday"}),
        ("travel", {"to": "2026-10-12T08:00:00"}),
        ("play", {"speed": 0}),
        ("play", {"speed": "nan"}),
        ("tour", {"stop": None}),
        ("say", {"chat": float("inf"), "text": "a"}),
        ("travel", {"to": "next", "chats": [1]}),
        ("travel", {"to": "next", "chats": [1, 2, 3]}),
        ("travel", {"to": "next", "chats": "12"}),
        ("travel", {"to": "next", "chats": [1, "x"]}),
    ],
)
def test_what_makes_no_sense_is_no_wish(what: str, body: dict[str, object]) -> None:
    assert wishes.read(what, body) is None


def test_what_makes_sense_is_one() -> None:
    assert wishes.read("travel", {"to": "2026-10-12T08:00:00Z"}) == wishes.Travel(
        datetime(2026, 10, 12, 8, tzinfo=UTC)
    )
    assert wishes.read("travel", {"to": "next"}) == wishes.Travel("next", None)
    both = wishes.read("travel", {"to": "next", "chats": ["1001", 9001]})
    assert both == wishes.Travel("next", (1001, 9001))
    assert wishes.read("play", {"speed": 60}) == wishes.Play(60.0)
    assert "secret" not in repr(wishes.read("say", {"chat": 1, "text": "secret"}))


def test_the_page_and_the_demo_have_no_sentence_of_one_name() -> None:
    keys = [
        {key.partition(".")[2] for key in shipped().area(BASE, area)} for area in ("page", "demo")
    ]
    assert not keys[0] & keys[1], "one would stand in the place of the other"
