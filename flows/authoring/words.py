"""Texts by language, and conditions: what every other value of a flow is made of.

Used by all values of ``flows.script``. It must never choose a language for anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.languages import Language


@dataclass(frozen=True, slots=True)
class Words:
    """One text in the languages in which it was written."""

    by_language: tuple[tuple[Language, str], ...]
    neutral: bool = False
    """True where the text addresses nobody, so that German needs no second form."""

    def say(self, language: Language) -> str:
        """The text in ``language``; without a ``de_du`` that of ``de``. KeyError: not written."""
        texts = dict(self.by_language)
        if language == "de_du" and "de_du" not in texts:
            return texts["de"]
        return texts[language]


@dataclass(frozen=True, slots=True)
class Condition:
    """When a step is asked: a CEL expression over earlier steps, or the plain ``only_if`` form.

    ``source`` is always CEL; ``only_if.strain = ["a_little", "yes"]`` is kept as
    ``strain in ["a_little", "yes"]``. A condition that lacks an operand is false, never an error.
    """

    source: str
    names: frozenset[str]
