"""The rules, one file each, in the order in which their reasons are listed.

Used by ``flows.signals.assess``; a test walks the folder and this list. A rule must never look
at anything but its ``View``.
"""

from __future__ import annotations

from flows.signals.rules import (
    cut_off,
    dip_with_strain,
    drifting,
    fall,
    low_level,
    mean_minus_larger_sd,
    mean_minus_one_sd,
    mean_minus_two_sd,
    no_information,
    points,
    points_and_level,
    rating_dip,
    reliable_change,
    said_so,
    xmr,
)
from flows.signals.view import Rule

RULES: tuple[Rule, ...] = (
    said_so.RULE,
    points.RULE,
    points_and_level.RULE,
    rating_dip.RULE,
    dip_with_strain.RULE,
    low_level.RULE,
    xmr.RULE,
    mean_minus_larger_sd.RULE,
    mean_minus_two_sd.RULE,
    mean_minus_one_sd.RULE,
    reliable_change.RULE,
    cut_off.RULE,
    fall.RULE,
    drifting.RULE,
    no_information.RULE,
)
"""Every rule that there is."""
DEFAULT: tuple[str, ...] = ("said_so", "points", "drifting", "no_information")
"""The rules that are on where a practice chooses nothing else."""
ALWAYS: tuple[str, ...] = ("said_so",)
"""The rules that no practice can switch off: a client's own word is shown."""
