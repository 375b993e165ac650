"""Yes or no, by its button or as people type it in English or German."""

from __future__ import annotations

from datetime import date

from flows.authoring.words import Words
from flows.engine.check_in import Value
from flows.engine.steps.kind import Asked, Fits, Kind, Refused, Reply, pick
from flows.engine.steps.typed import word
from flows.languages import Language
from flows.script.flow import YesNoStep

YES = Words((("en", "Yes"), ("de", "Ja")), neutral=True)
NO = Words((("en", "No"), ("de", "Nein")), neutral=True)

_TYPED = {"yes": True, "y": True, "ja": True, "j": True, "no": False, "n": False, "nein": False}


def ask(step: YesNoStep, language: Language) -> Asked:
    """Two buttons, yes first."""
    return Asked(choices=(YES.say(language), NO.say(language)))


def accept(step: YesNoStep, reply: Reply, language: Language, today: date) -> Fits | Refused:
    """A bool; both languages are understood in either."""
    if isinstance(reply, int):
        return pick((True, False), reply)
    said = _TYPED.get(word(reply))
    return Refused("not_an_option") if said is None else Fits(said)


def show(step: YesNoStep, value: Value, language: Language) -> str:
    """The label of the button."""
    return (YES if value else NO).say(language)


KIND = Kind(YesNoStep, ask, accept, show)
