"""The facts that a tried check-in has from outside: names, earlier answers, the client's own goals.

Used by ``interlude flows try``. Where the author says nothing, it is made up, so that no text has a
gap; a client's check-in takes it from the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from babel.dates import get_day_names

from bot.cli.surroundings import refuse
from bot.texts import shipped
from bot.texts.naming import cases_of
from flows.engine.check_in import Names
from flows.kinds.kind import Value
from flows.languages import BASE, Language, first_written, locale_of
from flows.script.flow import Flow

_FRIDAY = 4
_GOALS = {
    "en": ("Sleep better", "See friends again"),
    "de": ("Besser schlafen", "Wieder Freunde treffen"),
}
_TOPICS = {
    "en": ("Work", "My sister"),
    "de": ("Arbeit", "Meine Schwester"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """The author's facts about the client that does not exist."""

    therapist: str
    dative: str
    accusative: str
    goals: tuple[str, ...]
    topics: tuple[str, ...]
    past: tuple[tuple[str, Value], ...]

    def names(self, flow: Flow, language: Language) -> Names:
        """The names for a check-in of this flow, with made-up goals and topics where it needs
        some.
        """
        placeholders = {
            "therapist": self.therapist,
            **cases_of(
                shipped(),
                language,
                self.therapist,
                dative=self.dative,
                accusative=self.accusative,
            ),
            "day": get_day_names("wide", locale=locale_of(language))[_FRIDAY],
        }
        return Names(
            by_placeholder=tuple(placeholders.items()),
            past=self.past,
            goals=self.goals or (_made_up(_GOALS, language) if flow.needs.goals else ()),
            topics=self.topics or (_made_up(_TOPICS, language) if flow.needs.topics else ()),
        )


def _made_up(examples: Mapping[str, tuple[str, ...]], language: Language) -> tuple[str, ...]:
    """Examples in the language, where somebody wrote some; nobody is spoken to with them."""
    return first_written(examples, language) or examples[BASE]


def read_past(written: tuple[str, ...]) -> tuple[tuple[str, Value], ...]:
    """Earlier answers as typed, ``week.last=4``; numbers as numbers. 2 where one cannot be read."""
    return tuple(map(_read, written))


def _read(written: str) -> tuple[str, Value]:
    key, sign, value = written.partition("=")
    if not sign or "." not in key:
        refuse([f"--past: {written} cannot be read; write it like week.last=4 or week.mean3=5.5"])
    try:
        number = float(value)
    except ValueError:
        return key.strip(), value
    return key.strip(), int(number) if number.is_integer() else number
