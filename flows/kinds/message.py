"""A message: it is said, travelling with the next question, and waits for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flows.kinds.keys import Keys
from flows.kinds.kind import Asked, Fits, Kind, Refused, Reply, Sample, Sort, Unfit, Value
from flows.kinds.step import Shared, Step
from flows.languages import Language


@dataclass(frozen=True, slots=True)
class MessageStep(Step):
    """Something said that wants no answer; it travels in front of the next question."""

    kind: ClassVar[str] = "message"


class Message(Kind[Keys, MessageStep]):
    """The kind that asks nothing."""

    step = MessageStep
    keys = Keys
    called = "message"
    does = "reads; it travels in front of the next question"
    asks = False
    samples = (Sample("", refused=(("Thanks", "wrong_kind"),)),)

    def build(self, shared: Shared, keys: Keys) -> MessageStep:
        return MessageStep(**shared)

    def unfit(self, keys: Keys, answer: Any) -> Unfit | None:
        return f"is no answer to `{keys.id}`.", "A message has no answer; name another step."

    def sort(self, keys: Keys) -> Sort | None:
        return None

    def ask(self, step: MessageStep, language: Language) -> Asked:
        return Asked()

    def accept(
        self, step: MessageStep, reply: Reply, language: Language, today: date
    ) -> Fits | Refused:
        return Refused("wrong_kind")

    def show(self, step: MessageStep, value: Value, language: Language) -> str:
        return ""

    def describe(self, step: MessageStep, language: Language) -> str:
        return ""
