"""The outcome of a story besides its conversation: which rules speak, when its flow comes
next.

Used by ``interlude flows test`` and the tests, with the rules and the planning of production. It
plays nothing: that is the engine's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.engine.check_in import CheckIn
from flows.engine.story_text import Story
from flows.kinds.step import RATHER_NOT_SAY
from flows.schedule.local_time import wall_at
from flows.schedule.occurrences import plan, plan_event
from flows.script.flow import Flow
from flows.signals.assess import assess
from flows.signals.series import ALLIANCE_MEASURES, SessionRating, session_rating

AHEAD = timedelta(days=120)
WEEK = timedelta(weeks=1)


def prospects(story: Story, flow: Flow, check_in: CheckIn, zone: ZoneInfo) -> dict[str, str]:
    """A sentence for ``flags`` and for ``next``, where they are not as the story expects."""
    found: dict[str, str] = {}
    if story.flags is not None:
        flags = rules_that_speak(story, flow, check_in)
        if sorted(story.flags) != flags:
            found["flags"] = f"flags are {flags}, expected {sorted(story.flags)}"
    if story.next_walls is not None:
        coming = next_walls(story, flow, zone)[: len(story.next_walls)]
        if coming != list(story.next_walls):
            shown = [f"{at:%Y-%m-%d %H:%M}" for at in coming]
            expected = [f"{at:%Y-%m-%d %H:%M}" for at in story.next_walls]
            found["next"] = f"next are {shown}, expected {expected}"
    return found


def rules_that_speak(story: Story, flow: Flow, check_in: CheckIn) -> list[str]:
    """The rules that raise a reason about this check-in, after the story's earlier ratings."""
    earlier = [
        SessionRating(-place, story.starts_at - place * WEEK, _alike(level), "no")
        for place, level in enumerate(reversed(story.rated), start=1)
    ]
    measured = {
        step.measures: answer.value
        for answer in check_in.answers
        if not answer.off_path and (step := flow.step(answer.of_step)).measures is not None
        if answer.value != RATHER_NOT_SAY or step.measures == "strain"
    }
    newest = session_rating(0, story.starts_at, {k: v for k, v in measured.items() if k})
    found = assess([*earlier, newest], flag_open_since=None)
    return sorted(reason.rule for reason in found.reasons)


def _alike(level: float) -> tuple[tuple[str, float], ...]:
    return tuple((measure, level) for measure in ALLIANCE_MEASURES)


def next_walls(story: Story, flow: Flow, zone: ZoneInfo) -> list[datetime]:
    """Return the local times of the flow after the story's start; quiet hours are the practice's
    and left aside.
    """
    at, schedule = story.starts_at, flow.schedule
    happening = schedule.trigger.awaited(at)
    if happening is not None:
        slot = plan_event(schedule, happening, zone=zone, enrolled_at=at, quiet=None, slot="story")
        return [] if slot is None else [wall_at(slot.due_at, zone)]
    slots = plan(
        schedule,
        zone=zone,
        enrolled_at=at,
        after=at,
        until=at + AHEAD,
        quiet=None,
        seed=story.seed,
    )
    return [wall_at(slot.due_at, zone) for slot in slots]
