"""Telegram's HTML dialect: source text to plain text with entities, or Telegram's complaint.

Used by ``limits`` for every text and caption. It must never be kinder than Telegram; it is stricter
in one place: a bare ``&`` or an unknown named entity is refused, because it means that somebody
forgot to escape (Telegram shows it as it stands).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.sandbox.refusal import RefusedError, bad_request

Entity = dict[str, object]

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_VALUE = r"""(?:"[^"]*"|'[^']*'|[\w.\-]+)"""
_START = re.compile(rf"<([A-Za-z][A-Za-z0-9\-]*)((?:\s+[\w\-]+(?:\s*=\s*{_VALUE})?)*)\s*>")
_NAME = re.compile(r"<([^\s>/]*)")
_END = re.compile(r"</([A-Za-z0-9\-]*)\s*>")
_CHARACTER = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6}));")
_ATTRIBUTE = re.compile(rf"([\w\-]+)\s*=\s*({_VALUE})")
_COMMAND = re.compile(r"(?<![^\s])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![A-Za-z0-9_])")


def utf16_length(text: str) -> int:
    """Length as Telegram counts: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def command_entities(text: str) -> tuple[Entity, ...]:
    """``bot_command`` entities of what a person typed."""
    return tuple(
        {
            "type": "bot_command",
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found.group()),
        }
        for found in _COMMAND.finditer(text)
    )


def trimmed(text: str, entities: tuple[Entity, ...]) -> tuple[str, tuple[Entity, ...]]:
    """Text without blanks at both ends, entities moved and clipped along, as Telegram stores it."""
    bare = text.strip()
    if bare == text:
        return text, entities
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(bare)
    kept: list[Entity] = []
    for entity in entities:
        start = max(int(str(entity["offset"])) - lead, 0)
        stop = min(int(str(entity["offset"])) + int(str(entity["length"])) - lead, end)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return bare, tuple(kept)


def parse_html(source: str) -> tuple[str, tuple[Entity, ...]]:
    """Plain text and its entities; refused with 400 "can't parse entities: ..." otherwise."""
    reader = _Reader(source)
    while reader.at < len(source):
        reader.step()
    if reader.open:
        raise _complaint(f'Can\'t find end tag corresponding to start tag "{reader.open[-1].name}"')
    return "".join(reader.out), tuple(sorted(reader.entities, key=_position))


@dataclass(frozen=True, slots=True)
class _Open:
    """A start tag that waits for its end; ``start`` in UTF-16 units of the plain text."""

    name: str
    start: int
    entity: Entity


class _Reader:
    """Walks the source once; ``at`` counts characters, complaints count UTF-8 bytes."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def step(self) -> None:
        """Take one tag, one escaped character or a run of plain text."""
        mark = self.source[self.at]
        if mark == "&":
            self._character()
        elif self.source.startswith("</", self.at):
            self._end_tag()
        elif mark == "<":
            self._start_tag()
        else:
            found = re.compile(r"[^<&]+").match(self.source, self.at)
            self._write(found.group() if found else mark, found.end() if found else self.at + 1)

    def _write(self, text: str, upto: int) -> None:
        self.out.append(text)
        self.length += utf16_length(text)
        self.at = upto

    def _offset(self) -> int:
        return len(self.source[: self.at].encode())

    def _character(self) -> None:
        found = _CHARACTER.match(self.source, self.at)
        code = (
            int(found[2]) if found and found[2] else int(found[3], 16) if found and found[3] else 0
        )
        if found is None or code > 0x10FFFF:
            raise _complaint(f"Character '&' must be escaped at byte offset {self._offset()}")
        self._write(_CHARACTERS[found[1]] if found[1] else chr(code), found.end())

    def _start_tag(self) -> None:
        named = _NAME.match(self.source, self.at)
        name = named[1].lower() if named else ""
        if name not in _TYPES:
            raise _complaint(f'Unsupported start tag "{name}" at byte offset {self._offset()}')
        found = _START.match(self.source, self.at)
        if found is None:
            raise _complaint(f"Unclosed start tag at byte offset {self._offset()}")
        self.open.append(_Open(name, self.length, self._entity(name, found[2])))
        self.at = found.end()

    def _entity(self, name: str, attributes: str) -> Entity:
        given = {key: value.strip("\"'") for key, value in _ATTRIBUTE.findall(attributes)}
        if name == "span" and given.get("class") != "tg-spoiler":
            raise _complaint(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._offset()}'
            )
        if name == "a":
            return {"type": "text_link", "url": given.get("href", "")}
        if name == "tg-emoji":
            return {"type": "custom_emoji", "custom_emoji_id": given.get("emoji-id", "")}
        if name == "blockquote" and "expandable" in attributes:
            return {"type": "expandable_blockquote"}
        return {"type": _TYPES[name]}

    def _end_tag(self) -> None:
        if not self.open:
            raise _complaint(f"Unexpected end tag at byte offset {self._offset()}")
        found = _END.match(self.source, self.at)
        if found is None:
            raise _complaint(f"Unclosed end tag at byte offset {self._offset()}")
        begun = self.open.pop()
        if found[1] and found[1].lower() != begun.name:
            raise _complaint(
                f"Unmatched end tag at byte offset {self._offset()}, "
                f'expected "</{begun.name}>", found "</{found[1].lower()}>"'
            )
        if self.length > begun.start and begun.entity.get("url") != "":
            span: Entity = {"offset": begun.start, "length": self.length - begun.start}
            self.entities.append({**begun.entity, **span})
        self.at = found.end()


def _position(entity: Entity) -> tuple[int, int]:
    return int(str(entity["offset"])), -int(str(entity["length"]))


def _complaint(words: str) -> RefusedError:
    return bad_request(f"can't parse entities: {words}")
