"""Outbox: what is to be said, decided in the transaction that caused it.

Used by the services and the sender.

    queued -> claimed -> sent | refused | uncertain | dropped, or back to queued

A claimed row belongs to the holder of its token, which begins with the id of the run that claimed
it. Rows name a person, never a chat. A body is sealed
and erased in the transaction that finishes the row. What became of rows is asked in ``deliveries``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import person_locks, runs
from storage.column_types import Id
from storage.outbox_rows import (
    CLASSES,
    COLUMNS,
    Kind,
    Lane,
    MessageClass,
    NewMessage,
    OutboxRow,
    place,
    with_body,
    without_body,
)
from storage.runs import WHOLE, Share, is_in_share
from storage.statements import insert_new, is_word
from storage.store import Tx
from storage.tables_messages import outbox

LEASE = timedelta(minutes=2)
"""The time that a claimed row belongs to its holder: longer than any request may take."""
_T = outbox.c
_ADD = insert_new(outbox, _T.id)
_QUEUED = is_word(_T.state, "queued")
_CLAIMED = is_word(_T.state, "claimed")
_earlier = outbox.alias("earlier")
_FOLLOWS_ANOTHER = sa.exists().where(
    _earlier.c.person_id == _T.person_id,
    _earlier.c.lane == _T.lane,
    _earlier.c.id < _T.id,
    is_word(_earlier.c.state, "queued", "claimed"),
    # safety texts keep their order among each other, and wait for nothing else
    sa.or_(~is_word(_T.message_class, "must"), is_word(_earlier.c.message_class, "must")),
)
_PAGE = 16
_AFTER_AT = sa.bindparam("after_at", type_=_T.not_before.type)
_FRESH = sa.or_(
    _T.not_before > _AFTER_AT,
    sa.and_(_T.not_before == _AFTER_AT, _T.id > sa.bindparam("after_id")),
)


def _due(lane: Lane) -> sa.Select[Any]:
    """The few columns by which a row is chosen, in the order of ``ix_outbox_due``."""
    return (
        sa.select(_T.id, _T.person_id, _T.kind, _T.sealed_for, _T.not_before)
        .where(
            _QUEUED,
            is_word(_T.lane, lane),
            _T.not_before <= sa.bindparam("now"),
            _T.not_before >= _AFTER_AT,
            _FRESH,
            ~_FOLLOWS_ANOTHER,
            is_in_share(_T.person_id, _T.not_before),
        )
        .order_by(_T.not_before, _T.id)
        .limit(sa.bindparam("most"))
        .with_for_update(skip_locked=True, of=outbox)  # SQLite: nothing, its writer is alone
    )


DUE: dict[Lane, sa.Select[Any]] = {"reply": _due("reply"), "notice": _due("notice")}
"""Public so that a test can ask the engine how it would go about it."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_CLAIM = (
    sa.update(outbox)
    .where(_T.id.in_(sa.bindparam("ids", expanding=True)))
    .values(state="claimed", token=sa.bindparam("holder"), lease_until=sa.bindparam("until"))
    .returning(*COLUMNS)
)
_OURS = (_T.id == sa.bindparam("row_id"), _T.token == sa.bindparam("holder"), _CLAIMED)
_OVER: dict[str, Any] = {"body_sealed": sa.null(), "lease_until": sa.null()}
_SENT = (
    sa.update(outbox)
    .where(*_OURS)
    .values(
        state="sent",
        # one that was under way at the moment of a move is in a chat that is the person's no more
        message_id=sa.func.coalesce(_T.message_id, sa.bindparam("message", type_=Id)),
        finished_at=sa.bindparam("now"),
        **_OVER,
    )
)
_RETRY = (
    sa.update(outbox)
    .where(*_OURS)
    .values(
        state="queued",
        token=sa.null(),
        lease_until=sa.null(),
        message_id=sa.null(),
        not_before=sa.bindparam("again_at"),
        attempts=_T.attempts + sa.bindparam("counted"),
    )
)


def _ends(state: str, *where: Any) -> Any:
    ended = {"state": state, "reason": sa.bindparam("why"), "finished_at": sa.bindparam("now")}
    return sa.update(outbox).where(*where).values(**ended, **_OVER)


