"""Instrument packs: licensed words that live in a file outside the repository.

A flow with ``pack = "name"`` holds ids, bounds, reversed items and the licence; the pack's file
holds the words by step. ``resolve`` joins the two into one complete flow file, which is what is
published, so that the fingerprint covers both. Strings in, strings out: whoever calls reads files.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from flows.authoring.report import Loc
from flows.script.problems import Problem

_WORDS_OF_ANY_STEP = ("ask", "help")
"""The keys that a pack may give a step, besides the words that belong to its kind. It never decides
what a step is called or measures.
"""


@dataclass(frozen=True, slots=True)
class PackText:
    """The text of a pack's file, and where it was found; the path is only shown."""

    path: str
    text: str | Problem
    """The text of the file, or the reason why it cannot be read."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The reason why a flow and its pack cannot be joined: a code, the fault, and what to do."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A complete flow file; ``origins`` gives the place in the author's document of each line."""

    text: str
    origins: tuple[Loc, ...]


def resolve(text: str, packs: Mapping[str, PackText]) -> str:
    """The complete flow file of ``text``: with the words of its pack where it names one.

    A text that names no pack comes back as it is, as does one that cannot be joined with its
    pack; ``parse`` says why. Comments are not kept in a joined file.
    """
    from flows.script.reading import Document, read

    if "pack" not in text and "\\" not in text:  # a key may be written with escapes
        return text
    document = read(text)
    if not isinstance(document, Document) or "pack" not in document.value:
        return text
    joined = join(document.value, packs)
    return joined.text if isinstance(joined, Joined) else text


def join(document: dict[str, Any], packs: Mapping[str, PackText]) -> Joined | Fault:
    """The document with the words of its pack put in, written as TOML, or why it cannot be."""
    from flows.script.toml_writing import written

    name = document["pack"]
    if not isinstance(name, str) or name not in packs:
        return _missing(name)
    if not isinstance(document.get("licence"), str):
        hint = 'Add who holds the words and on what terms: `licence = "…"`.'
        return Fault("F011", "`licence` is missing beside `pack`.", hint)
    pack = _read(packs[name], name)
    if isinstance(pack, Fault):
        return pack
    whole = deepcopy({key: value for key, value in document.items() if key != "pack"})
    for put_in in (_put_in_words, _put_in_bands):
        fault = put_in(whole, pack, packs[name].path)
        if fault is not None:
            return fault
    lines = written(whole)
    top = f"# The words come from the pack {name}; see `licence`."
    text = "\n".join([top, *(line for line, _ in lines)]) + "\n"
    return Joined(text, ((), *(loc for _, loc in lines)))


def _missing(name: Any) -> Fault:
    shown = name[:60] if isinstance(name, str) else "…"
    message = f"The words of this flow are in the pack `{shown}`, which is not here."
    hint = f"Put its file, {shown}.toml, into the folder of packs that the configuration names."
    return Fault("F110", message, hint)


def _read(pack: PackText, name: str) -> dict[str, Any] | Fault:
    from flows.script.reading import read

    document = pack.text if isinstance(pack.text, Problem) else read(pack.text)
    if isinstance(document, Problem):
        place = f"{pack.path}:{document.line}:{document.column}"
        return Fault("F111", f"{place}: {document.message}", document.hint)
    if document.value.get("pack") != name:
        message = f"{pack.path} does not say that it is the pack `{name}`."
        return Fault("F111", message, f'Its first line must be pack = "{name}".')
    unknown = sorted(set(document.value) - {"pack", "step", "band"})
    if unknown:
        message = f"{pack.path}: a pack has no `{unknown[0][:60]}`."
        return Fault("F111", message, "It holds `pack`, `[step.…]` and `[band.…]` only.")
    return document.value


def _put_in_words(whole: dict[str, Any], pack: dict[str, Any], path: str) -> Fault | None:
    from flows.script.schema import LISTS_OF_KINDS, WORDS_OF_KINDS

    sayable = (*_WORDS_OF_ANY_STEP, *WORDS_OF_KINDS, *LISTS_OF_KINDS)
    known = _by_id(whole.get("step"))
    for name, words in _tables(pack.get("step")):
        step = known.get(name)
        if step is None:
            hint = "Name the steps as the flow does: [step.q1]."
            return Fault("F111", f"{path}: the flow has no step `{name[:60]}`.", hint)
        for key, value in words.items():
            if key not in sayable or key in step:
                said = f"`{key[:60]}` of the step `{name[:60]}` is not the pack's to say"
                hint = "It stands in the flow, or it is none of the words of a step."
                return Fault("F111", f"{path}: {said}.", hint)
            step[key] = deepcopy(value)
    return None


def _put_in_bands(whole: dict[str, Any], pack: dict[str, Any], path: str) -> Fault | None:
    known = _by_id(whole.get("score"))
    for name, words in _tables(pack.get("band")):
        score = known.get(name)
        bands = words.get("bands")
        if score is None or "bands" in score or not isinstance(bands, list) or len(words) != 1:
            message = f"{path}: the bands of `{name[:60]}` do not fit the flow."
            hint = "Write [band.score_id] with bands = [ { from = 0, en = … }, … ], once a score."
            return Fault("F111", message, hint)
        score["bands"] = deepcopy(bands)
    return None


def _by_id(entries: Any) -> dict[str, dict[str, Any]]:
    """The tables of a list by their id; of anything else none."""
    tables = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    return {one["id"]: one for one in tables if isinstance(one.get("id"), str)}


def _tables(value: Any) -> list[tuple[str, dict[str, Any]]]:
    """The tables of a table by name; of anything else none."""
    if not isinstance(value, dict):
        return []
    return [(name, entry) for name, entry in value.items() if isinstance(entry, dict)]
