"""Reading updates: what a person wrote or sent, and what is Telegram's own notice."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chat.update_reading import SORTS, read_update
from bot.services.work.incoming import (
    Commanded,
    EditedMessage,
    Forwarded,
    NothingForUs,
    Pressed,
    Received,
    Said,
    SentSomething,
    Started,
)

FIELDS = json.loads((Path(__file__).parent / "message_fields.json").read_text("utf-8"))
"""Every field of the Bot API's Message: what a person sends, and everything else."""
CHAT = {"id": 7_000_000_100, "type": "private", "first_name": "Sam"}
AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
BARE: dict[str, Any] = {"message_id": 5, "date": int(AT.timestamp()), "chat": CHAT}


def _read(kind: str, body: dict[str, Any]) -> Received | None:
    return read_update(json.dumps({"update_id": 1, kind: body}))


def _written(**fields: Any) -> Received:
    found = _read("message", BARE | fields)
    assert found is not None
    return found


def test_only_what_a_person_sent_is_content() -> None:
    sent = {name: "words" if name == "text" else {} for name in FIELDS["by_people"]}
    read = {name: _written(**{name: value}).incoming for name, value in sent.items()}
    assert read.pop("text") == Said("words", 5)
    assert read == {name: SentSomething("", 5, SORTS.get(name, "other")) for name in read}
    assert len(read) == 19


@pytest.mark.parametrize(
    ("replied", "number"), [({"message_id": 3}, 3), ({"message_id": "3"}, None), (3, None)]
)
def test_words_know_the_message_that_they_reply_to(replied: Any, number: int | None) -> None:
    read = _written(text="words", reply_to_message=replied).incoming
    assert read == Said("words", 5, number)


def test_what_telegram_notes_by_itself_asks_for_nothing() -> None:
    names = [*FIELDS["not_by_people"], "a_field_of_the_year_2031"]
    read = {name: _written(**{name: {}}).incoming for name in names}
    assert read == dict.fromkeys(names, NothingForUs())
    assert {"pinned_message", "chat_background_set", "giveaway", "boost_added"} < set(read)
    assert _written().incoming == NothingForUs()


def test_a_live_location_that_moves_is_no_edit() -> None:
    found = _read("edited_message", BARE | {"location": {"live_period": 60}})
    assert found is not None
    assert found.incoming == NothingForUs()


@pytest.mark.parametrize(
    ("text", "incoming"),
    [
        ("/start", Started("")),
        ("/START  a-Token_1 ", Started("a-Token_1")),
        ("/start@interlude_bot token", Started("token")),
        ("/pause until monday", Commanded("pause", "until monday")),
        ("/pause\nuntil monday", Commanded("pause", "until monday")),
        ("/stop!", Commanded("stop", "!")),
        ("/tmp/notes", Said("/tmp/notes", 5)),
        ("/", Said("/", 5)),
        ("/ü", Said("/ü", 5)),
        ("5/10", Said("5/10", 5)),
    ],
)
def test_a_command_is_what_an_app_shows_as_one(text: str, incoming: object) -> None:
    assert _written(text=text).incoming == incoming


def test_a_tap_needs_no_more_than_its_id_its_data_and_its_chat() -> None:
    tap = {"id": "q1", "from": {"id": CHAT["id"]}, "message": {"message_id": 9, "chat": CHAT}}
    assert _read("callback_query", tap) == Received(Pressed(None, "q1", 9), CHAT["id"])


def test_an_edit_carries_its_own_date() -> None:
    later = AT + timedelta(hours=1)
    found = _read("edited_message", BARE | {"text": "b", "edit_date": int(later.timestamp())})
    assert found == Received(EditedMessage("b", 5), CHAT["id"], later)


@pytest.mark.parametrize("seconds", [10**15, -(10**15), 10**30, "noon", None, 1.5, True])
def test_a_date_outside_of_the_calendar_is_none(seconds: object) -> None:
    found = _read("message", BARE | {"text": "a", "date": seconds})
    assert found == Received(Said("a", 5), CHAT["id"], None)


@pytest.mark.parametrize("number", [0, -1, 1 << 60, "5", None])
def test_a_message_id_that_orders_nothing_is_none(number: object) -> None:
    assert _written(text="a", message_id=number).incoming == Said("a", None)


@pytest.mark.parametrize(
    ("sent_at", "written_at"),
    [
        (AT - timedelta(hours=20), AT - timedelta(hours=20)),
        (AT + timedelta(minutes=5), AT),
        (AT - timedelta(days=700), AT),
        (None, AT),
    ],
)
def test_a_date_that_cannot_be_true_gives_way(
    sent_at: datetime | None, written_at: datetime
) -> None:
    assert Received(Said("a"), 1, sent_at).written_at(AT) == written_at


@pytest.mark.parametrize(
    "update",
    [
        "no json",
        "[]",
        "{}",
        '{"message": {}}',
        '{"message": {"chat": {"id": "7"}, "text": "a"}}',
        '{"message": {"chat": {"id": 7}, "text": {"a": 1}}}',
        '{"callback_query": {"id": 1, "message": {"chat": {"id": 7}}}}',
        "[" * 100_000,
    ],
    ids=range(8),
)
def test_what_is_not_of_the_api_is_none(update: str) -> None:
    assert read_update(update) is None


def test_forwarded_words_are_nobodys_own() -> None:
    origin = {"forward_origin": {"type": "hidden_user", "sender_user_name": "Jo", "date": 1}}
    assert _written(text="/stop", **origin).incoming == Forwarded("/stop", 5)
    assert _written(photo=[], caption="words", **origin).incoming == Forwarded("words", 5)
