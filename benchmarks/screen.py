"""Holds the crisis screen against texts from which it has learnt nothing, and prints the shares.

``python -m benchmarks.screen`` reads ``screen_texts/*.tsv``: label (1 is a crisis), language, kind,
group and text, a file a hand. None was used to learn from. Nobody looked at ``one.tsv`` and
``three.tsv`` before their figures were taken; keep it so: to tune on them makes them worthless.
"""

from __future__ import annotations

from pathlib import Path

import click

from bot.own_screen import OwnScreen
from flows.safety.examples import Example
from flows.safety.trial import Tried, shares

TEXTS = Path(__file__).parent / "screen_texts"
DIARY = "-d"
"""Stands in the group of an ordinary answer that was written without a crisis in mind."""


def read(file: Path) -> list[Example]:
    """The texts of one hand."""
    found = []
    for number, line in enumerate(file.read_text("utf-8").splitlines()):
        label, language, kind, group, text = line.split("\t")
        name = f"{'diary' if DIARY in group else 'pair'}-{number}"
        found.append(Example(name, language, kind, label == "1", text))
    return found


def main() -> None:
    """Print how many of each sort led to a card, and to a card or a line."""
    screen = OwnScreen()
    click.echo(f"the screen goes {screen.state().says}")
    for file in sorted(TEXTS.glob("*.tsv")):
        examples = read(file)
        verdicts = screen.judge_all([example.text for example in examples])
        for name in ("pair", "diary"):
            tried = [
                Tried(example, verdict.risk)
                for example, verdict in zip(examples, verdicts, strict=True)
                if example.hand == name
            ]
            explicit = sum(one.risk == "explicit" and not one.example.is_crisis for one in tried)
            click.echo(
                f"\n{file.name}, {name}: {len(tried)} texts; explicit though harmless: {explicit}"
            )
            for share in shares(tried):
                click.echo(f"  {share}")


if __name__ == "__main__":
    main()
