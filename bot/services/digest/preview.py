"""Shows a client what the next digest says about them, in the words their therapist will read, and
lets them hold back single answers until it is made.

It goes the same way as the digest itself and never shows anybody else's part of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.messages import Button, Rows
from bot.services.consent import deputies, deputy_reading, supervision, supervisors
from bot.services.digest import caseload, digests
from bot.services.digest.own_answers import OwnAnswer, list_own
from bot.services.signals import hearing
from bot.services.work import speak
from bot.services.work.button_forms import Name
from bot.services.work.buttons import STALE, Press, Toast, data
from bot.services.work.periods import iso_week, next_cut_off
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.digest.arrange import arrange
from flows.digest.section import ClientSection
from flows.engine.cut import cut
from flows.languages import name_of, tongue_of
from flows.schedule.zones import zone
from storage import held_back, notes, people
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.notes import StoredNote
from storage.people import Person

A_PAGE = 5
QUESTION = 150
ANSWER = 300
"""The most of a question and of an answer that the list shows, in UTF-16 units."""


@dataclass(frozen=True, slots=True)
class _Coming:
    """The part of the next digest that is about a client, as things stand."""

    therapist: Person
    from_at: datetime
    cut_off_at: datetime
    section: ClientSection = field(repr=False)
    own: list[OwnAnswer] = field(repr=False)


def show(work: Work, care: Care) -> None:
    """Answer with what the next digest says about the client, and what of it they may hold back;
    who has left reads the one that tells so.
    """
    coming = _coming(work, care)
    if coming is None:
        speak.to_client(work, care, "preview_over")
        return
    _show_text(work, care, coming)
    text, rows = _page(work, care, coming, 0)
    speak.reply(work, care.client_id, text, key="preview_answers", rows=rows, protected=True)


def show_text(work: Work, care: Care) -> None:
    """Answer with what the next digest says about the client now."""
    coming = _coming(work, care)
    if coming is None:
        speak.to_client(work, care, "preview_over")
    else:
        _show_text(work, care, coming)


def turn_to(work: Work, care: Care, page: int, message_id: int) -> None:
    """The list of answers shows that page."""
    _show_page(work, care, _coming(work, care), page, message_id)


def _coming(work: Work, care: Care) -> _Coming | None:
    """Return what the next digest says about the client; None where it does not speak of them."""
    therapist = people.load(work.tx, care.therapist_id)
    cut_off_at = next_cut_off(work, therapist)
    from_at, until_at = digests.begins_at(work, therapist, cut_off_at), work.until_now
    if not caseload.speaks_of(work, care, from_at=from_at, cut_off_at=until_at):
        return None
    section = caseload.section_of(work, care, from_at=from_at, cut_off_at=until_at)
    own = list_own(work, care, section, from_at=from_at, until_at=until_at)
    return _Coming(therapist, from_at, cut_off_at, section, own)


def _show_text(work: Work, care: Care, coming: _Coming) -> None:
    intro, reader = [_until(work, care, coming)], coming.therapist.language
    if tongue_of(reader) != tongue_of(care.language):
        language = name_of(reader, care.language).partition(",")[0]
        names = names_for(work, care)
        intro.append(work.say(care.language, "preview_language", language=language, **names))
    levels = coming.section.levels
    if levels is not None and levels.given and coming.section.left is None:
        intro.append(work.say(care.language, "preview_chart", **names_for(work, care)))
    if supervision.is_shown(work, care):
        supervisor = supervisors.name_of(work, care)
        intro.append(work.say(care.language, "preview_supervisor", supervisor=supervisor))
    deputy = deputy_reading.reader_of(work, care)
    if deputy is not None:
        named = {**deputies.values_of(deputy, deputy.name), **names_for(work, care)}
        intro.append(work.say(care.language, "preview_deputy", **named))
    parts = [" ".join(intro), *_as_read(work, coming)]
    speak.pages(work, care.client_id, parts, key="preview")
    details = _details(work, coming)
    if details:
        lead = work.say(care.language, "preview_details", **names_for(work, care))
        speak.pages(work, care.client_id, (lead, *details), key="preview_details")


def _until(work: Work, care: Care, coming: _Coming) -> str:
    key: ClientKey = "preview" if care.state == "active" else "preview_left"
    return work.say(
        care.language,
        key,
        zone=zone(care.zone),
        now=work.now,
        at=coming.cut_off_at,
        **names_for(work, care),
    )


def _as_read(work: Work, coming: _Coming) -> list[str]:
    """The part of the digest about this client alone, in the therapist's language, uncut."""
    therapist = coming.therapist
    digest = arrange(
        [coming.section],
        week=iso_week(coming.cut_off_at, therapist.zone),
        from_at=coming.from_at,
        cut_off_at=work.now,
        draft=True,
    )
    renderer = work.practice.digests
    return list(renderer.part(digest, language=therapist.language, zone=zone(therapist.zone)))


