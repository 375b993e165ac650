"""Decides by message class what the outcome of a sending changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import assert_never

from bot.ports import Delivery, Refused, RetryLater, Sent, Uncertain
from bot.services.care import out_of_reach
from bot.services.check_in import check_ins
from bot.services.safety import escalating
from bot.services.work import notices
from bot.services.work.unit_of_work import Work
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import deliveries, erasures, inbox, moves, outbox, people
from storage.outbox_rows import OutboxRow

PAUSES = tuple(timedelta(seconds=s) for s in (2, 10, 30, 120, 300))
"""Between attempts; a message that surely did not arrive is tried every five minutes in the end,
until it is too late for it.
"""
HOLD = timedelta(seconds=0.3)
"""For how long a question waits before it is looked at again."""
ATTEMPTS = 3
"""A reply or a safety text whose arrival is uncertain is sent this often at most."""


def holder(row: OutboxRow) -> str:
    """The token under which a claimed row is held."""
    if row.token is None:
        raise ValueError(f"outbox row {row.id} is not claimed")
    return row.token


def may_leave(work: Work, row: OutboxRow) -> bool:
    """False where a claimed row is out of date, or where it is a quiet hour: it is dropped or put
    off.

    Quiet hours hold back what nobody waits for from clients; replies and therapists' digests go.
    """
    why_not = _why_not(work, row)
    if why_not is not None:
        outbox.mark_dropped(work.tx, row.id, reason=why_not, now=work.now)
        if row.check_in_id is not None:
            check_ins.lapse(work, row.check_in_id)
        return False
    if row.lane == "reply":
        return True
    person = people.load(work.tx, row.person_id)
    allowed = next_allowed(work.now, zone(person.zone), work.practice.quiet)
    if person.role != "client" or allowed <= work.now:
        return True
    outbox.mark_retry(work.tx, row.id, holder(row), not_before=allowed, counts=False)
    return False


def address_of(work: Work, row: OutboxRow) -> int | None:
    """Return the chat to which a row goes: the person's, the one in which they were before a move,
    or the one that was theirs until they were erased.
    """
    if row.address == "former":
        return moves.former_chat_of(work.tx, row.person_id)
    chat_id = people.chat_of(work.tx, row.person_id)
    return erasures.address_of(work.tx, row.person_id) if chat_id is None else chat_id


def put_back(work: Work, row: OutboxRow) -> None:
    """A claimed row that has not begun to leave waits again, as if it had not been claimed."""
    outbox.mark_retry(work.tx, row.id, holder(row), not_before=row.not_before, counts=False)


def hold_questions(
    work: Work, rows: Sequence[OutboxRow], backlog_is_in: Callable[[], bool]
) -> list[OutboxRow]:
    """The claimed rows without the questions that would overtake what their client has written:
    those wait until it is in and handled, which takes a moment.
    """
    asked = {row.id: row.person_id for row in rows if row.check_in_id is not None}
    if not asked:
        return list(rows)
    people_ids = set(asked.values())
    early = inbox.list_senders(work.tx, people_ids) if backlog_is_in() else people_ids
    held = {row_id for row_id, person_id in asked.items() if person_id in early}
    for row in rows:
        if row.id in held:
            until = work.now + HOLD
            outbox.mark_retry(work.tx, row.id, holder(row), not_before=until, counts=False)
    return [row for row in rows if row.id not in held]


def _why_not(work: Work, row: OutboxRow) -> str | None:
    """Say why a row is not to be sent any more; None: it may be sent."""
    if row.expires_at is not None and work.now > row.expires_at:
        return "too_late"
    if row.check_in_id is None or row.turn_no is None:
        return None
    return check_ins.why_not_ask(work, row.check_in_id, row.turn_no, is_awaited=row.lane == "reply")


def record(work: Work, row: OutboxRow, outcome: Delivery) -> None:
    """Write down the outcome of one sending and everything that follows from it."""
    match outcome:
        case Sent():
            _sent(work, row, outcome)
        case RetryLater():
            _later(work, row, outcome)
        case Refused():
            _refused(work, row, outcome)
        case Uncertain():
            _uncertain(work, row, outcome.reason)
        case _:
            assert_never(outcome)


def _sent(work: Work, row: OutboxRow, outcome: Sent) -> None:
    token, number = holder(row), outcome.message_id
    ours = outbox.mark_sent(work.tx, row.id, token, message_id=number, now=work.now)
    # a run that was only asleep may hear of it after the others have given it up
    is_late = not ours and deliveries.confirm_sent(work.tx, row.id, token, number, work.now)
    if row.check_in_id is None or row.turn_no is None:
        return
    if is_late or (ours and row.turn_no == 0):
        check_ins.delivered(work, row.check_in_id, row.turn_no)


def _later(work: Work, row: OutboxRow, outcome: RetryLater) -> None:
    """It surely did not arrive, which uses up no attempt: those are for what is uncertain."""
    pause = timedelta(seconds=outcome.seconds)
    if not outcome.slow_down:
        pause = max(pause, _pause_at(work.now - row.created_at))
    outbox.mark_retry(work.tx, row.id, holder(row), not_before=work.now + pause, counts=False)


def _pause_at(age: timedelta) -> timedelta:
    """The longer a message has waited, the longer until the next attempt."""
    return next((pause for pause in PAUSES if pause >= age), PAUSES[-1])


def _refused(work: Work, row: OutboxRow, outcome: Refused) -> None:
    ours = outbox.mark_refused(work.tx, row.id, holder(row), reason=outcome.reason, now=work.now)
    if not ours or row.address == "former":
        return  # whom it was for may have been erased meanwhile, or is in another chat by now
    if outcome.unreachable:
        out_of_reach.mark(work, row.person_id)
        outbox.drop_for_person(work.tx, row.person_id, reason="unreachable", now=work.now)
    if outcome.unreachable or row.message_class == "must":
        escalating.pass_over(work, row.person_id)


def _uncertain(work: Work, row: OutboxRow, reason: str) -> None:
    if _may_repeat(row):
        pause = PAUSES[row.attempts]
        outbox.mark_retry(work.tx, row.id, holder(row), not_before=work.now + pause, counts=True)
        return
    if outbox.mark_uncertain(work.tx, row.id, holder(row), reason=reason, now=work.now):
        follow_uncertain(work, row)


def _may_repeat(row: OutboxRow) -> bool:
    """True if a message that may have arrived is sent once more."""
    match row.message_class:
        case "once":
            return False
        case "must" | "reply":
            return row.attempts + 1 < ATTEMPTS
        case "idem":
            return row.attempts < len(PAUSES)
        case _:
            assert_never(row.message_class)


def recover(work: Work) -> int:
    """Sort what runs had claimed that live no more; how many messages are uncertain now."""
    rows = outbox.recover(work.tx, now=work.now, most_attempts=ATTEMPTS)
    for row in rows:
        follow_uncertain(work, row)
    return len(rows)


def follow_uncertain(work: Work, row: OutboxRow) -> None:
    """A prompt will be asked once more, visibly; a digest is pointed to; anything else stays as
    it is.
    """
    if row.check_in_id is not None and row.turn_no is not None:
        is_awaited = row.lane == "reply"
        check_ins.unconfirmed(work, row.check_in_id, row.turn_no, is_awaited=is_awaited)
    elif row.digest_id is not None:
        person = people.load(work.tx, row.person_id)
        again = Work(work.tx, work.practice, work.now, f"digest{row.digest_id}")
        is_picture = row.kind == "document"
        notices.tell(
            again,
            person,
            "digest_uncertain",
            again.tell(person.language, "picture_uncertain" if is_picture else "digest_uncertain"),
            key="again_picture" if is_picture else "again",
            not_before=work.now + work.practice.settings.sending.re_ask_after,
        )
