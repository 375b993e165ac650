"""``interlude healthcheck``: ask a running bot whether it is ready; for containers without curl."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path

import click

from bot.cli.surroundings import PROBLEMS_FOUND, bench_settings, refuse

SECONDS = 15
NO_PORT = "health.port is 0, so nobody can be asked; give it a port, such as 8462"


@click.command()
@click.pass_obj
def healthcheck(config: Path | None) -> None:
    """Say whether the bot that runs with these settings does its work; exit code 1 if not."""
    health = bench_settings(config).health
    if not health.port:
        refuse([NO_PORT])
    url = f"http://{health.host}:{health.port}/readyz"
    try:
        with urllib.request.urlopen(url, timeout=SECONDS):
            click.echo("ready")
            return
    except urllib.error.HTTPError as error:
        lacking = ", ".join(json.load(error).get("lacking", ()))
        click.echo(f"not ready; it lacks: {lacking}")
    except OSError:
        click.echo(f"nobody answers at {url}; does the bot run?")
    raise SystemExit(PROBLEMS_FOUND)
