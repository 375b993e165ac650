"""``rating_dip``: the newest rating lies clearly below what is usual for this client.

Formula: z <= -2, where z = (y - b) / (s sqrt(1 + 1/n)), b the median and s the shrunken spread of
up to 10 earlier ratings outside an open flag (at least 3). Level matters as well as the drop: in
the lower half of the scale (y < 5), where the client says rather no than yes, z <= -1.5 is enough;
and the floor of s makes a dip at least 1.05 points deep, so a rating of 9 or more (90 % of the
range, where published practice draws its line) is never one.

Source: a rule of this project, k = 2, tried by simulation; the lower half is an inference.
"""

from __future__ import annotations

from flows.signals.reason import Evidence
from flows.signals.view import DIP, DIP_WHEN_LOW, LOWER_HALF, Rule, View, evidence


def judge(view: View) -> Evidence | None:
    """Evidence where the newest rating lies far enough below the usual; None otherwise."""
    usual = view.usual
    if usual is None:
        return None
    threshold = DIP_WHEN_LOW if usual.rating < LOWER_HALF else DIP
    return evidence(view, threshold=threshold) if usual.z <= threshold else None


RULE = Rule(id="rating_dip", version=1, raises="flag", judge=judge)
