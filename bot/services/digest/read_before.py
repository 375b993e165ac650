"""Shows a therapist what the digests of a colleague said of a client who came from there, as far as
the client lets it be read.

Used by the entries of therapists. It shows what was stored, a digest at a time, newest first; it
must never show what was not in a digest, nor more than the client allowed.
"""

from __future__ import annotations

from bot.messages import Button, Rows
from bot.services.work import from_before, speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from flows.digest.section_json import section_from_json
from flows.schedule.zones import zone
from storage import audit, digests
from storage.cares import Care
from storage.digests import DigestRow
from storage.handovers import Handover
from storage.people import Person


def show(work: Work, person: Person, care: Care, page: int) -> Toast:
    """Answer with that week of before, the newest being 0; a button leads to the one before it."""
    if not from_before.readable(work, care):
        return STALE
    weeks = from_before.list_weeks(work, care)
    if not weeks:
        text = work.tell(person.language, "before_none", alias=care.alias)
        speak.reply(work, person.id, text, key="before")
        return None
    place = min(page, len(weeks) - 1)
    row, handover = weeks[place]
    texts = _texts(work, person, care, row, handover)
    below, rows = _left(work, person, care, place, len(weeks))
    texts = [*texts[:-1], "\n\n".join(filter(None, (texts[-1], below)))]
    speak.pages(work, person.id, texts, key=f"before{place}:", rows=rows)
    code = care.client_code
    audit.add(work.tx, now=work.now, actor=person.code, action="client.before", subject=code)
    return None


def _texts(work: Work, person: Person, care: Care, row: DigestRow, handover: Handover) -> list[str]:
    body = digests.load_section(work.tx, row.id, handover.care_id).body
    renderer, language = work.practice.digests, person.language
    told = renderer.details(section_from_json(body), language=language, zone=zone(person.zone))
    year, _, week = row.week.partition("-W")
    title = work.tell(
        language,
        "before_title",
        alias=care.alias,
        therapist=from_before.name_before(work, handover),
        week=week.lstrip("0"),
        year=year,
    )
    return [f"{title}\n\n{told[0]}", *told[1:]]


def _left(work: Work, person: Person, care: Care, place: int, count: int) -> tuple[str, Rows]:
    left = count - place - 1
    if left == 0:
        return "", ()
    label = work.tell(person.language, "button_turn_back")
    rows = speak.row(Button(label, data("before", care.id, place + 1)))
    return work.tell(person.language, "before_left", count=left), rows
