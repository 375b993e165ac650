"""The tables of which a flow file is made: their keys and what sort of value each holds.

Built on by the shapes of whole files and of steps. Imported only where a file is read: pydantic is
slow to load, and most commands read none. Every key may be absent here, so that one missing key
does not hide the other mistakes; ``needed`` says which ones must be there.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails

from flows.languages import Language, languages


class Shape(BaseModel):
    """The rules that all tables of a flow file share: no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
    needed: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def key_names(cls) -> list[str]:
        """Every key that an author may write in the table."""
        return list(cls.named())

    @classmethod
    def named(cls) -> dict[str, str]:
        """Each key that has a field here, as an author writes it, with the name of the field."""
        return {field.alias or name: name for name, field in cls.model_fields.items()}


class WordsShape(Shape):
    """One text by language."""

    # a key for each form of address that there is: languages are data, so they are no fields
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str]
    neutral: bool | None = None

    @classmethod
    def key_names(cls) -> list[str]:
        """The codes of the languages, then the keys that every table of this shape has."""
        return [*languages(), *super().key_names()]

    def text(self, language: Language) -> str | None:
        """The text in exactly this form of address, if it was written."""
        return self.__pydantic_extra__.get(language)

    @model_validator(mode="wrap")
    @classmethod
    def _no_other_keys(cls, table: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        """Reports every key that is no language, beside all other faults of the table."""
        known = cls.key_names()
        strange = [key for key in table if key not in known] if isinstance(table, dict) else []
        faults = [_fault("extra_forbidden", (key,), table[key]) for key in strange]
        rest = {key: table[key] for key in table if key not in strange} if strange else table
        try:
            words = read(rest)
        except ValidationError as error:
            found = error.errors(include_url=False)
            faults += [_fault(e["type"], e["loc"], e["input"], e.get("ctx")) for e in found]
        if faults:
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return words


def _fault(
    sort: str, loc: tuple[int | str, ...], given: Any, context: dict[str, Any] | None = None
) -> InitErrorDetails:
    return InitErrorDetails(type=sort, loc=loc, input=given, ctx=context or {})


class OptionShape(WordsShape):
    """One answer of a choice: its id and its label by language."""

    needed = ("id",)
    id: str | None = None
    exclusive: bool | None = None
    last: bool | None = None
    risk: bool | None = None


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
