"""Everybody whom a practice may meet, each with things of their own: the cast of the role matrix.

Used by ``tests/bot/conversations/test_conversation_roles.py``. Who owns what is asked of the tables
here, and never of the code that the matrix judges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

from bot.sandbox import Person
from bot.services.supervising import grants
from bot.services.work.button_forms import FORMS, Name
from bot.services.work.buttons import data
from storage import (
    calendar_imports,
    cares,
    days_off,
    handovers,
    leaves,
    memos,
    notes,
    people,
    risk_cases,
)
from storage.notes import NewNote
from storage.store import Tx
from tests.bot.conversations.test_conversation_new_phone import moved
from tests.support.house import MONDAY, House
from tests.support.supervision import supervisor, write
from tests.support.two_therapists import join

NOBODYS = 10**15
"""A number that no row has."""
WEEK = timedelta(days=6, hours=12)
ALIASES = {
    "ana": "Quince",
    "carl": "Damson",
    "bea": "Medlar",
    "dan": "Sorrel",
    "eva": "Tansy",
    "fay": "Yarrow",
    "two": "Borage",
}
"""How each client is called, in words that stand in no text of the bot's."""
OF = {
    "weber": {"ana"},
    "kern": {"carl", "bea", "dan", "eva", "fay", "two"},
    "third": {"two"},
    "both": set[str](),
    "boss": set[str](),
    "adler": set[str](),
}
"""Whose names each of the practice may read."""
WORDS = "the marzipan of "
"""What a client writes, before their alias."""
_OF_THERAPIST = {
    "care": "SELECT id FROM cares WHERE therapist_id = :p",
    "therapy_session": "SELECT s.id FROM therapy_sessions s JOIN cares c ON c.id = s.care_id "
    "WHERE c.therapist_id = :p",
    "flag": "SELECT f.id FROM flags f JOIN cares c ON c.id = f.care_id WHERE c.therapist_id = :p",
    "digest": "SELECT id FROM digests WHERE therapist_id = :p UNION SELECT d.id FROM digests d "
    "JOIN days_off o ON o.therapist_id = d.therapist_id JOIN leaves l ON l.days_off_id = o.id "
    "WHERE l.stand_in_id = :p",
    "days_off": "SELECT id FROM days_off WHERE therapist_id = :p UNION "
    "SELECT days_off_id FROM leaves WHERE stand_in_id = :p",
    "calendar": "SELECT id FROM calendar_imports WHERE therapist_id = :p",
    "case": "SELECT r.id FROM risk_cases r JOIN cares c ON c.id = r.care_id "
    "WHERE c.therapist_id = :p",
    "memo": "SELECT m.id FROM memos m JOIN cares c ON c.id = m.care_id WHERE c.therapist_id = :p",
    "handover": "SELECT h.id FROM handovers h JOIN cares c ON c.id = h.care_id "
    "WHERE c.therapist_id = :p OR h.to_therapist_id = :p",
    "supervision": "SELECT id FROM supervisions WHERE therapist_id = :p OR supervisor_id = :p",
}
_OF_CLIENT = {
    "care": "SELECT id FROM cares WHERE client_id = :p",
    "check_in": "SELECT i.id FROM check_ins i JOIN cares c ON c.id = i.care_id "
    "WHERE c.client_id = :p",
    "enrolment": "SELECT e.id FROM enrolments e JOIN cares c ON c.id = e.care_id "
    "WHERE c.client_id = :p",
    "note": "SELECT id FROM notes WHERE client_id = :p",
    "handover": "SELECT h.id FROM handovers h JOIN cares c ON c.id = h.care_id "
    "WHERE c.client_id = :p",
}
TABLES = {
    "care": "cares",
    "check_in": "check_ins",
    "enrolment": "enrolments",
    "therapy_session": "therapy_sessions",
    "days_off": "days_off",
    "calendar": "calendar_imports",
    "flag": "flags",
    "digest": "digests",
    "note": "notes",
    "case": "risk_cases",
    "memo": "memos",
    "handover": "handovers",
    "supervision": "supervisions",
}
"""The table of each sort of thing that a button may name."""
LIKELY = {"turn": 1, "choice": 3, "days": 7, "weekdays": 1, "minute": 1080, "place": 0, "on": 1}
"""A number that a button of the bot's could carry."""
WORD = {"with_whom": "topic", "people_page": "clients", "cover_say": "yes"} | {
    "acknowledge": "will_raise",
    "case_mark": "in_touch",
    "hand_answer": "later",
    "leave_digests": "comes",
    "session_mark": "no_show",
}


@dataclass(slots=True)
class Cast:
    """Everybody by name, and of each kind of thing which is whose."""

    people: dict[str, Person]
    ids: dict[str, int] = field(default_factory=dict)
    things: dict[str, list[int]] = field(default_factory=dict)
    owned: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def cells(self, who: str, name: Name) -> list[tuple[str, str]]:
        """A button in somebody's hands: (whose things, data) for each choice of the things that it
        names: ``own``, or what of it is ``another's`` or ``nobody's``.
        """
        form, own = FORMS[name], self.owned[who]
        choices: list[list[tuple[str, int]]] = []
        for part in form.numbers:
            if part not in TABLES:
                choices.append([("own", LIKELY.get(part, 0))])
                continue
            mine = own.get(part, [])
            others = [each for each in self.things[part] if each not in mine]
            choices.append(
                [
                    *(("own", each) for each in mine[:1]),
                    *(("another's", each) for each in {*others[:1], *others[-1:]}),
                    ("nobody's", NOBODYS),
                ]
            )
        word = WORD.get(name, "en") if form.has_word else ""
        found = []
        for chosen in product(*choices):
            whose = {each for each, _ in chosen} or {"own"}
            label = next(w for w in ("nobody's", "another's", "own") if w in whose)
            found.append((label, data(name, *(n for _, n in chosen), word=word)))
        return found

    def private_to(self, who: str) -> list[str]:
        """The names and words that this person must never read."""
        own = OF.get(who, {who})
        hidden = [alias for client, alias in ALIASES.items() if client not in own]
        return [*hidden, *(WORDS + alias for alias in hidden)]


