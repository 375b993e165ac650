"""The record of the rules that spoke about a client, below what a therapist reads of them.

Used for details. It counts over the whole practice, so no client reads it: where there are few, a
count would tell of somebody else.
"""

from __future__ import annotations

from bot.services.signals import past
from bot.services.signals.past import RuleRecord
from bot.services.work.unit_of_work import Work
from flows.digest.section import ClientSection
from flows.signals.rules import ALWAYS
from storage.people import Person

ENOUGH = 5
"""Fewer judged flags say nothing about how often a rule is right."""


def lines(work: Work, person: Person, section: ClientSection) -> list[str]:
    """One line a computed rule that spoke about the client; none where only they themselves did."""
    spoke = {reason.rule for reason in (*section.reasons, *section.earlier_reasons)} - set(ALWAYS)
    if not spoke:
        return []
    found = (each for each in past.records(work) if each.rule in spoke)
    return [_said(work, person, record) for record in found]


def _said(work: Work, person: Person, record: RuleRecord) -> str:
    judged = record.agreed + record.nothing_there
    if judged < ENOUGH:
        return work.tell(
            person.language, "record_few", rule=record.rule, count=record.fired, judged=judged
        )
    return work.tell(
        person.language,
        "record",
        rule=record.rule,
        fired=record.fired,
        judged=judged,
        agreed=record.agreed,
        nothing=record.nothing_there,
    )
