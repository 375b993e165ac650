"""The keys of steps that belong to kinds: each with its sort of value and a sentence for authors.

A kind's own keys are the annotations of one class here or in the kind's module. Objects of these
classes are never made: ``flows.script.schema`` makes one table out of all of them, and hands it to
the kind. What an annotation names, such as ``OptionShape``, is looked up in
``flows.authoring.toml_tables``, which is imported only where a file is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

if TYPE_CHECKING:
    from flows.authoring.toml_tables import OptionShape


class Keys:
    """A kind without keys of its own, and what every kind may look at."""

    id: str | None
    kind: str | None
    rather_not_say: bool | None
    measures: str | None


class OptionKeys(Keys):
    """Options to choose from."""

    options: Annotated[
        list[OptionShape] | None, "The answers to choose from, each with an id and its label."
    ]
    order: Annotated[str | None, "random: the steps or options come in an order that is drawn."]


class BoundKeys(Keys):
    """Two numbers between which something lies."""

    min: Annotated[float | None, "The lowest number, or how many must be picked at least."]
    max: Annotated[float | None, "The highest number, or how many may be picked at most."]


class RatedKeys(BoundKeys):
    """Numbers of which one end may be the better one."""

    better: Annotated[str | None, "high or low: which end of what is measured is the better one."]
    risk_at_least: Annotated[
        float | None, "From this number on it is a sign of danger; the crisis card follows."
    ]
    risk_at_most: Annotated[
        float | None, "Down from this number it is a sign of danger; the crisis card follows."
    ]


class MomentKeys(Keys):
    """Two moments between which an answer lies."""

    earliest: Annotated[str | None, "The first time (06:00) or date (-30d) that is taken."]
    latest: Annotated[str | None, "The last time (22:00) or date (+14d) that is taken."]


def own_keys(keys: type[Keys]) -> tuple[str, ...]:
    """The names of a kind's own keys, in the order in which they are declared."""
    declared = (one.__annotations__ for one in reversed(keys.__mro__) if one not in (object, Keys))
    return tuple(dict.fromkeys(key for names in declared for key in names))
