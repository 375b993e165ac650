"""A therapist takes back an invitation that nobody has used: its link is dead, and nothing is kept
of whoever was meant.

Used by the entries of therapists. It must never touch anybody who has opened a link: what is theirs
goes by their own wish, or by ``wrong_person``.
"""

from __future__ import annotations

from bot.messages import Button
from bot.services.own_data import erasing
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from storage import audit, erasures, people
from storage.cares import Care
from storage.people import Person


def ask(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Ask once more, and say what goes."""
    if not _is_unused(work, care):
        return STALE
    text = work.tell(therapist.language, "withdraw_ask", alias=care.alias)
    rows = speak.column(
        Button(work.tell(therapist.language, "button_withdraw_now"), data("withdraw_now", care.id)),
        Button(work.tell(therapist.language, "button_not_yet"), data("card", care.id)),
    )
    speak.edit(work, therapist.id, message_id, text, key="withdraw?", rows=rows)
    return None


def withdraw(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """The link leads nowhere, what was prepared is gone, and the alias is free again."""
    if not _is_unused(work, care):
        return STALE
    audit.add(
        work.tx,
        now=work.now,
        actor=therapist.code,
        action="client.invitation_withdrawn",
        subject=care.client_code,
    )
    # no digest tells of it: whoever was meant has given nothing, and the therapist knows
    erasures.erase(
        work.tx,
        people.load(work.tx, care.client_id),
        by="practice",
        receipt=erasing.new_receipt(work),
        now=work.now,
        told=(therapist.id,),
    )
    text = work.tell(therapist.language, "withdrawn", alias=care.alias)
    speak.edit(work, therapist.id, message_id, text, key="withdrawn")
    return None


def _is_unused(work: Work, care: Care) -> bool:
    return care.state in ("draft", "invited") and people.chat_of(work.tx, care.client_id) is None
