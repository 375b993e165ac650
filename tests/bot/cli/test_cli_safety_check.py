"""``interlude safety check``: one verdict a line, and why."""

from __future__ import annotations

import json

from click.testing import CliRunner

from bot.cli.main import main


def test_each_line_has_its_verdict() -> None:
    done = CliRunner().invoke(main, ["safety", "check"], input="Good week\nI want to die\n")
    assert done.exit_code == 0
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first == {"line": 1, "risk": "none", "matched": []}
    assert second == {"line": 2, "risk": "explicit", "matched": ["en.wish-to-die"]}


def test_why_names_rules_and_the_nearest_examples() -> None:
    done = CliRunner().invoke(main, ["safety", "check", "--why"], input="Ich will sterben\n")
    verdict = json.loads(done.stdout)
    assert verdict["matched"] == ["de.sterben-wollen"]
    assert 1 <= len(verdict["nearest"]) <= 3
    assert all(set(one) == {"id", "kind", "text"} for one in verdict["nearest"])
