"""The ``interlude`` command from outside: exit codes, and what goes to which stream."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.app import open_store
from bot.cli.main import main
from bot.config import Settings, load_settings
from storage import flow_versions, people
from tests.crash.questions import long_flow
from tests.crash.world import (
    COMMAND,
    ROOT,
    FarEnd,
    ask_store,
    environment,
    far_end,
    write_config,
)

HEAVY = ("alembic", "apscheduler", "babel", "cel_expr_python", "pydantic", "sqlalchemy", "telegram")
BROKEN = 'language = 1\nid = "mid-week"\ntitle.en = "A"\n'
PROBLEM = re.compile(r"broken\.toml:\d+:\d+: [FW]\d{3} .+")


@dataclass(frozen=True, slots=True)
class Shown:
    """The exit code and the output that a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def interlude(folder: Path, *words: str, **more: str) -> Shown:
    """Type a command in ``folder``; in this process, since what it imports takes a second."""
    hooks = sys.excepthook, sys.unraisablehook, logging.root.handlers[:]
    with contextlib.chdir(folder):
        done = CliRunner(env=more).invoke(main, [*words])
    sys.excepthook, sys.unraisablehook, logging.root.handlers[:] = hooks
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Shown(done.exit_code, done.stdout, done.stderr)


def in_its_own_process(
    folder: Path, *words: str, path: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Type a command in ``folder`` as a person would."""
    return subprocess.run(
        [*COMMAND, *words],
        cwd=folder,
        env={**environment(), "PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def other_side() -> Iterator[FarEnd]:
    with far_end() as running:
        yield running


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after ``interlude init``; what a test changes in it hurts no other."""
    folder = tmp_path_factory.mktemp("practice")
    assert interlude(folder, "init").returncode == 0
    return folder


def test_help_is_quick_and_imports_nothing_heavy(tmp_path: Path) -> None:
    times = []
    for _ in range(3):
        began = _processor_seconds()  # by the clock, whatever else the machine does would count
        shown = in_its_own_process(tmp_path, "--help")
        times.append(_processor_seconds() - began)
        assert shown.returncode == 0
        for command in ("demo", "init", "run", "flows", "people"):
            assert f"\n  {command} " in shown.stdout
    assert min(times) < 0.3
    loaded = imported_by("--help")
    assert "bot" in loaded
    assert not loaded & {*HEAVY, "storage", "flows"}


def test_checking_flows_opens_no_database_and_no_log() -> None:
    loaded = imported_by("flows", "check")
    assert "flows" in loaded
    assert not loaded & {"sqlalchemy", "telegram", "starlette", "structlog", "rich", "babel"}


def _processor_seconds() -> float:
    """Seconds of the processor that the children of this process have used so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def imported_by(*words: str) -> set[str]:
    """The packages that a command imports."""
    listing = f"import sys, bot.cli.main as m\ntry: m.main({list(words)!r})\nfinally: "
    shown = subprocess.run(
        [sys.executable, "-c", f"{listing}print(*sys.modules, file=sys.stderr)"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
    ).stderr
    return {name.partition(".")[0] for name in shown.split()}


def test_an_unknown_command_is_a_usage_error(tmp_path: Path) -> None:
    asked = interlude(tmp_path, "fly")
    assert (asked.returncode, asked.stdout) == (2, "")
    assert "No such command 'fly'" in asked.stderr


def test_init_says_what_it_did_and_what_is_missing(tmp_path: Path) -> None:
    done = interlude(tmp_path, "init")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "config.toml").read_bytes() == (ROOT / "config.example.toml").read_bytes()
    assert (tmp_path / "interlude.key").stat().st_mode & 0o077 == 0
    assert "published" in done.stdout
    assert "there is no bot token" in done.stdout


def test_init_writes_the_secret_of_a_webhook_once(tmp_path: Path) -> None:
    named = '[webhook]\nurl = "https://practice.example/t"\nsecret_file = "hook"\n'
    (tmp_path / "config.toml").write_text(named)
    done = interlude(tmp_path, "init")
    assert (done.returncode, done.stderr) == (0, "")
    secret = (tmp_path / "hook").read_text().strip()
    assert len(secret) == 22
    assert secret not in done.stdout
    assert "webhook.secret" not in done.stdout, "it lacks none any more"
    assert (tmp_path / "hook").stat().st_mode & 0o077 == 0
    interlude(tmp_path, "init")
    assert (tmp_path / "hook").read_text().strip() == secret


def test_init_twice_changes_nothing(house: Path) -> None:
    before = {name: (house / name).read_bytes() for name in ("config.toml", "interlude.key")}
    again = interlude(house, "init")
    assert again.returncode == 0
    assert "nothing new to publish" in again.stdout
    assert {name: (house / name).read_bytes() for name in before} == before


def test_run_without_token_and_crisis_text_says_both(house: Path) -> None:
    refused = interlude(house, "run")
    assert (refused.returncode, refused.stdout) == (2, "")
    lines = refused.stderr.splitlines()
    assert len(lines) == 2
    assert "@BotFather" in lines[0] and "`interlude demo` needs no token" in lines[0]
    assert "practice.crisis.en" in lines[1]


def test_every_bad_setting_is_listed(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[telegram]\ntoken = "secret-token"\n[practice]\nzone = "Mars/Base"\nquiet_fro = "21:00"\n'
    )
    refused = interlude(tmp_path, "run", INTERLUDE_SENDING__PARALLEL="0")
    assert (refused.returncode, refused.stdout) == (2, "")
    said = refused.stderr
    assert len(said.splitlines()) == 4
    for part in ("config.toml:2", "zone", "quiet_from", "INTERLUDE_SENDING__PARALLEL"):
        assert part in said
    assert "secret-token" not in said


def test_run_before_init_says_so(tmp_path: Path) -> None:
    write_config(tmp_path, "http://127.0.0.1:9")
    refused = interlude(tmp_path, "run")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "interlude init" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_token_that_telegram_does_not_know(tmp_path: Path, other_side: FarEnd) -> None:
    write_config(tmp_path, other_side.url)
    assert interlude(tmp_path, "init").returncode == 0
    refused = interlude(tmp_path, "run", INTERLUDE_TELEGRAM__TOKEN="2002:wrong")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "Telegram does not know this token" in refused.stderr
    assert "2002:wrong" not in refused.stderr


def test_a_default_flow_that_nobody_published_is_refused(
    tmp_path: Path, other_side: FarEnd
) -> None:
    write_config(tmp_path, other_side.url)
    assert interlude(tmp_path, "init").returncode == 0
    refused = interlude(tmp_path, "run", INTERLUDE_FLOWS__DEFAULT="midweek")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "no published flow midweek; did you mean mid-week?" in refused.stderr


def test_flows_check_says_where_everything_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text(BROKEN)
    found = interlude(tmp_path, "flows", "check", "broken.toml")
    assert (found.returncode, found.stderr) == (1, "")
    problems = [line for line in found.stdout.splitlines() if PROBLEM.match(line)]
    assert len(problems) > 1
    as_json = interlude(tmp_path, "flows", "check", "--json", "broken.toml")
    assert as_json.returncode == 1
    assert len(json.loads(as_json.stdout)) == len(problems)


def test_flows_check_on_a_path_that_is_not_there(tmp_path: Path) -> None:
    found = interlude(tmp_path, "flows", "check", "nowhere.toml")
    assert (found.returncode, found.stdout) == (2, "")
    assert "nowhere.toml" in found.stderr


def test_the_shipped_flows_are_sound(tmp_path: Path) -> None:
    found = interlude(tmp_path, "flows", "check")
    assert (found.returncode, found.stderr) == (0, "")
    assert "nothing wrong" in found.stdout


def _settings(folder: Path) -> Settings:
    found = load_settings(folder / "config.toml", {})
    assert isinstance(found, Settings)
    return found


def _published(folder: Path) -> dict[str, str]:
    stored = asyncio.run(ask_store(_settings(folder), flow_versions.list_current))
    return {version.flow_id: version.fingerprint for version in stored}


def test_publishing_a_broken_flow_leaves_the_published_ones_alone(house: Path) -> None:
    before = _published(house)
    assert "mid-week" in before
    (house / "broken.toml").write_text(BROKEN)
    (house / "long.toml").write_text(long_flow())
    refused = interlude(house, "flows", "publish", "broken.toml", "long.toml", "--why", "try")
    assert (refused.returncode, refused.stderr) == (1, "")
    assert "the published flows stay as they are" in refused.stdout
    assert _published(house) == before


def test_publishing_needs_a_reason(house: Path) -> None:
    refused = interlude(house, "flows", "publish")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--why" in refused.stderr


def test_a_therapist_is_called_otherwise_afterwards(house: Path, other_side: FarEnd) -> None:
    write_config(house, other_side.url)
    assert interlude(house, "init", "--new").returncode == 0
    invited = interlude(house, "people", "invite-therapist", "--name", "Herr Kröger").stdout
    code = invited.partition(":")[0]
    named = interlude(house, "people", "name", code.lower(), "--dative", "Herrn  Kröger")
    assert (named.returncode, named.stderr) == (0, "")
    assert named.stdout == f"{code} is called Herr Kröger (dative: Herrn Kröger) now.\n"
    interlude(house, "people", "name", code, "--accusative", "Herrn Kröger")
    both = "Herr Kröger (dative: Herrn Kröger, accusative: Herrn Kröger)"
    assert both in interlude(house, "people", "list").stdout
    # the cases of another name would be wrong
    other = interlude(house, "people", "name", code, "--name", "Frau Kröger", "--dative", "")
    assert other.stdout == f"{code} is called Frau Kröger now.\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "nothing was given to change; give --name, --dative or --accusative"),
        (("--name", " "), "--name: a therapist needs a name; give it as clients are to read it"),
        (
            ("--dative", "X"),
            "ZZZZ: there is nobody with this code; `interlude people list` shows them",
        ),
    ],
)
def test_a_name_that_cannot_be_changed(
    house: Path, other_side: FarEnd, words: tuple[str, ...], told: str
) -> None:
    write_config(house, other_side.url)
    assert interlude(house, "init", "--new").returncode == 0
    refused = interlude(house, "people", "name", "ZZZZ", *words)
    assert (refused.returncode, refused.stdout, refused.stderr.strip()) == (2, "", told)


def test_a_client_has_an_alias_and_no_name(house: Path, other_side: FarEnd) -> None:
    write_config(house, other_side.url)
    assert interlude(house, "init", "--new").returncode == 0
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    async def add() -> None:
        async with open_store(load_settings(house / "config.toml", {})) as store:
            await store.write(
                lambda tx: people.add(
                    tx, role="client", code="K7Q2", language="en", zone="Europe/Berlin", now=now
                )
            )

    asyncio.run(add())
    refused = interlude(house, "people", "name", "k7q2", "--name", "Anna")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("K7Q2: this is a client, and clients go by the alias")


def test_an_unknown_zone_is_refused(house: Path, other_side: FarEnd) -> None:
    write_config(house, other_side.url)
    words = ("people", "invite-therapist", "--name", "X", "--zone", "Europe/Berln")
    refused = interlude(house, *words)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("--zone: ")


def test_a_database_that_cannot_be_reached(tmp_path: Path) -> None:
    url = f"postgresql+asyncpg://nobody@/nothing?host={tmp_path}"
    write_config(tmp_path, "http://127.0.0.1:9", database=url)
    refused = interlude(tmp_path, "people", "list")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert len(refused.stderr.splitlines()) == 1


def test_init_finds_the_example_in_an_installed_package(tmp_path: Path) -> None:
    """The wheel holds what ``init`` copies; it is built and unpacked, not installed."""
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, env=os.environ)
    (wheel,) = tmp_path.glob("*.whl")
    installed, folder = tmp_path / "installed", tmp_path / "practice"
    folder.mkdir()
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(installed)], check=True)
    done = in_its_own_process(folder, "init", path=installed)
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "config.toml").read_bytes() == (ROOT / "config.example.toml").read_bytes()
    where = "import bot; print(bot.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", where],
        cwd=folder,
        env={**environment(), "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )
    assert found.stdout.startswith(str(installed))
