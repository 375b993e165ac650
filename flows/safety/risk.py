"""The answers of the screen to a text, from the least to the gravest.

Used by ``screening`` and ``learnt``, and through ``flows.safety`` by whatever takes in texts.
"""

from __future__ import annotations

from typing import Literal, get_args

Risk = Literal["none", "maybe", "likely", "explicit"]
RISKS: tuple[Risk, ...] = get_args(Risk)
