"""House rules that no linter knows: docstrings, sizes, the clock, entropy, errors and words."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Modules = dict[str, ast.Module]
Function = ast.FunctionDef | ast.AsyncFunctionDef

LONGEST_MODULE = 400
WRITTEN_BY_MACHINE = {"bot/texts/keys.py"}
"""One line a text: as long as there are texts, and nobody reads it."""
# Where a broad ``except`` is right, and why: the one place where a failure is put aside and kept.
BROAD_EXCEPT: dict[str, str] = {}
CLOCK_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "date.today",
    "datetime.date.today",
}
REFUSED_WORDS = {
    "survey",
    "surveys",
    "questionnaire",
    "questionnaires",
    "job",
    "jobs",
    "node",
    "nodes",
    "user",
    "users",
    "util",
    "utils",
    "helper",
    "helpers",
    "manager",
    "common",
}
REFUSED_BEGINNINGS = ("get_", "process_")
# Names that a library we build on wants: string.Formatter, SQLAlchemy's TypeDecorator.
LIBRARY_NAMES = {
    "get_command",
    "get_field",
    "get_value",
    "process_bind_param",
    "process_result_value",
}
OTHER_SESSIONS = re.compile(r"(db|database|sql|orm|async|http|client|chat|bot|web)_sessions?$")
# Telegram's own words are right where its objects are built or taken apart.
TELEGRAM_WORDS = {"user", "users"}
TELEGRAM_PLACES = ("bot/chat/", "bot/sandbox/")


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of a name or an attribute; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def functions(tree: ast.AST) -> Iterator[Function]:
    return (each for each in ast.walk(tree) if isinstance(each, Function))


def classes(tree: ast.AST) -> Iterator[ast.ClassDef]:
    return (each for each in ast.walk(tree) if isinstance(each, ast.ClassDef))


def public(name: str) -> bool:
    return not name.startswith("_")


def without_docstring(path: str, tree: ast.Module, documented: set[str]) -> Iterator[str]:
    """Find what lacks a docstring; a method may rely on one of its name documented elsewhere."""
    if not ast.get_docstring(tree):
        yield path
    for each in tree.body:
        if isinstance(each, Function) and public(each.name) and not ast.get_docstring(each):
            yield f"{path}:{each.lineno} {each.name}"
    for owner in classes(tree):
        if not ast.get_docstring(owner):
            yield f"{path}:{owner.lineno} {owner.name}"
        for each in owner.body if public(owner.name) else ():
            if isinstance(each, Function) and public(each.name) and each.name not in documented:
                yield f"{path}:{each.lineno} {owner.name}.{each.name}"


def broad_handlers(tree: ast.Module) -> Iterator[int]:
    """Lines that catch everything and do not raise it again, ``suppress`` included."""
    broad = {"Exception", "BaseException"}
    for each in ast.walk(tree):
        if isinstance(each, ast.ExceptHandler):
            caught = each.type.elts if isinstance(each.type, ast.Tuple) else [each.type]
            wide = any(kind is None or dotted(kind) in broad for kind in caught)
            again = isinstance(each.body[-1], ast.Raise) and each.body[-1].exc is None
            if wide and not again:
                yield each.lineno
        elif isinstance(each, ast.Call) and dotted(each.func).rpartition(".")[2] == "suppress":
            yield from [each.lineno for kind in each.args if dotted(kind) in broad]


def defined_names(path: str, tree: ast.Module) -> Iterator[str]:
    """The names that a module brings into the world: its own, classes, functions, fields."""
    yield Path(path).stem
    for each in functions(tree):
        yield each.name
    for owner in classes(tree):
        yield owner.name
        for part in owner.body:
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                yield part.target.id


def words(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name, in lower case."""
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def refusal(path: str, name: str) -> str | None:
    """Say why the house refuses a name, or None."""
    refused = words(name) & REFUSED_WORDS
    if path.startswith(TELEGRAM_PLACES):
        refused -= TELEGRAM_WORDS
    if refused:
        return f"the word {min(refused)}"
    if name.startswith(REFUSED_BEGINNINGS) and name not in LIBRARY_NAMES:
        return "its beginning"
    return "another kind of session" if OTHER_SESSIONS.search(name.lower()) else None


def random_misuse(tree: ast.Module) -> Iterator[int]:
    """Lines that use ``random`` in any way but ``random.Random(seed)``."""
    seeded = {
        id(each.func)
        for each in ast.walk(tree)
        if isinstance(each, ast.Call) and dotted(each.func) == "random.Random" and each.args
    }
    kinds = {
        id(each.annotation)
        for each in ast.walk(tree)
        if isinstance(each, ast.arg | ast.AnnAssign) and each.annotation is not None
    } | {id(each.returns) for each in functions(tree)}
    for each in ast.walk(tree):
        if isinstance(each, ast.ImportFrom) and each.module == "random":
            yield each.lineno
        elif isinstance(each, ast.Attribute) and dotted(each).startswith("random."):
            yield from [each.lineno] if id(each) not in seeded | kinds else []


