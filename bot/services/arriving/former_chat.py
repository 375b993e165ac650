"""Handles what was written in a client's chat before it was cut off, or before they moved to
another one.

It counts as it would have then; but the replies to it are said nowhere, for they may repeat earlier
words, and the chat that they would go to is not known to be the right person's. Safety text goes.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.services.work.incoming import BlockedBot, Received, UnblockedBot
from bot.services.work.unit_of_work import Work
from storage import moves, outbox, people
from storage.inbox import InboxRow
from storage.moves import Move
from storage.people import Person


def handle(
    work: Work, row: InboxRow, received: Received, act: Callable[[Person], str | None]
) -> str | None:
    """Let it act as it would have before the move, or before the chat was cut off; nothing where it
    came from no such chat.
    """
    person = None if row.person_id is None else people.find(work.tx, row.person_id)
    if person is None or isinstance(received.incoming, BlockedBot | UnblockedBot):
        return None
    move = moves.find_unsettled(work.tx, person.id)
    if move is not None and move.opened_at is not None:
        former = moves.former_chat_of(work.tx, person.id)
        if former not in (None, received.chat_id):
            return None
        return _before_the_move(work, person, move, act)
    if person.role != "client" or people.chat_of(work.tx, person.id) is not None:
        return None
    toast = act(person)
    _say_nowhere(work, person, "cut_off")
    return toast


def _before_the_move(
    work: Work, person: Person, move: Move, act: Callable[[Person], str | None]
) -> str | None:
    moves.as_before(work.tx, move, begin=True)
    toast = act(person)
    if moves.find(work.tx, move.id) is None:
        return toast  # the client was erased by it
    moves.as_before(work.tx, move, begin=False)
    _say_nowhere(work, person, "moved")
    return toast


def _say_nowhere(work: Work, person: Person, reason: str) -> None:
    outbox.drop_for_person(
        work.tx, person.id, reason=reason, now=work.now, classes=("once", "reply", "idem")
    )
