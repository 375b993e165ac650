"""Instrument packs, on an invented instrument: joined, pinned, and refused in plain words."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whole_language import WHOLE

from flows.kinds.scale import ScaleStep
from flows.script import PackText, parse, resolve

FLOW = """# The Lamp scale, invented for this test.
language = 1
id = "lamp"
title.en = "Lamp"
pack = "lamp-2"
licence = "Held by the Lamp Institute; ask them."
[schedule]
trigger = "weekly"
days = ["wed"]
at = "18:00"
expires.idle = "24h"
[[step]]
id = "q1"
kind = "scale"
min = 0
max = 2
[[step]]
id = "q2"
kind = "scale"
min = 0
max = 10
ask.en = "How \\"warm\\" is it?"
[[score]]
id = "glow"
of = ["q1", "q2"]
reversed = ["q2"]
"""
PACK = """pack = "lamp-2"
[step.q1]
ask.en = "How bright is the lamp?"
labels = [{ value = 0, en = "dark" }, { value = 1, en = "dim" }, { value = 2, en = "bright" }]
[step.q2]
low.en = "cold"
high.en = "warm"
[band.glow]
bands = [{ from = 0, en = "dark" }, { from = 6, en = "bright" }]
"""
PACKS = {"lamp-2": PackText("packs/lamp-2.toml", PACK)}


def test_the_words_of_the_pack_come_into_the_flow() -> None:
    parsed = parse(FLOW, "lamp.toml", PACKS)
    assert parsed.problems == ()
    assert parsed.flow is not None
    q1, q2 = parsed.flow.steps
    assert isinstance(q1, ScaleStep)
    assert isinstance(q2, ScaleStep)
    assert q1.ask.say("en") == "How bright is the lamp?"
    assert [words.say("en") for _, words in q1.labels] == ["dark", "dim", "bright"]
    assert (q2.ask.say("en"), q2.low.say("en")) == ('How "warm" is it?', "cold")
    assert [band.from_score for band in parsed.flow.scores[0].bands] == [0, 6]


def test_the_fingerprint_covers_flow_and_pack() -> None:
    whole = resolve(FLOW, PACKS)
    parsed, again = parse(FLOW, "x", PACKS), parse(whole, "x")
    assert again.problems == ()
    assert again.flow == parsed.flow
    assert again.flow is not None
    assert again.flow.fingerprint == hashlib.sha256(whole.encode()).hexdigest()
    other = {"lamp-2": PackText("p", PACK.replace("warm", "hot"))}
    assert resolve(FLOW, other) != whole
    assert resolve(whole, {}) == whole


def test_a_flow_without_a_pack_stays_as_it_is() -> None:
    assert resolve(WHOLE, PACKS) == WHOLE
    assert resolve("not = [toml", PACKS) == "not = [toml"
    assert resolve(FLOW, {}) == FLOW


REFUSED = [
    (FLOW, PACK.replace("[step.q2]", "[step.q9]"), "F111", 5, "no step `q9`"),
    (FLOW, PACK.replace('low.en = "cold"', 'ask.en = "?"'), "F111", 5, "`ask` of the step `q2`"),
    (FLOW, PACK.replace('low.en = "cold"', "min = 1"), "F111", 5, "`min` of the step `q2`"),
    (FLOW, PACK.replace("[band.glow]", "[band.shine]"), "F111", 5, "bands of `shine`"),
    (FLOW, PACK.replace("lamp-2", "lamp-1"), "F111", 5, "does not say that it is"),
    (FLOW, PACK + "[[[", "F111", 5, "packs/lamp-2.toml:10:"),
    (FLOW, PACK.replace('low.en = "cold"\n', ""), "F011", 17, "`low`"),
    (FLOW, PACK.replace("value = 1", "value = 3"), "F070", 12, "labels"),
    (FLOW.replace('licence = "', '# "'), PACK, "F011", 5, "licence"),
    (FLOW.replace('"lamp-2"', '"lamp-9"'), PACK, "F110", 5, "lamp-9"),
]


@pytest.mark.parametrize(("flow", "pack", "code", "line", "said"), REFUSED)
def test_what_does_not_fit_is_said(flow: str, pack: str, code: str, line: int, said: str) -> None:
    packs = {"lamp-2": PackText("packs/lamp-2.toml", pack)}
    parsed = parse(flow, "lamp.toml", packs)
    assert parsed.flow is None
    assert [(p.code, p.line) for p in parsed.problems] == [(code, line)]
    assert said in parsed.problems[0].message


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damaged_flows_and_packs_never_raise(data: st.DataObject) -> None:
    texts = [FLOW, PACK]
    for place, text in enumerate(texts):
        start = data.draw(st.integers(0, len(text)))
        new = data.draw(st.sampled_from(["", "[]", "{", '"', "x = 1\n", "1" * 5000, "[step]\n"]))
        texts[place] = text[:start] + new + text[start + data.draw(st.integers(0, 20)) :]
    packs = {"lamp-2": PackText("p", texts[1])}
    parsed = parse(texts[0], "x", packs)
    assert (parsed.flow is None) == any(p.severity == "error" for p in parsed.problems)
    whole = resolve(texts[0], packs)
    if parsed.flow is not None:
        assert parse(whole, "x").flow == parsed.flow


def test_a_whole_flow_written_again_means_the_same() -> None:
    packed = WHOLE.replace("default = true", 'pack = "none"\nlicence = "x"\ndefault = true')
    flow = parse(packed, "x", {"none": PackText("p", 'pack = "none"')}).flow
    plain = parse(WHOLE, "x").flow
    assert flow is not None
    assert plain is not None
    assert (flow.steps, flow.schedule, flow.blocks) == (plain.steps, plain.schedule, plain.blocks)
    assert (flow.values, flow.scores, flow.needs) == (plain.values, plain.scores, plain.needs)