_REFUSED = _ends("refused", *_OURS)
_UNCERTAIN = _ends("uncertain", *_OURS)
_WAITING = is_word(_T.state, "queued", "claimed")
_DROPPED = _ends("dropped", _T.id == sa.bindparam("row_id"), _WAITING)
_DROPPED_FOR = _ends(
    "dropped",
    _T.person_id == sa.bindparam("person"),
    _T.message_class.in_(sa.bindparam("classes", expanding=True)),
    _QUEUED,
)
_DROPPED_PROMPTS = _ends("dropped", _T.check_in_id == sa.bindparam("of_check_in"), _QUEUED)
_WAITS = (
    sa.select(_T.sealed_for, _T.dedupe_key, _T.body_sealed)
    .where(_T.check_in_id == sa.bindparam("of_check_in"), is_word(_T.lane, "reply"), _QUEUED)
    .order_by(_T.id.desc())
    .limit(1)
)
_HASTENED = (
    sa.update(outbox)
    .where(
        _T.person_id == sa.bindparam("person"),
        _T.check_in_id.is_not(None),
        is_word(_T.lane, "reply"),
        _QUEUED,
        _T.not_before > sa.bindparam("now", type_=_T.not_before.type),
    )
    .values(not_before=sa.bindparam("now", type_=_T.not_before.type))
)
_NEWEST = (
    sa.select(_T.id, _T.sealed_for, _T.dedupe_key, _T.body_sealed)
    .where(
        _T.person_id == sa.bindparam("person"),
        _QUEUED,
        is_word(_T.kind, "message"),
        sa.func.substr(_T.dedupe_key, 1, sa.bindparam("length", type_=sa.Integer))
        == sa.bindparam("begins", type_=sa.Text),
    )
    .order_by(_T.id.desc())
    .limit(1)
)
_LOST = sa.select(*COLUMNS).where(_CLAIMED).order_by(_T.id).with_for_update()
_HELD = sa.select(_T.token).where(_CLAIMED).distinct()
_UNSURE = _ends("uncertain", _T.id.in_(sa.bindparam("ids", expanding=True)))
_AGAIN = (
    sa.update(outbox)
    .where(_T.id.in_(sa.bindparam("ids", expanding=True)))
    .values(
        state="queued",
        token=sa.null(),
        lease_until=sa.null(),
        message_id=sa.null(),
        # the attempt that the dead began counts where attempts are few
        attempts=_T.attempts + sa.case((is_word(_T.message_class, "reply"), 1), else_=0),
    )
)


def add(tx: Tx, message: NewMessage, now: datetime) -> int | None:
    """The id of the new queued row, its body sealed.

    None: ``dedupe_key`` is taken, so this was said or is waiting to be said already.
    """
    owner = message.person_id if message.sealed_for is None else message.sealed_for
    values = {
        "person_id": message.person_id,
        "sealed_for": owner,
        "message_class": message.message_class,
        "lane": message.lane,
        "kind": message.kind,
        "dedupe_key": message.dedupe_key,
        "body_sealed": tx.seal(owner, message.body, place(message.dedupe_key)),
        "state": "queued",
        "check_in_id": message.check_in_id,
        "turn_no": message.turn_no,
        "digest_id": message.digest_id,
        "not_before": message.not_before or now,
        "expires_at": message.expires_at,
        "created_at": now,
        "address": message.address,
    }
    added: int | None = tx.conn.execute(_ADD.on(tx.conn), values).scalar_one_or_none()
    return added


def amend_newest(
    tx: Tx, person_id: int, *, of: str, change: Callable[[str], str | None]
) -> int | None:
    """Let the newest queued message for the person whose key begins with ``of`` say what ``change``
    makes of its body; its id. None: there is none, or ``change`` leaves it as it is.
    """
    params = {"person": person_id, "begins": of, "length": len(of)}
    row = tx.conn.execute(_NEWEST, params).first()
    if row is None:
        return None
    where = place(row.dedupe_key)
    changed = change(tx.unseal(row.sealed_for, row.body_sealed, where))
    if changed is None:
        return None
    sealed = tx.seal(row.sealed_for, changed, where)
    tx.conn.execute(sa.update(outbox).where(_T.id == row.id).values(body_sealed=sealed))
    return int(row.id)


def claim(
    tx: Tx,
    *,
    now: datetime,
    limit: int,
    token: str,
    lease_until: datetime,
    allowed: Callable[[int, Kind], bool],
    share: Share = WHOLE,
) -> list[OutboxRow]:
    """At most ``limit`` due rows that are now the token's: replies first, then as they came due.

    Of ``share``, and those that are late. Nobody about whom somebody decides just now is asked.

    ``allowed`` (the pacer) is asked once for each row that could go, in that order. A row waits
    while an earlier one of its person and lane is queued or claimed; ``must`` waits for ``must``
    only. Rows past ``expires_at`` are handed out as well: the sender drops them. Rows whose key is
    gone are dropped here.
    """
    chosen: dict[int, int] = {}
    for due in DUE.values():
        _choose(tx, due, runs.bound(share, now) | {"now": now}, limit, allowed, chosen)
    free = person_locks.free_people(tx, set(chosen.values()))
    taken = [row_id for row_id, person_id in chosen.items() if person_id in free]
    if not taken:
        return []
    params = {"ids": taken, "holder": token, "until": lease_until}
    claimed = {row.id: row for row in tx.conn.execute(_CLAIM, params)}
    return [with_body(tx, claimed[row_id], token) for row_id in taken]


def mark_sent(tx: Tx, row_id: int, token: str, *, message_id: int | None, now: datetime) -> bool:
    """The message has left. False: the row is not the token's any more."""
    params = {"row_id": row_id, "holder": token, "message": message_id, "now": now}
    return _changed(tx, _SENT, params)


def mark_retry(tx: Tx, row_id: int, token: str, *, not_before: datetime, counts: bool) -> bool:
    """The row waits until ``not_before``; ``counts``: it used up an attempt. False: not ours."""
    params = {"row_id": row_id, "holder": token, "again_at": not_before, "counted": int(counts)}
    return _changed(tx, _RETRY, params)


