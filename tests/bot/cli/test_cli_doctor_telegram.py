"""``interlude doctor`` asks Telegram what time it is, and whether it knows the token."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import main
from bot.clock import SystemClock

MINUTE = timedelta(minutes=1)
WELL = {"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "I", "username": "i_bot"}}
SHOWN = {"name": "Hugo", "description": "Above.", "short_description": "On its page."}
UNKNOWN = {"ok": False, "error_code": 401, "description": "Unauthorized"}


@contextmanager
def far_end(*, behind: timedelta | None, status: int = 200, **shown: str) -> Iterator[str]:
    """A Telegram whose clock is so far behind this machine's; None: it does not say the time.

    ``shown`` is what it shows of the bot in place of ``SHOWN``.
    """

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            own = {"ok": True, "result": {**SHOWN, **shown}}
            said = WELL if self.path.endswith("/getMe") else own
            body = json.dumps(said if status == 200 else UNKNOWN).encode()
            self.send_response_only(status)
            if behind is not None:
                now = SystemClock().now() - behind
                self.send_header("Date", format_datetime(now, usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A practice that was set up."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    return tmp_path


def found(folder: Path, about: str, url: str, token: str = "123456:ABC") -> list[tuple[str, str]]:
    """What the doctor says of it, with the state."""
    env = {"INTERLUDE_TELEGRAM__TOKEN": token, "INTERLUDE_TELEGRAM__API_URL": url}
    config = ("--config", str(folder / "config.toml"))
    done = CliRunner(env=env).invoke(main, [*config, "doctor", "--json"])
    listed = json.loads(done.stdout)["findings"]
    return [(each["state"], each["says"]) for each in listed if each["about"] == about]


@pytest.mark.parametrize(
    ("behind", "state", "says"),
    [
        (4 * MINUTE, "good", "it agrees with Telegram's"),
        (20 * MINUTE, "mend", "it is 20 minutes ahead of Telegram's; let it be set over the"),
        (-20 * MINUTE, "mend", "it is 20 minutes behind Telegram's; let it be set over the"),
        (None, "look", "Telegram's answer came without the time"),
    ],
)
def test_the_clock_is_compared_with_telegrams(
    folder: Path, behind: timedelta | None, state: str, says: str
) -> None:
    with far_end(behind=behind) as url:
        ((was, told),) = found(folder, "clock", url)
    assert (was, told[: len(says)]) == (state, says)


def test_a_token_that_telegram_does_not_know_is_said_and_the_clock_is_compared(
    folder: Path,
) -> None:
    with far_end(behind=timedelta(), status=401) as url:
        assert ("mend", "Telegram does not know it") in [
            (state, says[:25]) for state, says in found(folder, "token", url)
        ]
        assert [state for state, _ in found(folder, "clock", url)] == ["good"]


def test_where_telegram_does_not_answer_nothing_is_claimed(folder: Path) -> None:
    ((state, says),) = found(folder, "clock", "http://127.0.0.1:9")
    assert state == "look" and says.startswith("Telegram does not answer now (ConnectError)")
    assert found(folder, "clock", "http://127.0.0.1:9", token="") == [], "there is none to ask with"


def test_what_telegram_shows_of_the_bot_is_looked_at(folder: Path) -> None:
    with far_end(behind=timedelta()) as url:
        assert found(folder, "bot", url) == [("good", "@i_bot, called Hugo")]
    for bare in ({"description": ""}, {"short_description": ""}):
        with far_end(behind=timedelta(), **bare) as url:
            ((state, says),) = found(folder, "bot", url)
        assert state == "look" and says.endswith("`interlude init` puts them there")
