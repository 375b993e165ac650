"""A reason: which rule spoke, in which version, about which check-in, on what evidence.

Written by the rules, kept by storage as encrypted JSON, spelled out by ``bot.report``. It must
never be made without evidence and never carry a sentence: wording belongs to the report.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from flows.kinds.kind import Value

Evidence = tuple[tuple[str, Value | None], ...]
"""Named facts in order. The names are listed in ``flows.signals.view.evidence``."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule's finding about one rating, with everything needed to explain it later."""

    rule: str
    version: int
    check_in_id: int
    evidence: Evidence

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"a reason of {self.rule} needs evidence")

    def fact(self, name: str) -> Value | None:
        """The evidence of that name; None where it is absent or was not answered."""
        return dict(self.evidence).get(name)

    def number(self, name: str) -> float | None:
        """The evidence of that name as a number; None where it is none."""
        value = self.fact(name)
        return float(value) if isinstance(value, int | float) else None

    def words(self, name: str) -> str | None:
        """The evidence of that name as text; None where it is none."""
        value = self.fact(name)
        return value if isinstance(value, str) else None

    @property
    def at(self) -> datetime:
        """Return when the rating behind the reason was given. ValueError: it does not say."""
        return datetime.fromisoformat(self.words("rated_at") or "")

    def __repr__(self) -> str:
        return f"Reason({self.rule!r}, check-in {self.check_in_id}, …)"


def evidence_to_json(evidence: Evidence) -> str:
    """The evidence as a JSON object, in its order."""
    return json.dumps(dict(evidence), ensure_ascii=False)


def evidence_from_json(text: str) -> Evidence:
    """The evidence kept by ``evidence_to_json``. ValueError: the text is no JSON object."""
    facts = json.loads(text)
    if not isinstance(facts, dict):
        raise ValueError("evidence must be a JSON object")
    return tuple(facts.items())
