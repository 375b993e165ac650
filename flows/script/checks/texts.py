"""Texts: that each is there in every language, and that its placeholders can be filled."""

from __future__ import annotations

import re

from flows.authoring.near_names import listed, near
from flows.authoring.report import Loc
from flows.authoring.toml_tables import ReflectShape, WordsShape
from flows.languages import Form, Language, Tongue, in_english, languages, tongue_of, tongues
from flows.script.checks import whereabouts
from flows.script.checks.scope import Scope
from flows.script.checks.whereabouts import Text
from flows.script.conditions import names_in, past_of
from flows.script.placeholders import NAMES, OWN, THERAPIST, Piece, Slot, StrayBrace, pieces
from flows.script.schema import StepShape
from flows.script.sheet import Sheet

_LINES_SHOWN = 8
_LAST_WORD = re.compile(r"(\w+)\s+$")


def check(sheet: Sheet) -> None:
    """Reports every text that some client would not get, or would get with a gap."""
    title = sheet.flow.title
    if title is not None:
        if not _spoken(sheet) and not any(loc[0] == "title" for loc in sheet.faulty):
            named = ", ".join(f'`title.{tongue.code} = "…"`' for tongue in tongues())
            hint = f"Write it in each language of the flow: {named}."
            sheet.at_value("F030", ("title",), "The title is in no language.", hint)
        _check_label(sheet, title, ("title",))
    every = list(whereabouts.texts(sheet.flow))
    for text in every:
        _check_text(sheet, text)
    for tongue in _spoken(sheet):
        _check_complete(sheet, every, tongue.plain)
        for form in tongue.forms[1:]:
            _check_complete_form(sheet, every, tongue, form)
    _check_placeholders(sheet)


def _spoken(sheet: Sheet) -> tuple[Tongue, ...]:
    title = sheet.flow.title
    written = [] if title is None else [title.text(tongue.plain) for tongue in tongues()]
    return tuple(
        tongue for tongue, text in zip(tongues(), written, strict=False) if text is not None
    )


def _check_text(sheet: Sheet, text: Text) -> None:
    spoken = _spoken(sheet)
    for one in languages():
        plain = tongue_of(one).plain
        if spoken and text.words.text(one) is not None and tongue_of(one) not in spoken:
            message = f"This text is in `{one}`, which the title is not."
            sheet.at_key("F032", (*text.loc, one), message, f"Add `title.{plain}`, or remove it.")
    for tongue in spoken:
        _check_address(sheet, text, tongue)
    if text.role in ("label", "band"):
        _check_label(sheet, text.words, text.loc)


def _check_address(sheet: Sheet, text: Text, tongue: Tongue) -> None:
    """Reports a word that addresses the client in one form, where all forms share the text."""
    shared = text.words.neutral or text.role == "label"
    own = any(text.words.text(form.code) is not None for form in tongue.forms[1:])
    if not tongue.addresses or not shared or own:
        return
    if address := re.search(tongue.addresses, text.words.text(tongue.plain) or ""):
        message = f"`{address[0]}` addresses the client, but every form of address shares this."
        forms = " and ".join(f"`{form.code}` with {form.address}" for form in tongue.forms)
        loc = (*text.loc, tongue.plain)
        sheet.inside("F033", loc, address.start(), message, f"Write {forms}.")


def _check_complete(sheet: Sheet, every: list[Text], language: Language) -> None:
    """One problem a language, with how much of it is there."""
    missing = [
        text.loc
        for text in every
        if text.words.text(language) is None and (*text.loc, language) not in sheet.faulty
    ]
    missing.sort(key=sheet.places.of_value)
    if missing:
        said = f"The text in {in_english(language)} ({language}) is missing here."
        message = f"{said} {_share(sheet, language, missing, len(every) + 1)}"
        hint = (
            f"Add `{language}`, or take the language out of the title: "
            "a client never gets a text in another language instead."
        )
        sheet.at_value("F030", missing[0], message, hint)


def _check_complete_form(sheet: Sheet, every: list[Text], tongue: Tongue, form: Form) -> None:
    plain = tongue.plain
    told = [text for text in every if text.words.text(plain) is not None and text.role != "band"]
    missing = [(*text.loc, plain) for text in told if _lacks(sheet, text, form.code)]
    missing.sort(key=sheet.places.of_value)
    if missing:
        share = _share(sheet, form.code, missing, len(told) + 1)
        message = f"The form with {form.address} (`{form.code}`) is missing here. {share}"
        hint = (
            f"Add `{form.code}`; or, if the text addresses nobody, `neutral = true` beside it: "
            f"then `{plain}` is used for it too."
        )
        sheet.at_value("F031", missing[0], message, hint)


