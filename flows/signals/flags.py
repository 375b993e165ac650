"""The life of a flag, from "possible strain" to its end, as pure transitions.

Used by the bot's services; storage keeps the state. A flag is an episode to talk about: these
transitions never touch its reasons, and only "was something else" counts as nothing there. What a
client said is not closed by a therapist's tap: it waits for the client's next word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
ENDED: frozenset[FlagState] = frozenset({"closed", "stale"})
"""States of an ended episode only; "something_else" is one of those where nobody had said so."""
WAITING: frozenset[FlagState] = frozenset(
    {"open", "will_raise", "not_this_time", "talked_open", "something_else"}
)
"""States in which the digest lists a flag that has not ended; "talked, feels settled" waits for a
rating.
"""
TAKEN_BACK = "taken_back"
"""Stands in the history of a flag where the acknowledgement before it was taken back."""
MAY_BE_TAKEN_BACK_FOR = timedelta(days=1)

STALE_AFTER = 6
"""Therapy sessions after which an unsettled flag ends and its ratings count as usual."""


@dataclass(frozen=True, slots=True)
class FlagChange:
    """The state that a flag takes on; ``closes`` where its episode is over."""

    state: FlagState
    closes: bool


def after(acknowledgement: Acknowledgement, *, ended: bool, said_so: bool) -> FlagChange | None:
    """Return what the therapist's tap makes of a flag; None where it has ended: too late.

    The last tap wins: each one may follow each other. "Was something else" ends a flag that was
    computed; where the client ``said_so`` it stays, as noted, until the client's next word. "Feels
    settled" ends none, because the client's next rating has the last word.
    """
    if ended:
        return None
    return FlagChange(acknowledgement, closes=acknowledgement == "something_else" and not said_so)


def standing(history: Sequence[str]) -> tuple[Acknowledgement, ...]:
    """The acknowledgements of a flag that still stand, oldest first, out of all that was noted."""
    kept: list[Acknowledgement] = []
    for word in history:
        if word == TAKEN_BACK:
            kept = kept[:-1]
        else:
            kept += [each for each in ACKNOWLEDGEMENTS if each == word]
    return tuple(kept)


def may_be_taken_back(given_at: datetime, changed_at: datetime, now: datetime) -> bool:
    """True for a day, unless the flag has changed since by something else than that tap."""
    return changed_at == given_at and now - given_at < MAY_BE_TAKEN_BACK_FOR


def after_settling(settling: Settling, *, state: FlagState, raised: bool) -> FlagChange | None:
    """The state of a flag after the client's newest rating; None where nothing changes.

    ``raised`` is True where that rating brought new reasons. A rating that settles closes it, as
    does one without new reasons after "talked, feels settled" or "was something else"; new reasons
    reopen what was talked about or put off.
    """
    if state in ENDED:
        return None
    if settling == "settles" or (state in ("talked_settled", "something_else") and not raised):
        return FlagChange("closed", closes=True)
    if raised and state != "open":
        return FlagChange("open", closes=False)
    return None


def after_repair(word: str, *, state: FlagState) -> FlagChange | None:
    """The state of a flag after the client's own word on the strain; None where nothing changes.

    "Better" and "no longer matters" end the episode: the client has the last word on it. "Partly"
    keeps it open as talked about. "Not yet" reopens what the therapist took for something else;
    otherwise it leaves an open flag as it is. Where usual ratings alone had ended it, both open it
    again. "Rather not say" changes nothing.
    """
    if state == "stale":
        return None
    if word in ("yes_better", "no_matter"):
        return None if state == "closed" else FlagChange("closed", closes=True)
    if word == "partly" and state != "talked_open":
        return FlagChange("talked_open", closes=False)
    if word == "not_yet" and state in ("something_else", "closed"):
        return FlagChange("open", closes=False)
    return None


def after_therapy_sessions(count: int, *, state: FlagState) -> FlagChange | None:
    """Stale once ``count`` therapy sessions have happened since the flag opened; None before."""
    if state in ENDED or count < STALE_AFTER:
        return None
    return FlagChange("stale", closes=True)
