"""``interlude doctor`` on a PostgreSQL server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.doctor_of_server import CLOSE, of_server
from storage.database_server import Server
from tests.bot.cli.test_cli_doctor import findings, interlude
from tests.storage.conftest import statement
from tests.support.postgres import postgres_or_skip, sqlalchemy_url

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
OFF = "{} is off, so a power cut loses answers; set it to on, as it is by default"


def test_a_server_that_forgets_at_a_power_cut_is_to_be_mended(tmp_path: Path) -> None:
    """The tests' own server is one, which makes it quick."""
    with postgres_or_skip() as server:
        url = sqlalchemy_url(server)
        more = {
            "INTERLUDE_DATABASE__URL": url,
            "INTERLUDE_DATABASE__KEY_FILE": str(tmp_path / "interlude.key"),
        }
        (tmp_path / "config.toml").touch(mode=0o600)
        assert interlude(tmp_path, "init", **more).exit_code == 0
        said = findings(interlude(tmp_path, "doctor", "--json", **more))["database server"]
        names = ("fsync", "synchronous_commit", "full_page_writes")
        assert said == [("mend", OFF.format(name)) for name in names]
        change = "ALTER DATABASE postgres SET synchronous_commit = on"
        asyncio.run(statement(server, change))
        said = findings(interlude(tmp_path, "doctor", "--json", **more))["database server"]
        assert said == [("mend", OFF.format(name)) for name in ("fsync", "full_page_writes")]


def test_a_good_server_is_called_good_and_says_how_many_run() -> None:
    (said,) = of_server(Server(17, (), NOW, 3), NOW)
    assert (said.state, said.says) == (
        "good",
        "PostgreSQL 17 keeps what it acknowledges; runs now: 3",
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_clocks_that_differ_are_worth_a_look(sign: int) -> None:
    near, far = NOW + sign * CLOSE, NOW + sign * (CLOSE + timedelta(seconds=1))
    assert [each.state for each in of_server(Server(17, (), near, 1), NOW)] == ["good"]
    looked = list(of_server(Server(17, (), far, 1), NOW))
    assert [each.state for each in looked] == ["look", "good"]
    assert "differ by 31 s" in looked[0].says


def test_an_old_version_is_worth_a_look() -> None:
    assert [each.state for each in of_server(Server(12, (), NOW, 1), NOW)] == ["look", "good"]
    assert [each.state for each in of_server(Server(13, (), NOW, 1), NOW)] == ["good"]
