"""The shipped flows: clean, complete in each language, and short enough to answer."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from flows.authoring.words import Words
from flows.engine.check_in import CheckIn, Names
from flows.engine.events import CheckInFinished, Prompt, PromptAsked
from flows.engine.inputs import Delivered, Input, Skipped, Tapped, Typed, Withheld
from flows.engine.turn import resume, start
from flows.kinds.choice import ChoiceStep
from flows.kinds.message import MessageStep
from flows.kinds.scale import ScaleStep
from flows.kinds.text import TextStep
from flows.kinds.yes_no import YesNoStep
from flows.script import Flow, check_together, parse
from flows.script.structure import Loop
from flows.signals.series import ALLIANCE_MEASURES
from flows.triggers.after_flag import AfterFlag
from flows.triggers.before_therapy_session import BeforeTherapySession
from flows.triggers.on_request import OnRequest
from flows.triggers.therapy_session_end import AfterTherapySession
from flows.triggers.weekly import Weekly

LIBRARY = Path(__file__).parents[3] / "flows" / "library"
STORIES = LIBRARY / "stories"
NAMES = sorted(path.stem for path in LIBRARY.glob("*.toml"))
DEFAULTS = {"after-session", "mid-week", "repair-follow-up"}
INSTRUMENTS = {"phq-8": 8, "gad-7": 7}
OWN = sorted(set(NAMES) - set(INSTRUMENTS))
AT = datetime(2026, 11, 24, 17, tzinfo=UTC)
PUT_IN = ("therapist", "therapist_dative", "day")

IN_THE_DIGEST = {"week", "well", "hard", "topic", "change", "repair"}
"""Measures for which a digest has a section of its own; so begins no other measure's name."""
STRAIN = {"strain", "strain_kind", "strain_words", "strain_linger", "strain_talked"}
STRAIN |= {"strain_who_raises"}
OTHERS = {
    *("first.clear", "first.room", "goal", "goals_agreed", "goal_progress", "place"),
    *("step", "step_words", "step_fit", "goodbye", "later_help"),
}
"""Measures that the digest tells under the title of the flow."""

SIE = re.compile(r"\b(Sie|Ihr|Ihre[mnrs]?|Ihnen)\b")
DU = re.compile(r"\b(du|dich|dir|dein|deine[mnrs]?|ihr|euch|eure?[mnrs]?)\b")
RULES = r"ruptur|withdrawal|confrontation|konfrontation|alliance|allianz|diagnos|disorder|störung"
JARGON = r"symptom|patient|compliance|score|digest|check-in|assessment|intervention|feedback"
FORBIDDEN = re.compile(f"{RULES}|{JARGON}", re.IGNORECASE)
PRAISE = re.compile(
    r"\b(well done|great|good job|awesome|proud|toll|super|prima|bravo|weiter so)\b", re.IGNORECASE
)


@cache
def shipped(name: str) -> Flow:
    parsed = parse((LIBRARY / f"{name}.toml").read_text("utf-8"), f"{name}.toml")
    assert parsed.problems == ()
    assert parsed.flow is not None
    return parsed.flow


def steps_by_measure() -> Mapping[str, list[Any]]:
    found = defaultdict(list)
    for name in NAMES:
        for step in shipped(name).steps:
            if step.measures is not None:
                found[step.measures].append(step)
    return found


def texts_in(table: Any) -> Iterator[tuple[str, str]]:
    """Every text of a parsed file with its language, wherever it stands."""
    if isinstance(table, list):
        for each in table:
            yield from texts_in(each)
    elif isinstance(table, dict):
        for key, each in table.items():
            if key in ("en", "de", "de_du") and isinstance(each, str):
                yield key, each
            else:
                yield from texts_in(each)


@cache
def texts(name: str) -> tuple[tuple[str, str], ...]:
    return tuple(texts_in(tomllib.loads((LIBRARY / f"{name}.toml").read_text("utf-8"))))


