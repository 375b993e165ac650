"""Small faults in the functions of a module, and how a running process gets one.

Used by ``python -m tests.mutants``. A fault changes one deciding place: a comparison, a ``not``, an
``and``, a number, a condition, what a function returns at once, or a call that is left out. Logs,
docstrings, messages of exceptions, what is for the type checker and what stands outside of
functions are left alone.
"""

from __future__ import annotations

import ast
import copy
import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType

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
_NAMES = {min: max, max: min, any: all, all: any}
_SWAPPED = {was.__name__: other.__name__ for was, other in _NAMES.items()}
_LEFT_ALONE = (ast.Raise, ast.Assert, ast.Import, ast.ImportFrom, ast.JoinedStr)
_LOGS = ("log", "_log", "logger", "_logger")
WAYS = 2
"""Most ways in which one place may be changed."""
Defined = ast.FunctionDef | ast.AsyncFunctionDef
Codes = list[tuple[FunctionType, CodeType]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A function with another text: ``name`` says what was and what is."""

    file: str
    function: str
    name: str
    line: int
    code: CodeType
    """The whole module's, with the fault in it."""

    def put_in_place(self) -> Codes:
        """From now on this process runs the function with the fault; ``put_back`` what is returned
        and it runs the sound one. LookupError: it knows none.

        Every name under which the function was imported stays true: only its code changes.
        """
        changed = dict(_functions(self.code))[self.function]
        known = [
            each
            for each in gc.get_objects()
            if isinstance(each, FunctionType)
            and each.__code__.co_qualname == self.function
            and each.__code__.co_filename.endswith("/" + self.file)
        ]
        if not known:
            raise LookupError(f"{self.file}: {self.function} is nowhere in this process")
        return put_back([(each, changed) for each in known])


def put_back(codes: Codes) -> Codes:
    """Each function has that code then; returned is what each had before."""
    before = [(function, function.__code__) for function, _ in codes]
    for function, code in codes:
        function.__code__ = code
    return before


def _functions(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    """The functions and methods of a module; one within another belongs to the outer one."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            if each.co_flags & 2 and "<" not in each.co_name:  # CO_NEWLOCALS: no class body
                yield each.co_qualname, each
            else:
                yield from _functions(each)


def module_of(file: str) -> str:
    """The name under which a file is imported."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def defined(text: str) -> Iterator[tuple[str, Defined]]:
    """The functions and methods of a module's text, each with its qualified name."""
    within: list[tuple[str, ast.AST]] = [("", ast.parse(text))]
    for prefix, outer in within:
        for node in ast.iter_child_nodes(outer):
            if isinstance(node, ast.ClassDef):
                within.append((f"{prefix}{node.name}.", node))
            elif isinstance(node, Defined):
                yield prefix + node.name, node


def in_its_words(file: str, text: str, name: str, was: str, now: str) -> Fault:
    """A fault that somebody wrote down. ValueError: its text stands not once in the file, or it
    changes anything but one function.
    """
    if text.count(was) != 1:
        raise ValueError(f"{name}: stands {text.count(was)} times in {file}")
    before = {each: ast.dump(node) for each, node in defined(text)}
    after = {each: ast.dump(node) for each, node in defined(text.replace(was, now))}
    changed = [each for each in before if before[each] != after.get(each)]
    if len(changed) != 1:
        raise ValueError(f"{name}: changes not one function but {changed}")
    start = text.index(was)
    line = text.count("\n", 0, start + len(was) - len(was.lstrip())) + 1
    return Fault(file, changed[0], name, line, compile(text.replace(was, now), file, "exec"))


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a function that can be changed: the n-th, in this way."""

    function: str
    number: int
    way: int


def spots_in(text: str) -> list[Spot]:
    """Every place of a module's text, from its first line to its last."""
    every = list(defined(text))
    names = [name for name, _ in every]
    return [
        Spot(function, number, way)
        for function, node in every
        if names.count(function) == 1  # a property's two sides share a name: which would be open
        for number, place in enumerate(_places(node))
        for way in range(WAYS)
        if _change(copy.deepcopy(place), way)
    ]


def found_at(file: str, text: str, spot: Spot) -> Fault | None:
    """The fault at a place; None where the function could not be exchanged in a running process,
    since it uses other names from around it than before.
    """
    tree = ast.parse(text)
    within = [tree]
    for part in spot.function.split("."):
        within = [
            each
            for each in ast.iter_child_nodes(within[0])
            if isinstance(each, ast.ClassDef | Defined) and each.name == part
        ]
    place = list(_places(within[0]))[spot.number]  # type: ignore[arg-type]
    line, was = place.lineno, _shown(place)  # type: ignore[attr-defined]
    sound = dict(_functions(compile(text, file, "exec")))[spot.function]
    _change(place, spot.way)
    code = compile(ast.fix_missing_locations(tree), file, "exec")
    if dict(_functions(code))[spot.function].co_freevars != sound.co_freevars:
        return None
    return Fault(file, spot.function, f"{was} -> {_shown(place)}", line, code)


def found_in(file: str, text: str, spots: Iterable[Spot]) -> Iterator[Fault]:
    """The faults at these places of a module."""
    for spot in spots:
        fault = found_at(file, text, spot)
        if fault is not None:
            yield fault


def _shown(node: ast.AST) -> str:
    """One line that says what stands at a place."""
    if isinstance(node, ast.If):
        node = node.test
    return " ".join(ast.unparse(node).split())[:70]


def _places(node: Defined) -> Iterator[ast.AST]:
    """What a function does, without its arguments, types, logs and messages."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        place = waiting.pop(0)
        if isinstance(place, _LEFT_ALONE) or _is_log(place) or _is_for_types(place):
            continue
        if hasattr(place, "lineno"):
            yield place
        inner = ast.iter_child_nodes(place)
        types = [getattr(place, "annotation", None), getattr(place, "returns", None)]
        waiting[:0] = [each for each in inner if all(each is not one for one in types)]


def _is_log(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and isinstance(node.value.func.value, ast.Name)
        and node.value.func.value.id in _LOGS
    )


def _is_for_types(node: ast.AST) -> bool:
    """True of what a type checker reads, and of ``strict``: what a reader may rely on."""
    if isinstance(node, ast.keyword):
        return node.arg == "strict"
    return isinstance(node, ast.Expr) and ast.unparse(node).startswith("assert_never(")


def _change(node: ast.AST, way: int) -> bool:
    """Change the node in the way of this number; False where there is no such way."""
    if isinstance(node, ast.BoolOp) and way == 1:
        node.values = node.values[:-1] if len(node.values) > 2 else [node.values[0]] * 2
        return True
    return way == 0 and (_change_deciding(node) or _change_value(node))


def _change_deciding(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        node.ops[0] = _OTHER[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.If | ast.IfExp):
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp) and _ifs(node):
        node.generators[0].ifs = node.generators[0].ifs[1:]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        node.value = ast.Constant(None)
    else:
        return False
    return True


def _ifs(node: ast.GeneratorExp | ast.ListComp | ast.SetComp) -> list[ast.expr]:
    return node.generators[0].ifs


def _change_value(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        node.value = not node.value
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        node.value += 1
    elif isinstance(node, ast.Name) and node.id in _SWAPPED:
        node.id = _SWAPPED[node.id]
    else:
        return False
    return True
