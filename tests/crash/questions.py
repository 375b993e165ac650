"""A long flow to be killed in: many questions, each recognisable by its number."""

from __future__ import annotations

import re
from collections.abc import Iterable

LENGTH = 12
TAPPED = (3, 6, 9, 12)
"""These are answered by a tap, the others in words."""
NUMBER = re.compile(r"Question (\d+),")
SCALE = (
    'kind = "scale"\nmin = 0\nmax = 5\n'
    'low.en = "low"\nlow.de = "tief"\nhigh.en = "high"\nhigh.de = "hoch"\n'
)
AGAIN = "In case the last question did not reach you"


def long_flow(length: int = LENGTH) -> str:
    """The flow as an admin would write it, with so many questions."""
    head = (
        'language = 1\nid = "long"\ntitle.en = "Long"\ntitle.de = "Lang"\n\n'
        '[schedule]\ntrigger = "weekly"\ndays = ["wed"]\nat = "18:00"\non_request = true\n'
        'remind = ["24h"]\nexpires.unstarted = "48h"\nexpires.idle = "24h"\nwindow = "12h"\n'
    )
    return head + "".join(_step(number) for number in range(1, length + 1))


def _step(number: int) -> str:
    kind = SCALE if number in TAPPED else 'kind = "text"\n'
    return (
        f'\n[[step]]\nid = "q{number}"\n{kind}'
        f'ask.en = "Question {number}, please."\nask.de = "Frage {number}."\nask.neutral = true\n'
    )


def number_in(text: str) -> int | None:
    """The number of the question that a message asks; None for any other message."""
    found = NUMBER.search(text)
    return int(found[1]) if found else None


def numbers_in(texts: Iterable[str]) -> list[int]:
    """The numbers of the questions among the messages."""
    return [number for number, _ in questions_in(texts)]


def questions_in(texts: Iterable[str]) -> list[tuple[int, bool]]:
    """The same, each with whether it came as one that is asked once more."""
    found = [(number_in(text), AGAIN in text) for text in texts]
    return [(number, again) for number, again in found if number is not None]


def answer_to(chat: int, number: int) -> str:
    """Return what this client says to this question."""
    return str((chat + number) % 6) if number in TAPPED else f"chat {chat} to question {number}"