def _lacks(sheet: Sheet, text: Text, form: Language) -> bool:
    there = text.words.text(form) is not None or (*text.loc, form) in sheet.faulty
    return not (there or text.words.neutral or text.role == "label")


def _share(sheet: Sheet, language: str, missing: list[Loc], count: int) -> str:
    share = (count - len(missing)) * 100 // count
    said = f"`{language}` is complete to {share} %: {len(missing)} of {count} texts lack it"
    lines = sorted({sheet.places.of_value(loc)[0] for loc in missing[1:]})
    if not lines:
        return f"{said}."
    more = " and others" if len(lines) > _LINES_SHOWN else ""
    return f"{said}, the others in line {', '.join(map(str, lines[:_LINES_SHOWN]))}{more}."


def _check_label(sheet: Sheet, words: WordsShape, loc: Loc) -> None:
    for one in languages():
        brace = re.search(r"[{}]", words.text(one) or "")
        if brace:
            message = "Labels and titles have no placeholders; they are shown as written."
            sheet.inside("F042", (*loc, one), brace.start(), message, "Leave the brace out.")


def _check_placeholders(sheet: Sheet) -> None:
    scope = Scope(sheet)
    for number, step in enumerate(sheet.flow.step or []):
        scope.enter(step)
        texts = [one for one in whereabouts.texts_of(step, number) if one.role in ("text", "reply")]
        for text in texts:
            if text.role == "text":
                _check_slots(sheet, text, step, scope)
        scope.add(step, number)
        for text in texts:
            if text.role == "reply":
                _check_slots(sheet, text, step, scope)


def _check_slots(sheet: Sheet, text: Text, step: StepShape, scope: Scope) -> None:
    for language in languages():
        loc = (*text.loc, language)
        before: Piece = ""
        for piece in pieces(text.words.text(language) or ""):
            _check_case(sheet, language, before, piece, loc)
            before = piece
            if isinstance(piece, StrayBrace):
                message = f"A single `{piece.brace}` belongs to no placeholder."
                hint = f"Write `{piece.brace * 2}` to show a brace, or complete the placeholder."
                sheet.inside("F041", loc, piece.offset, message, hint)
            elif isinstance(piece, Slot) and piece.name not in (*NAMES, *OWN):
                _check_slot(sheet, piece, loc, text, step, scope)


def _check_case(sheet: Sheet, language: Language, before: Piece, piece: Piece, loc: Loc) -> None:
    """Reports a therapist's name in another case than the word before it asks for."""
    if not isinstance(piece, Slot) or piece.name not in THERAPIST or not isinstance(before, str):
        return
    word = _LAST_WORD.search(before)
    for case, words in tongue_of(language).cases.items():
        if word and word[1].casefold() in words and piece.name != f"therapist_{case}":
            message = f"After `{word[1]}` the name stands in the {case}."
            hint = f"Write `{{therapist_{case}}}`."
            sheet.inside("F035", loc, piece.offset, message, hint)


def _check_slot(
    sheet: Sheet, slot: Slot, loc: Loc, text: Text, step: StepShape, scope: Scope
) -> None:
    if past_of(slot.name) is None:
        own = None if text.role == "reply" else step.id
        fault = scope.fault(slot.name, own)
        if fault is not None:
            code, message, hint = fault
            if code == "F022":
                message = f"Nothing could fill `{{{slot.name[:60]}}}`."
                known = (*NAMES, *OWN, *scope.names())
                code, hint = "F040", near(slot.name, known, f"Known here: {listed(known)}.")
            sheet.inside(code, loc, slot.offset, message, hint)
            return
    if scope.may_be_missing(slot.name) and slot.name not in _guards(text, step):
        message = f"`{slot.name}` may have no value when this is shown; then it reads …"
        hint = f'Show it only where there is one: `when = "{slot.name}.answered"`.'
        sheet.inside("F043", loc, slot.offset, message, hint)


def _guards(text: Text, step: StepShape) -> set[str]:
    """The names of the conditions that must hold before this text is said."""
    names = set(step.only_if or {}) | names_in(step.when or "")
    if isinstance(text.words, ReflectShape):
        names |= names_in(text.words.when or "")
        if text.words.only_if is not None and step.id is not None:
            names.add(step.id)
    return names
