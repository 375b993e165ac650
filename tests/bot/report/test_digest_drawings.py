"""A digest becomes a picture and a paper, whatever clients wrote, and the caption says the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import weeks
from test_report_golden import compare

from bot.drawings import Drawing, drawing_from_json
from bot.messages import Message, message_from_json
from bot.report.caseload_picture import LONGEST_CAPTION, CaseloadPicture, caseload_picture
from bot.report.digest_paper import digest_paper
from bot.report.drawing import draw
from bot.sandbox.pictures import picture_size
from bot.texts import shipped
from flows.digest.arrange import Digest
from flows.digest.heard import Heard
from flows.digest.leaving import Left
from flows.engine.cut import length
from flows.languages import Language
from tests.bot.report import situations

BERLIN = ZoneInfo("Europe/Berlin")
EN = Language("en")
PHONE = 360
"""A phone is so many points wide."""
MANY_SCRIPTS = (
    '*x* #panic() $x$ <l> @r \\ " // `y` {alias}',
    "איך היה השבוע שלך עד עכשיו?",
    "كيف كان أسبوعك حتى الآن؟ 🙂",
    "Πώς ήταν η εβδομάδα σου; Как прошла неделя?",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihung " * 3,
)


def picture(digest: Digest, language: Language = EN) -> CaseloadPicture:
    found = caseload_picture(digest, texts=shipped(), language=language, zone=BERLIN)
    assert found is not None
    return found


def paper(digest: Digest, language: Language = EN) -> Drawing:
    return digest_paper(
        digest, texts=shipped(), language=language, zone=BERLIN, practice="Practice on the Hill"
    )


def rated(count: int, **said: Any) -> Digest:
    """So many clients who rate alike."""
    series = weeks.ratings(8.0, 8.25, 8.0, 8.5, strain="no")
    return weeks.week(
        *(weeks.client(n, f"C{n:02}", series=series, **said) for n in range(1, count + 1))
    )


def drawn(of: Drawing) -> bytes:
    content = draw(of.template, of.values, of.form)
    assert content is not None
    return content


def everything_in(value: object) -> str:
    """Every text among the values of a drawing, one a line."""
    if isinstance(value, dict):
        return "\n".join(everything_in(each) for each in value.values())
    if isinstance(value, list | tuple):
        return "\n".join(everything_in(each) for each in value)
    return str(value)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_caption_reads_as_it_should(language: Language) -> None:
    digest = weeks.week(
        *weeks.eventful().sections,
        weeks.client(
            20,
            "Z. Z.",
            series=weeks.ratings(7.0, 7.5, 7.0, 7.25),
            gaps=[(n, "unanswered") for n in range(4, 9)] + [(9, "no_session")],
        ),
    )
    compare(f"eventful-picture.{language}.txt", picture(digest, language).caption + "\n")


@pytest.mark.parametrize("count", [1, 5, 12, 40])
def test_it_is_read_on_a_phone_and_its_caption_fits(count: int) -> None:
    found = picture(rated(count))
    width, height = picture_size(drawn(found.drawing))
    assert width == 1020 and height < 2 * width
    assert length(found.caption) <= LONGEST_CAPTION
    # eleven points are the smallest type
    assert 11 * PHONE * 3 / width >= 11
    shown = len(found.drawing.values["panels"])
    assert shown == min(count, 14)
    assert ("not drawn" in found.caption) is (count == 40)
    if count == 40:
        assert found.caption.endswith("26 more clients with ratings are not drawn.")


def test_long_names_cost_charts_and_the_caption_says_how_many() -> None:
    series = weeks.ratings(8.0, 8.0, 8.0, 4.0, strain="yes")
    digest = weeks.week(*(weeks.client(n, f"{n:02} " + "x" * 37, series=series) for n in range(14)))
    found = picture(digest)
    shown = len(found.drawing.values["panels"])
    assert 1 <= shown < 14
    assert found.caption.endswith(f"{14 - shown} more clients with ratings are not drawn.")
    assert length(found.caption) <= LONGEST_CAPTION


def test_who_needs_a_word_comes_first_and_nobody_is_drawn_for_danger_alone() -> None:
    heard = (Heard(weeks.NEWEST_AT, "words", ("Not one more day.",)),)
    calm, said = weeks.ratings(8.0, strain="no"), weeks.ratings(8.0, strain="yes")
    left = Left(weeks.NEWEST_AT, "stopped")
    digest = weeks.week(
        weeks.client(1, "A.", series=calm),
        weeks.client(2, "B.", series=said),
        weeks.client(3, "C.", heard=heard),
        weeks.client(4, "D.", series=calm, heard=heard),
        weeks.client(5, "E.", series=calm, left=left),
    )
    titles = [panel["title"]["text"] for panel in picture(digest).drawing.values["panels"]]
    assert titles == ["D.", "B.", "A."]


def test_without_a_rating_there_is_no_picture() -> None:
    digest = weeks.week(weeks.client(1, "A.", gaps=[(1, "paused")]))
    assert caseload_picture(digest, texts=shipped(), language="en", zone=BERLIN) is None


def test_a_line_breaks_where_something_is_missing() -> None:
    series = weeks.ratings(8.0, 8.0, 8.0, 8.0, strain="no")
    between = weeks.week(weeks.client(1, "A.", series=series, gaps=[(1.5, "paused")]))
    (panel,) = picture(between).drawing.values["panels"]
    assert [dot["joined"] for dot in panel["dots"]] == [False, True, False, True]


def test_the_legend_names_only_what_is_there() -> None:
    plain = picture(rated(2)).drawing.values["legend"]
    assert [each["mark"] for each in plain] == ["usual"]
    series = weeks.ratings(8.0, 8.0, strain="a_little")
    digest = weeks.week(weeks.client(1, "A.", series=series, gaps=[(3, "away")]))
    assert [each["mark"] for each in picture(digest).drawing.values["legend"]] == [
        "said_so",
        "away",
    ]


@pytest.mark.parametrize("words", MANY_SCRIPTS)
def test_any_words_are_drawn_as_words(words: str) -> None:
    series = weeks.ratings(8.0, 8.0, 8.0, 5.0, strain="yes", strain_words=words)
    digest = weeks.week(weeks.client(1, words[:40], series=series, topics=(words,), hard=(words,)))
    assert drawn(picture(digest).drawing).startswith(b"\x89PNG")
    assert drawn(paper(digest)).startswith(b"%PDF")


@pytest.mark.parametrize(
    "week", [weeks.eventful, weeks.quiet, weeks.hard_words, weeks.empty, weeks.hostile]
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_week_goes_on_paper(week: Callable[[], Digest], language: Language) -> None:
    assert drawn(paper(week(), language)).startswith(b"%PDF")


def test_paper_says_every_word_and_everybody() -> None:
    words = "and then it went on and on. " * 40
    digest = weeks.week(
        weeks.client(1, "A.", topics=(words.strip(),)),
        weeks.client(2, "B.", hard=("My dog died.",)),
        weeks.client(3, "C."),
        weeks.client(4, "D.", series=weeks.ratings(8.0, strain="yes", strain_words="You laughed.")),
    )
    values = paper(digest).values
    told = everything_in(values)
    assert words.strip() in told
    assert all(alias in told for alias in ("A.", "B.", "C.", "D."))
    assert [each["alias"]["text"] for each in values["clients"]] == ["D.", "A.", "B."]
    top = everything_in(values["top"])
    assert "You laughed." in top and "My dog" not in top
    assert "Practice on the Hill · week 2026-W47" in told


def test_nobody_is_named_by_code_and_the_names_can_be_found_again() -> None:
    digest = weeks.eventful()
    for made in (paper(digest), picture(digest).drawing):
        assert "K1Q2" not in everything_in(made.values)
        assert "A. B." in made.about


def test_a_drawing_comes_out_of_its_row_as_it_went_in() -> None:
    message = Message("words", drawn=paper(weeks.eventful()), protected=True)
    again = message_from_json(message.to_json())
    assert again.drawn is not None and again == message_from_json(again.to_json())
    made = paper(weeks.eventful())
    assert drawing_from_json(made.to_json()) == made
    assert "sister" not in repr(message) and "sister" not in repr(made)


def test_the_same_digest_is_the_same_paper() -> None:
    assert drawn(paper(weeks.eventful())) == drawn(paper(weeks.eventful()))


def test_ratings_of_before_the_twelve_weeks_are_not_drawn() -> None:
    long_ago = weeks.NEWEST_AT - timedelta(weeks=13)
    digest = weeks.week(weeks.client(1, "A.", series=weeks.ratings(8.0, newest_at=long_ago)))
    assert caseload_picture(digest, texts=shipped(), language="en", zone=BERLIN) is None


def text_of(of: Drawing) -> str:
    """The words on the paper, in their order."""

    def lines(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["text"]] if isinstance(value.get("text"), str) else []
            return [*own, *(line for each in value.values() for line in lines(each))]
        if isinstance(value, list):
            return [line for each in value for line in lines(each)]
        return []

    return "\n".join(lines(dict(of.values)))


def test_paper_without_a_chart_explains_none() -> None:
    bare = text_of(paper(weeks.week(weeks.client(1, "A. B.", topics=("Money.",)))))
    assert "Money." in bare and "In each box" not in bare
    assert "In each box" in text_of(paper(rated(1)))


def test_paper_says_once_what_became_of_a_strain_and_on_how_much_a_block_rests() -> None:
    said = text_of(paper(situations.ends()))
    assert said.count("is not known here") == 1
    assert "2 answered" in said
    left = text_of(
        paper(weeks.week(weeks.client(1, "A. B.", left=Left(weeks.NEWEST_AT, "stopped"))))
    )
    assert "answered" not in left.partition("Each client")[2]
