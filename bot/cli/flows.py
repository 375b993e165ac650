"""``interlude flows``: check flow files, publish them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from bot.cli.surroundings import CLOCK, PROBLEMS_FOUND, refuse, settings_or_exit, with_store
from bot.services.publishing import Checked, Source, check, publish
from flows.script import Problem
from storage.store import Store

_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))


@click.group()
def flows() -> None:
    """Check and publish flow files."""


@flows.command("check")
@_PATHS
@click.option("--json", "as_json", is_flag=True, help="One JSON list for programs.")
@click.pass_obj
def check_(config: Path | None, paths: tuple[Path, ...], as_json: bool) -> None:
    """Say everything that is wrong with flow files, each with its place and what to do instead."""
    checked = check(_sources(config, paths))
    if as_json:
        click.echo(json.dumps([_as_dict(problem) for problem in checked.problems]))
    else:
        _report(checked)
    if not checked.is_good:
        sys.exit(PROBLEMS_FOUND)


@flows.command("publish")
@_PATHS
@click.option("--why", required=True, help="One line for the audit log.")
@click.pass_obj
def publish_(config: Path | None, paths: tuple[Path, ...], why: str) -> None:
    """Make flow files current. Check-ins under way finish in the version in which they began."""
    settings = settings_or_exit(config)
    checked = check(_sources(config, paths))
    if not checked.is_good:
        _report(checked)
        click.echo("Nothing was published; the published flows stay as they are.")
        sys.exit(PROBLEMS_FOUND)
    now = CLOCK.now()

    async def work(store: Store) -> tuple[str, ...]:
        return await store.write(
            lambda tx: publish(tx, checked, now=now, who="command line", why=why)
        )

    changed = with_store(settings, work)
    _report(checked)
    click.echo(f"Published: {', '.join(changed)}." if changed else "Nothing had changed.")


def _sources(config: Path | None, paths: tuple[Path, ...]) -> list[Source]:
    return read_sources(paths or (settings_or_exit(config).flows.directory,))


def read_sources(paths: Sequence[Path]) -> list[Source]:
    """Each flow file under these paths. Paths that cannot be read end the command with 2."""
    files: list[Path] = []
    for path in paths:
        files.extend(sorted(path.glob("*.toml")) if path.is_dir() else [path])
    if not files:
        refuse([f"{paths[0]}: no flow files (*.toml) here"])
    return [Source(_shown(file), _read(file)) for file in files]


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        refuse([f"{file}: cannot be read ({error.strerror}); check the path"])
    except UnicodeDecodeError:
        refuse([f"{file}: is not UTF-8 text; save it as UTF-8"])


def _shown(file: Path) -> str:
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


def _report(checked: Checked) -> None:
    for problem in checked.problems:
        click.echo(str(problem))
    errors = sum(problem.severity == "error" for problem in checked.problems)
    warnings = len(checked.problems) - errors
    if errors or warnings:
        click.echo(f"{errors} errors, {warnings} warnings")
    else:
        click.echo(f"{len(checked.flows)} flows, nothing wrong")


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
