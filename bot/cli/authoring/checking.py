"""``interlude flows check``, and how problems of flow files are printed.

Errors come first and keep a file from being published; warnings are told apart and let it pass.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.authoring.file_arguments import check_sources, sources
from bot.cli.surroundings import PROBLEMS_FOUND, bench_settings, with_store
from bot.config import Settings
from bot.services.flow_files.sources import Checked
from flows.script import Problem
from flows.script.flow import Flow

if TYPE_CHECKING:
    from storage.store import Store


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--published", is_flag=True, help="Beside all that was ever published as well.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list for programs.")
@click.pass_obj
def check_(config: Path | None, paths: tuple[Path, ...], published: bool, as_json: bool) -> None:
    """Say everything that is wrong with flow files, each with its place and what to do instead."""
    settings = bench_settings(config)
    ever = _ever_published(settings) if published else ()
    checked = check_sources(settings, sources(settings, paths), ever=ever)
    if as_json:
        click.echo(json.dumps([_as_dict(one) for one in checked.problems], ensure_ascii=False))
    else:
        report(checked)
    if not checked.is_good:
        sys.exit(PROBLEMS_FOUND)


def _ever_published(settings: Settings) -> Sequence[Flow]:
    from bot.services.flow_files.publishing import ever_published  # a database costs time

    async def work(store: Store) -> list[Flow]:
        return await store.read(ever_published)

    return with_store(settings, work)


def report(checked: Checked) -> None:
    """Print errors, then warnings, then a line that sums them up."""
    errors = [one for one in checked.problems if one.severity == "error"]
    warnings = [one for one in checked.problems if one.severity != "error"]
    for problem in errors:
        click.echo(str(problem))
    if warnings:
        if errors:
            click.echo("")
        click.echo("Warnings; they do not keep a flow from being published:")
        for problem in warnings:
            click.echo(str(problem))
    click.echo(_summary(checked, len(errors), len(warnings)))


def _summary(checked: Checked, errors: int, warnings: int) -> str:
    if errors:
        files = len({one.path for one in checked.problems if one.severity == "error"})
        counted = f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"
        return f"To be mended in {_count(files, 'file')}: {counted}"
    flows = _count(len(checked.flows), "flow")
    return f"{flows}, {_count(warnings, 'warning')}" if warnings else f"{flows}, nothing wrong"


def _count(count: int, word: str) -> str:
    return f"{count or 'no'} {word}{'' if count == 1 else 's'}"


def _as_dict(problem: Problem) -> dict[str, object]:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
    }
