"""Invented weeks of invented clients, built through the real rules, for the golden digests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.digest.arrange import Digest, arrange
from flows.digest.heard import Heard
from flows.digest.levels import Known, Levels, levels_of
from flows.digest.section import ClientFacts, ClientSection, FlagFacts, Raised, compose_section
from flows.signals.assess import assess
from flows.signals.engagement import Asked, Engagement, engagement
from flows.signals.flags import FlagState
from flows.signals.gaps import Cause, Missing, Outcome, Series
from flows.signals.reason import Reason
from flows.signals.rules import DEFAULT
from flows.signals.series import SessionRating, session_rating
from flows.signals.spreads import ASSUMED

WEEK = "2026-W47"
FROM_AT = datetime(2026, 11, 15, 17, 0, tzinfo=UTC)
CUT_OFF_AT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
NEWEST_AT = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)


def ratings(*levels: float, newest_at: datetime = NEWEST_AT, **last: object) -> list[SessionRating]:
    """One after-session rating a week, all four items alike; ``last`` belongs to the newest."""
    start = newest_at - timedelta(weeks=len(levels) - 1)
    return [
        rating(
            number,
            level,
            at=start + timedelta(weeks=number),
            **(last if number == len(levels) - 1 else {"strain": "no"}),
        )
        for number, level in enumerate(levels)
    ]


def rating(number: int, level: float, *, at: datetime, **answers: object) -> SessionRating:
    """One after-session check-in with the same value for each of its four items."""
    items = dict.fromkeys(
        ("alliance.bond", "alliance.goal", "alliance.task", "alliance.negotiation"), level
    )
    return session_rating(number + 1, at, {**items, **answers})  # type: ignore[dict-item]


def answered(outcomes: str, **now: bool) -> Engagement:
    """The engagement after these check-ins, one every 3 days up to the cut-off: a, u, p, d, b."""
    names: dict[str, Outcome] = {
        "r": "unreachable",
        "a": "answered",
        "u": "unanswered",
        "p": "paused",
        "d": "undelivered",
        "b": "blank",
    }
    first_at = CUT_OFF_AT - timedelta(days=3 * len(outcomes))
    asked = [
        Asked(first_at + timedelta(days=3 * n), names[outcome])
        for n, outcome in enumerate(outcomes)
    ]
    return engagement(asked, from_at=FROM_AT, cut_off_at=CUT_OFF_AT, **now)


def client(
    care_id: int,
    alias: str,
    *,
    series: Sequence[SessionRating] = (),
    flag: FlagState = "open",
    earlier: Sequence[Raised] = (),
    opened_at: datetime | None = None,
    changed_at: datetime = FROM_AT - timedelta(days=30),
    engagement: Engagement | None = None,
    rules: Sequence[str] = DEFAULT,
    gaps: Sequence[tuple[int, Cause]] = (),
    **said: object,
) -> ClientSection:
    """A section whose reasons come from ``assess`` over ``series`` and from ``earlier``."""
    found = assess(series, flag_open_since=opened_at, rules=rules)
    raised = (*earlier, *(Raised(series[-1].rated_at, reason) for reason in found.reasons))
    since_at = opened_at or (raised[0].raised_at if raised else None)
    facts = ClientFacts(
        care_id=care_id,
        alias=alias,
        code=f"K{care_id}Q2",
        flag=None if since_at is None else FlagFacts(care_id, flag, since_at, changed_at),
        raised=raised,
        statements=found.statements,
        engagement=engagement or answered("aaaaaaaa"),
        levels=drawn(series, [each.reason for each in raised], gaps),
        **said,  # type: ignore[arg-type]
    )
    return compose_section(facts, from_at=FROM_AT, cut_off_at=CUT_OFF_AT)


def drawn(
    series: Sequence[SessionRating], reasons: Sequence[Reason], gaps: Sequence[tuple[int, Cause]]
) -> Levels:
    """The twelve weeks of a client; a gap stands so many weeks before the newest rating."""
    told: dict[int, list[Reason]] = {}
    for reason in reasons:
        told.setdefault(reason.check_in_id, []).append(reason)
    found = tuple(Missing(NEWEST_AT - timedelta(weeks=ago), cause) for ago, cause in gaps)
    known = Known(Series(tuple(series), found), told, frozenset(), None, (), ASSUMED)
    return levels_of(known, cut_off_at=CUT_OFF_AT, zone=ZoneInfo("Europe/Berlin"))


def week(*sections: ClientSection, draft: bool = False) -> Digest:
    """Those clients arranged into the digest of week 47."""
    return arrange(sections, week=WEEK, from_at=FROM_AT, cut_off_at=CUT_OFF_AT, draft=draft)


def earlier(*levels: float, weeks_ago: int, **last: object) -> tuple[Raised, ...]:
    """The reasons that such ratings had raised so many weeks ago."""
    series = ratings(*levels, newest_at=NEWEST_AT - timedelta(weeks=weeks_ago), **last)
    found = assess(series, flag_open_since=None)
    return tuple(Raised(series[-1].rated_at, reason) for reason in found.reasons)


def eventful() -> Digest:
    """Thirteen clients, something of everything."""
    return week(
        client(
            1,
            "A. B.",
            series=ratings(
                8.5,
                8.5,
                8.75,
                8.25,
                8.5,
                8.5,
                8.5,
                6.25,
                strain="yes",
                strain_kind="went_along",
                strain_words="I said yes to the exercise but I didn't want to do it.",
                strain_linger=3,
                strain_talked="not_yet",
                strain_who_raises="ask_me",
            ),
            topics=("How to tell my sister that I won't come at Christmas.",),
        ),
        client(
            2,
            "C. D.",
            series=ratings(9.0, 8.75, strain="a_little", strain_who_raises="leave_it"),
            went_well=("Slept through two nights.",),
        ),
        client(3, "E. F.", series=ratings(8.5, 8.0, 8.5, 8.25, 8.5, 6.0, strain="no")),
        client(4, "G. H.", series=ratings(7.5, 8.0, 7.5, 7.75, 5.25, strain="no")),
        client(
            5,
            "I. J.",
            series=ratings(8.0, 8.0, 8.0, 7.5, strain="no"),
            opened_at=NEWEST_AT - timedelta(weeks=2),
            earlier=earlier(8.0, strain="yes", strain_kind="tense", weeks_ago=2),
            flag="will_raise",
        ),
        client(
            6,
            "K. L.",
            opened_at=NEWEST_AT - timedelta(weeks=1),
            earlier=earlier(8.0, 8.0, 8.0, 5.5, strain="no", weeks_ago=1),
            flag="closed",
            changed_at=NEWEST_AT,
            went_well=("Said out loud what bothered me, and it was fine.",),
        ),
        client(7, "M. N.", engagement=answered("aaaaauu"), series=()),
        client(8, "O. P.", series=ratings(9.0, 8.9, 8.9, 8.4, 8.2, 7.9, 7.7, 7.4, strain="no")),
        client(9, "Q. R.", series=ratings(10, 10, 10, 10, strain="no")),
        client(10, "S. T.", hard=("My dog died.",), changes=("More time for the start.",)),
        client(11, "U. V."),
        client(12, "W. X.", engagement=answered("aaaaaau")),
        client(13, "Y. Z.", engagement=Engagement(paused=2, is_paused=True)),
    )


def quiet() -> Digest:
    """Nothing happened to five clients."""
    return week(
        client(1, "A. B.", series=ratings(8.0, 8.25, 8.0, 8.0, strain="no")),
        client(2, "C. D."),
        client(3, "E. F.", engagement=answered("uuuu")),
        client(4, "G. H.", engagement=Engagement()),
        client(5, "I. J.", engagement=answered("aaaaaddd")),
    )


def hard_words() -> Digest:
    """Words that led to the crisis card, this week and before; and a check-in left blank."""
    at = datetime(2026, 11, 18, 22, 41, tzinfo=UTC)
    tuesday = at - timedelta(days=1)
    return week(
        client(
            1,
            "A. B.",
            heard=(Heard(at, "words", ("I don't want to be here any more.",)), Heard(at, "tell")),
            case_id=4,
            hard=("I don't want to be here any more.",),
        ),
        client(2, "C. D.", heard=(Heard(tuesday, "others"), Heard(tuesday, "flow"))),
        client(
            7,
            "M. N.",
            heard=(
                Heard(tuesday, "words", ("Not one more day.",), (tuesday + timedelta(hours=8),)),
                Heard(at, "words", is_reworded=True),
            ),
        ),
        client(
            3,
            "E. F.",
            heard_before=Heard(at - timedelta(days=20), "words", ("Long ago.",)),
            went_well=("Slept through.",),
        ),
        client(4, "G. H.", heard_before=Heard(at - timedelta(days=90), "words"), case_id=5),
        client(5, "I. J.", engagement=answered("aaaaaabb")),
        client(6, "K. L."),
    )


def empty() -> Digest:
    """A therapist without clients."""
    return week(draft=True)


def hostile() -> Digest:
    """Clients who write what could break a message or pass for ours."""
    zalgo = "".join(letter + "\u0300\u0301\u0302\u0303\u0304" * 4 for letter in "help")
    return week(
        client(
            1,
            "<b>A</b>\n▪ What went well",
            series=ratings(
                5.0,
                strain="yes",
                strain_kind="something new",
                strain_words="*bold* _it_ <a href='x'>x</a> [l](http://x) &amp;\n\n▪ Gone quiet\n"
                "• C. D.: nothing",
                strain_talked="maybe",
            ),
            topics=("he said “no”.\n• E. F.: “fake”", "/stop now and /erase", "a/b and/or"),
        ),
        client(
            2,
            "\u202eC. D.\u202c",
            topics=("\u202eright to left\u202c and \u2066isolated\u2069", "\u0007\u200b\n"),
            hard=(zalgo, "שלום וברכה, مرحبا"),
            went_well=("👩‍👩‍👧‍👦" * 60, "word " * 100, "x" * 3000),
        ),
    )
