"""Writes and reads the data of buttons: ids and short codes, never answers.

Written into messages by the services, read from taps by ``bot.chat``. A tap is a claim, not a
right: its form says which things it names, and dispatch finds them among the tapper's own.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from enum import Enum
from typing import Literal, get_args

Name = Literal[
    "answer",
    "skip",
    "back",
    "done",
    "withhold",
    "add",
    "recall",
    "later",
    "snooze",
    "unmet",
    "unmet_how",
    "change",
    "begin",
    "again",
    "consent",
    "consent_step",
    "numbers",
    "decline",
    "stop_ask",
    "stop",
    "keep",
    "item_ask",
    "item_yes",
    "item_yes_alone",
    "item_no",
    "item_leave",
    "item_take_back",
    "tidy_ask",
    "tidy_on",
    "tidy_off",
    "tidy_not",
    "tell",
    "language",
    "own_language",
    "invite_again",
    "name_keep",
    "name_drop",
    "letter",
    "wrong_person",
    "wrong_person_now",
    "right_person",
    "new_phone",
    "new_phone_link",
    "heard_word",
    "wrong_phone",
    "wrong_phone_now",
    "end_care",
    "end_on",
    "end_how",
    "end_back",
    "session",
    "undo_session",
    "move_session",
    "add_session",
    "regular",
    "regular_hour",
    "regular_show",
    "regular_keep",
    "regular_holds",
    "regular_end",
    "regular_end_now",
    "people_page",
    "session_page",
    "session_open",
    "session_mark",
    "session_day",
    "session_when",
    "session_move",
    "days_off",
    "days_off_from",
    "days_off_until",
    "days_off_keep",
    "days_off_undo",
    "evening_ask",
    "evening_set",
    "calendar",
    "own_times",
    "own_set",
    "own_reset",
    "live_by",
    "live_elsewhere",
    "times_keep",
    "language_ask",
    "note_pass",
    "note_drop",
    "note_pass_to",
    "with_whom",
    "topic_drop",
    "hold_back",
    "let_go",
    "note_hold_back",
    "note_let_go",
    "preview_page",
    "preview_text",
    "history_page",
    "history_chart",
    "misunderstood",
    "export",
    "erase",
    "erase_next",
    "erase_now",
    "erase_keep",
    "card",
    "card_offer",
    "card_flow",
    "card_send",
    "flag",
    "flags",
    "acknowledge",
    "take_back",
    "details",
    "read",
    "whole",
    "weeks",
    "week",
    "rest",
    "one_by_one",
    "one",
    "pictures",
    "memo_drop",
    "case",
    "case_mark",
]
NAMES: tuple[Name, ...] = get_args(Name)

Thing = Literal[
    "care",
    "check_in",
    "enrolment",
    "therapy_session",
    "days_off",
    "calendar",
    "flag",
    "digest",
    "note",
    "case",
    "memo",
]
"""A thing that belongs to somebody: a button that names one is good in its owner's hand only."""
Plain = (
    Literal["turn", "choice", "step", "page", "flow", "version", "place", "clock"]
    | Literal["minute", "weekdays", "days", "on"]
)
"""A number that names nothing of anybody's."""
THINGS: frozenset[str] = frozenset(get_args(Thing))


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a button's data: its code, then these numbers, then perhaps a code word such as a
    language.
    """

    code: str
    numbers: tuple[Thing | Plain, ...]
    has_word: bool = False

    @property
    def things(self) -> frozenset[str]:
        """The things among its numbers that belong to somebody."""
        return THINGS & set(self.numbers)


FORMS: dict[Name, Form] = {
    "answer": Form("a", ("check_in", "turn", "choice")),
    "skip": Form("s", ("check_in", "turn")),
    "back": Form("b", ("check_in", "turn")),
    "done": Form("e", ("check_in", "turn")),
    "withhold": Form("wh", ("check_in", "turn")),
    "add": Form("ad", ("check_in", "turn")),
    "recall": Form("r", ("check_in",)),
    "later": Form("lr", ("check_in", "turn")),
    "unmet": Form("um", ("check_in", "turn")),
    "unmet_how": Form("uh", ("check_in", "turn"), has_word=True),
    "snooze": Form("sn", ("check_in", "turn"), has_word=True),
    "change": Form("ac", ("check_in",)),
    "begin": Form("n", ("care", "flow")),
    "again": Form("ag", ("care", "flow")),
    "consent": Form("c", ("care", "version")),
    "consent_step": Form("cs", ("care", "version", "place")),
    "numbers": Form("nu", ()),
    "decline": Form("d", ("care",)),
    "stop_ask": Form("sa", ("care",)),
    "stop": Form("x", ("care",)),
    "keep": Form("y", ("care",)),
    "item_ask": Form("iq", ("care",), has_word=True),
    "item_yes": Form("iy", ("care", "version"), has_word=True),
    "item_yes_alone": Form("iz", ("care", "version"), has_word=True),
    "item_no": Form("in", ("care", "place"), has_word=True),
    "item_leave": Form("il", ("care", "place"), has_word=True),
    "item_take_back": Form("ib", ("care",), has_word=True),
    "tidy_ask": Form("ta", ("care",)),
    "tidy_on": Form("to", ("care",)),
    "tidy_off": Form("tf", ("care",)),
    "tidy_not": Form("tn", ("care",)),
    "tell": Form("te", ("care",)),
    "own_language": Form("ol", ("care",), has_word=True),
    "language": Form("la", ("care",), has_word=True),
    "invite_again": Form("ia", ("care",)),
    "name_keep": Form("nk", ("care",)),
    "name_drop": Form("nd", ("care",)),
    "letter": Form("lt", ("care",)),
    "wrong_person": Form("wp", ("care",)),
    "wrong_person_now": Form("wn", ("care",)),
    "right_person": Form("rp", ("care",)),
    "new_phone": Form("nf", ("care",)),
    "new_phone_link": Form("nq", ("care",)),
    "heard_word": Form("hw", ("care",)),
    "wrong_phone": Form("wf", ("care",)),
    "wrong_phone_now": Form("wg", ("care",)),
    "end_care": Form("ec", ("care",)),
    "end_on": Form("eo", ("care", "place")),
    "end_how": Form("eh", ("care", "place", "on")),
    "end_back": Form("eb", ("care",)),
    "session": Form("t", ("care",)),
    "undo_session": Form("u", ("therapy_session",)),
    "move_session": Form("m", ("therapy_session", "minute")),
    "add_session": Form("j", ("care", "minute")),
    "regular": Form("rg", ("care",)),
    "regular_hour": Form("rh", ("care", "place")),
    "regular_show": Form("rs", ("care", "minute", "place")),
    "regular_keep": Form("rk", ("care", "minute", "place")),
    "regular_holds": Form("ri", ("therapy_session",)),
    "regular_end": Form("re", ("care",)),
    "regular_end_now": Form("rf", ("care",)),
    "people_page": Form("pe", ("page",), has_word=True),
    "session_page": Form("sq", ("place",)),
    "session_open": Form("so", ("therapy_session", "place")),
    "session_mark": Form("sm", ("therapy_session", "place"), has_word=True),
    "session_day": Form("sd", ("therapy_session", "place")),
    "session_when": Form("sw", ("therapy_session", "minute", "place")),
    "session_move": Form("sv", ("therapy_session", "minute", "place")),
    "days_off": Form("do", ("care",)),
    "days_off_from": Form("df", ("care", "place")),
    "days_off_until": Form("du", ("care", "place", "days")),
    "days_off_keep": Form("dk", ("care", "place", "days")),
    "days_off_undo": Form("dx", ("days_off",)),
    "evening_ask": Form("ea", ()),
    "evening_set": Form("es", ("minute",)),
    "calendar": Form("ct", ("calendar",), has_word=True),
    "own_times": Form("h", ("enrolment",)),
    "own_set": Form("i", ("enrolment", "weekdays", "minute")),
    "own_reset": Form("o", ("enrolment",)),
    "live_by": Form("lb", ("clock",)),
    "live_elsewhere": Form("le", ()),
    "times_keep": Form("tk", ("care",)),
    "language_ask": Form("lq", ("care",)),
    "note_pass": Form("np", ("note",)),
    "note_drop": Form("nx", ("note",)),
    "note_pass_to": Form("nt", ("care", "note")),
    "with_whom": Form("ww", ("care", "note"), has_word=True),
    "topic_drop": Form("td", ("note",)),
    "hold_back": Form("hb", ("check_in", "step", "page")),
    "let_go": Form("hl", ("check_in", "step", "page")),
    "note_hold_back": Form("nh", ("note", "page")),
    "note_let_go": Form("nl", ("note", "page")),
    "preview_page": Form("pp", ("care", "page")),
    "preview_text": Form("pt", ("care",)),
    "history_page": Form("hp", ("care", "page")),
    "history_chart": Form("hc", ("care",)),
    "misunderstood": Form("mu", ("care",)),
    "export": Form("ex", ("care",)),
    "erase": Form("er", ("care",)),
    "erase_next": Form("en", ("care",)),
    "erase_now": Form("ew", ("care", "minute")),
    "erase_keep": Form("ek", ("care",)),
    "card": Form("p", ("care",)),
    "card_offer": Form("pa", ("care",)),
    "card_flow": Form("q", ("care", "flow", "on")),
    "card_send": Form("w", ("care", "flow")),
    "flag": Form("f", ("flag", "digest")),
    "flags": Form("g", ("digest",)),
    "acknowledge": Form("ka", ("flag", "digest"), has_word=True),
    "take_back": Form("kb", ("flag", "digest")),
    "details": Form("v", ("flag", "digest")),
    "read": Form("z", ("digest",)),
    "whole": Form("zw", ("digest", "place")),
    "weeks": Form("zk", ()),
    "week": Form("ze", ("digest",)),
    "rest": Form("zr", ("digest", "page")),
    "one_by_one": Form("zn", ("digest", "page")),
    "one": Form("zo", ("care", "digest")),
    "pictures": Form("zb", ("digest", "on")),
    "memo_drop": Form("rx", ("memo",)),
    "case": Form("rc", ("case",)),
    "case_mark": Form("rm", ("case",), has_word=True),
}
"""``version``: of the consent that was shown. ``place``: of its step, from 0; of a question about
one matter, 1 in a round and 0 under /privacy; for an ending, the days until then; of a regular time
its weekday, or ten times its minutes and its weeks; of a list of therapy sessions its page, or a
day as its ordinal, as the first day off is. ``minute``: since 1970 for a therapy session and the
last step of erasing, of the day for a client's own time and the evening's list. ``weekdays``: as
bits, 0 for as they are. ``on``: 1 or 0. ``with_whom``: the note holds the words behind the command
that is its code word, 0 for none. ``place`` under a digest: the clients before.
"""
_BY_CODE: dict[str, Name] = {form.code: name for name, form in FORMS.items()}

_BY_PLACE: dict[str, tuple[Name, tuple[str, ...]]] = {
    "l": ("language", ("en", "de", "de_du")),
    "k": (
        "acknowledge",
        ("will_raise", "not_this_time", "talked_settled", "talked_open", "something_else"),
    ),
}
"""Buttons in chats of before: their last number is a place in a list, as the list was then."""
_WORD = re.compile(r"(?=.{1,20}\Z)[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


class Stale(Enum):
    """The outcome of a tap where the button is no longer good."""

    STALE = "stale"


STALE = Stale.STALE
Toast = str | Stale | None
"""The outcome of a tap: words to show, a button that is out of date, or nothing to say."""


@dataclass(frozen=True, slots=True)
class Press:
    """A tapped button: what it stands for, the ids it carries, and its code word, if it has one."""

    name: Name
    numbers: tuple[int, ...]
    word: str = ""

    def number(self, of: Thing | Plain) -> int:
        """The number that the button carries for this. ValueError: it carries none."""
        return self.numbers[FORMS[self.name].numbers.index(of)]


def data(name: Name, *numbers: int, word: str = "") -> str:
    """The button data of a press, at most 64 bytes for numbers below 10**18."""
    form = FORMS[name]
    if len(numbers) != len(form.numbers):
        raise ValueError(f"a {name} button carries {len(form.numbers)} numbers")
    if bool(word) is not form.has_word or (word and not _WORD.fullmatch(word)):
        raise ValueError(f"the word of a {name} button is missing, not allowed or no code")
    return ":".join([form.code, *map(str, numbers), *([word] if word else [])])


def number_for(name: str) -> int:
    """A number that stays with a name, such as a step's: button data holds numbers only."""
    return zlib.crc32(name.encode())


def press(text: str) -> Press | None:
    """The press behind button data; None for anything that ``data`` never wrote."""
    code, *parts = text.split(":")
    if code in _BY_PLACE:
        return _by_place(code, parts)
    name = _BY_CODE.get(code)
    if name is None:
        return None
    form, word = FORMS[name], ""
    if form.has_word:
        word = parts.pop() if parts else ""
        if not _WORD.fullmatch(word):
            return None
    return _pressed(name, parts, word)


def _by_place(code: str, parts: list[str]) -> Press | None:
    name, words = _BY_PLACE[code]
    *numbers, place = parts or [""]
    if not _NUMBER.fullmatch(place) or int(place) >= len(words):
        return None
    return _pressed(name, numbers, words[int(place)])


def _pressed(name: Name, numbers: list[str], word: str) -> Press | None:
    if len(numbers) != len(FORMS[name].numbers) or not all(map(_NUMBER.fullmatch, numbers)):
        return None
    return Press(name, tuple(map(int, numbers)), word)
