"""Repeats: what is asked again before it was answered gets one answer.

Used by the handler. An album arrives as one update a picture, and somebody whom nobody answers taps
/start once more. It remembers what the rows at hand need and nothing else; a death costs a line
that is said twice.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace

from bot.services.work.incoming import NothingForUs, Received, SentMore, SentSomething
from storage.inbox import InboxRow

MOST_ALBUMS = 1_000


@dataclass(slots=True)
class _Asked:
    """The last thing somebody did: in which row, and up to which row it all waited together."""

    row_id: int
    until: int
    received: Received


@dataclass(slots=True)
class Repeats:
    """Asked once for each row, in order; asking again for the same row gives the same answer."""

    _newest: int = 0
    _goes_on: bool = False
    _asked: dict[int, _Asked] = field(default_factory=dict)
    _albums: OrderedDict[tuple[int, str], int] = field(default_factory=OrderedDict)
    """By person and album: the row that is answered for all of it."""

    def begin(self, newest: int, *, backlog: bool) -> None:
        """Rows up to ``newest`` wait; with a ``backlog`` not all of them are at hand yet."""
        if not self._goes_on:
            self._asked.clear()
        self._newest, self._goes_on = newest, backlog

    def once(self, row: InboxRow, received: Received) -> Received:
        """Return what to answer: as received, or without what an earlier row has answered."""
        if row.person_id is None or isinstance(received.incoming, NothingForUs):
            return received
        sent = received.incoming
        if received.album is not None and isinstance(sent, SentSomething):
            if self._answers(row.person_id, received.album, row.id) == row.id:
                return received
            return replace(received, incoming=SentMore(sent.caption, sent.message_id))
        before = self._asked.get(row.person_id)
        together = before is not None and before.row_id < row.id <= before.until
        if before is not None and together and received.asks_as(before.received):
            return replace(received, incoming=NothingForUs())
        self._asked[row.person_id] = _Asked(row.id, self._newest, received)
        return received

    def _answers(self, person_id: int, album: str, row_id: int) -> int:
        """The row of the album that is answered: the first one met."""
        first = self._albums.setdefault((person_id, album), row_id)
        if len(self._albums) > MOST_ALBUMS:
            self._albums.popitem(last=False)
        return first
