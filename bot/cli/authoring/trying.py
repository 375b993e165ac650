"""``interlude flows try``: the conversation in the terminal, as a client would meet it.

The engine, the wording of prompts and the built-in texts are those of production; only the chat is
a terminal here. Nothing is stored but the story that the author asks for.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click

from bot.cli.authoring.client_side import ClientSide
from bot.cli.authoring.file_arguments import load_flow, spoken
from bot.cli.authoring.rehearsal import Rehearsal, waited
from bot.cli.authoring.replaying import Setting
from bot.cli.authoring.screen import place, show, show_kept
from bot.cli.authoring.story_file import written
from bot.cli.authoring.told import Told, read_past
from bot.cli.surroundings import CLOCK, bench_settings, refuse
from flows.engine.story_text import Action
from flows.languages import Language, is_spoken, languages
from flows.schedule.local_time import at_local, wall_at
from flows.schedule.zones import UnknownZoneError, zone

HELP = """\
  3, yes        tap the button that begins so: the chat reads it in the same way
  any text      what the client writes (to write a command's word: say quit)
  back, skip    the buttons below a question
  add           the button by which what is typed next joins the last answer
  done          finish choosing, where several may be picked
  withhold      rather not say, where it is offered
  recall        show the open question again (/checkin)
  change        change an answer after the end
  sticker       send something that is not text
  wait 6h       let time pass (20m, 6h, 2d): reminders come, check-ins lapse
  language de   the same conversation in another one, such as de or de_du
  restart       begin again
  help, quit
"""
_WAYS = {
    "back": Action("back"),
    "skip": Action("skip"),
    "add": Action("add"),
    "done": Action("confirm"),
    "confirm": Action("confirm"),
    "withhold": Action("withhold"),
    "recall": Action("recall"),
    "/checkin": Action("recall"),
    "change": Action("change"),
    "sticker": Action("send", "sticker"),
}
_DELAY = re.compile(r"(\d{1,4})\s*([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@click.command("try")
@click.argument("flow")
@click.option("--language", type=click.Choice(languages()), help="Otherwise the first.")
@click.option("--zone", "zone_name", default="Europe/Berlin", show_default=True)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--start", help='Local time of the first question: "2026-11-25 18:00"; else now.')
@click.option("--therapist", default="Dr. Weber", show_default=True, help="As texts name them.")
@click.option("--dative", default="", help="The same in the German dative: bei ...")
@click.option("--accusative", default="", help="The same in the German accusative: für ...")
@click.option("--goal", "goals", multiple=True, help="A goal of the client's own; again for more.")
@click.option("--topic", "topics", multiple=True, help="A topic of the client's own.")
@click.option("--past", multiple=True, help="An earlier answer: week.last=4, week.mean3=5.5.")
@click.option("--save", type=click.Path(path_type=Path, dir_okay=False), help="Keep it as a story.")
@click.pass_obj
def try_(
    config: Path | None,
    flow: str,
    language: Language | None,
    zone_name: str,
    seed: int,
    start: str | None,
    therapist: str,
    dative: str,
    accusative: str,
    goals: tuple[str, ...],
    topics: tuple[str, ...],
    past: tuple[str, ...],
    save: Path | None,
) -> None:
    """Go through FLOW (an id or a file) as a client would. `help` shows what you can type."""
    loaded = load_flow(config, flow)
    if save is not None:
        _make_room(save)
    told = Told(therapist, dative, accusative, goals, topics, read_past(past))
    setting = Setting(
        loaded,
        spoken(loaded, language),
        zone_name,
        _starts_at(start, zone_name),
        told.names,
        seed,
    )
    rehearsal = Rehearsal(setting)
    _Bench(rehearsal, ClientSide(bench_settings(config).practice)).run()
    if save is not None:
        save.write_text(written(rehearsal.story(), rehearsal.result()), "utf-8")
        click.echo(f"{save}: saved. To play it again: {_again(config, flow, save)}")


def _again(config: Path | None, flow: str, save: Path) -> str:
    """The command that plays the story, as a shell takes it from here."""
    settings = ["--config", str(config)] if config is not None else []
    folder = ["--flows", str(Path(flow).parent)] if Path(flow).is_file() else []
    return shlex.join(["interlude", *settings, "flows", "test", str(save), *folder])


def _make_room(save: Path) -> None:
    """The folder of the story is there, before anybody has answered for it in vain."""
    try:
        save.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse([f"--save: {save} cannot be written ({error.strerror}); choose another place"])
    if not os.access(save.parent, os.W_OK):
        refuse([f"--save: nothing may be written to {save.parent}; choose another place"])


def _starts_at(start: str | None, zone_name: str) -> datetime:
    try:
        local = zone(zone_name)
    except UnknownZoneError as error:
        refuse([f"--zone: {error}"])
    if start is None:
        return CLOCK.now().replace(second=0, microsecond=0)
    try:
        wall = datetime.fromisoformat(start)
    except ValueError:
        refuse([f'--start: {start} is no time; write it like "2026-11-25 18:00"'])
    if wall.tzinfo is not None:
        refuse(["--start: leave the offset out; the time is local to --zone"])
    return at_local(wall.date(), wall.time(), local)


@dataclass(slots=True)
class _Bench:
    """The loop: read a line, do what it says, show what comes of it."""

    rehearsal: Rehearsal
    client_side: ClientSide

    def run(self) -> None:
        """Until the author has had enough."""
        self._open()
        for line in _lines():
            if line in ("quit", "exit"):
                return
            self._obey(line)

    def _open(self) -> None:
        setting = self.rehearsal.setting
        click.echo(f"{setting.flow.id}, {setting.language}, {setting.zone_name}. Try: help")
        self._tell_time()
        self._show_last()
        self._tell_end()

    def _show_last(self) -> None:
        run = self.rehearsal.run
        show(self.client_side.seen(run.played[-1], run.stage.shown))

    def _obey(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if line == "help":
            click.echo(HELP, nl=False)
        elif line == "restart":
            self.rehearsal.restart()
            self._open()
        elif word == "language" and is_spoken(rest):
            self._change_language(Language(rest))
        elif word == "wait" and (delay := _delay(rest)) is not None:
            self._perform(waited(rest.replace(" ", ""), delay))
        elif line:
            self._reply(line)

    def _reply(self, line: str) -> None:
        """Take a line as a tap where it names a button, else as what the client writes."""
        prompt = self.rehearsal.prompt()
        choice = None if prompt is None else place(prompt, line)
        if prompt is not None and choice is not None:
            self._perform(Action("tap", prompt.choices[choice]), choice)
            return
        self._perform(_WAYS.get(line) or Action("say", line.removeprefix("say ")))

    def _perform(self, action: Action, choice: int | None = None) -> None:
        before = self.rehearsal.now()
        was_open = self.rehearsal.check_in().status == "open"
        self.rehearsal.perform(action, choice)
        if self.rehearsal.now() != before:
            self._tell_time()
        if action.kind == "say":
            hard = self.client_side.hard_words(action.words, self.rehearsal.setting.language)
            show([hard] if hard else [])
        self._show_last()
        if was_open:
            self._tell_end()

    def _change_language(self, chosen: Language) -> None:
        if chosen not in self.rehearsal.setting.flow.languages:
            click.echo(f"(the flow is not written in {chosen})")
            return
        self.rehearsal.change(language=chosen)
        click.echo(f"(the same conversation in {chosen}; a client's check-in never mixes two)")
        if self.rehearsal.misfit:
            click.echo(f"({self.rehearsal.misfit})")
        self._show_last()
        self._tell_end()

    def _tell_time(self) -> None:
        wall = wall_at(self.rehearsal.now(), zone(self.rehearsal.setting.zone_name))
        click.echo(f"--- {wall:%a %d %b %Y, %H:%M}")

    def _tell_end(self) -> None:
        check_in = self.rehearsal.check_in()
        if check_in.status != "open":
            show_kept(check_in)


def _delay(words: str) -> timedelta | None:
    found = _DELAY.fullmatch(words.strip())
    return int(found[1]) * _UNITS[found[2]] if found else None


def _lines() -> Iterator[str]:
    """Read typed lines one by one; show piped lines as a terminal shows typed ones."""
    typed = sys.stdin.isatty()
    while True:
        click.echo("> ", nl=False)
        line = sys.stdin.readline()
        if not typed or not line:
            click.echo(line.rstrip("\n"))
        if not line:
            return
        yield line.strip()
