"""Messages that did not arrive, or wait for long: what each is, and what a hand can do about it.

Used by ``interlude outbox``. Words are erased when a message is over, so nothing is simply sent
again: an open question is asked once more, as after any doubt, and a digest is shown anew. It must
never repeat a message that may have arrived without whoever asks for it knowing that, and never
drop a safety text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, assert_never

from bot.services.check_in import check_ins
from bot.services.digest import digests
from bot.services.work.unit_of_work import Work
from storage import cares, outbox, people, undelivered
from storage import check_ins as stored_check_ins
from storage import digests as stored_digests
from storage.undelivered import Undelivered

LONG = timedelta(minutes=10)
"""So long after it was decided a message that still waits is worth a look."""
SHOWN_FOR = timedelta(days=14)
"""For so long it is told what ended without arriving for sure."""
BY_HAND = "by_hand"
"""The reason of a message that was dropped here."""

Sort = Literal[
    "question", "end", "digest", "picture", "safety", "reply", "notice", "change", "file", "menu"
]
Way = Literal[
    "ask",
    "send_digest",
    "send_picture",
    "by_itself",
    "asked_again",
    "moved_on",
    "read",
    "out_of_reach",
    "let_go",
    "arrived",
    "words_gone",
]
"""The ways it can go: the first three by ``again``; for the others there is nothing to do."""
DOABLE: tuple[Way, ...] = ("ask", "send_digest", "send_picture")


@dataclass(frozen=True, slots=True)
class Standing:
    """One message, to whom it is, and how it stands."""

    row: Undelivered
    code: str
    sort: Sort
    way: Way

    @property
    def may_double(self) -> bool:
        """True where it may have arrived, so that doing it again may show it twice."""
        return self.way in DOABLE and self.row.state == "uncertain"

    @property
    def may_be_dropped(self) -> bool:
        """A message that waits and is no safety text; one that is just being sent goes on."""
        return self.row.state == "queued" and self.sort != "safety"


def list_(work: Work, *, with_dropped: bool) -> list[Standing]:
    """List what waits for long, or ended without arriving for sure; oldest first."""
    rows = undelivered.list_(
        work.tx,
        made_before=work.now - LONG,
        over_since=work.now - SHOWN_FOR,
        with_dropped=with_dropped,
    )
    return [_standing(work, row) for row in rows]


def find(work: Work, row_id: int) -> Standing | None:
    """The message of this number and its standing; None: there is none."""
    row = undelivered.find(work.tx, row_id)
    return None if row is None else _standing(work, row)


def again(work: Work, standing: Standing) -> bool:
    """The question is asked once more, or the digest sent anew. False: there is nothing to do.

    A question keeps to pauses, holds and quiet hours as a reminder does.
    """
    row = standing.row
    if standing.way == "ask" and row.check_in_id is not None and row.turn_no is not None:
        return check_ins.ask_once_more(work, row.check_in_id, row.turn_no)
    if standing.way in DOABLE and row.digest_id is not None:
        anew = replace(work, origin=f"again{row.id}@{work.now.timestamp():.6f}")
        digests.send_anew(anew, row.digest_id, with_pages=standing.way == "send_digest")
        return True
    return False


def drop(work: Work, standing: Standing) -> bool:
    """It will not be sent; a check-in whose question it was ends, with what was answered kept.
    False: it does not wait any more, or is a safety text.
    """
    row = standing.row
    if not standing.may_be_dropped:
        return False
    outbox.mark_dropped(work.tx, row.id, reason=BY_HAND, now=work.now)
    if standing.sort == "question" and row.check_in_id is not None:
        check_ins.give_up(work, row.check_in_id)
    return True


def _standing(work: Work, row: Undelivered) -> Standing:
    person = people.load(work.tx, row.person_id)
    return Standing(row, person.code, _sort(row), _way(work, row))


def _sort(row: Undelivered) -> Sort:
    if row.message_class == "must":
        return "safety"
    match row.kind:
        case "edit" | "delete":
            return "change"
        case "menu":
            return "menu"
        case "document":
            return "file" if row.digest_id is None else "picture"
        case "message":
            return _sort_of_words(row)
        case _:
            assert_never(row.kind)


def _sort_of_words(row: Undelivered) -> Sort:
    if row.check_in_id is not None:
        return "end" if row.turn_no is None else "question"
    if row.digest_id is not None:
        return "digest"
    return "reply" if row.lane == "reply" else "notice"


def _way(work: Work, row: Undelivered) -> Way:
    match row.state:
        case "queued" | "claimed":
            return "by_itself"
        case "sent":
            return "arrived"
        case "dropped":
            return "let_go"
        case "refused" | "uncertain":
            return _way_back(work, row)
        case _:
            assert_never(row.state)


def _way_back(work: Work, row: Undelivered) -> Way:
    """The way out for a message that has ended without arriving for sure."""
    sort = _sort(row)
    if sort == "question":
        return _way_of_question(work, row)
    if sort not in ("digest", "picture") or row.digest_id is None:
        return "words_gone"
    if people.load(work.tx, row.person_id).unreachable_at is not None:
        return "out_of_reach"
    if stored_digests.load(work.tx, row.digest_id).read_at is not None:
        return "read"
    return "send_picture" if sort == "picture" else "send_digest"


def _way_of_question(work: Work, row: Undelivered) -> Way:
    stored = None if row.check_in_id is None else stored_check_ins.find(work.tx, row.check_in_id)
    if stored is None or stored.state.status != "open" or stored.state.turn_no != row.turn_no:
        return "moved_on"
    if cares.load(work.tx, stored.care_id).unreachable_at is not None:
        return "out_of_reach"
    is_shown = row.turn_no in stored.state.re_asked and stored.state.uncertain_turn is None
    return "asked_again" if is_shown else "ask"
