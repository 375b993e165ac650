"""The desk as a page draws it: JSON values, and which of them have changed since they were told.

Used by ``trying_page``. What the kinds hold is agreed with the page's JavaScript, which draws a
``hello`` whole and each other kind in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot.cli.authoring.branches import branches
from bot.cli.authoring.kept import kept
from bot.cli.authoring.phone.desk import Desk, KeptStory
from bot.cli.authoring.phone.flow_folder import Leaf
from bot.cli.authoring.phone.lit_path import lit_path
from bot.page.sentences import sentences
from bot.texts import shipped
from flows.languages import BASE, in_english
from flows.script import Problem

CHAT = "1"
"""The only chat; the page gives it back with everything that is done."""

Picture = dict[str, Any]


def picture(desk: Desk) -> Picture:
    """The whole picture, for a window that comes."""
    rehearsal = desk.rehearsal
    messages = [message.to_json() for message in desk.chat().messages]
    shown = {"messages": messages, "commands": [], "unread": 0, "reply_keyboard": None}
    return {
        "language": BASE,
        "texts": sentences(shipped(), BASE),
        "zone": None if rehearsal is None else rehearsal.setting.zone_name,
        "people": [_person(desk)],
        "chats": {CHAT: shown},
        "weeks": 0,
        "begins_at": None,
        "marks": [],
        "tour": None,
        "now": _now(desk),
        "travelling": False,
        "playing": None,
        **_beside(desk),
    }


def news(before: Picture, after: Picture) -> Iterator[tuple[str, Any]]:
    """The events that lead a page from one picture to the other: a whole ``hello`` where something
    has changed in the middle of the chat.
    """
    old, new = _messages(before), _messages(after)
    if list(old) != list(new)[: len(old)] or before["flow"] != after["flow"]:
        yield "hello", after
        return
    for number, message in new.items():
        if old.get(number) != message:
            yield "message", {"chat": CHAT, "message": message}
    if before["now"] != after["now"]:
        yield "now", {"now": after["now"], "travelling": False, "playing": None}
    yield from ((kind, after[kind]) for kind in _BESIDE if before[kind] != after[kind])


def _messages(whole: Picture) -> dict[int, Any]:
    return {message["id"]: message for message in whole["chats"][CHAT]["messages"]}


_BESIDE = ("flow", "flows", "standing", "problems", "outline", "kept", "branch", "story")


def _beside(desk: Desk) -> Picture:
    """Everything that stands beside the chat, by the kind of event that tells it."""
    rehearsal, leaf, story = desk.rehearsal, desk.leaf, desk.story
    beside: Picture = {
        "flow": _flow(desk),
        "flows": [_listed(desk, name, leaf) for name, leaf in desk.leaves.items()],
        "standing": asdict(desk.standing()),
        "problems": [_problem(one) for one in leaf.problems] if leaf is not None else [],
        "outline": [],
        "kept": [],
        "branch": [],
        "story": None if story is None else _story(story),
    }
    if rehearsal is not None:
        setting, check_in = rehearsal.setting, rehearsal.check_in()
        lines = lit_path(setting.flow, check_in, setting.language)
        rows = kept(check_in, rehearsal.scores())
        beside["outline"] = [asdict(line) for line in lines]
        beside["kept"] = [{"step": r.name, "value": r.value, "note": r.note} for r in rows]
        beside["branch"] = list(branches(setting.flow, check_in))
    return beside


def _now(desk: Desk) -> str | None:
    return None if desk.rehearsal is None else desk.rehearsal.now().isoformat()


def _person(desk: Desk) -> Picture:
    """The client who does not exist; their name is what a chat with the bot is called."""
    language = BASE if desk.rehearsal is None else desk.rehearsal.setting.language
    person = {"name": "Interlude", "alias": "", "role": "client", "language": language}
    return {"chat": CHAT, **person, "simulated": False, "blocked": False}


def _flow(desk: Desk) -> Picture | None:
    """The flow on the phone, as it is there: its file may be newer, and broken."""
    rehearsal = desk.rehearsal
    if rehearsal is None:
        return None
    flow, language = rehearsal.setting.flow, rehearsal.setting.language
    return {
        "id": desk.name,
        "file": desk.path,
        "title": flow.title.say(language),
        "languages": [{"code": one, "name": in_english(one)} for one in flow.languages],
        "language": language,
        "story": desk.story_name(),
    }


def _story(story: KeptStory) -> Picture:
    return {"text": f"Kept as {story.file}. To play it again:", "command": story.command}


def _listed(desk: Desk, name: str, leaf: Leaf) -> Picture:
    flow = leaf.flow or desk.tried_last(name)
    title = name if flow is None else flow.title.say(flow.languages[0])
    return {"id": name, "title": title, "file": leaf.path, "problems": len(leaf.problems)}


def _problem(problem: Problem) -> Picture:
    return {
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "what": problem.message,
        "mend": problem.hint,
    }
