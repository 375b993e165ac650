"""Texts: that each is there in every language, and that its placeholders can be filled."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.script.checks.conditions import Earlier
from flows.script.flow import Language
from flows.script.placeholders import NAMES, Slot, StrayBrace, pieces
from flows.script.places import Loc
from flows.script.schema import StepShape, WordsShape
from flows.script.sheet import Sheet, listed, near

LABELS = ("low", "high", "unit")
"""Short texts that address nobody: without ``de_du`` they serve both forms of address."""

_ADDRESS = re.compile(
    r"(?<=[^.!?:„\"] )(?:Sie|Ihnen|Ihre?[mnrs]?)\b|\b(?:du|dich|dir|deine?[mnrs]?)\b"
)
_NAMES_OF_LANGUAGES = {"en": "English (en)", "de": "German with Sie (de)"}


def check(sheet: Sheet) -> None:
    """Reports every text that some client would not get, or would get with a gap."""
    title = sheet.flow.title
    if title is not None:
        if title.en is None and title.de is None:
            hint = 'Write `title.en = "…"`, `title.de = "…"` or both.'
            sheet.at_value("F030", ("title",), "The title is in no language.", hint)
        _check_label(sheet, title, ("title",))
    for loc, words, is_label in _texts(sheet):
        _check_languages(sheet, words, loc, is_label)
        if is_label:
            _check_label(sheet, words, loc)
    _check_placeholders(sheet)


def _texts(sheet: Sheet) -> Iterator[tuple[Loc, WordsShape, bool]]:
    for number, step in enumerate(sheet.flow.step or []):
        for key in ("ask", "help", *LABELS):
            words = getattr(step, key)
            if words is not None:
                yield ("step", number, key), words, key in LABELS
        for place, option in enumerate(step.options or []):
            yield ("step", number, "options", place), option, True


def _languages(sheet: Sheet) -> tuple[Language, ...]:
    title = sheet.flow.title or WordsShape()
    return tuple(one for one in ("en", "de") if getattr(title, one) is not None)


def _check_languages(sheet: Sheet, words: WordsShape, loc: Loc, is_label: bool) -> None:
    spoken = _languages(sheet)
    for one in spoken:
        if getattr(words, one) is None and (*loc, one) not in sheet.faulty:
            message = f"The text in {_NAMES_OF_LANGUAGES[one]} is missing here."
            hint = f"The title has it, so every text needs it: add `{one}`."
            sheet.at_value("F030", loc, message, hint)
    for one in ("en", "de", "de_du"):
        if spoken and getattr(words, one) is not None and one[:2] not in spoken:
            message = f"This text is in `{one}`, which the title is not."
            sheet.at_key("F032", (*loc, one), message, f"Add `title.{one[:2]}`, or remove it.")
    if "de" in spoken and words.de is not None and words.de_du is None:
        _check_du(sheet, words, loc, is_label)


def _check_du(sheet: Sheet, words: WordsShape, loc: Loc, is_label: bool) -> None:
    if not (words.neutral or is_label or (*loc, "de_du") in sheet.faulty):
        hint = "Add `de_du`; or, if the text addresses nobody, `neutral = true` beside it."
        sheet.at_value("F031", (*loc, "de"), "The form with du (`de_du`) is missing.", hint)
    address = _ADDRESS.search(words.de or "")
    if address and (words.neutral or is_label):
        message = f"`{address[0]}` addresses the client, but there is only this one German text."
        hint = "Write `de` with Sie and `de_du` with du."
        sheet.inside("F033", (*loc, "de"), address.start(), message, hint)


def _check_label(sheet: Sheet, words: WordsShape, loc: Loc) -> None:
    for one in ("en", "de", "de_du"):
        brace = re.search(r"[{}]", getattr(words, one) or "")
        if brace:
            message = "Labels and titles have no placeholders; they are shown as written."
            sheet.inside("F042", (*loc, one), brace.start(), message, "Leave the brace out.")


def _check_placeholders(sheet: Sheet) -> None:
    earlier = Earlier(sheet)
    for number, step in enumerate(sheet.flow.step or []):
        for key in ("ask", "help"):
            words = getattr(step, key) or WordsShape()
            for one in ("en", "de", "de_du"):
                loc = ("step", number, key, one)
                _check_pieces(sheet, getattr(words, one) or "", loc, earlier, step)
        earlier.add(step, number)


def _check_pieces(sheet: Sheet, text: str, loc: Loc, earlier: Earlier, step: StepShape) -> None:
    for piece in pieces(text):
        if isinstance(piece, StrayBrace):
            message = f"A single `{piece.brace}` belongs to no placeholder."
            hint = f"Write `{piece.brace * 2}` to show a brace, or complete the placeholder."
            sheet.inside("F041", loc, piece.offset, message, hint)
        elif isinstance(piece, Slot) and piece.name not in NAMES:
            _check_slot(sheet, piece, loc, earlier, step)


def _check_slot(sheet: Sheet, slot: Slot, loc: Loc, earlier: Earlier, step: StepShape) -> None:
    fault = earlier.fault(slot.name, step.id)
    if fault is None:
        if earlier.may_be_missing(slot.name) and not _guarded(step, slot.name):
            message = f"`{slot.name}` may be unanswered when this is shown."
            hint = f'Show it only where there is an answer: `when = "{slot.name}.answered"`.'
            sheet.inside("F043", loc, slot.offset, message, hint)
        return
    code, message, hint = fault
    if code == "F022":
        message = f"Nothing could fill `{{{slot.name[:60]}}}`."
        known = (*NAMES, *earlier.steps)
        code, hint = "F040", near(slot.name, known, f"Known here: {listed(known)}.")
    sheet.inside(code, loc, slot.offset, message, hint)


def _guarded(step: StepShape, name: str) -> bool:
    return name in (step.only_if or {}) or name in (step.when or "")
