"""Handles what was written in a client's chat before they moved to another one, once they have.

It counts as it would have then; but the replies to it are said nowhere, for they may repeat earlier
words, and the chat that they would go to is not known to be the right person's. Safety text goes.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.services.work.incoming import BlockedBot, Received, UnblockedBot
from bot.services.work.unit_of_work import Work
from storage import moves, outbox, people
from storage.inbox import InboxRow
from storage.people import Person


def handle(
    work: Work, row: InboxRow, received: Received, act: Callable[[Person], str | None]
) -> str | None:
    """Let it act as it would have before the move; nothing where it came from no such chat."""
    person = None if row.person_id is None else people.find(work.tx, row.person_id)
    move = None if person is None else moves.find_unsettled(work.tx, person.id)
    if person is None or move is None or move.opened_at is None:
        return None
    is_former = moves.former_chat_of(work.tx, person.id) == received.chat_id
    if not is_former or isinstance(received.incoming, BlockedBot | UnblockedBot):
        return None
    moves.as_before(work.tx, move, begin=True)
    toast = act(person)
    if moves.find(work.tx, move.id) is None:
        return toast  # the client was erased by it
    moves.as_before(work.tx, move, begin=False)
    outbox.drop_for_person(
        work.tx, person.id, reason="moved", now=work.now, classes=("once", "reply", "idem")
    )
    return toast
