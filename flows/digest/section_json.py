"""A client's section as JSON and back, for storage to seal.

Used by the bot's services. A version of its own lets later readers upgrade what earlier ones wrote.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flows.digest.goals import goal_from, goal_to, step_from
from flows.digest.heard import heard_from, heard_to
from flows.digest.leaving import came_from, came_to, left_from, left_to
from flows.digest.levels import levels_from, levels_to
from flows.digest.reported import reported_from
from flows.digest.section import ClientSection, Note
from flows.digest.unmet import unmet_from, unmet_to
from flows.signals.engagement import Engagement
from flows.signals.reason import Reason

VERSION = 1
_TEXTS = ("topics", "changes", "went_well", "hard")
_REASONS = ("reasons", "earlier_reasons", "statements")


def section_to_json(section: ClientSection) -> str:
    """The section as one JSON object."""
    body = asdict(section)
    body["flag_since_at"] = _to_text(section.flag_since_at)
    body["goals"] = [goal_to(goal) for goal in section.goals]
    body["heard"] = [heard_to(each) for each in section.heard]
    before = section.heard_before
    body["heard_before"] = None if before is None else heard_to(before)
    body["left"] = None if section.left is None else left_to(section.left)
    body["came"] = None if section.came is None else came_to(section.came)
    body["unmet"] = [unmet_to(each) for each in section.unmet]
    body["levels"] = None if section.levels is None else levels_to(section.levels)
    body["next_session_at"] = _to_text(section.next_session_at)
    return json.dumps({"version": VERSION, **body}, ensure_ascii=False)


def section_from_json(text: str) -> ClientSection:
    """The section kept by ``section_to_json``. ValueError: another version wrote it."""
    body: dict[str, Any] = json.loads(text)
    if body.pop("version") != VERSION:
        raise ValueError("a section of another version")
    before, left = body.pop("heard_before", None), body.pop("left", None)
    # sections of before: "something else" had always ended a flag then
    body.setdefault("flag_is_closed", body["flag_state"] == "something_else")
    body |= {name: tuple(body[name]) for name in _TEXTS}
    body |= {name: tuple(_reason(r) for r in body[name]) for name in _REASONS}
    return ClientSection(
        **{
            **body,
            "flag_since_at": _from_text(body["flag_since_at"]),
            "next_session_at": _from_text(body.get("next_session_at")),
            "engagement": Engagement(**body["engagement"]),
            # weeks that were frozen before these were told apart have them among what was reported
            "goals": tuple(goal_from(each) for each in body.get("goals", ())),
            "steps": tuple(step_from(each) for each in body.get("steps", ())),
            "reported": tuple(reported_from(each) for each in body["reported"]),
            # weeks that were frozen before there were notes have none
            "notes": tuple(Note(**each) for each in body.get("notes", ())),
            "heard": tuple(heard_from(each) for each in body.get("heard", ())),
            "heard_before": None if before is None else heard_from(before),
            "left": None if left is None else left_from(left),
            "came": None if (came := body.get("came")) is None else came_from(came),
            "unmet": tuple(unmet_from(each) for each in body.get("unmet", ())),
            "levels": None if (levels := body.get("levels")) is None else levels_from(levels),
        }
    )


def _to_text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _reason(body: dict[str, Any]) -> Reason:
    evidence = tuple((name, value) for name, value in body["evidence"])
    return Reason(body["rule"], body["version"], body["check_in_id"], evidence)
