"""Notes: what a client wrote that was no answer, with the question that it stood beside.

Used by the services. Words are sealed under the client's key. A note is kept at once where it stood
beside a question; one written outside of any is offered, and kept or deleted as the client says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.statements import exactly_one, new_id
from storage.store import Tx
from storage.tables_check_ins import notes
from storage.tables_people import cares


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note to write down. ``kept_at`` None: it is only offered."""

    care_id: int
    client_id: int
    written_at: datetime
    added_at: datetime
    kept_at: datetime | None
    words: str = field(repr=False)
    check_in_id: int | None = None
    step_id: str | None = None
    question: str = field(default="", repr=False)
    """The question as the client read it; empty outside of a check-in."""


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A note as kept or offered."""

    id: int
    care_id: int
    client_id: int
    written_at: datetime
    added_at: datetime
    kept_at: datetime | None
    words: str = field(repr=False)
    question: str = field(repr=False)
    held_back_at: datetime | None = None
    """The time since when the client holds it back from the digest."""


_T = notes.c
_ADD = sa.insert(notes)
_SELECT = sa.select(
    _T.id,
    _T.care_id,
    _T.client_id,
    _T.written_at,
    _T.added_at,
    _T.kept_at,
    _T.words_sealed,
    _T.held_back_at,
)
_OFFERED = (
    _SELECT.where(
        _T.care_id == sa.bindparam("care_id"),
        _T.kept_at.is_(None),
        _T.written_at >= sa.bindparam("since", type_=_T.written_at.type),
    )
    .order_by(_T.id.desc())
    .limit(1)
)
_CARE = sa.select(_T.care_id).where(_T.id == sa.bindparam("note_id"))
_ONE = _SELECT.where(_T.id == sa.bindparam("note_id"))
_KEPT = _SELECT.where(
    _T.care_id == sa.bindparam("care_id"),
    _T.kept_at >= sa.bindparam("since", type_=_T.kept_at.type),
    _T.kept_at < sa.bindparam("until", type_=_T.kept_at.type),
).order_by(_T.written_at, _T.id)


def add(tx: Tx, note: NewNote) -> int:
    """The note is there; its id."""
    values = {
        "care_id": note.care_id,
        "client_id": note.client_id,
        "check_in_id": note.check_in_id,
        "step_id": note.step_id,
        "written_at": note.written_at,
        "added_at": note.added_at,
        "kept_at": note.kept_at,
        "words_sealed": b"",
    }
    added = new_id(tx.conn, _ADD, values)
    _write(tx, added, note.client_id, note.words, note.question)
    return added


def find_offered(tx: Tx, care_id: int, *, since: datetime) -> StoredNote | None:
    """The newest note on offer that was written since then."""
    row = tx.conn.execute(_OFFERED, {"care_id": care_id, "since": since}).one_or_none()
    return None if row is None else _note(tx, row)


def add_words(tx: Tx, note: StoredNote, words: str) -> None:
    """The note says these words, too, on a line of their own."""
    _write(tx, note.id, note.client_id, f"{note.words}\n{words}", note.question)


def find(tx: Tx, note_id: int) -> StoredNote | None:
    """The note, or None where it was deleted."""
    row = tx.conn.execute(_ONE, {"note_id": note_id}).one_or_none()
    return None if row is None else _note(tx, row)


def find_care(tx: Tx, note_id: int) -> int | None:
    """Return the care of a note, whose words stay closed."""
    found: int | None = tx.conn.execute(_CARE, {"note_id": note_id}).scalar_one_or_none()
    return found


def move(tx: Tx, note: StoredNote, care_id: int) -> StoredNote:
    """An offered note stands in another care of its client; what it stood beside is of the first
    care, and does not come along. StaleState: it was no longer on offer.
    """
    apart = {"care_id": care_id, "check_in_id": None, "step_id": None}
    offered = sa.update(notes).where(_T.id == note.id, _T.kept_at.is_(None))
    exactly_one(tx.conn.execute(offered.values(**apart)), f"note {note.id}")
    _write(tx, note.id, note.client_id, note.words, "")
    return replace(note, care_id=care_id, question="")


def keep(tx: Tx, note_id: int, now: datetime) -> None:
    """An offered note is kept since ``now``. StaleState: it was no longer on offer."""
    offered = sa.update(notes).where(_T.id == note_id, _T.kept_at.is_(None))
    exactly_one(tx.conn.execute(offered.values(kept_at=now)), f"note {note_id}")


def remove(tx: Tx, note_id: int) -> None:
    """A note is gone, kept or not."""
    exactly_one(tx.conn.execute(sa.delete(notes).where(_T.id == note_id)), f"note {note_id}")


def purge_offered(tx: Tx, before: datetime) -> int:
    """Notes on offer that were added before that moment are gone; how many those were."""
    gone = sa.delete(notes).where(_T.kept_at.is_(None), _T.added_at < before)
    return tx.conn.execute(gone).rowcount


def list_kept(tx: Tx, care_id: int, *, since: datetime, until: datetime) -> list[StoredNote]:
    """The care's notes kept at ``since`` <= t < ``until``, in the order in which they were
    written, also those that are held back.
    """
    rows = tx.conn.execute(_KEPT, {"care_id": care_id, "since": since, "until": until}).all()
    return [_note(tx, row) for row in rows]


def list_marks(
    tx: Tx, therapist_id: int, *, since: datetime, until: datetime
) -> frozenset[tuple[int, bytes]]:
    """The notes to the therapist kept at ``since`` <= t < ``until``, unopened: it differs where one
    was deleted, or said more, meanwhile.
    """
    rows = tx.conn.execute(
        sa.select(_T.id, _T.words_sealed)
        .join(cares, cares.c.id == _T.care_id)
        .where(cares.c.therapist_id == therapist_id, _T.kept_at >= since, _T.kept_at < until)
    )
    return frozenset((row[0], bytes(row[1])) for row in rows)


def hold_back(tx: Tx, note_id: int, at: datetime | None) -> None:
    """The note is held back since then; None: it is not held back any more."""
    change = sa.update(notes).where(_T.id == note_id).values(held_back_at=at)
    exactly_one(tx.conn.execute(change), f"note {note_id}")


def list_written(tx: Tx, care_id: int, at: datetime) -> list[StoredNote]:
    """The care's notes that were written at that very moment and are kept."""
    written = _SELECT.where(_T.care_id == care_id, _T.written_at == at, _T.kept_at.is_not(None))
    return [_note(tx, row) for row in tx.conn.execute(written.order_by(_T.id)).all()]


def _write(tx: Tx, note_id: int, client_id: int, words: str, question: str) -> None:
    body = json.dumps({"words": words, "question": question}, ensure_ascii=False)
    sealed = tx.seal(client_id, body, _place(note_id))
    tx.conn.execute(sa.update(notes).where(_T.id == note_id).values(words_sealed=sealed))


def _note(tx: Tx, row: Any) -> StoredNote:
    body = json.loads(tx.unseal(row.client_id, row.words_sealed, _place(row.id)))
    head = (row.id, row.care_id, row.client_id, row.written_at, row.added_at, row.kept_at)
    return StoredNote(*head, body["words"], body["question"], row.held_back_at)


def _place(note_id: int) -> str:
    return f"notes.words:{note_id}"
