"""Handles a therapist's taps under a digest: on flags, an acknowledgement, details, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.messages import Button, Rows
from bot.ports import DigestPage
from bot.services.care import memo_command
from bot.services.digest import digest_buttons, shown_digests, small_print, weekly_picture
from bot.services.digest import digests as service
from bot.services.digest.digest_buttons import DRAFT, OPEN_FLAGS, UNKEPT
from bot.services.digest.shown_digests import ShownDigest
from bot.services.planning import following
from bot.services.work import pages_of_people, speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.digest.section import ClientSection
from flows.engine.cut import cut
from flows.schedule.zones import zone
from flows.signals.flags import (
    ACKNOWLEDGEMENTS,
    TAKEN_BACK,
    Acknowledgement,
    after,
    may_be_taken_back,
    standing,
)
from storage import audit, cares, digests, flags
from storage.cares import Care
from storage.flags import Flag
from storage.people import Person


@dataclass(frozen=True, slots=True)
class ShownFlag:
    """A flag of a client, under the digest in which the therapist taps on it."""

    flag: Flag
    care: Care
    shown: ShownDigest


@dataclass(frozen=True, slots=True)
class ShownClient:
    """A client in the digest under which the therapist taps."""

    section: ClientSection
    shown: ShownDigest


LONGEST_NAME = 60
"""The UTF-16 units of what was typed that an answer repeats."""
BLOCKS = 8
"""The blocks that one tap shows."""
AT_ONCE = 6
"""So many clients are shown in full by one tap: more would bury the chat."""
BUTTONS: dict[Acknowledgement, StaffKey] = {
    "will_raise": "button_will_raise",
    "not_this_time": "button_not_this_time",
    "talked_settled": "button_talked_settled",
    "talked_open": "button_talked_open",
    "something_else": "button_something_else",
}


def show_actions(work: Work, person: Person, about: ShownFlag, message_id: int) -> None:
    """Put the flag's buttons under the digest, and above them whom they are about."""
    text = _text(work, person, about.shown)
    who = work.tell(person.language, "about_flag", alias=about.care.alias)
    rows = _actions(work, person, about)
    speak.edit(work, person.id, message_id, f"{text}\n\n{who}", key="flag", rows=rows)


def _actions(work: Work, person: Person, about: ShownFlag) -> Rows:
    flag_id, digest_id = about.flag.id, about.shown.id
    choices = [
        Button(
            work.tell(person.language, BUTTONS[what]),
            data("acknowledge", flag_id, digest_id, word=what),
        )
        for what in ACKNOWLEDGEMENTS
    ]
    details = Button(
        work.tell(person.language, "button_details"), data("details", flag_id, digest_id)
    )
    back = Button(work.tell(person.language, "button_back"), data("flags", digest_id))
    undo = _undo_rows(work, person, about)
    note = memo_command.button(work, person, about.care)
    return (*((button,) for button in choices), *undo, (details, note), (back,))


def _undo_rows(work: Work, person: Person, about: ShownFlag) -> Rows:
    """The button that takes the newest acknowledgement back, for as long as that can be done."""
    what = _newest(work, about.flag)
    if what is None:
        return ()
    noted = work.tell(person.language, shown_digests.NOTED[what])
    label = work.tell(person.language, "button_take_back", what=noted)
    return ((Button(label, data("take_back", about.flag.id, about.shown.id)),),)


def _newest(work: Work, flag: Flag) -> Acknowledgement | None:
    """The acknowledgement of the flag that can still be taken back."""
    history = flags.list_acknowledgements(work.tx, flag.id)
    if not history or history[-1].what == TAKEN_BACK:
        return None
    if not may_be_taken_back(history[-1].given_at, flag.changed_at, work.now):
        return None
    return standing([given.what for given in history])[-1]


def _text(work: Work, person: Person, shown: ShownDigest) -> str:
    pages = _pages(work, person, shown)
    return shown_digests.text_with_notes(work, person, pages, shown.noted_since)


def _pages(work: Work, person: Person, shown: ShownDigest) -> Sequence[DigestPage]:
    """The digest as it is shown again. A draft is put together anew each time: it may hold what
    nobody had written when it was shown first, so that is one more reading.
    """
    if shown.id == DRAFT:
        shown_digests.record_told(work, person, shown.digest, "client.draft")
    return shown_digests.pages_of_shown(work, person, shown)


def show_digest(
    work: Work, person: Person, shown: ShownDigest, message_id: int, *, undo: Rows = ()
) -> None:
    """Put the digest's own buttons back under it, and what was noted since."""
    pages = _pages(work, person, shown)
    text = shown_digests.text_with_notes(work, person, pages, shown.noted_since)
    rows = (*undo, *digest_buttons.main_rows(work, person, shown.digest, pages, shown.id))
    speak.edit(work, person.id, message_id, text, key="main", rows=rows)


