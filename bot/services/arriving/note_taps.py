"""Turns taps under notes and topics into what becomes of them. Used by the entries of clients.

Whose note it is was found before; what a digest has must never change here.
"""

from __future__ import annotations

from bot.services.arriving.entries.entry import Touched
from bot.services.arriving.entries.ownership import Words
from bot.services.check_in import noting, topics
from bot.services.work.buttons import STALE, Toast
from bot.services.work.unit_of_work import Work
from storage.cares import Care
from storage.notes import StoredNote


def pass_on(work: Work, care: Care, note: StoredNote, tapped: Touched) -> Toast:
    """The note goes to the therapist."""
    noting.settle(work, care, note, tapped.message_id, passes=True)
    return None


def pass_to(work: Work, care: Care, of: Words, tapped: Touched) -> Toast:
    """The note goes to the one of several therapists who was tapped."""
    return STALE if of[1] is None else noting.pass_to(work, care, of[1], tapped.message_id)


def drop(work: Work, care: Care, note: StoredNote, tapped: Touched) -> Toast:
    """The note is deleted."""
    noting.settle(work, care, note, tapped.message_id, passes=False)
    return None


def drop_topic(work: Work, care: Care, note: StoredNote, tapped: Touched) -> Toast:
    """The topic is deleted, and its list shows the others."""
    return topics.drop(work, care, note, tapped.message_id)
