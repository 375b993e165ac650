"""Every module may be the first that is imported: none needs what needs it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

Modules = dict[str, ast.Module]


def _name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _at_import(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that are done with the module's own, and not for the type checker alone."""
    for each in body:
        if isinstance(each, ast.Import | ast.ImportFrom):
            yield each
        elif isinstance(each, ast.If) and "TYPE_CHECKING" not in ast.unparse(each.test):
            yield from _at_import([*each.body, *each.orelse])
        elif isinstance(each, ast.Try):
            yield from _at_import([*each.body, *each.orelse, *each.finalbody])


def _needed(importer: str, module: ast.Module, known: set[str]) -> Iterator[str]:
    """The modules that are run before this one has been, with their packages, apart from its own:
    these are being run already.
    """
    for each in _at_import(module.body):
        if isinstance(each, ast.Import):
            named = [alias.name for alias in each.names]
        else:
            named = [f"{each.module}.{alias.name}" for alias in each.names]
        for name in named:
            parts = name.split(".")
            for end in range(1, len(parts) + 1):
                found = ".".join(parts[:end])
                if found in known and not f"{importer}.".startswith(f"{found}."):
                    yield found


def cycle(modules: Modules) -> list[str]:
    """Modules that need one another, in a ring; empty where none do."""
    named = {_name(path): module for path, module in modules.items()}
    needed = {name: set(_needed(name, module, set(named))) for name, module in named.items()}
    try:
        TopologicalSorter(needed).prepare()
    except CycleError as found:
        return [str(name) for name in found.args[1]]
    return []


def test_no_module_needs_what_needs_it(modules: Modules) -> None:
    assert cycle(modules) == []


def test_a_ring_through_a_package_is_found() -> None:
    ring = {
        "a/__init__.py": "",
        "a/first.py": "from a.b.answers import one",
        "a/b/__init__.py": "from a.b import second",
        "a/b/answers.py": "import a.b",
        "a/b/second.py": "from a.first import Two",
    }
    parsed = {path: ast.parse(text) for path, text in ring.items()}
    assert set(cycle(parsed)) == {"a.first", "a.b", "a.b.second"}
    parsed["a/b/second.py"] = ast.parse("def late():\n    from a.first import Two")
    assert cycle(parsed) == []
