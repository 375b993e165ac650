"""Every code of the catalogue: a file that is broken in this one way, and where it is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.script import CATALOGUE, Flow, PackText, Problem, check_together, parse
from flows.script.decoding import decode
from flows.script.measured_together import Written, check_measures

BROKEN = Path(__file__).parent / "broken"
PLACES = {
    "F001": (12, 8),
    "F002": (11, 11),
    "F003": (13, 24),
    "F010": (13, 5),
    "F011": (10, 1),
    "F012": (8, 6),
    "F013": (12, 8),
    "F014": (6, 11),
    "F015": (1, 12),
    "F016": (14, 1),
    "F020": (16, 6),
    "F021": (2, 6),
    "F022": (23, 9),
    "F023": (23, 19),
    "F024": (14, 9),
    "F025": (20, 12),
    "F026": (18, 19),
    "F027": (1, 1),
    "F028": (26, 15),
    "F029": (1, 1),
    "F030": (14, 10),
    "F031": (15, 10),
    "F032": (14, 5),
    "F033": (15, 23),
    "F034": (13, 10),
    "F035": (15, 39),
    "F036": (13, 55),
    "F037": (13, 15),
    "F040": (13, 28),
    "F041": (13, 25),
    "F042": (3, 17),
    "F043": (19, 20),
    "F050": (23, 14),
    "F051": (24, 1),
    "F052": (24, 9),
    "F053": (23, 9),
    "F060": (9, 10),
    "F061": (8, 6),
    "F062": (7, 9),
    "F063": (9, 11),
    "F064": (10, 8),
    "F065": (10, 19),
    "F066": (1, 1),
    "F067": (1, 1),
    "F068": (7, 8),
    "F069": (7, 11),
    "F070": (14, 7),
    "F071": (12, 8),
    "F072": (24, 6),
    "F073": (22, 6),
    "F074": (20, 1),
    "F075": (31, 18),
    "F076": (27, 10),
    "F077": (19, 8),
    "F078": (27, 18),
    "F079": (19, 1),
    "F080": (15, 21),
    "F081": (19, 10),
    "F082": (13, 11),
    "F083": (22, 13),
    "F084": (10, 1),
    "F085": (18, 12),
    "F086": (19, 9),
    "F087": (17, 12),
    "F090": (7, 32),
    "F091": (28, 3),
    "F100": (14, 7),
    "F101": (7, 6),
    "F102": (7, 6),
    "F110": (4, 8),
    "F111": (4, 8),
}
TOGETHER = ("F027", "F029", "F066", "F067")
"""Codes that only show beside another flow; they stand at the top of the file."""
MEASURED = ("F085", "F086", "F087")
"""Codes that show once it is known what is measured elsewhere."""
OTHER = """language = 1
id = "goals"
title.en = "Goals"
[schedule]
trigger = "weekly"
days = ["wed"]
at = "18:00"
[[step]]
id = "words"
kind = "text"
ask.en = "What matters to you?"
"""
PACKS = {"lamp-3": PackText("lamp-3.toml", 'pack = "lamp-3"\n[step.q9]\nask.en = "How bright?"\n')}


def path_of(code: str) -> Path:
    return BROKEN / f"{code.lower()}-{CATALOGUE[code].title}.toml"


def flow_of(text: str) -> Flow:
    flow = parse(text, "x").flow
    assert flow is not None
    return flow


def problems_of(code: str) -> tuple[Problem, ...]:
    path = path_of(code)
    text = decode(path.read_bytes(), path.name)
    if isinstance(text, Problem):
        return (text,)
    if code in TOGETHER:
        flow = flow_of(text)
        return check_together([flow_of(OTHER), flow], paths={flow.fingerprint: path.name})
    parsed = parse(text, path.name, PACKS)
    if code in MEASURED:
        assert parsed.flow is not None and parsed.places is not None
        written = Written(parsed.flow, path.name, parsed.places)
        return (*parsed.problems, *check_measures([written], [flow_of(OTHER)]))
    return parsed.problems


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_broken_file_is_reported_once_in_its_place_with_what_to_do(code: str) -> None:
    problems, entry = problems_of(code), CATALOGUE[code]
    (problem,) = (one for one in problems if one.code == code)
    assert (problem.line, problem.column) == PLACES[code]
    assert [one.code for one in problems] == [code] or code == "F091"
    start = f"{code.lower()}-{entry.title}.toml:{problem.line}:{problem.column}: {code} "
    assert str(problem).startswith(start)
    assert str(problem).endswith(f"{problem.message} {problem.hint}")
    assert problem.message and problem.hint
    assert problem.severity == entry.severity
    if code not in (*TOGETHER, *MEASURED, "F003"):
        flow = parse(path_of(code).read_text("utf-8"), "x", PACKS).flow
        assert (flow is None) == (entry.severity == "error")


def test_no_broken_file_is_left_over() -> None:
    names = {f"{entry.code.lower()}-{entry.title}.toml" for entry in CATALOGUE.values()}
    assert {path.name for path in BROKEN.glob("*.toml")} == names


def test_all_mistakes_are_reported_at_once() -> None:
    text = """language = 2
title.en = "x"
[schedule]
trigger = "weekly"
days = ["wednesday"]
at = 18:00:00
[[step]]
id = "Mood"
kind = "scale"
min = 5
max = 1
ask.en = "How {are you?"
"""
    codes = [problem.code for problem in parse(text, "x").problems]
    assert sorted(codes) == sorted(
        ["F015", "F011", "F062", "F012", "F021", "F070", "F011", "F011", "F041"]
    )
