"""TOML text -> ``Flow``, or every located problem in it.

Used by the engine, the schedules, storage and the bot. It never reads a file and never stops at the
first mistake.
"""

from flows.authoring.words import Condition, Words
from flows.languages import LANGUAGES, Language
from flows.script.conditions import Operand, evaluate, holds, names_in, past_of
from flows.script.flow import (
    END,
    RATHER_NOT_SAY,
    ChoiceStep,
    DateStep,
    Flow,
    Jump,
    MessageStep,
    NumberStep,
    Option,
    Reflection,
    ScaleStep,
    SeveralStep,
    Step,
    TextStep,
    TimeStep,
    YesNoStep,
)
from flows.script.load import weekly_load
from flows.script.packs import PackText, resolve
from flows.script.parsing import Parsed, parse
from flows.script.placeholders import fill, pieces
from flows.script.problems import CATALOGUE, Code, Problem
from flows.script.structure import Band, Block, Computed, Needs, Past, Score
from flows.script.together import check_together

__all__ = [
    "CATALOGUE",
    "END",
    "LANGUAGES",
    "RATHER_NOT_SAY",
    "Band",
    "Block",
    "ChoiceStep",
    "Code",
    "Computed",
    "Condition",
    "DateStep",
    "Flow",
    "Jump",
    "Language",
    "MessageStep",
    "Needs",
    "NumberStep",
    "Operand",
    "Option",
    "PackText",
    "Parsed",
    "Past",
    "Problem",
    "Reflection",
    "ScaleStep",
    "Score",
    "SeveralStep",
    "Step",
    "TextStep",
    "TimeStep",
    "Words",
    "YesNoStep",
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