def words_of(flow: Flow) -> Iterator[Words]:
    """Every text that a client may see."""
    yield flow.title
    for step in flow.steps:
        yield from (step.ask, *(reflection.say for reflection in step.reflections))
        yield from (step.help,) if step.help else ()
        yield from (option.label for option in getattr(step, "options", ()))
        if isinstance(step, ScaleStep):
            yield from (label for _, label in step.labels)
            yield from () if step.labels else (step.low, step.high)


@dataclass(frozen=True)
class Way:
    """One way through a flow: what was asked, and so how many taps or messages it takes."""

    asked: tuple[str, ...] = ()
    closing: str = ""


def forks(flow: Flow) -> set[str]:
    """The steps whose answer decides how it goes on; the others are answered in one manner."""
    conditions = [step.condition for step in flow.steps]
    conditions += [b.manner.again_while for b in flow.blocks if isinstance(b.manner, Loop)]
    return {name for condition in conditions if condition for name in condition.names}


def replies(flow: Flow, prompt: Prompt) -> Iterator[Input]:
    step = flow.step(prompt.step_id.partition("@")[0])
    turn_no = prompt.turn_no
    taps: list[Input] = [Tapped(turn_no, place) for place in range(len(prompt.choices))]
    if isinstance(step, TextStep):
        taps = [Typed("A few words.")]
    if step.optional:
        taps.append(Skipped(turn_no))
    if step.rather_not_say:
        taps.append(Withheld(turn_no))
    yield from taps if step.id in forks(flow) else taps[:1]


def ways(flow: Flow, goals: tuple[str, ...] = ()) -> list[Way]:
    """Every way through a flow, played on the engine that serves clients."""
    names = Names(tuple((name, name) for name in PUT_IN), goals=goals)
    opened = start(flow, language="en", names=names, now=AT, seed=1)
    return list(_onward(flow, opened.check_in, opened.events, Way()))


def _onward(flow: Flow, check_in: CheckIn, events: tuple[Any, ...], way: Way) -> Iterator[Way]:
    for event in events:
        if isinstance(event, CheckInFinished):
            yield replace(way, closing="\n".join(event.closing))
    for prompt in [event.prompt for event in events if isinstance(event, PromptAsked)]:
        sent = resume(flow, check_in, Delivered(prompt.turn_no), now=AT).check_in
        asked = replace(way, asked=(*way.asked, prompt.step_id))
        for reply in replies(flow, prompt):
            turn = resume(flow, sent, reply, now=AT)
            yield from _onward(flow, turn.check_in, turn.events, asked)


def most_goals() -> tuple[str, ...]:
    """As many goals as the client can name in one check-in."""
    (loop,) = (block.manner for block in shipped("goals").blocks)
    assert isinstance(loop, Loop)
    return tuple(f"goal {number}" for number in range(loop.most))


@pytest.mark.parametrize("name", NAMES)
def test_it_says_everything_in_every_language(name: str) -> None:
    flow = shipped(name)
    assert flow.id == name
    assert flow.languages == ("en", "de", "de_du")
    for words in words_of(flow):
        assert all(words.say(language) for language in flow.languages)


@pytest.mark.parametrize("name", NAMES)
def test_sie_and_du_never_mix(name: str) -> None:
    for words in words_of(shipped(name)):
        assert not DU.findall(words.say("de"))
        assert not SIE.findall(words.say("de_du"))


@pytest.mark.parametrize("name", NAMES)
def test_its_texts_are_plain(name: str) -> None:
    assert texts(name)
    for _, text in texts(name):
        assert "!" not in text
        assert not FORBIDDEN.findall(text)
        assert not PRAISE.findall(text)


