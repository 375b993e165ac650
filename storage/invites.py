"""Invites: one-use links that expire. Used by onboarding. Only a hash of the token is ever kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.statements import exactly_one, new_id
from storage.store import Tx
from storage.tables_people import invites, moves


@dataclass(frozen=True, slots=True)
class Invite:
    """A link for one person."""

    id: int
    person_id: int
    expires_at: datetime
    used_at: datetime | None


_COLUMNS = (invites.c.id, invites.c.person_id, invites.c.expires_at, invites.c.used_at)
_ADD = sa.insert(invites)
_VALID = sa.select(*_COLUMNS).where(
    invites.c.token_hash == sa.bindparam("token_hash"),
    invites.c.used_at.is_(None),
    invites.c.expires_at > sa.bindparam("now"),
)


def add(
    tx: Tx, *, person_id: int, token_hash: bytes, now: datetime, expires_at: datetime
) -> Invite:
    """A new invite; older unused ones of that person have ended."""
    end_unused(tx, person_id, now)
    values = {
        "person_id": person_id,
        "token_hash": token_hash,
        "created_at": now,
        "expires_at": expires_at,
    }
    return Invite(new_id(tx.conn, _ADD, values), person_id, expires_at, None)


def end_unused(tx: Tx, person_id: int, now: datetime) -> None:
    """No link that was made for this person before is good any more."""
    unused = sa.update(invites).where(
        invites.c.person_id == person_id, invites.c.used_at.is_(None), invites.c.expires_at > now
    )
    tx.conn.execute(unused.values(expires_at=now))


def find_valid(tx: Tx, token_hash: bytes, now: datetime) -> Invite | None:
    """The invite of this token, if it is unused and has not expired."""
    row = tx.conn.execute(_VALID, {"token_hash": token_hash, "now": now}).one_or_none()
    return None if row is None else Invite(*row)


def find_newest(tx: Tx, person_id: int) -> Invite | None:
    """The invite that was made last for this person."""
    query = sa.select(*_COLUMNS).where(invites.c.person_id == person_id)
    row = tx.conn.execute(query.order_by(invites.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else Invite(*row)


def find_used(tx: Tx, person_id: int) -> Invite | None:
    """The invite by which this person came here: one that brought them to another chat is none."""
    query = sa.select(*_COLUMNS).where(
        invites.c.person_id == person_id,
        invites.c.used_at.is_not(None),
        invites.c.id.not_in(sa.select(moves.c.invite_id)),
    )
    row = tx.conn.execute(query.order_by(invites.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else Invite(*row)


def mark_used(tx: Tx, invite_id: int, now: datetime) -> None:
    """The link is spent. StaleState: it was spent already."""
    unused = sa.update(invites).where(invites.c.id == invite_id, invites.c.used_at.is_(None))
    exactly_one(tx.conn.execute(unused.values(used_at=now)), f"invite {invite_id}")


def discard_for(tx: Tx, person_id: int) -> None:
    """No link was ever made for this person."""
    tx.conn.execute(sa.delete(invites).where(invites.c.person_id == person_id))
