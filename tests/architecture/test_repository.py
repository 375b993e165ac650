"""The files around the code: locks that fit, a true README, nothing about any one machine."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement

from bot.cli.main import main
from bot.config import Settings, load_settings, needs_for_run

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
README = (ROOT / "README.md").read_text("utf-8")
LOCKS = {"requirements.lock": ("postgres",), "requirements-dev.lock": ("dev", "postgres")}
PYTHONS = ("3.11", "3.12", "3.13")
GLOSSARY = [
    "care",
    "flow",
    "step",
    "prompt",
    "reminder",
    "answer",
    "enrolment",
    "occurrence",
    "check-in",
    "score",
    "turn",
    "therapy session",
    "regular time",
    "reason",
    "flag",
    "repair",
    "acknowledgement",
    "engagement",
    "digest",
    "held back",
    "caseload",
    "crisis card",
    "hold",
    "outbox message",
    "delivery",
    "memo",
    "deputy",
    "supervisor",
]
# Split, so that this file may itself be read by the test that looks for them.
MACHINES = re.compile(
    r"(?<![\w./-])/wo" r"rk\b|/ro" r"ot/|\.lib" r"rary\b|pypi\.o" r"rg|pythonh" r"osted"
    r"|npm" r"js\.|crates\.i" r"o|debian\.o" r"rg"
)  # fmt: skip
UNREAD = {".git", ".venv", ".uv", "__pycache__", "demo", "site", "data", "dist", "pictures"}


def direct(extras: tuple[str, ...]) -> list[Requirement]:
    """The dependencies that pyproject.toml names itself, those of ``extras`` included."""
    lines = [*PROJECT["dependencies"]]
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return [each for line in lines if (each := Requirement(line)).name != PROJECT["name"]]


def locked(name: str) -> dict[str, Requirement]:
    """The pinned packages of a lock file by name; each pinned exactly and with hashes."""
    text = (ROOT / name).read_text("utf-8")
    entries = re.split(
        r"\n(?=[a-z0-9])", re.sub(r"^ *#.*\n?", "", text, flags=re.MULTILINE).strip()
    )
    found = {}
    for entry in entries:
        pinned, *hashes = entry.replace("\\\n", "\n").splitlines()
        assert hashes, f"{pinned} has no hash"
        assert all(re.fullmatch(r" *--hash=sha256:[0-9a-f]{64} *", each) for each in hashes)
        requirement = Requirement(pinned)
        assert [each.operator for each in requirement.specifier] == ["=="], pinned
        found[requirement.name] = requirement
    return found


def version(requirement: Requirement) -> str:
    return next(iter(requirement.specifier)).version


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_fits_the_project(name: str) -> None:
    pins = locked(name)
    for wanted in direct(LOCKS[name]):
        assert wanted.name in pins, f"{wanted.name} is missing: run python3 .ci/make.py lock"
        assert wanted.specifier.contains(version(pins[wanted.name])), (
            f"{wanted} is locked otherwise"
        )
        marker = pins[wanted.name].marker
        for python in PYTHONS:
            place = {"python_version": python, "python_full_version": f"{python}.0"}
            assert marker is None or marker.evaluate(place), f"{wanted.name} on {python}"


def test_both_lock_files_agree() -> None:
    run_time, everything = locked("requirements.lock"), locked("requirements-dev.lock")
    assert run_time.keys() <= everything.keys()
    assert {name: str(pin) for name, pin in run_time.items()} == {
        name: str(everything[name]) for name in run_time
    }


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|-i ", text)


def commands(text: str) -> list[str]:
    """The lines of the README's code blocks, without their comments."""
    blocks = re.findall(r"^ *```\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return [line.split(" #")[0].strip() for block in blocks for line in block.splitlines()]


def test_ci_runs_the_readme_s_test_command_and_nothing_else() -> None:
    lines = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    plain = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert plain == ["python3 .ci/make.py test"]
    assert plain[0] in commands(README)
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_the_readme_s_set_up_commands_are_tasks() -> None:
    tree = ast.parse((ROOT / ".ci/make.py").read_text("utf-8"))
    tasks = next(
        ast.literal_eval(each.value)
        for each in tree.body
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "TASKS"
    )
    named = re.findall(r"python3 \.ci/make\.py (\w+)", README)
    assert {"demo", "test", "lock"} <= set(named) <= set(tasks)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert set(tasks) <= set(re.search(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]


def test_the_options_that_the_readme_gives_make_a_runnable_practice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command of step 3 is typed as it stands, where no Telegram is in reach."""
    (typed,) = re.findall(r"^ *\.venv/bin/interlude (init --.*?)^ *```", README, re.S | re.M)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "token").write_text("1:secret")
    nowhere = {"INTERLUDE_TELEGRAM__API_URL": "http://127.0.0.1:9"}
    done = CliRunner(env=nowhere).invoke(main, shlex.split(typed.replace("\\\n", "")))
    assert (done.exit_code, "wait until it can be" in done.stdout) == (1, True), "for the link"
    settings = load_settings(tmp_path / "config.toml", {})
    assert isinstance(settings, Settings)
    assert needs_for_run(settings) == ()
    assert settings.practice.name == "Hill Practice"


def test_the_readme_s_glossary_is_complete() -> None:
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| \S.+ \|$", README, re.MULTILINE)
    assert rows == GLOSSARY


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    assert len(README.splitlines()) <= 200
    targets = re.findall(r"\]\((?!https:)([^)#]+)\)", README)
    assert [each for each in targets if not (ROOT / each).exists()] == []


def texts() -> Iterator[tuple[str, str]]:
    """Every readable file of the repository with its text."""
    for top in ROOT.iterdir():
        if top.name in UNREAD or top.name.endswith("_cache") or top.name == ".hypothesis":
            continue
        for file in [top] if top.is_file() else top.rglob("*"):
            if file.is_file() and not UNREAD & set(file.relative_to(ROOT).parts):
                yield file.relative_to(ROOT).as_posix(), file.read_text("utf-8", errors="replace")


def test_nothing_names_a_machine_or_a_registry() -> None:
    found = [f"{path}: {match[0]}" for path, text in texts() if (match := MACHINES.search(text))]
    assert not found, "\n".join(found)


def test_no_file_depends_on_a_page_outside_the_repository() -> None:
    elsewhere = re.compile(
        r"research[ ]notes|science[ ]notes|DESIGN\.md|\bissue[ ]#?\d", re.IGNORECASE
    )
    found = [f"{path}: {each[0]}" for path, text in texts() for each in elsewhere.finditer(text)]
    assert not found, "\n".join(found)
