"""``said_so``: the client said directly that something wasn't right.

Formula: strain is "a_little" or "yes". It needs no history: it speaks from the first check-in on,
is always shown and never folded.

Source: direct post-session questions find strain that ratings miss (Rubel 2018 asked so; our
simulation raised the sensitivity for visible strain from .14 to .44 by adding the question).
"""

from __future__ import annotations

from flows.signals.reason import Evidence
from flows.signals.view import Rule, View, evidence


def judge(view: View) -> Evidence | None:
    """Evidence where the client said "a little" or "yes"; None otherwise."""
    return evidence(view, threshold="a_little") if view.newest.says_strain else None


RULE = Rule(id="said_so", version=1, raises="flag", judge=judge)
