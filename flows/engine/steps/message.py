"""A message: it is said, travelling with the next question, and waits for nothing."""

from __future__ import annotations

from datetime import date

from flows.engine.check_in import Value
from flows.engine.steps.kind import Asked, Fits, Kind, Refused, Reply
from flows.languages import Language
from flows.script.flow import MessageStep


def ask(step: MessageStep, language: Language) -> Asked:
    """Nothing besides its text."""
    return Asked()


def accept(step: MessageStep, reply: Reply, language: Language, today: date) -> Fits | Refused:
    """Nothing: no reply is an answer to a message."""
    return Refused("wrong_kind")


def show(step: MessageStep, value: Value, language: Language) -> str:
    """Empty: a message has no answer."""
    return ""


KIND = Kind(MessageStep, ask, accept, show)
