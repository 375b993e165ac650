"""Which text stands for which value of a section: what a client chose, how a flag stands.

Used by the modules beside it. A test holds each table against the values that there are.
"""

from __future__ import annotations

from bot.texts.keys import DigestKey
from flows.signals.flags import FlagState

KIND: dict[str, DigestKey] = {
    "held_back": "kind.held_back",
    "went_along": "kind.went_along",
    "misunderstood": "kind.misunderstood",
    "tense": "kind.tense",
    "practical": "kind.practical",
    "other": "kind.other",
}
OPENING: dict[str, DigestKey] = {
    "held_back": "open.held_back",
    "went_along": "open.went_along",
    "misunderstood": "open.misunderstood",
    "tense": "open.tense",
    "practical": "open.practical",
    "other": "open.other",
}
"""A question to open with, by what came closest to the strain."""
TALKED: dict[str, DigestKey] = {
    "not_yet": "talked.not_yet",
    "partly": "talked.partly",
    "yes": "talked.yes",
}
REPAIR: dict[str, DigestKey] = {
    "not_yet": "repair.not_yet",
    "partly": "repair.partly",
    "yes_better": "repair.yes_better",
    "no_matter": "repair.no_matter",
}
WISH: dict[str, DigestKey] = {
    "i_will": "wish.i_will",
    "ask_me": "wish.ask_me",
    "leave_it": "wish.leave_it",
}
WAITS: dict[str, DigestKey] = {"i_will": "open.i_will", "leave_it": "open.leave_it"}
"""Wishes that a way in follows."""
WHY: dict[str, DigestKey] = {
    "said_so": "why.said_so",
    "rating_dip": "why.rating_dip",
    "dip_with_strain": "why.dip_with_strain",
    "drifting": "why.drifting",
    "no_information": "why.no_information",
}
"""Why a reason stands there, by its rule."""
NOTED: dict[FlagState, DigestKey] = {
    "will_raise": "noted.will_raise",
    "not_this_time": "noted.not_this_time",
    "talked_open": "noted.talked_open",
    "talked_settled": "noted.talked_settled",
    "something_else": "noted.something_else",
    "closed": "noted.closed",
}
"""What has become of a flag; the other states say nothing."""
STILL: dict[FlagState, DigestKey] = {
    "open": "still.open",
    "will_raise": "still.will_raise",
    "not_this_time": "still.not_this_time",
    "talked_open": "still.talked_open",
    "something_else": "still.something_else",
}
SETTLED: dict[FlagState, DigestKey] = {
    "closed": "settled.closed",
    "talked_settled": "settled.talked_settled",
}
