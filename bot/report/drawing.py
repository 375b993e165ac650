"""Draws a picture from a template and values, with Typst, in this process.

Used by whatever puts pictures together. It reaches for no network and for no font of the machine:
the letters come with a package, so that a picture looks alike everywhere. Values stay text,
whatever they hold. It must never log or raise what they say.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    import typst

log = structlog.get_logger(__name__)

TEMPLATES = Path(__file__).with_name("templates")
FONTS = "manimgx_fonts"
"""The package whose folder holds the fonts."""
DOTS_PER_INCH = 216
"""Three to a point: a picture 340 points wide is as sharp as a phone's screen."""


def draw(template: str, values: Mapping[str, Any]) -> bytes | None:
    """The picture as a PNG; None where it cannot be drawn, and why is logged, without any value."""
    drawn = _drawn(template, values)
    if isinstance(drawn, bytes):
        return drawn
    log.error("not_drawn", template=template, why=drawn)
    return None


def _drawn(template: str, values: Mapping[str, Any]) -> bytes | str:
    """The picture, or a word for why there is none."""
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
        drawn = compiler.compile(format="png", ppi=DOTS_PER_INCH)
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
