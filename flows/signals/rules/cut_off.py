"""``cut_off``: the newest rating lies at or below a published cut-off.

Formula: y <= 9 of 0..10, which is 36 of 40 (90 % of the range); it needs no history.

Source: the alert line of the Session Rating Scale as vendors give it (36 or less of 40). It is
meant for that licensed instrument only; on other items there is no norm behind it.
"""

from __future__ import annotations

from flows.signals.reason import Evidence
from flows.signals.view import STILL_HIGH, Rule, View, evidence


def judge(view: View) -> Evidence | None:
    """Evidence where the rating does not lie above 90 % of the range; None otherwise."""
    level = view.newest.level
    if level is None or level > STILL_HIGH:
        return None
    return evidence(view, threshold=STILL_HIGH)


RULE = Rule(id="cut_off", version=1, raises="flag", judge=judge)
