"""Puts a digest on paper: first who needs a word, as the message says it, then a block a client.

Used by the bot's services on request and by the command line. Every word stands uncut; a client's
words travel as values and are never read as a template. It must never say of anybody what the
digest does not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.drawings import Drawing
from bot.report.client_blocks import stands
from bot.report.client_details import counts, own_words
from bot.report.density import UNCUT
from bot.report.digest_text import others_of, title_of
from bot.report.drawing import words
from bot.report.on_top import lists_on_top
from bot.report.pages import Block
from bot.report.quoting import short_alias
from bot.report.small_charts import in_words, legend, small_chart
from bot.report.voice import Voice
from bot.texts import Texts
from flows.digest.arrange import Digest
from flows.digest.levels import Levels
from flows.digest.section import ClientSection
from flows.languages import Language, tongue_of

_BULLET, _POINT = "▪ ", "• "
"""They begin a heading and an entry in a chat; on paper type and place say it."""
_LONG = 1200
"""A block of more characters may go on over the page."""


def digest_paper(
    digest: Digest,
    *,
    texts: Texts,
    language: Language,
    zone: ZoneInfo,
    practice: str,
    is_nameless: bool = False,
) -> Drawing:
    """The whole digest as a paper that is drawn when it is needed. ``is_nameless``: its sections
    have neither names nor words, and it says so.
    """
    voice = Voice(texts, language, zone, None)
    title, *below = (_nameless_title if is_nameless else title_of)(voice, digest).split("\n")
    blocks = [block for s in digest.sections if (block := _client(voice, s)) is not None]
    others, week = others_of(voice, digest.others, UNCUT), voice.say("paper.week", week=digest.week)
    calm = [entry.text for entry in others.entries]
    if is_nameless and digest.others:  # words that are left out may say more than that all is well
        calm = [voice.say("nameless.others", aliases=voice.names(digest.others))]
    drawn = [levels for s in digest.sections if (levels := _levels(s)) is not None]
    values: dict[str, Any] = {
        "lang": tongue_of(language).code,
        "title": title,
        "below": [words(line) for line in below],
        "top": [_list(block) for block in lists_on_top(voice, digest, UNCUT) if block.entries],
        "nothing": words(voice.say("paper.nothing_on_top")),
        "each": words(voice.say("paper.each")),
        "legend": legend(voice, drawn),
        "scale": words(voice.say("picture.weeks", at=digest.cut_off_at) if drawn else ""),
        "clients": blocks,
        "others-heading": words(_plain(others.heading or "")),
        "others": [words(text) for text in calm],
        "footer": words(" · ".join(filter(None, (practice, week)))),
        "record": words(voice.say("paper.record")),
    }
    return Drawing(
        form="pdf",
        template="digest.typ",
        name=f"{digest.week}{'-supervision' if is_nameless else ''}.pdf",
        values=values,
        about=tuple(section.alias for section in digest.sections),
        instead=voice.say("nameless.instead" if is_nameless else "paper.instead"),
    )


def _nameless_title(voice: Voice, digest: Digest) -> str:
    title = voice.say("nameless.paper_title", at=digest.cut_off_at)
    return f"{title}\n{voice.say('nameless.paper_who', count=len(digest.sections))}"


def _levels(section: ClientSection) -> Levels | None:
    """The ratings to draw; none of somebody who has left."""
    levels = section.levels
    return levels if levels is not None and levels.given and section.left is None else None


def _client(voice: Voice, section: ClientSection) -> dict[str, Any] | None:
    """The block of one client; None where a line of names says all there is."""
    levels, stood = _levels(section), stands(voice, section)
    parts = [_part("", [stood])] if stood else []
    parts += [
        _part(block.heading or "", [entry.text for entry in block.entries])
        for block in own_words(voice, section)
        if block.entries
    ]
    if levels is None and not parts:
        return None
    if section.left is None:
        heading = voice.say("client.answers")
        parts.append(_part(heading, [counts(voice, section.engagement)]))
    alias, at = short_alias(section.alias), section.next_session_at
    if at is not None:
        alias = voice.say("paper.alias_at", alias=alias, at=at)
    return {
        "alias": words(alias),
        "chart": None if levels is None else small_chart(voice, levels),
        "said": words("" if levels is None else in_words(voice, levels)),
        "parts": parts,
        "is-long": sum(len(line["text"]) for part in parts for line in part["lines"]) > _LONG,
    }


def _list(block: Block) -> dict[str, Any]:
    return {
        "heading": words(_plain(block.heading or "")),
        "entries": [
            [words(line.removeprefix(_POINT)) for line in entry.text.split("\n")]
            for entry in block.entries
        ],
    }


def _part(heading: str, texts: Sequence[str]) -> dict[str, Any]:
    lines = (line for text in texts for line in text.split("\n"))
    return {"heading": words(_plain(heading)), "lines": [words(line) for line in lines]}


def _plain(heading: str) -> str:
    return heading.removeprefix(_BULLET)
