"""Scores: that each counts numbers of this flow, and has a sound rule for missing items."""

from __future__ import annotations

from flows.authoring.near_names import listed, near
from flows.authoring.report import Loc
from flows.kinds import bounds
from flows.kinds.registry import kind_named
from flows.script.checks import whereabouts
from flows.script.schema import ScoreShape, StepShape
from flows.script.sheet import Sheet
from flows.script.structure import HOURS_OF_A_DAY

METHODS = ("sum", "mean")
MISSING = ("none", "mean", "leave_out")
MOST_BANDS = 10
_SCALE_INSTEAD = "Make it a `scale` with `labels`: each label has a number of its own."


def check(sheet: Sheet) -> None:
    """Reports every score that could not be worked out, or not in the way that it says."""
    steps = {step.id: step for step in sheet.flow.step or [] if step.id is not None}
    for number, score in enumerate(sheet.flow.score or []):
        loc: Loc = ("score", number)
        _check_items(sheet, score, steps, loc)
        _check_words(sheet, score.method, METHODS, (*loc, "method"))
        _check_words(sheet, score.missing, MISSING, (*loc, "missing"))
        _check_reversed(sheet, score, steps, loc)
        _check_missing(sheet, score, loc)
        _check_bands(sheet, score, loc)
        _check_danger(sheet, score, steps, loc)


def _check_items(sheet: Sheet, score: ScoreShape, steps: dict[str, StepShape], loc: Loc) -> None:
    times = whereabouts.times_between(sheet.flow)
    if score.of is not None and not 1 <= len(score.of) <= len({**steps, **times} or {"": None}):
        message = "A score counts at least one item, and each only once."
        sheet.at_value("F082", (*loc, "of"), message, 'Write such as of = ["one", "two"].')
        return
    blocks = whereabouts.blocks_by_step(sheet.flow)
    numeric = [*(name for name, step in steps.items() if _is_counted(step)), *times]
    for place, name in enumerate(score.of or []):
        here = (*loc, "of", place)
        block = blocks.get(name)
        if name not in steps and name not in times:
            message = f"There is no step `{name[:60]}` in this flow."
            sheet.at_value("F022", here, message, near(name, numeric, "Name steps of this flow."))
        elif name not in numeric:
            message = f"`{name}` is no scale and no number, so it cannot be counted."
            counted = f"Can be counted: {listed(numeric)}." if numeric else _SCALE_INSTEAD
            sheet.at_value("F028", here, message, counted)
        elif name in (score.of or [])[:place]:
            message = f"`{name}` is counted twice."
            sheet.at_value("F083", here, message, "Remove one of them.")
        elif block is not None and block.order is None and block.draw is None:
            message = f"`{name}` may be asked several times, in the block `{block.id}`."
            sheet.at_value("F083", here, message, "Count steps outside of such blocks only.")


def _check_words(sheet: Sheet, written: str | None, known: tuple[str, ...], loc: Loc) -> None:
    if written is not None and written not in known:
        message = f"`{written[:60]}` is not known here."
        sheet.at_value("F083", loc, message, near(written, known, f"Write one of {listed(known)}."))


def _check_reversed(sheet: Sheet, score: ScoreShape, steps: dict[str, StepShape], loc: Loc) -> None:
    for place, name in enumerate(score.reversed or []):
        here = (*loc, "reversed", place)
        step = steps.get(name)
        if score.of is not None and name not in score.of:
            message = f"`{name[:60]}` is reversed but not counted."
            sheet.at_value("F083", here, message, near(name, score.of, "Name an item of `of`."))
        elif name in (score.reversed or [])[:place]:
            message = f"`{name[:60]}` is reversed twice."
            sheet.at_value("F083", here, message, "Remove one of them.")
        elif step is not None and not _is_reversible(step):
            message = f"`{name}` has no `min` and `max`, so it cannot be reversed."
            sheet.at_value("F083", here, message, "Give the step both.")


def _is_counted(step: StepShape) -> bool:
    kind = kind_named(step.kind)
    return kind is not None and kind.is_counted


def _is_reversible(step: StepShape) -> bool:
    kind = kind_named(step.kind)
    return kind is None or kind.is_reversible(step)


def _check_missing(sheet: Sheet, score: ScoreShape, loc: Loc) -> None:
    most = score.most_missing
    if most is None:
        if score.missing in ("mean", "leave_out"):
            example = "how many may be missing: `most_missing = 1`."
            sheet.missing(loc, "most_missing", example)
        return
    if score.missing not in ("mean", "leave_out"):
        message = '`most_missing` has no effect without `missing = "mean"` or `"leave_out"`.'
        sheet.at_key("F016", (*loc, "most_missing"), message, "Remove it, or add `missing`.")
    elif not 1 <= most < max(len(score.of or []), 2):
        message = "So many items cannot be missing."
        hint = "Write at least 1 and less than there are items; at most half of them is usual."
        sheet.at_value("F083", (*loc, "most_missing"), message, hint)


def _check_bands(sheet: Sheet, score: ScoreShape, loc: Loc) -> None:
    bands = score.bands or []
    if len(bands) > MOST_BANDS:
        message = f"There are {len(bands)} bands; {MOST_BANDS} is the most."
        sheet.at_value("F082", (*loc, "bands"), message, "Join some of them.")
        return
    before: float | None = None
    for place, band in enumerate(bands):
        if band.from_ is None:
            continue
        if before is not None and band.from_ <= before:
            message = f"The band from {band.from_:g} does not begin above the one before it."
            hint = "Write the bands in order, the lowest first."
            sheet.at_value("F083", (*loc, "bands", place, "from"), message, hint)
        before = band.from_


def _check_danger(sheet: Sheet, score: ScoreShape, steps: dict[str, StepShape], loc: Loc) -> None:
    """Reports a threshold that no score, or every one, reaches."""
    ends = [_ends(steps.get(name)) for name in score.of or []]
    lows, highs = [low for low, _ in ends], [high for _, high in ends]
    if score.method == "mean":
        between = min(lows, default=0.0), max(highs, default=0.0)
    elif score.missing == "leave_out":
        between = sum(min(low, 0.0) for low in lows), sum(max(high, 0.0) for high in highs)
    else:
        between = sum(lows), sum(highs)
    thresholds = score.risk_at_least, score.risk_at_most
    hint = f"Name a number that some scores reach and others do not; {_reach(between)}."
    bounds.check_danger(sheet, loc, thresholds, between, hint)


def _reach(between: tuple[float, float]) -> str:
    low, high = between
    return f"this one lies between {low:g} and {high:g}"


def _ends(step: StepShape | None) -> tuple[float, float]:
    """Between which numbers an item lies; a value that is counted is a number of hours."""
    if step is None:
        return 0.0, float(HOURS_OF_A_DAY)
    low, high = getattr(step, "min", None), getattr(step, "max", None)
    return (
        float(-bounds.LARGEST_NUMBER if low is None else low),
        float(bounds.LARGEST_NUMBER if high is None else high),
    )
