"""The evaluation of rules: seeded simulation, flags played again, ratings from elsewhere."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from flows.signals.evaluation.behaviour import COMPUTED, START_AT, Ratio, behaviour, practices
from flows.signals.evaluation.foreign import BadLine, Columns, Scale, judged, read_table
from flows.signals.evaluation.presets import CALM, PRESETS, STRAINED
from flows.signals.evaluation.replay import replay
from flows.signals.evaluation.simulation import simulated
from flows.signals.evaluation.sweeps import varied
from flows.signals.rules import points, rating_dip
from flows.signals.series import SessionRating
from flows.signals.spreads import ASSUMED

COLUMNS = Columns("client", "time", "rating")
TEN = Scale(0, 10)


def course(*levels: float, said: frozenset[int] = frozenset()) -> list[tuple[SessionRating, float]]:
    week = timedelta(weeks=1)
    return [
        (
            SessionRating(
                n, START_AT + n * week, (("x", level),), "a_little" if n in said else "no"
            ),
            level,
        )
        for n, level in enumerate(levels)
    ]


def opened(rated: list[tuple[SessionRating, float]], rule: object = points.RULE) -> list[int]:
    verdicts = replay((rule,), rated, lambda _: ASSUMED)  # type: ignore[arg-type]
    return [place for place, verdict in enumerate(verdicts) if verdict.opens]


def test_the_same_seed_draws_the_same_courses() -> None:
    first = list(simulated(PRESETS["A"], STRAINED, clients=20, seed=3))
    assert list(simulated(PRESETS["A"], STRAINED, clients=20, seed=3)) == first
    assert list(simulated(PRESETS["A"], STRAINED, clients=20, seed=4)) != first


@pytest.mark.parametrize("name", PRESETS)
def test_simulated_courses_are_as_their_preset_says(name: str) -> None:
    courses = list(simulated(PRESETS[name], STRAINED, clients=300, seed=5))
    sessions = [each for one in courses for each in one]
    assert {len(one) for one in courses} == set(range(6, 17))
    assert all(0 <= each.rating <= 10 for each in sessions)
    assert not any(one[0].is_strained or one[0].is_silent for one in courses)
    strained = [any(each.is_onset for each in one) for one in courses]
    assert 0.18 < sum(strained) / len(courses) < 0.35  # about a quarter of clients
    named = [each.says_strain for each in sessions if each.is_strained]
    assert 0.5 < sum(named) / len(named) < 0.7


def test_in_a_calm_practice_nothing_happens_and_some_say_so() -> None:
    sessions = [each for one in simulated(PRESETS["B"], CALM, clients=200, seed=1) for each in one]
    assert not any(each.is_strained or each.is_silent for each in sessions)
    assert 0.05 < sum(each.says_strain for each in sessions) / len(sessions) < 0.11


def test_a_flag_opens_once_and_again_only_after_it_has_ended() -> None:
    assert opened(course(8, 8, 8, 8, 4, 4, 8, 8, 4), rating_dip.RULE) == [4, 8]
    assert opened(course(8, 8, 8, 8, 4, 4, 4)) == [4]


def test_a_flag_goes_on_while_something_is_said_to_be_wrong() -> None:
    said = frozenset({6, 7})
    assert opened(course(8, 8, 8, 8, 4, 4, 8, 8, 4, said=said)) == [4]


def test_a_flag_is_stale_after_six_sessions() -> None:
    assert opened(course(8, 8, 8, 8, *[4] * 6, 4, 0), rating_dip.RULE) == [4, 11]


def test_an_error_is_reckoned_over_clients() -> None:
    ratio = Ratio()
    for counted in (1, 0, 1, 0):
        ratio.add(counted, 2)
    figure = ratio.figure()
    assert (figure.value, figure.cases) == (0.25, 8)
    assert figure.error == pytest.approx(0.125)  # sqrt(4 * .5²) / 8
    assert Ratio().figure().cases == 0


def test_points_keep_to_their_aims_within_the_error_of_a_short_run() -> None:
    found = behaviour(points.RULE, practices(PRESETS["A"], clients=400, seed=1))
    assert found.false_flags.value < 0.015 + 2 * found.false_flags.error
    assert found.sensitivity.value > 0.66 - 2 * found.sensitivity.error
    assert found.predictive.value > 0.65 - 2 * found.predictive.error
    assert found.rule == "points"
    assert found.preset == "A"


def test_each_assumption_is_varied_by_itself() -> None:
    plain = PRESETS["C"]
    changed = list(varied(plain))
    assert len({each.says for each in changed}) == len(changed) == 10
    assert all((each.preset, each.world, each.calm) != (plain, STRAINED, CALM) for each in changed)


def test_a_table_is_read_whatever_its_separator_and_marks() -> None:
    rows = (
        "client,time,rating\na,2026-01-01,7.5\n",
        "client;time;rating\na;2026-01-01;7,5\n",
    )
    for text in rows:
        found = read_table(text, COLUMNS, TEN)
        assert not isinstance(found, str)
        (rating,), bad = found
        assert (rating.client, rating.time, rating.rating, bad) == ("a", "2026-01-01", 7.5, [])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("a,2026-01-01,11", "not from 0 to 10"),
        ("a,2026-01-01,-0.1", "not from 0 to 10"),
        ("a,2026-01-01,good", "no number"),
        ("a,2026-01-01,nan", "no number"),
        ("a,soon,5", "neither a date nor a number"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, says: str) -> None:
    found = read_table(f"client,time,rating\na,1,5\n{line}\n", COLUMNS, TEN)
    assert not isinstance(found, str)
    good, (bad,) = found
    assert len(good) == 1
    assert isinstance(bad, BadLine)
    assert bad.line == 3
    assert says in bad.says


def test_a_line_without_a_rating_is_left_out_and_a_missing_column_named() -> None:
    assert read_table("client,time,rating\na,1,\n", COLUMNS, TEN) == ([], [])
    said = read_table("who,time,rating\n", COLUMNS, TEN)
    assert said == "no column client; the first line has who, time, rating"


def test_verdicts_follow_time_and_stand_in_the_order_of_the_file() -> None:
    lines = [("a", n, level) for n, level in enumerate((8, 8, 8, 8, 3))]
    shuffled = [lines[4], *lines[:4]]
    text = "client,time,rating\n" + "".join(f"{c},{t},{r}\n" for c, t, r in shuffled)
    found = read_table(text, COLUMNS, TEN)
    assert not isinstance(found, str)
    verdicts = judged((points.RULE,), found[0])
    assert [verdict.opens for _, verdict in verdicts] == [True, False, False, False, False]


@pytest.mark.parametrize("scale", [Scale(0, 10), Scale(0, 40), Scale(1, 5)])
def test_the_same_course_is_judged_alike_on_every_scale(scale: Scale) -> None:
    levels = (8, 8.5, 8, 8, 3, 8, 8, 8)
    text = "client,time,rating\n" + "".join(
        f"a,{n},{scale.own(level)}\n" for n, level in enumerate(levels)
    )
    found = read_table(text, COLUMNS, scale)
    assert not isinstance(found, str)
    verdicts = judged((points.RULE,), found[0])
    assert [place for place, (_, verdict) in enumerate(verdicts) if verdict.opens] == [4]


@pytest.mark.parametrize("spread", [0.4, 0.75, 1.5, 2.5])
def test_few_new_flags_whatever_the_spread_of_a_foreign_series(spread: float) -> None:
    draw = random.Random(11)
    lines = [
        f"{client},{week},{min(10, max(0, draw.gauss(6, spread))):.2f}"
        for client in range(25)
        for week in range(20)
    ]
    found = read_table("client,time,rating\n" + "\n".join(lines), COLUMNS, TEN)
    assert not isinstance(found, str)
    new = sum(verdict.opens for _, verdict in judged((points.RULE,), found[0]))
    assert new / len(lines) <= 0.025


def test_every_rule_that_reckons_is_shown_and_the_clients_word_apart() -> None:
    assert {rule.raises for rule in COMPUTED} == {"flag"}
    assert "said_so" not in {rule.id for rule in COMPUTED}
