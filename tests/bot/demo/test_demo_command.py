"""``interlude demo`` as a command: it prints an address, answers there, and ends when asked to."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from pathlib import Path

import httpx
import pytest
import structlog
from click.testing import CliRunner

from bot.cli.demo import demo
from bot.cli.desktop import has_desktop
from tests.support.onlooker import looking_on

DEMO = "from bot.cli.main import main; main()"


async def started(folder: Path, *more: str) -> tuple[Process, str]:
    """The command, and the address that it printed."""
    asked = ("demo", "--no-browser", "--weeks", "1", "--out", str(folder), *more)
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DEMO, *asked), stdout=PIPE, stderr=STDOUT
    )
    assert run.stdout is not None
    async for line in run.stdout:
        if found := re.search(rb"http://127\.0\.0\.1:\d+/", line):
            return run, found[0].decode()
    raise AssertionError("no address was printed")


async def test_it_is_there_in_the_language_asked_for_until_it_is_ended(tmp_path: Path) -> None:
    run, address = await started(tmp_path / "demo", "--language", "de")
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(address)
        assert (page.status_code, page.headers["content-type"][:9]) == (200, "text/html")
    async with looking_on(address) as window:
        assert window.picture["language"] == "de"
        assert window.picture["texts"]["tour.1.title"] == "Ein Check-in"
        taken = await refused(tmp_path / "other", "--port", address.rstrip("/").rpartition(":")[2])
        assert "choose another one" in taken
        again = CliRunner().invoke(demo, ["--out", str(tmp_path / "demo")])
        assert again.exit_code == 2 and "another demo runs in it" in again.output
        run.send_signal(signal.SIGINT)
        said, _ = await run.communicate()
    assert (run.returncode, said.decode().splitlines()[-1]) == (0, "The demo has ended.")
    kept = await asyncio.to_thread(
        lambda: sorted(each.name for each in (tmp_path / "demo").iterdir())
    )
    assert kept[0] == "interlude.db"


async def refused(folder: Path, *more: str) -> str:
    """What the command says when it does not start."""
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DEMO, "demo", "--no-browser", "--out", str(folder), *more),
        stdout=PIPE,
        stderr=STDOUT,
    )
    said, _ = await run.communicate()
    assert run.returncode == 2, said.decode()
    return said.decode()


@pytest.mark.parametrize(
    ("platform", "variables", "is_there"),
    [
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": "", "TERM": "xterm"}, False),
        ("darwin", {}, True),
    ],
)
def test_no_browser_is_opened_in_a_terminal(
    platform: str, variables: dict[str, str], is_there: bool
) -> None:
    assert has_desktop(platform, variables) is is_there


def test_its_terminal_hears_of_faults_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    CliRunner().invoke(demo, ["--out", str(tmp_path), "--language", "tlh"])
    structlog.get_logger("test").warning("risk_case_unseen", case=1)
    structlog.get_logger("test").error("demo_failed")
    said = capsys.readouterr().err
    assert "demo_failed" in said and "risk_case_unseen" not in said


def test_what_cannot_be_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")
    full = CliRunner().invoke(demo, ["--out", str(tmp_path)])
    assert full.exit_code == 2 and "thesis.txt" in full.output
    odd = CliRunner().invoke(demo, ["--out", str(tmp_path), "--language", "tlh"])
    assert odd.exit_code == 2 and "--language tlh" in odd.output
    assert (tmp_path / "thesis.txt").read_text("utf-8") == "mine"
