"""Paths in the settings: relative ones start at the folder of the settings file, empty ones are
none.

Used by every module of settings that has a path. It must never look whether anything is there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ValidationInfo


def base(info: ValidationInfo) -> Path:
    """The folder that relative paths start from: that of the settings file."""
    return Path(info.context) if info.context is not None else Path()


def _placed(path: Path, info: ValidationInfo) -> Path:
    return base(info) / path


def _none_where_empty(value: object) -> object:
    return None if value == "" else value


Placed = Annotated[Path, AfterValidator(_placed)]
PlacedOrNone = Annotated[Placed | None, BeforeValidator(_none_where_empty)]
