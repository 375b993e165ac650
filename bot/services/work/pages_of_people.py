"""A long list of clients, as buttons on pages, and the search in it by alias or code.

Used by every command that asks whose. A caseload of 300 is 13 pages; nobody is ever left out
without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.messages import Button, Rows
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.languages import Language
from storage.aliases import core
from storage.cares import Care

PAGE = 24
"""People on a page: eight rows of three, which a phone shows at once."""
Thing = TypeVar("Thing")


def pages(count: int, size: int = PAGE) -> int:
    """The number of pages that so many things fill; one where there is none."""
    return max(1, -(-count // size))


def page_of(things: Sequence[Thing], number: int, size: int = PAGE) -> tuple[Sequence[Thing], int]:
    """The things of that page, counted from 0, and its number: the last one where there is none
    such any more.
    """
    number = min(number, pages(len(things), size) - 1)
    return things[number * size : (number + 1) * size], number


def by_name(cares: Sequence[Care]) -> list[Care]:
    """The clients as they are looked for: by alias, however it is spelt."""
    return sorted(cares, key=lambda care: (core(care.alias), care.id))


def matching(cares: Sequence[Care], word: str) -> list[Care]:
    """The clients whose alias or code begins with what was typed, by alias."""
    wanted = core(word)
    begins = [
        care
        for care in cares
        if core(care.alias).startswith(wanted) or core(care.client_code).startswith(wanted)
    ]
    return by_name(begins) if wanted else []


def line(work: Work, language: Language, number: int, of: int) -> str:
    """The line that says which page this is; empty where there is only one."""
    return "" if of < 2 else work.tell(language, "page_line", page=number + 1, of=of)


def turning(
    work: Work, language: Language, number: int, of: int, leads_to: Callable[[int], str]
) -> Rows:
    """The buttons to the pages before and behind, where there are such."""
    found = []
    if number > 0:
        found.append(Button(work.tell(language, "button_turn_back"), leads_to(number - 1)))
    if number + 1 < of:
        found.append(Button(work.tell(language, "button_turn_on"), leads_to(number + 1)))
    return (tuple(found),) if found else ()


def people(
    work: Work,
    language: Language,
    cares: Sequence[Care],
    number: int,
    *,
    asks: StaffKey,
    whose: str,
    leads_to: Callable[[Care], str],
) -> tuple[str, Rows]:
    """One page of clients by alias: the question with the line that says which page, and the
    buttons. ``whose`` names the list in the buttons that turn the page.
    """
    shown, number = page_of(by_name(cares), number)
    of = pages(len(cares))
    grid = speak.grid([Button(care.alias, leads_to(care)) for care in shown])
    turn = turning(work, language, number, of, lambda page: data("people_page", page, word=whose))
    said = _asking(work, language, asks, line(work, language, number, of))
    return said, (*grid, *turn)


def found(
    work: Work,
    language: Language,
    cares: Sequence[Care],
    *,
    asks: StaffKey,
    leads_to: Callable[[Care], str],
) -> tuple[str, Rows]:
    """The clients that a search found, as buttons; and the question with the line that says how
    many more there are, where they do not fit a page.
    """
    shown = cares[:PAGE]
    more = len(cares) - len(shown)
    text = _asking(
        work, language, asks, work.tell(language, "people_more", count=more) if more else ""
    )
    return text, speak.grid([Button(care.alias, leads_to(care)) for care in shown])


def _asking(work: Work, language: Language, asks: StaffKey, below: str) -> str:
    return "\n\n".join(filter(None, (work.tell(language, asks), below)))
