"""Hard words, and a request for the crisis card, are found before anything else is done with what
somebody wrote.

Dispatch asks here once for every update, whatever it is, and no entry is reached where the answer
is yes: so none can forget it. What therapists write is not screened, for they write about others;
the card is theirs for the asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from bot.services.arriving import whose_care
from bot.services.arriving.entries.entry import is_taking_part
from bot.services.check_in import after_card, changed_message, noting, typed_words
from bot.services.check_in.changed_message import Edited
from bot.services.check_in.locked import find_open_of
from bot.services.check_in.typed_words import Reply
from bot.services.safety import card, cases, holding
from bot.services.safety.fate import Fate
from bot.services.work import speak
from bot.services.work.incoming import (
    BlockedBot,
    Commanded,
    EditedMessage,
    Forwarded,
    Incoming,
    NothingForUs,
    Pressed,
    Said,
    SentMore,
    SentSomething,
    Started,
    UnblockedBot,
    read_text,
)
from bot.services.work.practice import Practice
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.languages import Language
from flows.safety import RISKS, Verdict
from flows.safety.asking import asks_for_card, is_card_command
from storage import audit, cares, people
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.people import Person

RIGHT_BEFORE = timedelta(minutes=1)
"""So close together two messages may be one sentence."""
CRISIS = "crisis"
"""The command that every other way of asking for the card comes to."""


def find_hard_words(practice: Practice, incoming: Incoming) -> Verdict:
    """Judges an update by the practice's screen. What follows a command is judged by itself, too:
    "/when" before a sentence may not hide what the sentence says.
    """
    texts = [words_of(incoming)]
    if isinstance(incoming, Commanded):
        texts.append(incoming.rest)
    return max(practice.screen.judge_all(texts), key=lambda verdict: RISKS.index(verdict.risk))


def find_in_burst(work: Work, care: Care, incoming: Incoming, verdict: Verdict) -> Verdict:
    """Judges words once more together with those right before them: people send one sentence in
    two messages. The graver verdict counts; after a card the words before it have had theirs.
    """
    text = words_of(incoming) if isinstance(incoming, Said | SentSomething | SentMore) else ""
    takes_part = is_taking_part(care)
    if not text or needs_card(verdict) or not takes_part or holding.find(work, care.id) is not None:
        return verdict
    before = _right_before(work, care, text)
    if not before:
        return verdict
    together = work.practice.screen.judge(f"{before} {text}")
    return max(verdict, together, key=lambda found: RISKS.index(found.risk))


def _right_before(work: Work, care: Care, text: str) -> str:
    """The words that these go on from: of the same answer, or of a note of this minute."""
    reply = typed_words.read(work, care, text)
    if reply is not None and reply.goes_on_from:
        return reply.goes_on_from
    return noting.words_since(work, care, work.said_at - RIGHT_BEFORE)


def needs_card(verdict: Verdict) -> bool:
    """True where the words are answered with the card at once."""
    return verdict.risk in ("likely", "explicit")


def as_command(incoming: Incoming) -> Commanded | None:
    """The command for the card that an update comes to, with the word that asked for it if it was
    no command; None where it asks for something else.
    """
    match incoming:
        case Commanded():
            return Commanded(CRISIS, incoming.rest) if is_card_command(incoming.name) else None
        case Said() | Forwarded() | SentSomething() | SentMore() | EditedMessage():
            meant = read_text(words_of(incoming))
            if isinstance(meant, Commanded):
                return as_command(meant)
            asks = isinstance(meant, Said) and asks_for_card(meant.text)
            own = "" if isinstance(incoming, Forwarded) else words_of(incoming)
            return Commanded(CRISIS, own) if asks else None
        case Started() | Pressed() | BlockedBot() | UnblockedBot() | NothingForUs():
            return None
        case _:
            assert_never(incoming)


def words_of(incoming: Incoming) -> str:
    """Everything in it that a person may have written."""
    match incoming:
        case Started():
            return incoming.token
        case Commanded():
            return f"{incoming.name} {incoming.rest}"
        case Said() | Forwarded() | EditedMessage():
            return incoming.text
        case SentSomething() | SentMore():
            return incoming.caption
        case Pressed() | BlockedBot() | UnblockedBot() | NothingForUs():
            return ""
        case _:
            assert_never(incoming)


@dataclass(frozen=True, slots=True)
class _Heard:
    """Whose danger the words are about, and to whom a message goes."""

    about: cases.Cause
    told: cases.Tellings


def respond(work: Work, care: Care, incoming: Incoming, verdict: Verdict) -> None:
    """Queue the card before anything else. No words are lost: they answer the open question, or
    stand beside it as a note, or are offered as one; nothing is asked until the client goes on.
    Nothing is kept of somebody who does not take part.
    """
    _record(work, care.client_id, verdict)
    about = cases.about(verdict)
    if not is_taking_part(care):
        heard = _Heard(about, cases.all_told_before(work, care))
        _show(work, care, care.language, heard, "not_kept", None)
        return
    edited = _reworded(work, care, incoming)
    reply = _reply(work, care, incoming)
    is_for_one = edited is not None or reply is not None
    told = cases.hear_all(work, care, about, verdict, is_for_one=is_for_one)
    heard = _Heard(about, told)
    if edited is not None:
        _reword(work, care, edited, heard)
    elif isinstance(incoming, Forwarded):
        _passed_on(work, care, heard)
    elif reply is None:
        _outside(work, care, _as_written(incoming), heard)
    else:
        _inside(work, care, reply, heard)


def _show(
    work: Work,
    care: Care,
    language: Language,
    heard: _Heard,
    became: Fate,
    waiting: StoredCheckIn | None,
) -> None:
    card.show_client(
        work,
        care,
        language,
        is_hard=True,
        about=heard.about,
        became=became,
        told=heard.told,
        waiting=waiting,
    )


def _inside(work: Work, care: Care, reply: Reply, heard: _Heard) -> None:
    """Words of a check-in are kept in it, and its next question waits."""
    waiting = reply.stored if reply.goes_on else None
    language = reply.stored.state.language
    _show(work, care, language, heard, "kept", waiting)
    holding.begin(work, care.id)
    typed_words.take(work, reply, held=True)
    holding.renew(work, care.id)


def _outside(work: Work, care: Care, text: str, heard: _Heard) -> None:
    """Words outside a check-in are offered as a note; they go to nobody by themselves, unless they
    go on with words that do.
    """
    hold, waiting = holding.find(work, care.id), find_open_of(work, care)
    language = care.language if waiting is None else waiting.state.language
    if hold is not None and after_card.is_unsaid(work, care, hold) and hold.note_id is not None:
        _show(work, care, language, heard, "offered", waiting)
        after_card.offer_unsaid(work, care, hold, text)
        holding.renew(work, care.id)
        return
    is_joined = hold is not None and not after_card.is_unsaid(work, care, hold)
    if hold is not None and is_joined and after_card.joins_note(work, hold):
        _show(work, care, language, heard, "kept", waiting)
        holding.begin(work, care.id)
        after_card.join_note(work, care, text)
        return
    _show(work, care, language, heard, "offered", waiting)
    holding.begin(work, care.id, note_id=noting.offer_hard(work, care, text))


def _passed_on(work: Work, care: Care, heard: _Heard) -> None:
    """Words of somebody else, or of another chat, are nobody's own: they are not kept with those
    before them, nor offered, and that is said below the card.
    """
    waiting = find_open_of(work, care)
    language = care.language if waiting is None else waiting.state.language
    _show(work, care, language, heard, "none", waiting)
    holding.begin(work, care.id)
    speak.to_client(work, care, "forwarded", **names_for(work, care))


def ask(work: Work, care: Care, word: str) -> None:
    """Queue the card for a client who asks for it. A ``word`` that asked for it stays an answer
    where own words were asked; nothing else follows until the client goes on.
    """
    waiting = find_open_of(work, care)
    language = care.language if waiting is None else waiting.state.language
    takes_part = is_taking_part(care)
    reply = typed_words.read(work, care, word) if word and takes_part else None
    is_kept = reply is not None and reply.is_kept and reply.is_free
    card.show_client(
        work,
        care,
        language,
        is_hard=False,
        became="kept" if is_kept else "none",
        told=cases.all_told_before(work, care),
        waiting=reply.stored if reply is not None and is_kept and reply.goes_on else waiting,
    )
    if not takes_part:
        return
    holding.begin(work, care.id)
    if reply is not None and is_kept:
        typed_words.take(work, reply, held=True)
        holding.renew(work, care.id)


def respond_aside(work: Work, person: Person, incoming: Incoming) -> bool:
    """Queue the card for a client whose message was set aside after trouble; False, and nothing is
    queued, where it neither held hard words nor asked for the card.
    """
    is_hard = needs_card(find_hard_words(work.practice, incoming))
    if not is_hard and as_command(incoming) is None:
        return False
    own = cares.list_for_client(work.tx, person.id)
    if not own:
        card.hand_out(work, person, is_hard=is_hard)
    else:
        care = whose_care.find(work, own, incoming)
        told = cases.all_told_before(work, care)
        card.show_client(work, care, care.language, is_hard=is_hard, became="aside", told=told)
    return True


def _record(work: Work, client_id: int, verdict: Verdict) -> None:
    """Record by which rules and examples the words were found, and not a word of them."""
    audit.add(
        work.tx,
        now=work.now,
        actor="bot",
        action=f"safety.{verdict.risk}",
        subject=people.load(work.tx, client_id).code,
        detail=",".join((*verdict.matched, *verdict.nearest)),
    )


def _reworded(work: Work, care: Care, incoming: Incoming) -> Edited | None:
    """Read what a changed message does to the answer that it gave; None where it gave none that may
    be changed.
    """
    if not isinstance(incoming, EditedMessage):
        return None
    edited = changed_message.read(work, care, incoming.text)
    return edited if edited is not None and (edited.is_changed or edited.is_same) else None


def _reword(work: Work, care: Care, edited: Edited, heard: _Heard) -> None:
    """Queue the card, then let the answer take its new words, if they are new."""
    waiting = edited.stored if edited.turn.check_in.status == "open" else None
    _show(work, care, edited.stored.state.language, heard, "kept", waiting)
    holding.begin(work, care.id)
    if edited.is_changed:
        changed_message.take(work, edited, held=True)
    holding.renew(work, care.id)


def _reply(work: Work, care: Care, incoming: Incoming) -> Reply | None:
    """Read what the words come to in a check-in; None where they are no reply in one."""
    match incoming:
        case Said():
            return after_card.read(work, care, incoming.text)
        case SentSomething() | SentMore():
            return after_card.read(work, care, incoming.caption, is_caption=True)
        case (
            Started()
            | Commanded()
            | Forwarded()
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
            | Forwarded()
            | SentSomething()
            | SentMore()
            | EditedMessage()
            | Pressed()
            | BlockedBot()
            | UnblockedBot()
            | NothingForUs()
        ):
            return words_of(incoming)
        case _:
            assert_never(incoming)
