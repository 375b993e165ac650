"""One client's part of a digest, frozen at its cut-off.

Made by the bot's services out of ``ClientFacts``, kept as encrypted JSON, so that an earlier week
can be rendered from what was stored. It must never change after its cut-off.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flows.digest.goals import AgreedStep, Goal
from flows.digest.heard import Heard
from flows.digest.leaving import Came, Left
from flows.digest.levels import Levels
from flows.digest.reported import Reported
from flows.digest.unmet import Unmet
from flows.signals.engagement import Engagement
from flows.signals.flags import ENDED, WAITING, FlagState
from flows.signals.reason import Reason

HARD_WEEK = 2
"""A week rated 0 to 2 of 10 is told, whatever is usual."""

QUOTED_UP_TO = 200
"""Characters of a client's text that the digest itself shows; the details show it whole."""

Standing = Literal["said_so", "possible", "still_open", "settled", "stale", "none"]
"""The place of a client by their flag: said so in this period; a computed reason in it; open from
before; settled in this period; followed no longer since this period; nothing to say."""


@dataclass(frozen=True, slots=True)
class FlagFacts:
    """The care's newest flag as it stands at the cut-off."""

    flag_id: int
    state: FlagState
    opened_at: datetime
    changed_at: datetime
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """A stored reason of that flag and when it was stored."""

    raised_at: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Note:
    """A client's words that were no answer, and the question that it was written to."""

    words: str
    question: str = ""
    """As the client read it; empty outside of a check-in."""

    def __repr__(self) -> str:
        return "Note(…)"


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """The facts known about one client at the cut-off, verbatim where they wrote.

    Texts and the week rating are those of the period; ``raised`` holds every reason of ``flag`` and
    any that an already ended flag got in this period; ``statements`` come from ``assess`` over all
    ratings before the cut-off.
    """

    care_id: int
    alias: str
    code: str
    flag: FlagFacts | None = None
    raised: tuple[Raised, ...] = ()
    statements: tuple[Reason, ...] = ()
    topics: tuple[str, ...] = ()
    """The topic they want to bring (measure ``topic``)."""
    changes: tuple[str, ...] = ()
    """The things that should stay the same or be different next time (measure ``change``)."""
    went_well: tuple[str, ...] = ()
    hard: tuple[str, ...] = ()
    week: int | None = None
    """The rating of the week, 0..10."""
    repair: str | None = None
    """The outcome of a strain, by the client's newest word on it (measure ``repair``); "unknown"
    where they had been asked by now and there is none.
    """
    goals: tuple[Goal, ...] = ()
    steps: tuple[AgreedStep, ...] = ()
    reported: tuple[Reported, ...] = ()
    """The answers in flows that have no place of their own here."""
    notes: tuple[Note, ...] = ()
    heard: tuple[Heard, ...] = ()
    """The words that led to the crisis card in this period, oldest first."""
    heard_before: Heard | None = None
    """The newest such thing of before, as long as nothing calm is to be said of the client."""
    case_id: int | None = None
    """The risk case that nobody has closed yet."""
    engagement: Engagement = field(default_factory=Engagement)
    left: Left | None = None
    """The client's leaving, where no digest has told it yet."""
    came: Came | None = None
    """Their coming from another therapist, likewise."""
    unmet: tuple[Unmet, ...] = ()
    """The therapy sessions of which the client said in this period that there was no meeting."""
    levels: Levels | None = None
    next_session_at: datetime | None = None
    """The start of the first therapy session after the cut-off that is known by then."""

    def __repr__(self) -> str:
        return f"ClientFacts(care {self.care_id}, …)"


