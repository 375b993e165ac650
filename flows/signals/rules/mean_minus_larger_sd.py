"""``mean_minus_larger_sd``: the newest rating lies the larger of two spreads below the own mean.

Formula: y < m - max(s, S), with mean m and standard deviation s of up to 20 earlier ratings (at
least 3) and the swing S between the clients of the practice.

Source: Gumz 2012, the stricter of the spread within and between clients
(http://pubmedcentralcanada.ca/pmcc/articles/PMC3320522/), without the recovery.
"""

from __future__ import annotations

from flows.signals.below_mean import below, own_mean_and_sd
from flows.signals.reason import Evidence
from flows.signals.view import Rule, View


def judge(view: View) -> Evidence | None:
    """Evidence where the rating lies that far below the mean; None otherwise."""
    if view.course is None:
        return None
    mean, own = own_mean_and_sd(view.course)
    return below(view, mean=mean, spread=max(own, view.spreads.between), times=1.0)


RULE = Rule(id="mean_minus_larger_sd", version=1, raises="flag", judge=judge)
