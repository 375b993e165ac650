"""The schema for editors says what the parser says, on shipped files and on broken ones."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from flows.languages import languages
from flows.script import CATALOGUE, PackText, Problem, parse
from flows.script.decoding import decode
from flows.script.json_schema import SENTENCES, STRUCTURAL, schema, schema_text
from flows.script.schema import KEYS_OF_KIND
from flows.triggers.registry import BY_NAME

LIBRARY = Path(__file__).parents[3] / "flows" / "library"
BROKEN = sorted((Path(__file__).parent / "broken").rglob("*.toml"))
SHIPPED = sorted(LIBRARY.glob("*.toml"))
UNREADABLE = {"F001", "F090", "F091"}
"""Files that no TOML reader or no editor would get through; they are not about the shape."""


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema())


def refusals(validator: Draft202012Validator, text: str) -> list[str]:
    return [error.message for error in validator.iter_errors(tomllib.loads(text))]


def test_the_file_for_editors_is_up_to_date() -> None:
    assert (LIBRARY / "flow.schema.json").read_text("utf-8") == schema_text(), (
        "write it anew: interlude flows schema --out flows/library/flow.schema.json"
    )


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_flow_names_the_schema_and_fits_it(
    path: Path, validator: Draft202012Validator
) -> None:
    text = path.read_text("utf-8")
    assert text.splitlines()[0] == "#:schema ./flow.schema.json"
    assert refusals(validator, text) == []


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_schema_and_parser_agree_on_a_broken_file(
    path: Path, validator: Draft202012Validator
) -> None:
    text = decode(path.read_bytes(), path.name)
    if isinstance(text, Problem):
        return
    codes = {problem.code for problem in parse(text, path.name).problems}
    if codes & UNREADABLE:
        return
    assert bool(refusals(validator, text)) == bool(codes & STRUCTURAL), codes


def test_every_structural_code_has_a_broken_file() -> None:
    names = {path.stem.partition("-")[0].upper() for path in BROKEN}
    assert names >= STRUCTURAL
    assert CATALOGUE.keys() >= STRUCTURAL


def test_each_kind_and_trigger_can_be_completed() -> None:
    found = schema()
    tables = found["$defs"]
    assert tables["StepShape"]["properties"]["kind"]["enum"] == list(KEYS_OF_KIND)
    assert tables["ScheduleShape"]["properties"]["trigger"]["enum"] == list(BY_NAME)


def test_every_key_is_explained_and_no_other() -> None:
    found = schema()
    tables = [found, *found["$defs"].values()]
    keys = {key for table in tables for key in table.get("properties", {})}
    assert keys == SENTENCES.keys() | set(languages())


def test_a_flow_with_a_pack_may_lack_its_words_but_not_its_licence(
    validator: Draft202012Validator,
) -> None:
    words = 'ask.en = "How?"\nlow.en = "bad"\nhigh.en = "good"\n'
    step = '[[step]]\nid = "q1"\nkind = "scale"\nmin = 0\nmax = 3\n'
    text = (
        'language = 1\nid = "own"\npack = "own"\nlicence = "Somebody"\ntitle.en = "Own"\n'
        f'[schedule]\ntrigger = "on_request"\n{step}'
    )
    packs = {"own": PackText("own.toml", f'pack = "own"\n[step.q1]\n{words}')}
    assert parse(text, "x", packs).problems == ()
    assert refusals(validator, text) == []
    unlicensed = text.replace('licence = "Somebody"\n', "")
    assert [problem.code for problem in parse(unlicensed, "x", packs).problems] == ["F011"]
    assert refusals(validator, unlicensed)
    unpacked = unlicensed.replace('pack = "own"\n', "")
    assert {problem.code for problem in parse(unpacked, "x").problems} == {"F011"}
    assert refusals(validator, unpacked)
    assert refusals(validator, unpacked + words) == []


@pytest.mark.parametrize(
    ("given", "instead"),
    [
        ('at = "18:00"', 'at = "6 pm"'),
        ('days = ["wed"]', 'days = ["Wednesday"]'),
        ('trigger = "weekly"', 'trigger = "daily"'),
        ("min = 0", "min = false"),
        ("language = 1", 'language = "1"'),
    ],
)
def test_a_single_slip_in_a_good_file_is_marked(
    given: str, instead: str, validator: Draft202012Validator
) -> None:
    text = (LIBRARY / "mid-week.toml").read_text("utf-8")
    assert given in text
    broken = text.replace(given, instead, 1)
    assert refusals(validator, broken)
    assert any(p.code in STRUCTURAL for p in parse(broken, "x").problems)
