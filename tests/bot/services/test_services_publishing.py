"""Which of the flow files that are looked at together may become current."""

from __future__ import annotations

from bot.services.flow_files.publishing import Source, check

SAMPLE = """language = 1
id = "{name}"
title.en = "Sample"
[schedule]
{schedule}
[[step]]
id = "words"
kind = "text"
ask.en = "?"
"""
MONDAY = 'trigger = "weekly"\ndays = ["mon"]\nat = "18:00"'
SCHEDULES = {
    "one": MONDAY,
    "another": MONDAY,
    "lonely": 'trigger = "after_flow"\nflow = "nobody"\nafter = "1d"',
}


def test_an_error_between_files_keeps_a_flow_back_and_a_warning_does_not() -> None:
    checked = check(
        [
            Source(f"{name}.toml", SAMPLE.format(name=name, schedule=schedule))
            for name, schedule in SCHEDULES.items()
        ]
    )
    found = {(problem.path, problem.severity) for problem in checked.problems}
    assert found >= {("another.toml", "warning"), ("lonely.toml", "error")}
    assert {flow.id for flow, _ in checked.flows} == {"one", "another"}
