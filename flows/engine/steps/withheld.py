"""Rather not say: an answer of its own, beside those that a step asks for.

Used by the engine where the author offers it. It is neither a skip nor a zero, and counts as no
operand unless the author made it an option of the step.
"""

from __future__ import annotations

from flows.authoring.words import Words
from flows.engine.check_in import Value
from flows.engine.steps.typed import word
from flows.languages import Language
from flows.script.flow import RATHER_NOT_SAY, ChoiceStep, SeveralStep, Step, TextStep

LABEL = Words((("en", "Rather not say"), ("de", "Möchte ich nicht sagen")), neutral=True)


def has_option(step: Step) -> bool:
    """True where the author made it one of the options."""
    return isinstance(step, ChoiceStep | SeveralStep) and any(
        option.id == RATHER_NOT_SAY for option in step.options
    )


def is_withheld(step: Step, value: Value | None) -> bool:
    """True where this answer to the step says that the client would rather not say."""
    return value == RATHER_NOT_SAY and (step.rather_not_say or has_option(step))


def says_so(step: Step, typed: str, language: Language) -> bool:
    """True where the client typed the button's label; in a text step it is text like any other."""
    if not step.rather_not_say or isinstance(step, TextStep):
        return False
    return word(typed) == word(LABEL.say(language))
