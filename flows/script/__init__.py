"""TOML text -> ``Flow``, or every located problem in it.

Used by the engine, the schedules, storage and the bot. It never reads a file and never stops at the
first mistake.
"""

from flows.authoring.words import Condition, Words
from flows.languages import Language
from flows.script.conditions import Operand, evaluate, holds, names_in, past_of
from flows.script.flow import Flow
from flows.script.packs import PackText, resolve
from flows.script.parsing import Parsed, parse
from flows.script.placeholders import fill, pieces
from flows.script.problems import CATALOGUE, Code, Problem
from flows.script.structure import Band, Block, Computed, Needs, Past, Score
from flows.script.together import check_together
from flows.script.weekly_load import weekly_load

__all__ = [
    "CATALOGUE",
    "Band",
    "Block",
    "Code",
    "Computed",
    "Condition",
    "Flow",
    "Language",
    "Needs",
    "Operand",
    "PackText",
    "Parsed",
    "Past",
    "Problem",
    "Score",
    "Words",
    "check_together",
    "evaluate",
    "fill",
    "holds",
    "names_in",
    "parse",
    "past_of",
    "pieces",
    "resolve",
    "weekly_load",
]
