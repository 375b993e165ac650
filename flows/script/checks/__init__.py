"""What a flow's file means, checked: one module a concern, each adding to the sheet of problems."""

from __future__ import annotations

from flows.script.checks import conditions, ids, kinds, schedule, size, texts

ALL = (ids.check, kinds.check, schedule.check, texts.check, size.check, conditions.check)
"""Every check of the meaning; each takes the sheet and adds to its problems."""
