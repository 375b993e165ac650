"""Public helplines by country, offered to an admin who sets up a practice. Used by ``init``.

They ship as data, each with its source. Nothing of them reaches a client unless an admin said yes.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flows.languages import tongues


@dataclass(frozen=True, slots=True)
class Helpline:
    """A service that people can turn to."""

    countries: tuple[str, ...]
    say: Mapping[str, str]
    """Its line on the card, by language."""
    source: str
    written_on: date


def helplines() -> tuple[Helpline, ...]:
    """All that ship, in the order in which a card names them."""
    file = importlib.resources.files(__package__).joinpath("helplines.toml")
    rows = tomllib.loads(file.read_text("utf-8"))["helpline"]
    return tuple(
        Helpline(tuple(row["countries"]), row["say"], row["source"], row["written_on"])
        for row in rows
    )


def countries() -> tuple[str, ...]:
    """The codes of the countries for which there are some."""
    return tuple(sorted({code for each in helplines() for code in each.countries}))


def of_country(code: str) -> tuple[Helpline, ...]:
    """Those of one country."""
    return tuple(each for each in helplines() if code in each.countries)


def texts_for(code: str) -> dict[str, str]:
    """The text of practice.crisis in each language in which every line is written."""
    found = of_country(code)
    return {
        tongue.code: "\n".join(each.say[tongue.code] for each in found)
        for tongue in tongues()
        if found and all(tongue.code in each.say for each in found)
    }
