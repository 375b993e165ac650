"""The ledger of one chat as text that a person can read from top to bottom.

Used by tests as golden files, by the demo, and by authors of flows. It depends on the ledger, the
zone and the name alone, so the same history gives the same text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from bot.sandbox.ledger import Entry, Media

_INDENT = " " * 7


def transcript(entries: Sequence[Entry], name: str, zone: tzinfo) -> str:
    """Day headings, local times, ``bot:`` and ``name:`` in the order of what happened."""
    lines: list[str] = []
    day = ""
    for entry in entries:
        local = entry.at.astimezone(zone)
        heading = f"{local:%A} {local:%Y-%m-%d}"
        if heading != day:
            lines += ["", heading] if lines else [heading]
            day = heading
        first, *rest = _lines(entry, name)
        lines.append(f"{local:%H:%M}  {first}".rstrip())
        lines += [f"{_INDENT}{line}".rstrip() for line in rest]
    return "\n".join(lines) + "\n" if lines else ""


def _lines(entry: Entry, name: str) -> list[str]:
    body = entry.text.splitlines() or [""]
    keys = [" ".join(f"[{label}]" for label in row) for row in entry.keyboard]
    match entry.kind:
        case "sent":
            return [f"bot: {body[0]}", *body[1:], *keys]
        case "document" | "photo":
            return [f"bot: ({_file(entry.media)}) {body[0]}".rstrip(), *body[1:], *keys]
        case "edited" if entry.before == entry.text:
            return [f"(other buttons) #{entry.message_id}", *keys]
        case "edited":
            return [f"(changed) #{entry.message_id}: {body[0]}", *body[1:], *keys]
        case "deleted":
            return [f"(deleted) #{entry.message_id}: {body[0]}"]
        case "said":
            shown = f"({_file(entry.media)}) {body[0]}" if entry.media else body[0]
            return [f"{name}: {shown}".rstrip(), *body[1:]]
        case "tapped":
            return [f"{name} taps [{entry.text or 'a button that is not there'}]"]
        case "toast":
            return [f"({'alert' if entry.alert else 'toast'}) {body[0]}", *body[1:]]
        case "blocked" | "unblocked":
            return [f"{name} {entry.kind} the bot"]
        case "typing":
            return ["(typing)"]
        case "left":
            return ["bot left the chat"]


def _file(media: Media | None) -> str:
    if media is None:
        return "file"
    if media.kind == "photo":
        return f"picture {media.width}x{media.height}"
    if media.kind == "sticker":
        return f"sticker {media.name}"
    return f"file {media.name}, {media.size} bytes"
