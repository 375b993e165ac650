"""Handles all that a client writes or sends, beside commands and taps."""

from __future__ import annotations

from bot.services.arriving import whose_care
from bot.services.arriving.entries.entry import TAKING_PART, is_taking_part, standing_of
from bot.services.care import consents
from bot.services.check_in import (
    after_card,
    changed_message,
    check_ins,
    noting,
    snoozing,
    typed_words,
)
from bot.services.check_in.locked import find_open
from bot.services.consent import stepwise
from bot.services.own_data import new_chat
from bot.services.planning import own_times, projecting
from bot.services.safety import holding
from bot.services.therapy_sessions import not_met
from bot.services.work import speak, with_whom
from bot.services.work.incoming import Sort
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.engine.inputs import Recalled, SentOther
from flows.languages import Language
from flows.schedule.zones import zone
from storage.cares import Care
from storage.holds import Hold

SENT: dict[Sort, ClientKey] = {
    "voice": "sent_voice",
    "contact": "sent_contact",
    "sticker": "sent_sticker",
}
"""The line about each sort of thing that is sent without words."""


def start(work: Work, care: Care) -> None:
    """Say how things stand, and what is to be done next."""
    match standing_of(care):
        case "invited" | "asked" | "asked_again":
            consents.ask(work, care)
        case "over":
            declined = care.state == "declined"
            speak.to_client(work, care, "care_declined" if declined else "care_over")
        case "unrecognised":
            new_chat.say_how_it_stands(work, care)
        case "running" | "paused":
            _where_things_stand(work, care)


def _where_things_stand(work: Work, care: Care) -> None:
    stored = find_open(work, care)
    due_at = projecting.next_at(work, care)
    if stored is not None:
        check_ins.receive(work, stored, Recalled())
    elif stepwise.is_outdated(work, care):
        stepwise.show(work, care)
    elif with_whom.others(work, care):
        _with_each(work, care)
    elif care.paused_until is not None:
        on = care.paused_until.astimezone(zone(care.zone)).date()
        speak.to_client(work, care, "already_paused_until", on=on)
    elif care.paused_at is not None:
        speak.to_client(work, care, "already_paused")
    elif due_at is None:
        speak.to_client(work, care, "already_here")
    else:
        speak.to_client(work, care, "already_here_next", zone=zone(care.zone), at=due_at)


def _with_each(work: Work, care: Care) -> None:
    """Say how things stand with each of several therapists."""
    lines = "\n".join(_with_one(work, each) for each in with_whom.among(work, care))
    speak.to_client(work, care, "start_several", lines=lines)


def _with_one(work: Work, care: Care) -> str:
    local, names, due_at = zone(care.zone), names_for(work, care), projecting.next_at(work, care)
    if care.paused_until is not None:
        on = care.paused_until.astimezone(local).date()
        return work.say(care.language, "with_paused_until", on=on, **names)
    if care.paused_at is not None:
        return work.say(care.language, "with_paused", **names)
    if due_at is None:
        return work.say(care.language, "with_quiet", **names)
    return work.say(care.language, "with_next", zone=local, at=due_at, **names)


def say(work: Work, care: Care, text: str) -> None:
    """Take words as an answer, or as a wish for other times, or offer them as a note."""
    if not _takes_part(work, care):
        return
    hold = holding.find(work, care.id)
    if hold is not None:
        after_card.take(work, care, hold, text)
        return
    is_known = care.unrecognised_since is None
    if is_known and not_met.typed(work, care, text):
        return
    reply = typed_words.read(work, care, text)
    if reply is not None:
        typed_words.take(work, reply)
    elif is_known and with_whom.others(work, care) and own_times.is_wish(text, care.language):
        among = whose_care.choices(work, care, "when", TAKING_PART)
        whose_care.ask(work, care, "when", text, among)
    elif not is_known or not own_times.typed(work, care, text):
        noting.offer(work, care, text)


def forward(work: Work, care: Care) -> None:
    """Say that words which somebody passed on are no words of their own, and are not kept."""
    if not _takes_part(work, care):
        return
    text = work.say(care.language, "forwarded", **with_whom.any_names(work, care))
    stored = find_open(work, care)
    waits = stored is not None and holding.find(work, care.id) is None
    rows = speak.row(snoozing.go_on(work, stored)) if stored is not None and waits else ()
    speak.reply(work, care.client_id, text, key="forwarded", rows=rows)


def send_something(work: Work, care: Care, caption: str, sort: Sort = "other") -> None:
    """A picture, a voice message or the like is not kept, and that is said; words under it are, as
    typed ones.
    """
    if not _takes_part(work, care):
        return
    hold, stored = holding.find(work, care.id), find_open(work, care)
    if hold is not None:
        _after_card(work, care, hold, caption)
        return
    reply = typed_words.read(work, care, caption, is_caption=True) if caption else None
    if reply is not None:
        typed_words.take(work, reply)
    elif stored is not None:
        check_ins.receive(
            work, stored, SentOther(), more=_of_sort(work, stored.state.language, sort)
        )
    elif caption:
        noting.offer(work, care, caption, is_caption=True)
    else:
        text = work.say(care.language, "nothing_open_unread", **with_whom.any_names(work, care))
        said = " ".join(filter(None, (_of_sort(work, care.language, sort), text)))
        speak.reply(work, care.client_id, said, key="nothing_open_unread")


def send_more(work: Work, care: Care, caption: str) -> None:
    """Another picture of an album, which has had its answer; words under it are lost as little."""
    if not caption or not is_taking_part(care):
        return
    hold = holding.find(work, care.id)
    if hold is not None:
        _after_card(work, care, hold, caption)
        return
    reply = typed_words.read(work, care, caption, is_caption=True)
    if reply is not None:
        typed_words.take(work, reply)
    else:
        noting.offer_more(work, care, caption)


def edit(work: Work, care: Care, text: str) -> None:
    """Change the answer that the message gave, or say truly that it stays as it was."""
    if not _takes_part(work, care):
        return
    edited = changed_message.read(work, care, text)
    if edited is not None and edited.is_changed:
        held = holding.find(work, care.id) is not None
        changed_message.take(work, edited, held=held)
        if held:
            speak.to_client(work, care, "answer_changed")
    elif edited is not None and changed_message.explain(work, edited):
        return
    elif find_open(work, care) is not None:
        speak.to_client(work, care, "edited_message")
    else:
        speak.to_client(work, care, "edited_outside", **with_whom.any_names(work, care))


def _of_sort(work: Work, language: Language, sort: Sort) -> str:
    """The line that fits what was sent without words; empty where there is none of its own."""
    return work.say(language, SENT[sort]) if sort in SENT else ""


def _after_card(work: Work, care: Care, hold: Hold, caption: str) -> None:
    """Take what came after a crisis card: words under it are kept, and no question asked anew."""
    if caption:
        after_card.take(work, care, hold, caption, is_caption=True)
    else:
        speak.to_client(work, care, "refused_wrong_kind")


def _takes_part(work: Work, care: Care) -> bool:
    """False where words cannot be answers: what is to be done instead has been said then."""
    if is_taking_part(care):
        return True
    if care.state == "asked":
        consents.ask_for_tap(work, care)
    else:
        start(work, care)
    return False
