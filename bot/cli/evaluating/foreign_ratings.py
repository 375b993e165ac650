"""``interlude evaluate --csv``: each rating of a table, and what the rules would have said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import click

from bot.report.voice import Voice
from bot.texts import shipped
from flows.languages import BASE
from flows.signals.evaluation.behaviour import COMPUTED
from flows.signals.evaluation.foreign import ForeignRating, Scale, judged
from flows.signals.evaluation.replay import Verdict
from flows.signals.reason import Evidence, Reason
from flows.signals.rules import DEFAULT
from flows.signals.view import Rule

VOICE = Voice(shipped(), BASE, ZoneInfo("UTC"), None)
LEVELS = frozenset({"rating", "usual", "before", "practice"})
DISTANCES = frozenset({"spread"})
THRESHOLDS_OF_LEVEL = frozenset(
    {
        "low_level",
        "cut_off",
        "xmr",
        "mean_minus_one_sd",
        "mean_minus_two_sd",
        "mean_minus_larger_sd",
    }
)
THRESHOLDS_OF_DISTANCE = frozenset({"fall", "reliable_change"})


def show(
    ratings: Sequence[ForeignRating], scale: Scale, rules: Sequence[Rule], *, as_json: bool
) -> None:
    """Print one line of JSON a rating; or how many new flags each rule would have raised."""
    if as_json:
        asked = rules or [rule for rule in COMPUTED if rule.id in DEFAULT]
        for rating, verdict in judged(asked, ratings):
            click.echo(json.dumps(_as_dict(rating, verdict, scale), ensure_ascii=False))
        return
    clients = len({rating.client for rating in ratings})
    whose = "1 client" if clients == 1 else f"{clients} clients"
    count = "1 rating" if len(ratings) == 1 else f"{len(ratings)} ratings"
    click.echo(f"{count} of {whose}")
    click.echo(f"{'rule':22} {'new flags':>9} {'per 100':>8} {'clients':>8}")
    for rule in rules or COMPUTED:
        found = [rating for rating, verdict in judged((rule,), ratings) if verdict.opens]
        share = f"{100 * len(found) / len(ratings):.1f}" if ratings else "-"
        whom = len({rating.client for rating in found})
        click.echo(f"{rule.id:22} {len(found):>9} {share:>8} {whom:>8}")


def _as_dict(rating: ForeignRating, verdict: Verdict, scale: Scale) -> dict[str, Any]:
    """``flagged`` where a flag opens; a reason that joins an open one stands there all the same."""
    return {
        "client": rating.client,
        "time": rating.time,
        "rating": rating.rating,
        "flagged": verdict.opens,
        "rule": verdict.rule,
        "reason": reason_of(verdict, scale),
        "open": verdict.is_open,
    }


def reason_of(verdict: Verdict, scale: Scale) -> str | None:
    """One sentence in the units of the scale; None where no rule spoke."""
    if verdict.rule is None:
        return None
    facts = _in_units(verdict.rule, verdict.evidence, scale)
    return VOICE.why(Reason(verdict.rule, 1, 0, facts)).rstrip(".")


def _in_units(rule: str, evidence: Evidence, scale: Scale) -> Evidence:
    levels = LEVELS | ({"threshold"} if rule in THRESHOLDS_OF_LEVEL else set())
    distances = DISTANCES | ({"threshold"} if rule in THRESHOLDS_OF_DISTANCE else set())
    return tuple(
        (name, scale.own(value))
        if name in levels and isinstance(value, int | float)
        else (name, scale.distance(value))
        if name in distances and isinstance(value, int | float)
        else (name, value)
        for name, value in evidence
    )