def read(work: Work, person: Person, shown: ShownDigest, message_id: int) -> Toast:
    """The therapist says that they have read it."""
    if shown.id in UNKEPT:
        return STALE
    _mark_read(work, person, shown)
    digests.mark_section_read(work.tx, shown.id, work.now)
    show_digest(work, person, shown, message_id)
    return work.tell(person.language, "toast_read")


def _mark_read(work: Work, person: Person, shown: ShownDigest) -> None:
    """A tap on "read", on details or on an acknowledgement is how we know; the first one counts."""
    if shown.id in UNKEPT or digests.load(work.tx, shown.id).read_at is not None:
        return
    digests.mark_read(work.tx, shown.id, work.now)
    _record(work, person, "digest.read", digests.load(work.tx, shown.id).week)


def details(work: Work, person: Person, about: ShownFlag) -> Toast:
    """Show everything about the client of a flag."""
    section = shown_digests.sections_in(about.shown.digest).get(about.flag.id)
    if section is None:
        return STALE
    _mark_read(work, person, about.shown)
    _show_details(work, person, section, about.shown)
    return None


def whole(work: Work, person: Person, shown: ShownDigest, place: int) -> Toast:
    """Show everything about the clients whose words the digest had to cut, some at a time from that
    ``place`` on; the draft of another week may have none any more.
    """
    pages = shown_digests.pages_of_shown(work, person, shown)
    cut = digest_buttons.cut_in(shown.digest, pages)[place:]
    if not cut:
        return STALE
    _mark_read(work, person, shown)
    left = len(cut) - AT_ONCE
    for number, section in enumerate(cut[:AT_ONCE], start=1):
        is_last = number == AT_ONCE and left > 0
        rows = _go_on(work, person, "whole", shown, place + AT_ONCE, left) if is_last else ()
        _show_details(work, person, section, shown, rows)
    return None


def rest(work: Work, person: Person, shown: ShownDigest, page: int) -> Toast:
    """Show the blocks of a digest that had only named these clients, some of them at a time."""
    blocks = shown.digest.blocks[page * BLOCKS :]
    if not blocks:
        return STALE
    _mark_read(work, person, shown)
    renderer, some = work.practice.digests, replace(shown.digest, blocks=blocks[:BLOCKS])
    texts = renderer.blocks(some, language=person.language, zone=zone(person.zone))
    left = len(blocks) - BLOCKS
    below = _go_on(work, person, "rest", shown, page + 1, left) if left > 0 else ()
    speak.pages(work, person.id, texts, key=f"rest{page}:", rows=below)
    for section in some.blocks:
        _record(work, person, "client.block", section.code)
    return None


def paper(work: Work, person: Person, shown: ShownDigest, message_id: int) -> Toast:
    """Send the digest as a PDF, which says all of everybody in it: they count as read. A second tap
    in the same minute gets no second one.
    """
    if not shown.digest.sections or shown.id == OPEN_FLAGS:
        return STALE
    drawing = shown_digests.paper_of(work, person, shown)
    asked = replace(work, origin=f"paper{shown.id}@{work.now:%Y%m%d%H%M}:{person.id}")
    if not speak.drawing(asked, person.id, "", drawing=drawing, key="paper"):
        return work.tell(person.language, "toast_paper_sent")
    _mark_read(work, person, shown)
    for section in shown.digest.sections:
        _record(work, person, "client.paper", section.code)
    if shown.id not in UNKEPT:
        digests.mark_section_read(work.tx, shown.id, work.now)
        show_digest(work, person, shown, message_id)
    return work.tell(person.language, "toast_paper")


def _go_on(
    work: Work,
    person: Person,
    to: Literal["whole", "rest"],
    shown: ShownDigest,
    place: int,
    left: int,
) -> Rows:
    label = work.tell(person.language, "button_go_on", count=left)
    return ((Button(label, data(to, shown.id, place)),),)


def show_names(work: Work, person: Person, shown: ShownDigest, page: int, message_id: int) -> None:
    """Put the clients' names under the digest, as buttons, one page of them."""
    of = pages_of_people.pages(len(shown.digest.sections))
    who = [
        work.tell(person.language, "about_clients"),
        pages_of_people.line(work, person.language, min(page, of - 1), of),
    ]
    text = "\n".join([f"{_text(work, person, shown)}\n", *filter(None, who)])
    rows = digest_buttons.name_rows(work, person, shown.digest, shown.id, page)
    speak.edit(work, person.id, message_id, text, key="names", rows=rows)


