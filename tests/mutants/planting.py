"""Small faults in a module's text, and the import that finds the changed text.

Used by ``python -m tests.mutants``. A fault changes one deciding place: a comparison, a ``not``, an
``and``, a number, a condition, or what a function returns at once. Texts and logs are left alone.
"""

from __future__ import annotations

import ast
import copy
import importlib.abc
import importlib.machinery
import sys
from dataclasses import dataclass
from types import ModuleType

_OTHER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A module with another text, and the tests that should notice."""

    file: str
    name: str
    text: str
    tests: tuple[str, ...]

    def lie_in_wait(self) -> None:
        """Whoever imports the module from now on in this process gets the fault."""
        sys.meta_path.insert(0, _Finder(self))


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self._name = fault.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find the module that has the fault, and no other."""
        if fullname != self._name:
            return None
        is_package = self._fault.file.endswith("__init__.py")
        spec = importlib.machinery.ModuleSpec(fullname, self, is_package=is_package)
        spec.origin, spec.has_location = self._fault.file, True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed text in place of the file's."""
        exec(compile(self._fault.text, self._fault.file, "exec"), module.__dict__)


def find_places(text: str) -> list[tuple[int, int]]:
    """The places at which a fault may be planted in a module, each with the number of its way."""
    nodes = enumerate(ast.walk(ast.parse(text)))
    return [
        (at, way) for at, node in nodes for way in range(2) if _change(copy.deepcopy(node), way)
    ]


def plant(text: str, place: tuple[int, int]) -> tuple[str, str]:
    """The fault's name (its line, what was, what is), and the module's text with it."""
    at, way = place
    tree = ast.parse(text)
    node = next(each for number, each in enumerate(ast.walk(tree)) if number == at)
    was = ast.unparse(node)[:60]
    _change(node, way)
    name = f"{getattr(node, 'lineno', 0)}: {was} -> {ast.unparse(node)[:60]}"
    return " ".join(name.split()), ast.unparse(tree)


def _change(node: ast.AST, number: int) -> bool:
    """Change the node in the way of this number; False where there is no such way."""
    if isinstance(node, ast.Compare) and number == 0:
        node.ops[0] = _OTHER[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp) and number == 0:
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.BoolOp) and number == 1:
        node.values = node.values[:-1] if len(node.values) > 2 else [node.values[0]] * 2
    elif isinstance(node, ast.If | ast.IfExp) and number == 0:
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, ast.comprehension) and node.ifs and number == 0:
        node.ifs = node.ifs[1:]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub) and number == 0:
        node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
    elif isinstance(node, ast.Return) and _is_bool(node.value) and number == 0:
        node.value = ast.Constant(not node.value.value)  # type: ignore[union-attr]
    elif isinstance(node, ast.keyword) and _is_bool(node.value) and number == 0:
        node.value = ast.Constant(not node.value.value)  # type: ignore[attr-defined]
    else:
        return False
    return True


def _is_bool(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)
