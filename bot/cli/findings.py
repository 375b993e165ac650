"""One thing that ``interlude doctor`` has looked at, as every part of it says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["good", "look", "mend"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: as it should be, worth a look, or to be mended first."""

    about: str
    state: State
    says: str
