"""The life of a flag, from "possible strain" to its end, as pure transitions.

Used by the bot's services; storage keeps the state. A flag is an episode to talk about: these
transitions never touch its reasons, and only "was something else" counts as nothing there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from flows.signals.assess import Settling

Acknowledgement = Literal[
    "will_raise", "not_this_time", "talked_settled", "talked_open", "something_else"
]
FlagState = Literal[
    "open",
    "will_raise",
    "not_this_time",
    "talked_settled",
    "talked_open",
    "something_else",
    "closed",
    "stale",
]
ACKNOWLEDGEMENTS: tuple[Acknowledgement, ...] = get_args(Acknowledgement)
FLAG_STATES: tuple[FlagState, ...] = get_args(FlagState)
ENDED: frozenset[FlagState] = frozenset({"something_else", "closed", "stale"})
WAITING: frozenset[FlagState] = frozenset({"open", "will_raise", "not_this_time", "talked_open"})
"""States in which the digest still lists the flag; "talked, feels settled" waits for a rating."""

STALE_AFTER = 6
"""Therapy sessions after which an unsettled flag ends and its ratings count as usual."""


@dataclass(frozen=True, slots=True)
class FlagChange:
    """The state that a flag takes on; ``closes`` where its episode is over."""

    state: FlagState
    closes: bool


def after(acknowledgement: Acknowledgement, *, state: FlagState) -> FlagChange | None:
    """What the therapist's tap makes of a flag; None where it has ended and the tap comes too late.

    The last tap wins: each one may follow each other. "Was something else" ends the flag;
    "feels settled" does not, because the client's next rating has the last word.
    """
    if state in ENDED:
        return None
    return FlagChange(acknowledgement, closes=acknowledgement == "something_else")


def after_settling(settling: Settling, *, state: FlagState, raised: bool) -> FlagChange | None:
    """What the client's newest rating makes of a flag; None where nothing changes.

    ``raised`` is True where that rating brought new reasons. A rating that settles closes it, as
    does one without new reasons after "talked, feels settled"; new reasons reopen what was talked
    about or put off.
    """
    if state in ENDED:
        return None
    if settling == "settles" or (state == "talked_settled" and not raised):
        return FlagChange("closed", closes=True)
    if raised and state != "open":
        return FlagChange("open", closes=False)
    return None


def after_repair(word: str, *, state: FlagState) -> FlagChange | None:
    """What the client's own word on a strain makes of its flag; None where nothing changes.

    "Better" and "no longer matters" end the episode: the client has the last word on it. "Partly"
    keeps it open as talked about; "not yet" and "rather not say" leave everything as it is.
    """
    if state in ENDED:
        return None
    if word in ("yes_better", "no_matter"):
        return FlagChange("closed", closes=True)
    if word == "partly" and state != "talked_open":
        return FlagChange("talked_open", closes=False)
    return None


def after_therapy_sessions(count: int, *, state: FlagState) -> FlagChange | None:
    """Stale once ``count`` therapy sessions have happened since the flag opened; None before."""
    if state in ENDED or count < STALE_AFTER:
        return None
    return FlagChange("stale", closes=True)
