"""The chat on the author's phone: every bubble of a conversation, as it stands now.

Made anew of a rehearsal whenever something happens; what a client sees is said by ``client_side``.
It must never word anything for a client.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, assert_never

from bot.cli.authoring.client_side import (
    Aside,
    Bubble,
    ClientSide,
    Lapsed,
    Left,
    Seen,
    Taken,
    Ticked,
    Toast,
)
from bot.cli.authoring.rehearsal import Rehearsal
from bot.cli.authoring.replaying import Move
from bot.messages import Rows
from flows.schedule.local_time import wall_at
from flows.schedule.zones import zone

Speaker = Literal["bot", "person", "note"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_TURN = 1000
"""Numbers of messages that one turn may take, so that a turn's messages keep theirs."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message in the chat; a note is for the author and no part of the chat."""

    number: int
    speaker: Speaker
    at: datetime
    text: str = field(repr=False)
    rows: Rows = ()
    is_edited: bool = False
    is_sticker: bool = False

    def to_json(self) -> dict[str, Any]:
        """The message as the page draws it."""
        rows = [[{"label": one.label, "url": None} for one in row] for row in self.rows]
        sticker = {"kind": "sticker", "name": self.text, "url": None}
        return {
            "id": self.number,
            "from": self.speaker,
            "at": self.at.isoformat(),
            "edited": self.is_edited,
            "parts": [] if self.is_sticker else [{"text": self.text, "styles": [], "href": None}],
            "keyboard": rows or None,
            "media": {**sticker, "width": 0, "height": 0, "size": 0} if self.is_sticker else None,
        }


@dataclass(slots=True)
class Chat:
    """The messages in order, and the toast that the last turn brought, if any."""

    messages: list[Shown] = field(default_factory=list)
    toast: str | None = None
    at: datetime = EPOCH
    """The time of what is said next."""
    _turn: int = 0
    _asked: dict[int, int] = field(default_factory=dict)
    """The place of the newest message with the question of each turn."""

    def begin_turn(self) -> None:
        """Begin one more turn, to which all belongs that follows."""
        self.toast = None
        self._turn += 1

    def add(
        self, speaker: Speaker, text: str, rows: Rows = (), *, is_sticker: bool = False
    ) -> None:
        """One more message, at the end."""
        before = sum(1 for one in self.messages if one.number // _A_TURN == self._turn)
        number = self._turn * _A_TURN + before
        self.messages.append(Shown(number, speaker, self.at, text, rows, is_sticker=is_sticker))

    def take(self, seen: Seen) -> None:
        """The chat shows one more thing, or shows it otherwise."""
        match seen:
            case Bubble():
                if seen.prompt is not None:
                    self._asked[seen.prompt.turn_no] = len(self.messages)
                self.add("bot", seen.message.text, seen.message.rows)
            case Taken():
                if seen.by_tap:
                    self._edit(seen.turn_no, text=seen.text)
            case Lapsed():
                self._edit(seen.turn_no, text=seen.text)
            case Left():
                self._edit(seen.turn_no, text=None)
            case Ticked():
                self._edit(seen.prompt.turn_no, text=None, rows=seen.rows)
            case Toast():
                self.toast = seen.text
            case Aside():
                self.add("note", seen.text)
            case _:
                assert_never(seen)

    def _edit(self, turn_no: int, *, text: str | None, rows: Rows = ()) -> None:
        """The message with that question shows another text, if any, and other buttons."""
        place = self._asked.get(turn_no)
        if place is None:
            return
        was = self.messages[place]
        self.messages[place] = replace(
            was, text=text or was.text, rows=rows, is_edited=was.is_edited or text is not None
        )


def chat_of(rehearsal: Rehearsal, client_side: ClientSide) -> Chat:
    """The whole chat as it stands after the moves that fit."""
    run = rehearsal.run
    chat = Chat(at=run.setting.starts_at)
    moves: Sequence[Move | None] = (None, *rehearsal.moves)
    for move, played in zip(moves, run.played, strict=True):
        chat.begin_turn()
        if move is not None:
            _say(chat, move, played.at, rehearsal, client_side)
        for at, events in groupby(zip(played.times, played.events, strict=True), itemgetter(0)):
            chat.at = at
            part = replace(played, events=tuple(event for _, event in events))
            for seen in client_side.seen(part, run.stage.shown):
                chat.take(seen)
        chat.at = played.at
    return chat


def _say(
    chat: Chat, move: Move, until: datetime, rehearsal: Rehearsal, client_side: ClientSide
) -> None:
    """Show what the client did, where that leaves something in the chat."""
    action, setting = move.action, rehearsal.setting
    if action.kind == "say" and not move.by_tap:
        chat.add("person", action.words)
        hard = client_side.hard_words(action.words, setting.language)
        if hard is not None:
            chat.take(hard)
    elif action.kind == "send":
        chat.add("person", action.words, is_sticker=True)
    elif action.kind == "after":
        wall = wall_at(until, zone(setting.zone_name))
        chat.add("note", f"{action.words} go by, until {wall:%a %d %b %Y, %H:%M}")
