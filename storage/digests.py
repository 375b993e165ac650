"""Digests: a therapist's week, frozen at its cut-off, with one sealed section a client.

Used by the digest services. A section is sealed under its client's key, so that erasing one client
takes only that section away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.errors import NotFound
from storage.statements import insert_new
from storage.store import Tx
from storage.tables_people import consents
from storage.tables_signals import digest_sections, digests


@dataclass(frozen=True, slots=True)
class DigestRow:
    """One digest: what happened from ``from_at`` to before ``cut_off_at``."""

    id: int
    therapist_id: int
    week: str
    """ISO, such as 2026-W47."""
    from_at: datetime
    cut_off_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Section:
    """The digest's words about one client (opaque JSON)."""

    care_id: int
    client_id: int
    body: str

    def __repr__(self) -> str:
        return f"Section(care {self.care_id}, …)"


@dataclass(frozen=True, slots=True)
class ReadSection:
    """A part that was read, and of which its client was not told so."""

    digest_id: int
    care_id: int
    read_at: datetime
    from_at: datetime
    cut_off_at: datetime


_T, _S = digests.c, digest_sections.c
_DIGEST = sa.select(_T.id, _T.therapist_id, _T.week, _T.from_at, _T.cut_off_at, _T.read_at)
_EACH = digests.alias()
_READ_AT = (
    sa.select(sa.func.max(_EACH.c.read_at))
    .where(_EACH.c.therapist_id == _T.therapist_id)
    .correlate(digests)
    .scalar_subquery()
)
_OF = _T.therapist_id == sa.bindparam("therapist")
_NEWEST_FIRST = (_T.cut_off_at.desc(), _T.id.desc())
_AT: sa.BindParameter[datetime] = sa.bindparam("at", type_=_T.cut_off_at.type)
_OF_WEEK = _DIGEST.where(_OF, _T.week == sa.bindparam("iso_week"))
_BY_ID = _DIGEST.where(_T.id == sa.bindparam("row_id"))
_LATEST = _DIGEST.where(_OF).order_by(*_NEWEST_FIRST).limit(1)
_BEFORE = _DIGEST.where(_OF, _T.cut_off_at < _AT).order_by(*_NEWEST_FIRST).limit(1)
_LAST_UNTIL = _DIGEST.where(_OF, _T.cut_off_at <= _AT).order_by(_T.id.desc()).limit(1)
_UNREAD = _DIGEST.where(
    _T.read_at.is_(None), sa.or_(_READ_AT.is_(None), _T.cut_off_at > _READ_AT)
).order_by(_T.cut_off_at)
"""Since their therapist last read one."""
_UNREAD_OF = _UNREAD.where(_OF).limit(1)
_UNREAD_BEFORE = _UNREAD.where(_T.cut_off_at < _AT)
_ADD = insert_new(digests, _T.id)
_NOW = sa.bindparam("now", type_=_T.cut_off_at.type)
_AHEAD = (
    sa.update(digests)
    .where(_T.cut_off_at > _NOW)
    .values(cut_off_at=_NOW, from_at=sa.case((_T.from_at > _NOW, _NOW), else_=_T.from_at))
)
_SECTIONS = (
    sa.select(_S.care_id, _S.client_id, _S.body_sealed)
    .where(_S.digest_id == sa.bindparam("digest_id"))
    .order_by(_S.care_id)
)

_ABOUT_ONE = sa.select(_S.care_id, _S.client_id, _S.body_sealed).where(
    _S.digest_id == sa.bindparam("digest_id"), _S.care_id == sa.bindparam("care_id")
)

_UNTOLD = (
    sa.select(
        *(_S.digest_id, _S.care_id, _S.read_at),
        *(_T.from_at, _T.cut_off_at),
    )
    .join(digests, _T.id == _S.digest_id)
    .join(consents, sa.and_(consents.c.care_id == _S.care_id, consents.c.item == "receipts"))
    .where(
        _S.read_at >= sa.bindparam("since", type_=_S.read_at.type),
        _S.receipt_at.is_(None),
        consents.c.revoked_at.is_(None),
    )
    .order_by(_T.cut_off_at.desc(), _S.care_id)
)


