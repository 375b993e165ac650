"""/handover: a therapist chooses who is to go on with a client, reads what that means, and may take
it back until the client has said yes.

The colleague is asked first, without learning of whom: nobody is asked whether they would change to
somebody who then has no room. Used by the entries of therapists, and by the command line where a
therapist is gone. It must never tell whether a colleague knows the client already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from bot.messages import Button, Rows
from bot.services.care import handover_lines, named_client
from bot.services.handover.telling import tell_client
from bot.services.work import notices, pages_of_people, speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.engine.cut import cut
from storage import audit, cares, handovers, people, risk_cases
from storage.cares import Care
from storage.handovers import By, Handover
from storage.people import Person

UNANSWERED = timedelta(days=14)
"""Without an answer for so long a question is closed, the colleague's as well as the client's."""
LONGEST_WORD = 60
REFUSED: dict[cares.State, StaffKey] = {
    "draft": "handover_not_yet",
    "invited": "handover_not_yet",
    "asked": "handover_not_yet",
    "declined": "handover_not_here",
    "ended": "handover_not_here",
}


def command(work: Work, therapist: Person, rest: str) -> None:
    """/handover M.K. asks to whom; with a name behind it, whether to; alone, whom."""
    if not rest.strip():
        listed = cares.list_for_therapist(work.tx, therapist.id, states=("active",))
        text, rows = _whose(work, therapist, listed, 0)
        speak.reply(work, therapist.id, text, key="handover?", rows=rows)
        return
    care, named = named_client.read(work, therapist, rest)
    if care is None:
        word = cut(rest.strip(), LONGEST_WORD)
        speak.to_therapist(work, therapist, "session_unknown", word=word)
        return
    text, rows = _to_whom(work, therapist, care, named.strip())
    speak.reply(work, therapist.id, text, key="handover", rows=rows)


def show_people(work: Work, therapist: Person, page: int, message_id: int) -> Toast:
    """Ask whom, in place of a message, from that page on."""
    listed = cares.list_for_therapist(work.tx, therapist.id, states=("active",))
    text, rows = _whose(work, therapist, listed, page)
    speak.edit(work, therapist.id, message_id, text, key="handover?", rows=rows)
    return None


def ask(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Ask to whom, in place of a message."""
    return show_colleagues(work, therapist, care, 0, message_id)


def show_colleagues(work: Work, therapist: Person, care: Care, page: int, message_id: int) -> Toast:
    """Ask to whom, from that page of names on."""
    refused = _refusal(work, therapist, care)
    text, rows = refused or _choice(work, therapist, care, page, "handover_to")
    speak.edit(work, therapist.id, message_id, text, key="handover", rows=rows)
    return None


def ask_sure(
    work: Work, therapist: Person, care: Care, colleague_id: int, message_id: int
) -> Toast:
    """Say what a handover to this colleague means, before anything is done."""
    colleague = _colleague(work, therapist.id, colleague_id)
    if colleague is None:
        return STALE
    text, rows = _refusal(work, therapist, care) or _sure(work, therapist, care, colleague)
    speak.edit(work, therapist.id, message_id, text, key="handover", rows=rows)
    return None


def decide(work: Work, therapist: Person, care: Care, colleague_id: int, message_id: int) -> Toast:
    """The colleague is asked whether there is room; the message says how it stands."""
    colleague = _colleague(work, therapist.id, colleague_id)
    if colleague is None:
        return STALE
    refused = _refusal(work, therapist, care)
    if refused is None:
        made = propose(work, care, colleague, by="therapist", actor=therapist.code)
        ask_for_room(work, therapist, colleague, [made] if made else [])
        refused = _standing(work, therapist, care)
    text, rows = refused or (work.tell(therapist.language, "toast_stale"), ())
    speak.edit(work, therapist.id, message_id, text, key="handover", rows=rows)
    return None


def propose(work: Work, care: Care, colleague: Person, *, by: By, actor: str) -> Handover | None:
    """The handover is open; None where it cannot be now, see ``hindrance``, or another one is."""
    if hindrance(work, care) is not None:
        return None
    made = handovers.add(
        work.tx,
        care_id=care.id,
        to_therapist_id=colleague.id,
        by=by,
        now=work.now,
        look_at=work.now + UNANSWERED,
    )
    if made is not None:
        _record(work, care, actor, "handover.proposed")
    return made


def stands(care: Care) -> bool:
    """True while a handover of the care may go on: it takes part, and is not ending."""
    return care.state == "active" and care.ending is None


def hindrance(work: Work, care: Care) -> StaffKey | None:
    """The reason why the client cannot be handed over now, as the key of a text."""
    if care.state != "active":
        return REFUSED[care.state]
    if care.ending is not None:
        return "handover_ending"
    return None if risk_cases.find_open(work.tx, care.id) is None else "handover_case"


def ask_for_room(
    work: Work, therapist: Person, colleague: Person, made: Sequence[Handover]
) -> None:
    """Ask the colleague once about all of them; it names no client."""
    if not made:
        return
    name, first = people.name_of(work.tx, therapist.id).name, made[0]
    if first.proposed_by == "therapist":
        text = work.tell(colleague.language, "room_question", therapist=name)
    else:
        count = len(made)
        text = work.tell(colleague.language, "room_question_many", therapist=name, count=count)
    rows = speak.column(
        Button(work.tell(colleague.language, "button_room"), data("hand_room", first.id, 1)),
        Button(work.tell(colleague.language, "button_no_room"), data("hand_room", first.id, 0)),
    )
    notices.tell(work, colleague, "handover", text, key=f"room{first.id}", rows=rows)