def show_by_name(work: Work, person: Person, typed: str) -> None:
    """Show everything that the draft has about the client who was typed."""
    care = cares.find_for_therapist(work.tx, person.id, typed)
    if care is None:
        speak.to_therapist(work, person, "session_unknown", word=cut(typed, LONGEST_NAME))
        return
    shown = shown_digests.of_draft(work, person)
    section = {each.care_id: each for each in shown.digest.sections}.get(care.id)
    if section is None:
        speak.to_therapist(work, person, "digest_without", alias=care.alias)
    else:
        show_one(work, person, ShownClient(section, shown))


def show_one(work: Work, person: Person, one: ShownClient) -> None:
    """Show everything that the digest has about one client."""
    _mark_read(work, person, one.shown)
    care = cares.find(work.tx, one.section.care_id)
    rows = () if care is None else ((memo_command.button(work, person, care),),)
    _show_details(work, person, one.section, one.shown, rows)


def switch_pictures(
    work: Work, person: Person, shown: ShownDigest, message_id: int, *, on: bool
) -> Toast:
    """A picture goes with the digest from now on, or none does; the button offers the other."""
    wished = weekly_picture.switch(work, person, on=on)
    show_digest(work, wished, shown, message_id)
    return work.tell(person.language, "toast_pictures_on" if on else "toast_pictures_off")


def _show_details(
    work: Work, person: Person, section: ClientSection, shown: ShownDigest, rows: Rows = ()
) -> None:
    below_it = small_print.lines(work, person, section)
    texts = service.details_of(work, person, section, below=below_it)
    speak.pages(work, person.id, texts, key=f"details{section.care_id}:", rows=rows)
    if shown.id not in UNKEPT:
        digests.mark_section_read(work.tx, shown.id, work.now, care_id=section.care_id)
    _record(work, person, "client.details", section.code)


def acknowledge(work: Work, person: Person, about: ShownFlag, code: str, message_id: int) -> Toast:
    """Keep what the therapist makes of a flag; the toast."""
    what = next((each for each in ACKNOWLEDGEMENTS if each == code), None)
    if what is None:
        return STALE
    flag = about.flag
    said_so = any(reason.rule == "said_so" for reason in flags.list_reasons(work.tx, flag.id))
    change = after(what, ended=flag.closed_at is not None, said_so=said_so)
    if change is None:
        show_digest(work, person, about.shown, message_id)
        return work.tell(person.language, "toast_flag_closed")
    flags.acknowledge(work.tx, flag_id=flag.id, therapist_id=person.id, what=what, now=work.now)
    flags.mark(work.tx, flag.id, state=change.state, at=work.now, close=change.closes)
    _plan_what_follows(work, flag, what)
    _record(work, person, f"flag.{what}", about.care.client_code)
    _mark_read(work, person, about.shown)
    noted = replace(about, flag=flags.load(work.tx, flag.id))
    shown = shown_digests.as_noted(work, person, about.shown)
    show_digest(work, person, shown, message_id, undo=_undo_rows(work, person, noted))
    aside = what == "something_else" and not change.closes
    return work.tell(person.language, "toast_set_aside" if aside else "toast_noted")


def take_back(work: Work, person: Person, about: ShownFlag, message_id: int) -> Toast:
    """The newest acknowledgement does not stand any more; the flag is as it was noted before it.

    Possible for a day, while nothing else has happened to the flag. The history keeps both.
    """
    flag = about.flag
    other = flags.find_open(work.tx, flag.care_id)
    if _newest(work, flag) is None or (other is not None and other.id != flag.id):
        show_digest(work, person, about.shown, message_id)
        return work.tell(person.language, "toast_not_taken_back")
    flags.acknowledge(
        work.tx, flag_id=flag.id, therapist_id=person.id, what=TAKEN_BACK, now=work.now
    )
    left = standing([given.what for given in flags.list_acknowledgements(work.tx, flag.id)])
    before = left[-1] if left else None
    flags.reopen(work.tx, flag.id, state=before or "open", at=work.now)
    _plan_what_follows(work, flag, before)
    _record(work, person, f"flag.{TAKEN_BACK}", about.care.client_code)
    show_digest(work, person, shown_digests.as_noted(work, person, about.shown), message_id)
    return work.tell(person.language, "toast_taken_back")


def _plan_what_follows(work: Work, flag: Flag, noted: Acknowledgement | None) -> None:
    if noted in ("talked_settled", "talked_open"):
        following.after_talk(work, flag.care_id, flag.id)
    else:
        following.not_talked(work, flag.care_id, flag.id)


def _record(work: Work, person: Person, action: str, subject: str) -> None:
    audit.add(work.tx, now=work.now, actor=person.code, action=action, subject=subject)
