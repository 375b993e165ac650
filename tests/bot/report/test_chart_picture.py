"""A chart becomes a picture on any machine, whatever its words are."""

from __future__ import annotations

import re
import sys

import pytest
from structlog.testing import capture_logs

from bot.charts import Chart, Dot, Panel, chart_from_json
from bot.messages import Message, message_from_json
from bot.report import drawing
from bot.report.chart_picture import picture_of
from bot.sandbox.pictures import picture_size

DOTS = (Dot(0.5, 7, "7", False), Dot(1.5, 9.4, "9.4", True), Dot(4.5, 0, "0", False))
PANEL = Panel("How was it?", "10: good · 0: hard", 0, 10, "0", "10", DOTS, (7, 9.4), "3 answers")


def chart(*panels: Panel) -> Chart:
    """Five weeks with these panels."""
    days = ((0, "23 Nov"), (2, "7 Dec"), (4, "21 Dec"))
    return Chart("Your answers", "For Dr. Weber", 5, days, panels, ("The ring is new.",), "No.")


@pytest.mark.parametrize(
    "title",
    [
        '*x* #panic() $x$ <l> @r \\ " // `y` {therapist}',
        "איך היה השבוע שלך עד עכשיו?",
        "كيف كان أسبوعك حتى الآن؟ 🙂",
        "Πώς ήταν η εβδομάδα σου; Как прошла неделя?",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihung " * 3,
        "",
    ],
)
def test_any_words_are_drawn_as_words(title: str) -> None:
    drawn = picture_of(chart(PANEL, Panel(title, "", 0, 1, "0", "1", DOTS[:1])))
    assert drawn is not None
    width, height = picture_size(drawn)
    assert width == 1020 and height < 20 * width


def test_a_longer_chart_is_higher_and_the_same_chart_is_the_same_picture() -> None:
    one, four = picture_of(chart(PANEL)), picture_of(chart(*[PANEL] * 4))
    assert one is not None and four is not None
    assert picture_size(four)[1] > 2 * picture_size(one)[1]
    assert picture_of(chart(PANEL)) == one


def test_a_chart_comes_out_of_its_row_as_it_went_in() -> None:
    message = Message("words", drawn=chart(PANEL), protected=True)
    assert message_from_json(message.to_json()) == message
    assert chart_from_json(chart(PANEL).to_json()) == chart(PANEL)


def test_the_letters_come_with_a_package() -> None:
    template = (drawing.TEMPLATES / "charts.typ").read_text("utf-8")
    (named,) = re.findall(r"#let letters = \((.*?)\)", template, re.DOTALL)
    fonts = drawing._fonts()
    assert fonts is not None
    assert set(re.findall(r'"([^"]+)"', named)) <= set(fonts.families())


@pytest.mark.parametrize("gone", ["typst", "manimgx_fonts"])
def test_where_a_package_is_missing_nothing_is_drawn(
    gone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing._fonts.cache_clear()
    monkeypatch.setitem(sys.modules, gone, None)
    monkeypatch.setattr(drawing, "FONTS", "nowhere" if gone == drawing.FONTS else drawing.FONTS)
    with capture_logs() as logs:
        assert picture_of(chart(PANEL)) is None
    assert [line["event"] for line in logs] == ["not_drawn"]
    drawing._fonts.cache_clear()


def test_what_fails_is_logged_by_its_kind_alone() -> None:
    with capture_logs() as logs:
        assert drawing.draw("own_chart.typ", {"heading": "the quarrel"}) is None
    (line,) = logs
    assert line["event"] == "not_drawn" and "quarrel" not in str(line)
    assert "9.4" not in repr(chart(PANEL)) and "was it" not in repr(chart(PANEL))
