"""People: clients, therapists, supervisors, admins; their names, their chats, and whether they can
be reached.

Used by the services. Names and chat ids are sealed under the person's own key; a chat is found by
its HMAC. No verb may look for a person by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from flows.languages import Language
from storage.errors import CodeTaken, NotFound
from storage.statements import exactly_one, insert_new, upsert
from storage.store import Tx
from storage.tables_check_ins import check_ins
from storage.tables_people import cares, chats, erasures, moves, people

Role = Literal["client", "therapist", "admin", "supervisor"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody we know, without a name."""

    id: int
    code: str
    role: Role
    language: Language
    zone: str
    created_at: datetime
    unreachable_at: datetime | None
    menu_mark: str | None = None
    """A fingerprint of the menu of their chat; empty where it is out of date; None: it has none of
    its own, or nobody knows.
    """
    pictures_off_at: datetime | None = None
    """A therapist wants no picture with the digest since then."""
    digest_weekday: str | None = None
    """The day of a therapist's digest, such as "sun"; None: the practice's own."""
    digest_wall: str | None = None
    """The hour of a therapist's digest by their own zone, such as "18:00"; None: the practice's."""
    digest_set_at: datetime | None = None
    """The time at which the therapist chose them: no earlier cut-off is owed by them."""
    mornings_since: datetime | None = None
    """A therapist wants a card on the morning of each therapy session since then."""
    morning_on: date | None = None
    """The last day that had such a card."""
    admin_since: datetime | None = None
    """Somebody of the practice is told what ails the machine since then."""


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name, also in the cases that German has; empty: not told."""

    name: str
    dative: str = ""
    accusative: str = ""

    def __repr__(self) -> str:
        return "Name(…)"


_COLUMNS = (
    people.c.id,
    people.c.code,
    people.c.role,
    people.c.language,
    people.c.zone,
    people.c.created_at,
    people.c.unreachable_at,
    people.c.menu_mark,
    people.c.pictures_off_at,
    people.c.digest_weekday,
    people.c.digest_wall,
    people.c.digest_set_at,
    people.c.mornings_since,
    people.c.morning_on,
    people.c.admin_since,
)
_ID = people.c.id == sa.bindparam("person_id")
_ADD = insert_new(people, people.c.id)
_FIND = sa.select(*_COLUMNS).where(_ID)
_OF_A_CARE = sa.select(cares.c.client_id).where(cares.c.code == sa.bindparam("code"))
_FIND_BY_CODE = sa.select(*_COLUMNS).where(
    sa.or_(people.c.code == sa.bindparam("code"), people.c.id.in_(_OF_A_CARE))
)
_FIND_BY_CHAT = (
    sa.select(*_COLUMNS)
    .join(chats, chats.c.person_id == people.c.id)
    .where(chats.c.chat_hash == sa.bindparam("chat_hash"))
)
_THERAPISTS = sa.select(*_COLUMNS).where(people.c.role == "therapist").order_by(people.c.id)
_SUPERVISORS = sa.select(*_COLUMNS).where(people.c.role == "supervisor").order_by(people.c.id)
_ADMINS = sa.select(*_COLUMNS).where(people.c.admin_since.is_not(None)).order_by(people.c.id)
_ANYBODY = sa.select(people.c.id).limit(1)
_WITH_MENUS = (
    sa.select(*_COLUMNS)
    .join(chats, chats.c.person_id == people.c.id)
    .where(
        people.c.unreachable_at.is_(None),
        sa.or_(people.c.role == "therapist", people.c.menu_mark.is_not(None)),
    )
    .order_by(people.c.id)
)
_ERASED = sa.select(erasures.c.id).where(erasures.c.code == sa.bindparam("code"))
_NAME = sa.select(people.c.name_sealed).where(_ID)
_EARLIER = sa.select(people.c.earlier_id).where(_ID)
_BIND = upsert(chats, ("person_id",), ("chat_hash", "chat_sealed", "bound_at"))
_CHAT = sa.select(chats.c.chat_sealed).where(chats.c.person_id == sa.bindparam("person_id"))


def add(tx: Tx, *, role: Role, code: str, language: Language, zone: str, now: datetime) -> Person:
    """A new person with their own data key. CodeTaken: draw another; the transaction goes on."""
    values = {
        "code": code.upper(),
        "role": role,
        "language": language,
        "zone": zone,
        "created_at": now,
    }
    is_taken = any(
        tx.conn.execute(query, {"code": code.upper()}).first() is not None
        for query in (_ERASED, _OF_A_CARE)
    )
    added = None if is_taken else tx.conn.execute(_ADD.on(tx.conn), values)
    person_id = None if added is None else added.scalar_one_or_none()
    if person_id is None:
        raise CodeTaken(f"the code {code.upper()} belongs to somebody else")
    tx.add_key(person_id)
    return load(tx, person_id)


def leave_code(tx: Tx, person_id: int, code: str) -> None:
    """The person is not found by this code any more; where it was theirs, they have that of their
    oldest care that has one of its own.
    """
    own = sa.select(cares.c.id, cares.c.code).where(
        cares.c.client_id == person_id, cares.c.code.is_not(None)
    )
    left = tx.conn.execute(own.order_by(cares.c.id).limit(1)).one_or_none()
    if left is None or load(tx, person_id).code != code:
        return
    tx.conn.execute(sa.update(cares).where(cares.c.id == left.id).values(code=None))
    _change(tx, person_id, code=left.code)


def discard(tx: Tx, person_id: int) -> None:
    """A person of whom nothing is kept yet, and their data key, are gone."""
    tx.drop_key(person_id)
    exactly_one(tx.conn.execute(sa.delete(people).where(people.c.id == person_id)), "a person")


def find(tx: Tx, person_id: int) -> Person | None:
    """The person with this id."""
    return _one(tx, _FIND, person_id=person_id)


def load(tx: Tx, person_id: int) -> Person:
    """The person with this id. NotFound: there is none."""
    person = find(tx, person_id)
    if person is None:
        raise NotFound(f"there is no person {person_id}")
    return person


def find_by_code(tx: Tx, code: str) -> Person | None:
    """The person with this code, or with a care that has it, in any case."""
    return _one(tx, _FIND_BY_CODE, code=code.strip().upper())


def find_by_chat(tx: Tx, chat_id: int) -> Person | None:
    """The person who is bound to this chat; None for a stranger."""
    return _one(tx, _FIND_BY_CHAT, chat_hash=tx.chat_hash(chat_id))


def list_waiting_in(tx: Tx, zone: str, *, behind: int, limit: int) -> list[Person]:
    """List clients who live by this zone and have a question open or a pause that ends by itself:
    so many, by id, from the one after ``behind``.
    """
    asked = sa.exists().where(check_ins.c.client_id == people.c.id, check_ins.c.status == "open")
    resting = sa.exists().where(cares.c.client_id == people.c.id, cares.c.paused_until.is_not(None))
    query = sa.select(*_COLUMNS).where(people.c.zone == zone, people.c.id > behind, asked | resting)
    return [_person(row) for row in tx.conn.execute(query.order_by(people.c.id).limit(limit))]


def list_therapists(tx: Tx) -> list[Person]:
    """Every therapist, oldest first."""
    return [_person(row) for row in tx.conn.execute(_THERAPISTS)]


def list_supervisors(tx: Tx) -> list[Person]:
    """Every supervisor who is no therapist here, oldest first."""
    return [_person(row) for row in tx.conn.execute(_SUPERVISORS)]


def list_admins(tx: Tx) -> list[Person]:
    """Every one who was named admin, oldest first: therapists, supervisors, or neither."""
    return [_person(row) for row in tx.conn.execute(_ADMINS)]


def set_admin(tx: Tx, person_id: int, *, since: datetime | None) -> None:
    """Somebody of the practice is told of the machine's troubles since then; None: no more."""
    _change(tx, person_id, admin_since=since)


