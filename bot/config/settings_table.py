"""A table of settings, and how a value in one is refused or split; for every module of settings.

It knows none of them.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic_core import PydanticCustomError


def refusal(what: str, advice: str) -> PydanticCustomError:
    """The refusal of a value: what is wrong with it, and what to write instead."""
    return PydanticCustomError("interlude", "{what}", {"what": what, "advice": advice})


def names(value: object) -> object:
    """A list, also where a variable names its parts with commas between."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


class Section(BaseModel):
    """A table of settings: frozen, and strict about names that it does not know."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_value(cls, value: object) -> object:
        """Pydantic would take true for 1, and no setting is a yes or no."""
        if isinstance(value, bool):
            raise refusal("is true or false", "write the value that is meant")
        return value