@pytest.mark.parametrize("name", NAMES)
def test_it_names_its_source_and_asks_for_a_reading(name: str) -> None:
    top = (LIBRARY / f"{name}.toml").read_text("utf-8").partition("language =")[0]
    comment = " ".join(line.removeprefix("#").strip() for line in top.splitlines()[1:])
    assert top.startswith("#:schema ./flow.schema.json\n")
    assert "Source:" in comment
    assert ("no norms" in comment) == (name in OWN)
    assert ("no permission is required" in comment) == (name in INSTRUMENTS)
    assert comment.rstrip().endswith("Have a clinician read it before release.")


def test_each_has_a_story_in_each_language() -> None:
    told = [tomllib.loads(path.read_text("utf-8")) for path in STORIES.glob("*.toml")]
    wanted = {(name, language) for name in NAMES for language in shipped(name).languages}
    assert wanted <= {(story["flow"], story["language"]) for story in told}


def test_only_the_standing_check_ins_come_without_being_chosen() -> None:
    assert {name for name in NAMES if shipped(name).default} == DEFAULTS


@pytest.mark.parametrize("name", sorted(set(OWN) - {"after-session"}))
def test_no_way_takes_more_than_eight_answers(name: str) -> None:
    found = ways(shipped(name), goals=most_goals())
    assert max(len(way.asked) for way in found) <= 8
    assert all(way.closing for way in found)


@pytest.mark.parametrize("name", sorted(INSTRUMENTS))
def test_an_instrument_takes_a_tap_for_each_item(name: str) -> None:
    assert [len(way.asked) for way in ways(shipped(name))] == [INSTRUMENTS[name]]


def test_strain_is_asked_about_further_only_where_it_was_named() -> None:
    found = ways(shipped("after-session"))
    further = {"linger", "talked", "who_raises", "strain_kind", "strain_words"}
    named = [way for way in found if "linger" in way.asked]
    quick = [way for way in found if "linger" not in way.asked]
    assert len(named) == len(quick) == 2
    assert all(further <= set(way.asked) and len(way.asked) <= 11 for way in named)
    assert all(not further & set(way.asked) and len(way.asked) <= 8 for way in quick)


@pytest.mark.parametrize("name", ["repair-follow-up", "between", "goals"])
def test_who_would_rather_not_say_is_asked_nothing_more(name: str) -> None:
    opened = start(shipped(name), language="de", names=Names(()), now=AT, seed=1)
    turn = resume(shipped(name), opened.check_in, Withheld(opened.check_in.turn_no), now=AT)
    assert [event for event in turn.events if isinstance(event, CheckInFinished)]
    assert not [event for event in turn.events if isinstance(event, PromptAsked)]


def test_mid_week_comes_on_wednesday_and_measures_the_week() -> None:
    flow = shipped("mid-week")
    assert flow.schedule.trigger == Weekly((2,), time(18, 0))
    assert flow.schedule.on_request
    measured = [step.measures for step in flow.steps if step.measures]
    assert measured == ["week", "well", "hard", "topic"]
    assert all(step.optional for step in flow.steps if step.measures)


def test_after_session_measures_each_thing_in_order() -> None:
    flow = shipped("after-session")
    assert flow.schedule.trigger == AfterTherapySession(timedelta(hours=2))
    assert [step.measures for step in flow.steps if step.measures] == [
        *ALLIANCE_MEASURES,
        "strain",
        "strain_kind",
        "strain_words",
        "strain_linger",
        "strain_talked",
        "strain_who_raises",
        "change",
    ]
    linger = flow.step("linger")
    assert isinstance(linger, ScaleStep)
    assert (linger.min, linger.max) == (0, 4)


def test_after_session_can_always_be_left_unsaid() -> None:
    strain = shipped("after-session").step("strain")
    assert isinstance(strain, ChoiceStep)
    assert [option.id for option in strain.options] == ["no", "a_little", "yes", "rather_not_say"]


