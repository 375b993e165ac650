"""``interlude flows try``: the conversation in the terminal, as a client would meet it.

The engine, the wording of prompts and the built-in texts are those of production; only the chat is
a terminal here. Nothing is stored but the story that the author asks for.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from bot.cli.authoring.branches import branches
from bot.cli.authoring.client_side import ClientSide
from bot.cli.authoring.file_arguments import find_file, load_flow, packs_of, shown, spoken
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
from flows.script.flow import Flow

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
  why           which conditions were met so far, and which way they went
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
@click.option("--page", is_flag=True, help="On a page beside your editor; FLOW may be a folder.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Of the page; else any.")
@click.option("--no-browser", is_flag=True, help="Print the page's address, and open nothing.")
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
    page: bool,
    port: int,
    no_browser: bool,
) -> None:
    """Go through FLOW (an id or a file) as a client would. `help` shows what you can type.

    With --page you do it on a phone in the browser, which follows the file whenever you save it.
    """
    told = Told(therapist, dative, accusative, goals, topics, read_past(past))
    tried = _Tried(language, zone_name, _starts_at(start, zone_name), told, seed)
    if page:
        if save is not None:
            refuse(["--save: with --page, a story is kept by its button on the page"])
        _on_page(config, flow, tried, port=port, browser=not no_browser)
    else:
        _in_terminal(config, flow, tried, save)


@dataclass(frozen=True, slots=True)
class _Tried:
    """Everything that the author said about the conversation."""

    language: Language | None
    zone_name: str
    starts_at: datetime
    told: Told
    seed: int

    def setting(self, flow: Flow) -> Setting:
        """The conversation with a flow, in its first language if it is not written in theirs."""
        is_written = self.language is not None and self.language in flow.languages
        language = self.language if self.language and is_written else flow.languages[0]
        names = self.told.names
        return Setting(flow, language, self.zone_name, self.starts_at, names, self.seed)


def _on_page(config: Path | None, flow: str, tried: _Tried, *, port: int, browser: bool) -> None:
    from bot.cli.authoring.phone.desk import Desk
    from bot.cli.authoring.phone.flow_folder import FlowFolder
    from bot.cli.authoring.phone.trying_page import run_page  # a server and a watcher cost time

    settings = bench_settings(config)
    place = Path(flow) if Path(flow).is_dir() else find_file(settings, flow)
    if not place.exists():
        refuse([f"{place}: cannot be read (no such file); check the path"])
    packs_of(settings)  # refused here: on the page, a folder that goes may come back
    desk = Desk(
        FlowFolder(settings, place, is_file=place.is_file()),
        ClientSide(settings.practice),
        tried.setting,
        lambda story, folder: _again(config, story, folder),
        tried.language,
    )
    run_page(desk, port=port, browser=browser)


def _in_terminal(config: Path | None, flow: str, tried: _Tried, save: Path | None) -> None:
    if Path(flow).is_dir():
        refuse([f"{flow}: a folder; name one of its files, or try all of them with --page"])
    loaded = load_flow(config, flow)
    spoken(loaded, tried.language)
    if save is not None:
        _make_room(save)
    rehearsal = Rehearsal(tried.setting(loaded))
    _Bench(rehearsal, ClientSide(bench_settings(config).practice)).run()
    if save is not None:
        save.write_text(written(rehearsal.story(), rehearsal.result()), "utf-8")
        folder = Path(flow).parent if Path(flow).is_file() else None
        click.echo(f"{save}: saved. To play it again: {_again(config, save, folder)}")


def _again(config: Path | None, story: Path, folder: Path | None) -> str:
    """The command that plays the story, as a shell takes it from here."""
    settings = ["--config", str(config)] if config is not None else []
    flows = ["--flows", shown(folder)] if folder is not None else []
    return shlex.join(["interlude", *settings, "flows", "test", shown(story), *flows])


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
        elif line == "why":
            self._explain()
        elif word == "language" and is_spoken(rest):
            self._change_language(Language(rest))
        elif word == "wait" and (passing := waited(rest)) is not None:
            self._perform(passing)
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

    def _explain(self) -> None:
        sentences = branches(self.rehearsal.setting.flow, self.rehearsal.check_in())
        for sentence in sentences or ("No condition has been met so far.",):
            click.echo(f"({sentence})")

    def _tell_time(self) -> None:
        wall = wall_at(self.rehearsal.now(), zone(self.rehearsal.setting.zone_name))
        click.echo(f"--- {wall:%a %d %b %Y, %H:%M}")

    def _tell_end(self) -> None:
        check_in = self.rehearsal.check_in()
        if check_in.status != "open":
            show_kept(check_in, self.rehearsal.scores())


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
