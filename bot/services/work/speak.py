"""Puts messages into the outbox: the only door by which services say anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.charts import Chart
from bot.drawings import Drawing
from bot.messages import (
    Button,
    Delete,
    Edit,
    File,
    Menu,
    Message,
    Rows,
    message_from_json,
)
from bot.services.work.lengths import LONGEST, LONGEST_CAPTION, pieces
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey, StaffKey
from flows.engine.cut import length
from storage import outbox
from storage.cares import Care
from storage.outbox_rows import Lane, NewMessage
from storage.people import Person


def reply(
    work: Work,
    person_id: int,
    text: str,
    *,
    key: str,
    rows: Rows = (),
    protected: bool = False,
    menu: Sequence[tuple[str, str]] = (),
) -> None:
    """Say something to a person who is there now: rather twice than not at all, three times at
    most. Saying the same ``key`` again says nothing. ``protected`` where it collects a client's
    words; a ``menu`` is what the chat shows beside its text field from now on.
    """
    message = NewMessage(person_id, "reply", "reply", "message", "", key)
    last = Message("", rows, protected=protected, menu=tuple(menu))
    _say(work, text, message, last)


def pages(work: Work, person_id: int, texts: Sequence[str], *, key: str, rows: Rows = ()) -> None:
    """Say what collects a client's words in several messages, as ``reply`` does, the rows below the
    last one. The number of each stands behind the ``key``.
    """
    for number, text in enumerate(texts, start=1):
        below = rows if number == len(texts) else ()
        reply(work, person_id, text, key=f"{key}{number}", rows=below, protected=True)


def closing(
    work: Work,
    person_id: int,
    text: str,
    *,
    key: str,
    rows: Rows,
    check_in_id: int,
    not_before: datetime,
    owed: str,
) -> None:
    """Say the last words of a check-in, as ``reply`` does; until then more may be added to it."""
    message = NewMessage(
        person_id,
        "reply",
        "reply",
        "message",
        "",
        key,
        check_in_id=check_in_id,
        not_before=not_before,
    )
    _say(work, text, message, Message("", rows, owed=owed))


def owed_by(work: Work, check_in_id: int) -> str:
    """Return what must be said all the same of a question, or an end, that waits for more words."""
    body = outbox.find_waiting_body(work.tx, check_in_id)
    return "" if body is None else message_from_json(body).owed


def to_client(work: Work, care: Care, key: ClientKey, /, **values: object) -> None:
    """Reply to a client with a built-in text."""
    reply(work, care.client_id, work.say(care.language, key, **values), key=key)


def picture(work: Work, person_id: int, text: str, *, code: str, key: str) -> None:
    """Reply with a picture of a link, to be scanned, and a text of at most 1024 characters."""
    drawn = Message(text, code=code).to_json()
    _queue(work, NewMessage(person_id, "reply", "reply", "message", drawn, key))


def file(work: Work, person_id: int, text: str, *, file: File, key: str, rows: Rows = ()) -> None:
    """Reply with a file, or a picture, and a text of at most 1024 characters below it."""
    body = Message(text, rows, file=file).to_json()
    _queue(work, NewMessage(person_id, "reply", "reply", "document", body, key))


def chart(work: Work, person_id: int, text: str, *, chart: Chart, key: str) -> bool:
    """Reply with a picture of one's own numbers and a text of at most 1024 characters below it;
    False: this was said already, or is about to be.
    """
    body = Message(text, drawn=chart, protected=True).to_json()
    return _queue(work, NewMessage(person_id, "reply", "reply", "message", body, key))


def drawing(
    work: Work,
    person_id: int,
    text: str,
    *,
    drawing: Drawing,
    key: str,
    digest_id: int | None = None,
) -> bool:
    """Reply with a picture or a paper and a text of at most 1024 characters below it; False: this
    was said already, or is about to be. That of a digest follows its pages without a sound, and is
    sent once, as they are.
    """
    of_digest = digest_id is not None
    body = Message(text, drawn=drawing, protected=True, silent=of_digest).to_json()
    message = NewMessage(
        person_id,
        "once" if of_digest else "reply",
        "notice" if of_digest else "reply",
        "document",
        body,
        key,
        digest_id=digest_id,
    )
    return _queue(work, message)


def delete(
    work: Work, person_id: int, message_id: int, *, key: str, expires_at: datetime | None = None
) -> None:
    """Take a message out of a private chat; saying the same ``key`` again does nothing."""
    body = Delete(message_id).to_json()
    gone = NewMessage(person_id, "idem", "reply", "delete", body, key, expires_at=expires_at)
    _queue(work, gone)


def to_therapist(work: Work, therapist: Person, key: StaffKey, /, **values: object) -> None:
    """Reply to a therapist with a built-in text."""
    reply(work, therapist.id, work.tell(therapist.language, key, **values), key=key)


def insist(
    work: Work,
    person_id: int,
    text: str,
    *,
    key: str,
    rows: Rows = (),
    not_before: datetime | None = None,
) -> None:
    """Say what must arrive: safety texts and receipts. It may arrive twice rather than not at
    all. A ``not_before`` that has passed lets it go ahead of what waits already.
    """
    message = NewMessage(person_id, "must", "reply", "message", "", key, not_before=not_before)
    _say(work, text, message, Message("", rows))


def last_words(
    work: Work, person_id: int, text: str, *, key: str, is_awaited: bool, until: datetime
) -> None:
    """Say the last thing to somebody who was erased, as ``insist`` does, but not after ``until``:
    their address is kept for it.
    """
    lane: Lane = "reply" if is_awaited else "notice"
    message = NewMessage(person_id, "must", lane, "message", "", key, expires_at=until)
    _say(work, text, message, Message(""))


def to_former_chat(
    work: Work, person_id: int, text: str, *, key: str, until: datetime | None = None
) -> None:
    """Say something in the chat in which the person was before a move, not after ``until``."""
    message = NewMessage(
        person_id, "must", "reply", "message", "", key, expires_at=until, address="former"
    )
    _say(work, text, message, Message(""))


def delete_in_former_chat(work: Work, person_id: int, message_id: int, *, key: str) -> None:
    """Take a message of ours out of the chat in which the person was before a move."""
    body = Delete(message_id).to_json()
    _queue(work, NewMessage(person_id, "idem", "reply", "delete", body, key, address="former"))


def add_line(work: Work, person_id: int, line: str) -> int | None:
    """Put a line below the newest message that was queued for the person in this piece of work; the
    row, or None where nothing was queued or the line finds no room in it.
    """

    def below(body: str) -> str | None:
        message = message_from_json(body)
        text = f"{message.text}\n\n{line}"
        stands_below = message.file is not None or message.drawn is not None
        longest = LONGEST_CAPTION if stands_below else LONGEST
        has_room = not message.code and length(text) <= longest
        return replace(message, text=text).to_json() if has_room else None

    return outbox.amend_newest(work.tx, person_id, of=f"{work.origin}:", change=below)


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
    silent: bool = False,
    protected: bool = False,
) -> None:
    """Say something that nobody is waiting for; it leaves after the replies, and where it is
    ``silent`` without a sound.

    A page of a digest is sent once: where its arrival is uncertain, its reader is told so.
    """
    message = NewMessage(
        person_id,
        "reply" if digest_id is None else "once",
        "notice",
        "message",
        "",
        key,
        not_before=not_before,
        expires_at=expires_at,
        digest_id=digest_id,
    )
    last = Message("", rows, protected=protected or digest_id is not None, silent=silent)
    _say(work, text, message, last)


def prompt(
    work: Work,
    person_id: int,
    message: Message,
    *,
    key: str,
    lane: Lane,
    check_in_id: int,
    turn_no: int,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Ask a question of a check-in; its delivery is followed up."""
    asked = NewMessage(
        person_id,
        "once",
        lane,
        "message",
        message.to_json(),
        key,
        check_in_id=check_in_id,
        turn_no=turn_no,
        not_before=not_before,
        expires_at=expires_at,
    )
    _queue(work, asked)


