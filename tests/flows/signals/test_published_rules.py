"""The rules that a practice may choose besides its own, on series computed by hand."""

from __future__ import annotations

import pytest
from test_rating_rules import ids, rate, rated

from flows.signals.assess import assess
from flows.signals.spreads import Spreads

SPREADS = Spreads(within=0.6, between=1.5)


@pytest.mark.parametrize(
    ("rule", "earlier", "speaks_at", "silent_at", "threshold"),
    [
        ("low_level", [6], 4.99, 5, 5.0),
        ("cut_off", [9.5], 9, 9.01, 9.0),
        ("fall", [8, 8, 9], 8.75, 8.76, 0.25),
        ("xmr", [8, 9, 8, 9], 5.83, 5.84, 5.84),  # 8.5 - 2.66 * 1
        ("mean_minus_one_sd", [7, 8, 9], 6.99, 7, 7.0),
        ("mean_minus_two_sd", [7, 8, 9], 5.99, 6, 6.0),
        ("mean_minus_larger_sd", [7, 8, 9], 6.49, 6.5, 6.5),  # 1.5 between clients is the larger
        ("mean_minus_larger_sd", [5, 8, 5, 8], 4.76, 4.77, 4.7679),  # 1.7321 within
        # 1.96 * sqrt(2) * sqrt(.15) * 1.5 = 1.6103
        ("reliable_change", [6, 6, 8], 6.38, 6.4, 1.6103),
    ],
)
def test_each_rule_speaks_from_its_threshold_on(
    rule: str, earlier: list[float], speaks_at: float, silent_at: float, threshold: float
) -> None:
    def judged(newest: float) -> object:
        series = rated(*earlier, newest)
        return assess(series, flag_open_since=None, spreads=SPREADS, rules=(rule,)).reasons

    (reason,) = judged(speaks_at)  # type: ignore[misc]
    assert reason.rule == rule
    assert reason.number("threshold") == pytest.approx(threshold, abs=1e-4)
    assert reason.number("rating") == speaks_at
    assert judged(silent_at) == ()


@pytest.mark.parametrize("rule", ["low_level", "cut_off"])
def test_a_level_needs_no_history_but_an_answer(rule: str) -> None:
    first = assess([rate(0, 3)], flag_open_since=None, rules=(rule,)).reasons
    assert ids(first) == [rule]
    assert assess([rate(0, None)], flag_open_since=None, rules=(rule,)).reasons == ()


@pytest.mark.parametrize(
    "rule",
    ["fall", "xmr", "mean_minus_one_sd", "mean_minus_two_sd", "reliable_change"],
)
def test_a_comparison_needs_three_earlier_ratings(rule: str) -> None:
    assert assess(rated(9, 9, 1), flag_open_since=None, rules=(rule,)).reasons == ()
    assert ids(assess(rated(9, 9, 9, 1), flag_open_since=None, rules=(rule,)).reasons) == [rule]


@pytest.mark.parametrize(("rule", "before"), [("fall", 8.0), ("reliable_change", 8.0)])
def test_a_fall_names_the_rating_before_and_the_usual_apart(rule: str, before: float) -> None:
    (reason,) = assess(rated(5, 5, 8, 5), flag_open_since=None, rules=(rule,)).reasons
    assert (reason.number("before"), reason.number("usual")) == (before, 6)


@pytest.mark.parametrize(
    ("levels", "speaks"),
    [
        # older half 9, 9, 9: limit 9 - 3 * .649519 * .5 = 8.0257; smoothed 7.8224
        ((9, 9, 9, 7.6, 7.6, 7.4), True),
        ((9, 9, 7.6, 7.6, 7.4), False),  # four earlier ratings cannot tell slow from sudden
        ((10, 10, 10, 9.1, 9, 8.99), True),  # limit 10 - .75, smoothed 9.2264
        ((10, 10, 10, 9.1, 9, 9), False),  # from 9 on nearly everything was right
        ((*[9] * 5, *[6] * 5, 7.4), True),  # usual is 7.5
        ((*[9] * 5, *[6] * 5, 7.6), False),  # on the way up again
    ],
)
def test_a_slow_fall_is_told_from_five_earlier_ratings_on_below_nine_and_while_it_lasts(
    levels: tuple[float, ...], speaks: bool
) -> None:
    spreads = Spreads(within=0.2) if levels[0] == 10 else Spreads()
    found = assess(rated(*levels), flag_open_since=None, spreads=spreads, rules=("drifting",))
    assert bool(found.statements) is speaks


def test_a_chart_counts_how_many_sigma_a_rating_lies_below_its_mean() -> None:
    found = assess(rated(8, 9, 8, 9, 5.5), flag_open_since=None, rules=("xmr",)).reasons
    (reason,) = found
    assert reason.number("spread") == pytest.approx(1 / 1.128, abs=1e-4)
    assert reason.number("z") == pytest.approx(-3 * 1.128, abs=1e-4)
