"""``interlude people admin``: who is named, who cannot be, and what doctor says where nobody is."""

from __future__ import annotations

from pathlib import Path

from storage import people
from tests.bot.cli.test_cli_commands import interlude
from tests.bot.cli.test_cli_digest import therapist, within
from tests.bot.cli.test_cli_schedule import code

__all__ = ["code", "therapist"]

NOBODY = "nobody is admin, so trouble stands in the log only"


def admins_in(folder: Path) -> list[str]:
    """The codes of the admins."""
    found: list[str] = within(
        folder, lambda work: [each.code for each in people.list_admins(work.tx)]
    )
    return found


def test_a_therapist_is_named_and_taken_back(therapist: str, tmp_path: Path) -> None:
    assert NOBODY in interlude(tmp_path, "doctor").stdout
    done = interlude(tmp_path, "people", "admin", therapist.lower())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{therapist} is admin: told in their chat")
    assert admins_in(tmp_path) == [therapist]
    assert NOBODY not in interlude(tmp_path, "doctor").stdout
    assert "  admin\n" in interlude(tmp_path, "people", "list").stdout
    done = interlude(tmp_path, "people", "admin", therapist, "--end")
    assert done.stdout.startswith(f"{therapist} is admin no more; nobody is now")
    assert admins_in(tmp_path) == []


def test_a_client_or_nobody_is_refused(code: str, tmp_path: Path) -> None:
    client = interlude(tmp_path, "people", "admin", code)
    assert client.returncode == 2 and "this is a client" in client.stderr
    other = interlude(tmp_path, "people", "admin", "ZZZZ")
    assert other.returncode == 2 and "nobody with this code" in other.stderr
    assert admins_in(tmp_path) == []
