"""``no_information``: every rating is at the top of the scale, which says nothing either way.

Formula: the newest and at least 3 earlier ratings, and all of the last 10, have every answered item
at 10. It is a statement and never a flag, and never means that all is well.

Source: "always excellent" did less well than "imperfect and improving" (ACORN).
"""

from __future__ import annotations

from flows.signals.reason import Evidence
from flows.signals.series import HIGHEST
from flows.signals.view import Rule, View, evidence


def judge(view: View) -> Evidence | None:
    """Evidence where there is nothing but top ratings; None otherwise."""
    return evidence(view, threshold=HIGHEST) if view.at_top else None


RULE = Rule(id="no_information", version=1, raises="statement", judge=judge)
