"""The contents of a client's section, which survive being stored."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.digest.goals import AgreedStep, Goal
from flows.digest.heard import Heard
from flows.digest.section import (
    QUOTED_UP_TO,
    ClientFacts,
    FlagFacts,
    Note,
    Raised,
    Standing,
    compose_section,
)
from flows.digest.section_json import section_from_json, section_to_json
from flows.signals.engagement import Engagement
from flows.signals.flags import FlagState
from flows.signals.reason import Reason

FROM_AT = datetime(2026, 11, 15, 17, 0, tzinfo=UTC)
CUT_OFF_AT = FROM_AT + timedelta(days=7)
INSIDE = FROM_AT + timedelta(days=3)
BEFORE = FROM_AT - timedelta(days=3)


def reason(rule: str, at: datetime = INSIDE) -> Reason:
    return Reason(rule, 1, 1, (("rated_at", at.isoformat()), ("z", -2.5), ("words", None)))


def facts(state: FlagState, *raised: Raised, changed_at: datetime = INSIDE) -> ClientFacts:
    flag = FlagFacts(4, state, BEFORE, changed_at)
    return ClientFacts(1, "A. B.", "K7Q2", flag=flag, raised=raised)


def standing(known: ClientFacts) -> Standing:
    return compose_section(known, from_at=FROM_AT, cut_off_at=CUT_OFF_AT).standing


@pytest.mark.parametrize(
    ("state", "rule", "raised_at", "expected"),
    [
        ("open", "rating_dip", INSIDE, "possible"),
        ("open", "rating_dip", BEFORE, "still_open"),
        ("talked_open", "said_so", BEFORE, "still_open"),
        ("open", "said_so", INSIDE, "said_so"),
        ("closed", "said_so", INSIDE, "said_so"),
        ("something_else", "said_so", INSIDE, "still_open"),
        ("something_else", "said_so", BEFORE, "still_open"),
        ("closed", "rating_dip", BEFORE, "settled"),
        ("talked_settled", "said_so", BEFORE, "settled"),
        ("stale", "rating_dip", BEFORE, "stale"),
    ],
)
def test_where_a_flag_puts_its_client(
    state: FlagState, rule: str, raised_at: datetime, expected: Standing
) -> None:
    assert standing(facts(state, Raised(raised_at, reason(rule)))) == expected


def test_long_words_of_goals_and_steps_can_be_read_in_full() -> None:
    long = "w" * (QUOTED_UP_TO + 1)
    known = ClientFacts(1, "A. B.", "K7Q2")
    goal = replace(known, goals=(Goal(long),))
    for told in (goal, replace(known, steps=(AgreedStep((), (long,)),))):
        section = compose_section(told, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)
        assert section.has_words_over() and not section.has_words_over(QUOTED_UP_TO + 1)


@pytest.mark.parametrize("state", ["closed", "talked_settled", "stale"])
def test_an_end_is_told_in_its_own_week_only(state: FlagState) -> None:
    raised = Raised(BEFORE, reason("said_so"))
    assert standing(facts(state, raised, changed_at=FROM_AT)) != "none"
    before = FROM_AT - timedelta(microseconds=1)
    assert standing(facts(state, raised, changed_at=before)) == "none"


def test_a_word_on_repair_is_told_wherever_the_client_stands() -> None:
    for flag, told_below in ((None, True), (facts("closed", changed_at=BEFORE).flag, True)):
        known = ClientFacts(1, "A. B.", "K7Q2", flag=flag, repair="yes_better")
        section = compose_section(known, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)
        assert section.tells_repair is told_below and section.has_a_block
    on_top = replace(facts("open", Raised(INSIDE, reason("said_so"))), repair="not_yet")
    section = compose_section(on_top, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)
    assert not section.tells_repair and not section.has_a_block


def test_what_was_computed_and_was_something_else_is_not_told() -> None:
    ended = FlagFacts(4, "something_else", BEFORE, INSIDE, is_closed=True)
    raised = Raised(INSIDE, reason("rating_dip"))
    section = compose_section(
        ClientFacts(1, "A. B.", "K7Q2", flag=ended, raised=(raised,)),
        from_at=FROM_AT,
        cut_off_at=CUT_OFF_AT,
    )
    assert section.standing == "none" and not section.can_acknowledge


def test_a_section_of_before_knows_that_something_else_had_ended_it() -> None:
    known = facts("something_else", Raised(INSIDE, reason("rating_dip")))
    section = compose_section(known, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)
    body = json.loads(section_to_json(section))
    assert section_from_json(json.dumps(body)).can_acknowledge
    del body["flag_is_closed"]
    assert not section_from_json(json.dumps(body)).can_acknowledge


def test_what_settled_earlier_is_not_told_again() -> None:
    known = facts("closed", Raised(BEFORE, reason("said_so")), changed_at=BEFORE)
    assert standing(known) == "none"
    assert standing(ClientFacts(1, "A. B.", "K7Q2")) == "none"


def test_a_reason_belongs_to_exactly_one_digest() -> None:
    known = facts("open", Raised(FROM_AT, reason("said_so")), Raised(CUT_OFF_AT, reason("said_so")))
    first = compose_section(known, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)
    next_week = CUT_OFF_AT + timedelta(days=7)
    second = compose_section(known, from_at=CUT_OFF_AT, cut_off_at=next_week)
    assert (len(first.reasons), len(first.earlier_reasons)) == (1, 0)
    assert (len(second.reasons), len(second.earlier_reasons)) == (1, 1)


def test_statements_about_an_earlier_rating_and_blank_texts_are_left_out() -> None:
    known = ClientFacts(
        1,
        "A. B.",
        "K7Q2",
        statements=(reason("drifting"), reason("no_information", BEFORE)),
        topics=("  ", "My sister."),
    )
    section = compose_section(known, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)
    assert [s.rule for s in section.statements] == ["drifting"]
    assert section.topics == ("My sister.",)


def test_only_a_live_flag_can_be_acknowledged() -> None:
    for state, expected in (("open", True), ("talked_settled", True), ("stale", False)):
        section = compose_section(facts(state), from_at=FROM_AT, cut_off_at=CUT_OFF_AT)  # type: ignore[arg-type]
        assert section.can_acknowledge is expected


def test_a_section_survives_being_stored() -> None:
    known = ClientFacts(
        1,
        "Ä. B.",
        "K7Q2",
        flag=FlagFacts(4, "will_raise", BEFORE, INSIDE),
        raised=(Raised(BEFORE, reason("rating_dip")), Raised(INSIDE, reason("said_so"))),
        statements=(reason("drifting"),),
        topics=("“Quoted”\nand more",),
        changes=("More time.",),
        went_well=("👩‍👩‍👧‍👦",),
        hard=("שלום",),
        week=6,
        engagement=Engagement(answered=2, gone_quiet=True),
        heard=(
            Heard(INSIDE, "words", ("No more.",), (INSIDE,)),
            Heard(INSIDE, "words", (), (), True),
        ),
        heard_before=Heard(BEFORE, "tell"),
        case_id=3,
        goals=(Goal("say no", (("en", "4"),), (("en", "3"),), BEFORE), Goal("sleep")),
        steps=(AgreedStep(((("en", "Done"),),), ("It was loud.",)),),
    )
    section = compose_section(known, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)
    assert section_from_json(section_to_json(section)) == section
    bare = compose_section(ClientFacts(2, "C", "K8Q2"), from_at=FROM_AT, cut_off_at=CUT_OFF_AT)
    assert section_from_json(section_to_json(bare)) == bare
    body = json.loads(section_to_json(bare))
    for name in ("heard", "heard_before", "case_id"):  # sections of before have none of them
        del body[name]
    del body["engagement"]["blank"]
    assert section_from_json(json.dumps(body)) == bare
    assert "Quoted" not in f"{known!r} {section!r} {section.heard!r}"
    assert "No more" not in f"{section!r} {section.heard!r}"


def test_a_section_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="another version"):
        section_from_json('{"version": 99}')


def test_words_that_are_told_first_stand_under_nothing_calm() -> None:
    words, other = "I do not want to live any more", "a walk"
    section = compose_section(
        ClientFacts(
            1,
            "A. B.",
            "K7Q2",
            topics=(words,),
            changes=(words, other),
            went_well=(words, other),
            hard=(other, words),
            notes=(Note(words), Note(other)),
            heard=(Heard(INSIDE, "words", (words,)),),
        ),
        from_at=FROM_AT,
        cut_off_at=CUT_OFF_AT,
    )
    assert section.heard[0].words == (words,)
    assert section.topics == (words,), "what is to be brought to the session is said there, too"
    assert (section.changes, section.went_well, section.hard) == ((other,),) * 3
    assert [note.words for note in section.notes] == [other]
