"""A therapist's name in every text that carries it: in the right case, or not at all.

The sentences are in ``tests/golden/names.de.txt``, to be read aloud by somebody who grew up with
German. UPDATE_GOLDEN=1 writes them anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.texts import Texts, shipped
from bot.texts.naming import cases_of
from flows.authoring.words import Words
from flows.languages import Language, languages
from flows.script import parse
from flows.script.placeholders import fill

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "names.de.txt"
DE, DU, EN = Language("de"), Language("de_du"), Language("en")
KROEGER = {
    "told": ("Herr Kröger", "Herrn Kröger", "Herrn Kröger"),
    "not told": ("Herr Kröger", "", ""),
    "unchanging": ("Dr. Anna Mai", "", ""),
}
OBLIQUE = r"für|bei|mit|von|zu|ohne|durch|gegen|an|über|sagen Sie(?: es)?|sag(?:st du)?(?: es)?|"
WRONG = re.compile(rf"(?:\b(?:{OBLIQUE}fragen Sie|frag|bleibt bei|gespeichert und)) Herr Kröger")
WRONG_AS_SUBJECT = re.compile(
    r"Herrn Kröger (?:bekommt|sieht|lädt|liest)|(?:bekommt|sieht|liest): Herrn"
)
REST = {
    "practice": "Praxis am Hang",
    "day": "Freitag",
    "link": "https://t.me/bot?start=x",
    "version": 1,
    "age": 18,
    "word": "Anker",
    "count": 9,
    "on": date(2026, 11, 30),
    "since": date(2026, 11, 23),
    "first": date(2026, 12, 21),
    "last": date(2027, 1, 3),
    "days": "23. Nov. 2026",
    "now": datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    "at": datetime(2026, 11, 29, 17, 0, tzinfo=UTC),
    "language": "Englisch",
    "when": "mit der nächsten Wochenübersicht",
    "others": "Dr. Anna Kaya",
    "colleague": "Dr. Kaya",
    "before": "Dr. Kaya",
    "until": datetime(2026, 12, 7, 9, 0, tzinfo=UTC),
    "supervisor": "Prof. Adler",
    "deputy": "Dr. Kaya",
    "counts": "• 12 Antworten",
    "receipt": "AB12-CD34",
}


def values(language: Language, called: tuple[str, str, str]) -> dict[str, object]:
    name, dative, accusative = called
    return {
        "therapist": name,
        **cases_of(shipped(), language, name, dative=dative, accusative=accusative),
        **REST,
    }


def built_in() -> Iterator[tuple[str, str]]:
    """Every built-in text for clients that carries the name: its key and one of its forms."""
    for key, text in sorted(shipped().written(EN).items()):
        if key.startswith("client.") and isinstance(text, str) and "{therapist" in text:
            yield key, text


def of_flows() -> Iterator[tuple[str, Words]]:
    """Every text of the shipped flows."""
    for path in sorted((ROOT / "flows" / "library").glob("*.toml")):
        flow = parse(path.read_text("utf-8"), path.name).flow
        assert flow is not None
        for step in flow.steps:
            for words in (step.ask, *step.wordings):
                if any("{therapist" in text for _, text in words.by_language):
                    yield f"{flow.id}.{step.id}", words


def sentences(language: Language, called: tuple[str, str, str]) -> Iterator[tuple[str, str]]:
    """Each line that carries the name or stands for it, under the key of its text."""
    given = values(language, called)
    spoken = {str(v) for k, v in given.items() if k.startswith("therapist")}
    found = [
        *((key, shipped().say(language, key, zone=UTC, **given)) for key, _ in built_in()),
        *(
            (key, fill(words.say(language), {k: str(v) for k, v in given.items()}))
            for key, words in of_flows()
        ),
    ]
    for key, text in found:
        for line in text.splitlines():
            if any(name in line for name in spoken):
                yield key, line


def test_the_sentences_with_a_name_are_those_that_a_clinician_read() -> None:
    told = [
        f"== {language}, {how}: {' / '.join(called)}\n"
        + "\n".join(f"{key}: {line}" for key, line in sentences(language, called))
        for language in (DE, DU)
        for how, called in KROEGER.items()
    ]
    text = "\n\n".join(told) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, "utf-8")
    assert GOLDEN.read_text("utf-8") == text


@pytest.mark.parametrize("how", KROEGER)
@pytest.mark.parametrize("language", [DE, DU])
def test_no_name_stands_in_another_case(language: Language, how: str) -> None:
    lines = list(sentences(language, KROEGER[how]))
    assert len({key for key, _ in lines}) == len({*dict(built_in()), *dict(of_flows())})
    for key, line in lines:
        assert not WRONG.search(line), (key, line)
        assert not WRONG_AS_SUBJECT.search(line), (key, line)


def test_a_case_that_nobody_told_is_said_without_the_name() -> None:
    said = dict(sentences(DE, KROEGER["not told"]))
    assert (
        "sagen Sie Ihrer Therapeutin oder Ihrem Therapeuten" in said["client.nothing_open_unread"]
    )
    du = dict(sentences(DU, KROEGER["not told"]))
    assert "bei deiner Therapeutin oder deinem Therapeuten" in du["after-session.ease"]
    told = dict(sentences(DE, KROEGER["told"]))
    assert "sagen Sie Herrn Kröger am besten direkt" in told["client.nothing_open_unread"]


@pytest.mark.parametrize(
    ("name", "dative", "language", "said"),
    [
        ("Herr Kröger", "Herrn Kröger", "de", "Herrn Kröger"),
        ("Herr Kröger", "Herrn Kröger", "en", "Herr Kröger"),  # English has no cases
        ("Herr Kröger", "", "de", "Ihrer Therapeutin oder Ihrem Therapeuten"),
        ("Herr Kröger", "", "de_du", "deiner Therapeutin oder deinem Therapeuten"),
        ("Frau Dr. Mai", "", "de", "Frau Dr. Mai"),  # the same in every case
        ("Anna Mai", "", "de_du", "Anna Mai"),
        ("Herrmann Mai", "", "de", "Herrmann Mai"),
    ],
)
def test_a_name_is_declined_as_far_as_it_was_told(
    name: str, dative: str, language: str, said: str
) -> None:
    cases = cases_of(shipped(), Language(language), name, dative=dative, accusative="")
    assert cases["therapist_dative"] == said


def test_every_language_has_words_for_a_name_in_a_case_that_was_not_told() -> None:
    texts: Texts = shipped()
    for language in languages():
        for case in ("therapist_dative", "therapist_accusative"):
            assert texts.say(language, f"client.{case}")
