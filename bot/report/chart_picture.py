"""Draws a chart as a picture: values in, PNG out.

Handed to the transport by the composition root. It decides how things look, never what is shown.
"""

from __future__ import annotations

from typing import Any

from bot.charts import Chart, Panel
from bot.report.drawing import draw, words

_LETTER = 7
"""Points that a character beside an axis takes at most, nearly."""
_GAP = 10


def picture_of(chart: Chart) -> bytes | None:
    """The chart as a PNG, 340 points wide; None where it cannot be drawn."""
    drawn = [_panel(each) for each in chart.panels]
    axis = max(len(text) for each in chart.panels for text in (each.least_shown, each.most_shown))
    newest = max(len(each.dots[-1].shown) for each in chart.panels)
    values = {
        "heading": words(chart.heading),
        "below": words(chart.below),
        "weeks": chart.weeks,
        "days": chart.days,
        "left": _GAP + _LETTER * axis,
        "right": _GAP + _LETTER * newest,
        "panels": drawn,
        "legend": [words(each) for each in chart.legend],
    }
    return draw("own_chart.typ", values)


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        **{name: words(getattr(panel, name)) for name in ("title", "ends", "note")},
        **{name: getattr(panel, name) for name in ("least", "most", "usual")},
        **{name: getattr(panel, name) for name in ("least_shown", "most_shown")},
        "dots": [
            {"at": dot.at, "value": dot.value, "shown": dot.shown, "joined": dot.joined}
            for dot in panel.dots
        ],
    }
