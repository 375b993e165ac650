"""Text: the client's own words, kept as they were written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from flows.authoring.report import Loc, Report
from flows.kinds.keys import Keys
from flows.kinds.kind import Asked, Fits, Kind, Refused, Reply, Sample, Sort, Unfit, Value
from flows.kinds.step import Shared, Step
from flows.kinds.typed import clean
from flows.languages import Language

LONGEST_ANSWER = 2000


class TextKeys(Keys):
    """The greatest length of the words."""

    min_length: Annotated[int | None, "How many characters are needed at least."]
    max_length: Annotated[int | None, "How many characters are taken at most."]


@dataclass(frozen=True, slots=True)
class TextStep(Step):
    """The client's own words, within length bounds in characters. The answer is a str."""

    min_length: int = 1
    max_length: int = LONGEST_ANSWER
    kind: ClassVar[str] = "text"


class Text(Kind[TextKeys, TextStep]):
    """The kind that is written."""

    step = TextStep
    keys = TextKeys
    called = "own words"
    does = "writes"
    is_free = True
    samples = (
        Sample(
            "min_length = 2\nmax_length = 40",
            fitting=(("  It was\u202e long. ", "It was long."), ("42", "42")),
            refused=(
                (0, "not_an_option"),
                ("\u200b", "empty"),
                ("x", "too_short"),
                ("x" * 41, "too_long"),
            ),
            condition='it != "x"',
        ),
    )

    def build(self, shared: Shared, keys: TextKeys) -> TextStep:
        least, most = keys.min_length or 1, keys.max_length or LONGEST_ANSWER
        return TextStep(**shared, min_length=least, max_length=most)

    def check(self, found: Report, keys: TextKeys, loc: Loc) -> None:
        """Reports lengths that no answer has."""
        for key in ("min_length", "max_length"):
            length = getattr(keys, key)
            if length is not None and not 1 <= length <= LONGEST_ANSWER:
                huge = f"`{key}` is huge."
                message = f"`{key}` is {length}." if abs(length) < 10**12 else huge
                hint = f"Choose between 1 and {LONGEST_ANSWER} characters."
                found.at_value("F070", (*loc, key), message, hint)
                return
        least, most = keys.min_length or 1, keys.max_length or LONGEST_ANSWER
        if least > most:
            message = f"No text has at least {least} and at most {most} characters."
            hint = "Make `min_length` the smaller one."
            found.at_value("F070", (*loc, "min_length"), message, hint)

    def unfit(self, keys: TextKeys, answer: Any) -> Unfit | None:
        hint = f'Use when = "{keys.id}.answered" instead.'
        return "cannot be compared with a text.", hint

    def sort(self, keys: TextKeys) -> Sort | None:
        return "string"

    def longest(self, keys: TextKeys) -> int:
        return LONGEST_ANSWER if keys.max_length is None else keys.max_length

    def ask(self, step: TextStep, language: Language) -> Asked:
        """No buttons."""
        return Asked()

    def accept(
        self, step: TextStep, reply: Reply, language: Language, today: date
    ) -> Fits | Refused:
        """The words, trimmed and without control characters; never shortened."""
        if isinstance(reply, int):
            return Refused("not_an_option")
        words = clean(reply)
        if not words:
            return Refused("empty")
        if len(words) < step.min_length:
            return Refused("too_short")
        return Fits(words) if len(words) <= step.max_length else Refused("too_long")

    def show(self, step: TextStep, value: Value, language: Language) -> str:
        """The words."""
        return str(value)

    def describe(self, step: TextStep, language: Language) -> str:
        return f"{step.min_length} to {step.max_length} characters"

    def limits(self, step: TextStep) -> tuple[object, ...]:
        return step.min_length, step.max_length
