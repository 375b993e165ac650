"""What a comparison of two versions says on the command line, as lines and as JSON.

Used by ``flows diff``, ``publish`` and ``rollback``, so that all three warn in the same words.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.services.flow_files.publishing import Comparison


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
    """What the change means for clients who are in the middle of the flow."""
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
    }


def _cuts(count: int) -> str:
    if count == 1:
        return "1 change marked !! cuts a history in two."
    return f"{count} changes marked !! cut histories in two."
