"""Tables of a checked file -> values: texts, and what the checks have found to be there.

Used by whatever builds a part of a flow. It must never be handed an unchecked file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flows.authoring.words import Words
from flows.languages import fallbacks, languages

if TYPE_CHECKING:
    from flows.authoring.toml_tables import WordsShape

Value = TypeVar("Value")


def given(value: Value | None) -> Value:
    """The value, which the checks have found to be there."""
    assert value is not None, "the checks let a flow pass that lacks something"
    return value


def words(shape: WordsShape) -> Words:
    """A text in the languages in which it was written."""
    texts = ((one, shape.text(one)) for one in languages())
    return Words(tuple((one, text) for one, text in texts if text is not None), bool(shape.neutral))


def label(shape: WordsShape) -> Words:
    """A text that addresses nobody unless it is written in a second form of address."""
    written = words(shape)
    second = [one for one, _ in written.by_language if len(fallbacks(one)) > 1]
    return Words(written.by_language, neutral=written.neutral or not second)
