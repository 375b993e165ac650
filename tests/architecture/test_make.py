"""The set-up script's ways around its tools: order, stop at the first failure, usage.

The set-up itself is proven wherever these tests run, since it made the environment they run in.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("ruff", "mypy", "lint-imports", "pytest", "interlude")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the tools here are shell scripts")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder that is set up already, whose tools write down how they were called."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/make.py", tmp_path / ".ci")
    tools = tmp_path / ".venv/bin"
    tools.mkdir(parents=True)
    for name in (*TOOLS, "python"):
        tool(tmp_path, name, code=0)
    (tmp_path / "path").mkdir()
    found(tmp_path, "chromium")
    parts = (b"lock", b"project", str(tmp_path / ".venv").encode())
    (tmp_path / "requirements-dev.lock").write_bytes(parts[0])
    (tmp_path / "pyproject.toml").write_bytes(parts[1])
    stamp = hashlib.sha256(b"\0".join(parts)).hexdigest()
    (tmp_path / ".venv/interlude.stamp").write_text(stamp)
    return tmp_path


def tool(project: Path, name: str, code: int) -> None:
    """Put a tool into the project that ends with ``code``."""
    file = project / ".venv/bin" / name
    line = f'echo "{name} $* $REQUIRE_POSTGRES" >> "{project}/calls"'
    file.write_text(f"#!/bin/sh\n{line}\nexit {code}\n")
    file.chmod(0o755)


def found(project: Path, name: str, script: str = "") -> None:
    """Put a program where the script looks for those of the machine."""
    file = project / "path" / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def make(project: Path, *arguments: str) -> tuple[int, str, list[str]]:
    """The exit code, the output and the calls of tools of one run."""
    command = [sys.executable, str(project / ".ci/make.py"), *arguments]
    # the test task sets this variable, and these tests run inside of it
    around = {name: value for name, value in os.environ.items() if name != "REQUIRE_POSTGRES"}
    around["PATH"] = str(project / "path")
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=around)
    calls = project / "calls"
    return done.returncode, done.stdout, calls.read_text().splitlines() if calls.exists() else []


def test_the_test_task_runs_every_stage_in_order(project: Path) -> None:
    code, _, calls = make(project, "test")
    assert code == 0
    assert calls == [
        "ruff check . 1",
        "ruff format --check . 1",
        "mypy --strict 1",
        "mypy --strict .ci/make.py .ci/site.py 1",
        "lint-imports --no-cache 1",
        "pytest -n 3 --dist worksteal 1",
    ]


def test_the_first_failure_ends_it_with_its_code(project: Path) -> None:
    tool(project, "mypy", code=3)
    code, output, calls = make(project, "check")
    assert code == 3
    assert output.endswith("--- types failed\n")
    assert calls[-1] == "mypy --strict 1"


def test_the_demo_takes_other_arguments(project: Path) -> None:
    assert make(project, "demo", "--weeks", "3")[2] == ["interlude demo --weeks 3 "]
    assert make(project, "demo")[2][1:] == [
        "interlude demo --headless --weeks 8 --seed 7 --out demo "
    ]


def test_mutants_take_the_names_of_modules(project: Path) -> None:
    made = make(project, "mutants", "--sample", "3", "flows/signals")
    assert made[2] == ["python -m tests.mutants --sample 3 flows/signals "]


def test_a_missing_tool_is_said(project: Path) -> None:
    (project / ".venv/bin/mypy").unlink()
    code, output, _ = make(project, "types")
    assert code == 127
    assert "mypy is missing; delete the folder .venv" in output


INSTALLING = """echo "apt-get $* $DEBIAN_FRONTEND" >> "{calls}"; {then}"""
NO_BROWSER = "There is no Chromium here, so the tests of the pages in a browser are left out."


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs what the machine lacks")
@pytest.mark.parametrize("comes", [True, False])
def test_a_missing_browser_is_installed_before_the_tests(project: Path, comes: bool) -> None:
    browser = project / "path/chromium"
    browser.rename(browser.with_name("elsewhere"))
    then = f'test "$1" = update || mv "{browser.with_name("elsewhere")}" "{browser}"'
    moving = f"PATH=/usr/bin:/bin; {then}" if comes else "exit 100"
    found(project, "apt-get", INSTALLING.format(calls=project / "calls", then=moving))
    code, output, calls = make(project, "test")
    assert code == 0
    assert calls[-3:] == [
        "apt-get update -qq noninteractive",
        "apt-get install -qq --yes --no-install-recommends chromium fonts-noto-color-emoji"
        " noninteractive",
        "pytest -n 3 --dist worksteal 1",
    ]
    assert (NO_BROWSER in output) is not comes


def test_a_browser_that_cannot_be_had_is_said_and_the_other_tests_run(project: Path) -> None:
    (project / "path/chromium").unlink()
    code, output, calls = make(project, "test")
    assert code == 0
    assert NO_BROWSER in output
    assert calls[-1] == "pytest -n 3 --dist worksteal 1"


@pytest.mark.parametrize("arguments", [(), ("tset",), ("test", "more")])
def test_wrong_usage_lists_the_tasks(project: Path, arguments: tuple[str, ...]) -> None:
    code, output, calls = make(project, *arguments)
    assert (code, calls) == (2, [])
    assert "demo " in output
    assert "lock " in output
