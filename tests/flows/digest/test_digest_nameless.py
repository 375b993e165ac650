"""A section without names: what anybody wrote is gone, what was rated and chosen is still there."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime

from flows.digest.goals import AgreedStep, Goal
from flows.digest.heard import Heard
from flows.digest.levels import Level, Levels
from flows.digest.nameless import without_names
from flows.digest.reported import Reply, Reported, Total
from flows.digest.section import ClientSection, Note
from flows.digest.section_json import section_to_json
from flows.digest.unmet import Unmet
from flows.signals.engagement import Engagement
from flows.signals.reason import Reason

CANARY = "quince-canary"
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVIDENCE = (
    ("rated_at", AT.isoformat()),
    ("rating", 4.5),
    ("strain", "yes"),
    ("strain_kind", "tense"),
    ("words", CANARY),
    ("added_later", CANARY),
)
REASON = Reason("said_so", 1, 7, EVIDENCE)
FULL = ClientSection(
    care_id=3,
    alias=CANARY,
    code=CANARY,
    standing="said_so",
    flag_id=5,
    flag_state="open",
    flag_since_at=AT,
    reasons=(REASON,),
    earlier_reasons=(REASON,),
    statements=(REASON,),
    topics=(CANARY,),
    changes=(CANARY,),
    went_well=(CANARY,),
    hard=(CANARY,),
    week=3,
    engagement=Engagement(answered=2),
    repair="settled",
    reported=(
        Reported((("en", "Goals"),), (Reply((("en", "better"),), "", CANARY), Reply(words=CANARY))),
        Reported((("en", "Diary"),), (Reply(words=CANARY),)),
        Reported((("en", "Sum"),), (), (Total(4, 24),)),
    ),
    notes=(Note(CANARY, CANARY),),
    heard=(Heard(AT, "words", (CANARY,)),),
    heard_before=Heard(AT, "flow", (CANARY,)),
    case_id=9,
    goals=(Goal(CANARY, (("en", "nearer"),)),),
    steps=(AgreedStep(((("en", "partly"),),), (CANARY,)), AgreedStep(words=(CANARY,))),
    unmet=(Unmet(AT, "moved"),),
    levels=Levels(date(2026, 11, 29), (Level(date(2026, 11, 23), 4.5, "said_so"),)),
    next_session_at=AT,
)


def test_nothing_that_anybody_wrote_is_left() -> None:
    assert section_to_json(FULL).count(CANARY) > 15
    shown = without_names(FULL, "Client 1")
    assert CANARY not in section_to_json(shown)
    assert shown.alias == "Client 1" and shown.case_id is None
    assert shown.next_session_at is None and shown.unmet == (), "no hour of a therapy session"


def test_ratings_choices_hints_and_counts_stay() -> None:
    shown = without_names(FULL, "Client 1")
    (reason,) = shown.reasons
    kept = ("rated_at", "rating", "strain", "strain_kind")
    assert tuple(name for name, _ in reason.evidence) == kept
    assert [each.title[0][1] for each in shown.reported] == ["Goals", "Sum"]
    assert shown.steps == (AgreedStep(((("en", "partly"),),)),) and shown.goals == ()
    assert shown.reported[0].replies == (Reply((("en", "better"),)),)
    assert (shown.heard[0].at, shown.heard[0].cause) == (AT, "words")
    same = ("standing", "flag_id", "flag_state", "week", "engagement", "repair", "levels", "left")
    assert all(getattr(shown, name) == getattr(FULL, name) for name in same)
    assert {each.name for each in fields(ClientSection)} >= set(same)
