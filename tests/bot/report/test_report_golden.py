"""Golden digests: text that a clinician can read, in ``tests/golden/digests``.

With ``UPDATE_GOLDEN=1`` in the environment the files are written anew; read them before you keep
them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import weeks

from bot.report.client_details import render_client
from bot.report.digest_text import render
from bot.report.pages import LONGEST_PAGE, Page
from bot.texts import shipped
from flows.digest.arrange import Digest
from flows.engine.cut import length
from flows.languages import Language
from tests.bot.report import situations

GOLDEN = Path(__file__).parents[2] / "golden" / "digests"
BERLIN = ZoneInfo("Europe/Berlin")
WEEKS: tuple[Callable[[], Digest], ...] = (
    *(weeks.eventful, weeks.quiet, weeks.hard_words),
    *(weeks.empty, weeks.hostile),
    *(situations.one_flag, situations.over_the_cap, situations.silences, situations.repair),
    *(situations.goals, situations.ends),
    *(situations.all_maximum, situations.new_client, situations.full_week),
    *(situations.long_words, situations.forty, situations.after_an_unread_one),
)
FORBIDDEN = ("rupture", "withdrawal", "confrontation", "alliance", "diagnos", "ruptur", "allianz")


def digest_pages(digest: Digest, language: Language) -> tuple[Page, ...]:
    return render(digest, texts=shipped(), language=language, zone=BERLIN)


def client_pages(digest: Digest, language: Language) -> list[Page]:
    """The details of everybody whom the digest points to."""
    sections = [s for s in digest.told if s.can_acknowledge or s.drifts]
    return [
        page
        for section in sections
        for page in render_client(
            section,
            texts=shipped(),
            language=language,
            zone=BERLIN,
        )
    ]


def as_file(pages: tuple[Page, ...] | list[Page]) -> str:
    """Pages one below the other, each followed by its buttons."""
    shown = [
        "\n".join([page.text, *(f"[{flag.alias}: flag {flag.flag_id}]" for flag in page.flags)])
        for page in pages
    ]
    return "\n\n----------------------------------------\n\n".join(shown) + "\n"


def compare(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.__name__)
def test_a_digest_reads_as_it_should(week: Callable[[], Digest], language: Language) -> None:
    compare(f"{week.__name__}.{language}.txt", as_file(digest_pages(week(), language)))


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_details_read_as_they_should(language: Language) -> None:
    pages = client_pages(weeks.eventful(), language)
    compare(f"eventful-details.{language}.txt", as_file(pages))


@pytest.mark.promise("P7b")
@pytest.mark.parametrize("language", ["en", "de", "de_du"])
@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.__name__)
def test_every_page_fits_and_names_no_finding(
    week: Callable[[], Digest], language: Language
) -> None:
    pages = [*digest_pages(week(), language), *client_pages(week(), language)]
    assert pages
    for page in pages:
        assert 0 < length(page.text) <= LONGEST_PAGE
        assert not [word for word in FORBIDDEN if word in page.text.casefold()]


def test_an_eventful_week_fits_one_message() -> None:
    (page,) = digest_pages(weeks.eventful(), "de")
    assert length(page.text) < 2600
