"""The words of a bot about itself, and chats as such: getMe, its name, commands and descriptions,
leaveChat.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from bot.sandbox import limits
from bot.sandbox.methods.call import Call, Method
from bot.sandbox.refusal import bad_request, forbidden
from bot.sandbox.shapes import Json, bot_user, full_chat, membership

COMMANDS = 100
COMMAND_NAME = re.compile(r"[a-z0-9_]{1,32}")
COMMAND_DESCRIPTION = 256
NAME = 64
DESCRIPTIONS = {"description": 512, "short_description": 120}


def me(call: Call) -> Json:
    """The bot itself."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return {**bot_user(call.account), **abilities}


def set_commands(call: Call) -> bool:
    """The list of commands for one scope and language is replaced."""
    value = call.params.decoded("commands", "can't parse commands JSON object")
    if not isinstance(value, list) or len(value) > COMMANDS:
        raise bad_request("expected an Array of BotCommand")
    call.account.commands[_audience(call)] = [_command(one) for one in value]
    return True


def delete_commands(call: Call) -> bool:
    """The list for one scope and language is empty again."""
    call.account.commands.pop(_audience(call), None)
    return True


def commands(call: Call) -> list[Json]:
    """The list for exactly this scope and language, empty if none was set."""
    return call.account.commands.get(_audience(call), [])


def _audience(call: Call) -> tuple[str, str]:
    scope = call.params.decoded("scope", "can't parse BotCommandScope JSON object")
    named = json.dumps(scope or {"type": "default"}, sort_keys=True)
    return named, call.params.text("language_code") or ""


def _command(value: object) -> Json:
    if not isinstance(value, dict):
        raise bad_request("expected an Array of BotCommand")
    name, description = value.get("command"), value.get("description")
    if not isinstance(name, str) or not COMMAND_NAME.fullmatch(name.removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description) <= COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description}


def set_name(call: Call) -> bool:
    """The bot is called so by those who speak this language; without one, by everybody else."""
    text, language = call.params.text("name") or "", call.params.text("language_code") or ""
    if len(text) > NAME:
        raise bad_request("bot name is too long")
    if language:
        call.account.names[language] = text
    elif text:
        call.account.name = text
    return True


def name(call: Call) -> Json:
    """The bot's name for this language, or the one for everybody else."""
    language = call.params.text("language_code") or ""
    return {"name": call.account.names.get(language) or call.account.name}


def _setter(name: str) -> Callable[[Call], bool]:
    def set_description(call: Call) -> bool:
        text = call.params.text(name) or ""
        if len(text) > DESCRIPTIONS[name]:
            raise bad_request(f"bot {name.replace('_', ' ')} is too long")
        call.account.descriptions[(name, call.params.text("language_code") or "")] = text
        return True

    return set_description


def _reader(name: str) -> Callable[[Call], Json]:
    def description(call: Call) -> Json:
        kept = call.account.descriptions
        language = call.params.text("language_code") or ""
        return {name: kept.get((name, language)) or kept.get((name, ""), "")}

    return description


def chat(call: Call) -> Json:
    """Return what the bot may know of a chat."""
    return full_chat(limits.known_chat(call.account, call.params))


def leave_chat(call: Call) -> bool:
    """The bot is no longer in the group."""
    room = limits.known_chat(call.account, call.params)
    if room.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    if not room.bot_is_member:
        raise forbidden("bot is not a member of the group chat")
    room.bot_is_member = False
    call.account.record(room, "left")
    itself = bot_user(call.account)
    payload = membership(call.account, room, call.now, "member", "left", itself)
    call.account.emit("my_chat_member", payload)
    return True


METHODS = (
    Method("getMe", (), me),
    Method("setMyCommands", ("commands", "scope", "language_code"), set_commands),
    Method("deleteMyCommands", ("scope", "language_code"), delete_commands),
    Method("getMyCommands", ("scope", "language_code"), commands),
    Method("setMyName", ("name", "language_code"), set_name),
    Method("getMyName", ("language_code",), name),
    Method("setMyDescription", ("description", "language_code"), _setter("description")),
    Method("getMyDescription", ("language_code",), _reader("description")),
    Method(
        "setMyShortDescription",
        ("short_description", "language_code"),
        _setter("short_description"),
    ),
    Method("getMyShortDescription", ("language_code",), _reader("short_description")),
    Method("getChat", ("chat_id",), chat),
    Method("leaveChat", ("chat_id",), leave_chat),
)
