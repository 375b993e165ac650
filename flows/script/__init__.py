"""TOML text -> ``Flow``, or every located problem in it.

Used by the engine, the schedules, storage and the bot. It never reads a file and never stops at the
first mistake.
"""

from flows.script.conditions import holds
from flows.script.flow import (
    LANGUAGES,
    AfterTherapySession,
    ChoiceStep,
    Condition,
    Flow,
    Language,
    MessageStep,
    NumberStep,
    Option,
    ScaleStep,
    Schedule,
    Step,
    TextStep,
    Trigger,
    Weekly,
    Words,
    YesNoStep,
)
from flows.script.parsing import Parsed, parse
from flows.script.placeholders import fill, pieces
from flows.script.problems import CATALOGUE, Code, Problem

__all__ = [
    "CATALOGUE",
    "LANGUAGES",
    "AfterTherapySession",
    "ChoiceStep",
    "Code",
    "Condition",
    "Flow",
    "Language",
    "MessageStep",
    "NumberStep",
    "Option",
    "Parsed",
    "Problem",
    "ScaleStep",
    "Schedule",
    "Step",
    "TextStep",
    "Trigger",
    "Weekly",
    "Words",
    "YesNoStep",
    "fill",
    "holds",
    "parse",
    "pieces",
]
