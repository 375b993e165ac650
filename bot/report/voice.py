"""The words of the digest in one language and zone, and its sentences about a single reason.

Used by ``bot.report.digest_text`` and ``bot.report.client_details``, so that both say the same
thing the same way. It must never say more than the reason's evidence holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.report.choices import (
    ADVICE,
    HEARD,
    KIND,
    OPENING,
    POINTS,
    QUESTION,
    REPAIR,
    TALKED,
    WHY,
    WISH,
)
from bot.report.quoting import one_line, short_alias, shortened
from bot.texts import Texts
from bot.texts.keys import DigestKey
from flows.digest.goals import AgreedStep, Goal
from flows.digest.heard import Heard
from flows.digest.reported import Reply, Reported, Total, in_language
from flows.digest.section import ClientSection, Note
from flows.digest.way_in import way_in
from flows.languages import Language
from flows.signals.reason import Reason

DISTANCES = frozenset({"rating_dip", "dip_with_strain"})
"""The rules whose threshold is a distance below the usual."""
LONGEST_QUESTION = 80
"""Characters of a question that stand behind what was written to it."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Speaks the digest's texts, with at most ``quoted`` characters of a client's; None: all."""

    texts: Texts
    language: Language
    zone: ZoneInfo
    quoted: int | None

    def say(self, key: DigestKey, **values: object) -> str:
        """The text ``digest.<key>``."""
        return self.texts.digest(self.language, key, zone=self.zone, **values)

    def quote(self, text: str) -> str:
        """Client text on one line in quotation marks; empty where nothing visible is left."""
        line = one_line(text)
        words = line if self.quoted is None else shortened(line, self.quoted)
        return self.say("quote", words=words) if words else ""

    def note(self, note: Note) -> str:
        """Quote what the client wrote beside a question, with that question; empty where nothing
        visible is left.
        """
        text, question = self.quote(note.words), one_line(note.question)
        if not text or not question:
            return text
        return self.say("note_to", text=text, question=shortened(question, LONGEST_QUESTION))

    def heard(self, alias: str, heard: Heard) -> list[str]:
        """Tell what led to the crisis card, and the client's words as far as they are kept."""
        return [
            self.say(HEARD[heard.cause], alias=alias, at=heard.at),
            *(self.say("risk.again", at=at) for at in heard.again_at),
            *(quote for words in heard.words if (quote := self.quote(words))),
            *([self.say("risk.reworded")] if heard.is_reworded else ()),
        ]

    def said(self, alias: str, reason: Reason) -> list[str]:
        """Tell what the client said directly: what came closest, in which words, and their wish."""
        plainly = reason.fact("strain") == "yes"
        strain: DigestKey = "said.yes" if plainly else "said.a_little"
        kind, words = reason.words("strain_kind"), reason.words("words")
        talked, wish = reason.words("talked"), reason.words("who_raises")
        return [
            self.say(strain, alias=alias, at=reason.at),
            self.quote(words) if words else "",
            self.say(KIND[kind]) if kind in KIND else "",
            " ".join(
                (
                    self.say(TALKED[talked]) if talked in TALKED else "",
                    self.say(WISH[wish]) if wish in WISH else "",
                )
            ).strip(),
        ]

    def repair(self, section: ClientSection) -> str:
        """Tell what the client says became of a strain; empty where they were not asked."""
        return self.say(REPAIR[section.repair]) if section.repair in REPAIR else ""

    def goal(self, goal: Goal) -> str:
        """A goal in the client's words, where they are with it, and where they were before; empty
        where nothing visible is left of the words.
        """
        words = self.quote(goal.words)
        if not words:
            return ""
        if not goal.shown:
            return self.say("goal.new", goal=words)
        shown = in_language(goal.shown, self.language)
        if not goal.before or goal.before_at is None:
            return self.say("goal.now", goal=words, shown=shown)
        before = in_language(goal.before, self.language)
        return self.say("goal.moved", goal=words, shown=shown, before=before, at=goal.before_at)

    def step(self, step: AgreedStep) -> str:
        """Tell what has become of the step agreed on, and the client's words to it."""
        shown = " · ".join(in_language(each, self.language) for each in step.shown)
        quotes = " ".join(filter(None, (self.quote(words) for words in step.words)))
        return " ".join(filter(None, (f"{shown}." if shown else "", quotes)))

    def reported(self, alias: str, reported: Reported) -> str:
        """One check-in of a flow that has no section, with the client's name."""
        return self.say("named", alias=alias, text=self.answered(reported))

    def answered(self, reported: Reported) -> str:
        """One check-in of a flow that has no section: its title and what was answered."""
        said = [self._total(total) for total in reported.totals]
        said += [self._reply(reply) for reply in reported.replies]
        title = in_language(reported.title, self.language)
        words = " · ".join(filter(None, said))
        return self.say("reported.line", title=title, said=words)

    def _total(self, total: Total) -> str:
        if total.before is None:
            return self.say("reported.total", value=total.value, most=total.most)
        return self.say(
            "reported.total_before", value=total.value, most=total.most, before=total.before
        )

    def _reply(self, reply: Reply) -> str:
        if not reply.label:
            return self.quote(reply.words)
        shown = in_language(reply.label, self.language)
        about = self.quote(reply.about) if reply.about else ""
        return self.say("reported.about", about=about, shown=shown) if about else shown

    def rated(self, alias: str, reason: Reason) -> str:
        """A rating that was pointed out by itself, beside the usual."""
        rating = self.say(
            "rating.possible", alias=alias, at=reason.at, rating=reason.number("rating")
        )
        return f"{rating} {self.usual(reason)}".rstrip()

    def why(self, reason: Reason) -> str:
        """Say in one sentence why a rule spoke, with its numbers."""
        rating, usual = reason.number("rating") or 0.0, reason.number("usual") or 0.0
        before, threshold = reason.number("before"), reason.number("threshold") or 0.0
        return self.say(
            _why_key(reason),
            distance=abs(reason.number("z") or 0.0),
            below=round(usual - rating, 4),
            usual=usual,
            count=int(reason.number("ratings") or 0),
            fallen=round((before or 0.0) - rating, 4),
            spread=reason.number("spread"),
            smoothed=reason.number("smoothed"),
            before=before,
            threshold=abs(threshold) if reason.rule in DISTANCES else threshold,
        )

    def usual(self, reason: Reason) -> str:
        """Tell what is usual for the client, over how many ratings; empty where nothing is yet."""
        usual, ratings = reason.number("usual"), reason.number("ratings")
        if usual is None or ratings is None:
            return ""
        return self.say("rating.usual", usual=usual, count=int(ratings))

    def rating_after(self, reason: Reason) -> str:
        """The rating that came with what was said, beside the usual; empty where none was given."""
        rating = reason.number("rating")
        if rating is None:
            return ""
        given = self.say("rating.given", rating=rating)
        usual = self.usual(reason)
        return f"{given} {usual}" if usual else self.say("rating.unusual", also=given)

    def week(self, section: ClientSection) -> str:
        """Tell how the week was rated, beside a rating that was pointed out."""
        return "" if section.week is None else self.say("rating.week", week=section.week)

    def opening(self, section: ClientSection) -> str:
        """One way to open that blames nobody; empty where none is to be offered."""
        way = way_in(section)
        if way is None:
            return ""
        if way in ADVICE:
            return self.say(ADVICE[way])
        said = [reason for reason in section.reasons if reason.rule == "said_so"]
        kind = said[-1].words("strain_kind") if said else None
        key = QUESTION.get(way) or OPENING.get(kind or "", "open.other")
        return self.say("open.with", question=self.say(key, since=section.flag_since_at))

    def names(self, sections: Sequence[ClientSection], most: int | None = None) -> str:
        """The clients' aliases in one list; beyond ``most`` the others are counted."""
        named = ", ".join(short_alias(section.alias) for section in sections[:most])
        left_out = len(sections) - len(sections[:most])
        return self.say("names_more", aliases=named, count=left_out) if left_out else named


def _why_key(reason: Reason) -> DigestKey:
    if WHY[reason.rule] != "why.points":
        return WHY[reason.rule]
    said = reason.fact("strain") in ("a_little", "yes")
    return POINTS[said, bool(reason.number("carried"))]


def by_check_in(reasons: Sequence[Reason]) -> list[list[Reason]]:
    """The reasons of each check-in together, in their order."""
    groups: dict[int, list[Reason]] = {}
    for reason in reasons:
        groups.setdefault(reason.check_in_id, []).append(reason)
    return list(groups.values())
