"""The screen of a leave: what becomes of the digest and of alerts in it, who was told of it, and
what can be done about each.

Used by ``days_off_setting``, which enters a leave and takes it back, and by the entries of
therapists. It decides nothing of the days themselves.
"""

from __future__ import annotations

from datetime import date

from bot.messages import Button, Rows
from bot.services.consent import deputies, deputy_reading
from bot.services.safety import on_call
from bot.services.therapy_sessions import leave_telling
from bot.services.work import notices, speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.periods import cut_offs_in, first_after
from bot.services.work.therapist_names import names_of
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.zones import zone
from storage import audit, cares, consents, leaves, people
from storage.leaves import Digests, Leave, Word
from storage.people import Person

NOBODY = 0
"""In place of a colleague in a button: nobody covers."""


def open_(work: Work, therapist: Person, leave: Leave, message_id: int) -> Toast:
    """Show the leave in place of a message."""
    if leave.undone_at is not None or leave.last_on < _today(work, therapist):
        return STALE
    text, rows = screen(work, therapist, leave)
    speak.edit(work, therapist.id, message_id, text, key="leave", rows=rows)
    return None


def screen(work: Work, therapist: Person, leave: Leave, said: str = "") -> tuple[str, Rows]:
    """The leave as it stands, below what was ``said`` of it just now."""
    language = therapist.language
    opening = said or work.tell(language, "away_line", first=leave.first_on, last=leave.last_on)
    parts = [opening, _digests(work, therapist, leave), _cover(work, therapist, leave)]
    if leave.told_at is not None:
        local = zone(therapist.zone)
        parts.append(work.tell(language, "leave_told_on", at=leave.told_at, zone=local))
    return "\n\n".join(filter(None, parts)), _rows(work, therapist, leave)


def _digests(work: Work, therapist: Person, leave: Leave) -> str:
    reader = deputies.reader_in(work, leave)
    if reader is not None:
        return work.tell(therapist.language, "leave_digests_deputy", name=reader.name)
    if leave.digests != "waits":
        return work.tell(therapist.language, "leave_digests_come")
    at, local = first_after(work, therapist, leave.last_on), zone(therapist.zone)
    return work.tell(therapist.language, "leave_digests_wait", at=at, zone=local)


def _cover(work: Work, therapist: Person, leave: Leave) -> str:
    """Say who gets alerts in these days; nothing where the practice sends none."""
    if work.practice.settings.safety.alerts == "off":
        return ""
    language = therapist.language
    if leave.stand_in_id is None:
        has_any = bool(_colleagues(work, therapist, leave))
        return work.tell(language, "cover_none" if has_any else "cover_nobody")
    name = people.name_of(work.tx, leave.stand_in_id).name
    said = work.tell(language, _COVER[leave.stand_in_said], name=name)
    own = cares.list_for_therapist(work.tx, therapist.id, states=("active",))
    without = [care for care in own if not consents.is_in_force(work.tx, care.id, "deputy")]
    if without and leave.stand_in_said != "no":
        said = f"{said} {work.tell(language, 'cover_without', count=len(without))}"
    return said


_COVER: dict[Word | None, StaffKey] = {
    None: "cover_asked",
    "yes": "cover_yes",
    "no": "cover_no",
}


def _colleagues(work: Work, therapist: Person, leave: Leave) -> list[Person]:
    """Those who may be asked to cover: named by the practice, with a chat here, and not on leave
    themselves in these days.
    """
    return [
        each
        for each in on_call.may_stand_in(work, therapist)
        if not any(
            own.first_on <= leave.last_on and leave.first_on <= own.last_on
            for own in leaves.list_standing(work.tx, each.id)
        )
    ]


def choose_digests(
    work: Work, therapist: Person, leave: Leave, word: str, message_id: int
) -> Toast:
    """The digests go to whoever covers, too, or no longer do; that colleague is told so."""
    may = _choices(work, therapist, leave)
    chosen = next((each for each in may if each == word), None)
    if chosen is None or leave.stand_in_id is None:
        return STALE
    leaves.choose_digests(work.tx, leave.id, chosen)
    code = therapist.code
    action = f"leave.digests_{chosen}"
    audit.add(work.tx, now=work.now, actor=code, action=action, subject=code)
    person = people.load(work.tx, leave.stand_in_id)
    text = _of(work, person, leave, "cover_reads" if chosen == "deputy" else "cover_reads_not")
    notices.tell(work, person, "cover", text, key=f"cover_reads{leave.id}")
    return open_again(work, therapist, leave, message_id)


def _choices(work: Work, therapist: Person, leave: Leave) -> tuple[Digests, ...]:
    """The things that digests may do instead: they go to somebody who has said that they cover, and
    never again wait. One that waits already, or by what clients were told, is not to come earlier.
    """
    if leave.undone_at is not None or leave.stand_in_said != "yes":
        return ()
    if leave.digests == "deputy":
        return ("comes",)
    today = _today(work, therapist)
    is_open = leave.digests == "comes" or (leave.told_at is None and today < leave.first_on)
    is_made = cut_offs_in(work, therapist, leave.first_on, leave.last_on)
    is_on = work.practice.settings.safety.alerts == "on"
    return ("deputy",) if is_open and is_made and is_on else ()


def _choice_rows(work: Work, therapist: Person, leave: Leave) -> list[Button]:
    if leave.stand_in_id is None:
        return []
    name = people.name_of(work.tx, leave.stand_in_id).name
    keys: dict[Digests, StaffKey] = {
        "deputy": "button_leave_deputy",
        "comes": "button_leave_no_deputy",
    }
    return [
        Button(
            work.tell(therapist.language, keys[each], name=name),
            data("leave_digests", leave.id, word=each),
        )
        for each in _choices(work, therapist, leave)
    ]