def mark_refused(tx: Tx, row_id: int, token: str, *, reason: str, now: datetime) -> bool:
    """Telegram will not take it. False: the row is not the token's any more."""
    params = {"row_id": row_id, "holder": token, "why": reason, "now": now}
    return _changed(tx, _REFUSED, params)


def mark_uncertain(tx: Tx, row_id: int, token: str, *, reason: str, now: datetime) -> bool:
    """Nobody knows whether it has left. False: the row is not the token's any more."""
    params = {"row_id": row_id, "holder": token, "why": reason, "now": now}
    return _changed(tx, _UNCERTAIN, params)


def mark_dropped(tx: Tx, row_id: int, *, reason: str, now: datetime) -> bool:
    """It will not be sent. False: it is finished already."""
    return _changed(tx, _DROPPED, {"row_id": row_id, "why": reason, "now": now})


def drop_for_person(
    tx: Tx,
    person_id: int,
    *,
    reason: str,
    now: datetime,
    classes: Iterable[MessageClass] = CLASSES,
) -> int:
    """Drop the person's queued rows of these classes; return how many. Claimed rows go on."""
    params = {"person": person_id, "classes": list(classes), "why": reason, "now": now}
    return int(tx.conn.execute(_DROPPED_FOR, params).rowcount)


def find_waiting_body(tx: Tx, check_in_id: int) -> str | None:
    """The newest of the check-in's questions, or its end, that waits to answer somebody."""
    row = tx.conn.execute(_WAITS, {"of_check_in": check_in_id}).first()
    if row is None:
        return None
    return tx.unseal(row.sealed_for, row.body_sealed, place(row.dedupe_key))


def drop_prompts(tx: Tx, check_in_id: int, *, reason: str, now: datetime) -> int:
    """The check-in's questions and its end that still wait are dropped; how many. Claimed rows go
    on.
    """
    params = {"of_check_in": check_in_id, "why": reason, "now": now}
    return int(tx.conn.execute(_DROPPED_PROMPTS, params).rowcount)


def hasten(tx: Tx, person_id: int, now: datetime) -> None:
    """The person's questions that wait for more words may leave now."""
    tx.conn.execute(_HASTENED, {"person": person_id, "now": now})


def is_any_lost(tx: Tx) -> bool:
    """True where ``recover`` would find something."""
    return bool(_list_lost(tx, _HELD))


def recover(tx: Tx, *, now: datetime, most_attempts: int) -> list[OutboxRow]:
    """No row is left claimed by a run that lives no more: must, idem and reply are queued again,
    once is uncertain; so is a reply whose last attempt, of ``most_attempts``, this was.

    Returns the uncertain ones, without their bodies.
    """
    lost = _list_lost(tx, _LOST)
    unsure = [row for row in lost if _is_over(row, most_attempts)]
    ids = [row.id for row in unsure]
    again = [row.id for row in lost if row.id not in ids]
    if again:
        tx.conn.execute(_AGAIN, {"ids": again})
    if unsure:
        tx.conn.execute(_UNSURE, {"ids": ids, "why": "the sender stopped", "now": now})
    return [without_body(row) for row in unsure]


def run_of(token: str) -> str:
    """The id of the run whose claim this token is."""
    return token.partition(".")[0]


def _list_lost(tx: Tx, query: sa.Select[Any]) -> list[Any]:
    """The claimed rows first, then who lives: nobody claims before they are known to live."""
    claimed = tx.conn.execute(query).all()
    living = {str(run_id) for run_id in runs.list_living(tx)} if claimed else set()
    return [row for row in claimed if run_of(row.token) not in living]


def _is_over(row: Any, most_attempts: int) -> bool:
    """True if a row that may have left is not to be sent again."""
    if row.message_class == "reply":
        return bool(row.attempts + 1 >= most_attempts)
    return bool(row.message_class == "once")


def _choose(
    tx: Tx,
    due: sa.Select[Any],
    bound: dict[str, Any],
    limit: int,
    allowed: Callable[[int, Kind], bool],
    chosen: dict[int, int],
) -> None:
    """Go through one lane page by page: people whom the pacer holds back hold up nobody else.

    ``chosen`` gains rows and whom each is for.
    """
    most = max(limit, _PAGE)
    params = bound | {"after_at": _LONG_AGO, "after_id": 0, "most": most}
    while len(chosen) < limit:
        rows = tx.conn.execute(due, params).all()
        tx.fetch_keys(row.sealed_for for row in rows)
        for row in rows:
            if not tx.has_key(row.sealed_for):
                mark_dropped(tx, row.id, reason="erased", now=bound["now"])
            elif len(chosen) < limit and allowed(row.person_id, row.kind):
                chosen[row.id] = row.person_id
        if len(rows) < most:
            return
        params |= {"after_at": rows[-1].not_before, "after_id": rows[-1].id}


def _changed(tx: Tx, statement: Any, params: dict[str, Any]) -> bool:
    return bool(tx.conn.execute(statement, params).rowcount)
