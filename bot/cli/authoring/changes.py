"""The report on a comparison of two versions on the command line, as lines and as JSON.

Used by ``flows diff``, ``publish`` and ``rollback``, so that all three warn in the same words.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.services.flow_files.publishing import Comparison
from bot.services.flow_files.retiring import Fileless


def lines_of(comparison: Comparison) -> Iterator[str]:
    """The comparison for an author: what changes, and what it means for clients mid-way."""
    flow = comparison.flow
    if comparison.published is None:
        yield f"{flow.id}: new, {len(flow.steps)} steps; it was never published."
        return
    versions = f"{comparison.published[:12]} -> {flow.fingerprint[:12]}"
    if comparison.is_same:
        yield f"{flow.id}: nothing differs from the published version {flow.fingerprint[:12]}."
        return
    if comparison.is_retired:
        yield f"{flow.id}: retired; publishing it gives it to its clients again."
    yield f"{flow.id}: {versions}"
    if not comparison.is_readable:
        yield "  The published version cannot be read by this program; it cannot be compared."
    elif not comparison.changes:
        yield "  Only comments or the way it is written differ; clients notice nothing."
    yield from (f"  {change}" for change in comparison.changes)
    cuts = sum(change.weight == "cut" for change in comparison.changes)
    if cuts:
        yield f"  ATTENTION: {_cuts(cuts)}"
    yield f"  {under_way(comparison)}"


def under_way(comparison: Comparison) -> str:
    """The effect of the change on clients who are in the middle of the flow."""
    if comparison.under_way == 0:
        return "Nobody is in the middle of it."
    if comparison.under_way == 1:
        return "1 client is in the middle; they finish in the version in which they began."
    count = comparison.under_way
    return f"{count} clients are in the middle; they finish in the version in which they began."


def as_dict(comparison: Comparison) -> dict[str, object]:
    """The comparison for a program."""
    return {
        "flow": comparison.flow.id,
        "fingerprint": comparison.flow.fingerprint,
        "published": comparison.published,
        "same": comparison.is_same,
        "comparable": comparison.is_readable,
        "changes": [
            {"weight": change.weight, "step": change.step_id, "message": change.sentence}
            for change in comparison.changes
        ],
        "under_way": comparison.under_way,
        "retired": comparison.is_retired,
    }


def lines_without_file(each: Fileless) -> Iterator[str]:
    """A published flow of which there is no file: that it runs on, and what can be done."""
    yield f"{each.flow_id}: published {each.fingerprint[:12]}, but no file here holds it."
    clients = "1 client is" if each.clients == 1 else f"{each.clients} clients are"
    yield f"  It runs on; {clients} in it."
    if each.renamed is not None:
        yield f"  ATTENTION: is {each.renamed} this flow under another id? That CUTS each client's"
        yield f'  history in two; give it back its id: id = "{each.flow_id}".'
    yield f'  To end it: interlude flows retire {each.flow_id} --why "…"'


def dict_without_file(each: Fileless) -> dict[str, object]:
    """The same for a program."""
    return {
        "flow": each.flow_id,
        "fingerprint": None,
        "published": each.fingerprint,
        "same": False,
        "comparable": False,
        "changes": [],
        "clients": each.clients,
        "renamed": each.renamed,
    }


def _cuts(count: int) -> str:
    if count == 1:
        return "1 change marked !! cuts a history in two."
    return f"{count} changes marked !! cut histories in two."
