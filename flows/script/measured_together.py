"""Checks the measures of several flows against each other.

Used by ``flows check`` and before a flow is published. Each problem stands in its file and line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.authoring.near_names import listed, near
from flows.script.flow import Flow
from flows.script.measures import disagreements, meanings, misused, undirected
from flows.script.places import Places
from flows.script.problems import Problem


@dataclass(frozen=True, slots=True)
class Written:
    """A flow that was read from a file, and where everything stands in it."""

    flow: Flow
    path: str
    places: Places


def check_measures(looked_at: Sequence[Written], others: Sequence[Flow]) -> tuple[Problem, ...]:
    """Every measure of these flows that means something else elsewhere, or that the program would
    misread (F085), every one of which it is not known which end is better (F087), and every
    earlier answer that nothing measures (F086).

    ``others`` are the flows beside them and all that was ever published, of which answers are kept.
    """
    found: list[Problem] = []
    for number, each in enumerate(looked_at):
        wrong = {one.measure: one for one in misused(each.flow)}
        before = [*others, *(one.flow for one in looked_at[:number])]
        for one in disagreements(each.flow, before):
            wrong.setdefault(one.measure, one)
        beside = [*others, *(one.flow for one in looked_at if one is not each)]
        unsaid = {one.measure: one for one in undirected(each.flow, beside)}
        coded = [("F085", wrong), ("F087", {m: unsaid[m] for m in unsaid if m not in wrong})]
        for code, told in coded:
            for one in told.values():
                place = each.places.of_measure(one.measure)
                found.append(Problem(*place, code, one.message, one.hint, path=each.path))
    flows = [*others, *(each.flow for each in looked_at)]
    known = sorted({measure for flow in flows for measure in meanings(flow)})
    for each in looked_at:
        found += _unmeasured(each, known)
    return tuple(sorted(set(found), key=lambda one: (one.path, one)))


def _unmeasured(written: Written, known: Sequence[str]) -> Iterator[Problem]:
    for past in sorted(written.flow.needs.past, key=lambda one: one.key):
        if past.measure not in known:
            name = f"past.{past.key}"
            message = f"`{name[:60]}` looks for an earlier answer, but nothing measures it."
            otherwise = f"Measured are {listed(known)}." if known else "No step measures anything."
            place = written.places.of_text(name)
            hint = near(past.measure, known, otherwise)
            yield Problem(*place, "F086", message, hint, path=written.path)
