"""Tells what changed inside a step that both versions of a flow have: wording, answers, measure.

Used by ``flows.script.diff``. What makes later answers incomparable with earlier ones is weighed as
such; the way to the step is compared elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from flows.authoring.words import Words
from flows.kinds.likeness import seen
from flows.kinds.registry import kind_of
from flows.kinds.step import Option, Step
from flows.languages import Language, in_english, languages
from flows.script.outline import answers_in_words

Labels = Mapping[str, Words]

Weighed = tuple[Literal["cut", "measured", "plain"], str]

MEASURED = "It is a measured item: asked in other words, it may not compare with earlier answers."


def step_changes(old: Step, new: Step) -> Iterator[Weighed]:
    """A weighed sentence for each difference between two steps of one id."""
    if old.kind != new.kind:
        said = (
            f"{new.id} is of the kind {new.kind}, was {old.kind}. Its answers mean something else "
            "now, which CUTS each client's history in two; give the new step an id of its own."
        )
        yield "cut", said
        return
    yield from _measure(old, new)
    yield from _better(old, new)
    yield from _wordings(old, new)
    kind = kind_of(new)
    yield from _options(new, kind.options(old), kind.options(new))
    if kind.limits(old) != kind.limits(new):
        weight: Literal["measured", "plain"] = "plain" if new.measures is None else "measured"
        now = answers_in_words(new, new.ask.by_language[0][0])
        compare = "" if new.measures is None else " Earlier answers may not compare."
        yield weight, f"{new.id}: the answers are now {now}.{compare}"
    if old.optional != new.optional:
        yield "plain", f"{new.id} {'may' if new.optional else 'can no longer'} be skipped."
    if old.rather_not_say != new.rather_not_say:
        offered = "is offered" if new.rather_not_say else "is no longer offered"
        yield "plain", f"{new.id}: “rather not say” {offered}."


def _measure(old: Step, new: Step) -> Iterator[Weighed]:
    if old.measures == new.measures:
        return
    if old.measures is None:
        yield "plain", f"{new.id} measures {new.measures} from now on."
        return
    now = f"measures {new.measures} now, was" if new.measures else "no longer measures"
    said = (
        f"{new.id} {now} {old.measures}. That CUTS each client's history in two: charts and "
        f"comparisons of {old.measures} end here."
    )
    yield "cut", said


def _better(old: Step, new: Step) -> Iterator[Weighed]:
    was, now = kind_of(old).better(old), kind_of(new).better(new)
    if was == now:
        return
    said = "it is no longer said which end is better" if now is None else f"{now}er is better now"
    if was is None or now is None:
        yield "plain", f"{new.id}: {said}."
    else:
        yield "measured", f"{new.id}: {said}, was {was}er. Earlier answers may not compare."


def _wordings(old: Step, new: Step) -> Iterator[Weighed]:
    pairs = [
        ("question", old.ask, new.ask),
        ("help", old.help, new.help),
        *_labels_kept(old, new),
    ]
    for what, was, now in pairs:
        for language in languages():
            before, after = _text(was, language), _text(now, language)
            if before == after or (what == "help" and None in (before, after)):
                continue
            if before is None or after is None:
                continue  # a language that came or went is told once for the whole flow
            name = in_english(language)
            said = f"{new.id}: the {what} is now “{after}”, was “{before}” ({name})."
            measured = new.measures is not None and what != "help"
            yield ("measured", f"{said} {MEASURED}") if measured else ("plain", said)
    if (old.help is None) != (new.help is None):
        yield "plain", f"{new.id} {'has no help text any more' if old.help else 'has a help text'}."
    yield from _labels_changed(old, new)
    kept = [(what, was, now) for what, was, now in _labels_kept(old, new) if was and now]
    earlier = {what: was for what, was, _ in kept}
    yield from _swapped(new, "the ", earlier, {what: now for what, _, now in kept})
    if old.wordings != new.wordings:
        yield "plain", f"{new.id}: the other wordings have changed."


def _labels_changed(old: Step, new: Step) -> Iterator[Weighed]:
    """A label of the kind that came or went: three hours are not three."""
    for what, before, after in _labels_kept(old, new):
        if (before is None) == (after is None):
            continue
        shown = [f"“{_first(one)}”" if one is not None else "none" for one in (after, before)]
        said = f"{new.id}: the {what} is now {shown[0]}, was {shown[1]}."
        yield ("plain", said) if new.measures is None else ("measured", f"{said} {MEASURED}")


def _labels_kept(old: Step, new: Step) -> list[tuple[str, Words | None, Words | None]]:
    """The labels that both steps can have, by what they are."""
    kind = kind_of(new)
    was, now = dict(kind.labels(old)), dict(kind.labels(new))
    return [(what, was[what], now[what]) for what in was if what in now]


def _text(words: Words | None, language: Language) -> str | None:
    """Return what a client of that language reads; None where it is not written."""
    texts = dict(words.by_language) if words is not None else {}
    return texts.get(language)


def _options(step: Step, old: tuple[Option, ...], new: tuple[Option, ...]) -> Iterator[Weighed]:
    was, now = {one.id: one.label for one in old}, {one.id: one.label for one in new}
    labels = {_labels(label): one for one, label in now.items() if one not in was}
    for one, label in was.items():
        if one in now:
            continue
        other = labels.get(_labels(label))
        gone = f"is called {other} now" if other else f"(“{_first(label)}”) is gone"
        said = (
            f"{step.id}: the option {one} {gone}. That CUTS each client's history in two: earlier "
            f"answers stay as {one}. Keep the id if it means the same."
        )
        yield "cut", said
    for one, label in now.items():
        if one not in was and _labels(label) not in map(_labels, was.values()):
            weight: Literal["measured", "plain"] = "plain" if step.measures is None else "measured"
            yield weight, f"{step.id}: new option {one}, “{_first(label)}”."
    yield from _swapped(step, "the option ", was, now)
    yield from _relabelled(step, was, now)


def _swapped(step: Step, what: str, was: Labels, now: Labels) -> Iterator[Weighed]:
    """Find labels that say now what another one said: earlier answers would be read as others."""
    for one in (each for each in now if each in was):
        for language, text in now[one].by_language:
            before = {each: seen(_text(old, language) or "") for each, old in was.items()}
            others = [each for each, said in before.items() if said == seen(text)]
            if not others or one in others:
                continue
            yield (
                "cut",
                (
                    f"{step.id}: {what}{one} means “{text}” now, which was {what}{others[0]}. "
                    "That CUTS each client's history in two: earlier answers would be read as "
                    "others. Keep each with what it means."
                ),
            )
            break


def _relabelled(step: Step, was: dict[str, Words], now: dict[str, Words]) -> Iterator[Weighed]:
    for one in (each for each in was if each in now):
        for language in languages():
            before, after = _text(was[one], language), _text(now[one], language)
            if before is None or after is None or before == after:
                continue
            said = f"{step.id}: the option {one} reads “{after}”, was “{before}”"
            said += f" ({in_english(language)})."
            yield ("plain", said) if step.measures is None else ("measured", f"{said} {MEASURED}")
    kept = [[each for each in side if each in was and each in now] for side in (was, now)]
    if kept[0] != kept[1]:
        yield "plain", f"{step.id}: the order of the options is now {', '.join(now)}."


def _labels(label: Words) -> tuple[tuple[Language, str], ...]:
    return label.by_language


def _first(label: Words) -> str:
    return label.by_language[0][1]
