"""``interlude flows test``: stories played against flow files, mismatches in plain sentences, and
what no story has tried.

Stories are TOML files as ``flows.engine.story_text`` reads them; they lie in a folder ``stories``
beside the flow files, or anywhere else when a path is given.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from bot.cli.authoring.coverage import Coverage, branches_of
from bot.cli.authoring.file_arguments import STORIES, packs_of, shown
from bot.cli.authoring.playing import Bench, Told, keys_of
from bot.cli.surroundings import PROBLEMS_FOUND, bench_settings, refuse


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--flows",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Where the flow files are; otherwise beside the stories, then as the settings say.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_obj
def test(config: Path | None, paths: tuple[Path, ...], folder: Path | None, as_json: bool) -> None:
    """Play stories (files, or folders that hold them) and say what went otherwise."""
    settings = bench_settings(config)
    library = settings.flows.directory
    files = _story_files(paths or (library,))
    bench = Bench(library, packs_of(settings), folder)
    told = [bench.play(file) for file in files]
    if as_json:
        click.echo(json.dumps(_as_dict(told, bench), ensure_ascii=False))
    else:
        _report(told, bench)
    if any(one.mismatches for one in told):
        sys.exit(PROBLEMS_FOUND)


def _story_files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        folder = path / STORIES if (path / STORIES).is_dir() else path
        if path.is_file() and (path.parent / STORIES).is_dir():
            files += _stories_of(path)
        else:
            files += sorted(folder.glob("*.toml")) if folder.is_dir() else [path]
    if not files or not any("turn" in keys_of(file) for file in files):
        where = ", ".join(shown(path) for path in paths)
        advice = f"keep them in a folder `{STORIES}` beside the flow files, or name a path"
        refuse([f"{where}: no stories here; {advice}. `interlude flows try --save` records one"])
    return [file for file in files if "turn" in keys_of(file) or "step" not in keys_of(file)]


def _stories_of(flow_file: Path) -> list[Path]:
    """The stories beside a flow file that are about it; a story itself is its own."""
    flow_id = keys_of(flow_file).get("id")
    if flow_id is None:
        return [flow_file]
    beside = sorted((flow_file.parent / STORIES).glob("*.toml"))
    return [file for file in beside if keys_of(file).get("flow") == flow_id]


def _report(told: Sequence[Told], bench: Bench) -> None:
    for one in told:
        click.echo(f"{'FAIL' if one.mismatches else 'ok  '} {one.path}: {one.about}")
        for mismatch in one.mismatches:
            turn = f"turn {mismatch.turn} " if mismatch.turn is not None else ""
            click.echo(f"     {one.path}:{mismatch.line}: {turn}{mismatch.sentence}")
    click.echo("")
    for coverage in _sorted(bench):
        _report_coverage(coverage)
    failed = sum(bool(one.mismatches) for one in told)
    click.echo(f"{_count(len(told), 'story', 'stories')}, {failed or 'none'} failed")


def _report_coverage(coverage: Coverage) -> None:
    flow, missed = coverage.flow, coverage.missed_steps()
    every, untried = branches_of(flow), coverage.missed_branches()
    click.echo(
        f"{flow.id}: {_count(coverage.stories, 'story', 'stories')}, "
        f"{len(flow.steps) - len(missed)} of {len(flow.steps)} steps, "
        f"{len(every) - len(untried)} of {len(every)} branches"
    )
    if missed:
        click.echo(f"  steps that no story comes to: {', '.join(missed)}")
    if untried:
        click.echo(f"  branches that no story takes: {', '.join(untried)}")


def _sorted(bench: Bench) -> list[Coverage]:
    return sorted(bench.coverage.values(), key=lambda coverage: coverage.flow.id)


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _as_dict(told: Sequence[Told], bench: Bench) -> dict[str, object]:
    stories = [
        {
            "path": one.path,
            "about": one.about,
            "flow": one.flow_id,
            "passed": not one.mismatches,
            "mismatches": [
                {"line": m.line, "turn": m.turn, "message": m.sentence} for m in one.mismatches
            ],
        }
        for one in told
    ]
    coverage = [
        {
            "flow": one.flow.id,
            "stories": one.stories,
            "steps": len(one.flow.steps),
            "steps_missed": one.missed_steps(),
            "branches": len(branches_of(one.flow)),
            "branches_missed": one.missed_branches(),
        }
        for one in _sorted(bench)
    ]
    passed = not any(one.mismatches for one in told)
    return {"passed": passed, "stories": stories, "coverage": coverage}
