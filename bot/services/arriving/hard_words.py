"""Hard words are found before anything else is done with what a client wrote.

Dispatch asks here once for every update, whatever it is, and no entry is reached where the answer
is yes: so none can forget it. What therapists write is not screened: they write about others, and
help text for themselves would be wrong.
"""

from __future__ import annotations

from typing import assert_never

from bot.services.arriving.entries.entry import TAKING_PART, standing_of
from bot.services.check_in import check_ins
from bot.services.safety import crisis_help
from bot.services.work.incoming import (
    BlockedBot,
    Commanded,
    EditedMessage,
    Incoming,
    NothingForUs,
    Pressed,
    Said,
    SentMore,
    SentSomething,
    Started,
    UnblockedBot,
)
from bot.services.work.unit_of_work import Work
from flows.safety import Verdict, screen
from storage.cares import Care
from storage.check_ins import find_open


def find_hard_words(incoming: Incoming) -> Verdict | None:
    """What the list of hard wordings says to an update; None: nothing."""
    verdict = screen(_words(incoming))
    return None if verdict.risk == "none" else verdict


def _words(incoming: Incoming) -> str:
    """Everything in it that a person may have written."""
    match incoming:
        case Started():
            return incoming.token
        case Commanded():
            return f"{incoming.name} {incoming.rest}"
        case Said() | EditedMessage():
            return incoming.text
        case SentSomething() | SentMore():
            return incoming.caption
        case Pressed() | BlockedBot() | UnblockedBot() | NothingForUs():
            return ""
        case _:
            assert_never(incoming)


def respond(work: Work, care: Care, incoming: Incoming, verdict: Verdict) -> None:
    """Queue help text before anything else. What answers an open question is kept all the same, and
    the next question then waits until the client goes on.
    """
    stored = find_open(work.tx, care.id) if standing_of(care) in TAKING_PART else None
    if stored is None or not isinstance(incoming, Said):
        crisis_help.respond(work, care.client_id, care.language, verdict, kept=False)
        return
    reply = check_ins.read_typed(work, stored, incoming.text)
    crisis_help.respond(
        work,
        care.client_id,
        stored.state.language,
        verdict,
        kept=reply.is_kept,
        waiting=stored if reply.goes_on else None,
    )
    check_ins.take_typed(work, reply, held=True)
