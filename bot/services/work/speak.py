"""Puts messages into the outbox: the only door by which services say anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from bot.messages import Button, Edit, Message, Rows
from bot.services.work.lengths import pieces
from bot.services.work.practice import Work
from storage import outbox

Lane = Literal["reply", "notice"]


def reply(work: Work, person_id: int, text: str, *, key: str, rows: Rows = ()) -> None:
    """Say something to a person who is there now. Saying the same ``key`` again says nothing."""
    _say(work, person_id, text, rows, key=key, lane="reply", message_class="once")


def insist(work: Work, person_id: int, text: str, *, key: str, rows: Rows = ()) -> None:
    """Say what must arrive: safety texts and receipts. It may arrive twice rather than not at
    all.
    """
    _say(work, person_id, text, rows, key=key, lane="reply", message_class="must")


def notify(
    work: Work,
    person_id: int,
    text: str,
    *,
    key: str,
    rows: Rows = (),
    digest_id: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Say something that nobody is waiting for; it leaves after the replies."""
    _say(
        work,
        person_id,
        text,
        rows,
        key=key,
        lane="notice",
        message_class="once",
        digest_id=digest_id,
        not_before=not_before,
        expires_at=expires_at,
    )


def prompt(
    work: Work,
    person_id: int,
    message: Message,
    *,
    key: str,
    lane: Lane,
    check_in_id: int,
    turn_no: int,
    expires_at: datetime | None = None,
) -> None:
    """Ask a question of a check-in; its delivery is followed up."""
    _queue(
        work,
        person_id,
        message,
        key=key,
        lane=lane,
        message_class="once",
        check_in_id=check_in_id,
        turn_no=turn_no,
        expires_at=expires_at,
    )


def edit(
    work: Work, person_id: int, message_id: int, text: str | None, *, key: str, rows: Rows = ()
) -> None:
    """Make a message of ours look different; ``text`` None changes its buttons only."""
    outbox.add(
        work.tx,
        person_id=person_id,
        message_class="idem",
        lane="reply",
        kind="edit",
        body=Edit(message_id, text, rows).to_json(),
        dedupe_key=f"{work.origin}:{key}",
        now=work.now,
    )


def row(*buttons: Button) -> Rows:
    """One row of buttons."""
    return (buttons,)


def grid(buttons: Sequence[Button], width: int = 3) -> Rows:
    """As many rows of so many buttons as they fill."""
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))


def column(*buttons: Button) -> Rows:
    """One button a row."""
    return tuple((button,) for button in buttons)


def _say(
    work: Work,
    person_id: int,
    text: str,
    rows: Rows,
    *,
    key: str,
    lane: Lane,
    message_class: Literal["once", "must"],
    digest_id: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Queue a text in as many messages as it needs; the last one has the buttons."""
    *first, last = pieces(text)
    messages = [*map(Message, first), Message(last, rows)]
    for number, message in enumerate(messages):
        _queue(
            work,
            person_id,
            message,
            key=f"{key}+{number}" if number else key,
            lane=lane,
            message_class=message_class,
            digest_id=digest_id,
            not_before=not_before,
            expires_at=expires_at,
        )


def _queue(
    work: Work,
    person_id: int,
    message: Message,
    *,
    key: str,
    lane: Lane,
    message_class: Literal["once", "must"],
    check_in_id: int | None = None,
    turn_no: int | None = None,
    digest_id: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    outbox.add(
        work.tx,
        person_id=person_id,
        message_class=message_class,
        lane=lane,
        kind="message",
        body=message.to_json(),
        dedupe_key=f"{work.origin}:{key}",
        now=work.now,
        not_before=not_before,
        expires_at=expires_at,
        check_in_id=check_in_id,
        turn_no=turn_no,
        digest_id=digest_id,
    )
