"""The differences from a story, as sentences that an author reads without knowing the engine.

Used by ``interlude flows test``. Whether something differs is decided by
``flows.engine.story_text`` alone; here it is only worded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flows.engine.check_in import CheckIn
from flows.engine.events import CheckInExpired, CheckInFinished
from flows.engine.story import StoryResult
from flows.engine.story_text import Outcome, Stored

_TEXTS = {
    "ask": "the question",
    "lead": "what comes before the question",
    "help": "the help text",
    "given": "the answer so far",
    "closing": "the closing text",
}
_HAPPENED = {
    "card": ("the crisis card should come here", "the crisis card came"),
    "reminded": ("a reminder should come", "a reminder came"),
    "re_asked": ("the question should be asked once more", "the question was asked once more"),
    "finished": ("the check-in should end here", "the check-in ended"),
    "expired": ("the check-in should lapse here", "the check-in lapsed"),
    "stopped": ("the check-in should be stopped here", "the check-in was stopped"),
}
_LISTED = {"labels": "buttons", "picked": "ticked options"}
LONGEST = 160
"""Characters of a text in a sentence; the place says where the rest is."""


def outcome_sentences(expected: Outcome, seen: Outcome) -> Iterator[str]:
    """A sentence for each way in which a turn went otherwise than expected."""
    for difference in expected.differences(seen):
        name = difference.partition(" ")[0]
        yield _sentence(name, getattr(expected, name), getattr(seen, name))


def _sentence(name: str, expected: Any, seen: Any) -> str:
    if name in _TEXTS:
        return _text(_TEXTS[name], expected, seen)
    if name in _LISTED:
        return f"the {_LISTED[name]} should be {_listed(expected)}, but are {_listed(seen)}"
    if name in _HAPPENED:
        should, did = _HAPPENED[name]
        return f"{should}, but did not" if expected else f"{did}, which the story does not say"
    if name == "refused":
        return _taken("refused", expected, seen)
    if name == "nothing":
        return _taken("without effect", expected, seen)
    return f"{name} should be {expected}, but is {seen}"


def _text(what: str, expected: str, seen: str | None) -> str:
    if not expected:
        return f"{what} should be empty, but is {_quoted(seen or '')}"
    if not seen:
        return f"{what} should contain {_quoted(expected)}, but there is none"
    return f"{what} should contain {_quoted(expected)}, but is {_quoted(seen)}"


def _taken(how: str, expected: str | None, seen: str | None) -> str:
    if expected is None:
        return f"it should be taken, but was {how} ({seen})"
    if seen is None:
        return f"it should be {how} ({expected}), but was taken"
    return f"it should be {how} as {expected}, but was as {seen}"


def scores_of(result: StoryResult) -> dict[str, float | int]:
    """The scores that a story ended with, by id."""
    events = [event for played in result.played for event in played.events]
    ended = [e for e in events if isinstance(e, CheckInFinished | CheckInExpired)]
    return {score.id: score.value for event in ended for score in event.scores}


def stored_sentences(
    expected: Stored, check_in: CheckIn, scores: Mapping[str, float | int]
) -> Iterator[str]:
    """A sentence for each answer and score that is not kept as expected."""
    for name in sorted({*(expected.scores or {}), *scores} if expected.scores is not None else ()):
        wanted, kept = (expected.scores or {}).get(name), scores.get(name)
        if wanted != kept:
            yield f"the score {name} should be {_or_none(wanted)}, but is {_or_none(kept)}"
    if expected.answers is not None:
        yield from _answers(expected, check_in)


def _or_none(value: object) -> str:
    return "none" if value is None else str(value)


def _answers(expected: Stored, check_in: CheckIn) -> Iterator[str]:
    wanted = {key: _plain(value) for key, value in (expected.answers or {}).items()}
    kept = {a.step_id: _plain(a.value) for a in check_in.answers if not a.declined}
    for step_id in sorted({*wanted, *kept}):
        if wanted.get(step_id) != kept.get(step_id):
            yield _answer(step_id, wanted.get(step_id), kept.get(step_id))
    declined = [a.step_id for a in check_in.answers if a.declined]
    yield from _places("skipped", list(expected.declined), declined)
    off_path = [a.step_id for a in check_in.answers if a.off_path]
    yield from _places("off the path", list(expected.off_path), off_path)


def _answer(step_id: str, wanted: Any, kept: Any) -> str:
    if kept is None:
        return f"{step_id} should be kept as {wanted!r}, but has no answer"
    if wanted is None:
        return f"{step_id} is kept as {kept!r}, which [answers] does not say"
    return f"{step_id} should be kept as {wanted!r}, but is {kept!r}"


def _places(what: str, wanted: list[str], seen: list[str]) -> Iterator[str]:
    if wanted != seen:
        yield f"{what} should be: {_listed(wanted)}; but it is: {_listed(seen)}"


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _listed(parts: Any) -> str:
    return " | ".join(parts or ()) or "none"


def _quoted(text: str) -> str:
    shown = " ".join(text.split())
    return f"“{shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + '…'}”"
