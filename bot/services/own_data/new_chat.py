"""A client in a chat that is new: what they are told, and what becomes of the chat before.

A link may fall into the wrong hands. Until the therapist has heard the word from the client nothing
of before is shown or changed here; new questions may be answered, and the crisis card always comes.
The link was made in ``new_phone``, where it is also said who came.
"""

from __future__ import annotations

from datetime import timedelta

from bot.messages import Button
from bot.services.care import consents, meeting
from bot.services.check_in import check_ins
from bot.services.check_in.locked import find_open, is_locked
from bot.services.consent import stepwise
from bot.services.handover import yes_or_no
from bot.services.own_data import copying
from bot.services.safety import card
from bot.services.work import notices, speak
from bot.services.work.buttons import data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.engine.inputs import Recalled
from storage import audit, cares, moves, people, risk_cases
from storage import check_ins as stored_check_ins
from storage.cares import Care
from storage.moves import Move

LAST_WORDS_FOR = timedelta(hours=24)
"""For so long it is tried to say the last words in a chat that was left."""


def say_how_it_stands(work: Work, care: Care) -> None:
    """Introduce both sides the first time; later, say what waits until the word was heard."""
    move = moves.find_unsettled(work.tx, care.client_id)
    if move is not None and move.introduced_at is None:
        _introduce(work, move)
        return
    speak.to_client(work, care, "moved_not_yet", **names_for(work, care))
    if stepwise.waits(work, care):
        consents.ask(work, care)


def _introduce(work: Work, move: Move) -> None:
    """Tell the word to both sides, end the chat before, and ask the open question anew."""
    care = cares.load(work.tx, move.care_id)
    moves.mark_introduced(work.tx, move, work.now)
    audit.add(
        work.tx,
        now=work.now,
        actor=care.client_code,
        action="client.moved",
        subject=care.client_code,
    )
    _end_former_chat(work, care)
    word, names = meeting.word_for(work, care), names_for(work, care)
    told = [work.say(care.language, "moved", word=word, **names)]
    if _locked(work, care.client_id):
        told.append(work.say(care.language, "moved_waits"))
    speak.insist(work, care.client_id, "\n\n".join(told), key="moved")
    _show_numbers(work, care)
    _tell_therapist(work, care, word)
    if stepwise.waits(work, care):
        consents.ask(work, care)
        return
    for each in cares.list_for_client(work.tx, care.client_id):
        _ask_anew(work, each)


def _show_numbers(work: Work, care: Care) -> None:
    """The crisis card comes where hard words of theirs are with somebody still: the card that
    answered them may have had no chat to go to. It says nothing of the words.
    """
    own = cares.list_for_client(work.tx, care.client_id)
    if any(risk_cases.find_open(work.tx, each.id) for each in own):
        language = card.language_of(work, care.language)
        card.show(work, care.client_id, language, is_hard=False, after=())


def _end_former_chat(work: Work, care: Care) -> None:
    """Take files with the client's data out of the chat before, and say there what happened."""
    for sent in copying.list_in_chat(work, care.client_id):
        key = f"former{sent.message_id}"
        speak.delete_in_former_chat(work, care.client_id, sent.message_id, key=key)
    moves.leave_files(work.tx, care.client_id)
    text = work.say(care.language, "moved_away", **names_for(work, care))
    until = work.now + LAST_WORDS_FOR
    speak.to_former_chat(work, care.client_id, text, key="moved_away", until=until)


def _tell_therapist(work: Work, care: Care, word: str) -> None:
    therapist = people.load(work.tx, care.therapist_id)
    text = work.tell(therapist.language, "new_phone_opened", alias=care.alias, word=word)
    heard = Button(work.tell(therapist.language, "button_heard_word"), data("heard_word", care.id))
    wrong = Button(
        work.tell(therapist.language, "button_wrong_person"), data("wrong_phone", care.id)
    )
    rows = speak.column(heard, wrong)
    notices.tell(work, therapist, "phone_opened", text, key="phone_opened", rows=rows)


