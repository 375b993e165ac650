"""``on_request``: only when the client asks, or the therapist sends it from the client's card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from flows.authoring.keys import Written
from flows.schedule.trigger import ByRequest


@dataclass(frozen=True, slots=True)
class OnRequest(ByRequest):
    """Only when the client asks for it, or the therapist sends it from the client's card."""

    name = "on_request"
    keys = ()
    comes = "only when the client asks with /checkin, or from the client's card"

    @classmethod
    def build(cls, written: Written) -> Self:
        return cls()

    def in_words(self) -> str:
        return "only when the client asks for it, or the therapist sends it"
