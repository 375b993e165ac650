"""One key of a file and all that is to be known of it: sort, form, meaning, sample, check.

Used by the modules that own keys, and through them by the shape of a file, its JSON Schema, its
checks and the guide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flows.authoring.report import Loc, Report

Value = TypeVar("Value")
Written = Mapping[str, Any]
"""An author's words of one table: the raw value of each key that is there and of its sort."""


def _no_check(report: Report, loc: Loc, written: Any) -> None:
    """Nothing can be wrong beyond the sort of the value."""


@dataclass(frozen=True, slots=True)
class Key(Generic[Value]):
    """A key of a table. Keys of one name share their sort, form and sentence."""

    name: str
    sort: Any
    """The Python type of the raw value: ``str``, ``int``, ``list[str]``."""
    read: Callable[[Any], Value | None]
    """The raw value as what it means; None: it means nothing."""
    says: str
    """One sentence, as an editor shows it beside the key."""
    what: str
    """A description of it, in the words that follow "Add"."""
    sample: str
    """A value as an author writes it."""
    form: Mapping[str, Any]
    """Its JSON Schema."""
    check: Callable[[Report, Loc, Any], None] = _no_check
    """Reports a raw value that means nothing or too much."""
    needed: bool = True
    note: str = ""
    """The guide's words behind the sample."""

    def of(self, written: Written) -> Value | None:
        """Return what the author said; None where it is absent or means nothing."""
        raw = written.get(self.name)
        return None if raw is None else self.read(raw)

    def given(self, written: Written) -> Value:
        """Return what the author said, which the checks have found to be there."""
        value = self.of(written)
        assert value is not None, "the checks let a flow pass that lacks something"
        return value

    @property
    def line(self) -> str:
        """The key with its sample, as a line of a file."""
        return f"{self.name} = {self.sample}"
