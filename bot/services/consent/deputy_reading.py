"""Decides whether a deputy may read a client's part of a digest: in the leave, with the client's
own yes.

Used by the digest, by /preview and by what ends a leave. It tells nobody anything.
"""

from __future__ import annotations

from datetime import datetime

from bot.messages import Message
from bot.services.consent import deputies, items
from bot.services.consent.deputies import Reader
from bot.services.work.unit_of_work import Work
from storage import cares, consents, leaves, mentions, outbox
from storage.cares import Care
from storage.leaves import Leave
from storage.mentions import Waiting

READ = "deputy.read"
"""The trail calls it so where a deputy read a client's part of a digest in a leave, with words."""
KEY = "lent"
"""The beginning of the key of whatever is said to a deputy about a digest."""


def reader_of(work: Work, care: Care) -> Reader | None:
    """The deputy who this client agreed may read, in the present words, in a chat that is surely
    theirs; None: nobody.
    """
    if care.unrecognised_since is not None or not items.is_offered(work, care, "deputy_view"):
        return None
    is_agreed = items.is_agreed(work, care, "deputy_view")
    if not is_agreed or items.is_outdated(work, care, "deputy_view"):
        return None
    return deputies.find_reader(work, care)


def readable(work: Work, leave: Leave, *, cut_off_at: datetime) -> frozenset[int]:
    """The cares whose part of the digest of that moment, in this leave, whoever covers may read
    now: the leave is not over, and their clients had agreed by then to just that deputy and these
    days.
    """
    reader = deputies.reader_in(work, leave)
    if reader is None:
        return frozenset()
    given = consents.list_in_force(work.tx, leave.therapist_id, "deputy_view")
    theirs = cares.list_for_therapist(work.tx, reader.person.id, states=cares.STATES)
    known = {care.client_id for care in theirs}
    return frozenset(
        care.id
        for care in cares.list_for_therapist(work.tx, leave.therapist_id, states=("active",))
        if (yes := given.get(care.id)) is not None
        and yes.given_at < cut_off_at
        and yes.version == items.version_for(work, yes.language, reader)
        and care.unrecognised_since is None
        and care.client_id not in known
    )


def end(work: Work, therapist_id: int) -> None:
    """Agreements for a leave that is over have ended with it; not while another leave of
    the therapist is to come, or is on, in which a deputy reads.
    """
    standing = leaves.list_standing(work.tx, therapist_id)
    if not any(deputies.reader_in(work, leave) for leave in standing):
        consents.revoke_all(work.tx, therapist_id, "deputy_view", work.now)


def drop_waiting(work: Work, person_id: int) -> None:
    """Nothing of a digest that still waits to leave to this deputy leaves any more."""
    for each in _waiting(work, person_id):
        outbox.mark_dropped(work.tx, each.id, reason="not_lent", now=work.now)


def take_out(work: Work, care: Care) -> None:
    """A message that waits for a deputy and may hold this client's words says that it changed. What
    tells them that there is something to read names nobody, and stays.
    """
    reader = deputies.find_reader(work, care)
    if reader is None:
        return
    for each in _waiting(work, reader.person.id):
        if each.message_class == "reply":
            text = work.tell(reader.person.language, "changed_meanwhile")
            mentions.say_instead(work.tx, each, Message(text).to_json())


def _waiting(work: Work, person_id: int) -> list[Waiting]:
    queued = mentions.list_waiting(work.tx)
    return [e for e in queued if e.person_id == person_id and f":{KEY}" in e.dedupe_key]
