"""Finds in which care an update acts, for a client who may take part with several therapists.

Used by dispatch, once for every update, and by what has to ask. A tap acts in the care of what it
names, typed words in that of the question that they reply to, or else of the one shown last. It
must never guess where words could reach the wrong therapist: then it asks with whom, and what was
typed waits for the tap.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Button
from bot.services.arriving.entries.entry import ASKED, Standing, is_taking_part, standing_of
from bot.services.check_in import noting, typed_words
from bot.services.consent import item_questions, stepwise
from bot.services.safety import holding
from bot.services.work import speak
from bot.services.work.button_forms import FORMS
from bot.services.work.buttons import Press, data
from bot.services.work.incoming import (
    EditedMessage,
    Incoming,
    Pressed,
    Said,
    SentMore,
    SentSomething,
    Started,
)
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.services.work.with_whom import NO_WORDS
from storage import (
    answer_messages,
    cares,
    check_ins,
    deliveries,
    enrolments,
    handovers,
    notes,
)
from storage.cares import Care


def list_own(work: Work, client_id: int) -> list[Care]:
    """The client's cares in which anything may act, oldest first; one that was handed over is told
    of and kept, and acts no more where another one goes on.
    """
    every = cares.list_for_client(work.tx, client_id)
    return [each for each in every if each.ended_by != "handover"] or every


def find(work: Work, own: Sequence[Care], incoming: Incoming) -> Care:
    """The care in which an update acts, or in which its answer is spoken; ``own`` are all of the
    client's, oldest first, and at least one.
    """
    if len(own) == 1:
        return own[0]
    named = None
    if isinstance(incoming, Pressed) and incoming.press is not None:
        named = _named(work, incoming.press)
    elif isinstance(incoming, EditedMessage) and work.message_id is not None:
        message_id = work.message_id
        answered = (each for each in own if answer_messages.find(work.tx, each.id, message_id))
        named = next((each.id for each in answered), None)
    elif isinstance(incoming, Started):
        waiting = [each for each in own if standing_of(each) in ASKED | {"invited"}]
        named = waiting[-1].id if waiting else None
    elif isinstance(incoming, Said) and incoming.replies_to is not None:
        named = _answered(work, own[0].client_id, incoming.replies_to)
    of_words = isinstance(incoming, Said | SentSomething | SentMore)
    return next((each for each in own if each.id == named), None) or _default(work, own, of_words)


def _answered(work: Work, client_id: int, message_id: int) -> int | None:
    """The care of the question that a client chose to answer, though it may not be the open one."""
    check_in_id = deliveries.find_asked_in(work.tx, client_id, message_id)
    return None if check_in_id is None else check_ins.find_care(work.tx, check_in_id)


def _named(work: Work, press: Press) -> int | None:
    """The care of the thing that a button names; whether it is the tapper's is found out later."""
    things = FORMS[press.name].things
    if "care" in things:
        return press.number("care")
    if "check_in" in things:
        return check_ins.find_care(work.tx, press.number("check_in"))
    if "enrolment" in things:
        enrolment = enrolments.find(work.tx, press.number("enrolment"))
        return None if enrolment is None else enrolment.care_id
    if "handover" in things:
        handover = handovers.find(work.tx, press.number("handover"))
        return None if handover is None else handover.care_id
    if "note" in things:
        return notes.find_care(work.tx, press.number("note"))
    return None


def _default(work: Work, own: Sequence[Care], of_words: bool) -> Care:
    """The care of the question shown last, as far as the client takes part; else their newest."""
    taking = [each for each in own if is_taking_part(each)]
    if len(taking) > 1:
        return _shown_last(work, taking, of_words)
    living = taking or [each for each in own if each.state in cares.LIVING]
    return (living or own)[-1]


def _shown_last(work: Work, taking: Sequence[Care], of_words: bool) -> Care:
    """Words that were written before anything of an open check-in was shown are not for it."""
    stored = check_ins.find_open_of(work.tx, taking[0].client_id)
    is_for_it = stored is not None and not (of_words and typed_words.is_unshown(work, stored))
    named = stored.care_id if stored is not None and is_for_it else None
    if named is None:
        held = (holding.find(work, each.id) for each in taking)
        named = next((hold.care_id for hold in held if hold is not None), None)
    if named is None:
        newest = [check_ins.find_newest(work.tx, each.id) for each in taking]
        ended = [each for each in newest if each is not None and each.state.status != "open"]
        ended.sort(key=lambda each: (each.state.opened_at, each.id))
        named = ended[-1].care_id if ended else None
    return next((each for each in taking if each.id == named), taking[-1])


def choices(work: Work, care: Care, name: str, when: frozenset[Standing]) -> list[Care]:
    """The cares that a command of one care may be about now; none where it is not for now."""
    own = cares.list_for_client(work.tx, care.client_id)
    living = (each for each in own if each.state in cares.LIVING)
    fitting = [each for each in living if standing_of(each) in when]
    if name == "checkin":
        stored = check_ins.find_open_of(work.tx, care.client_id)
        asked = [each for each in fitting if stored is not None and each.id == stored.care_id]
        return asked or fitting
    if name == "resume":
        return [each for each in fitting if each.paused_at is not None] or fitting
    return fitting


def ask(work: Work, care: Care, name: str, words: str, among: Sequence[Care]) -> None:
    """Ask with whom a command is meant; the words behind it wait for the tap as an offered note."""
    note_id = noting.put_by(work, care, words) if words else NO_WORDS
    buttons = [
        Button(names_for(work, each)["therapist"], data("with_whom", each.id, note_id, word=name))
        for each in among
    ]
    text = work.say(care.language, "with_whom_words" if words else "with_whom")
    speak.reply(work, care.client_id, text, key="with_whom", rows=speak.column(*buttons))


def follow_with_consent(work: Work, care: Care, own: Sequence[Care]) -> None:
    """Show a changed text that is to be answered anew, and ask about what is apart, whoever's it
    is: one of each at a time, and no other text amid one. The care that was acted in comes first;
    ``own`` are all of the client's as they are after what was done.
    """
    ordered = [care.id, *(each.id for each in own if each.id != care.id)]
    if not any(stepwise.is_being_read(work, each) for each in own):
        any(stepwise.follow(work, each) for each in ordered)
    any(item_questions.follow(work, each) for each in ordered)