def _rows(work: Work, therapist: Person, leave: Leave) -> Rows:
    language, buttons = therapist.language, _choice_rows(work, therapist, leave)
    if work.practice.settings.safety.alerts == "on":
        for each in _colleagues(work, therapist, leave):
            if each.id != leave.stand_in_id:
                name = people.name_of(work.tx, each.id).name
                label = work.tell(language, "button_cover_ask", name=name)
                buttons.append(Button(label, data("cover_ask", leave.id, each.id)))
        if leave.stand_in_id is not None:
            label = work.tell(language, "button_cover_nobody")
            buttons.append(Button(label, data("cover_ask", leave.id, NOBODY)))
    if leave.told_at is None and leave_telling.whom(work, leave):
        label = work.tell(language, "button_leave_tell")
        buttons.append(Button(label, data("leave_tell_ask", leave.id)))
    is_begun = leave.first_on < _today(work, therapist)
    label = work.tell(language, "button_leave_end" if is_begun else "button_undo")
    buttons.append(Button(label, data("days_off_undo", leave.id)))
    back = Button(work.tell(language, "button_back"), data("session_page", 0))
    return speak.column(*buttons, back)


def ask(work: Work, therapist: Person, leave: Leave, person_id: int, message_id: int) -> Toast:
    """A colleague is asked to cover, or nobody is to; whoever was asked before is told so."""
    if leave.undone_at is not None:
        return STALE
    known = {each.id: each for each in _colleagues(work, therapist, leave)}
    if person_id != NOBODY and person_id not in known:
        return STALE
    if person_id == (leave.stand_in_id or NOBODY):
        return work.tell(therapist.language, "toast_chosen")
    dismiss(work, leave)
    leaves.ask_stand_in(work.tx, leave.id, None if person_id == NOBODY else person_id)
    if person_id != NOBODY:
        _ask(work, known[person_id], leave)
    audit.add(
        work.tx, now=work.now, actor=therapist.code, action="leave.cover", subject=therapist.code
    )
    return open_again(work, therapist, leave, message_id)


def open_again(work: Work, therapist: Person, leave: Leave, message_id: int) -> Toast:
    """Show the leave as it is after something of it has changed."""
    return open_(work, therapist, leaves.load(work.tx, leave.id), message_id)


def dismiss(work: Work, leave: Leave) -> None:
    """Tell the colleague who was asked to cover, and has not said no, that they do not."""
    _let_nobody_read(work, leave)
    if leave.stand_in_id is None or leave.stand_in_said == "no":
        return
    person = people.load(work.tx, leave.stand_in_id)
    text = _of(work, person, leave, "cover_over")
    notices.tell(work, person, "cover", text, key=f"cover_over{leave.id}")


def _let_nobody_read(work: Work, leave: Leave) -> None:
    """Digests come as ever from now on where a deputy was to read them; none that waits is read."""
    if leave.digests == "deputy":
        leaves.choose_digests(work.tx, leave.id, "comes")
        deputy_reading.end(work, leave.therapist_id)
        if leave.stand_in_id is not None:
            deputy_reading.drop_waiting(work, leave.stand_in_id)


def _ask(work: Work, person: Person, leave: Leave) -> None:
    text = _of(work, person, leave, "cover_question")
    rows = _answers(work, person, leave, ("yes", "no"))
    notices.tell(work, person, "cover", text, key=f"cover_question{leave.id}", rows=rows)


def _answers(work: Work, person: Person, leave: Leave, words: tuple[Word, ...]) -> Rows:
    keys: dict[Word, StaffKey] = {"yes": "button_cover_yes", "no": "button_cover_no"}
    return speak.column(
        *(
            Button(work.tell(person.language, keys[word]), data("cover_say", leave.id, word=word))
            for word in words
        )
    )


def answer(work: Work, person: Person, leave: Leave, word: str, message_id: int) -> Toast:
    """The colleague who was asked covers, or does not; the therapist is told so. It can be said
    otherwise until the leave is over.
    """
    if word not in ("yes", "no") or leave.undone_at is not None:
        return STALE
    if leave.last_on < _today(work, person):
        return STALE
    said: Word = "yes" if word == "yes" else "no"
    if leave.stand_in_said == said:
        return work.tell(person.language, "toast_chosen")
    leaves.answer(work.tx, leave.id, said)
    if said == "no":
        _let_nobody_read(work, leave)
    audit.add(
        work.tx, now=work.now, actor=person.code, action=f"leave.cover_{said}", subject=person.code
    )
    text = _of(work, person, leave, "cover_you" if said == "yes" else "cover_not_you")
    rows = _answers(work, person, leave, ("no",) if said == "yes" else ("yes",))
    speak.edit(work, person.id, message_id, text, key="cover", rows=rows)
    therapist = people.load(work.tx, leave.therapist_id)
    name = people.name_of(work.tx, person.id).name
    told = work.tell(therapist.language, _COVER[said], name=name)
    see = Button(work.tell(therapist.language, "button_leave"), data("leave", leave.id))
    rows = speak.row(see)
    notices.tell(work, therapist, "cover", told, key=f"cover_said{leave.id}", rows=rows)
    return None


def _today(work: Work, person: Person) -> date:
    return work.now.astimezone(zone(person.zone)).date()


def _of(work: Work, person: Person, leave: Leave, key: StaffKey) -> str:
    names = names_of(work, leave.therapist_id, person.language)
    return work.tell(person.language, key, first=leave.first_on, last=leave.last_on, **names)