def _details(work: Work, coming: _Coming) -> list[str]:
    """Return what the therapist reads behind a button, where the digest gives them one for it."""
    section = coming.section
    if not section.can_acknowledge and not section.has_words_over():
        return []
    return digests.details_of(work, coming.therapist, section)


# -- the list of answers


def _show_page(work: Work, care: Care, coming: _Coming | None, page: int, message_id: int) -> None:
    text, rows = _page(work, care, coming, page)
    speak.edit(work, care.client_id, message_id, text, key="preview_answers", rows=rows)


def _page(work: Work, care: Care, coming: _Coming | None, page: int) -> tuple[str, Rows]:
    language, names = care.language, names_for(work, care)
    if coming is None:
        return work.say(language, "preview_over"), ()
    own = coming.own
    if not own:
        return work.say(language, "preview_nothing", **names), ()
    pages = -(-len(own) // A_PAGE)
    page = min(page, pages - 1)
    first = page * A_PAGE
    shown = list(enumerate(own[first : first + A_PAGE], start=first + 1))
    lines = [_line(work, care, number, each) for number, each in shown]
    text = "\n\n".join((work.say(language, "preview_answers", **names), *lines))
    holds = [_button(work, care, number, each, page) for number, each in shown if not each.is_heard]
    rows = [*speak.column(*holds)]
    if pages > 1:
        following = (page + 1) % pages
        turn = work.say(language, "button_page", number=following + 1, count=pages)
        rows.append((Button(turn, data("preview_page", care.id, following)),))
    rows.append((Button(work.say(language, "button_preview_text"), data("preview_text", care.id)),))
    return text, tuple(rows)


def _line(work: Work, care: Care, number: int, own: OwnAnswer) -> str:
    key: ClientKey = "preview_answer"
    if own.is_heard:
        key = "preview_answer_heard"
    elif own.is_held_back:
        key = "preview_answer_held_back"
    question = own.question or work.say(care.language, "preview_note")
    return work.say(
        care.language,
        key,
        number=number,
        question=cut(question, QUESTION),
        answer=cut(own.shown, ANSWER),
    )


def _button(work: Work, care: Care, number: int, own: OwnAnswer, page: int) -> Button:
    if own.is_held_back:
        label = work.say(care.language, "button_let_go", number=number)
    else:
        label = work.say(care.language, "button_hold_back", number=number)
    if isinstance(own.of, StoredNote):
        note: Name = "note_let_go" if own.is_held_back else "note_hold_back"
        return Button(label, data(note, own.of.id, page))
    answer: Name = "let_go" if own.is_held_back else "hold_back"
    return Button(label, data(answer, own.of.id, own.number, page))


# -- holding back


def hold_back(
    work: Work, care: Care, of: StoredCheckIn | StoredNote, press: Press, message_id: int
) -> Toast:
    """One answer, or a note, is held back: it counts nowhere, and the list shows it so."""
    return _set(work, care, of, press, message_id, holds=True)


def let_go(
    work: Work, care: Care, of: StoredCheckIn | StoredNote, press: Press, message_id: int
) -> Toast:
    """One answer, or a note, is passed on after all."""
    return _set(work, care, of, press, message_id, holds=False)


def _set(
    work: Work,
    care: Care,
    of: StoredCheckIn | StoredNote,
    press: Press,
    message_id: int,
    *,
    holds: bool,
) -> Toast:
    before = _coming(work, care)
    own = None if before is None else _find(before.own, of, press)
    if before is None or own is None:
        _show_page(work, care, before, press.number("page"), message_id)
        return work.say(care.language, "toast_sealed")
    if own.is_heard and holds:
        return STALE
    if isinstance(own.of, StoredNote):
        notes.hold_back(work.tx, own.of.id, work.now if holds else None)
    else:
        _set_steps(work, own.of, own, before.own, holds=holds)
        hearing.hear_anew(work, own.of)
    _show_page(work, care, _coming(work, care), press.number("page"), message_id)
    return work.say(care.language, "toast_held_back" if holds else "toast_let_go")


def _find(own: list[OwnAnswer], of: StoredCheckIn | StoredNote, press: Press) -> OwnAnswer | None:
    number = of.id if isinstance(of, StoredNote) else press.number("step")
    for each in own:
        if type(each.of) is type(of) and each.of.id == of.id and each.number == number:
            return each
    return None


def _set_steps(
    work: Work, stored: StoredCheckIn, own: OwnAnswer, all_own: list[OwnAnswer], *, holds: bool
) -> None:
    """A score stays held back as long as one answer that it rests on is."""
    if holds:
        held_back.add(work.tx, stored.id, own.steps, work.now)
        return
    others = [
        other.steps
        for other in all_own
        if other is not own and other.of is own.of and other.is_held_back
    ]
    held_back.remove(work.tx, stored.id, own.steps - frozenset().union(*others))
