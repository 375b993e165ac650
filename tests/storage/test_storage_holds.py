"""Things remembered after a crisis card, and of the quiet line: on both engines."""

from __future__ import annotations

from dataclasses import replace

from storage import holds, outbox, quiet_lines
from storage.holds import Hold
from storage.outbox_rows import NewMessage
from storage.quiet_lines import QuietLine
from storage.store import Store, Tx
from tests.storage.practice import DAY, HOUR, NOW, add_care, add_check_in


async def test_a_care_has_one_hold_which_ends_with_its_time(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)
        assert holds.find(tx, care.id, NOW) is None
        hold = Hold(care.id, NOW + HOUR)
        holds.save(tx, hold)
        assert holds.find(tx, care.id, NOW) == hold
        assert holds.find(tx, care.id, NOW + HOUR) is None
        later = replace(
            hold,
            until_at=NOW + 2 * HOUR,
            check_in_id=add_check_in(tx, care).id,
            note_id=7,
            told_at=NOW,
        )
        holds.save(tx, later)
        assert holds.find(tx, care.id, NOW + HOUR) == later
        holds.remove_all(tx, care.id)
        assert holds.find(tx, care.id, NOW) is None

    await store.write(go)


def _next(tx: Tx) -> str:
    """The next message to leave, which has left afterwards."""
    (row,) = outbox.claim(
        tx, now=NOW, limit=1, token="t", lease_until=NOW + HOUR, allowed=lambda person, kind: True
    )
    assert outbox.mark_sent(tx, row.id, "t", message_id=row.id, now=NOW)
    return row.body


async def test_a_line_is_added_to_the_newest_message_that_still_waits(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)

        def say(key: str) -> int:
            message = NewMessage(care.client_id, "reply", "reply", "message", f"<{key}>", key)
            row_id = outbox.add(tx, message, NOW)
            assert row_id is not None
            return row_id

        say("in1:a")
        newest, other = say("in1:b"), say("in10:c")

        def amend(of: str, add: str | None) -> int | None:
            return outbox.amend_newest(
                tx, care.client_id, of=of, change=lambda body: None if add is None else body + add
            )

        assert amend("in1:", "!") == newest
        assert amend("in1:", None) is None
        assert amend("in2:", "!") is None
        assert _next(tx) == "<in1:a>"
        assert _next(tx) == "<in1:b>!"
        assert amend("in1:", "!") is None, "both have left"
        assert outbox.mark_dropped(tx, other, reason="asked_anew", now=NOW)
        assert amend("in10:", "!") is None, "it waits no longer"

    await store.write(go)


async def test_a_quiet_line_is_given_unless_its_message_was_dropped(store: Store) -> None:
    def go(tx: Tx) -> None:
        care, today = add_care(tx), NOW.date()
        assert quiet_lines.find(tx, care.id) is None
        quiet_lines.save(tx, care.id, owed_on=today, outbox_id=None)
        assert quiet_lines.find(tx, care.id) == QuietLine(today, is_given=False)
        row_id = outbox.add(
            tx, NewMessage(care.client_id, "reply", "reply", "message", "", "k"), NOW
        )
        assert row_id is not None
        quiet_lines.save(tx, care.id, owed_on=today, outbox_id=row_id)
        assert quiet_lines.find(tx, care.id) == QuietLine(today, is_given=True)
        outbox.mark_dropped(tx, row_id, reason="asked_anew", now=NOW)
        assert quiet_lines.find(tx, care.id) == QuietLine(today, is_given=False)
        tomorrow = (NOW + DAY).date()
        quiet_lines.save(tx, care.id, owed_on=tomorrow, outbox_id=99_999)
        found = quiet_lines.find(tx, care.id)
        assert found == QuietLine(tomorrow, is_given=True), "its row has gone, so it was sent"

    await store.write(go)
