"""Numbers as people write them: read by the customs of their language, or asked back."""

from __future__ import annotations

from datetime import date

import pytest

from flows.authoring.words import Words
from flows.kinds.kind import Fits, Refused
from flows.kinds.number import NumberStep
from flows.kinds.registry import kind_of
from flows.languages import Language

EUROS = Words((("en", "euros"), ("de", "Euro")))
ASK = Words((("en", "How much?"), ("de", "Wie viel?")))
SPENT = NumberStep("spent", ASK, max=100_000, whole=False, unit=EUROS)
HOURS = NumberStep("hours", ASK, max=24, whole=False, unit=Words((("de", "Stunden"),)))
STEPS = NumberStep("steps", ASK, max=100_000, unit=Words((("de", "Schritte"),)))
BELOW = NumberStep("below", ASK, min=-20, max=40, whole=False)


@pytest.mark.parametrize(
    ("step", "typed", "language", "expected"),
    [
        (SPENT, "20 Euro", "de", 20.0),
        (SPENT, "20 Euro", "en", 20.0),
        (SPENT, "€20", "en", 20.0),
        (SPENT, "EUR 20,50", "de_du", 20.5),
        (SPENT, "1.500 €", "de", 1500.0),
        (SPENT, "20 Dollar", "de", "not_a_number"),
        (SPENT, "20 Euro 30", "de", "not_a_number"),
        (SPENT, "20 Euro für Essen", "de", "not_a_number"),
        (SPENT, "Euro", "de", "not_a_number"),
        (SPENT, "1.500", "de", 1500.0),
        (SPENT, "1.500", "en", "ambiguous_number"),
        (SPENT, "1,000", "en", 1000.0),
        (SPENT, "1,000", "de", "ambiguous_number"),
        (SPENT, "1,000", "de_du", "ambiguous_number"),
        (SPENT, "1.234,56", "en", 1234.56),
        (SPENT, "1,234.56", "de", 1234.56),
        (SPENT, "12.345.678", "de", "out_of_range"),
        (SPENT, "1 500,5", "de", 1500.5),
        (SPENT, "1'000", "de", 1000.0),
        (SPENT, "0.500", "en", 0.5),
        (SPENT, "1.5", "de", 1.5),
        (SPENT, "1,5", "en", 1.5),
        (SPENT, "1.50", "de", 1.5),
        (SPENT, "1..5", "en", "not_a_number"),
        (SPENT, "1,2,3", "en", "not_a_number"),
        (HOURS, "1.500", "en", 1.5),
        (HOURS, "1.500", "de", "ambiguous_number"),
        (HOURS, "7,5 Std.", "de", 7.5),
        (HOURS, "7.5 h", "en", 7.5),
        (HOURS, "1 Stunde", "de", 1.0),
        (HOURS, "20 min", "de", "not_a_number"),
        (STEPS, "8.432 Schritte", "de", 8432),
        (STEPS, "1.500", "de", 1500),
        (STEPS, "1.500", "en", 1500),
        (STEPS, "1,5", "de", "not_whole"),
        (STEPS, "2.000,0", "de", 2000),
        (BELOW, "-2,5", "de", -2.5),
        (BELOW, "\u2212 3", "en", -3.0),
    ],
)
def test_a_number_is_read_by_the_language_or_asked_back(
    step: NumberStep, typed: str, language: Language, expected: float | str
) -> None:
    read = kind_of(step).accept(step, typed, language, date(2026, 11, 25))
    assert read == (Refused(expected) if isinstance(expected, str) else Fits(expected))
    if isinstance(read, Fits):
        assert isinstance(read.value, int if step.whole else float)


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
@pytest.mark.parametrize("value", [0.0, 1.5, 20.0, 1500.0, 99_999.99])
def test_a_number_is_read_again_as_it_is_shown(value: float, language: Language) -> None:
    shown = kind_of(SPENT).show(SPENT, value, language)
    assert kind_of(SPENT).accept(SPENT, shown, language, date(2026, 11, 25)) == Fits(value)
