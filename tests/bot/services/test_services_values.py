"""The small values of the services: button data, long texts, moments, weeks, aliases."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.settings import Digest
from bot.messages import Button, Edit, Message
from bot.ports import DigestPage, Polled
from bot.services.check_in.effects import Moment
from bot.services.planning.spoken_days import read_moment, read_until
from bot.services.work.button_forms import FORMS, NAMES, Name
from bot.services.work.buttons import Press, data, press
from bot.services.work.lengths import LONGEST, pieces
from bot.services.work.periods import coming_at, iso_week, past_at
from flows.engine.cut import length
from flows.languages import BASE

CANARY = "xylophone-canary"
TODAY = date(2026, 11, 23)
SETTINGS = Digest(weekday="sun", at=time(2, 30))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("number", [0, 1, 10**18 - 1])
def test_button_data_comes_back_and_fits(name: Name, number: int) -> None:
    form = FORMS[name]
    numbers, word = (number,) * len(form.numbers), "something_else" if form.has_word else ""
    written = data(name, *numbers, word=word)
    assert len(written.encode()) <= 64
    assert press(written) == Press(name, numbers, word)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("l:7:0", None),
        ("k:7:8:0", None),
        ("la:7:pt-BR_du", Press("language", (7,), "pt-BR_du")),
        ("la:7:7", None),
        ("la:7:" + "x" * 21, None),
        ("la:7", None),
        ("la", None),
        ("a:1:2:3:de", None),
    ],
)
def test_buttons_of_before_say_what_they_said_then(written: str, read: Press | None) -> None:
    assert press(written) == read


@pytest.mark.promise("P6a")
@pytest.mark.parametrize(
    "value",
    [
        Button(CANARY, "a:1"),
        Message(CANARY, ((Button(CANARY, "a:1"),),)),
        Edit(1, CANARY),
        DigestPage(CANARY, ((1, CANARY),)),
        Polled(({"text": CANARY},)),
        Moment(shown_question=CANARY),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_words_of_a_person_are_shown_in_a_repr(value: object) -> None:
    assert CANARY not in repr(value)


def test_no_two_buttons_share_a_letter() -> None:
    codes = [form.code for form in FORMS.values()]
    assert len({*codes, "l", "k"}) == len(codes) + 2


@given(st.text(max_size=64))
def test_whatever_is_no_button_data_is_none(text: str) -> None:
    read = press(text)
    if read is not None and text.split(":")[0] not in ("l", "k"):
        _, *parts = text.split(":")
        assert [*map(int, parts[: len(read.numbers)])] == list(read.numbers)
        assert "".join(parts[len(read.numbers) :]) == read.word


@given(st.text(alphabet="ab \n😀", min_size=1, max_size=12000))
def test_pieces_fit_and_lose_nothing_but_blanks(text: str) -> None:
    found = pieces(text)
    assert all(length(piece) <= LONGEST for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_pieces_break_between_paragraphs() -> None:
    paragraphs = ["x" * 1500] * 4
    assert pieces("\n\n".join(paragraphs)) == ["\n\n".join(paragraphs[:2])] * 2


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("15:00", "2026-11-23T15:00:00"),
        ("15.00", "2026-11-23T15:00:00"),
        ("25.11. 15:00", "2026-11-25T15:00:00"),
        ("2.1. 9:30 Uhr", "2027-01-02T09:30:00"),
        ("1.12.2026, 7:05", "2026-12-01T07:05:00"),
        ("2026-12-01 07:05", "2026-12-01T07:05:00"),
        ("tue 15:00", "2026-11-24T15:00:00"),
        ("Monday 15:00", "2026-11-23T15:00:00"),
        ("Di 15 Uhr", "2026-11-24T15:00:00"),
        ("am Dienstag um 15 Uhr", "2026-11-24T15:00:00"),
        ("next Monday, 3 pm", "2026-11-30T15:00:00"),
        ("nächsten Mittwoch 9.15", "2026-11-25T09:15:00"),
        ("gestern 15:00", "2026-11-22T15:00:00"),
        ("tomorrow at 9:30", "2026-11-24T09:30:00"),
        ("3 December 10:00", "2026-12-03T10:00:00"),
        ("3. Dez 10:00", "2026-12-03T10:00:00"),
        ("tue", None),
        ("someday 15:00", None),
        ("tue 15:00 or so", None),
        ("29.2. 10:00", None),
        ("32.1. 10:00", None),
        ("1.13. 10:00", None),
        ("24:00", None),
        ("10", None),
        ("", None),
    ],
)
def test_moments_as_therapists_write_them(text: str, moment: str | None) -> None:
    read = read_moment(text, TODAY, BASE)
    assert (read and read.isoformat()) == moment


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("until monday", date(2026, 11, 30)),
        ("bis Montag", date(2026, 11, 30)),
        ("bis zum Donnerstag", date(2026, 11, 26)),
        ("until next week", date(2026, 11, 30)),
        ("2 weeks", date(2026, 12, 7)),
        ("for two weeks", date(2026, 12, 7)),
        ("für eine Woche", date(2026, 11, 30)),
        ("10 Tage", date(2026, 12, 3)),
        ("until 24.12.", date(2026, 12, 24)),
        ("bis 3. Januar", date(2027, 1, 3)),
        ("till January 3", date(2027, 1, 3)),
        ("2026-12-24", date(2026, 12, 24)),
        ("tomorrow", date(2026, 11, 24)),
        ("until 1.11.", date(2027, 11, 1)),
        ("until", None),
        ("until later", None),
        ("0 weeks", None),
        ("until 31.2.", None),
        ("until monday or so", None),
    ],
)
def test_ends_of_pauses_as_people_write_them(text: str, until: date | None) -> None:
    assert read_until(text, TODAY, BASE) == until


def test_the_29th_of_february_is_in_a_leap_year() -> None:
    read = read_moment("29.2. 10:00", date(2027, 12, 1), BASE)
    assert read is not None and read.isoformat() == "2028-02-29T10:00:00"


@pytest.mark.promise("P3d")
@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        # the night in March in which 02:30 does not exist: shifted forward
        (datetime(2026, 3, 29, 1, 29, tzinfo=UTC), datetime(2026, 3, 22, 1, 30, tzinfo=UTC), None),
        (
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
            datetime(2026, 4, 5, 0, 30, tzinfo=UTC),
        ),
        # the night in October in which it exists twice: the first one
        (
            datetime(2026, 10, 25, 0, 29, tzinfo=UTC),
            datetime(2026, 10, 18, 0, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),
        (
            datetime(2026, 10, 25, 1, 45, tzinfo=UTC),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            datetime(2026, 11, 1, 1, 30, tzinfo=UTC),
        ),
    ],
)
def test_cut_offs_over_both_clock_changes(
    now: datetime, last: datetime, following: datetime | None
) -> None:
    when = (SETTINGS.weekday, SETTINGS.at, "Europe/Berlin", now)
    assert next(past_at(*when)) == last
    if following is not None:
        assert next(coming_at(*when)) == following


def test_a_week_is_named_by_the_therapists_calendar() -> None:
    at = datetime(2027, 1, 3, 23, 30, tzinfo=UTC)
    assert iso_week(at, "Europe/Berlin") == "2027-W01"
    assert iso_week(at, "America/New_York") == "2026-W53"