def add(
    tx: Tx, *, therapist_id: int, week: str, from_at: datetime, cut_off_at: datetime
) -> DigestRow | None:
    """The therapist's digest of this week; None if there is one."""
    values = {
        "therapist_id": therapist_id,
        "week": week,
        "from_at": from_at,
        "cut_off_at": cut_off_at,
    }
    added = tx.conn.execute(_ADD.on(tx.conn), values).scalar_one_or_none()
    if added is None:
        return None
    return DigestRow(added, therapist_id, week, from_at, cut_off_at, None)


def find(tx: Tx, therapist_id: int, week: str) -> DigestRow | None:
    """The therapist's digest of this ISO week."""
    return _one(tx, _OF_WEEK, therapist=therapist_id, iso_week=week)


def find_by_id(tx: Tx, digest_id: int) -> DigestRow | None:
    """The digest with this id."""
    return _one(tx, _BY_ID, row_id=digest_id)


def load(tx: Tx, digest_id: int) -> DigestRow:
    """The digest with this id. NotFound: there is none."""
    digest = find_by_id(tx, digest_id)
    if digest is None:
        raise NotFound(f"there is no digest {digest_id}")
    return digest


def find_latest(tx: Tx, therapist_id: int) -> DigestRow | None:
    """The therapist's digest with the latest cut-off."""
    return _one(tx, _LATEST, therapist=therapist_id)


def cut_short(tx: Tx, now: datetime) -> int:
    """No digest covers a time after ``now``, as one does that a wrong clock froze ahead: what was
    written since stands in the next one. How many did.
    """
    return tx.conn.execute(_AHEAD, {"now": now}).rowcount


def find_last_until(tx: Tx, therapist_id: int, at: datetime) -> DigestRow | None:
    """The therapist's digest that was frozen last of those with a cut-off no later than ``at``."""
    return _one(tx, _LAST_UNTIL, therapist=therapist_id, at=at)


def waited_unread(tx: Tx, digest: DigestRow) -> bool:
    """True where the therapist's digest before this one had not been read by its cut-off."""
    last = _one(tx, _BEFORE, therapist=digest.therapist_id, at=digest.cut_off_at)
    if last is None:
        return False
    return last.read_at is None or last.read_at >= digest.cut_off_at


def list_for_therapist(tx: Tx, therapist_id: int) -> list[DigestRow]:
    """The therapist's digests by cut-off, oldest first."""
    query = _DIGEST.where(_T.therapist_id == therapist_id).order_by(_T.cut_off_at, _T.id)
    return [DigestRow(*row) for row in tx.conn.execute(query)]


def list_about(tx: Tx, care_id: int) -> list[DigestRow]:
    """The digests with a part about this care, oldest first."""
    about = sa.select(_S.digest_id).where(_S.care_id == care_id)
    query = _DIGEST.where(_T.id.in_(about)).order_by(_T.cut_off_at, _T.id)
    return [DigestRow(*row) for row in tx.conn.execute(query)]


def add_section(tx: Tx, *, digest_id: int, care_id: int, client_id: int, body: str) -> None:
    """The digest says this about the client, sealed under the client's key."""
    sealed = tx.seal(client_id, body, _place(digest_id, care_id))
    values = {
        "digest_id": digest_id,
        "care_id": care_id,
        "client_id": client_id,
        "body_sealed": sealed,
    }
    tx.conn.execute(sa.insert(digest_sections), values)


def list_sections(tx: Tx, digest_id: int) -> list[Section]:
    """The digest's sections by care; erased clients are left out."""
    rows = tx.conn.execute(_SECTIONS, {"digest_id": digest_id}).all()
    tx.fetch_keys(row.client_id for row in rows)
    return [_section(tx, digest_id, row) for row in rows if tx.has_key(row.client_id)]


