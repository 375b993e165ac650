"""/help: what a client can do here now, and who gets their answers.

Used by the entries of clients. It must never name a command that is not for now.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.services.consent import stepwise
from bot.services.work import speak, with_whom
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from storage.cares import Care


def show(work: Work, care: Care, commands: Iterable[ClientKey], *, is_over: bool) -> None:
    """Answer with a line for each command; where all is over, nothing is asked any more."""
    begin, end = with_whom.who_reads(work, care), work.say(care.language, "help.end")
    if is_over:
        over: ClientKey = "care_declined" if care.state == "declined" else "care_over"
        begin = work.say(care.language, over, **names_for(work, care))
        end = work.say(care.language, "help.end_over")
    again = stepwise.asks_again(work, care)
    if again:
        begin, end = again, work.say(care.language, "help.end_over")
    lines = "\n".join(work.say(care.language, key) for key in commands)
    speak.reply(work, care.client_id, "\n\n".join((begin, lines, end)), key="help")
