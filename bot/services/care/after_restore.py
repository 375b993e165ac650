"""Settles what a restore left: whoever lost words is told, an open question that may stand in the
chat no more comes again, and what had ended stays ended.

Used by the ticker. Nothing that a client withdrew is asked about here.
"""

from __future__ import annotations

from bot.services.check_in import check_ins
from bot.services.work import notices, speak
from bot.services.work.unit_of_work import Work
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import cares, deliveries, people, restores
from storage.cares import Care
from storage.restores import Restore

CHUNK = 20
"""Rows a transaction."""


def settle(work: Work) -> bool:
    """Take one step; True if there may be more."""
    restore = restores.find_unsettled(work.tx)
    if restore is None:
        return False
    over = restores.list_open_of_ended(work.tx, CHUNK)
    for care_id in over:
        check_ins.stop(work, care_id)
    untold = [] if over else restores.list_untold(work.tx, restore, CHUNK)
    if untold:
        _tell(work, restore, [cares.load(work.tx, care_id) for care_id in untold])
    if not over and not untold:
        _ask_again(work, restore)
    return True


def _tell(work: Work, restore: Restore, concerned: list[Care]) -> None:
    key = f"restored{restore.id}"
    therapist = people.load(work.tx, concerned[0].therapist_id)
    told = [care for care in concerned if care.state == "active" and care.unreachable_at is None]
    for care in told:
        local = zone(care.zone)
        span = {"start": restore.backup_at, "end": restore.lost_at, "zone": local}
        text = work.say(care.language, "words_lost", **span)
        at = next_allowed(work.now, local, work.practice.quiet)
        speak.notify(work, care.client_id, text, key=f"{key}:{care.id}", not_before=at)
    if people.chat_of(work.tx, therapist.id) is not None:
        text = work.tell(
            therapist.language,
            "words_lost",
            start=restore.backup_at,
            end=restore.lost_at,
            zone=zone(therapist.zone),
            aliases=", ".join(care.alias for care in concerned),
        )
        notices.tell(work, therapist, "words_lost", text, key=f"{key}:t{concerned[0].id}")
    restores.mark_told(work.tx, restore, [care.id for care in concerned], work.now)


def _ask_again(work: Work, restore: Restore) -> None:
    """A question that the client has left behind them, or that may never have come, is asked once
    more, as any question whose sending is uncertain.
    """
    ahead = restores.list_open_after(work.tx, restore, CHUNK)
    for check_in_id, turn_no, went_on in ahead:
        if went_on or deliveries.find_message_id(work.tx, check_in_id, turn_no) is None:
            check_ins.unconfirmed(work, check_in_id, turn_no, is_awaited=False)
        restores.mark_asked(work.tx, restore, check_in_id)
    if not ahead:
        restores.mark_settled(work.tx, restore, work.now)
