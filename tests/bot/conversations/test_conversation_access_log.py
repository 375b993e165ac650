"""The access log is complete: whoever of the practice is shown a client's words, or something that
was made of what they chose and rated, leaves a row that the client finds in /mydata, or the way
stands here with its reason.

Every command and every button of everybody in the practice is tried, with all that is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.services.own_data.readings import is_reading
from bot.services.work.button_forms import NAMES
from bot.services.work.buttons import press
from bot.services.work.incoming import Commanded, Incoming, Pressed
from storage import audit, people
from storage.audit import AuditRow
from storage.store import Tx
from storage.tables_messages import outbox
from tests.bot.conversations.test_conversation_roles import COMMANDS, Cell
from tests.support.cast import ALIASES, OF, WORDS, Cast, cast_in
from tests.support.house import House

EVER = datetime(2026, 1, 1, tzinfo=UTC)
READERS = ("weber", "kern", "third", "both", "boss", "adler")
WRITERS = ("ana", "carl")
_STANDS = "it puts other buttons below a digest that stands in the chat and does not change"
UNRECORDED = {
    "flag": _STANDS,
    "flags": _STANDS,
    "one_by_one": _STANDS,
    "pictures": _STANDS,
    "read": "/mydata has its day from the digest, which is marked as read",
    "take_back": _STANDS,
}
"""Ways by which words are shown and no row about each client is written; all of them are edits."""


_WEIGHS = "it weighs what the client said before, and shows nothing of it"
SHOWS_NONE = {
    "/session": _WEIGHS,
    "end_how": _WEIGHS,
    "session": _WEIGHS,
    "session_mark": _WEIGHS,
    "undo_session": _WEIGHS,
}
"""Ways that open something of a client's and name them, and tell nothing that they said."""
OWN = frozenset({"answers", "check_ins", "digest_sections", "inbox", "notes", "reasons"})
"""The tables in which the things that a client said, chose and rated are sealed."""


@dataclass(slots=True)
class Left:
    """What an act left behind, before it is taken back."""

    rows: list[AuditRow] = field(default_factory=list)
    is_edit: bool = False

    def look(self, tx: Tx) -> None:
        """Keep the newest rows of the trail, and whether no new message was queued."""
        self.rows = audit.list_(tx, 50)
        newest = sa.select(outbox.c.kind).order_by(outbox.c.id.desc()).limit(1)
        self.is_edit = tx.conn.execute(newest).scalar() == "edit"


def _acts(cast: Cast, who: str) -> Iterator[tuple[str, Incoming]]:
    for name in COMMANDS:
        for words in ("", *(ALIASES[client] for client in sorted(OF[who]))):
            yield f"/{name}", Commanded(name, words)
    for name in NAMES:
        for whose, data in cast.cells(who, name):
            if whose == "own":
                yield name, Pressed(press(data), "query", 1)


def _shown(house: House, cast: Cast, who: str, tx: Tx) -> Iterator[tuple[str, bool, bool]]:
    """The ways by which somebody is shown a client's words, or by which their things are opened and
    their name is shown: whether that client is told, and whether it is an edit.
    """
    newest = audit.list_(tx, 1)[0].id
    me = people.load(tx, cast.ids[who]).code
    for way, incoming in _acts(cast, who):
        left = Left()
        cell = Cell(house, tx, cast.ids[who], incoming, left.look)
        new = [row for row in left.rows if row.id > newest and row.actor == me]
        told = {row.subject for row in new if is_reading(row)}
        for client in WRITERS:
            own = {(cast.ids[client], table) for table in OWN}
            is_named = ALIASES[client] in cell.read and not own.isdisjoint(cell.opened)
            if is_named or WORDS + ALIASES[client] in cell.read:
                yield way, people.load(tx, cast.ids[client]).code in told, left.is_edit


async def test_whoever_is_shown_words_leaves_a_row_that_the_client_finds(house: House) -> None:
    cast = await cast_in(house)
    told, untold = set[str](), set[str]()
    for who in READERS:
        for way, is_told, is_edit in await house.app.store.write(
            lambda tx, who=who: [*_shown(house, cast, who, tx)]
        ):
            (told if is_told else untold).add(way)
            is_known = is_edit or way in SHOWS_NONE
            assert is_told or is_known, f"{who} reads by {way}, and nobody is told"
    assert untold == UNRECORDED.keys() | SHOWS_NONE.keys()
    assert {"details", "one", "/digest"} <= told, "the search finds what is shown"


async def test_the_list_of_what_is_open_is_a_reading(house: House) -> None:
    cast = await cast_in(house)
    await house.say(cast.people["weber"], "/flags")
    code = (await house.stored(cast.people["ana"])).code
    about = await house.app.store.read(lambda tx: audit.list_about(tx, code, since=EVER))
    assert about[-1].action == "client.open_flags" and is_reading(about[-1])