def test_everything_public_has_a_docstring(modules: Modules) -> None:
    documented = {
        each.name
        for tree in modules.values()
        for owner in classes(tree)
        for each in owner.body
        if isinstance(each, Function) and ast.get_docstring(each)
    }
    bare = [
        found
        for path, tree in modules.items()
        for found in without_docstring(path, tree, documented)
    ]
    assert not bare, "\n".join(bare)


def test_no_docstring_begins_with_a_question_word(modules: Modules) -> None:
    """A docstring begins with its verb or its noun; so does a string under a constant or field."""
    asks = ("Who", "What", "Whether", "How", "Where", "When", "Which", "Why")
    found = [
        f"{path}:{each.lineno}"
        for path, tree in modules.items()
        for each in ast.walk(tree)
        if isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Constant)
        and isinstance(text := each.value.value, str)
        and text.split(None, 1)[0].removesuffix("ever") in asks
    ]
    assert not found, found


def test_modules_are_short(modules: Modules) -> None:
    by_hand = modules.keys() - WRITTEN_BY_MACHINE
    lengths = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in by_hand}
    assert {path: n for path, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_functions_are_short(modules: Modules) -> None:
    lengths = [
        (each.end_lineno or each.lineno) - each.lineno + 1
        for tree in modules.values()
        for each in functions(tree)
    ]
    assert statistics.median(lengths) <= 9
    assert statistics.quantiles(lengths, n=10)[-1] <= 30


def test_only_the_clock_reads_the_time(modules: Modules) -> None:
    found = []
    for path, tree in modules.items():
        if path == "bot/clock.py":
            continue
        for each in ast.walk(tree):
            imported = (
                {alias.name for alias in each.names} if isinstance(each, ast.Import) else set()
            )
            origin = each.module if isinstance(each, ast.ImportFrom) else None
            called = dotted(each.func) if isinstance(each, ast.Call) else ""
            if "time" in imported or origin == "time" or called in CLOCK_CALLS:
                found.append(f"{path}:{getattr(each, 'lineno', 0)}")
    assert not found, "\n".join(found)


def test_no_error_is_caught_blindly(modules: Modules) -> None:
    found = [
        f"{path}:{line}"
        for path, tree in modules.items()
        if path not in BROAD_EXCEPT
        for line in broad_handlers(tree)
    ]
    assert not found, "\n".join(found)


def test_every_exception_to_that_is_needed(modules: Modules) -> None:
    assert [path for path in BROAD_EXCEPT if not any(broad_handlers(modules[path]))] == []


def test_flows_draw_only_from_a_seed(modules: Modules) -> None:
    found = [
        f"{path}:{line}"
        for path, tree in modules.items()
        if path.startswith("flows/")
        for line in random_misuse(tree)
    ]
    assert not found, "\n".join(found)


def test_names_keep_to_the_glossary(modules: Modules) -> None:
    found = [
        f"{path}: {name} ({why})"
        for path, tree in modules.items()
        for name in defined_names(path, tree)
        if (why := refusal(path, name))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "name", "refused"),
    [
        ("flows/x.py", "SurveyStep", True),
        ("flows/x.py", "next_job", True),
        ("bot/services/x.py", "user_id", True),
        ("bot/sandbox/x.py", "user_id", False),
        ("bot/x.py", "get_care", True),
        ("storage/x.py", "db_session", True),
        ("storage/x.py", "therapy_session", False),
        ("storage/x.py", "nodding", False),
        ("bot/x.py", "text_utils", True),
    ],
)
def test_the_glossary_rule_itself(path: str, name: str, refused: bool) -> None:
    assert (refusal(path, name) is not None) is refused


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("try:\n    f()\nexcept:\n    pass", [3]),
        ("try:\n    f()\nexcept (ValueError, Exception) as e:\n    log(e)", [3]),
        ("try:\n    f()\nexcept BaseException:\n    undo()\n    raise", []),
        ("try:\n    f()\nexcept ValueError:\n    pass", []),
        ("with contextlib.suppress(Exception):\n    f()", [1]),
    ],
)
def test_the_rule_on_errors_itself(code: str, lines: list[int]) -> None:
    assert list(broad_handlers(ast.parse(code))) == lines


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("import random\nx = random.Random(seed)", []),
        ("import random\ndef f(r: random.Random) -> random.Random: ...", []),
        ("import random\nx = random.Random()", [2]),
        ("import random\nx = random.choice(y)", [2]),
        ("from random import choice", [1]),
    ],
)
def test_the_rule_on_entropy_itself(code: str, lines: list[int]) -> None:
    assert list(random_misuse(ast.parse(code))) == lines