@dataclass(frozen=True, slots=True)
class ClientSection:
    """Everything that one digest says about one client."""

    care_id: int
    alias: str
    code: str
    standing: Standing
    flag_id: int | None
    flag_state: FlagState | None
    flag_since_at: datetime | None
    reasons: tuple[Reason, ...]
    """Raised in this period, oldest first."""
    earlier_reasons: tuple[Reason, ...]
    """Raised before, by the same flag, oldest first."""
    statements: tuple[Reason, ...]
    topics: tuple[str, ...]
    changes: tuple[str, ...]
    went_well: tuple[str, ...]
    hard: tuple[str, ...]
    week: int | None
    engagement: Engagement
    repair: str | None = None
    goals: tuple[Goal, ...] = ()
    steps: tuple[AgreedStep, ...] = ()
    reported: tuple[Reported, ...] = ()
    flag_is_closed: bool = False
    notes: tuple[Note, ...] = ()
    heard: tuple[Heard, ...] = ()
    heard_before: Heard | None = None
    case_id: int | None = None
    left: Left | None = None
    came: Came | None = None
    unmet: tuple[Unmet, ...] = ()
    levels: Levels | None = None
    """The ratings of twelve weeks; None in weeks that were frozen before they were kept."""
    next_session_at: datetime | None = None

    @property
    def can_acknowledge(self) -> bool:
        """True where the section carries a flag that has not ended."""
        ended = self.flag_is_closed or self.flag_state in ENDED
        return self.flag_id is not None and not ended

    @property
    def had_a_hard_week(self) -> bool:
        """True where the client rated the week at the very bottom, even without a word to it."""
        return self.week is not None and self.week <= HARD_WEEK

    @property
    def drifts(self) -> bool:
        """True where ratings come down slowly and no flag says more already."""
        return self.standing in ("none", "settled") and self.states("drifting") is not None

    @property
    def tells_repair(self) -> bool:
        """True where the client's word on a strain stands in no list on top."""
        return self.repair is not None and self.standing != "said_so"

    @property
    def has_a_block(self) -> bool:
        """True where there is something to tell beside a strain, danger, silence or leaving."""
        told = (
            *(self.topics, self.changes, self.hard, self.went_well),
            *(self.goals, self.steps, self.reported, self.notes, self.unmet),
        )
        stands = self.standing in ("still_open", "settled", "stale") or self.drifts
        out_of_reach = self.left is None and self.engagement.is_unreachable
        is_new = self.came is not None or self.tells_repair
        return any(told) or stands or self.had_a_hard_week or out_of_reach or is_new

    def has_words_over(self, longest: int = QUOTED_UP_TO) -> bool:
        """True where something that the client wrote has more than ``longest`` characters."""
        said = (r.words("words") or "" for r in (*self.reasons, *self.earlier_reasons))
        replies = (reply.words for each in self.reported for reply in each.replies)
        noted = (note.words for note in self.notes)
        heard = (words for each in self.heard for words in each.words)
        texts = (
            *heard,
            *self.topics,
            *self.changes,
            *self.went_well,
            *self.hard,
            *said,
            *replies,
            *noted,
            *(goal.words for goal in self.goals),
            *(words for step in self.steps for words in step.words),
        )
        return any(len(text) > longest for text in texts)

    def states(self, rule: str) -> Reason | None:
        """The statement of that rule, if it was made."""
        return next((s for s in self.statements if s.rule == rule), None)

    def __repr__(self) -> str:
        return f"ClientSection(care {self.care_id}, {self.standing!r}, …)"


def compose_section(
    facts: ClientFacts, *, from_at: datetime, cut_off_at: datetime
) -> ClientSection:
    """The section of ``facts`` for ``from_at`` <= t < ``cut_off_at``; blank texts are left out.

    Reasons stored after the cut-off belong to the next digest, statements about an earlier rating
    to an earlier one.
    """
    raised = sorted(
        (r for r in facts.raised if r.raised_at < cut_off_at), key=lambda r: r.raised_at
    )
    new = tuple(r.reason for r in raised if r.raised_at >= from_at)
    flag, told = facts.flag, {words for each in facts.heard for words in each.words}
    return ClientSection(
        care_id=facts.care_id,
        alias=facts.alias,
        code=facts.code,
        standing=_standing(flag, new, from_at),
        flag_id=None if flag is None else flag.flag_id,
        flag_state=None if flag is None else flag.state,
        flag_since_at=None if flag is None else flag.opened_at,
        flag_is_closed=flag is not None and flag.is_closed,
        reasons=new,
        earlier_reasons=tuple(r.reason for r in raised if r.raised_at < from_at),
        statements=tuple(s for s in facts.statements if s.at >= from_at),
        topics=_written(facts.topics),
        changes=_written(facts.changes, told),
        went_well=_written(facts.went_well, told),
        hard=_written(facts.hard, told),
        week=facts.week,
        engagement=facts.engagement,
        repair=facts.repair,
        goals=facts.goals,
        steps=facts.steps,
        reported=facts.reported,
        notes=tuple(n for n in facts.notes if n.words.strip() and n.words not in told),
        heard=facts.heard,
        heard_before=facts.heard_before,
        case_id=facts.case_id,
        left=facts.left,
        came=facts.came,
        unmet=facts.unmet,
        levels=facts.levels,
        next_session_at=facts.next_session_at,
    )


def _standing(flag: FlagFacts | None, new: tuple[Reason, ...], from_at: datetime) -> Standing:
    """Direct words are shown in their week, whatever has become of the flag since: on top,
    or among what is still open where the therapist has noted that it was something else.
    """
    if any(reason.rule == "said_so" for reason in new):
        aside = flag is not None and flag.state == "something_else"
        return "still_open" if aside else "said_so"
    if flag is None:
        return "none"
    if flag.state in WAITING and not flag.is_closed:
        return "possible" if new else "still_open"
    if flag.changed_at < from_at:
        return "none"
    if flag.state == "stale":
        return "stale"
    return "settled" if flag.state in ("talked_settled", "closed") else "none"


def _written(texts: tuple[str, ...], told: Collection[str] = ()) -> tuple[str, ...]:
    """Return what is quoted; words that are told first do not stand once more under "went well"."""
    return tuple(text for text in texts if text.strip() and text not in told)