def test_every_question_can_be_passed_over() -> None:
    for name in NAMES:
        for step in shipped(name).steps:
            says_so = isinstance(step, ChoiceStep) and "rather_not_say" in {
                option.id for option in step.options
            }
            asks = not isinstance(step, MessageStep | YesNoStep)
            assert not asks or step.optional or step.rather_not_say or says_so, (name, step.id)


def test_repair_follow_up_comes_only_where_the_client_said_so() -> None:
    flow = shipped("repair-follow-up")
    trigger = flow.schedule.trigger
    assert isinstance(trigger, AfterFlag)
    assert trigger.on == "said_so"
    assert (trigger.sessions, trigger.sessions_if_left) == (1, 2)
    assert timedelta(hours=8) < trigger.after < timedelta(days=1)
    repair = flow.step("repair")
    assert isinstance(repair, ChoiceStep)
    assert [option.id for option in repair.options] == [
        *("not_yet", "partly", "yes_better", "no_matter"),
    ]


def test_each_of_the_others_comes_when_it_should() -> None:
    assert isinstance(shipped("before-session").schedule.trigger, BeforeTherapySession)
    assert shipped("between").schedule.trigger == AfterTherapySession(timedelta(days=4))
    assert shipped("weekly-review").schedule.trigger == Weekly((5,), time(11, 0))
    for name in ("first-session", "goals", "ending", *INSTRUMENTS):
        assert isinstance(shipped(name).schedule.trigger, OnRequest)


@pytest.mark.parametrize("name", sorted(INSTRUMENTS))
def test_an_instrument_counts_every_item_from_nought_to_three(name: str) -> None:
    flow = shipped(name)
    items = [step for step in flow.steps if isinstance(step, ScaleStep)]
    (score,) = flow.scores
    assert score.of == tuple(step.id for step in items)
    assert len(items) == INSTRUMENTS[name]
    assert all([value for value, _ in step.labels] == [0, 1, 2, 3] for step in items)
    assert (score.method, score.missing, score.most_missing) == ("sum", "mean", 1)
    assert score.reversed == ()
    assert score.measures == name.replace("-", "")


def test_bands_begin_where_the_literature_lets_them() -> None:
    begins = {name: [b.from_score for b in shipped(name).scores[0].bands] for name in INSTRUMENTS}
    assert begins == {"phq-8": [0, 5, 10, 15, 20], "gad-7": [0, 5, 10, 15]}


def test_no_item_asks_about_wanting_to_die() -> None:
    for name in INSTRUMENTS:
        said = " ".join(text for _, text in texts(name)).lower()
        assert not re.search(r"better off dead|hurting yourself|lieber tot|leid zufügen", said)


def test_measures_are_spelt_as_digest_and_signals_read_them() -> None:
    measured = set(steps_by_measure())
    items = {measure for measure in measured if measure.startswith(("phq8.", "gad7."))}
    assert measured - items == IN_THE_DIGEST | STRAIN | set(ALLIANCE_MEASURES) | OTHERS
    assert len(items) == sum(INSTRUMENTS.values())


def test_no_other_measure_hides_behind_a_section_of_the_digest() -> None:
    taken = tuple(IN_THE_DIGEST)
    begun = {measure for measure in steps_by_measure() if measure.startswith(taken)}
    assert begun == IN_THE_DIGEST


def test_what_is_measured_alike_is_asked_alike() -> None:
    for measure, steps in steps_by_measure().items():
        assert len({step.kind for step in steps}) == 1, measure
        bounds = {(s.min, s.max, s.low, s.high) for s in steps if isinstance(s, ScaleStep)}
        assert len(bounds) <= 1, measure
    for shared in ("well", "hard", "topic"):
        asked = {shipped(name).step(shared).ask for name in ("mid-week", "weekly-review")}
        assert len(asked) == 1


def test_the_library_is_checked_in_half_a_second() -> None:
    shipped.cache_clear()
    before = process_time()
    flows = [shipped(name) for name in NAMES]
    found = check_together(flows)
    assert process_time() - before < 0.5
    assert found == ()
