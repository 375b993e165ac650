"""Laws that hold for every series of ratings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.signals.assess import assess
from flows.signals.baseline import compare
from flows.signals.reason import Reason, evidence_from_json, evidence_to_json
from flows.signals.series import ALLIANCE_MEASURES, SessionRating

START_AT = datetime(2026, 9, 3, 15, 0, tzinfo=UTC)

levels = st.lists(st.integers(0, 10), min_size=1, max_size=14)
strains = st.sampled_from([None, "no", "a_little", "yes", "rather_not_say"])


def series_of(values: list[float], strain: str | None = None) -> list[SessionRating]:
    return [
        SessionRating(
            number,
            START_AT + timedelta(weeks=number),
            tuple((measure, float(value)) for measure in ALLIANCE_MEASURES),
            strain,
        )
        for number, value in enumerate(values)
    ]


@given(st.integers(0, 10), st.integers(1, 14))
def test_a_constant_history_never_raises_a_flag(level: int, count: int) -> None:
    assert assess(series_of([level] * count, "no"), flag_open_since=None).reasons == ()


@given(st.lists(st.integers(0, 6), min_size=4, max_size=14), st.integers(1, 4))
def test_adding_a_constant_within_the_range_leaves_z_alone(values: list[int], more: int) -> None:
    plain = compare(series_of(list(values)), (), within=0.75)
    shifted = compare(series_of([value + more for value in values]), (), within=0.75)
    assert plain is not None
    assert shifted is not None
    assert shifted.z == pytest.approx(plain.z)
    assert shifted.spread == pytest.approx(plain.spread)


@pytest.mark.promise("P7a")
@given(levels, strains)
def test_no_reason_without_evidence_and_all_of_it_survives_json(
    values: list[int], strain: str | None
) -> None:
    found = assess(series_of(list(values), strain), flag_open_since=None)
    for reason in (*found.reasons, *found.statements):
        assert reason.check_in_id == len(values) - 1
        assert reason.fact("rated_at") is not None
        assert reason.fact("threshold") is not None
        assert evidence_from_json(evidence_to_json(reason.evidence)) == reason.evidence


@given(levels, strains)
def test_a_computed_flag_lies_below_what_is_usual(values: list[int], strain: str | None) -> None:
    for reason in assess(series_of(list(values), strain), flag_open_since=None).reasons:
        if reason.rule != "said_so":
            assert (reason.number("rating") or 0) < (reason.number("usual") or 0)
            assert (reason.number("z") or 0) < 0
            assert (reason.number("points") or 0) >= (reason.number("threshold") or 0)
            assert (reason.number("ratings") or 0) >= 3


@given(levels, st.sampled_from(["a_little", "yes"]))
def test_said_so_always_speaks(values: list[int], strain: str) -> None:
    found = assess(series_of(list(values), strain), flag_open_since=None)
    assert found.reasons[0].rule == "said_so"


def test_a_reason_without_evidence_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="needs evidence"):
        Reason("said_so", 1, 1, ())


def test_evidence_must_be_an_object() -> None:
    with pytest.raises(ValueError, match="JSON object"):
        evidence_from_json("[1]")
