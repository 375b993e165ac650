"""Gives the head of the audit trail out of the house once a month: into the chats of the admins.

Used by the keeper. Somebody who writes into the database can cut the trail; against a head that
stands elsewhere ``interlude audit verify --head`` shows it. It names nobody.
"""

from __future__ import annotations

from datetime import timedelta

from bot.services.work.unit_of_work import Work
from storage import alarms, audit, people

EVERY = timedelta(days=30)


def publish(work: Work) -> bool:
    """The admins are to read the head where the last time is a month ago, or, before the first
    time, their being named; True if they are.
    """
    named = [each.admin_since for each in people.list_admins(work.tx) if each.admin_since]
    if not named or work.now - (alarms.begun_last(work.tx, "trail_head") or min(named)) < EVERY:
        return False
    head = audit.head(work.tx)
    if head is None:
        return False
    return alarms.begin(work.tx, "trail_head", now=work.now, facts={"head": str(head)})
