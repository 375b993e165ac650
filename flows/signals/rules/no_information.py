"""``no_information``: every rating is at the top of the scale, which says nothing either way.

Formula: the newest and at least 3 earlier ratings, and all of the last 10, have every answered item
at 10. It is a statement and never a flag, and never means that all is well.

Source: "always excellent" did less well than "imperfect and improving" (ACORN).
"""

from __future__ import annotations

from flows.signals.baseline import NEEDED, WINDOW
from flows.signals.reason import Evidence
from flows.signals.series import HIGHEST, SessionRating
from flows.signals.view import Rule, View, evidence


def judge(view: View) -> Evidence | None:
    """Evidence where there is nothing but top ratings; None otherwise."""
    recent = [r for r in view.earlier if r.items][-WINDOW:]
    if len(recent) < NEEDED or not all(_at_top(r) for r in (*recent, view.newest)):
        return None
    return evidence(view, threshold=HIGHEST)


def _at_top(rating: SessionRating) -> bool:
    return bool(rating.items) and all(value >= HIGHEST for _, value in rating.items)


RULE = Rule(id="no_information", version=1, raises="statement", judge=judge)
