"""The vocabulary and the values of an outbox row. Used by ``outbox`` and ``deliveries``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from storage.store import Tx
from storage.tables_messages import outbox

MessageClass = Literal["once", "must", "idem", "reply"]
"""The fate of a message that may have arrived or not.

``once`` (questions, digests): never repeated blindly. ``must`` (safety): until it is certain.
``idem`` (edits): repeated freely. ``reply`` (all else that is said to somebody): at least once,
at most three attempts.
"""
Address = Literal["former"] | None
"""``former``: the chat in which the person was before a move; None: the person's own."""
Lane = Literal["reply", "notice"]
Kind = Literal["message", "edit", "delete", "document", "menu"]
CLASSES: tuple[MessageClass, ...] = ("once", "must", "idem", "reply")


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be queued. ``body`` is the opaque JSON of ``bot.messages``; it is sealed under
    the key of ``sealed_for`` (None: the person). ``not_before`` None means at once.
    """

    person_id: int
    message_class: MessageClass
    lane: Lane
    kind: Kind
    body: str = field(repr=False)
    dedupe_key: str
    not_before: datetime | None = None
    expires_at: datetime | None = None
    check_in_id: int | None = None
    turn_no: int | None = None
    digest_id: int | None = None
    sealed_for: int | None = None
    address: Address = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message to a person; ``body`` is the opaque JSON of ``bot.messages``, empty once erased."""

    id: int
    person_id: int
    message_class: MessageClass
    lane: Lane
    kind: Kind
    body: str
    attempts: int
    token: str | None
    check_in_id: int | None
    turn_no: int | None
    digest_id: int | None
    not_before: datetime
    expires_at: datetime | None
    created_at: datetime
    address: Address = None
    answers_at: datetime | None = None
    """The time at which the update came that it answers; None: nobody's."""

    def __repr__(self) -> str:
        return f"OutboxRow({self.id}, person {self.person_id}, {self.message_class}, {self.kind})"


ANSWERS = "in"
"""The word of ``caused_by`` for what answers an update."""
_ANSWER = re.compile(rf"{ANSWERS}\d+@(\d+\.\d{{6}}):")

_T = outbox.c
COLUMNS = (
    _T.id,
    _T.person_id,
    _T.message_class,
    _T.lane,
    _T.kind,
    _T.attempts,
    _T.token,
    _T.check_in_id,
    _T.turn_no,
    _T.digest_id,
    _T.not_before,
    _T.expires_at,
    _T.created_at,
    _T.sealed_for,
    _T.dedupe_key,
    _T.body_sealed,
    _T.address,
)
"""The columns of a row; ``with_body`` and ``without_body`` read them."""


def with_body(tx: Tx, row: Any, token: str) -> OutboxRow:
    """A row of ``COLUMNS`` as held by ``token``, its body opened."""
    body = tx.unseal(row.sealed_for, row.body_sealed, place(row.dedupe_key))
    return _row(row, body, token)


def without_body(row: Any) -> OutboxRow:
    """A row of ``COLUMNS`` whose body is erased."""
    return _row(row, "", row.token)


def caused_by(what: str, row_id: int, received_at: datetime) -> str:
    """Return the beginning of the keys of what is said for an inbox row. An id is given out once;
    where a copy was put back without its log, the time keeps old messages from swallowing new ones.
    """
    return f"{what}{row_id}@{received_at.timestamp():.6f}"


def place(dedupe_key: str) -> str:
    """Return the place to which a body is bound."""
    return f"outbox.body:{dedupe_key}"


def _row(row: Any, body: str, token: str | None) -> OutboxRow:
    answers_at = _answers_at(row.dedupe_key)
    values = (*row[:5], body, row.attempts, token, *row[7:13], row.address, answers_at)
    return OutboxRow(*values)


def _answers_at(dedupe_key: str) -> datetime | None:
    found = _ANSWER.match(dedupe_key)
    return None if found is None else datetime.fromtimestamp(float(found[1]), UTC)