def mark_read(tx: Tx, digest_id: int, now: datetime) -> bool:
    """The digest was read; the first reading counts, and only that one returns True."""
    unread = sa.update(digests).where(_T.id == digest_id, _T.read_at.is_(None))
    return tx.conn.execute(unread.values(read_at=now)).rowcount == 1


def mark_section_read(tx: Tx, digest_id: int, now: datetime, *, care_id: int | None = None) -> None:
    """The part about one care was read, or every part; the first reading counts."""
    unread = sa.update(digest_sections).where(_S.digest_id == digest_id, _S.read_at.is_(None))
    if care_id is not None:
        unread = unread.where(_S.care_id == care_id)
    tx.conn.execute(unread.values(read_at=now))


def has_unread_section(tx: Tx, digest_id: int) -> bool:
    """True where nobody has read what the digest says of some client."""
    unread = sa.select(_S.care_id).where(_S.digest_id == digest_id, _S.read_at.is_(None))
    return tx.conn.execute(unread.limit(1)).first() is not None


def list_untold_readings(tx: Tx, *, since: datetime) -> list[ReadSection]:
    """The parts that were read since then, of cares that agreed to be told so and were not yet,
    newest digest first.
    """
    rows = tx.conn.execute(_UNTOLD, {"since": since}).all()
    return [
        ReadSection(row.digest_id, row.care_id, row.read_at, row.from_at, row.cut_off_at)
        for row in rows
    ]


def load_section(tx: Tx, digest_id: int, care_id: int) -> Section:
    """The digest's part about one care, opened. NoResultFound: there is none."""
    of_it = _ABOUT_ONE, {"digest_id": digest_id, "care_id": care_id}
    return _section(tx, digest_id, tx.conn.execute(*of_it).one())


def mark_receipts(tx: Tx, care_id: int, *, until: datetime, now: datetime) -> None:
    """Of everything in digests up to that cut-off that was read of the care it was decided now
    whether to tell so.
    """
    earlier = sa.select(_T.id).where(_T.cut_off_at <= until)
    read = sa.update(digest_sections).where(
        _S.care_id == care_id,
        _S.digest_id.in_(earlier),
        _S.read_at.is_not(None),
        _S.receipt_at.is_(None),
    )
    tx.conn.execute(read.values(receipt_at=now))


def last_receipt_at(tx: Tx, care_id: int) -> datetime | None:
    """The time when it was last decided so."""
    newest = sa.select(sa.func.max(_S.receipt_at)).where(_S.care_id == care_id)
    found: datetime | None = tx.conn.execute(newest).scalar_one()
    return found


def find_unread(tx: Tx, therapist_id: int, before: datetime) -> DigestRow | None:
    """The oldest digest since the therapist last read one, where it was made before that moment and
    nobody has read it.
    """
    found = _one(tx, _UNREAD_OF, therapist=therapist_id)
    return found if found is not None and found.cut_off_at < before else None


def list_unread(tx: Tx, before: datetime) -> dict[int, DigestRow]:
    """The digest that ``find_unread`` finds, by therapist: all of a clinic's in one query."""
    found: dict[int, DigestRow] = {}
    for row in tx.conn.execute(_UNREAD_BEFORE, {"at": before}):
        found.setdefault(row.therapist_id, DigestRow(*row))
    return found


def mark_unread_told(tx: Tx, digest_id: int, now: datetime) -> bool:
    """Clients were told that nobody has read the digest; only the first time returns True."""
    untold = sa.update(digests).where(_T.id == digest_id, _T.unread_told_at.is_(None))
    return tx.conn.execute(untold.values(unread_told_at=now)).rowcount == 1


def _one(tx: Tx, query: sa.Select[Any], **params: Any) -> DigestRow | None:
    row = tx.conn.execute(query, params).one_or_none()
    return None if row is None else DigestRow(*row)


def _section(tx: Tx, digest_id: int, row: Any) -> Section:
    body = tx.unseal(row.client_id, row.body_sealed, _place(digest_id, row.care_id))
    return Section(row.care_id, row.client_id, body)


def _place(digest_id: int, care_id: int) -> str:
    return f"digest_sections.body:{digest_id}:{care_id}"