def take_back(work: Work, therapist: Person, handover: Handover, message_id: int) -> Toast:
    """Nothing changes; a client who was asked already is told so."""
    if handover.state not in handovers.BEFORE_THE_YES:
        return STALE
    care = cares.load(work.tx, handover.care_id)
    withdraw(work, care, handover, actor=therapist.code)
    text = work.tell(therapist.language, "handover_taken_back", alias=care.alias)
    speak.edit(work, therapist.id, message_id, text, key="handover")
    return None


def withdraw(work: Work, care: Care, handover: Handover, *, actor: str) -> None:
    """The handover is closed before the client's yes."""
    handovers.close(work.tx, handover, "withdrawn", work.now)
    _record(work, care, actor, "handover.withdrawn")
    if handover.asked_at is not None:
        tell_client(work, care, handover, "hand_taken_back")


def _whose(work: Work, therapist: Person, listed: list[Care], page: int) -> tuple[str, Rows]:
    if not listed:
        return work.tell(therapist.language, "no_clients"), ()
    return pages_of_people.people(
        work,
        therapist.language,
        listed,
        page,
        asks="handover_whose",
        whose="handover",
        leads_to=lambda care: data("hand_over", care.id),
    )


def _to_whom(work: Work, therapist: Person, care: Care, named: str) -> tuple[str, Rows]:
    refused = _refusal(work, therapist, care)
    if refused is not None:
        return refused
    if not named:
        return _choice(work, therapist, care, 0, "handover_to")
    colleague = _find(work, therapist, named)
    if colleague is None:
        return _choice(work, therapist, care, 0, "handover_unknown", word=cut(named, LONGEST_WORD))
    return _sure(work, therapist, care, colleague)


def _refusal(work: Work, therapist: Person, care: Care) -> tuple[str, Rows] | None:
    """Say why nothing can be chosen now, or how a handover that is open stands."""
    key = hindrance(work, care)
    if key is None and not _colleagues(work, therapist.id):
        key = "handover_nobody"
    if key is not None:
        return work.tell(therapist.language, key, alias=care.alias), ()
    return _standing(work, therapist, care)


def _standing(work: Work, therapist: Person, care: Care) -> tuple[str, Rows] | None:
    lines = list(handover_lines.lines(work, therapist, care))
    rows = handover_lines.button(work, therapist, care)
    return ("\n\n".join(lines), rows) if lines else None


def _choice(
    work: Work, therapist: Person, care: Care, page: int, asks: StaffKey, **values: object
) -> tuple[str, Rows]:
    among = _colleagues(work, therapist.id)
    shown, number = pages_of_people.page_of(among, page)
    names = _labels(work, among)
    buttons = [Button(names[each.id], data("hand_to", care.id, each.id)) for each in shown]
    language, of = therapist.language, pages_of_people.pages(len(among))
    turn = pages_of_people.turning(
        work, language, number, of, lambda to: data("hand_page", care.id, to)
    )
    parts = [
        work.tell(language, asks, alias=care.alias, **values),
        pages_of_people.line(work, language, number, of),
    ]
    back = Button(work.tell(language, "button_back"), data("card", care.id))
    return "\n\n".join(filter(None, parts)), (*speak.column(*buttons), *turn, (back,))


def _sure(work: Work, therapist: Person, care: Care, colleague: Person) -> tuple[str, Rows]:
    named = {"alias": care.alias, "colleague": people.name_of(work.tx, colleague.id).name}
    rows = speak.column(
        Button(
            work.tell(therapist.language, "button_handover_now", **named),
            data("hand_now", care.id, colleague.id),
        ),
        Button(work.tell(therapist.language, "button_back"), data("hand_over", care.id)),
    )
    return work.tell(therapist.language, "handover_sure", **named), rows


def _colleagues(work: Work, therapist_id: int) -> list[Person]:
    """The other therapists whom a message reaches, by name."""
    found = [
        each
        for each in people.list_therapists(work.tx)
        if each.id != therapist_id and can_be_asked(work, each)
    ]
    return sorted(found, key=lambda each: people.name_of(work.tx, each.id).name.casefold())


def can_be_asked(work: Work, colleague: Person) -> bool:
    """True where a message reaches the colleague."""
    return colleague.unreachable_at is None and people.chat_of(work.tx, colleague.id) is not None


def _colleague(work: Work, therapist_id: int, colleague_id: int) -> Person | None:
    return next((each for each in _colleagues(work, therapist_id) if each.id == colleague_id), None)


def _find(work: Work, therapist: Person, named: str) -> Person | None:
    """The colleague of this name or code; None where that is nobody, or several."""
    wanted = named.casefold()
    found = [
        each
        for each in _colleagues(work, therapist.id)
        if wanted in (people.name_of(work.tx, each.id).name.casefold(), each.code.casefold())
    ]
    return found[0] if len(found) == 1 else None


def _labels(work: Work, among: Sequence[Person]) -> dict[int, str]:
    """Their names; with the code where two are called alike."""
    names = {each.id: people.name_of(work.tx, each.id).name for each in among}
    often = Counter(names.values())
    return {
        each.id: names[each.id] if often[names[each.id]] == 1 else f"{names[each.id]} ({each.code})"
        for each in among
    }


def _record(work: Work, care: Care, actor: str, action: str) -> None:
    audit.add(work.tx, now=work.now, actor=actor, action=action, subject=care.client_code)
