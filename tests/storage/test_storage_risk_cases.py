"""Risk cases: one open a client, every step kept, one alert a person; and the consent to alerts."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storage import agenda, consents, risk_cases
from storage.cares import Care
from storage.errors import StaleState
from storage.risk_cases import NewStep, RiskCase
from storage.store import Store, Tx
from tests.storage.practice import DAY, HOUR, MINUTE, NOW, add_care, add_person


def open_case(tx: Tx, care: Care) -> RiskCase:
    return risk_cases.open_(tx, care_id=care.id, client_id=care.client_id, now=NOW)


async def test_a_client_has_one_open_case_and_another_one_only_once_it_is_closed(
    store: Store,
) -> None:
    def go(tx: Tx) -> tuple[Care, Care, RiskCase]:
        care, other = add_care(tx, "AAAA"), add_care(tx, "BBBB")
        case = open_case(tx, care)
        assert risk_cases.find_open(tx, care.id) == risk_cases.find(tx, case.id) == case
        assert risk_cases.find_open(tx, other.id) is None
        open_case(tx, other)
        return care, other, case

    care, other, case = await store.write(go)
    with pytest.raises(sa.exc.IntegrityError):
        await store.write(lambda tx: open_case(tx, care))

    def close(tx: Tx) -> None:
        with pytest.raises(StaleState):
            risk_cases.mark(tx, case.id, was="seen", state="closed", now=NOW, next_at=None)
        risk_cases.mark(tx, case.id, was="open", state="closed", now=NOW + HOUR, next_at=None)
        closed = risk_cases.find(tx, case.id)
        assert closed is not None
        assert (closed.state, closed.closed_at) == ("closed", NOW + HOUR)
        assert [each.client_id for each in risk_cases.list_open(tx)] == [other.client_id]
        assert open_case(tx, care).id > case.id

    await store.write(close)


async def test_a_case_is_due_until_somebody_has_seen_it(store: Store) -> None:
    def go(tx: Tx) -> None:
        case = open_case(tx, add_care(tx))
        assert agenda.next_at(tx, NOW) is None
        due = {"was": "open", "now": NOW}
        risk_cases.mark(tx, case.id, state="open", next_at=NOW + HOUR, **due)  # type: ignore[arg-type]
        assert agenda.next_at(tx, NOW) == NOW + HOUR
        assert risk_cases.list_due(tx, NOW + HOUR - MINUTE) == []
        assert [each.id for each in risk_cases.list_due(tx, NOW + HOUR)] == [case.id]
        risk_cases.mark(tx, case.id, state="seen", next_at=None, **due)  # type: ignore[arg-type]
        assert risk_cases.list_due(tx, NOW + DAY) == []
        assert agenda.next_at(tx, NOW) is None

    await store.write(go)


async def test_every_step_is_kept_and_one_person_is_alerted_once_a_case(store: Store) -> None:
    def go(tx: Tx) -> None:
        care, deputy = add_care(tx), add_person(tx, "D1D1", "therapist")
        case = open_case(tx, care)
        heard = NewStep(care.id, case.id, "explicit", NOW, care.client_id, NOW, 7, "dying")
        alerted = NewStep(care.id, case.id, "alerted", NOW, person_id=deputy.id)
        assert risk_cases.add_step(tx, heard) is not None
        assert risk_cases.add_step(tx, heard) is not None
        assert risk_cases.add_step(tx, alerted) is not None
        assert risk_cases.add_step(tx, alerted) is None
        steps = risk_cases.list_steps(tx, case.id)
        assert [(s.what, s.person_id, s.message_id) for s in steps] == [
            ("explicit", care.client_id, 7),
            ("explicit", care.client_id, 7),
            ("alerted", deputy.id, None),
        ]
        risk_cases.mark(tx, case.id, was="open", state="closed", now=NOW, next_at=None)
        again = open_case(tx, care)
        other = NewStep(care.id, again.id, "alerted", NOW, person_id=deputy.id)
        assert risk_cases.add_step(tx, other) is not None

    await store.write(go)


async def test_what_was_heard_is_found_by_its_time_with_a_case_and_without(store: Store) -> None:
    def go(tx: Tx) -> None:
        care, other = add_care(tx, "AAAA"), add_care(tx, "BBBB")
        case = open_case(tx, care)
        for step in (
            NewStep(care.id, None, "likely", NOW),
            NewStep(care.id, case.id, "tell", NOW + HOUR),
            NewStep(care.id, case.id, "seen", NOW + HOUR),
            NewStep(other.id, None, "likely", NOW),
        ):
            risk_cases.add_step(tx, step)

        def heard(since: int, until: int) -> list[str]:
            span = {"since": NOW + since * HOUR, "until": NOW + until * HOUR}
            return [s.what for s in risk_cases.list_heard(tx, care.id, **span)]

        assert heard(0, 2) == ["likely", "tell"]
        assert heard(0, 1) == ["likely"]
        assert heard(1, 2) == ["tell"]

    await store.write(go)


async def test_the_consent_to_alerts_stands_beside_the_one_to_the_answers(store: Store) -> None:
    def go(tx: Tx) -> None:
        care = add_care(tx)

        def agree(item: consents.Item) -> None:
            consents.add(
                tx,
                care_id=care.id,
                item=item,
                version="1",
                text_hash="h",
                language=care.language,
                update_id=1,
                now=NOW,
            )

        def stands() -> tuple[bool, bool]:
            both: tuple[consents.Item, ...] = ("answers", "alerts")
            first, second = (consents.is_in_force(tx, care.id, item) for item in both)
            return first, second

        agree("answers")
        assert stands() == (True, False)
        agree("alerts")
        agree("alerts")
        assert stands() == (True, True)
        assert consents.revoke(tx, care.id, NOW, item="alerts")
        assert stands() == (True, False)
        agree("alerts")
        assert consents.revoke(tx, care.id, NOW)
        assert stands() == (False, False)

    await store.write(go)
