"""A story as it is written: what the client does, turn by turn, and what should come of it.

Read from a parsed TOML document by ``read_story``; played by ``flows.engine.story``. It never plays
anything itself. Mistakes in a story are told with the turn in which they stand.

On top stand ``about``, ``flow``, ``language``, ``zone``, ``start`` (wall time), ``names``, ``seed``
and what is known from before (``past`` by key such as "week.last", ``goals``, ``topics``), and what
should be kept at the end: ``[answers]``, ``declined``, ``off_path``, ``[scores]``; which rules
should speak (``flags``, with ``rated`` as the earlier ratings) and when the flow comes ``next``
(for one that follows an event: if that happened at ``start``). Then one
``[[turn]]`` after another. The first is the opening; each further one has one of ``tap`` (a label,
or several in a list), ``confirm`` (the done button), ``withhold`` (rather not say), ``say``,
``send``, ``skip``, ``back``, ``recall``, ``add`` (to the last answer), ``change`` (the button to
change an answer after the end), ``stop``, ``after`` (20m, 6h, 2d: timers that come due fire), and
what should come of it, named as in ``Outcome``; ``picked`` are the labels ticked.
``of_turn`` taps a prompt of an earlier turn, ``uncertain`` leaves the sending of a prompt in doubt;
all others are delivered at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from flows.authoring.near_names import near
from flows.authoring.report import Loc
from flows.engine.check_in import CheckIn, Names
from flows.kinds.kind import Value
from flows.languages import Language, is_spoken, languages
from flows.schedule.local_time import at_local
from flows.schedule.zones import zone

_Reply = Literal["tap", "confirm", "withhold", "say", "send"]
_Way = Literal["skip", "back", "recall", "add", "change", "stop"]
ClientDeed = Literal[_Reply, _Way]
"""The actions of a client; each wakes the check-in."""
Deed = Literal["start", "after", ClientDeed]

_DELAY = re.compile(r"(\d{1,5})([mhd])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class StoryError(ValueError):
    """The story cannot be played as it is written; ``loc`` is the place of what is wrong."""

    def __init__(self, said: str, loc: Loc = ()) -> None:
        super().__init__(said)
        self.loc = loc


@dataclass(frozen=True, slots=True)
class Action:
    """The action of a turn. ``words``: a label, a text, the kind of thing sent, or a delay."""

    kind: Deed
    words: str = ""
    of_turn: int | None = None
    """The turn whose prompt is tapped, where it is not the last one."""
    delay: timedelta = timedelta()
    """The time that passes."""
    further: tuple[str, ...] = ()
    """The labels after the first, if several are tapped in one turn."""

    def each(self) -> Iterator[Action]:
        """The action, or each of its taps."""
        for words in (self.words, *self.further):
            yield replace(self, words=words, further=())

    def __str__(self) -> str:
        return f"{self.kind} {', '.join((self.words, *self.further))}".strip()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a turn, or the one that it should have."""

    ask: str | None = None
    lead: str | None = None
    help: str | None = None
    given: str | None = None
    closing: str | None = None
    labels: tuple[str, ...] | None = None
    picked: tuple[str, ...] | None = None
    refused: str | None = None
    nothing: str | None = None
    card: bool = False
    reminded: bool = False
    re_asked: bool = False
    finished: bool = False
    expired: bool = False
    stopped: bool = False

    def differences(self, seen: Outcome) -> list[str]:
        """A sentence for each way in which ``seen`` is not as expected.

        Texts need to contain what is expected of them, and only where something is; the rest must
        be equal, so that a refusal or an ending that the story does not mention is told.
        """
        return [
            f"{name} was {getattr(seen, name)!r}, expected {getattr(self, name)!r}"
            for name in (f.name for f in fields(self))
            if not _agrees(name, getattr(self, name), getattr(seen, name))
        ]


_CONTAINED = ("ask", "lead", "help", "given", "closing")
_LISTED = ("labels", "picked")


def _agrees(name: str, expected: Any, seen: Any) -> bool:
    if name in _CONTAINED:
        if expected in (None, ""):
            return expected is None or not seen
        return seen is not None and expected in seen
    return expected == seen or (name in _LISTED and expected is None)


@dataclass(frozen=True, slots=True)
class StoryTurn:
    """One thing that happens and what should come of it."""

    action: Action
    expected: Outcome
    uncertain: bool = False
    """True where the sending of what is asked in this turn is uncertain."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The values that should be kept at the end; None where the story does not say."""

    answers: Mapping[str, Value] | None = None
    declined: tuple[str, ...] = ()
    off_path: tuple[str, ...] = ()
    scores: Mapping[str, float | int] | None = None

    def differences(
        self, check_in: CheckIn, scores: Mapping[str, float | int] | None = None
    ) -> list[str]:
        """A sentence for each group of answers that is not as expected, and for the scores."""
        pairs: dict[str, tuple[object, object]] = {}
        if self.answers is not None:
            kept = check_in.answers
            answers = {a.step_id: a.value for a in kept if not a.declined}
            pairs |= {
                "answers": (dict(self.answers), answers),
                "declined": (list(self.declined), [a.step_id for a in kept if a.declined]),
                "off_path": (list(self.off_path), [a.step_id for a in kept if a.off_path]),
            }
        if self.scores is not None:
            pairs["scores"] = (dict(self.scores), dict(scores or {}))
        return [
            f"stored {name} are {seen!r}, expected {expected!r}"
            for name, (expected, seen) in pairs.items()
            if expected != seen
        ]


