"""The signals of ratings over time: reasons, flags and engagement, decided by inspectable rules.

Used by the bot's services and by ``flows.digest``. It must never read free text, never judge a
person, and never call anything more than *possible*.
"""

from __future__ import annotations

from flows.signals.assess import Assessment, Settling, after_rating, assess
from flows.signals.baseline import Episode
from flows.signals.engagement import Agreed, Asked, Engagement, engagement
from flows.signals.flags import (
    ACKNOWLEDGEMENTS,
    ENDED,
    FLAG_STATES,
    Acknowledgement,
    FlagChange,
    FlagState,
    after,
    after_settling,
    after_therapy_sessions,
)
from flows.signals.gaps import Cause, Outcome, Series, series_of
from flows.signals.reason import Evidence, Reason, evidence_from_json, evidence_to_json
from flows.signals.rules import RULES
from flows.signals.series import SessionRating, session_rating
from flows.signals.view import Rule

__all__ = [
    "ACKNOWLEDGEMENTS",
    "ENDED",
    "FLAG_STATES",
    "RULES",
    "Acknowledgement",
    "Agreed",
    "Asked",
    "Assessment",
    "Cause",
    "Engagement",
    "Episode",
    "Evidence",
    "FlagChange",
    "FlagState",
    "Outcome",
    "Reason",
    "Rule",
    "Series",
    "SessionRating",
    "Settling",
    "after",
    "after_rating",
    "after_settling",
    "after_therapy_sessions",
    "assess",
    "engagement",
    "evidence_from_json",
    "evidence_to_json",
    "series_of",
    "session_rating",
]
