"""Answers of flows that the digest has no section for: shown in the flow's words, never judged."""

from __future__ import annotations

import pytest

from bot.report.client_details import render_client
from bot.report.digest_text import render
from bot.texts import shipped
from flows.digest.arrange import arrange
from flows.digest.reported import Reply, Reported, Total
from flows.digest.section import ClientFacts, ClientSection, compose_section
from flows.digest.section_json import section_from_json, section_to_json
from flows.languages import Language
from flows.schedule.zones import zone
from tests.bot.report.weeks import CUT_OFF_AT, FROM_AT

BERLIN = zone("Europe/Berlin")
STEP = Reported(
    title=(("en", "The step you agreed on"), ("de", "Der vereinbarte Schritt")),
    replies=(
        Reply(label=(("en", "Partly"), ("de", "Teilweise"))),
        Reply(words="I wrote half of the letter."),
    ),
)
PHQ = Reported(title=(("en", "PHQ-8"), ("de", "PHQ-8")), totals=(Total(12, 24, 9),))
GOAL = Reported(
    title=(("en", "The week"), ("de", "Die Woche")),
    replies=(Reply(label=(("en", "A little nearer"),), about="sleep through"),),
)


def section(*reported: Reported, repair: str | None = None) -> ClientSection:
    facts = ClientFacts(1, "A.B.", "K7Q2", reported=reported, repair=repair)
    return compose_section(facts, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)


def text(of: ClientSection, language: Language) -> str:
    digest = arrange([of], week="2026-W47", from_at=FROM_AT, cut_off_at=CUT_OFF_AT, draft=False)
    pages = render(digest, texts=shipped(), language=language, zone=BERLIN)
    return "\n".join(page.text for page in pages)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "• A.B.: The step you agreed on: Partly · “I wrote half of the letter.”"),
        ("de", "• A.B.: Der vereinbarte Schritt: Teilweise · „I wrote half of the letter.“"),
    ],
)
def test_answers_stand_under_the_title_of_their_flow(language: Language, line: str) -> None:
    assert line in text(section(STEP), language)


def test_a_score_stands_beside_the_one_before() -> None:
    assert "• A.B.: PHQ-8: 12 of 24, the time before 9" in text(section(PHQ), "en")


def test_a_goal_is_named_in_the_clients_words_also_where_a_language_is_missing() -> None:
    assert "• A.B.: Die Woche: „sleep through“ A little nearer" in text(section(GOAL), "de")


def test_the_details_hold_the_same() -> None:
    pages = render_client(section(STEP, PHQ), texts=shipped(), language="en", zone=BERLIN)
    shown = "\n".join(page.text for page in pages)
    assert "Also answered" in shown
    assert "I wrote half of the letter." in shown


def test_a_section_with_reports_survives_storing() -> None:
    kept = section(STEP, PHQ, GOAL, repair="partly")
    assert section_from_json(section_to_json(kept)) == kept
