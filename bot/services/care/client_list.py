"""/clients: one line a client, a page at a time, with a button each that opens the card."""

from __future__ import annotations

from bot.messages import Button, Rows
from bot.services.care.client_line import client_line
from bot.services.work import pages_of_people, speak
from bot.services.work.buttons import Toast, data
from bot.services.work.unit_of_work import Work
from storage import cares
from storage.cares import Care
from storage.people import Person

A_PAGE = 18
"""Six rows of buttons, and lines that a phone shows without much scrolling."""


def command(work: Work, therapist: Person) -> None:
    """Answer with the first page; who is here before who is not any more, each by alias."""
    listed = _listed(work, therapist)
    if not listed:
        speak.to_therapist(work, therapist, "no_clients")
        return
    text, rows = _page(work, therapist, listed, 0)
    speak.reply(work, therapist.id, text, key="clients", rows=rows)


def turn(work: Work, therapist: Person, page: int, message_id: int) -> Toast:
    """Show that page in place of a message."""
    text, rows = _page(work, therapist, _listed(work, therapist), page)
    speak.edit(work, therapist.id, message_id, text, key="clients", rows=rows)
    return None


def _listed(work: Work, therapist: Person) -> list[Care]:
    here = cares.list_for_therapist(work.tx, therapist.id)
    over = cares.list_for_therapist(work.tx, therapist.id, states=cares.OVER)
    return [*pages_of_people.by_name(here), *pages_of_people.by_name(over)]


def _page(work: Work, therapist: Person, listed: list[Care], page: int) -> tuple[str, Rows]:
    shown, number = pages_of_people.page_of(listed, page, A_PAGE)
    language, of = therapist.language, pages_of_people.pages(len(listed), A_PAGE)
    lines = [work.tell(language, "clients_title", count=len(listed))]
    lines.extend(client_line(work, therapist, care) for care in shown)
    where = pages_of_people.line(work, language, number, of)
    text = "\n".join(lines) + (f"\n\n{where}" if where else "")
    turning = pages_of_people.turning(
        work, language, number, of, lambda to: data("people_page", to, word="clients")
    )
    opening = [care for care in shown if care.ended_by != "handover"]
    grid = speak.grid([Button(care.alias, data("card", care.id)) for care in opening])
    return text, (*grid, *turning)
