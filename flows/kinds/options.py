"""The parts that the kinds with options share: building and checking them and what names them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from flows.authoring.near_names import id_advice, listed, near
from flows.authoring.report import Loc, Report
from flows.authoring.values import given, label
from flows.kinds.keys import OptionKeys
from flows.kinds.kind import Unfit
from flows.kinds.likeness import check_labels
from flows.kinds.step import RATHER_NOT_SAY, Option
from flows.languages import Language, languages

if TYPE_CHECKING:
    from flows.authoring.toml_tables import OptionShape

FEWEST, MOST = 2, 30
FEW = 10
"""So many options may have a row of their own each; of more, two share a row."""
LONGEST_OF_MANY = 20
"""Characters of a label where two share a row of a phone."""
LONGEST_ID = 40
EXAMPLE = {"options": 'at least two: `options = [{ id = "yes", en = "Yes" }, …]`.'}

_ID = re.compile(r"[a-z][a-z0-9_]*")


def options_of(keys: OptionKeys) -> tuple[Option, ...]:
    """The options of a checked table."""
    return tuple(
        Option(given(one.id), label(one), bool(one.exclusive), bool(one.last), bool(one.risk))
        for one in given(keys.options)
    )


def ordered_in_words(step_options: Iterable[Option], shuffled: bool, language: Language) -> str:
    """The labels, as an author reads them, and what is special about them."""
    labels = " · ".join(
        one.label.say(language)
        + (" (goes alone)" if one.exclusive else "")
        + (" (stays last)" if one.last else "")
        + (" (a sign of danger)" if one.risk else "")
        for one in step_options
    )
    return f"{labels}, in an order that is drawn" if shuffled else labels


def rules_of(step_options: Iterable[Option]) -> tuple[object, ...]:
    """Return what sets options apart besides their ids and labels."""
    return tuple(
        (one.id, one.exclusive, one.last, one.risk)
        for one in step_options
        if one.exclusive or one.last or one.risk
    )


def is_risk(step_options: Iterable[Option], picked: Collection[str]) -> bool:
    """Say whether one of the options with these ids is a sign of danger."""
    return any(one.risk and one.id in picked for one in step_options)


def check(found: Report, keys: OptionKeys, loc: Loc, buttons: tuple[str, ...] = ()) -> None:
    """Reports too few or too many options, ids that are badly formed or used twice, and labels that
    read like another one or like the bot's own ``buttons``.
    """
    if keys.options is None:
        return
    if not FEWEST <= len(keys.options) <= MOST:
        message = f"The number of options here is {len(keys.options)}."
        hint = f"Offer between {FEWEST} and {MOST}."
        found.at_value("F082", (*loc, "options"), message, hint)
    if keys.rather_not_say and any(option.id == RATHER_NOT_SAY for option in keys.options):
        message = f"This step has an option `{RATHER_NOT_SAY}` as well as `rather_not_say = true`."
        found.at_key("F020", (*loc, "rather_not_say"), message, "Keep one of the two.")
    _check_ids(found, keys, loc)
    _check_rules(found, keys, loc)
    own = (*buttons, *(("rather_not_say",) if keys.rather_not_say else ()))
    check_labels(found, keys.options, (*loc, "options"), own)


def _check_rules(found: Report, keys: OptionKeys, loc: Loc) -> None:
    if keys.order is not None and keys.order != "random":
        message = f"`{keys.order[:60]}` is no order."
        hint = 'Write order = "random", or leave it out.'
        found.at_value("F012", (*loc, "order"), message, hint)
    for place, option in enumerate(keys.options or []):
        here = (*loc, "options", place)
        if option.last is not None and keys.order is None:
            message = '`last` has no effect without `order = "random"`.'
            found.at_key("F016", (*here, "last"), message, "Remove it, or add the order.")
        if len(keys.options or []) > FEW:
            _check_short(found, option, here)


def _check_short(found: Report, option: OptionShape, loc: Loc) -> None:
    for language in languages():
        text = option.text(language) or ""
        if len(text) > LONGEST_OF_MANY:
            message = (
                f"This label has {len(text)} characters; of more than {FEW} options two share a "
                f"row, with at most {LONGEST_OF_MANY} each."
            )
            found.at_value("F080", (*loc, language), message, "Shorten it, or offer fewer options.")


def _check_ids(found: Report, keys: OptionKeys, loc: Loc) -> None:
    seen: set[str] = set()
    for place, option in enumerate(keys.options or []):
        if option.id is None:
            continue
        here = (*loc, "options", place, "id")
        if not _ID.fullmatch(option.id) or len(option.id) > LONGEST_ID:
            message = f"`{option.id[:60]}` cannot be an id."
            advice = "Begin with a small letter; then small letters, digits and _; at most 40."
            advice = id_advice(_ID, option.id, advice, gap="_")
            found.at_value("F021", here, message, advice)
        if option.id in seen:
            message = f"The option id `{option.id[:60]}` is used twice in this step."
            found.at_value("F020", here, message, "Give this option an id of its own.")
        seen.add(option.id)


def unfit(keys: OptionKeys, answer: Any) -> Unfit | None:
    """Say why no option has this id."""
    known = [option.id for option in keys.options or [] if option.id is not None]
    if not known or answer in known:
        return None
    written = answer if isinstance(answer, str) else ""
    hint = near(written, known, f"The options are {listed(known)}.")
    return f"is no option of `{keys.id}`.", hint
