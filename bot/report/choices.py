"""The text for each value of a section: the choice of a client, the state of a flag.

Used by the modules beside it. A test holds each table against the values that there are.
"""

from __future__ import annotations

from bot.texts.keys import DigestKey
from flows.digest.heard import Cause
from flows.digest.way_in import WayIn
from flows.signals.flags import FlagState

HEARD: dict[Cause, DigestKey] = {
    "words": "risk.words",
    "others": "risk.others",
    "flow": "risk.flow",
    "tell": "risk.tell",
}
"""The part that the digest tells first."""
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
    "unknown": "repair.unknown",
}
WISH: dict[str, DigestKey] = {
    "i_will": "wish.i_will",
    "ask_me": "wish.ask_me",
    "leave_it": "wish.leave_it",
}
QUESTION: dict[WayIn, DigestKey] = {
    "faded": "open.faded",
    "again": "open.again",
    "long": "open.long",
    "together": "open.together",
    "talked": "open.talked",
    "talked_lingers": "open.talked_lingers",
    "rating": "open.rating",
    "rating_again": "open.rating_again",
}
"""Ways in that are a question; ``by_kind`` stands in ``OPENING``."""
ADVICE: dict[WayIn, DigestKey] = {
    "i_will": "open.i_will",
    "i_will_lingers": "open.i_will_lingers",
    "i_will_again": "open.i_will_again",
    "leave_it": "open.leave_it",
    "leave_it_lingers": "open.leave_it_lingers",
}
"""Ways in that are no question but a way to go about the client's own wish."""
WHY: dict[str, DigestKey] = {
    "said_so": "why.said_so",
    "points": "why.points",
    "points_and_level": "why.points",
    "rating_dip": "why.rating_dip",
    "dip_with_strain": "why.dip_with_strain",
    "low_level": "why.low_level",
    "xmr": "why.xmr",
    "mean_minus_larger_sd": "why.mean_minus_sd",
    "mean_minus_two_sd": "why.mean_minus_sd",
    "mean_minus_one_sd": "why.mean_minus_sd",
    "reliable_change": "why.reliable_change",
    "cut_off": "why.cut_off",
    "fall": "why.fall",
    "drifting": "why.drifting",
    "no_information": "why.no_information",
}
"""The grounds of a reason, by its rule."""
POINTS: dict[tuple[bool, bool], DigestKey] = {
    (False, False): "why.points",
    (True, False): "why.points_said",
    (False, True): "why.points_before",
    (True, True): "why.points_said_before",
}
"""The grounds of points: whether the client said so, and whether the time before counts as well."""
NOTED: dict[FlagState, DigestKey] = {
    "will_raise": "noted.will_raise",
    "not_this_time": "noted.not_this_time",
    "talked_open": "noted.talked_open",
    "talked_settled": "noted.talked_settled",
    "something_else": "noted.something_else",
    "closed": "noted.closed",
}
"""The fate of a flag; the other states say nothing."""
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
    "stale": "settled.stale",
}
