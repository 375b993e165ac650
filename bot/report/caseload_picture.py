"""Puts the small charts of a caseload into one picture, with a caption that says the same.

Used by the bot's services beside the digest's text. It draws nobody who has left, nobody without a
rating, and no more than a phone shows well; it says how many it leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.drawings import Drawing
from bot.report.drawing import words
from bot.report.quoting import short_alias
from bot.report.small_charts import in_words, legend, small_chart
from bot.report.voice import Voice
from bot.texts import Texts
from flows.digest.arrange import Digest
from flows.digest.levels import Levels
from flows.digest.section import ClientSection
from flows.engine.cut import length
from flows.languages import Language

MOST_CHARTS = 14
LONGEST_CAPTION = 1024
"""UTF-16 units below a picture; a chart that its caption has no room for is not drawn."""


@dataclass(frozen=True, slots=True)
class CaseloadPicture:
    """The picture, and the words below it."""

    drawing: Drawing = field(repr=False)
    caption: str = field(repr=False)


def caseload_picture(
    digest: Digest, *, texts: Texts, language: Language, zone: ZoneInfo
) -> CaseloadPicture | None:
    """The picture of a digest, in its order; None where nobody has rated in twelve weeks."""
    voice = Voice(texts, language, zone, None)
    found = [(s, s.levels) for s in digest.sections if s.left is None and s.levels is not None]
    rated = [(section, levels) for section, levels in found if levels.given]
    if not rated:
        return None
    shown = rated[:MOST_CHARTS]
    while len(shown) > 1 and length(_caption(voice, digest, shown, rated)) > LONGEST_CAPTION:
        shown = shown[:-1]
    drawing = Drawing(
        form="png",
        template="caseload.typ",
        name="week.png",
        values={
            "heading": words(voice.say("picture.title")),
            "below": words(voice.say("picture.weeks", at=digest.cut_off_at)),
            "panels": [
                {"title": words(short_alias(section.alias)), **small_chart(voice, levels)}
                for section, levels in shown
            ],
            "legend": legend(voice, [levels for _, levels in shown]),
            "more": [words(line) for line in _left_out(voice, shown, rated)],
        },
        about=tuple(section.alias for section, _ in shown),
        instead=voice.say("picture.instead"),
    )
    return CaseloadPicture(drawing, _caption(voice, digest, shown, rated))


_Rated = list[tuple[ClientSection, Levels]]


def _caption(voice: Voice, digest: Digest, shown: _Rated, rated: _Rated) -> str:
    lead = voice.say("picture.lead", at=digest.cut_off_at)
    lines = (
        voice.say("picture.line", alias=short_alias(section.alias), text=in_words(voice, levels))
        for section, levels in shown
    )
    return "\n".join([lead, *lines, *_left_out(voice, shown, rated)])


def _left_out(voice: Voice, shown: _Rated, rated: _Rated) -> list[str]:
    count = len(rated) - len(shown)
    return [voice.say("picture.more", count=count)] if count else []
