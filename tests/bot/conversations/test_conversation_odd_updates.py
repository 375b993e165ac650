"""Updates that are no deed of a person in their own chat: none of them changes anything, and none
holds up anybody.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import Person
from tests.support.house import House, texts

PASSING = frozenset({"inbox", "outbox", "sqlite_sequence"})
CHANNEL = {"id": -1009, "type": "channel", "title": "News"}
GROUP = {"id": -77, "type": "supergroup", "title": "Family"}
NOT_THEIRS = "Words of somebody else, or of another chat, are not taken as yours"


def odd_updates(client: Person, answer: str) -> dict[str, dict[str, Any]]:
    """One of each kind, with the client's own button data where it could carry it."""
    user = {"id": client.chat_id, "is_bot": False, "first_name": "A"}
    someone = {"id": 4711, "is_bot": False, "first_name": "B"}
    private = {"id": client.chat_id, "type": "private"}
    tap = {"id": "q", "from": user, "chat_instance": "1", "data": answer}
    written = {"message_id": 1, "date": 1, "text": "9"}
    return {
        "a channel's post": {"channel_post": {**written, "chat": CHANNEL}},
        "a changed post": {"edited_channel_post": {**written, "chat": CHANNEL}},
        "a post as a message": {"message": {**written, "chat": CHANNEL, "sender_chat": CHANNEL}},
        "words in a group": {"message": {**written, "chat": GROUP, "from": user}},
        "changed words in a group": {"edited_message": {**written, "chat": GROUP, "from": user}},
        "a tap in a group": {"callback_query": {**tap, "message": {**written, "chat": GROUP}}},
        "another's tap in a group": {
            "callback_query": {**tap, "from": someone, "message": {**written, "chat": GROUP}}
        },
        "another's tap in the chat": {
            "callback_query": {**tap, "from": someone, "message": {**written, "chat": private}}
        },
        "a tap without a message": {"callback_query": {**tap, "inline_message_id": "x"}},
        "a tap without a sender": {
            "callback_query": {k: v for k, v in tap.items() if k != "from"}
            | {"message": {**written, "chat": private}}
        },
        "an inline query": {"inline_query": {"id": "1", "from": user, "query": "9", "offset": ""}},
        "an inline choice": {
            "chosen_inline_result": {"result_id": "1", "from": user, "query": "9"}
        },
        "a business message": {"business_message": {**written, "chat": private, "from": user}},
        "a reaction": {
            "message_reaction": {"chat": private, "message_id": 1, "user": user, "date": 1}
        },
        "a vote": {"poll_answer": {"poll_id": "1", "user": user, "option_ids": [0]}},
    }


@pytest.mark.promise("P5d")
async def test_what_nobody_did_in_their_own_chat_changes_nothing(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    keyboard = client.newest.keyboard
    assert keyboard is not None
    answer = str(keyboard.buttons[0].data)
    before, mark = await house.everything(without=PASSING), client.mark
    for kind, update in odd_updates(client, answer).items():
        house.sandbox.send_raw(update)
        await house.settle()
        assert await house.everything(without=PASSING) == before, kind
    assert texts(client.heard(mark)) == []
    assert await house.rows("SELECT count(*) FROM inbox WHERE state != 'done'") == [(0,)]
    await house.tap(client, "7")
    assert await house.everything(without=PASSING) != before


async def test_words_that_another_bot_wrote_are_nobodys_answer(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    before, mark = await house.everything(without=PASSING), client.mark
    private = {"id": client.chat_id, "type": "private"}
    bot = {"id": 99, "is_bot": True, "first_name": "Gif", "username": "gif"}
    message = {"message_id": 900, "date": 1, "chat": private, "text": "7", "via_bot": bot}
    house.sandbox.send_raw({"message": message})
    await house.settle()
    (said,) = texts(client.heard(mark))
    assert said.startswith(NOT_THEIRS)
    house.sandbox.send_raw({"edited_message": {**message, "text": "8", "edit_date": 2}})
    await house.settle()
    assert len(texts(client.heard(mark))) == 1, "the other bot changed it, nobody wrote"
    assert await house.everything(without=PASSING) == before
