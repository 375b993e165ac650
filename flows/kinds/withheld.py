"""Rather not say: an answer of its own, beside those that a step asks for.

Used by the engine where the author offers it. It is neither a skip nor a zero, and counts as no
operand unless the author made it an option of the step.
"""

from __future__ import annotations

from flows.kinds.kind import Value
from flows.kinds.registry import kind_of
from flows.kinds.step import RATHER_NOT_SAY, Step
from flows.kinds.typed import word
from flows.languages import Language, button


def label(language: Language) -> str:
    """Return what stands on the button."""
    return button(language, "rather_not_say")


def has_option(step: Step) -> bool:
    """True where the author made it one of the options."""
    return any(option.id == RATHER_NOT_SAY for option in kind_of(step).options(step))


def is_withheld(step: Step, value: Value | None) -> bool:
    """True where this answer to the step says that the client would rather not say."""
    return value == RATHER_NOT_SAY and (step.rather_not_say or has_option(step))


def says_so(step: Step, typed: str, language: Language) -> bool:
    """True where the client typed the button's label, unless own words of any kind are asked."""
    if not step.rather_not_say or kind_of(step).is_free:
        return False
    return word(typed) == word(label(language))
