"""More invented weeks for the golden digests: one situation each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flows.digest.arrange import Digest
from flows.digest.goals import AgreedStep, Goal
from flows.digest.leaving import Left
from flows.digest.reported import Reply, Reported, Total
from flows.digest.section import ClientSection, Note
from flows.digest.unmet import Unmet
from flows.signals.engagement import Engagement
from tests.bot.report.weeks import (
    CUT_OFF_AT,
    NEWEST_AT,
    answered,
    client,
    earlier,
    eventful,
    ratings,
    week,
)

NOT_COME = {"not_come": 1, "not_come_for": 2, "stayed_away": True}
MANY = "one thing and then another, "


def one_flag() -> Digest:
    """Two calm clients and a dip."""
    return week(
        client(1, "A. B.", series=ratings(8.5, 8.0, 8.5, 8.25, 6.0, strain="no"), week=4),
        client(2, "C. D."),
        client(3, "E. F."),
    )


def over_the_cap() -> Digest:
    """Five dips among seven clients: one on top, four folded."""
    lows = (6.0, 5.5, 5.0, 4.5, 4.0)
    dips = [
        client(n, f"A. {n}.", series=ratings(8.5, 8.0, 8.5, 8.25, low, strain="no"))
        for n, low in enumerate(lows, start=1)
    ]
    return week(*dips, client(6, "B. A."), client(7, "B. B."))


def silences() -> Digest:
    """No answer, for each of the causes that there are."""
    return week(
        client(1, "Quiet", engagement=answered("aaaaaauu")),
        client(2, "Never", engagement=answered("uuuu")),
        client(3, "Once", engagement=answered("aaaaau")),
        client(4, "Break", engagement=Engagement(paused=2, is_paused=True)),
        client(5, "Later", engagement=Engagement(snoozed=1)),
        client(6, "Lost", engagement=answered("aaaaaadd")),
        client(7, "Blocked", engagement=answered("aaaaaauu", is_unreachable=True)),
        client(8, "Off", engagement=Engagement(away=1)),
        client(9, "Asked", engagement=Engagement(under_way="asked")),
        client(10, "Begun", engagement=Engagement(under_way="begun")),
        client(11, "Skipped", engagement=answered("aaaabb")),
        client(12, "Unasked", engagement=Engagement()),
        client(13, "Anew", engagement=Engagement(is_asked_anew=True)),
        client(15, "Lost for a time", engagement=Engagement(unreachable=1)),
        client(16, "Absent", engagement=replace(answered("aaaaaa"), **NOT_COME)),
        client(17, "Quiet, absent", engagement=replace(answered("aaaauu"), **NOT_COME)),
        client(14, "Unmet", unmet=(Unmet(NEWEST_AT, "no_show"),), engagement=answered("aaaaaaaa")),
    )


def repair() -> Digest:
    """What became of strains: settled, still open, talked about, put aside."""
    before = {
        "opened_at": NEWEST_AT - timedelta(weeks=2),
        "earlier": earlier(8.0, strain="yes", strain_kind="tense", weeks_ago=2),
    }
    return week(
        client(1, "A. B.", **before, flag="closed", changed_at=NEWEST_AT, repair="yes_better"),
        client(2, "C. D.", **before, flag="talked_settled", changed_at=NEWEST_AT),
        client(3, "E. F.", **before, flag="talked_open", repair="partly"),
        client(4, "G. H.", **before, flag="not_this_time"),
        client(5, "I. J.", **before, flag="something_else"),
        client(6, "K. L.", **before, flag="open", repair="not_yet"),
        client(
            7,
            "M. N.",
            **before,
            flag="will_raise",
            series=ratings(8.0, 8.0, 8.0, 7.5, strain="a_little", strain_kind="tense"),
        ),
    )


def all_maximum() -> Digest:
    """Three clients who always rate ten."""
    tens = ratings(10, 10, 10, 10, 10, strain="no")
    return week(*(client(n, f"A. {n}.", series=tens) for n in (1, 2, 3)))


def new_client() -> Digest:
    """The first week of one client: a strain from the first check-in on, and what they bring."""
    return week(
        client(
            1,
            "A. B.",
            series=ratings(7.0, strain="a_little", strain_kind="misunderstood"),
            topics=("I don't know yet what to expect here.",),
            engagement=answered("aa"),
            next_session_at=CUT_OFF_AT + timedelta(days=2, hours=-1),
        ),
        draft=True,
    )


def full_week() -> Digest:
    """Whatever a block can say, in the order of the coming sessions; and one who left."""
    plan = Reported(
        title=(("en", "First session"), ("de", "Erste Sitzung")),
        replies=(Reply(label=(("en", "Clear"), ("de", "Klar"))),),
    )
    phq = Reported(title=(("en", "PHQ-8"), ("de", "PHQ-8")), totals=(Total(12, 24, 9),))
    monday, friday = (CUT_OFF_AT + timedelta(days=d, hours=-3) for d in (1, 5))
    return week(
        client(1, "A. B.", topics=("My sister.", "Money."), next_session_at=friday),
        client(
            2,
            "C. D.",
            topics=("Christmas.",),
            changes=("More time for the start.",),
            hard=("My dog died.",),
            went_well=("Slept through.", "Called a friend."),
            reported=(plan, phq),
            notes=(Note("I forgot to say that the dentist went well."),),
            unmet=(Unmet(NEWEST_AT, "moved"),),
            week=1,
            next_session_at=monday,
        ),
        client(3, "E. F.", went_well=("Baked bread.",)),
        client(4, "G. H.", left=Left(NEWEST_AT, "stopped"), hard=("It was too much.",)),
    )


def goals() -> Digest:
    """Goals that moved, a new one, one rated by number; the step agreed on; all of it at once."""
    nearer, same = (
        (("en", "A little closer"), ("de", "Ein wenig näher")),
        (
            ("en", "About the same"),
            ("de", "Etwa gleich"),
        ),
    )
    four, three = (("en", "4"), ("de", "4")), (("en", "3"), ("de", "3"))
    partly, big = (
        (("en", "Partly done"), ("de", "Teilweise gemacht")),
        (
            ("en", "Too big"),
            ("de", "Zu groß"),
        ),
    )
    before_at = NEWEST_AT - timedelta(weeks=2)
    return week(
        client(
            1,
            "A. B.",
            goals=(
                Goal("sleep through", four, three, before_at),
                Goal("see friends again", nearer, same, before_at),
                Goal("less quarrelling at home"),
            ),
        ),
        client(2, "C. D.", steps=(AgreedStep((partly, big), ("I rang twice and hung up.",)),)),
        client(
            3,
            "E. F.",
            topics=("My sister.",),
            goals=(Goal("say no", same),),
            steps=(AgreedStep(((("en", "Done"), ("de", "Gemacht")),)),),
            went_well=("Slept through.",),
            unmet=(Unmet(NEWEST_AT, "moved"),),
        ),
        client(4, "G. H."),
    )


def ends() -> Digest:
    """The ends of a strain: settled, still open, not known; and one that is followed no longer."""
    before = {
        "opened_at": NEWEST_AT - timedelta(weeks=2),
        "earlier": earlier(8.0, strain="yes", strain_kind="tense", weeks_ago=2),
    }
    return week(
        client(1, "A. B.", **before, flag="closed", changed_at=NEWEST_AT, repair="no_matter"),
        client(2, "C. D.", **before, flag="will_raise", repair="unknown"),
        client(3, "E. F.", **before, flag="closed", repair="yes_better"),
        client(4, "G. H.", **before, flag="stale", changed_at=NEWEST_AT),
        client(5, "I. J.", **before, flag="stale"),
        client(6, "K. L.", **before, flag="open"),
        client(
            7,
            "M. N.",
            **before,
            series=ratings(8.5, 8.0, 8.5, 8.25, 6.0, strain="no"),
            repair="partly",
        ),
    )


def long_words() -> Digest:
    """Four clients who wrote much: shorter quotations, the whole words behind a button."""
    return week(
        *(
            client(n, f"A. {n}.", topics=(MANY * 20,), hard=(MANY * 30,), went_well=(MANY * 30,))
            for n in range(1, 5)
        )
    )


def forty() -> Digest:
    """A caseload of forty with something of everything."""
    return week(
        *_renumbered(eventful().sections, full_week().sections, repair().sections), *_calm()
    )


def _renumbered(*of: tuple[ClientSection, ...]) -> list[ClientSection]:
    together = [section for sections in of for section in sections]
    return [
        replace(
            section,
            care_id=n,
            alias=f"{section.alias[:2]} {n}.",
            flag_id=None if section.flag_id is None else n,
        )
        for n, section in enumerate(together, start=1)
    ]


def _calm() -> list[ClientSection]:
    return [client(n, f"Z. {n}.") for n in range(25, 41)]


def after_an_unread_one() -> Digest:
    """Forty again, while the digest before waits unread."""
    return replace(forty(), shorter=True)
