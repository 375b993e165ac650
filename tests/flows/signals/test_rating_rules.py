"""Every rule on series computed by hand, and the registry that lists the rules."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from flows.signals import rules
from flows.signals.assess import Assessment, assess
from flows.signals.baseline import Episode, compare, shrunken_spread
from flows.signals.reason import Reason
from flows.signals.rules import ALWAYS, DEFAULT, RULES
from flows.signals.series import ALLIANCE_MEASURES, SessionRating
from flows.signals.spreads import Spreads

START_AT = datetime(2026, 9, 3, 15, 0, tzinfo=UTC)


def at(number: int) -> datetime:
    return START_AT + timedelta(weeks=number)


def rate(number: int, level: float | None, **answers: object) -> SessionRating:
    items = () if level is None else tuple((measure, level) for measure in ALLIANCE_MEASURES)
    return SessionRating(number + 1, at(number), items, **answers)  # type: ignore[arg-type]


def rated(*levels: float, **last: object) -> list[SessionRating]:
    earlier = [rate(number, level, strain="no") for number, level in enumerate(levels[:-1])]
    return [*earlier, rate(len(levels) - 1, levels[-1], **last)]


SWING = Spreads(within=0.6)
OWN = ("said_so", "rating_dip", "dip_with_strain", "drifting", "no_information")


def judged(series: Sequence[SessionRating], **more: object) -> Assessment:
    asked = {"flag_open_since": None, "spreads": SWING, "rules": OWN, **more}
    return assess(series, **asked)  # type: ignore[arg-type]


def ids(reasons: Sequence[Reason]) -> list[str]:
    return [reason.rule for reason in reasons]


def test_every_rule_file_is_listed_once_and_explains_itself() -> None:
    files = {module.name for module in pkgutil.iter_modules(rules.__path__)}
    assert files == {rule.id for rule in RULES}
    assert len(RULES) == len(files)
    assert set(ALWAYS) <= set(DEFAULT) <= files
    for rule in RULES:
        docstring = vars(rules)[rule.id].__doc__
        assert rule.version >= 1
        assert docstring.startswith(f"``{rule.id}``: ")
        assert "Formula:" in docstring
        assert "Source:" in docstring


def test_usual_is_the_median_and_z_counts_shrunken_spreads() -> None:
    found = compare(rated(7, 8, 9, 6), (), within=0.6)
    assert found is not None
    assert (found.rating, found.usual, found.ratings) == (6, 8, 3)
    assert found.spread == pytest.approx(0.721110)  # sqrt((6 * .36 + 2 * 1) / 8)
    assert found.z == pytest.approx(-2.401923)  # -2 / (.721110 * sqrt(4 / 3))
    assert found.smoothed == pytest.approx(7.224)  # 7, 7.4, 8.04, 7.224
    assert found.usual_from_at == at(0)


def test_a_steady_client_has_the_floor_as_spread() -> None:
    assert shrunken_spread([8, 8, 8, 8], 0.6) == 0.5  # sqrt(6 * .36 / 9) = .49 lies below it
    found = compare(rated(8, 8, 8, 8, 6), (), within=0.6)
    assert found is not None
    assert found.z == pytest.approx(-3.577709)  # -2 / (.5 * sqrt(1.25))


def test_only_the_last_ten_ratings_say_what_is_usual() -> None:
    found = compare(rated(*[2] * 5, *[8] * 10, 8), (), within=0.6)
    assert found is not None
    assert (found.usual, found.ratings, found.usual_from_at) == (8, 10, at(5))


def test_two_earlier_ratings_are_too_few() -> None:
    assert compare(rated(8, 8, 2), (), within=0.6) is None
    assert judged(rated(8, 8, 2)).reasons == ()


def test_a_left_out_item_never_looks_like_a_dip() -> None:
    uneven = tuple(zip(ALLIANCE_MEASURES, (10.0, 6.0, 6.0, 6.0), strict=True))
    earlier = [SessionRating(n, at(n), uneven) for n in range(4)]
    newest = SessionRating(9, at(4), uneven[1:])
    found = compare([*earlier, newest], (), within=0.6)
    assert found is not None
    assert (found.rating, found.usual, found.z) == (6, 6, 0)


def test_an_item_answered_for_the_first_time_is_not_compared() -> None:
    three = tuple((measure, 9.0) for measure in ALLIANCE_MEASURES[:3])
    earlier = [SessionRating(n, at(n), three) for n in range(4)]
    newest = SessionRating(9, at(4), (*three, (ALLIANCE_MEASURES[3], 0.0)))
    found = compare([*earlier, newest], (), within=0.6)
    assert found is not None
    assert (found.rating, found.usual) == (9, 9)


@pytest.mark.promise("P7c")
@pytest.mark.parametrize(("strain", "speaks"), [("yes", True), ("a_little", True), ("no", False)])
def test_said_so_speaks_from_the_first_check_in_on(strain: str, speaks: bool) -> None:
    found = judged([rate(0, None, strain=strain, strain_words="I nodded.")])
    assert ids(found.reasons) == (["said_so"] if speaks else [])


@pytest.mark.parametrize("strain", ["rather_not_say", None])
def test_not_answering_the_strain_question_is_never_held_against_anyone(strain: str | None) -> None:
    assert judged([rate(0, 8, strain=strain)]) == Assessment()


def test_said_so_keeps_what_the_client_said_verbatim() -> None:
    newest = rate(
        0,
        7,
        strain="yes",
        strain_kind="held_back",
        strain_words=" I  nodded… ",
        linger=3,
        talked="partly",
        who_raises="ask_me",
    )
    (reason,) = judged([newest]).reasons
    facts = {
        "strain": "yes",
        "strain_kind": "held_back",
        "words": " I  nodded… ",
        "linger": 3,
        "talked": "partly",
        "who_raises": "ask_me",
        "rating": 7.0,
        "ratings": 0,
        "since": at(0).isoformat(),
    }
    assert {name: reason.fact(name) for name in facts} == facts


@pytest.mark.parametrize(
    ("newest", "speaks"),
    [(6.88, True), (6.89, False)],  # 8 - 2 * .5 * sqrt(1.25) = 6.882
)
def test_rating_dip_speaks_from_two_usual_spreads_on(newest: float, speaks: bool) -> None:
    assert ids(judged(rated(8, 8, 8, 8, newest)).reasons) == (["rating_dip"] if speaks else [])


@pytest.mark.parametrize(("newest", "speaks"), [(8.75, True), (8.8, False)])
def test_rating_dip_speaks_where_the_usual_is_the_top(newest: float, speaks: bool) -> None:
    # 10 - 2 * .5196 * sqrt(4 / 3) = 8.80
    assert ids(judged(rated(10, 10, 10, newest)).reasons) == (["rating_dip"] if speaks else [])


@pytest.mark.parametrize("earlier", range(3, 14))
def test_a_rating_that_is_still_high_is_no_dip(earlier: int) -> None:
    assert ids(judged(rated(*[10] * earlier, 9)).reasons) == []


@pytest.mark.parametrize(
    ("usual", "newest", "speaks"),
    [
        (5.5, 4.6, True),  # z = -1.61, in the lower half
        (6.0, 5.1, False),  # z = -1.61, in the upper half
        (5.5, 4.7, False),  # z = -1.43
    ],
)
def test_the_same_drop_weighs_more_in_the_lower_half(
    usual: float, newest: float, speaks: bool
) -> None:
    found = judged(rated(*[usual] * 4, newest)).reasons
    assert ids(found) == (["rating_dip"] if speaks else [])
    assert all(reason.number("threshold") == -1.5 for reason in found)


@pytest.mark.parametrize(
    ("newest", "strain", "expected"),
    [
        (7.16, "a_little", ["said_so", "dip_with_strain"]),  # 8 - 1.5 * .5 * sqrt(1.25) = 7.161
        (7.17, "a_little", ["said_so"]),
        (7.16, "yes", ["said_so", "dip_with_strain"]),
        (7.16, "no", []),
        (6.8, "a_little", ["said_so", "rating_dip", "dip_with_strain"]),
    ],
)
def test_dip_with_strain_needs_both(newest: float, strain: str, expected: list[str]) -> None:
    assert ids(judged(rated(8, 8, 8, 8, newest, strain=strain)).reasons) == expected


def test_drifting_is_a_statement_beside_the_dips() -> None:
    found = judged(rated(9, 9, 9, 8.5, 8.5, 8, 8, 7.75))
    assert found.reasons == ()
    (statement,) = found.statements
    assert statement.rule == "drifting"
    assert statement.number("before") == 9
    assert statement.number("smoothed") == pytest.approx(8.0469, abs=1e-4)
    assert statement.number("threshold") == pytest.approx(8.2339, abs=1e-4)  # 9 - 1.5 * .5107
    assert statement.number("z") == pytest.approx(-1.323, abs=1e-3)


def test_one_dip_is_not_called_drifting() -> None:
    found = judged(rated(9, 9, 9, 9, 9, 9, 5))
    assert ids(found.reasons) == ["rating_dip"]
    assert found.statements == ()


def test_drifting_is_silent_while_a_flag_is_open() -> None:
    series = rated(9, 9, 9, 8.5, 8.5, 8, 8, 7.75)
    assert judged(series, flag_open_since=at(7)).statements == ()


def test_nothing_but_top_ratings_is_no_information() -> None:
    found = judged(rated(10, 10, 10, 10))
    assert found.reasons == ()
    assert ids(found.statements) == ["no_information"]
    assert judged(rated(10, 10, 10)).statements == ()
    assert judged(rated(10, 9.9, 10, 10)).statements == ()
    assert judged(rated(10, 10, 10, 9.9)).statements == ()


def test_what_is_usual_is_frozen_while_a_flag_is_open() -> None:
    series = rated(8, 8, 8, 8, 5, 5, 5, 5, 5, 5)
    assert ids(judged(series, flag_open_since=at(4)).reasons) == ["rating_dip"]
    assert ids(judged(series).reasons) == []
    (reason,) = judged(series, flag_open_since=at(4)).reasons
    assert (reason.number("usual"), reason.number("ratings")) == (8, 4)
    assert reason.fact("since") == at(4).isoformat()


def test_a_settled_episode_says_nothing_about_what_is_usual() -> None:
    series = rated(8, 8, 8, 5, 5, 5, 8, 5)
    episode = Episode(at(3), at(6))
    (reason,) = judged(series, settled_episodes=[episode]).reasons
    assert (reason.number("usual"), reason.number("ratings")) == (8, 4)


def test_the_newest_rating_is_judged_whatever_the_order() -> None:
    series = rated(8, 8, 8, 8, 6)
    assert judged(series[::-1]) == judged(series)
    assert judged([]) == Assessment()


@pytest.mark.parametrize(("newest", "speaks"), [(5, False), (4.99, True)])
def test_only_below_the_middle_of_the_scale_a_smaller_dip_is_enough(
    newest: float, speaks: bool
) -> None:
    # spread sqrt(6 * .36 / 8) = .519615, times sqrt(4 / 3) = .6: a point below is z = -1.6667
    found = judged(rated(6, 6, 6, newest), rules=("rating_dip",)).reasons
    assert ids(found) == (["rating_dip"] if speaks else [])