def list_client_ids(tx: Tx) -> list[int]:
    """The ids of all clients."""
    return list(tx.conn.execute(sa.select(people.c.id).where(people.c.role == "client")).scalars())


def is_anybody(tx: Tx) -> bool:
    """True once somebody was invited."""
    return tx.conn.execute(_ANYBODY).first() is not None


def list_with_menus(tx: Tx) -> list[Person]:
    """Whose chat has a menu of its own and can be reached: every therapist's, and some clients'."""
    return [_person(row) for row in tx.conn.execute(_WITH_MENUS)]


def mark_menu(tx: Tx, person_id: int, mark: str) -> None:
    """The menu of the person's chat has this fingerprint; empty: it is out of date."""
    _change(tx, person_id, menu_mark=mark)


def rename(tx: Tx, person_id: int, name: Name) -> None:
    """The person is called so from now on."""
    lines = "\n".join((name.name, name.dative, name.accusative))
    sealed = tx.seal(person_id, lines, _name_place(person_id))
    _change(tx, person_id, name_sealed=sealed)


def name_of(tx: Tx, person_id: int) -> Name:
    """Return the person's name; its texts are empty if nobody told it."""
    sealed = tx.conn.execute(_NAME, {"person_id": person_id}).scalar_one_or_none()
    if sealed is None:
        return Name("")
    name, *cases = tx.unseal(person_id, sealed, _name_place(person_id)).split("\n")
    # before there was an accusative, a dative that nobody had told was a copy of the name
    return Name(name, *("" if len(cases) == 1 and case == name else case for case in cases))


def set_language(tx: Tx, person_id: int, language: Language) -> None:
    """The person is spoken to in this language from now on."""
    _change(tx, person_id, language=language)


