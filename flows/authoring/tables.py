"""The tables of which a flow file is made: their keys and what sort of value each holds.

Built on by the shapes of whole files and of steps. Imported only where a file is read: pydantic is
slow to load, and most commands read none. Every key may be absent here, so that one missing key
does not hide the other mistakes; ``needed`` says which ones must be there.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """What all tables of a flow file share: no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
    needed: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def keys(cls) -> dict[str, str]:
        """Each key as an author writes it, with the name of its field here."""
        return {field.alias or name: name for name, field in cls.model_fields.items()}


class WordsShape(Shape):
    """One text by language."""

    en: str | None = None
    de: str | None = None
    de_du: str | None = None
    neutral: bool | None = None


class OptionShape(WordsShape):
    """One answer of a choice: its id and its label by language."""

    needed = ("id",)
    id: str | None = None


class LabelShape(WordsShape):
    """The label of one value of a scale."""

    needed = ("value",)
    value: int | None = None


class ReflectShape(WordsShape):
    """A short reply to an answer."""

    only_if: list[Any] | None = None
    when: str | None = None


class GoShape(Shape):
    """A jump forward."""

    needed = ("to",)
    to: str | None = None
    only_if: list[Any] | None = None
    when: str | None = None
