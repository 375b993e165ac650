"""The catalogue of mistakes that an author can make, and ``Problem``, one of them in its place.

Used by the checks of this package, by the command line and by the author's guide. A code, once
published, never changes its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of mistake: its name, why it matters and what to do."""

    code: str
    title: str
    why: str
    do: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake at its place. Lines and columns count from 1; columns count characters."""

    line: int
    column: int
    code: str
    message: str
    hint: str
    severity: Severity = "error"
    path: str = ""

    def __str__(self) -> str:
        mark = "warning: " if self.severity == "warning" else ""
        return (
            f"{self.path}:{self.line}:{self.column}: {self.code} {mark}{self.message} {self.hint}"
        )


_LIST = (
    Code("F001", "toml-syntax", "The file is not valid TOML.", "Mend the marked place."),
    Code("F002", "odd-character", "It looks right and is not.", "Delete it, or type it anew."),
    Code("F003", "unreadable-file", "Nothing of it can be read.", "Save it as UTF-8 text."),
    Code("F010", "unknown-key", "A misspelt key would be ignored.", "Correct or remove the key."),
    Code("F011", "missing-key", "The flow cannot run without it.", "Add the key."),
    Code("F012", "wrong-type", "The value is of another sort.", "Write the value as shown."),
    Code("F013", "unknown-kind", "No step is of this kind.", "Choose one from the guide."),
    Code(
        "F014",
        "unknown-trigger",
        "Nothing would start it.",
        "Choose one from the guide.",
    ),
    Code("F015", "unknown-version", "Another version reads it.", "Write `language = 1`."),
    Code("F016", "misplaced-key", "The key has no effect here.", "Move or remove the key."),
    Code("F020", "duplicate-id", "Answers would be mixed up.", "Give each its own id."),
    Code("F021", "bad-id", "Ids are used in conditions.", "Small letters, digits, `_`."),
    Code("F022", "unknown-step", "No step has this id.", "Name an earlier step."),
    Code("F023", "unknown-option", "It can never be chosen.", "Name one of the answers."),
    Code("F024", "later-step", "It is not answered yet.", "Move the step, or name an earlier one."),
    Code("F025", "duplicate-measure", "One check-in, one value.", "Measure it in one step only."),
    Code("F026", "no-answer", "A message has no answer.", "Name a step that asks something."),
    Code("F027", "unknown-flow", "It would never come.", "Name the id of another flow."),
    Code("F028", "no-number", "Only numbers can be counted.", "Name scales and numbers."),
    Code("F029", "duplicate-flow", "Nobody could tell them apart.", "Give each flow its own id."),
    Code("F030", "missing-language", "Some clients get no text.", "Write the text in it."),
    Code("F031", "missing-du", "Sie and du never mix.", "Add `de_du`, or `neutral = true`."),
    Code("F032", "extra-language", "Nobody gets this text.", "Add it to the title.", "warning"),
    Code("F033", "neutral-address", "The text says Sie or du.", "Write both forms.", "warning"),
    Code("F034", "empty-text", "Nothing would be shown.", "Write the text."),
    Code(
        "F035",
        "wrong-case",
        "A name after this word stands in another case: bei Herrn Weber.",
        "Write the placeholder in that case.",
        "warning",
    ),
    Code(
        "F036",
        "alike",
        "Two answers, or an answer and a button of the bot, read alike.",
        "Word one of them differently.",
    ),
    Code(
        "F037",
        "hidden-character",
        "It shows nothing, or turns what follows it.",
        "Take it out.",
    ),
    Code("F040", "unknown-placeholder", "Nothing could fill it.", "Use a known name."),
    Code("F041", "unbalanced-brace", "A brace opens a placeholder.", "Write `{{` or `}}`."),
    Code("F042", "brace-in-label", "Labels are shown as they are.", "Leave the braces out."),
    Code(
        "F043",
        "gap",
        "The text repeats an answer that may be missing.",
        "Ask only where there is one.",
        "warning",
    ),
    Code("F050", "bad-condition", "It cannot be evaluated.", "Mend the condition."),
    Code("F051", "two-conditions", "One of them would be ignored.", "Keep `only_if` or `when`."),
    Code(
        "F052",
        "negation",
        "Where an answer is missing this is false, with `!` as well.",
        "Add `|| !x.answered` to count it.",
        "warning",
    ),
    Code("F053", "never-true", "No answer fulfils it.", "Compare with what can be answered."),
    Code("F060", "bad-duration", "It is no length of time.", "Write such as `30m`, `2h`, `3d`."),
    Code("F061", "bad-time", "It is no time of day.", "Write such as `18:00`."),
    Code("F062", "bad-weekday", "It is no weekday.", "Write such as `wed`."),
    Code("F063", "late-reminder", "It would never be sent.", "Remind earlier.", "warning"),
    Code("F064", "bad-span", "It would never come.", "Let `ends` be later than `starts`."),
    Code("F065", "early-expiry", "Answering costs time.", "Give more time.", "warning"),
    Code("F066", "collision", "Two would come at once.", "Move one of them.", "warning"),
    Code("F067", "weekly-load", "Some would be thinned.", "Ask less often.", "warning"),
    Code("F068", "flow-cycle", "They would follow each other for ever.", "Break the circle."),
    Code(
        "F069",
        "bad-window",
        "So many times, so far apart, do not fit into the window.",
        "Widen it, or ask less often.",
    ),
    Code("F070", "bad-bounds", "Nothing or too much fits.", "Correct the numbers."),
    Code("F071", "no-question", "A check-in asks something.", "Add a step that asks."),
    Code("F072", "bad-jump", "It does not lead forward.", "Jump to a later step or `end`."),
    Code("F073", "unreachable", "No way leads there.", "Give a jump before it a condition."),
    Code(
        "F074",
        "never-counts",
        "What stands above it always holds, so it is never used.",
        "Put it above that one.",
        "warning",
    ),
    Code(
        "F075",
        "bad-block",
        "Its steps do not follow each other, or it has two manners.",
        "List neighbours; keep one manner.",
    ),
    Code("F076", "bad-repeat", "There is nothing to repeat over.", "Name a `several` step."),
    Code(
        "F077",
        "bad-loop",
        "It would be asked too often.",
        "Choose `most` from 1 to 20.",
    ),
    Code(
        "F078",
        "dependent-steps",
        "In a drawn order the step it names may come later.",
        "Take one of them out of the block.",
    ),
    Code(
        "F079",
        "drawn-measure",
        "What is measured is asked of everybody, in the same words.",
        "Do not draw it.",
    ),
    Code("F080", "too-long", "It does not fit a phone.", "Shorten the text."),
    Code("F081", "long-prompt", "Telegram would refuse it.", "Shorten or split the step."),
    Code("F082", "bad-count", "Too few or too many entries.", "Add or remove some."),
    Code(
        "F083",
        "bad-score",
        "The score or value cannot be worked out like this.",
        "Mend the marked part.",
    ),
    Code(
        "F084",
        "nothing-asked",
        "A new client would be thanked without a question.",
        "Let one step ask without a condition.",
        "warning",
    ),
    Code(
        "F085",
        "two-meanings",
        "Answers under one name are taken for one series.",
        "Give it the same kind and range, or another name.",
    ),
    Code("F086", "unmeasured", "It would never be known.", "Name what some step measures."),
    Code(
        "F087",
        "direction-unsaid",
        "The program must know which end is better.",
        'Write `better = "high"` or `better = "low"`.',
    ),
    Code("F090", "too-large", "No check-in is this large.", "Split the flow."),
    Code("F091", "too-many", "The rest would not be read.", "Mend these first."),
    Code("F100", "scale-width", "The buttons do not fit.", "At most 11 numbers."),
    Code(
        "F101",
        "quiet-hours",
        "Nobody is written to in quiet hours, so it comes when they end.",
        "Choose another time, or leave it so.",
        "warning",
    ),
    Code(
        "F102",
        "never-sent",
        "Quiet hours fill the time in which it could be sent.",
        "Choose another time, or a longer `window`.",
        "warning",
    ),
    Code("F110", "missing-pack", "Its words are not here.", "Put the pack where it is named."),
    Code("F111", "bad-pack", "The pack does not fit.", "Mend the pack's file."),
)

CATALOGUE: dict[str, Code] = {entry.code: entry for entry in _LIST}
"""Every code by its name, in order."""
