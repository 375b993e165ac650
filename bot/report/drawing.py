"""Draws a picture or a paper from a template and values, with Typst, in this process.

Used by whatever puts them together. It reaches for no network and for no font of the machine:
the letters come with a package, so that a picture looks alike everywhere. Values stay text,
whatever they hold. It must never log or raise what they say.
"""

from __future__ import annotations

import importlib.util
import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from bot.drawings import Form

if TYPE_CHECKING:
    import typst

log = structlog.get_logger(__name__)

TEMPLATES = Path(__file__).with_name("templates")
FONTS = "manimgx_fonts"
"""The package whose folder holds the fonts."""
DOTS_PER_INCH = 216
"""Three to a point: a picture 340 points wide is as sharp as a phone's screen."""


_LONGEST_WORD = 24
_PART = 12
"""A longer word may be parted after every so many letters: it would run out of the picture."""
_LONG_WORD = re.compile(rf"\w{{{_LONGEST_WORD},}}")
_PARTS = re.compile(rf".{{1,{_PART}}}")


def draw(template: str, values: Mapping[str, Any], form: Form = "png") -> bytes | None:
    """The picture as a PNG, or a paper as a PDF; None where it cannot be drawn, and why is logged,
    without any value.
    """
    drawn = _drawn(template, values, form)
    if isinstance(drawn, bytes):
        return drawn
    log.error("not_drawn", template=template, why=drawn)
    return None


def trouble() -> str | None:
    """Say in a word or two why nothing can be drawn here; None: it can."""
    drawn = _drawn("charts.typ", {}, "png")
    return None if isinstance(drawn, bytes) else drawn


def words(text: str) -> dict[str, Any]:
    """A text as a template takes it, and the direction in which its first letter with one is
    read.
    """
    text = _LONG_WORD.sub(lambda word: "\u00ad".join(_PARTS.findall(word[0])), text)
    read = (unicodedata.bidirectional(char) for char in text)
    first = next((each for each in read if each in ("L", "R", "AL")), "L")
    return {"text": text, "rtl": first != "L"}


def _drawn(template: str, values: Mapping[str, Any], form: Form) -> bytes | str:
    """The drawing, or a word for why there is none."""
    try:
        import typst  # most commands draw nothing
    except ImportError:
        return "typst is missing"
    fonts = _fonts()
    if fonts is None:
        return "fonts are missing"
    try:
        compiler = typst.Compiler(
            TEMPLATES / template,
            root=TEMPLATES,
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        )
        drawn = compiler.compile(format=form, ppi=DOTS_PER_INCH)
    except (typst.TypstError, OSError) as error:
        return type(error).__name__  # its words quote the values
    return drawn if isinstance(drawn, bytes) else "several pages"


@cache
def _fonts() -> typst.Fonts | None:
    """The fonts of the package, looked through once for the process; without them a picture would
    have no letters.
    """
    import typst

    found = importlib.util.find_spec(FONTS)
    if found is None or not found.submodule_search_locations:
        return None
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,  # they have no Arabic to speak of
        font_paths=list(found.submodule_search_locations),
    )
