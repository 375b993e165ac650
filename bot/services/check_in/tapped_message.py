"""Whether a tap comes from a message in which the question of its turn stands.

Used by the taps of check-ins. A button names rows, and after a restore, or in data that somebody
made up, the same numbers are another question: such a tap must never become its answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.work.unit_of_work import Work
from storage import deliveries
from storage.check_ins import StoredCheckIn

SLACK = timedelta(minutes=5)
"""How far Telegram's clock and ours may differ before the bot holds still by itself."""


def shows_question(
    work: Work, stored: StoredCheckIn, turn_no: int, message_id: int, shown_at: datetime | None
) -> bool:
    """True where the message is recorded as one with this turn's question, or where it can be one:
    the outcome of a sending of this turn is not known, the message is of the time of that sending
    (``shown_at``; None: Telegram does not say) and belongs to no other question of this client.

    What was uncertain is sent afterwards: the tap has proved that it arrived.
    """
    sendings = deliveries.list_sendings(work.tx, stored.id, turn_no)
    is_recorded = any(each.message_id == message_id for each in sendings)
    if not is_recorded and not (
        shown_at is not None
        and any(each.may_have_brought(shown_at, SLACK) for each in sendings)
        and deliveries.find_asked_in(work.tx, stored.client_id, message_id) is None
    ):
        return False
    if any(each.state == "uncertain" for each in sendings):
        deliveries.confirm(work.tx, stored.id, turn_no, message_id, work.now)
    return True
