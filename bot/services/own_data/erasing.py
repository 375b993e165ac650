"""Erases a client at their own wish, in two steps, or for the practice, or one care of theirs; and
says what was done.

The receipt is the last message to a chat that is a stranger's already. What waits to leave to the
practice and names the client does not leave, but for an alert, which holds no words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.messages import Button, Message, Rows
from bot.services.consent import deputy_reading, supervision
from bot.services.digest import digests
from bot.services.own_data import copying
from bot.services.own_data.what_is_kept import counts, everyones_cares, own_cares
from bot.services.safety import holding
from bot.services.work import speak, with_whom
from bot.services.work.buttons import Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage import audit, erasures, holdings, inbox, mentions, outbox, people
from storage.cares import Care
from storage.erasures import By, Erasure
from storage.holdings import Holdings
from storage.mentions import Waiting
from storage.people import Person

GOOD_FOR = timedelta(minutes=30)
"""For so long the last step can be taken; after that the first one is shown again."""
UNTIL_GIVEN_UP = timedelta(days=7)
"""For so long it is tried to deliver the receipt. The address of the chat is kept no longer."""


@dataclass(frozen=True, slots=True)
class Erased:
    """An erasing as whoever ordered it hears of it."""

    log: Erasure
    earlier: tuple[Erasure, ...]
    """The erasings of the same client under earlier links."""
    kept: Holdings
    """The counts of what is gone."""
    codes: tuple[str, ...] = ()
    """The codes under which the client's therapists knew them, each once."""


def ask(work: Work, care: Care) -> None:
    """Say what goes and what stays; a tap leads to the last step."""
    text, rows = _first_step(work, care)
    speak.reply(work, care.client_id, text, key="erase?", rows=rows)


def ask_last(work: Work, care: Care, message_id: int) -> None:
    """Put the last question in place of the first."""
    minute = int(work.now.timestamp()) // 60
    rows = speak.column(
        Button(work.say(care.language, "button_erase_now"), data("erase_now", care.id, minute)),
        Button(work.say(care.language, "button_erase_keep"), data("erase_keep", care.id)),
    )
    text = work.say(care.language, "erase_sure")
    speak.edit(work, care.client_id, message_id, text, key="erase", rows=rows)


def keep(work: Work, care: Care, message_id: int) -> Toast:
    """Leave everything as it is; the question goes."""
    kept = work.say(care.language, "erase_kept")
    speak.edit(work, care.client_id, message_id, kept, key="erase")
    return None


def confirm(work: Work, care: Care, *, minute: int, message_id: int, update_id: int) -> Toast:
    """Erase the client who tapped, unless the question is an old one, or they wrote something that
    has not been handled yet: that comes first, it may be a cry for help.
    """
    age = int(work.now.timestamp()) // 60 - minute
    if not 0 <= age <= GOOD_FOR // timedelta(minutes=1):
        text, rows = _first_step(work, care)
        speak.edit(work, care.client_id, message_id, text, key="erase", rows=rows)
        return None
    if inbox.has_others(work.tx, care.client_id, update_id=update_id):
        return work.say(care.language, "toast_erase_wait")
    earlier = people.list_earlier(work.tx, care.client_id)
    erase(work, people.load(work.tx, care.client_id), by="client", earlier=earlier)
    speak.edit(work, care.client_id, message_id, None, key="erase")
    return None


def erase(work: Work, person: Person, *, by: By, earlier: Sequence[Person] = ()) -> Erased:
    """Everything of the client is gone, and the receipt is on its way to the chat that was theirs.

    ``earlier``: who the client was under earlier links. ValueError: the person is no client.
    """
    if person.role != "client":
        raise ValueError(f"{person.code} is no client")
    own = own_cares(work, (*reversed(earlier), person))
    kept = holdings.count_all(work.tx, [each.id for each in (person, *earlier)])
    receipt = new_receipt(work)
    text = _receipt(work, person, own, kept, receipt, by)
    is_reachable = people.chat_of(work.tx, person.id) is not None
    unsent = _hold_back(work, own)
    sent = copying.list_in_chat(work, person.id)
    log = erasures.erase(work.tx, person, by=by, receipt=receipt, now=work.now)
    for digest_id, with_pages in unsent.items():
        digests.send_anew(work, digest_id, with_pages=with_pages)
    therapists = {care.therapist_id for care in own}
    before = tuple(
        erasures.erase(
            work.tx, each, by=by, receipt=new_receipt(work), now=work.now, told=therapists
        )
        for each in earlier
    )
    for each in (log, *before):
        _note(work, each, person)
    if is_reachable:
        copying.take_out(work, sent)
        until = work.now + UNTIL_GIVEN_UP
        is_awaited = by == "client"
        speak.last_words(work, person.id, text, key="erased", is_awaited=is_awaited, until=until)
    codes = dict.fromkeys(each.client_code for each in own)
    return Erased(log, before, kept, tuple(codes))


