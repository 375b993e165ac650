"""Sizes: that every text fits a phone, and every prompt a message, whatever is filled in."""

from __future__ import annotations

from collections.abc import Iterator

from flows.script.checks.texts import LABELS
from flows.script.placeholders import NAMES, Slot, pieces
from flows.script.places import Loc
from flows.script.schema import StepShape, WordsShape
from flows.script.sheet import Sheet

LONGEST_TEXT, LONGEST_LABEL, LONGEST_TITLE = 1000, 40, 60
LONGEST_NAME = 64
"""What a name of a person or a day may take when it is filled in."""
LONGEST_PROMPT = 3800
"""In UTF-16 units, as Telegram counts; it takes 4,096, the rest is for what the bot adds."""


def check(sheet: Sheet) -> None:
    """Reports every text that is empty or too long, and every prompt that could not be sent."""
    if sheet.flow.title is not None:
        _check_words(sheet, sheet.flow.title, ("title",), LONGEST_TITLE)
    for number, step in enumerate(sheet.flow.step or []):
        for loc, words, most in _texts(step, number):
            _check_words(sheet, words, loc, most)
    _check_prompts(sheet, sheet.flow.step or [])


def _texts(step: StepShape, number: int) -> Iterator[tuple[Loc, WordsShape, int]]:
    for key in ("ask", "help"):
        if getattr(step, key) is not None:
            yield ("step", number, key), getattr(step, key), LONGEST_TEXT
    for key in LABELS:
        if getattr(step, key) is not None:
            yield ("step", number, key), getattr(step, key), LONGEST_LABEL
    for place, option in enumerate(step.options or []):
        yield ("step", number, "options", place), option, LONGEST_LABEL


def _check_words(sheet: Sheet, words: WordsShape, loc: Loc, most: int) -> None:
    for one in ("en", "de", "de_du"):
        text = getattr(words, one)
        if text is None:
            continue
        if not text.strip():
            sheet.at_value("F034", (*loc, one), "This text is empty.", "Write the text.")
        elif _units(text) > most:
            message = f"This text has {_units(text)} characters; {most} is the most here."
            sheet.at_value("F080", (*loc, one), message, "Shorten it.")


def _units(text: str) -> int:
    """Length as Telegram counts it, in UTF-16 units: most emoji are two."""
    return len(text.encode("utf-16-le")) // 2


def _check_prompts(sheet: Sheet, steps: list[StepShape]) -> None:
    sizes = dict.fromkeys(NAMES, LONGEST_NAME)
    lead = 0
    for number, step in enumerate(steps):
        longest = lead + max(_prompt(step, one, sizes) for one in ("en", "de", "de_du"))
        if longest > LONGEST_PROMPT:
            message = f"With what is filled in, this prompt could have {longest} characters."
            hint = f"Stay below {LONGEST_PROMPT}: shorten it, or set a smaller `max_length`."
            sheet.at_value("F081", ("step", number, "ask"), message, hint)
        lead = longest if step.kind == "message" else 0
        if step.id is not None:
            sizes.setdefault(step.id, _answer(step))


def _prompt(step: StepShape, language: str, sizes: dict[str, int]) -> int:
    words = [getattr(step, key) for key in ("ask", "help", *LABELS)]
    texts = [getattr(one, language) or "" for one in words if one is not None]
    return sum(_filled(text, sizes) for text in texts)


def _filled(text: str, sizes: dict[str, int]) -> int:
    slots = [piece.name for piece in pieces(text) if isinstance(piece, Slot)]
    return _units(text) + sum(sizes.get(name, 0) for name in slots)


def _answer(step: StepShape) -> int:
    """The most characters that an answer takes where a later text repeats it."""
    if step.kind == "text":
        return step.max_length if step.max_length is not None else 2000
    return LONGEST_LABEL
