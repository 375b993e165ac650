"""Every kind of step that is listed: its module, its sample, its words, its refusals.

Whoever adds a kind is led by these: a kind that lacks something fails here, by name.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import flows.kinds
from bot.texts import shipped
from flows.authoring.words import Words
from flows.engine.check_in import Names
from flows.engine.events import AnswerRefused, CheckInFinished, PromptAsked
from flows.engine.inputs import Confirmed, Skipped, Tapped, Typed
from flows.engine.state import from_json, to_json
from flows.engine.turn import resume, start
from flows.kinds.keys import Keys, own_keys
from flows.kinds.kind import Fits, Kind, Refused, Sample
from flows.kinds.registry import BY_NAME, KINDS
from flows.kinds.step import Step
from flows.languages import languages
from flows.script import parse
from flows.script.diff_steps import step_changes
from flows.script.flow import Flow
from flows.script.json_schema import schema
from flows.script.outline import outline
from flows.script.schema import KEY_OF_KINDS
from tests.support.kind_samples import SAMPLES, name_of, text_of

GUIDE = (Path(__file__).parents[3] / "flows" / "README.md").read_text("utf-8")
NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
TODAY = date(2026, 11, 25)
Of = tuple[Kind[Any, Any], Sample]

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.step.kind)
each_sample = pytest.mark.parametrize("of", SAMPLES, ids=name_of)


def flow_of(of: Of) -> Flow:
    parsed = parse(text_of(*of), "sample")
    assert [str(problem) for problem in parsed.problems] == []
    assert parsed.flow is not None
    return parsed.flow


def test_every_kind_in_the_package_is_listed_and_its_module_bears_its_name() -> None:
    found = set()
    for module in pkgutil.iter_modules(flows.kinds.__path__):
        inside = vars(importlib.import_module(f"flows.kinds.{module.name}")).values()
        own = [one for one in inside if inspect.isclass(one) and issubclass(one, Kind)]
        found |= {one for one in own if not inspect.isabstract(one) and one is not Kind}
    assert found == {type(kind) for kind in KINDS}
    for kind in KINDS:
        assert type(kind).__module__ == f"flows.kinds.{kind.step.kind}"
    assert len(BY_NAME) == len(KINDS)


@each_kind
def test_the_guide_has_the_row_of_the_kind(kind: Kind[Any, Any]) -> None:
    names = own_keys(kind.keys)
    keys = kind.keys_in_guide or ", ".join(f"`{name}`" for name in names) or "none"
    assert f"| `{kind.step.kind}` | {kind.does} | {keys} |" in GUIDE.splitlines()
    for name in names:
        assert f"`{name}`" in keys


def test_a_key_of_several_kinds_is_the_same_in_all() -> None:
    owners: dict[str, set[type[Keys]]] = {}
    for kind in KINDS:
        for key in own_keys(kind.keys):
            owner = next(one for one in kind.keys.__mro__ if key in one.__annotations__)
            owners.setdefault(key, set()).add(owner)
    assert {key: len(classes) for key, classes in owners.items()} == dict.fromkeys(KEY_OF_KINDS, 1)


@each_kind
def test_what_may_be_missing_has_an_example(kind: Kind[Any, Any]) -> None:
    needed = {*kind.needed, *(kind.either[0] if kind.either else ())}
    assert needed == kind.examples.keys()
    for key in needed:
        lines = kind.samples[0].keys.splitlines()
        left = "\n".join(line for line in lines if not re.match(rf"{key}\b", line))
        problems = parse(text_of(kind, replace(kind.samples[0], keys=left)), "x").problems
        assert "F011" in {problem.code for problem in problems}, key


@each_sample
def test_a_sample_is_a_clean_step_and_fits_the_schema(of: Of) -> None:
    import tomllib

    flow = flow_of(of)
    assert type(flow.step("it")) is of[0].step
    assert list(Draft202012Validator(schema()).iter_errors(tomllib.loads(text_of(*of)))) == []


@each_sample
def test_a_sample_takes_and_refuses_what_it_says(of: Of) -> None:
    kind, sample = of
    step = flow_of(of).step("it")
    for reply, value in sample.fitting:
        assert kind.accept(step, reply, "en", TODAY) == Fits(value), reply
        for language in languages():
            assert kind.show(step, value, language)
            assert kind.report(step, value, language)
    for reply, why in sample.refused:
        assert kind.accept(step, reply, "en", TODAY) == Refused(why), reply


@each_kind
def test_each_refusal_of_a_kind_stands_in_a_sample_and_has_its_words(kind: Kind[Any, Any]) -> None:
    source = inspect.getsource(importlib.import_module(type(kind).__module__))
    refusals = set(re.findall(r'Refused\("(\w+)"\)', source))
    shown = {why for sample in kind.samples for _, why in sample.refused}
    assert refusals <= shown
    for why in shown:
        for language in languages():
            assert shipped().say(language, f"client.refused_{why}")


@each_sample
def test_a_sample_goes_through_a_check_in(of: Of) -> None:
    """Its fitting replies let the next step pass or not; its state is reloaded each time."""
    kind, sample = of
    flow = flow_of(of)
    opened = start(flow, language="en", names=Names(), now=NOW, seed=1).check_in
    at_it = resume(flow, opened, Skipped(0), now=NOW)
    if not kind.asks:
        (asked,) = [event.prompt for event in at_it.events if isinstance(event, PromptAsked)]
        assert (asked.step_id, asked.lead) == ("after", ("And it?",))
        return
    assert sample.fitting
    for reply, value in sample.fitting:
        received = Tapped(1, reply) if isinstance(reply, int) else Typed(reply)
        turn = resume(flow, from_json(to_json(at_it.check_in)), received, now=NOW)
        kept = from_json(to_json(turn.check_in)).answer("it")
        assert kept is not None and kept.value == value
        assert turn.check_in.at == "after" or isinstance(turn.events[-1], CheckInFinished)
    for reply, why in sample.refused:
        if not (kind.is_ticked and isinstance(reply, int)):
            received = Tapped(1, reply) if isinstance(reply, int) else Typed(reply)
            first = resume(flow, at_it.check_in, received, now=NOW).events[0]
            assert isinstance(first, AnswerRefused) and first.refusal == why


@each_sample
def test_a_sample_is_described(of: Of) -> None:
    kind = of[0]
    flow = flow_of(of)
    step = flow.step("it")
    for language in languages():
        lines = outline(flow, language)
        assert any(f"it ({kind.called}" in line for line in lines)
        if said := kind.describe(step, language):
            assert any(said in line for line in lines)
    assert list(step_changes(step, step)) == []


OTHERS = {int: 977, float: 977.5, bool: None, time: time(3, 33), str: "other"}


@each_sample
def test_every_part_of_a_step_is_seen_when_versions_are_compared(of: Of) -> None:
    step = flow_of(of).step("it")
    shared = {field.name for field in fields(Step)}
    for field in fields(step):
        if field.name not in shared:
            changed = replace(step, **{field.name: _other(getattr(step, field.name))})
            assert _told(of[0], changed) != _told(of[0], step), field.name


def _other(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, Words) or value is None:
        return Words((("en", "other"), ("de", "anders")))
    if isinstance(value, tuple):
        return value[1:] if value else ((1, Words((("en", "other"),))),)
    return OTHERS[type(value)]


def _told(kind: Kind[Any, Any], step: Step) -> object:
    return kind.limits(step), kind.labels(step), kind.options(step), kind.better(step)


@each_sample
def test_an_answer_that_can_be_given_may_be_named_in_a_condition(of: Of) -> None:
    """A story's answer, a condition's literal and a stored answer are one and the same."""
    kind, sample = of
    flow = flow_of(of)
    for _, value in sample.fitting if not kind.is_free else ():
        named = list(value) if isinstance(value, tuple) else [value]
        written = ", ".join(_toml(one) for one in named)
        text = text_of(kind, replace(sample, condition="")) + f"only_if.it = [{written}]\n"
        assert [str(problem) for problem in parse(text, "x").problems] == []
    for value, word in kind.branches(flow.step("it")):
        assert word
        assert any(value in (v if isinstance(v, tuple) else (v,)) for v in _values(kind, flow))


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool | int | float) else f'"{value}"'


def _values(kind: Kind[Any, Any], flow: Flow) -> list[Any]:
    """The answers that the buttons give, ticked alone where options are ticked."""
    step = flow.step("it")
    found = []
    for place in range(len(kind.ask(step, "en").choices)):
        ticked = kind.answer_of(step, (place,)) if kind.is_ticked else None
        read = ticked or kind.accept(step, place, "en", TODAY)
        assert isinstance(read, Fits)
        found.append(read.value)
    return found


@each_sample
def test_what_may_be_typed_for_a_button_is_read_as_the_button(of: Of) -> None:
    kind, step = of[0], flow_of(of).step("it")
    for language in languages():
        asked = kind.ask(step, language)
        for place, typed in enumerate(asked.typed or asked.choices):
            alone = kind.answer_of(step, (place,)) if kind.is_ticked else None
            tapped = alone or kind.accept(step, place, language, TODAY)
            assert kind.accept(step, typed, language, TODAY) == tapped


def test_options_are_ticked_and_confirmed() -> None:
    of = next(one for one in SAMPLES if one[0].is_ticked)
    flow = flow_of(of)
    turn = start(flow, language="en", names=Names(), now=NOW, seed=1)
    for received in (Skipped(0), Tapped(1, 2), Tapped(1, 0), Confirmed(1)):
        turn = resume(flow, from_json(to_json(turn.check_in)), received, now=NOW)
    kept = turn.check_in.answer("it")
    assert kept is not None and kept.value == ("a", "c")