def _locked(work: Work, client_id: int) -> bool:
    """True where a round that was begun before is open still."""
    own = cares.list_for_client(work.tx, client_id)
    opened = ((each, stored_check_ins.find_open(work.tx, each.id)) for each in own)
    return any(stored is not None and is_locked(each, stored) for each, stored in opened)


def _ask_anew(work: Work, care: Care) -> None:
    """Ask the open question of a care in the chat where the client is now, if it may be seen."""
    stored = find_open(work, care)
    if stored is not None and care.paused_at is None:
        check_ins.receive(work, stored, Recalled())


# -- stopping


def confirm_stop(work: Work, care: Care) -> None:
    """Ask once whether to stop, and say what that means in a chat that is new."""
    stop = Button(work.say(care.language, "button_stop"), data("stop", care.id))
    keep = Button(work.say(care.language, "button_keep"), data("keep", care.id))
    text = work.say(care.language, "moved_stop_question", **names_for(work, care))
    speak.reply(work, care.client_id, text, key="stop?", rows=speak.column(stop, keep))


def stop(work: Work, care: Care) -> None:
    """Nothing more is asked. It counts as the client's own wish once they are recognised: whoever
    holds a stray link must not end somebody's care.
    """
    move = moves.find_unsettled(work.tx, care.client_id)
    if move is None:
        return
    if move.stop_asked_at is None:
        _ask_nothing_more(work, care, move)
    speak.insist(  # also at a second tap: silence would look as if it did not count
        work,
        care.client_id,
        work.say(care.language, "moved_stopped", **names_for(work, care)),
        key="stopped",
    )


def _ask_nothing_more(work: Work, care: Care, move: Move) -> None:
    moves.mark_stop_asked(work.tx, move, work.now)
    for each in cares.list_for_client(work.tx, care.client_id):
        if each.state != "active":
            continue
        if find_open(work, each) is not None:
            check_ins.stop(work, each.id)
        if each.paused_at is None:
            cares.pause(work.tx, each.id, work.now)
    told = cares.load(work.tx, move.care_id)
    therapist = people.load(work.tx, told.therapist_id)
    text = work.tell(therapist.language, "new_phone_stop", alias=told.alias)
    notices.tell(work, therapist, "phone_stop", text, key="move_stop")


# -- once it is known who came


def welcome(work: Work, move: Move) -> None:
    """The right person came: everything is here again, or ends as they asked."""
    for each in cares.list_for_client(work.tx, move.person_id):
        if move.stop_asked_at is not None and each.state == "active":
            consents.withdraw(work, each)
    if move.stop_asked_at is not None:
        return
    care = cares.load(work.tx, move.care_id)
    text = work.say(care.language, "moved_recognised", **names_for(work, care))
    speak.insist(work, care.client_id, text, key="recognised")
    for each in cares.list_for_client(work.tx, move.person_id):
        if each.state == "active":
            _ask_anew(work, each)
        elif each.again_at is not None:
            consents.ask(work, each)
    yes_or_no.ask_anew(work, move.person_id)


def go_back(work: Work, move: Move) -> bool:
    """Somebody else came: they are cut off, and the client is in the chat before again. False, and
    the client is in no chat, where that one is not known any more.
    """
    care = cares.load(work.tx, move.care_id)
    before, now = (
        moves.former_chat_of(work.tx, move.person_id),
        people.chat_of(work.tx, move.person_id),
    )
    moves.keep_former(work.tx, move, now)
    moves.leave_chat(work.tx, move.person_id)
    moves.leave_files(work.tx, move.person_id)
    names, until = names_for(work, care), work.now + LAST_WORDS_FOR
    cut = work.say(care.language, "moved_cut", **names)
    speak.to_former_chat(work, care.client_id, cut, key="moved_cut", until=until)
    is_free = before is not None and people.find_by_chat(work.tx, before) is None
    if before is None or not is_free:
        people.leave_chat(work.tx, move.person_id)
        return False
    people.bind_chat(work.tx, move.person_id, before, work.now)
    back = work.say(care.language, "moved_back", **names)
    speak.insist(work, care.client_id, back, key="moved_back")
    for each in cares.list_for_client(work.tx, move.person_id):
        if each.state == "active":
            _ask_anew(work, each)
    yes_or_no.ask_anew(work, move.person_id)
    return True