def set_zone(tx: Tx, person_id: int, zone: str) -> None:
    """The person lives by this IANA zone from now on."""
    _change(tx, person_id, zone=zone)


def set_pictures(tx: Tx, person_id: int, *, off_at: datetime | None) -> None:
    """The therapist gets no picture with the digest since ``off_at``; None: they get one."""
    _change(tx, person_id, pictures_off_at=off_at)


def set_digest(tx: Tx, person_id: int, *, weekday: str, wall: str, now: datetime) -> None:
    """The therapist's digest comes on that day at that hour from now on."""
    chosen = {"digest_weekday": weekday, "digest_wall": wall, "digest_set_at": now}
    _change(tx, person_id, **chosen)


def set_mornings(tx: Tx, person_id: int, *, since: datetime | None) -> None:
    """The therapist gets a card on the morning of each session; None: they get none."""
    _change(tx, person_id, mornings_since=since)


def mark_morning(tx: Tx, person_id: int, day: date) -> None:
    """The card of that day was sent."""
    _change(tx, person_id, morning_on=day)


def bind_chat(tx: Tx, person_id: int, chat_id: int, now: datetime) -> None:
    """The person is reached in this chat only; whoever had the chat before has none now.

    A client remembers the client who had it before them: the same human, under an earlier link; not
    where nobody knows yet whether the one before was the right person in that chat.
    """
    chat_hash = tx.chat_hash(chat_id)
    before = find_by_chat(tx, chat_id)
    is_other = before is not None and before.id != person_id and before.role == "client"
    if before is not None and is_other and not _is_unrecognised(tx, before.id):
        _change(tx, person_id, earlier_id=before.id)
    if load(tx, person_id).menu_mark is not None or (before and before.menu_mark is not None):
        mark_menu(tx, person_id, "")  # another chat, or another's menu in it
    tx.conn.execute(
        sa.delete(chats).where(chats.c.chat_hash == chat_hash, chats.c.person_id != person_id)
    )
    sealed = tx.seal(person_id, str(chat_id), _chat_place(person_id))
    values = {
        "person_id": person_id,
        "chat_hash": chat_hash,
        "chat_sealed": sealed,
        "bound_at": now,
    }
    tx.conn.execute(_BIND.on(tx.conn), values)


def _is_unrecognised(tx: Tx, person_id: int) -> bool:
    """True where the person was brought to their chat by a link, and nobody has heard the word."""
    found = sa.select(moves.c.id).where(
        moves.c.person_id == person_id, moves.c.opened_at.is_not(None), moves.c.settled_at.is_(None)
    )
    return tx.conn.execute(found.limit(1)).first() is not None


def leave_chat(tx: Tx, person_id: int) -> None:
    """The person is reached in no chat."""
    tx.conn.execute(sa.delete(chats).where(chats.c.person_id == person_id))


def chat_of(tx: Tx, person_id: int) -> int | None:
    """The chat in which the person is reached."""
    sealed = tx.conn.execute(_CHAT, {"person_id": person_id}).scalar_one_or_none()
    return None if sealed is None else int(tx.unseal(person_id, sealed, _chat_place(person_id)))


def list_earlier(tx: Tx, person_id: int) -> list[Person]:
    """List whom the bot knew in the person's chat under earlier links, the newest first."""
    found: list[Person] = []
    earlier_id = tx.conn.execute(_EARLIER, {"person_id": person_id}).scalar_one_or_none()
    while earlier_id is not None and (person := find(tx, earlier_id)) is not None:
        found.append(person)
        earlier_id = tx.conn.execute(_EARLIER, {"person_id": person.id}).scalar_one_or_none()
    return found


def mark_unreachable(tx: Tx, person_id: int, now: datetime) -> None:
    """The person has blocked the bot since ``now``, or since earlier if that was known."""
    earlier = sa.func.coalesce(
        people.c.unreachable_at, sa.bindparam("now", now, people.c.created_at.type)
    )
    _change(tx, person_id, unreachable_at=earlier)


def mark_reachable(tx: Tx, person_id: int) -> None:
    """The person can be written to."""
    _change(tx, person_id, unreachable_at=None)


def _change(tx: Tx, person_id: int, **values: Any) -> None:
    done = tx.conn.execute(sa.update(people).where(people.c.id == person_id).values(**values))
    if done.rowcount != 1:
        raise NotFound(f"there is no person {person_id}")


def _one(tx: Tx, query: sa.Select[Any], **params: Any) -> Person | None:
    row = tx.conn.execute(query, params).one_or_none()
    return None if row is None else _person(row)


def _person(row: Any) -> Person:
    return Person(*row)


def _name_place(person_id: int) -> str:
    return f"people.name:{person_id}"


def _chat_place(person_id: int) -> str:
    return f"chats.chat:{person_id}"
