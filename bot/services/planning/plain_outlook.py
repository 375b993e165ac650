"""Plain sentences on what comes to a client, and on why something did or did not come.

Used by ``interlude schedule`` and ``why`` and by the demo. It says only what ``outlook`` found.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.planning import outlook
from bot.services.planning.outlook import Coming
from bot.texts import shipped
from bot.texts.keys import ScheduleKey
from flows.languages import Language
from flows.schedule.explain import DayFacts, Explanation, explain
from flows.schedule.zones import zone
from storage.cares import Care


def ahead(language: Language, care: Care, days: int, found: Sequence[Coming]) -> list[str]:
    """The title, a word on a client to whom nothing is sent now, and a line for each to come."""
    lines = [_say(language, "title", code=care.client_code, days=days, zone_name=care.zone)]
    if care.state != "active":
        lines.append(_say(language, "not_active"))
    elif care.paused_at is not None:
        lines.append(_say(language, "paused"))
    elif care.unreachable_at is not None:
        lines.append(_say(language, "unreachable"))
    for each in found:
        values = {"at": each.at, "title": each.title, "rule": each.rule, "zone": zone(care.zone)}
        lines.append(_say(language, outlook.LINES[each.verdict], **values))
    if not found and care.state == "active":
        lines.append(_say(language, "nothing"))
    return lines


def reasons(language: Language, facts: DayFacts) -> list[tuple[str, str]]:
    """The reasons why something did or did not come on a day: the key of each, and its sentence."""
    return [(one.key, _spelled(language, facts, one)) for one in explain(facts)]


def _spelled(language: Language, facts: DayFacts, one: Explanation) -> str:
    """The sentence of an explanation, whose keys are those of ``explain``."""
    return shipped().say(language, f"schedule.{one.key}", zone=facts.zone, **one.values)


def _say(language: Language, key: ScheduleKey, **values: object) -> str:
    return shipped().schedule(language, key, **values)
