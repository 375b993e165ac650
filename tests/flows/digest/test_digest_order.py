"""The place of each client in a digest, whatever the caseload."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.digest.arrange import Digest, arrange, shown_on_top
from flows.digest.leaving import Left
from flows.digest.section import ClientFacts, ClientSection, FlagFacts, Raised, compose_section
from flows.signals.engagement import Engagement
from flows.signals.reason import Reason

FROM_AT = datetime(2026, 11, 15, 17, 0, tzinfo=UTC)
CUT_OFF_AT = FROM_AT + timedelta(days=7)
INSIDE = FROM_AT + timedelta(days=3)
GROUPS = ("said_so", "possible", "folded", "gone_quiet", "blocks", "others")


def reason(rule: str, *, z: float = -2.5, **evidence: str | float) -> Reason:
    return Reason(rule, 1, 1, (("rated_at", INSIDE.isoformat()), ("z", z), *evidence.items()))


def section(
    care_id: int,
    *reasons: Reason,
    earlier: bool = False,
    drifts: bool = False,
    topics: tuple[str, ...] = (),
    engagement: Engagement | None = None,
) -> ClientSection:
    raised = tuple(Raised(INSIDE, reason) for reason in reasons)
    before = (Raised(FROM_AT - timedelta(days=1), reason("rating_dip")),) if earlier else ()
    flag = FlagFacts(care_id, "open", INSIDE, INSIDE) if raised or before else None
    facts = ClientFacts(
        care_id,
        f"Alias {care_id:03}",
        f"K{care_id}",
        flag=flag,
        raised=(*before, *raised),
        statements=(reason("drifting"),) if drifts else (),
        topics=topics,
        engagement=engagement or Engagement(),
    )
    return compose_section(facts, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)


def arranged(*sections: ClientSection) -> Digest:
    return arrange(sections, week="2026-W47", from_at=FROM_AT, cut_off_at=CUT_OFF_AT, draft=False)


def ids(sections: tuple[ClientSection, ...]) -> list[int]:
    return [s.care_id for s in sections]


caseloads = st.lists(
    st.sampled_from(["none", "said", "dip", "both", "open", "drift", "topic", "quiet"]),
    max_size=45,
).map(
    lambda kinds: [
        {
            "none": lambda n: section(n),
            "said": lambda n: section(n, reason("said_so")),
            "dip": lambda n: section(n, reason("rating_dip", z=-2 - n % 5)),
            "both": lambda n: section(n, reason("said_so"), reason("rating_dip")),
            "open": lambda n: section(n, earlier=True),
            "drift": lambda n: section(n, drifts=True),
            "topic": lambda n: section(n, topics=("My sister.",)),
            "quiet": lambda n: section(n, engagement=Engagement(gone_quiet=True)),
        }[kind](number)
        for number, kind in enumerate(kinds)
    ]
)


@given(caseloads)
def test_nobody_is_lost_and_nothing_said_is_folded(sections: list[ClientSection]) -> None:
    digest = arranged(*sections)
    shown = {s.care_id for name in GROUPS for s in getattr(digest, name)}
    assert shown == {s.care_id for s in sections}
    assert digest.caseload == len(sections)
    said = {s.care_id for s in sections if any(r.rule == "said_so" for r in s.reasons)}
    assert set(ids(digest.said_so)) == said


@given(caseloads)
def test_folded_and_shown_are_all_computed_flags(sections: list[ClientSection]) -> None:
    digest = arranged(*sections)
    computed = sorted(s.care_id for s in sections if s.standing == "possible")
    assert sorted(ids(digest.possible) + ids(digest.folded)) == computed
    assert len(digest.possible) == min(len(computed), shown_on_top(len(sections)))


@given(caseloads, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_the_sections_came(
    sections: list[ClientSection], random: object
) -> None:
    shuffled = list(sections)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert arranged(*shuffled) == arranged(*sections)


@given(caseloads)
def test_others_stand_nowhere_else(sections: list[ClientSection]) -> None:
    digest = arranged(*sections)
    named = {s.care_id for name in GROUPS[:-1] for s in getattr(digest, name)}
    assert named.isdisjoint(ids(digest.others))


@pytest.mark.parametrize(
    ("caseload", "top"), [(0, 1), (1, 1), (7, 1), (13, 1), (14, 2), (20, 3), (40, 6), (41, 6)]
)
def test_at_most_fifteen_percent_on_top_but_at_least_one(caseload: int, top: int) -> None:
    assert shown_on_top(caseload) == top


def test_what_goes_on_comes_first_then_the_deeper_dip_then_the_lower_level() -> None:
    digest = arranged(
        section(1, reason("rating_dip", z=-2.1, rating=7.0)),
        section(2, reason("rating_dip", z=-3.5, rating=7.0)),
        section(3, reason("rating_dip", z=-2.1, rating=6.0)),
        section(4, reason("rating_dip", z=-2.0, rating=8.0), earlier=True),
    )
    assert ids(digest.possible) + ids(digest.folded) == [4, 2, 3, 1]


def test_two_independent_reasons_come_before_one() -> None:
    digest = arranged(
        section(1, reason("points", z=-4)),
        section(2, reason("points", z=-2), reason("xmr", z=-2)),
        section(3, reason("points", z=-2), engagement=Engagement(gone_quiet=True)),
        section(4, reason("points", z=-2.5), drifts=True),
        section(5, reason("points", z=-1), earlier=True),
    )
    assert ids(digest.possible) + ids(digest.folded) == [5, 4, 3, 1, 2]


def test_who_would_like_to_be_asked_comes_first() -> None:
    digest = arranged(
        section(1, reason("said_so", strain="a_little")),
        section(2, reason("said_so", strain="yes")),
        section(3, reason("said_so", strain="a_little", who_raises="ask_me")),
    )
    assert ids(digest.said_so) == [3, 2, 1]


def test_drifting_is_told_apart_only_where_no_flag_says_more() -> None:
    digest = arranged(section(1, drifts=True), section(2, reason("rating_dip"), drifts=True))
    assert ids(digest.blocks) == [1]


def test_blocks_stand_in_the_order_of_the_coming_sessions() -> None:
    topics = ("My sister.",)
    soon, later = (CUT_OFF_AT + timedelta(hours=hours) for hours in (1, 30))
    digest = arranged(
        section(1, topics=topics),
        replace(section(2, topics=topics), next_session_at=later),
        replace(section(3, topics=topics), next_session_at=soon),
        replace(section(4, reason("said_so"), topics=topics), next_session_at=soon),
        section(5),
    )
    assert ids(digest.blocks) == [3, 4, 2, 1]
    assert ids(digest.told) == [4, 3, 2, 1]
    assert ids(digest.sections) == [4, 3, 2, 1, 5]


def test_who_only_needs_a_word_has_no_block() -> None:
    digest = arranged(
        section(1, reason("said_so")), section(2, engagement=Engagement(gone_quiet=True))
    )
    assert digest.blocks == ()


def test_who_cannot_be_reached_has_a_block_while_they_are_there() -> None:
    away = section(1, engagement=Engagement(is_unreachable=True))
    left = replace(away, care_id=2, left=Left(INSIDE, "stopped"))
    assert ids(arranged(away, left).blocks) == [1]


def test_who_has_left_is_no_part_of_the_caseload_of_which_a_share_is_shown() -> None:
    dips = [section(n, reason("points", z=-2.0 - n)) for n in (1, 2)]
    calm = [section(n) for n in range(3, 14)]
    gone = replace(section(20), left=Left(CUT_OFF_AT, "stopped"))
    assert len(arranged(*dips, *calm, gone).possible) == 1  # of thirteen who are there
    assert len(arranged(*dips, *calm, section(21), gone).possible) == 2
