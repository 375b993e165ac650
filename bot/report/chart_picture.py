"""Draws a chart as a picture: values in, PNG out.

Handed to the transport by the composition root. It decides how things look, never what is shown.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from bot.charts import Chart, Panel
from bot.report.drawing import draw

_LETTER = 7
"""Points that a character beside an axis takes at most, nearly."""
_GAP = 10
_LONGEST_WORD = 24
_PART = 12
"""A longer word may be parted after every so many letters: it would run out of the picture."""

_LONG_WORD = re.compile(rf"\w{{{_LONGEST_WORD},}}")
_PARTS = re.compile(rf".{{1,{_PART}}}")


def picture_of(chart: Chart) -> bytes | None:
    """The chart as a PNG, 340 points wide; None where it cannot be drawn."""
    drawn = [_panel(each) for each in chart.panels]
    axis = max(len(text) for each in chart.panels for text in (each.least_shown, each.most_shown))
    newest = max(len(each.dots[-1].shown) for each in chart.panels)
    values = {
        "heading": _words(chart.heading),
        "below": _words(chart.below),
        "weeks": chart.weeks,
        "days": chart.days,
        "left": _GAP + _LETTER * axis,
        "right": _GAP + _LETTER * newest,
        "panels": drawn,
        "legend": [_words(each) for each in chart.legend],
    }
    return draw("own_chart.typ", values)


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        **{name: _words(getattr(panel, name)) for name in ("title", "ends", "note")},
        **{name: getattr(panel, name) for name in ("least", "most", "usual")},
        **{name: getattr(panel, name) for name in ("least_shown", "most_shown")},
        "dots": [
            {"at": dot.at, "value": dot.value, "shown": dot.shown, "joined": dot.joined}
            for dot in panel.dots
        ],
    }


def _words(text: str) -> dict[str, Any]:
    """A text and the direction in which its first letter with one is read."""
    text = _LONG_WORD.sub(lambda word: "\u00ad".join(_PARTS.findall(word[0])), text)
    read = (unicodedata.bidirectional(char) for char in text)
    first = next((each for each in read if each in ("L", "R", "AL")), "L")
    return {"text": text, "rtl": first != "L"}
