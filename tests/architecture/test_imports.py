"""The import contracts of ``pyproject.toml``: kept by the tree, broken by a forbidden import."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("flows", "storage", "bot")
LINT = Path(sys.executable).with_name("lint-imports")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["contracts"]}

# For each contract: the package whose __init__ gets a forbidden import, and what it imports.
PLANTED = {
    "packages": [("flows", "storage"), ("storage", "bot.clock")],
    "flows-layers": [("flows.script", "flows.engine"), ("flows.engine", "flows.signals")],
    "bot-layers": [
        ("bot.services", "bot.workers"),
        ("bot.chat", "bot.report"),
        ("bot.texts", "bot.services"),
        ("bot.report", "bot.cli"),
    ],
    "services-layers": [
        ("bot.services.work", "bot.services.check_in"),
        ("bot.services.check_in", "bot.services.care"),
        ("bot.services.care", "bot.services.arriving"),
    ],
    "flows-pure": [("flows.safety", name) for name in CONTRACTS["flows-pure"]["forbidden_modules"]],
    "database": [("bot.services", name) for name in CONTRACTS["database"]["forbidden_modules"]],
    "telegram": [("bot.services", "telegram"), ("storage", "telegram"), ("bot.cli", "telegram")],
    "sandbox-alone": [("bot.sandbox", "bot.messages"), ("bot.sandbox", "flows")],
    "sandbox-use": [("bot.workers", "bot.sandbox")],
}


def lint(folder: Path) -> tuple[int, str]:
    """The exit code of lint-imports over the three packages in ``folder``, and what it printed."""
    command = [str(LINT), "--no-cache", "--config", str(folder / "pyproject.toml")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str]:
    """The outcome over a copy of the tree with every import of ``PLANTED`` added to it."""
    folder = tmp_path_factory.mktemp("planted")
    for package in PACKAGES:
        ignore = shutil.ignore_patterns("__pycache__", "library")
        shutil.copytree(ROOT / package, folder / package, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for importer, imported in (pair for pairs in PLANTED.values() for pair in pairs):
        file = folder / importer.replace(".", "/") / "__init__.py"
        file.write_text(f"{file.read_text('utf-8')}\nimport {imported}\n", "utf-8")
    return lint(folder)


def test_the_tree_keeps_every_contract() -> None:
    code, output = lint(ROOT)
    assert code == 0, output
    for contract in CONTRACTS.values():
        assert f"{contract['name']} KEPT" in output


def test_something_is_planted_for_each_contract() -> None:
    assert PLANTED.keys() == CONTRACTS.keys()


@pytest.mark.parametrize("contract", PLANTED)
def test_a_forbidden_import_is_reported(contract: str, broken: tuple[int, str]) -> None:
    code, output = broken
    name = CONTRACTS[contract]["name"]
    assert code != 0
    assert re.search(rf"^{re.escape(name)} BROKEN", output, re.MULTILINE)
    section = re.search(rf"^{re.escape(name)}\n-+\n(.*?)(?=^[^\n]+\n----|\Z)", output, re.S | re.M)
    assert section is not None
    for importer, imported in PLANTED[contract]:
        link = rf"{re.escape(importer)} -> {re.escape(imported)}\b"
        assert re.search(link, section[1]), f"{importer} -> {imported}\n{section[1]}"
