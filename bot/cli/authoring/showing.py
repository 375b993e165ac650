"""``interlude flows show`` and ``schema``: a flow to read, and the language for an editor."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from bot.cli.authoring.file_arguments import load_flow, shown, spoken
from bot.cli.surroundings import refuse
from flows.languages import Language, languages


@click.command("show")
@click.argument("flow")
@click.option("--language", type=click.Choice(languages()), help="Otherwise the first.")
@click.option("--published", is_flag=True, help="As it is published, not as the file has it.")
@click.option("--mermaid", "as_chart", is_flag=True, help="As a Mermaid flowchart.")
@click.option("--json", "as_json", is_flag=True, help="The lines as one JSON object.")
@click.pass_obj
def show(
    config: Path | None,
    flow: str,
    language: Language | None,
    published: bool,
    as_chart: bool,
    as_json: bool,
) -> None:
    """Show FLOW (an id or a file) as a readable outline, or as a diagram.

    A flow without a file is shown as it is published.
    """
    from flows.script.flowchart import mermaid
    from flows.script.outline import outline

    loaded = load_flow(config, flow, published=published)
    chosen = spoken(loaded, language)
    if as_json:
        drawn = {
            "flow": loaded.id,
            "fingerprint": loaded.fingerprint,
            "language": chosen,
            "outline": list(outline(loaded, chosen)),
            "mermaid": mermaid(loaded, chosen),
        }
        click.echo(json.dumps(drawn, ensure_ascii=False))
    elif as_chart:
        click.echo(mermaid(loaded, chosen), nl=False)
    else:
        for line in outline(loaded, chosen):
            click.echo(line)


@click.command("schema")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it there.")
def schema(out: Path | None) -> None:
    """Write the JSON Schema of flow files, by which an editor completes and marks mistakes."""
    from flows.script.json_schema import schema_text

    if out is None:
        sys.stdout.write(schema_text())
        return
    try:
        out.write_text(schema_text(), "utf-8")
    except OSError as error:
        refuse([f"{out}: cannot be written ({error.strerror}); choose another place"])
    click.echo(f"{shown(out)}: written; begin a flow file with: #:schema ./{out.name}")
