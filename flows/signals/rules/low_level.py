"""``low_level``: the newest rating lies in the lower half of the scale, whatever is usual.

Formula: y < 5 of 0..10, the middle of the instrument's range; it needs no history.

Source: an inference of this project, without norms: below the middle the client says rather no than
yes. On its own it flags the same few clients week after week; that is why it is off.
"""

from __future__ import annotations

from flows.signals.reason import Evidence
from flows.signals.view import LOWER_HALF, Rule, View, evidence


def judge(view: View) -> Evidence | None:
    """Evidence where the rating lies below the middle of the scale; None otherwise."""
    level = view.newest.level
    if level is None or level >= LOWER_HALF:
        return None
    return evidence(view, threshold=LOWER_HALF)


RULE = Rule(id="low_level", version=1, raises="flag", judge=judge)