def erase_care(work: Work, care: Care) -> None:
    """Everything of one care is gone, for the practice; the client, who has another one, is told in
    their chat, and nobody else but the care's own therapist learns of it.
    """
    receipt = new_receipt(work)
    text = _receipt_of_one(work, care, receipt)
    unsent = _hold_back(work, [care])
    until = holding.until(work, care.id)
    log = erasures.erase_care(work.tx, care, by="practice", receipt=receipt, now=work.now)
    if until is not None:
        holding.keep_until(work, care.client_id, until)
    for digest_id, with_pages in unsent.items():
        digests.send_anew(work, digest_id, with_pages=with_pages)
    _note(work, log, people.load(work.tx, care.client_id))
    speak.insist(work, care.client_id, text, key="erased")


def new_receipt(work: Work) -> str:
    """A code by which an erasing can be named."""
    return f"{work.practice.ids.code()}-{work.practice.ids.code()}"


def _note(work: Work, log: Erasure, person: Person) -> None:
    """Note an erasing in the audit trail, under the code of whom it erased."""
    actor = person.code if log.by == "client" else "admin"
    audit.add(
        work.tx,
        now=work.now,
        actor=actor,
        action="client.erased",
        subject=log.code,
        detail=log.receipt,
    )


def _first_step(work: Work, care: Care) -> tuple[str, Rows]:
    own = everyones_cares(work, care.client_id)
    names = dict.fromkeys(names_for(work, each)["therapist"] for each in own)
    parts = [work.say(care.language, "erase_what", **names_for(work, care))]
    if len(names) > 1:
        parts.append(work.say(care.language, "erase_several", names=", ".join(names)))
    parts.append(work.say(care.language, "erase_end"))
    rows = speak.column(
        Button(work.say(care.language, "button_erase_next"), data("erase_next", care.id)),
        Button(work.say(care.language, "button_erase_keep"), data("erase_keep", care.id)),
    )
    return "\n\n".join(parts), rows


def _receipt(
    work: Work, person: Person, own: list[Care], kept: Holdings, receipt: str, by: By
) -> str:
    """The last message, made while there is still a client to make it for."""
    lines = list(counts(work, own[-1], kept)) if own else []
    lines.append(work.say(person.language, "erased_rest"))
    parts = [] if by == "client" else [work.say(person.language, "erased_opening")]
    parts.append(
        work.say(
            person.language,
            "erased" if by == "client" else "erased_by_practice",
            at=work.now,
            zone=zone(person.zone),
            receipt=receipt,
            counts="\n".join(lines),
        )
    )
    parts.append(work.say(person.language, "erased_end"))
    return "\n\n".join(parts)


def _receipt_of_one(work: Work, care: Care, receipt: str) -> str:
    """The same for a client who stays, with their other therapist."""
    language, names = care.language, names_for(work, care)
    lines = list(counts(work, care, holdings.count_in(work.tx, care.id)))
    lines.append(work.say(language, "erased_rest_one", **names))
    local = zone(care.zone)
    said = work.say(
        language,
        "erased_one",
        at=work.now,
        zone=local,
        receipt=receipt,
        counts="\n".join(lines),
        **names,
    )
    end = work.say(language, "erased_end_one", **names)
    others = with_whom.others_go_on(work, care)
    return "\n\n".join(
        (work.say(language, "erased_opening"), said, " ".join(filter(None, (end, others))))
    )


def _hold_back(work: Work, own: Sequence[Care]) -> dict[int, bool]:
    """Let nothing leave that names the client; return the digests that are to be sent anew: True
    where pages of it were held back, False where its picture was.

    An alias is looked for in what waits for its own therapist, for it may be that of another's
    client, too; a code everywhere. Messages that were made together stand or fall together: words
    may run over into one that names nobody.
    """
    waiting = [each for each in mentions.list_waiting(work.tx) if each.message_class != "must"]
    hit = {_made_by(each) for each in waiting if _names(each, own)}
    anew: dict[int, bool] = {}
    told: set[str] = set()
    for each in waiting:
        made_by = _made_by(each)
        if made_by not in hit:
            continue
        if each.digest_id is not None:
            anew[each.digest_id] = anew.get(each.digest_id, False) or each.kind == "message"
        elif each.kind in ("message", "document") and made_by not in told:
            told.add(made_by)
            language = people.load(work.tx, each.person_id).language
            text = work.tell(language, "changed_meanwhile")
            mentions.say_instead(work.tx, each, Message(text).to_json())
            continue
        outbox.mark_dropped(work.tx, each.id, reason="erased", now=work.now)
    return anew


def _names(each: Waiting, own: Sequence[Care]) -> bool:
    """True where a message names the client of one of these cares to its reader, or is about them
    without a name.
    """
    if any(f":{supervision.key_of(care)}" in each.dedupe_key for care in own):
        return True
    words = [care.client_code for care in own]
    is_lent = f":{deputy_reading.KEY}" in each.dedupe_key
    words += [care.alias for care in own if is_lent or care.therapist_id == each.person_id]
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", each.body) for word in words if word)


def _made_by(each: Waiting) -> str:
    """Return what made the message: the beginning of its key."""
    return each.dedupe_key.rpartition(":")[0]
