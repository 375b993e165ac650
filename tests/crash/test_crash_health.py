"""A real bot says how it is: to a monitoring program and to a container; it names nobody."""

from __future__ import annotations

import asyncio
import re
import socket
import urllib.error
import urllib.request
from pathlib import Path

from click.testing import CliRunner

from bot.cli.main import main
from tests.crash.questions import long_flow
from tests.crash.world import FIRST_CHAT, Bot, await_until, furnish, write_config
from tests.support.sockets import free_port

SILENT_AFTER = 60.0


def ask(port: int, page: str) -> tuple[int, str] | None:
    """The code and the body of a page; None where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return None


def figures(port: int) -> dict[str, float]:
    """Each figure with its labels."""
    answered = ask(port, "metrics")
    assert answered is not None and answered[0] == 200
    lines = [line for line in answered[1].splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def check(folder: Path) -> tuple[int, str]:
    """Run ``interlude healthcheck``; its exit code and what it says."""
    said = CliRunner().invoke(main, ["--config", str(folder / "config.toml"), "healthcheck"])
    return said.exit_code, said.output.strip()


def test_it_says_how_it_is_and_names_nobody(bot: Bot, tmp_path: Path) -> None:
    port = free_port()
    settings = write_config(tmp_path, bot.far_end.url, poll=1)
    config = tmp_path / "config.toml"
    assert check(tmp_path)[0] == 2, "nobody can ask without a port"
    config.write_text(config.read_text("utf-8") + f"\n[health]\nport = {port}\n", "utf-8")
    asyncio.run(furnish(settings, long_flow(), 1))
    assert check(tmp_path) == (
        1,
        f"nobody answers at http://127.0.0.1:{port}/readyz; does the bot run?",
    )
    bot.start()
    await_until(lambda: ask(port, "readyz") == (200, '{"lacking":[]}'), "it is ready")
    assert ask(port, "healthz") == (200, "alive\n")
    assert check(tmp_path) == (0, "ready")
    bot.far_end.tell("say", chat=FIRST_CHAT, text="/checkin")
    await_until(lambda: bot.far_end.heard(FIRST_CHAT), "a question")
    await_until(lambda: figures(port)["interlude_outbox_late_seconds"] == 0, "all has left")
    found = figures(port)
    assert found['interlude_inbox_updates{state="new"}'] == 0
    assert found["interlude_last_poll_seconds"] < SILENT_AFTER
    assert found["interlude_wal_bytes"] > 0
    assert "interlude_backup_age_seconds" not in found, "none was made"
    # of each its name and labels; a measured number may hold any digits
    assert not re.search(rf"{FIRST_CHAT}|[A-Z][0-9][A-Z][0-9]", " ".join(found))
    assert bot.stop() == 0
    assert ask(port, "healthz") is None


def test_a_port_that_is_taken_silences_nobody(bot: Bot, tmp_path: Path) -> None:
    settings = write_config(tmp_path, bot.far_end.url, poll=1)
    asyncio.run(furnish(settings, long_flow(), 1))
    config = tmp_path / "config.toml"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        config.write_text(config.read_text("utf-8") + f"\n[health]\nport = {port}\n", "utf-8")
        bot.start()
        bot.far_end.tell("say", chat=FIRST_CHAT, text="/checkin")
        await_until(lambda: bot.far_end.heard(FIRST_CHAT), "a question, without the pages")
        assert bot.stop() == 0
