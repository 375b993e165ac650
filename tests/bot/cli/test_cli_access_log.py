"""Who runs the bot reads nothing of a client's unseen: every command of the command line is tried,
and where one opens what a client wrote, chose or rated, it leaves a row that the client finds in
/mydata, or stands here with its reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli.main import main
from bot.services.own_data.readings import PRACTICE, is_reading
from storage import audit
from storage.store import Tx
from tests.bot.workers.trouble import refusing
from tests.support.house import MONDAY, House, open_house
from tests.support.supervision import PRACTICE as SUPERVISED

OWN = ("answers", "check_ins", "digest_sections", "inbox", "memos", "notes", "outbox", "reasons")
"""The tables in which a client's own things are sealed."""
_ITS_KIND = "opens what was set aside for its kind, a tap or a message, and shows no word of it"
SHOWS_NONE = {
    "evaluate --stored": "counts ratings, of no client by themselves",
    "inbox explain": _ITS_KIND,
    "inbox explain --json": _ITS_KIND,
    "inbox list": _ITS_KIND,
    "inbox list --json": _ITS_KIND,
    "why": "says whether a check-in was answered, and no answer",
    "why --json": "says whether a check-in was answered, and no answer",
}
"""Commands that open something of a client's and show no word, choice or rating."""
REFUSED = {"evaluate", "evaluate --json", "evaluate --sweep"}
"""They lack what they are to look at."""
NOT_TRIED = {
    "backup": "a copy of all that is sealed, which stays sealed",
    "backup key": "makes a key for copies",
    "demo": "a practice of its own",
    "erase": "takes away, and shows nothing",
    "flows": "files and versions of flows; none of them takes a client",
    "healthcheck": "asks the running bot",
    "init": "makes a practice",
    "keys": "wraps keys anew",
    "move": "carries all that is sealed, which stays sealed",
    "restore": "brings back all that is sealed, which stays sealed",
    "run": "is the bot",
    "safety check": "reads its own input",
    "safety learn": "reads examples of the practice's own",
    "safety test": "reads examples that are shipped",
}
"""Commands, or groups of them, that have no client's things to show."""
CHANGES = {
    "people": {"list", "hold"},
    "inbox": {"list", "explain"},
    "outbox": {"list", "explain"},
}
"""In these groups the others change something, each with a line of its own in the trail."""
NEVER = frozenset({"yes"})
"""An answer, no way to look at something."""


@pytest.fixture
async def house(tmp_path: Path, furnished: Path) -> AsyncIterator[House]:
    """A practice in which clients are asked whether they may be talked about in supervision."""
    async with open_house(tmp_path, furnished, practice=SUPERVISED) as opened:
        yield opened


def leaves(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    """Every command that can be typed."""
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    if command.invoke_without_command:
        yield " ".join(path), command
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from leaves(below, (*path, name))


def is_tried(name: str) -> bool:
    """True where the command may show something of a client's."""
    group, _, rest = name.partition(" ")
    if name in NOT_TRIED or group in NOT_TRIED:
        return False
    return rest in CHANGES.get(group, {rest})


def typed(
    name: str, command: click.Command, values: dict[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """The command with what it must have, alone and with each of its switches. KeyError: it wants
    something new, of which nobody has said whether it is a client's.
    """
    needed: list[str] = []
    switches = [""]
    for each in command.params:
        if isinstance(each, click.Argument):
            needed.append(values[f"{name} {each.name}"])
        elif isinstance(each, click.Option) and each.is_flag and each.name not in NEVER:
            switches.append(each.opts[0])
        elif each.required or f"{name} {each.name}" in values:
            needed += [each.opts[0], values[f"{name} {each.name}"]]
    for switch in switches:
        yield f"{name} {switch}".strip(), [*name.split(), *needed, *filter(None, [switch])]


async def a_week(house: House) -> tuple[str, dict[str, str]]:
    """A client has rated and written, a digest was sent, one message was set aside, one waits."""
    weber = await house.admin()
    ana = await house.client(weber, "A.B.")
    await house.tap(ana, "Yes, without my name")
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    for label in ("5", "5", "5", "5", "Yes", "Tense"):
        await house.tap(ana, label)
    await house.say(ana, "words of mine")
    await house.travel(to=MONDAY + timedelta(days=6, hours=12))
    async with refusing(house.app.store, "INSERT ON notes"):
        ana.say("words that are set aside")
        for _ in range(3):
            await house.travel(by=timedelta(seconds=5))
    house.sandbox.faults.flood(3600 * 24, ana.chat_id)
    await house.say(ana, "/help")
    await house.live_until(house.clock.now() + timedelta(hours=2))
    ((aside,),) = await house.rows("SELECT id FROM inbox WHERE state = 'quarantined'")
    ((waits,),) = await house.rows("SELECT max(id) FROM outbox WHERE state = 'queued'")
    client, therapist = (await house.stored(ana)).code, (await house.stored(weber)).code
    out = str(house.folder / "out")
    values = {
        "digest therapist": therapist,
        "digest week": "2026-W48",
        "digest out": out,
        "export code": client,
        "export out": out,
        "inbox explain number": str(aside),
        "outbox explain number": str(waits),
        "people hold code": therapist,
        "schedule client": client,
        "why client": client,
        "why day": "2026-11-25",
    }
    return client, values


async def test_every_command_that_opens_a_clients_things_is_in_the_access_log(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, values = await a_week(house)
    ((person,),) = await house.rows(f"SELECT id FROM people WHERE code = '{client}'")
    opened: set[str] = set()
    unseal = Tx.unseal

    def watched(tx: Tx, person_id: int, cell: bytes, place: str) -> str:
        if person_id == person:
            opened.add(place.partition(".")[0])
        return unseal(tx, person_id, cell, place)

    monkeypatch.setattr(Tx, "unseal", watched)
    monkeypatch.chdir(house.folder)
    env = {
        "INTERLUDE_DATABASE__URL": house.app.settings.database.url,
        "INTERLUDE_DATABASE__KEY_FILE": str(house.app.settings.database.key_file),
        "INTERLUDE_PRACTICE__ZONE": "Europe/Berlin",
        "INTERLUDE_PRACTICE__SUPERVISION": "on",
    }
    told, untold = set[str](), set[str]()
    for name, command in leaves(main):
        if not is_tried(name):
            continue
        for way, words in typed(name, command, values):
            before = (await house.rows("SELECT coalesce(max(id), 0) FROM audit"))[0][0]
            opened.clear()
            done = await asyncio.to_thread(CliRunner(env=env).invoke, main, words, "n\n")
            assert done.exit_code in {0, 1} or way in REFUSED, f"{words}: {done.output}"
            if not opened & set(OWN):
                continue
            rows = await house.app.store.read(lambda tx: audit.list_(tx, 50))
            new = [row for row in rows if row.id > before and row.subject == client]
            is_told = any(is_reading(row) and row.actor == PRACTICE for row in new)
            (told if is_told else untold).add(way)
    assert untold == SHOWS_NONE.keys()
    found = {"digest", "digest --for-supervision", "export", "inbox explain --words"}
    assert told == found, "the search finds what is shown"
