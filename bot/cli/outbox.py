"""``interlude outbox``: the messages that did not leave, or of which nobody knows whether they
arrived.

Whoever runs the bot sees what each means for the person who waits, has it done again, or drops it.
It must never show a word of a message, nor do twice what may have arrived without asking.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.kept_messages import ID, IDS, JSON, Line, change_all, local, read, show
from bot.cli.surroundings import refuse, settings_or_exit, work_in

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.services.sending.by_hand import Sort, Standing, Way
    from storage.store import Tx

WHAT: dict[Sort, str] = {
    "question": "a question",
    "end": "the end of a check-in",
    "digest": "a page of a digest",
    "picture": "the picture of a digest",
    "safety": "a safety text or an alert",
    "reply": "an answer to somebody who wrote or tapped",
    "notice": "a notice",
    "change": "a change of an earlier message",
    "file": "a file",
    "menu": "the menu of a chat",
}
STATE: dict[str, str] = {
    "queued": "waits to be sent",
    "claimed": "is being sent",
    "sent": "has arrived",
    "refused": "was refused by Telegram",
    "uncertain": "may have arrived or not",
    "dropped": "was let go",
}
MEANS: dict[Way, str] = {
    "ask": "The question is still open. Unless a tap proves that it arrived it is asked once more "
    "by itself, visibly; at once with: interlude outbox retry {id}",
    "send_digest": "Their therapist can see the digest with /digest at any time. To send all its "
    "pages anew: interlude outbox retry {id}",
    "send_picture": "The pages are sent apart from it. To send the picture anew: interlude outbox "
    "retry {id}",
    "by_itself": "It is tried again by itself, every five minutes at the latest; nothing is lost.",
    "asked_again": "It was asked once more already, and is not asked again now; the reminder "
    "follows as planned.",
    "moved_on": "The question is not open any more: it was answered, or its check-in has ended.",
    "read": "The digest has been read since; there is nothing to do.",
    "out_of_reach": "The chat has blocked the bot or is gone. It goes on by itself when they come "
    "back; until then only you can tell them.",
    "let_go": "It was out of date before it could leave, so it was not sent.",
    "arrived": "There is nothing to do.",
    "words_gone": "What it said was erased when it was over, so it cannot be sent again. If it "
    "mattered, tell {code} yourself.",
}
DROPPED: dict[Sort, str] = {
    "question": "the check-in ends and what was answered in it is kept; {code} is told nothing",
    "end": "{code} does not see how the check-in ended",
    "digest": "{code} does not get this page, and sees all of it with /digest",
    "picture": "{code} gets the digest without its picture",
    "safety": "",
    "reply": "{code} gets no answer and may be waiting for one: tell them yourself",
    "notice": "{code} does not learn it from the bot: tell them yourself if it matters",
    "change": "the earlier message stays as it is",
    "file": "{code} does not get the file and may be waiting for it: tell them yourself",
    "menu": "the menu of the chat stays as it is until the next start",
}


@click.group()
def outbox() -> None:
    """Messages that did not leave or may not have arrived: list, explain, retry or drop them."""


@outbox.command("list", short_help="List what waits for long or may not have arrived.")
@click.option("--all", "everything", is_flag=True, help="With those that were let go, too.")
@JSON
@click.pass_obj
def list_(config: Path | None, everything: bool, as_json: bool) -> None:
    """List what has waited for ten minutes or more, and what was refused or is uncertain since two
    weeks, oldest first; none of the words.
    """
    from bot.services.sending import by_hand

    settings = settings_or_exit(config)

    def ask(tx: Tx) -> list[Line]:
        found = by_hand.list_(work_in(settings, tx), with_dropped=everything)
        return [_line(standing) for standing in found]

    show(
        read(config, ask),
        zone_name=settings.practice.zone,
        towards="to",
        none="Nothing waits for long, and nothing is in doubt.",
        as_json=as_json,
    )


@outbox.command("explain", short_help="Say what one is and what it means for who waits.")
@ID
@JSON
@click.pass_obj
def explain(config: Path | None, number: int, as_json: bool) -> None:
    """Say what the message with this ID is, how it stands, and what can be done about it."""
    settings = settings_or_exit(config)
    standing = read(config, lambda tx: _find(settings, tx, number))
    if standing is None:
        refuse([_unknown(number)])
    line, means = _line(standing), _means(standing)
    if as_json:
        click.echo(json.dumps(line.as_dict(means=means)))
        return
    made = local(line.at, settings.practice.zone)
    click.echo(f"{line.id}: {line.what} to {line.person}, of {made}, {STATE[line.state]}.")
    click.echo(means)


@outbox.command("retry", short_help="Ask once more, or send a digest anew.")
@IDS
@click.option("--yes", is_flag=True, help="Do not ask, even where it may show twice.")
@click.pass_obj
def retry(config: Path | None, ids: tuple[int, ...], yes: bool) -> None:
    """Ask the questions with these IDs once more, or send these digests anew. What may have arrived
    is not repeated without your yes.
    """
    from bot.services.sending import by_hand

    settings = settings_or_exit(config)
    may_double = read(config, lambda tx: _doubtful(settings, tx, ids))
    if may_double and not (yes or _agrees(may_double)):
        refuse(["Nothing was done."])
    agreed = frozenset(each.row.id for each in may_double)

    def why_not(tx: Tx, number: int) -> str | None:
        standing = _find(settings, tx, number)
        if standing is None:
            return _unknown(number)
        if standing.way not in by_hand.DOABLE:
            return f"{number}: {_means(standing)}"
        if standing.may_double and number not in agreed:
            return f"{number}: it may have arrived, which was not known a moment ago; ask again"
        return None

    def change(tx: Tx, number: int) -> str:
        standing = _surely(settings, tx, number)
        by_hand.again(work_in(settings, tx), standing)
        return standing.code

    for number in change_all(config, ids, "outbox.retried", change, why_not):
        click.echo(f"{number} is done again while the bot runs, as soon as nothing forbids it.")


@outbox.command("drop", short_help="Let them go for good, unsent.")
@IDS
@click.pass_obj
def drop(config: Path | None, ids: tuple[int, ...]) -> None:
    """Let the messages with these IDs go for good: they wait, and will not be sent. A safety text
    is never dropped.
    """
    from bot.services.sending import by_hand

    settings = settings_or_exit(config)
    told: list[str] = []

    def why_not(tx: Tx, number: int) -> str | None:
        standing = _find(settings, tx, number)
        if standing is None:
            return _unknown(number)
        if standing.may_be_dropped:
            return None
        if standing.sort == "safety":
            return f"{number}: a safety text is not dropped; it is sent until it has left"
        return f"{number}: it {STATE[standing.row.state]}; only what waits can be dropped"

    def change(tx: Tx, number: int) -> str:
        standing = _surely(settings, tx, number)
        by_hand.drop(work_in(settings, tx), standing)
        what = DROPPED[standing.sort].format(code=standing.code)
        told.append(f"{number} will not be sent: {what}.")
        return standing.code

    change_all(config, ids, "outbox.dropped", change, why_not)
    for line in told:
        click.echo(line)


def _find(settings: Settings, tx: Tx, number: int) -> Standing | None:
    from bot.services.sending import by_hand

    return by_hand.find(work_in(settings, tx), number)


def _surely(settings: Settings, tx: Tx, number: int) -> Standing:
    standing = _find(settings, tx, number)
    if standing is None:
        raise ValueError(f"there is no message {number}")
    return standing


def _doubtful(settings: Settings, tx: Tx, ids: tuple[int, ...]) -> list[Standing]:
    found = (_find(settings, tx, number) for number in dict.fromkeys(ids))
    return [each for each in found if each is not None and each.may_double]


def _agrees(doubtful: list[Standing]) -> bool:
    """No where nobody is there to answer."""
    for each in doubtful:
        click.echo(f"{each.row.id}: {WHAT[each.sort]} to {each.code} may have arrived already.")
    try:
        return click.confirm("They may see it twice. Do it?", default=False)
    except click.Abort:
        click.echo()
        return False


def _line(standing: Standing) -> Line:
    row = standing.row
    why = STATE[row.state] if row.reason is None else f"{STATE[row.state]} ({row.reason})"
    what = WHAT[standing.sort]
    return Line(row.id, row.created_at, standing.code, what, row.state, why, row.attempts)


def _means(standing: Standing) -> str:
    return MEANS[standing.way].format(id=standing.row.id, code=standing.code)


def _unknown(number: int) -> str:
    return f"{number}: there is no such message; `interlude outbox list` shows those in doubt"