async def cast_in(house: House) -> Cast:
    """Two therapists who work alike, a deputy, somebody with two roles, a supervisor, and a client
    of every standing; it is the moment after the week's digest.
    """
    weber, kern = await house.therapist("Dr. Weber"), await house.therapist("Dr. Kern")
    third, both = await house.therapist("Dr. Third"), await house.therapist("Dr. Both")
    boss = await house.admin("Dr. Boss")
    adler = await supervisor(house, weber)
    ids = {n: (await house.stored(p)).id for n, p in (("kern", kern), ("both", both))}
    await write(
        house,
        lambda work: grants.name(
            work, people.load(work.tx, ids["both"]), people.load(work.tx, ids["kern"])
        ),
    )
    await house.tap(kern, "Yes, Dr. Both supervises me")
    made = {name: await house.client(kern, ALIASES[name]) for name in ("carl", "dan", "eva", "fay")}
    made["bea"] = await house.client(kern, ALIASES["bea"], agrees=False)
    made["ana"] = await house.client(weber, ALIASES["ana"])
    made["two"] = await house.client(third, ALIASES["two"])
    await join(house, made["two"], kern, ALIASES["two"])
    cast = Cast(
        {
            "weber": weber,
            "kern": kern,
            "third": third,
            "both": both,
            "boss": boss,
            "adler": adler,
            **made,
        }
    )
    await _a_week(house, cast)
    await house.say(made["dan"], "/pause")
    await house.say(made["eva"], "/stop")
    await house.tap(made["eva"], "Yes, end them")
    cast.people["fay"] = await moved(house, kern, alias=ALIASES["fay"])
    await _look(house, cast)
    return cast


async def _a_week(house: House, cast: Cast) -> None:
    """Both clients come to a therapy session, say that something was not right, and write."""
    await _lay_out(house, cast)
    for therapist, client in (("weber", "ana"), ("kern", "carl")):
        await house.say(cast.people[therapist], f"/session {ALIASES[client]}")
    await house.travel(by=timedelta(hours=2))
    for client in ("ana", "carl"):
        for label in ("5", "5", "5", "5", "Yes", "Tense"):
            await house.tap(cast.people[client], label)
        await house.say(cast.people[client], WORDS + ALIASES[client])
    await house.travel(to=MONDAY + WEEK)
    for client in ("ana", "carl"):
        await house.say(cast.people[client], "/checkin")


async def _lay_out(house: House, cast: Cast) -> None:
    """What takes long to come about in the chat: a leave, a calendar, a memo, a case, a handover
    and a note, for each of the two therapists and their client.
    """
    await _name(house, cast)
    now, day = house.clock.now(), date(2026, 11, 24)

    def lay(tx: Tx) -> None:
        for therapist, client in (("weber", "ana"), ("kern", "carl")):
            t, c = cast.ids[therapist], cast.ids[client]
            care = _care(tx, t, c)
            own = {"care_id": care, "client_id": c, "now": now}
            off = days_off.add(
                tx, therapist_id=t, care_id=None, first_on=day, last_on=day.replace(day=30), now=now
            )
            leaves.add(tx, off.id, digests="comes")
            leaves.ask_stand_in(tx, off.id, cast.ids["third"] if therapist == "weber" else None)
            if therapist == "weber":
                leaves.answer(tx, off.id, "yes")
            calendar_imports.add(tx, therapist_id=t, source="file", state="shown", body=[], now=now)
            memos.add(tx, words=f"memo on {ALIASES[client]}", **own)
            risk_cases.open_(tx, **own)
            handovers.add(
                tx,
                care_id=care,
                to_therapist_id=cast.ids["both"],
                by="therapist",
                now=now,
                look_at=now + timedelta(days=60),
            )
            words = WORDS + ALIASES[client]
            notes.add(tx, NewNote(care, c, now, now, now, words))

    await house.app.store.write(lay)
    await house.settle()


def _care(tx: Tx, therapist_id: int, client_id: int) -> int:
    """The care of the two."""
    own = cares.list_for_client(tx, client_id)
    return next(each.id for each in own if each.therapist_id == therapist_id)


async def _name(house: House, cast: Cast) -> None:
    for name, person in cast.people.items():
        cast.ids[name] = (await house.stored(person)).id


async def _look(house: House, cast: Cast) -> None:
    """Ask the tables who owns what."""
    await _name(house, cast)
    for thing, table in TABLES.items():
        cast.things[thing] = [row[0] for row in await house.rows(f"SELECT id FROM {table}")]
    for name, number in cast.ids.items():
        asked = _OF_CLIENT if name in ALIASES else _OF_THERAPIST
        cast.owned[name] = {
            thing: [row[0] for row in await house.rows(query.replace(":p", str(number)))]
            for thing, query in asked.items()
        }
