"""Sizes: that every text fits a phone, and every prompt a message, whatever is filled in."""

from __future__ import annotations

from flows.authoring.report import Loc
from flows.authoring.toml_tables import WordsShape
from flows.kinds.kind import LONGEST_LIST, LONGEST_SHOWN
from flows.kinds.registry import is_only_said, kind_named
from flows.languages import languages
from flows.script.checks import whereabouts
from flows.script.conditions import EACH
from flows.script.placeholders import NAMES, OWN, Slot, pieces
from flows.script.schema import WORDS_OF_KINDS, StepShape
from flows.script.sheet import Sheet

LONGEST_TEXT, LONGEST_LABEL, LONGEST_TITLE, LONGEST_BAND = 1000, LONGEST_SHOWN, 60, 200
LONGEST_NAME = 64
"""The length that a name of a person or a day may take when it is filled in."""
LONGEST_PIPED = LONGEST_LIST
"""The length that an earlier answer, a goal or a list may take; the engine cuts it there."""
LONGEST_PROMPT = 3800
"""In UTF-16 units, as Telegram counts; it takes 4,096, the rest is for what the bot adds."""

_MOST = {"text": LONGEST_TEXT, "reply": LONGEST_TEXT, "label": LONGEST_LABEL, "band": LONGEST_BAND}


def check(sheet: Sheet) -> None:
    """Reports every text that is too long, and every prompt that could not be sent."""
    if sheet.flow.title is not None:
        _check_words(sheet, sheet.flow.title, ("title",), LONGEST_TITLE)
    for text in whereabouts.texts(sheet.flow):
        _check_words(sheet, text.words, text.loc, _MOST[text.role])
    _check_prompts(sheet, sheet.flow.step or [])


def _check_words(sheet: Sheet, words: WordsShape, loc: Loc, most: int) -> None:
    for one in languages():
        text = words.text(one)
        if text is None:
            continue
        if _units(text) > most:
            message = f"This text has {_units(text)} characters; {most} is the most here."
            sheet.at_value("F080", (*loc, one), message, "Shorten it.")


def _units(text: str) -> int:
    """Length as Telegram counts it, in UTF-16 units: most emoji are two."""
    return len(text.encode("utf-16-le")) // 2


def _check_prompts(sheet: Sheet, steps: list[StepShape]) -> None:
    sizes = dict.fromkeys(NAMES, LONGEST_NAME) | dict.fromkeys((*OWN, EACH), LONGEST_PIPED)
    lead = 0
    for number, step in enumerate(steps):
        longest = lead + _longest_prompt(step, sizes)
        if longest > LONGEST_PROMPT:
            message = f"With what is filled in, this prompt could have {longest} characters."
            hint = f"Stay below {LONGEST_PROMPT}: shorten it, or set a smaller `max_length`."
            sheet.at_value("F081", ("step", number, "ask"), message, hint)
        if step.id is not None:
            sizes.setdefault(step.id, _answer(step))
        replies = (_longest(reply, sizes) for reply in step.reflect or [])
        lead = longest if is_only_said(step.kind) else max(replies, default=0)


def _longest_prompt(step: StepShape, sizes: dict[str, int]) -> int:
    asks = [words for words in (step.ask, *(step.wording or [])) if words is not None]
    others = [getattr(step, key) for key in ("help", *WORDS_OF_KINDS)]
    ask = max((_longest(words, sizes) for words in asks), default=0)
    return ask + sum(_longest(words, sizes) for words in others if words is not None)


def _longest(words: WordsShape, sizes: dict[str, int]) -> int:
    return max(_filled(words.text(one) or "", sizes) for one in languages())


def _filled(text: str, sizes: dict[str, int]) -> int:
    slots = [piece.name for piece in pieces(text) if isinstance(piece, Slot)]
    return _units(text) + sum(sizes.get(name, LONGEST_PIPED) for name in slots)


def _answer(step: StepShape) -> int:
    """The most characters that an answer takes where a later text repeats it."""
    kind = kind_named(step.kind)
    return LONGEST_LABEL if kind is None else kind.longest(step)
