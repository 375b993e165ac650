"""The role matrix: everybody, with every button and every command, for their own, another's and
nobody's. What opens for whom is written down in tests/golden/roles; everything else is denied.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa

from bot.services.arriving.dispatch import act
from bot.services.arriving.entries.for_clients import FOR_CLIENTS
from bot.services.arriving.of_staff import OF_ADMINS
from bot.services.work.button_forms import NAMES
from bot.services.work.buttons import press
from bot.services.work.incoming import Commanded, Incoming, Pressed
from bot.services.work.unit_of_work import Work
from storage import people
from storage.data_keys import Vault
from storage.outbox_rows import place
from storage.store import Tx
from tests.support.cast import ALIASES, Cast, cast_in
from tests.support.house import House

GOLDEN = Path(__file__).parents[2] / "golden" / "roles" / "matrix.txt"
STALE = {
    "client": "This question is already settled. Please use the newest message.",
    "staff": "This button is no longer current.",
}
IN_WORDS: dict[str, str] = {
    "deputy_client": "There is nothing of this summary of Dr. Weber that you may read now."
}
"""Buttons with words of their own for why they open nothing."""
COMMANDS = sorted(
    {each.name for table in (FOR_CLIENTS, *OF_ADMINS.values()) for each in table.commands}
)
NOBODY = "Nobody"
WHO = ("weber", "third", "both", "boss", "adler", "ana", "two", "bea", "dan", "eva", "fay")
"""A therapist; one who covers for them; one who looks at a colleague's clients, too; an admin;
a supervisor; a client, one of two therapists, before consent, paused, ended, and in a new chat.
Kern and Carl are as Weber and Ana: they are the others.
"""
T = TypeVar("T")


def _written(tx: Tx) -> int:
    return int(tx.conn.execute(sa.text("SELECT total_changes()")).scalar_one())


def _said(tx: Tx, after: int) -> list[tuple[int, str]]:
    """To whom what was queued since then."""
    query = "SELECT person_id, sealed_for, dedupe_key, body_sealed FROM outbox WHERE id > :after"
    rows = tx.conn.execute(sa.text(query), {"after": after}).all()
    return [(p, tx.unseal(s, body, place(key))) for p, s, key, body in rows]


class Watched(Tx):
    """A transaction that remembers whose cells of which table were opened in it."""

    def __init__(self, conn: sa.Connection, vault: Vault, index_key: bytes) -> None:
        super().__init__(conn, vault, index_key)
        self.opened: set[tuple[int, str]] = set()

    def unseal(self, person_id: int, cell: bytes, place: str) -> str:
        self.opened.add((person_id, place.partition(".")[0]))
        return super().unseal(person_id, cell, place)


class Cell:
    """What came of one act, which is taken back after a last ``look``."""

    def __init__(
        self,
        house: House,
        open_tx: Tx,
        person_id: int,
        incoming: Incoming,
        look: Callable[[Tx], None] = lambda tx: None,
    ) -> None:
        # of its own: the keys of people whom another cell made were taken back with them
        tx = Watched(open_tx.conn, open_tx._vault, open_tx._index_key)
        work = Work(tx, house.app.practice, house.clock.now(), "cell", message_id=1)
        last = tx.conn.execute(sa.text("SELECT coalesce(max(id), 0) FROM outbox")).scalar_one()
        nested, before = tx.conn.begin_nested(), _written(tx)
        self.toast = act(work, people.load(tx, person_id), incoming, update_id=1)
        self.opened = frozenset(tx.opened)
        self.written = _written(tx) - before
        self.said = _said(tx, last)
        look(tx)
        nested.rollback()
        self.read = " ".join(text for to, text in self.said if to == person_id)
        self.is_alone = all(to == person_id for to, _ in self.said)

    @property
    def is_closed(self) -> bool:
        return self.toast in STALE.values()


async def _in_one(house: House, judge: Callable[[Tx], T]) -> T:
    return await house.app.store.write(judge)


def _ahead(who: str) -> str:
    return "client" if who in ALIASES else "staff"


def _buttons(house: House, cast: Cast, who: str, tx: Tx) -> Iterator[str]:
    """The buttons that open something of their own; every other cell is found denied."""
    for name in NAMES:
        opened = False
        for whose, data in cast.cells(who, name):
            cell = Cell(house, tx, cast.ids[who], Pressed(press(data), "query", 1))
            where = f"{who} taps {name} of {whose}: {data}"
            shown = f"{cell.toast} {cell.read}"
            assert not [each for each in cast.private_to(who) if each in shown], where
            if cell.is_closed:
                assert cell.toast == STALE[_ahead(who)], where
                # a client's tap may bring their own waiting question forward
                is_own = whose == "own" and who in ALIASES
                assert is_own or cell.written == 0, f"{where}: denied, and something was written"
            elif whose == "own":
                opened = True
            else:
                assert cell.toast == IN_WORDS.get(name, ""), f"{where}: opened"
                assert cell.written == 0, f"{where}: denied, and something was written"
        if opened:
            yield name


def _commands(house: House, cast: Cast, who: str, tx: Tx) -> Iterator[str]:
    """The commands that do more than say that there is no such command. Nobody gets silence, and
    another's client is answered as one whom nobody knows.
    """
    hidden = [each for each in cast.private_to(who) if " " not in each]
    unknown = Cell(house, tx, cast.ids[who], Commanded("nonsense", "")).read
    for number, name in enumerate(COMMANDS):
        alone = Cell(house, tx, cast.ids[who], Commanded(name, ""))
        assert alone.read, f"{who} gets silence after /{name}"
        assert alone.is_alone, f"/{name} of {who} reached somebody else"
        strange = Cell(house, tx, cast.ids[who], Commanded(name, NOBODY))
        for alias in hidden[number % len(hidden) :][:1]:
            cell = Cell(house, tx, cast.ids[who], Commanded(name, alias))
            said = cell.read.replace(alias, NOBODY)
            assert said == strange.read, f"{who}: /{name} {alias}"
            assert cell.written == strange.written, f"{who}: /{name} {alias}"
            assert cell.is_alone, f"{who}: /{name} {alias}"
        if alone.read != unknown:
            yield f"/{name}"


@pytest.mark.promise("P5d")
async def test_everything_is_denied_that_is_not_written_down(house: House) -> None:
    cast = await cast_in(house)
    lines = []
    for who in WHO:
        found = await _in_one(
            house,
            lambda tx, who=who: (
                [*_commands(house, cast, who, tx)],
                [*_buttons(house, cast, who, tx)],
            ),
        )
        lines += [f"{who}: {' '.join([*found[0], *found[1]])}"]
    said = "\n\n".join(lines) + "\n"
    if "UPDATE_GOLDEN" in os.environ:
        GOLDEN.write_text(said, "utf-8")
    assert said == GOLDEN.read_text("utf-8")
