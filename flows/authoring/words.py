"""Texts by language, and conditions: what every other value of a flow is made of.

Used by all values of ``flows.script``. It must never choose a language for anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.languages import Language, first_written


@dataclass(frozen=True, slots=True)
class Words:
    """One text in the languages in which it was written."""

    by_language: tuple[tuple[Language, str], ...]
    neutral: bool = False
    """True where the text addresses nobody, so that all forms of address share it."""

    def say(self, language: Language) -> str:
        """The text in ``language``, or in the form that it falls back to. KeyError: not written."""
        text = first_written(dict(self.by_language), language)
        if text is None:
            raise KeyError(language)
        return text


@dataclass(frozen=True, slots=True)
class Condition:
    """The condition of a step: a CEL expression over earlier steps, or the plain ``only_if`` form.

    ``source`` is always CEL; ``only_if.strain = ["a_little", "yes"]`` is kept as
    ``strain in ["a_little", "yes"]``. A condition that lacks an operand is false, never an error.
    """

    source: str
    names: frozenset[str]
