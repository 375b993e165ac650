"""The rules, one file each, in the order in which their reasons are listed.

Used by ``flows.signals.assess``; a test walks the folder and this list. A rule must never look
at anything but its ``View``.
"""

from __future__ import annotations

from flows.signals.rules import dip_with_strain, drifting, no_information, rating_dip, said_so
from flows.signals.view import Rule

RULES: tuple[Rule, ...] = (
    said_so.RULE,
    rating_dip.RULE,
    dip_with_strain.RULE,
    drifting.RULE,
    no_information.RULE,
)
