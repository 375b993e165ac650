"""The answers of clients in flows for which the digest has no section of its own.

Part of a client's section, so that no word that a client gave for the therapist is hidden. It never
holds a judgement: a score stands beside the one before, not beside a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flows.languages import Language

ByLanguage = tuple[tuple[Language, str], ...]
"""A text of a flow in the languages in which it is written."""


def in_language(text: ByLanguage, language: Language) -> str:
    """The text in that language; where it is not written, in the first one it has."""
    return dict(text).get(language) or text[0][1]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: a label or number of the flow, or the client's own words, never both."""

    label: ByLanguage = ()
    words: str = ""
    about: str = ""
    """Its subject, in the client's words: the goal of a step that was asked for each goal."""

    def __repr__(self) -> str:
        return "Reply(…)"


@dataclass(frozen=True, slots=True)
class Total:
    """A score over one instrument's items, and the client's one before it."""

    value: float
    most: float
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """One check-in of a flow: its title, and what was answered or summed up."""

    title: ByLanguage
    replies: tuple[Reply, ...] = ()
    totals: tuple[Total, ...] = ()


def reported_from(body: dict[str, Any]) -> Reported:
    """The value behind the JSON object of a ``Reported``."""
    return Reported(
        title=text_from(body["title"]),
        replies=tuple(
            Reply(text_from(each["label"]), each["words"], each["about"])
            for each in body["replies"]
        ),
        totals=tuple(Total(**each) for each in body["totals"]),
    )


def text_from(pairs: list[list[Any]]) -> ByLanguage:
    """The value behind the JSON list of a text."""
    return tuple((language, text) for language, text in pairs)
