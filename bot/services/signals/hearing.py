"""Hears what the answers of a check-in say of a possible strain, as they are given: its reasons,
and whether its flag opens, goes on or ends.

What was said counts when it is said, and what was taken back counts no more: the word of a check-in
is undone and heard anew from the answers that stand now. A therapist's tap in between is never
undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.services.planning import following
from bot.services.signals.assessing import REPAIR, chosen_rules, rated_series, settled_episodes
from bot.services.signals.swing_learning import spreads_at
from bot.services.work.unit_of_work import Work
from flows.kinds.kind import Value
from flows.signals.assess import Assessment, after_rating, assess
from flows.signals.flags import ENDED, FlagChange, after_repair, after_settling
from flows.signals.reason import Evidence, evidence_from_json, evidence_to_json
from flows.signals.series import SessionRating
from storage import answers, cares, check_ins, digests, flag_words, flags, held_back
from storage.check_ins import StoredCheckIn
from storage.flags import Flag
from storage.flags import Reason as StoredReason

MOMENTS = frozenset({"rated_at", "since"})
"""Facts of a reason that move with every further answer."""


def hear(work: Work, stored: StoredCheckIn) -> None:
    """The flag of the care is as the answers of this check-in leave it, as if they had been given
    straight; its reasons are those that they give now.

    Hearing it again changes nothing. Only an ended check-in plans what follows.
    """
    _undo(work, stored)
    said_before = flags.list_reasons_about(work.tx, stored.id)
    ratings = _until(rated_series(work, stored.care_id), stored)
    if ratings:
        _hear_ratings(work, stored, ratings, said_before)
    else:
        _take_back(work, stored, said_before, Assessment())
    _hear_repair(work, stored)
    following.after_word(work, stored.care_id, "not_said")


def hear_anew(work: Work, stored: StoredCheckIn) -> None:
    """The flags of the care are as the answers leave them that count now, from this check-in on:
    what was rated after it was compared with what has changed.
    """
    opened_at = stored.state.opened_at
    since = check_ins.list_for_care(work.tx, stored.care_id, opened_since=opened_at)
    for each in reversed(since):
        _undo(work, each)
    for each in since:
        hear(work, each)


def _undo(work: Work, stored: StoredCheckIn) -> None:
    """Undo what this check-in made of a flag, unless somebody has changed it since, or a newer flag
    stands in its place.
    """
    for word in flag_words.take(work.tx, stored.id):
        flag = flags.load(work.tx, word.flag_id)
        standing = flags.find_open(work.tx, stored.care_id)
        is_free = standing is None or standing.id == flag.id
        if not is_free or flag.changed_at != word.given_at:
            continue
        before, since = word.state_before, word.changed_before_at
        flags.reopen(work.tx, flag.id, state=before, at=since)
        if before in ENDED:
            flags.mark(work.tx, flag.id, state=before, at=since, close=True)


def _until(series: Sequence[SessionRating], stored: StoredCheckIn) -> Sequence[SessionRating]:
    """The ratings up to that of this check-in; none where it has none."""
    for place, rating in enumerate(series, start=1):
        if rating.check_in_id == stored.id:
            return series[:place]
    return ()


def _hear_ratings(
    work: Work,
    stored: StoredCheckIn,
    ratings: Sequence[SessionRating],
    said_before: Sequence[StoredReason],
) -> None:
    flag = flags.find_open(work.tx, stored.care_id)
    settled = settled_episodes(flags.list_for_care(work.tx, stored.care_id))
    is_own = flag is not None and _is_opened_by(work, flag, stored)
    standing, rated_at = flag.opened_at if flag and not is_own else None, ratings[-1].rated_at
    spreads = spreads_at(work, stored.state.opened_at)
    found = assess(
        ratings,
        flag_open_since=standing,
        settled_episodes=settled,
        spreads=spreads,
        rules=chosen_rules(work),
    )
    if flag is None and found.reasons and not said_before:
        # from the rating that raised it on, ratings say nothing about the usual
        flag = flags.open_(work.tx, stored.care_id, rated_at)
    elif flag is not None and is_own:
        flags.begin_at(work.tx, flag.id, rated_at)
    if flag is None and said_before:
        flag = flags.load(work.tx, said_before[0].flag_id)  # closed meanwhile: no second one opens
    if flag is not None:
        _keep(work, flag, stored, found, said_before, rated_at)
    _take_back(work, stored, said_before, found)
    standing_flag = flags.find_open(work.tx, stored.care_id)
    if standing_flag is None:
        return
    # reasons join the open flag before the rating may settle it: "a little, and we talked" is one
    # episode that ends, not a second one that begins
    since = rated_at if is_own else standing_flag.opened_at
    settling = after_rating(
        ratings, flag_open_since=since, settled_episodes=settled, spreads=spreads
    )
    change = after_settling(settling, state=standing_flag.state, raised=bool(found.reasons))
    says_little = ratings[-1].strain is None and settling == "persists"
    if says_little and change is not None and change.closes:
        # that nothing was wrong is not said before the question about it; at the end it is
        if stored.state.status != "open":
            _apply(work, standing_flag, stored, change, work.now)
    else:
        _apply(work, standing_flag, stored, change, rated_at)


def _is_opened_by(work: Work, flag: Flag, stored: StoredCheckIn) -> bool:
    """True where nothing but this check-in has given the flag its reasons."""
    given = flags.list_reasons(work.tx, flag.id)
    return bool(given) and all(reason.check_in_id == stored.id for reason in given)


def _apply(
    work: Work, flag: Flag, stored: StoredCheckIn, change: FlagChange | None, said_at: datetime
) -> None:
    """The flag changes by what was said then, unless the therapist has noted something since."""
    if change is None:
        return
    noted = flags.list_acknowledgements(work.tx, flag.id)
    if noted and noted[-1].given_at >= said_at:
        return
    flag_words.add(work.tx, flag, check_in_id=stored.id, given_at=said_at)
    if flag.closed_at is not None:
        flags.reopen(work.tx, flag.id, state=change.state, at=said_at)
        return
    flags.mark(work.tx, flag.id, state=change.state, at=said_at, close=change.closes)


def _keep(
    work: Work,
    flag: Flag,
    stored: StoredCheckIn,
    found: Assessment,
    said_before: Sequence[StoredReason],
    rated_at: datetime,
) -> None:
    """New reasons join the flag; a reason that rests on more than before says so. Where a digest
    has told it already, it counts as raised anew, so that the next one tells what was added.
    """
    before = {reason.rule: reason for reason in said_before}
    for reason in found.reasons:
        evidence = evidence_to_json(reason.evidence)
        kept = before.get(reason.rule)
        if kept is None:
            flags.add_reason(
                work.tx,
                flag=flag,
                client_id=stored.client_id,
                rule=reason.rule,
                rule_version=reason.version,
                check_in_id=reason.check_in_id,
                evidence=evidence,
                now=_told_from(work, stored, rated_at),
            )
        elif _facts(evidence_from_json(kept.evidence)) != _facts(reason.evidence):
            is_told = _is_told(work, kept)
            raised_at = _told_from(work, stored, rated_at) if is_told else kept.raised_at
            flags.change_reason(
                work.tx, kept, client_id=stored.client_id, evidence=evidence, raised_at=raised_at
            )


def _told_from(work: Work, stored: StoredCheckIn, rated_at: datetime) -> datetime:
    """Return when a reason counts as raised: when it was said, but never in a frozen week."""
    frozen_until = _frozen_until(work, stored.care_id)
    return rated_at if frozen_until is None else max(rated_at, frozen_until)


def _facts(evidence: Evidence) -> dict[str, Value | None]:
    """Return the facts of a reason; the moment of the newest answer alone is no news."""
    return {name: value for name, value in evidence if name not in MOMENTS}


def _take_back(
    work: Work,
    stored: StoredCheckIn,
    said_before: Sequence[StoredReason],
    found: Assessment,
) -> None:
    """Reasons that the answers no longer give go, and with the last one its flag: a mis-tap was
    never there. What a digest has told, or a therapist has taken up, stays.
    """
    rules = {reason.rule for reason in found.reasons}
    for reason in said_before:
        if reason.rule in rules or _is_told(work, reason):
            continue
        flags.remove_reason(work.tx, reason.id)
        left = flags.list_reasons(work.tx, reason.flag_id)
        if not left and flags.load(work.tx, reason.flag_id).closed_at is None:
            flags.mark(work.tx, reason.flag_id, state="something_else", at=work.now, close=True)


def _is_told(work: Work, reason: StoredReason) -> bool:
    noted = flags.list_acknowledgements(work.tx, reason.flag_id)
    if noted and noted[-1].given_at >= reason.raised_at:
        return True
    frozen_until = _frozen_until(work, reason.care_id)
    return frozen_until is not None and reason.raised_at < frozen_until


def _frozen_until(work: Work, care_id: int) -> datetime | None:
    """The cut-off of the therapist's newest digest."""
    newest = digests.find_latest(work.tx, cares.load(work.tx, care_id).therapist_id)
    return None if newest is None else newest.cut_off_at


def _hear_repair(work: Work, stored: StoredCheckIn) -> None:
    """End a flag, keep it open, or open it again, by what the client says became of the strain:
    their newest word, where it was asked in several rounds.
    """
    flag = _asked_about(work, stored)
    if flag is None:
        return
    away = held_back.list_steps(work.tx, stored.id)
    said = [
        (answer.value, answer.given_at)
        for answer in answers.list_for_check_in(work.tx, stored.id)
        if answer.measures == REPAIR and isinstance(answer.value, str) and not answer.off_path
        if answer.step_id not in away
    ]
    if said:
        word, given_at = said[-1]
        _apply(work, flag, stored, after_repair(word, state=flag.state), given_at)


def _asked_about(work: Work, stored: StoredCheckIn) -> Flag | None:
    """The flag that a word on repair is about: the one that the check-in follows, even where later
    ratings have ended it and no other has opened; else the open one.
    """
    standing = flags.find_open(work.tx, stored.care_id)
    flag_id = following.flag_followed(work, stored)
    if flag_id is None:
        return standing
    followed = flags.load(work.tx, flag_id)
    is_free = standing is None or standing.id == followed.id
    return followed if is_free else None
