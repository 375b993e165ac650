"""``dip_with_strain``: a smaller dip that the client's own words confirm.

Formula: z <= -1.5 (z as in ``rating_dip``) together with strain "a_little" or "yes". A "yes" counts
like a "little" at least: the stronger answer must not weigh less. The level does not matter here,
because the client has said what the rating alone would leave open.

Source: a rule of this project: two signs that agree need less of each.
"""

from __future__ import annotations

from flows.signals.reason import Evidence
from flows.signals.view import DIP_WITH_STRAIN, Rule, View, evidence


def judge(view: View) -> Evidence | None:
    """Evidence where a smaller dip and a direct answer agree; None otherwise."""
    usual = view.usual
    if usual is None or usual.z > DIP_WITH_STRAIN or not view.newest.says_strain:
        return None
    return evidence(view, threshold=DIP_WITH_STRAIN)


RULE = Rule(id="dip_with_strain", version=1, raises="flag", judge=judge)
