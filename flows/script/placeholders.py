"""Placeholders in texts: ``{therapist}``, ``{goals}``, the id of an earlier step, of a score or a
value, ``{past.week.last}``, ``{each}``, and ``{{`` for a brace.

Used by the checks, which refuse a faulty text, and by whoever fills a text before it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

THERAPIST = ("therapist", "therapist_dative", "therapist_accusative")
"""The therapist's name, in the cases in which some languages decline it."""

NAMES = (*THERAPIST, "day")
"""The names that a text may always mention, besides the ids of earlier steps."""

OWN = ("goals", "topics")
"""The things that the client named earlier, as a list in words."""

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")


@dataclass(frozen=True, slots=True)
class Slot:
    """A placeholder: the name between its braces, and where its brace stands."""

    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class StrayBrace:
    """A brace that neither opens nor closes a placeholder."""

    brace: str
    offset: int


Piece = str | Slot | StrayBrace


def pieces(text: str) -> tuple[Piece, ...]:
    """The text cut into plain parts, placeholders and stray braces; doubled braces are plain."""
    return tuple(_piece(found) for found in _PIECE.finditer(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder replaced. KeyError: a placeholder has no value."""
    return "".join(values[p.name] if isinstance(p, Slot) else _plain(p) for p in pieces(text))


def _piece(found: re.Match[str]) -> Piece:
    if found[0] in ("{{", "}}"):
        return found[0][0]
    if found[0] in ("{", "}"):
        return StrayBrace(found[0], found.start())
    if found[1] is not None:
        return Slot(found[1], found.start())
    return found[0]


def _plain(piece: str | StrayBrace) -> str:
    return piece.brace if isinstance(piece, StrayBrace) else piece
