"""Crisis wording in a client's text -> a verdict.

No match does not mean safe. The screen cannot understand what somebody means, misses many ways of
saying it, and must never be shown or used as an all-clear. A match leads to help text at once; it
is never part of any rating or flag.

Used by whatever takes in a client's text. It never keeps, returns or logs that text.
"""

from flows.safety.risk import RISKS, Risk
from flows.safety.screening import Ear, Screen, Verdict

__all__ = ["RISKS", "Ear", "Risk", "Screen", "Verdict"]
