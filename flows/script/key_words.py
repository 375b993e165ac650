"""One sentence for each key of a flow file, as an editor shows it beside the key.

The sentences of keys that belong to a kind of step stand in its module.

Used by the JSON Schema alone; the author's guide says more. A key that stands in several tables
means the same in all of them, or its sentence says both.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.triggers.registry import KEYS

KEY_WORDS: Mapping[str, str] = {
    "language": "The version of the flow language: 1.",
    "id": "The name by which conditions, texts and the database know it; never rename it.",
    "title": "What clients and therapists read as the name of these questions.",
    "default": "true: a client begins with it on consent.",
    "priority": "1 comes first, 9 gives way first where a week is full; 5 unless said otherwise.",
    "pack": "The name of the pack that holds the licensed words of this flow.",
    "licence": "Who holds the words of the pack, and on what terms.",
    "schedule": "When a check-in comes, is recalled and lapses.",
    "step": "One step after another; begin each with [[step]].",
    "block": "Consecutive steps that are repeated, shuffled or drawn.",
    "value": "A value worked out from answers; in a label, the number that it names.",
    "score": "A number over several items.",
    "neutral": "true: the text addresses nobody, so that all forms of address share it.",
    "only_if": "The answers for which it holds, in the plain form.",
    "when": "A condition in CEL over earlier answers.",
    "to": "Where to go on: a later step, or end; of a value, the step with the later time.",
    "unstarted": "How long after the first sending it lapses while nothing is answered: 48h.",
    "started": "How long after the first sending it lapses once it was begun.",
    "idle": "How long after the last answer it lapses: 24h.",
    "trigger": "What starts a check-in.",
    **{key.name: key.says for key in KEYS.values()},
    "on_request": "true: a client may also start it with /checkin.",
    "starts": "How long after enrolment it begins: 14d.",
    "ends": "How long after enrolment it ends: 90d.",
    "remind": "When an unanswered check-in is recalled, from the first sending: 6h, 24h.",
    "expires": "When an open check-in lapses.",
    "window": "How late it may still be sent: 12h.",
    "kind": "What sort of step it is.",
    "ask": "The words of the step.",
    "wording": "Other wordings of ask, one of which is drawn; only where nothing is measured.",
    "help": "A line under the question.",
    "optional": "true: the question may be skipped.",
    "rather_not_say": "true: a button for that, stored as itself.",
    "measures": "What the answer measures; earlier answers are found by this name.",
    "reflect": "Short replies to the answer; the first that holds is said.",
    "go": "Jumps forward after this step; the first that holds is taken.",
    "steps": "The ids of the block's steps, in the order of the file.",
    "repeat": "For each option picked in that step, or each of the client's goals or topics.",
    "again_while": "The block runs again while this condition holds.",
    "most": "How many times the block runs at most.",
    "exclusive": "true: where it is picked, no other option is.",
    "risk": "true: this answer, or a yes, is a sign of danger; the crisis card follows.",
    "last": "true: it stays at the end where the order of the options is drawn.",
    "draw": "So many of the steps are drawn.",
    "is": "The CEL expression that gives the value.",
    "from": "The lowest number of the band; of a value, the step with the earlier time.",
    "of": "The ids of the items.",
    "method": "sum or mean.",
    "reversed": "The items that are counted the other way round.",
    "missing": "none: no number where an item is missing; mean: it counts as the mean of the rest; "
    "leave_out: it counts as nothing.",
    "most_missing": "How many items may be missing.",
    "bands": "Words for ranges of the number; for the therapist's side only.",
}
