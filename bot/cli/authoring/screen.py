"""A conversation on the terminal: the messages that a client would get, with keys to type.

Used by ``interlude flows try``. It prints what ``client_side`` says and marks in brackets what a
client would not see. It must never word a prompt itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

import click

from bot.cli.authoring.client_side import (
    Aside,
    Bubble,
    Lapsed,
    Left,
    Seen,
    Taken,
    Ticked,
    Toast,
)
from bot.cli.authoring.kept import kept
from bot.messages import Message, Rows
from bot.services.work.buttons import press
from flows.engine.check_in import CheckIn
from flows.engine.events import Prompt, ScoreTaken


def show(seen: Iterable[Seen]) -> None:
    """Print what a client sees, in order."""
    for one in seen:
        for line in _lines(one):
            click.echo(line)


def _lines(seen: Seen) -> Iterator[str]:
    match seen:
        case Bubble():
            yield from shown(seen.message, () if seen.prompt is None else seen.prompt.typed)
        case Taken():
            yield f"  ✓ {seen.answer}"
        case Ticked():
            yield from rows_of(seen.rows, seen.prompt.typed)
            ticked = ", ".join(seen.prompt.choices[place] for place in seen.prompt.picked)
            yield f"  (ticked: {ticked or 'nothing'})"
        case Lapsed():
            yield from _indented(seen.text)
        case Toast():
            yield f"  ({seen.text})"
        case Aside():
            yield f"({seen.text})"
        case Left():
            return
        case _:
            assert_never(seen)


def place(prompt: Prompt, typed: str) -> int | None:
    """The place of the answer button that a typed line means; None where it means none."""
    known = [key.casefold() for key in prompt.typed]
    return known.index(typed.casefold()) if typed.casefold() in known else None


def show_kept(check_in: CheckIn, scores: tuple[ScoreTaken, ...]) -> None:
    """Print what a finished, lapsed or stopped check-in has kept."""
    click.echo(f"({check_in.status}; kept:)")
    for one in kept(check_in, scores):
        note = f"  ({one.note})" if one.note else ""
        click.echo(f"  {one.name} = {one.value}{note}")


def shown(message: Message, answer_keys: Sequence[str]) -> Iterator[str]:
    """A message with its buttons below, each with what to type for it."""
    yield ""
    yield from _indented(message.text)
    yield from rows_of(message.rows, answer_keys)


def rows_of(rows: Rows, answer_keys: Sequence[str]) -> Iterator[str]:
    """The rows of buttons alone."""
    for row in rows:
        buttons = []
        for button in row:
            pressed = press(button.data)
            name = pressed.name if pressed is not None else "?"
            if pressed is not None and name == "answer":
                key = answer_keys[pressed.numbers[2]]
                buttons.append(f"[{key}]" if key == button.label else f"[{key}: {button.label}]")
            else:
                buttons.append(f"[{name}: {button.label}]")
        yield f"  {' '.join(buttons)}"


def _indented(text: str) -> Iterator[str]:
    yield from (f"  {line}".rstrip() for line in text.splitlines())
