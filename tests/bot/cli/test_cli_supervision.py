"""``interlude people invite-supervisor``, ``end-supervision`` and ``digest --for-supervision``."""

from __future__ import annotations

from pathlib import Path

from storage import audit, people, supervisions
from tests.bot.cli.test_cli_commands import interlude
from tests.bot.cli.test_cli_digest import therapist, within
from tests.bot.cli.test_cli_schedule import code

__all__ = ["code", "therapist"]

ON = {"INTERLUDE_PRACTICE__SUPERVISION": "on"}


def test_a_colleague_is_named_and_ended_by_code(therapist: str, tmp_path: Path) -> None:
    def colleague(work):  # type: ignore[no-untyped-def]
        added = {"role": "therapist", "code": "KKKK", "language": "en", "zone": "Europe/Berlin"}
        people.add(work.tx, **added, now=work.now)

    within(tmp_path, colleague)
    named = ("people", "invite-supervisor", "--person", "kkkk", "--for")
    assert "practice.supervision" in interlude(tmp_path, *named, therapist).stderr
    done = interlude(tmp_path, *named, therapist.lower(), **ON)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{therapist}: asked to confirm it as soon as KKKK is here.\n"
    listed = interlude(tmp_path, "people", "list").stdout
    assert f"  {therapist}  supervised  not confirmed yet" in listed
    again = interlude(tmp_path, *named, therapist, **ON)
    assert again.returncode == 2 and "is supervised already" in again.stderr
    themself = interlude(tmp_path, *named, "KKKK", **ON)
    assert themself.returncode == 2 and "nobody supervises themself" in themself.stderr
    other = interlude(tmp_path, "people", "end-supervision", "KKKK", "--for", "ZZZZ")
    assert other.returncode == 2 and "supervises nobody such" in other.stderr
    done = interlude(tmp_path, "people", "end-supervision", "kkkk")
    assert done.stdout == f"KKKK is shown nothing any more of the caseload of {therapist}.\n"

    def living_of(work):  # type: ignore[no-untyped-def]
        everybody = people.list_therapists(work.tx)
        return [supervisions.find_of_therapist(work.tx, each.id) for each in everybody]

    assert within(tmp_path, living_of) == [None, None]
    rows = within(tmp_path, lambda work: audit.list_(work.tx, 2))
    ended, began = [(row.action, row.actor, row.subject, row.detail) for row in rows]
    assert ended == ("supervision.ended", "admin", therapist, "KKKK")
    assert began == ("supervision.named", "admin", therapist, "KKKK")


def test_nothing_is_named_where_one_code_is_wrong(
    therapist: str, code: str, tmp_path: Path
) -> None:
    named = ("people", "invite-supervisor", "--person", therapist, "--for", code)
    done = interlude(tmp_path, *named, **ON)
    assert done.returncode == 2 and "no therapist with this code" in done.stderr
    for more in ((), ("--person", therapist, "--name", "Prof. Adler")):
        done = interlude(tmp_path, "people", "invite-supervisor", *more, "--for", code, **ON)
        assert done.returncode == 2 and "either --name" in done.stderr


def test_a_copy_of_whom_nobody_agreed_is_not_written(therapist: str, tmp_path: Path) -> None:
    words = ("digest", "--therapist", therapist, "--for-supervision", "--out", "d")
    done = interlude(tmp_path, *words, **ON)
    assert done.returncode == 2 and "nobody in this week has agreed" in done.stderr
    assert not (tmp_path / "d").exists()
