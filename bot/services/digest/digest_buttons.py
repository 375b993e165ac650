"""The buttons below a digest: risk cases, flags, every client's own week, and "I have read this".

Used by the modules beside it. A button must never name a client of whom the digest does not speak.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Button, Rows
from bot.ports import DigestPage
from bot.services.consent import supervisors
from bot.services.digest import weekly_picture
from bot.services.work import pages_of_people, speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from flows.digest.arrange import Digest
from flows.digest.section import ClientSection
from storage import digests
from storage.aliases import core
from storage.people import Person

DRAFT = 0
"""Stands for this week's draft in a button."""
OPEN_FLAGS = 10**18 - 1
"""Stands for the list of what is open now: no digest is ever numbered so."""
UNKEPT = frozenset({DRAFT, OPEN_FLAGS})
MOST_FLAGS = 24
"""More flags than that are reached one by one: a wall of buttons is not read."""
MOST_CASES = 10


def main_rows(
    work: Work, person: Person, digest: Digest, pages: Sequence[DigestPage], digest_id: int
) -> Rows:
    """One button a risk case, one a flag, one to all clients by name, one for words that were cut,
    and one that says that the digest was read.
    """
    named = dict(flag for page in pages for flag in page.flags)
    flagged = [
        Button(
            work.tell(person.language, "button_flag", alias=alias), data("flag", flag, digest_id)
        )
        for flag, alias in list(named.items())[:MOST_FLAGS]
    ]
    rows = (*_case_rows(work, person, digest), *speak.grid(flagged))
    if digest_id == OPEN_FLAGS:
        return speak.grid(flagged)
    below = []
    if any(page.names_only for page in pages) and digest.blocks:
        below.append(Button(work.tell(person.language, "button_rest"), data("rest", digest_id, 0)))
    if digest.sections:
        below.append(
            Button(work.tell(person.language, "button_clients"), data("one_by_one", digest_id, 0))
        )
        below.append(Button(work.tell(person.language, "button_paper"), data("paper", digest_id)))
        if supervisors.is_on(work):
            copy = data("supervision_copy", digest_id)
            below.append(Button(work.tell(person.language, "button_copy"), copy))
    if cut_in(digest, pages):
        below.append(
            Button(work.tell(person.language, "button_whole"), data("whole", digest_id, 0))
        )
    if digest_id not in UNKEPT and not _is_read(work, digest_id):
        below.append(Button(work.tell(person.language, "button_read"), data("read", digest_id)))
    if digest_id == DRAFT and digest.caseload:
        below.append(weekly_picture.button(work, person, digest_id))
    rows = (*rows, *speak.column(*below))
    return (*rows, _draft_row(work, person)) if digest_id == DRAFT else rows


def _draft_row(work: Work, person: Person) -> tuple[Button, ...]:
    """The buttons to earlier weeks, where there are any, and to the day and hour of the digest."""
    hour = Button(work.tell(person.language, "button_digest_day"), data("digest_hours"))
    if digests.find_latest(work.tx, person.id) is None:
        return (hour,)
    return (Button(work.tell(person.language, "button_weeks"), data("weeks")), hour)


def cut_in(digest: Digest, pages: Sequence[DigestPage]) -> list[ClientSection]:
    """The clients of whose words the pages do not show all, in the order of the digest."""
    shown = pages[0].quoted if pages else None
    if shown is None:
        return []
    return [section for section in digest.told if section.has_words_over(shown)]


def name_rows(work: Work, person: Person, digest: Digest, digest_id: int, page: int) -> Rows:
    """The clients by name, one page of them: to a flag's own buttons where it has some, to what the
    digest has of them otherwise; then the pages before and after, and the way back.
    """
    clients = sorted(digest.sections, key=lambda s: (core(s.alias), s.code))
    shown, number = pages_of_people.page_of(clients, page)
    names = speak.grid([_name(section, digest_id) for section in shown])
    turning = pages_of_people.turning(
        work,
        person.language,
        number,
        pages_of_people.pages(len(clients)),
        lambda to: data("one_by_one", digest_id, to),
    )
    back = Button(work.tell(person.language, "button_back"), data("flags", digest_id))
    return (*names, *turning, (back,))


def _name(section: ClientSection, digest_id: int) -> Button:
    if section.can_acknowledge and section.flag_id is not None and section.standing != "none":
        return Button(section.alias, data("flag", section.flag_id, digest_id))
    return Button(section.alias, data("one", section.care_id, digest_id))


def _case_rows(work: Work, person: Person, digest: Digest) -> Rows:
    """One button a risk case that nobody had closed, above all others."""
    buttons = (
        Button(
            work.tell(person.language, "button_case_of", alias=section.alias),
            data("case", section.case_id),
        )
        for section in (*digest.risk, *digest.risk_before)
        if section.case_id is not None
    )
    return speak.column(*list(buttons)[:MOST_CASES])


def _is_read(work: Work, digest_id: int) -> bool:
    """True where somebody has read all of it: one client's details are not the others'."""
    if digests.load(work.tx, digest_id).read_at is None:
        return False
    return not digests.has_unread_section(work.tx, digest_id)
