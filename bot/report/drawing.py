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
    """The picture as a PNG; None where it cannot be drawn, which is logged by its kind only."""
    import typst  # most commands draw nothing

    try:
        compiler = typst.Compiler(
            TEMPLATES / template,
            root=TEMPLATES,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        )
        drawn = compiler.compile(format="png", ppi=DOTS_PER_INCH)
    except (typst.TypstError, OSError) as error:
        # its words quote the values
        log.error("not_drawn", template=template, kind=type(error).__name__)
        return None
    return drawn if isinstance(drawn, bytes) else None


@cache
def _fonts() -> typst.Fonts:
    """The fonts of the package, looked through once for the process."""
    import typst

    found = importlib.util.find_spec(FONTS)
    folders = [] if found is None else list(found.submodule_search_locations or ())
    # Typst's own stay out: they have no Arabic to speak of
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
