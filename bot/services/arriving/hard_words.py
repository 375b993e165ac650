"""Hard words are found before anything else is done with what a client wrote.

Dispatch asks here once for every update, whatever it is, and no entry is reached where the answer
is yes: so none can forget it. What therapists write is not screened: they write about others, and
help text for themselves would be wrong.
"""

from __future__ import annotations

from typing import assert_never

from bot.services.arriving.entries.entry import TAKING_PART, standing_of
from bot.services.check_in import changed_message, noting, typed_words
from bot.services.check_in.typed_words import Reply
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
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.safety import Verdict, screen
from storage.cares import Care


def find_hard_words(incoming: Incoming) -> Verdict | None:
    """Look an update up in the list of hard wordings; None: it holds none."""
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
    """Queue help text before anything else. No words are lost: they answer the open question, or
    stand beside it as a note, or are offered as one; the next question waits until the client goes
    on. Nothing is kept of somebody who does not take part.
    """
    if standing_of(care) not in TAKING_PART:
        lost = work.say(care.language, "crisis_not_kept")
        crisis_help.respond(work, care.client_id, care.language, verdict, after=lost)
        return
    if isinstance(incoming, EditedMessage) and _reword(work, care, incoming, verdict):
        return
    reply = _reply(work, care, incoming)
    if reply is None:
        crisis_help.respond(work, care.client_id, care.language, verdict)
        noting.offer_hard(work, care, _as_written(incoming))
        return
    language = reply.stored.state.language
    noted = work.say(language, "crisis_noted", **names_for(work, care, language))
    crisis_help.respond(
        work,
        care.client_id,
        language,
        verdict,
        after=None if reply.is_kept else noted,
        waiting=reply.stored if reply.goes_on else None,
    )
    typed_words.take(work, reply, held=True)


def _reword(work: Work, care: Care, incoming: EditedMessage, verdict: Verdict) -> bool:
    """Queue help text, then let the answer that the message gave take its new words, if they are
    new; False, and nothing is done, where it gave none that may be changed.
    """
    edited = changed_message.read(work, care, incoming.text)
    if edited is None or not (edited.is_changed or edited.is_same):
        return False
    crisis_help.respond(
        work,
        care.client_id,
        edited.stored.state.language,
        verdict,
        waiting=edited.stored if edited.turn.check_in.status == "open" else None,
    )
    if edited.is_changed:
        changed_message.take(work, edited, held=True)
    return True


def _reply(work: Work, care: Care, incoming: Incoming) -> Reply | None:
    """What the words come to in a check-in; None where they are no reply in one."""
    match incoming:
        case Said():
            return typed_words.read(work, care, incoming.text)
        case SentSomething() | SentMore():
            return typed_words.read(work, care, incoming.caption, is_caption=True)
        case (
            Started()
            | Commanded()
            | EditedMessage()
            | Pressed()
            | BlockedBot()
            | UnblockedBot()
            | NothingForUs()
        ):
            return None
        case _:
            assert_never(incoming)


def _as_written(incoming: Incoming) -> str:
    """The words as the chat shows them, with their command."""
    match incoming:
        case Started():
            return f"/start {incoming.token}"
        case Commanded():
            return f"/{incoming.name} {incoming.rest}".strip()
        case (
            Said()
            | SentSomething()
            | SentMore()
            | EditedMessage()
            | Pressed()
            | BlockedBot()
            | UnblockedBot()
            | NothingForUs()
        ):
            return _words(incoming)
        case _:
            assert_never(incoming)
