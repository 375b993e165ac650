"""A check-in as JSON text and back: what storage keeps, sealed, between two turns.

Used by storage, the story runner and tests, which reload the state after every turn. Older
versions are upgraded while they are read; what is written is always the newest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flows.engine.check_in import STATE_VERSION, Answer, CheckIn, Names

Raw = dict[str, Any]
Upgrade = Callable[[Raw], Raw]
NO_TURN = -1
"""Stands for a turn that an older state did not keep."""


def _from_1(raw: Raw) -> Raw:
    """Version 2 knows more from outside, ticks, reflections and draws."""
    names = {"by_placeholder": raw["names"], "past": [], "goals": [], "topics": [], "zone": "UTC"}
    return raw | {"names": names, "picked": [], "reflecting": None, "drawn": []}


def _from_2(raw: Raw) -> Raw:
    """Version 3 asks every uncertain question again, not one a check-in; which one it was, the
    state did not say.
    """
    return raw | {"re_asked": [NO_TURN] if raw["re_asked"] else []}


def _from_3(raw: Raw) -> Raw:
    """Version 4 knows when the client is adding to an answer."""
    return raw | {"adding": False}


def _from_4(raw: Raw) -> Raw:
    """Version 5 knows when the client has put a question off."""
    return raw | {"snoozed_until": None}


UPGRADES: Mapping[int, Upgrade] = {1: _from_1, 2: _from_2, 3: _from_3, 4: _from_4}
"""From each older version to the one after it. A new STATE_VERSION needs its entry here."""


class UnreadableStateError(ValueError):
    """The text is not the state of a check-in that this version can read. It shows no content."""


def to_json(check_in: CheckIn) -> str:
    """The whole state as one line of JSON. ValueError: it holds a time without a zone."""
    raw: Raw = {
        "version": STATE_VERSION,
        "flow_id": check_in.flow_id,
        "fingerprint": check_in.fingerprint,
        "language": check_in.language,
        "names": _names_written(check_in.names),
        "seed": check_in.seed,
        "opened_at": _written(check_in.opened_at),
        "status": check_in.status,
        "turn_no": check_in.turn_no,
        "at": check_in.at,
        "answers": [
            [a.step_id, a.value, _written(a.given_at), a.off_path] for a in check_in.answers
        ],
        "first_sent_at": _written(check_in.first_sent_at),
        "last_answered_at": _written(check_in.last_answered_at),
        "reminders": check_in.reminders,
        "re_asked": check_in.re_asked,
        "uncertain_turn": check_in.uncertain_turn,
        "said": check_in.said,
        "picked": check_in.picked,
        "reflecting": check_in.reflecting,
        "adding": check_in.adding,
        "snoozed_until": _written(check_in.snoozed_until),
        "drawn": check_in.drawn,
    }
    return json.dumps(raw, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def from_json(text: str) -> CheckIn:
    """The state that ``to_json`` wrote, now or in an older version. UnreadableStateError: else."""
    try:
        raw = upgraded(json.loads(text), UPGRADES, STATE_VERSION)
        return _read(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # The chain is cut: the cause may quote what a client wrote.
        raise UnreadableStateError(
            f"not the state of a check-in ({type(error).__name__})"
        ) from None


def upgraded(raw: Raw, upgrades: Mapping[int, Upgrade], newest: int) -> Raw:
    """The raw state led through every upgrade up to ``newest``. KeyError: one is missing."""
    while (version := raw["version"]) != newest:
        raw = upgrades[version](raw) | {"version": version + 1}
    return raw


def _read(raw: Raw) -> CheckIn:
    return CheckIn(
        flow_id=raw["flow_id"],
        fingerprint=raw["fingerprint"],
        language=raw["language"],
        names=_read_names(raw["names"]),
        seed=raw["seed"],
        opened_at=datetime.fromisoformat(raw["opened_at"]),
        status=raw["status"],
        turn_no=raw["turn_no"],
        at=raw["at"],
        answers=tuple(
            Answer(step_id, _read_value(value), datetime.fromisoformat(given_at), off_path)
            for step_id, value, given_at, off_path in raw["answers"]
        ),
        first_sent_at=_read_at(raw["first_sent_at"]),
        last_answered_at=_read_at(raw["last_answered_at"]),
        reminders=raw["reminders"],
        re_asked=tuple(raw["re_asked"]),
        uncertain_turn=raw["uncertain_turn"],
        said=tuple(raw["said"]),
        picked=tuple(raw["picked"]),
        reflecting=raw["reflecting"],
        adding=raw["adding"],
        snoozed_until=_read_at(raw["snoozed_until"]),
        drawn=tuple((slot, tuple(places)) for slot, places in raw["drawn"]),
    )


def _names_written(names: Names) -> Raw:
    return {
        "by_placeholder": names.by_placeholder,
        "past": names.past,
        "goals": names.goals,
        "topics": names.topics,
        "zone": names.zone,
        "unasked": names.unasked,
    }


def _read_names(raw: Raw) -> Names:
    return Names(
        by_placeholder=tuple((placeholder, name) for placeholder, name in raw["by_placeholder"]),
        past=tuple((key, _read_value(value)) for key, value in raw["past"]),
        goals=tuple(raw["goals"]),
        topics=tuple(raw["topics"]),
        zone=raw["zone"],
        unasked=tuple(raw.get("unasked", ())),  # states of before asked for everything
    )


def _read_value(raw: Any) -> Any:
    """A list of picked options is a tuple again; every other value is as it was."""
    return tuple(raw) if isinstance(raw, list) else raw


def _written(at: datetime | None) -> str | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be kept")
    return at.astimezone(UTC).isoformat()


def _read_at(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
