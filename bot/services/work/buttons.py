"""What stands behind a button: short data of ids, never of answers, and the way back to a value.

Written into messages by the services, read from taps by ``bot.chat``. A tap is a claim, not a
right: whoever handles it checks that the row belongs to the person who tapped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Acknowledged = Literal[
    "will_raise", "not_this_time", "talked_settled", "talked_open", "something_else"
]
ACKNOWLEDGEMENTS: tuple[Acknowledged, ...] = (
    "will_raise",
    "not_this_time",
    "talked_settled",
    "talked_open",
    "something_else",
)

Name = Literal[
    "answer",
    "skip",
    "back",
    "done",
    "withhold",
    "recall",
    "change",
    "begin",
    "consent",
    "decline",
    "stop",
    "keep",
    "language",
    "session",
    "undo_session",
    "move_session",
    "add_session",
    "own_times",
    "own_set",
    "own_reset",
    "card",
    "card_offer",
    "card_flow",
    "card_send",
    "flag",
    "flags",
    "acknowledge",
    "details",
    "read",
    "whole",
]

_SHORT: dict[Name, tuple[str, int]] = {
    "answer": ("a", 3),  # check-in, turn, choice
    "skip": ("s", 2),  # check-in, turn
    "back": ("b", 2),  # check-in, turn
    "done": ("e", 2),  # check-in, turn
    "withhold": ("wh", 2),  # check-in, turn
    "recall": ("r", 1),  # check-in
    "change": ("ac", 1),  # check-in
    "begin": ("n", 1),  # number of the flow
    "consent": ("c", 2),  # care, version of the text that was shown
    "decline": ("d", 1),  # care
    "stop": ("x", 1),  # care
    "keep": ("y", 1),  # care
    "language": ("l", 2),  # care, its place among all
    "session": ("t", 1),  # care
    "undo_session": ("u", 1),  # therapy session
    "move_session": ("m", 2),  # therapy session, minutes since 1970 of its new beginning
    "add_session": ("j", 2),  # care, minutes since 1970 of its beginning
    "own_times": ("h", 1),  # enrolment
    "own_set": ("i", 3),  # enrolment, weekdays as bits (0: as they are), minute of the day
    "own_reset": ("o", 1),  # enrolment
    "card": ("p", 1),  # care
    "card_offer": ("pa", 1),  # care
    "card_flow": ("q", 3),  # care, number of the flow, 1 to switch it on, 0 off
    "card_send": ("w", 2),  # care, number of the flow
    "flag": ("f", 2),  # flag, digest
    "flags": ("g", 1),  # digest
    "acknowledge": ("k", 3),  # flag, digest, place in ACKNOWLEDGEMENTS
    "details": ("v", 2),  # flag, digest
    "read": ("z", 1),  # digest
    "whole": ("za", 1),  # digest
}
_LONG: dict[str, Name] = {short: name for name, (short, _) in _SHORT.items()}


@dataclass(frozen=True, slots=True)
class Press:
    """A tapped button: what it stands for and the ids it carries."""

    name: Name
    numbers: tuple[int, ...]


def data(name: Name, *numbers: int) -> str:
    """The button data of a press, at most 64 bytes for numbers below 10**18."""
    short, count = _SHORT[name]
    if len(numbers) != count:
        raise ValueError(f"a {name} button carries {count} numbers")
    return ":".join([short, *map(str, numbers)])


def press(text: str) -> Press | None:
    """The press behind button data; None for anything that ``data`` did not write."""
    short, *rest = text.split(":")
    name = _LONG.get(short)
    if name is None or len(rest) != _SHORT[name][1]:
        return None
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in rest):
        return None
    return Press(name, tuple(map(int, rest)))