def edit(
    work: Work, person_id: int, message_id: int, text: str | None, *, key: str, rows: Rows = ()
) -> None:
    """Make a message of ours look different; ``text`` None changes its buttons only."""
    changed = Edit(message_id, text, rows).to_json()
    _queue(work, NewMessage(person_id, "idem", "reply", "edit", changed, key))


def menu(work: Work, person_id: int, commands: Sequence[tuple[str, str]], *, key: str) -> None:
    """Let the menu of the person's chat show these commands."""
    shown = Menu(tuple(commands)).to_json()
    _queue(work, NewMessage(person_id, "idem", "reply", "menu", shown, key))


def row(*buttons: Button) -> Rows:
    """One row of buttons."""
    return (buttons,)


def grid(buttons: Sequence[Button], width: int = 3) -> Rows:
    """As many rows of so many buttons as they fill."""
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))


def column(*buttons: Button) -> Rows:
    """One button a row."""
    return tuple((button,) for button in buttons)


def _say(work: Work, text: str, message: NewMessage, last: Message) -> None:
    """Queue a text in as many messages as it needs; ``last`` is all but its text the last one."""
    *before, end = pieces(text)
    first = [Message(piece, protected=last.protected) for piece in before]
    for number, piece in enumerate([*first, replace(last, text=end)]):
        key = f"{message.dedupe_key}+{number}" if number else message.dedupe_key
        _queue(work, replace(message, body=piece.to_json(), dedupe_key=key))


def _queue(work: Work, message: NewMessage) -> bool:
    """Queue it under a key that begins with what caused it; False: it was queued before."""
    key = f"{work.origin}:{message.dedupe_key}"
    return outbox.add(work.tx, replace(message, dedupe_key=key), work.now) is not None
