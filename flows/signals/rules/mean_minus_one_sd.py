"""``mean_minus_one_sd``: the newest rating lies 1 standard deviation below the client's own mean.

Formula: y < m - 1 s, with mean m and standard deviation s of up to 20 earlier ratings (at least 3).

Source: the drop by 1 SD of the published rupture criteria (Stiles 2004, Strauss 2006, as Gumz 2012
compares them), without the recovery that those look for afterwards.
"""

from __future__ import annotations

from flows.signals.below_mean import below, own_mean_and_sd
from flows.signals.reason import Evidence
from flows.signals.view import Rule, View

TIMES = 1.0


def judge(view: View) -> Evidence | None:
    """Evidence where the rating lies that far below the mean; None otherwise."""
    if view.course is None:
        return None
    mean, own = own_mean_and_sd(view.course)
    return below(view, mean=mean, spread=own, times=TIMES)


RULE = Rule(id="mean_minus_one_sd", version=1, raises="flag", judge=judge)
