"""A small practice to test with: a therapist, clients, a published flow, a check-in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flows.engine.check_in import CheckIn, Names
from storage import cares, check_ins, flow_versions, people
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.people import Person
from storage.store import Tx

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FINGERPRINT = "f" * 64


def add_person(tx: Tx, code: str, role: people.Role = "client") -> Person:
    """A person who speaks English in Berlin."""
    return people.add(tx, role=role, code=code, language="en", zone="Europe/Berlin", now=NOW)


def add_care(tx: Tx, code: str = "C1C1", alias: str = "A. B.", therapist: str = "T1T1") -> Care:
    """An active care of a new client with the therapist of this code, who is made if missing."""
    known = people.find_by_code(tx, therapist)
    carer = known or add_person(tx, therapist, "therapist")
    client = add_person(tx, code)
    care = cares.add(tx, client_id=client.id, therapist_id=carer.id, alias=alias, now=NOW)
    cares.mark(tx, care.id, was="draft", state="active", now=NOW)
    return cares.load(tx, care.id)


def publish(tx: Tx, fingerprint: str = FINGERPRINT, flow_id: str = "mid-week") -> None:
    """A flow version is current."""
    flow_versions.publish(
        tx, flow_id=flow_id, fingerprint=fingerprint, text="id", now=NOW, who="admin", why="first"
    )


def new_state(flow_id: str = "mid-week", opened_at: datetime = NOW) -> CheckIn:
    """The state of a check-in at its first question."""
    return CheckIn(flow_id, FINGERPRINT, "en", Names(), 7, opened_at, at="how")


def add_check_in(tx: Tx, care: Care, opened_at: datetime = NOW) -> StoredCheckIn:
    """An open check-in in a published flow."""
    publish(tx)
    return check_ins.add(
        tx,
        care_id=care.id,
        client_id=care.client_id,
        occurrence_id=None,
        state=new_state(opened_at=opened_at),
        now=opened_at,
    )
