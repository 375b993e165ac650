"""What a therapist taps under a digest: a flag's actions, an acknowledgement, details, read."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.messages import Button, Rows
from bot.services.digest import digests as service
from bot.services.planning import following
from bot.services.work import speak
from bot.services.work.buttons import ACKNOWLEDGEMENTS, Press, data
from bot.services.work.practice import Work
from flows.digest.arrange import Digest
from flows.digest.section import ClientSection
from flows.schedule.zones import zone
from flows.signals.flags import after
from storage import audit, cares, digests, flags
from storage.flags import Flag
from storage.people import Person


def press(work: Work, person: Person, tapped: Press, message_id: int | None) -> str | None:
    """Act on a tap under a digest, if digest and flag are this therapist's own; the toast."""
    digest_id = tapped.numbers[1] if len(tapped.numbers) > 1 else tapped.numbers[0]
    if not _owns_digest(work, person, digest_id) or message_id is None:
        return work.tell(person.language, "toast_stale")
    if tapped.name == "read" and digest_id != service.DRAFT:
        return _read(work, person, digest_id, message_id)
    if tapped.name == "whole":
        return _whole(work, person, digest_id)
    if tapped.name == "flags":
        _show_main(work, person, digest_id, message_id)
        return None
    flag = _own_flag(work, person, tapped.numbers[0]) if tapped.name != "read" else None
    if flag is None:
        return work.tell(person.language, "toast_stale")
    match tapped.name:
        case "flag":
            _show_actions(work, person, flag, digest_id, message_id)
        case "details":
            return _details(work, person, flag, digest_id)
        case _:
            return _acknowledge(work, person, flag, tapped, message_id)
    return None


def _owns_digest(work: Work, person: Person, digest_id: int) -> bool:
    if digest_id == service.DRAFT:
        return True
    row = digests.find_by_id(work.tx, digest_id)
    return row is not None and row.therapist_id == person.id


def _own_flag(work: Work, person: Person, flag_id: int) -> Flag | None:
    flag = flags.find(work.tx, flag_id)
    if flag is None or cares.load(work.tx, flag.care_id).therapist_id != person.id:
        return None
    return flag


def _show_actions(work: Work, person: Person, flag: Flag, digest_id: int, message_id: int) -> None:
    """Put the flag's buttons under the digest, and above them whom they are about."""
    digest, since = _digest(work, person, digest_id)
    pages = service.pages_of(work, person, digest)
    alias = cares.load(work.tx, flag.care_id).alias
    text = service.text_with_notes(work, person, pages, since)
    about = work.tell(person.language, "about_flag", alias=alias)
    rows = _actions(work, person, flag, digest_id)
    speak.edit(work, person.id, message_id, f"{text}\n\n{about}", key="flag", rows=rows)


def _actions(work: Work, person: Person, flag: Flag, digest_id: int) -> Rows:
    choices = [
        Button(
            work.tell(person.language, f"button_{what}"),
            data("acknowledge", flag.id, digest_id, place),
        )
        for place, what in enumerate(ACKNOWLEDGEMENTS)
    ]
    details = Button(
        work.tell(person.language, "button_details"), data("details", flag.id, digest_id)
    )
    back = Button(work.tell(person.language, "button_back"), data("flags", digest_id))
    return (*((button,) for button in choices), (details, back))


def _digest(work: Work, person: Person, digest_id: int) -> tuple[Digest, datetime]:
    """The digest behind a button, and since when a note belongs to it."""
    if digest_id == service.DRAFT:
        return service.draft_digest(work, person), work.now - timedelta(days=7)
    row = digests.load(work.tx, digest_id)
    return service.stored_digest(work, row), row.cut_off_at


def _show_main(work: Work, person: Person, digest_id: int, message_id: int) -> None:
    digest, since = _digest(work, person, digest_id)
    pages = service.pages_of(work, person, digest)
    text = service.text_with_notes(work, person, pages, since)
    rows = service.main_rows(work, person, digest, pages, digest_id)
    speak.edit(work, person.id, message_id, text, key="main", rows=rows)


def _read(work: Work, person: Person, digest_id: int, message_id: int) -> str:
    _mark_read(work, person, digest_id)
    _show_main(work, person, digest_id, message_id)
    return work.tell(person.language, "toast_read")


def _mark_read(work: Work, person: Person, digest_id: int) -> None:
    """A tap on "read", on details or on an acknowledgement is how we know; the first one counts."""
    if digest_id == service.DRAFT or digests.load(work.tx, digest_id).read_at is not None:
        return
    digests.mark_read(work.tx, digest_id, work.now)
    _record(work, person, "digest.read", digests.load(work.tx, digest_id).week)


def _details(work: Work, person: Person, flag: Flag, digest_id: int) -> str | None:
    digest, _ = _digest(work, person, digest_id)
    section = service.sections_in(digest).get(flag.id)
    if section is None:
        return work.tell(person.language, "toast_stale")
    _mark_read(work, person, digest_id)
    _show_details(work, person, section)
    return None


def _whole(work: Work, person: Person, digest_id: int) -> str | None:
    """Show everything about each client whose words the digest had to cut."""
    digest, _ = _digest(work, person, digest_id)
    _mark_read(work, person, digest_id)
    for section in service.all_sections(digest):
        if section.has_long_words:
            _show_details(work, person, section)
    return None


def _show_details(work: Work, person: Person, section: ClientSection) -> None:
    texts = work.practice.digests.details(section, language=person.language, zone=zone(person.zone))
    for number, text in enumerate(texts):
        speak.reply(work, person.id, text, key=f"details{section.care_id}:{number}")
    _record(work, person, "client.details", section.code)


def _acknowledge(
    work: Work, person: Person, flag: Flag, tapped: Press, message_id: int
) -> str | None:
    _, digest_id, place = tapped.numbers
    if place >= len(ACKNOWLEDGEMENTS):
        return work.tell(person.language, "toast_stale")
    what = ACKNOWLEDGEMENTS[place]
    change = after(what, state=flag.state)
    if change is None:
        _show_main(work, person, digest_id, message_id)
        return work.tell(person.language, "toast_flag_closed")
    flags.acknowledge(work.tx, flag_id=flag.id, therapist_id=person.id, what=what, now=work.now)
    flags.mark(work.tx, flag.id, state=change.state, now=work.now, close=change.closes)
    if what in ("talked_settled", "talked_open"):
        following.after_flag(work, flag.care_id, flag.id, "talked")
    else:
        following.not_talked(work, flag.care_id, flag.id)
    _record(work, person, f"flag.{what}", cares.load(work.tx, flag.care_id).client_code)
    _mark_read(work, person, digest_id)
    _show_main(work, person, digest_id, message_id)
    return work.tell(person.language, "toast_noted")


def _record(work: Work, person: Person, action: str, subject: str) -> None:
    audit.add(work.tx, now=work.now, actor=person.code, action=action, subject=subject)
