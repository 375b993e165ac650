"""Every public function of storage is called by the software, not by its tests alone."""

from __future__ import annotations

import ast

Modules = dict[str, ast.Module]
# Functions that only tests call, and why they stay.
UNCALLED = {
    "storage.migrate.drift": "it compares the tables with the migrations, so it lies beside both",
}


def module_of(path: str) -> str:
    """The dotted name of the module at this path."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported_in(tree: ast.Module) -> dict[str, str]:
    """The dotted name behind each name that a module imports from another."""
    return {
        name.asname or name.name: f"{each.module}.{name.name}"
        for each in ast.walk(tree)
        if isinstance(each, ast.ImportFrom)
        for name in each.names
    }


def called_in(module: str, tree: ast.Module) -> set[str]:
    """The dotted names that a module uses, by whatever name it imported them."""
    origin = imported_in(tree)
    found: set[str] = set()
    for each in ast.walk(tree):
        if isinstance(each, ast.Name):
            found |= {origin.get(each.id, ""), f"{module}.{each.id}"}
        elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            found.add(f"{origin.get(each.value.id, '')}.{each.attr}")
    return found


def uncalled(modules: Modules) -> set[str]:
    """The public functions of storage that no module of the three packages uses."""
    offered = {
        f"{module_of(path)}.{each.name}"
        for path, tree in modules.items()
        if path.startswith("storage/") and "/migrations/" not in path
        for each in tree.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name[0] != "_"
    }
    by_name = {module_of(path): tree for path, tree in modules.items()}
    called = {name for module, tree in by_name.items() for name in called_in(module, tree)}
    passed_on = {
        f"{module}.{name}": origin
        for module, tree in by_name.items()
        for name, origin in imported_in(tree).items()
    }
    return offered - called - {passed_on[name] for name in called & passed_on.keys()}


def test_storage_offers_nothing_that_only_tests_use(modules: Modules) -> None:
    assert uncalled(modules) == UNCALLED.keys()


def test_a_function_is_found_uncalled_until_it_is_called_by_any_name() -> None:
    offering = ast.parse("def find(tx):\n    return 1\n")
    other = ast.parse("from storage import people as stored\n\nstored.find\n")
    direct = ast.parse("from storage.people import find as by_id\n\nby_id\n")
    passing_on = ast.parse("from storage.people import find\n")
    through = ast.parse("from storage import outbox\n\noutbox.find\n")
    alone = {"storage/people.py": offering}
    assert uncalled(alone) == {"storage.people.find"}
    assert uncalled({**alone, "bot/a.py": other}) == set()
    assert uncalled({**alone, "bot/a.py": direct}) == set()
    passed = {**alone, "storage/outbox.py": passing_on}
    assert uncalled(passed) == {"storage.people.find"}
    assert uncalled({**passed, "bot/a.py": through}) == set()
