"""The evaluation of rules: seeded simulation, flags played again, ratings from elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from benchmarks import elsewhere
from flows.signals.evaluation.behaviour import COMPUTED, START_AT, Ratio, behaviour, practices
from flows.signals.evaluation.foreign import (
    BadLine,
    Columns,
    Scale,
    judged,
    read_table,
)
from flows.signals.evaluation.presets import CALM, PRESETS, STRAINED
from flows.signals.evaluation.replay import replay
from flows.signals.evaluation.simulation import simulated
from flows.signals.evaluation.sweeps import varied
from flows.signals.rules import points, rating_dip
from flows.signals.series import SessionRating
from flows.signals.spreads import ASSUMED, learnt

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
        (",2026-01-01,5", "names no client"),
        ("a,2026-01-01,5," + "x" * 200_000, "nothing can be read from here on: field larger"),
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


@pytest.mark.parametrize("way", elsewhere.WAYS)
@pytest.mark.parametrize("swing", [0.4, 0.9, 2.5])
def test_few_new_flags_whatever_the_swing_of_a_foreign_series(way: str, swing: float) -> None:
    """The short version of ``benchmarks.elsewhere``."""
    found = elsewhere.per_hundred(elsewhere.WAYS[way], swing, clients=20)
    assert found <= elsewhere.AIM


@pytest.mark.parametrize("swing", [0.4, 2.5])
def test_a_foreign_series_swings_as_far_as_it_says(swing: float) -> None:
    ratings = elsewhere.table(elsewhere.WAYS["alike"], swing, clients=40, seed=2)
    spread = learnt([r.level for r in ratings if r.client == str(n)] for n in range(40)).within
    assert 0.85 * swing < spread < 1.1 * swing


def test_practices_differ_in_what_they_learn_and_seeds_hardly_in_what_is_reached() -> None:
    first, second = (practices(PRESETS["B"], clients=600, seed=seed) for seed in (1, 40))
    assert len({course.spreads for course in first.calm}) == 6
    assert first.calm[0].spreads == first.strained[99].spreads != first.strained[100].spreads
    one, other = (behaviour(points.RULE, drawn) for drawn in (first, second))
    for figure in ("false_flags", "sensitivity", "predictive"):
        a, b = getattr(one, figure), getattr(other, figure)
        assert abs(a.value - b.value) < 3 * (a.error**2 + b.error**2) ** 0.5
        assert a.value != b.value
    assert behaviour(points.RULE, practices(PRESETS["B"], clients=600, seed=1)) == one


def test_clients_are_told_apart_and_nobody_teaches_another_what_is_usual_for_them() -> None:
    lines = [(who, week, level) for week in range(5) for who, level in (("a", 8), ("b", 3))]
    lines[-1] = ("b", 4, 8)  # usual for the other one
    text = "client,time,rating\n" + "".join(f"{c},{t},{r}\n" for c, t, r in lines)
    found = read_table(text, COLUMNS, TEN)
    assert not isinstance(found, str)
    assert not any(verdict.opens for _, verdict in judged((points.RULE,), found[0]))
    low = read_table(text.replace("b,4,8", "a,5,3"), COLUMNS, TEN)
    assert not isinstance(low, str)
    opened_by = [r.client for r, verdict in judged((points.RULE,), low[0]) if verdict.opens]
    assert opened_by == ["a"]


def test_a_table_may_begin_with_a_mark_have_columns_in_any_order_and_more_of_them() -> None:
    text = "\ufeffnote;rating;client;time\n;7,5;a;2026-01-01\nx;;a;2026-01-02\n"
    found = read_table(text, COLUMNS, TEN)
    assert not isinstance(found, str)
    (rating,), bad = found
    assert (rating.client, rating.rating, rating.line, bad) == ("a", 7.5, 2, [])


def test_every_rule_that_reckons_is_shown_and_the_clients_word_apart() -> None:
    assert {rule.raises for rule in COMPUTED} == {"flag"}
    assert "said_so" not in {rule.id for rule in COMPUTED}


def test_a_line_that_ends_too_soon_has_no_rating_and_is_left_out() -> None:
    found = read_table("client,time,rating\na\na,1\na,1,5\n", COLUMNS, TEN)
    assert not isinstance(found, str)
    assert ([r.line for r in found[0]], found[1]) == ([4], [])
