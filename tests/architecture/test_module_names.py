"""No two modules share a name, unless both are about the same noun: why is said here."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import PurePath

Modules = dict[str, ast.Module]

SAME_NOUN = {
    "answers": "storage keeps answers, the checks say which of them can ever be given",
    "audit": "the command, and the trail that storage keeps",
    "characters": "the characters that mislead, and the check that no text holds them",
    "check_ins": "the service runs check-ins, storage keeps them",
    "conditions": "what a condition is, and the checks of conditions",
    "consents": "the service asks for consents, storage keeps them",
    "digests": "the service sends digests, storage keeps them",
    "enrolling": "the command, and the service that it calls",
    "flags": "signals decides what becomes of flags, storage keeps them",
    "ids": "the ids that the program draws, and the checks of those that an author gives",
    "inbox": "the command, and the inbox that storage keeps",
    "keys": "the keys of tables in a flow file: all, those of steps, those of triggers",
    "occurrences": "schedule plans occurrences, storage keeps them",
    "outbox": "the command, and the outbox that storage keeps",
    "people": "the command, and the people whom storage keeps",
    "retention": "the command, and the service that it calls",
    "registry": "the list of all variants, in each package that has variants",
    "schedule": "the command that shows a schedule, and the checks of one",
    "scope": "what may be named at a place of a flow: when it is checked, and when it is asked",
    "scores": "the engine counts scores, the checks say whether they can be counted",
}


def shared(modules: Modules) -> dict[str, list[str]]:
    """Each name that several modules have, with their paths."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in modules:
        if PurePath(path).name not in ("__init__.py", "__main__.py"):
            found[PurePath(path).stem].append(path)
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def test_two_modules_of_one_name_are_about_the_same_noun(modules: Modules) -> None:
    unexplained = {name: paths for name, paths in shared(modules).items() if name not in SAME_NOUN}
    assert unexplained == {}


def test_every_exception_to_that_is_needed(modules: Modules) -> None:
    assert set(SAME_NOUN) - set(shared(modules)) == set()