@dataclass(frozen=True, slots=True)
class Story:
    """A whole conversation. Its first turn is the opening."""

    about: str
    flow_id: str
    language: Language
    zone: str
    starts_at: datetime
    names: Names
    turns: tuple[StoryTurn, ...]
    seed: int = 0
    stored: Stored = field(default_factory=Stored)
    rated: tuple[float, ...] = ()
    """Mean ratings of earlier therapy sessions, oldest first, a week apart."""
    flags: tuple[str, ...] | None = None
    """Rules that should speak at the end; None where the story does not say."""
    next_walls: tuple[datetime, ...] | None = None
    """The local time at which the flow should come next; None where the story does not say."""


def read_story(raw: Mapping[str, Any]) -> Story:
    """The story in a parsed TOML document. StoryError: it says what is wrong and in which turn."""
    for error in unknown_keys(raw):
        raise error
    missing = [
        key for key in ("about", "flow", "language", "zone", "start", "turn") if key not in raw
    ]
    if missing:
        raise StoryError(f"the story lacks {', '.join(missing)}")
    if not is_spoken(raw["language"]):
        said = f"language is {raw['language']!r}, not one of {', '.join(languages())}"
        raise StoryError(said, ("language",))
    wall: datetime = raw["start"]
    return Story(
        about=raw["about"],
        flow_id=raw["flow"],
        language=raw["language"],
        zone=raw["zone"],
        starts_at=at_local(wall.date(), wall.time(), zone(raw["zone"])),
        names=_names(raw),
        turns=tuple(_turn(number, turn) for number, turn in enumerate(raw["turn"], start=1)),
        seed=raw.get("seed", 0),
        stored=_stored(raw),
        rated=tuple(raw.get("rated", ())),
        flags=tuple(raw["flags"]) if "flags" in raw else None,
        next_walls=tuple(raw["next"]) if "next" in raw else None,
    )


def _names(raw: Mapping[str, Any]) -> Names:
    return Names(
        by_placeholder=tuple(raw.get("names", {}).items()),
        past=tuple((key, _value(value)) for key, value in raw.get("past", {}).items()),
        goals=tuple(raw.get("goals", ())),
        topics=tuple(raw.get("topics", ())),
        zone=raw["zone"],
    )


def _stored(raw: Mapping[str, Any]) -> Stored:
    answers = raw.get("answers")
    return Stored(
        None if answers is None else {key: _value(value) for key, value in answers.items()},
        tuple(raw.get("declined", ())),
        tuple(raw.get("off_path", ())),
        raw.get("scores"),
    )


def _value(raw: Any) -> Any:
    return tuple(raw) if isinstance(raw, list) else raw


STORY_KEYS = {
    *("about", "flow", "language", "zone", "start", "names", "seed", "past", "goals", "topics"),
    *("turn", "answers", "declined", "off_path", "scores", "rated", "flags", "next"),
}
_DEEDS = tuple(deed for deed in get_args(Deed) if deed != "start")
_EXPECTED = {f.name for f in fields(Outcome)}
TURN_KEYS = {*_DEEDS, *_EXPECTED, "of_turn", "uncertain"}


def _turn(number: int, raw: Mapping[str, Any]) -> StoryTurn:
    expected = {key: value for key, value in raw.items() if key in _EXPECTED}
    expected |= {key: tuple(expected[key]) for key in _LISTED if key in expected}
    action = _action(number, raw)
    return StoryTurn(action, Outcome(**expected), raw.get("uncertain", False))


def _action(number: int, raw: Mapping[str, Any]) -> Action:
    deeds = [deed for deed in _DEEDS if deed in raw]
    if number == 1 and not deeds:
        return Action("start")
    if number == 1 or len(deeds) != 1:
        said = f"turn {number} needs one of {', '.join(_DEEDS)}; the first one none"
        raise StoryError(said, ("turn", number - 1))
    kind = deeds[0]
    taps = raw[kind] if kind == "tap" and isinstance(raw[kind], list) else [raw[kind]]
    words, *further = ("" if one is True else str(one) for one in taps or [""])
    delay = _delay(number, words) if kind == "after" else timedelta()
    return Action(kind, words, raw.get("of_turn"), delay, tuple(further))


def _delay(number: int, words: str) -> timedelta:
    delay = delay_of(words)
    if delay is None:
        said = f"turn {number}: {words!r} is not a time like 20m, 6h or 2d"
        raise StoryError(said, ("turn", number - 1, "after"))
    return delay


def delay_of(words: str) -> timedelta | None:
    """The time that is written like 20m, 6h or 2d; None: it is none."""
    found = _DELAY.fullmatch(words)
    return int(found[1]) * _UNITS[found[2]] if found else None


def unknown_keys(raw: Mapping[str, Any]) -> Iterator[StoryError]:
    """An error for each key that a story or one of its turns does not have, with its place."""
    for key in raw:
        if key not in STORY_KEYS:
            yield _unknown("a story", key, STORY_KEYS, (key,))
    turns = raw.get("turn", ())
    for number, turn in enumerate(turns if isinstance(turns, list) else ()):
        for key in turn if isinstance(turn, dict) else ():
            if key not in TURN_KEYS:
                yield _unknown(f"turn {number + 1}", key, TURN_KEYS, ("turn", number, key))


def _unknown(where: str, key: str, known: Iterable[str], loc: Loc) -> StoryError:
    advice = near(key, known, f"Known there: {', '.join(sorted(known))}.")
    return StoryError(f"{where} has no key `{key[:60]}`. {advice}", loc)
