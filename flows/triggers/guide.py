"""A trigger as a row of the author's guide. A test compares the guide with it."""

from __future__ import annotations

from flows.schedule.trigger import Trigger


def guide_row(trigger: type[Trigger]) -> str:
    """Say when the trigger comes and which keys it has: the needed ones, then the others."""
    needed = ", ".join(f"`{key.line}`{key.note}" for key in trigger.keys if key.needed)
    others = ", ".join(f"`{key.line}`{key.note}" for key in trigger.keys if not key.needed)
    keys = "; ".join(part for part in (needed, others) if part)
    return f"| `{trigger.name}` | {trigger.comes} | {keys or 'none'} |"
