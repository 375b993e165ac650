"""Consent to alerts: a question of its own beside the main consent, taken back at any time.

Asked only where the practice tells people at once of hard words. A no is final until the client
changes it under /privacy: nobody is asked a second time.
"""

from __future__ import annotations

import hashlib

from bot.messages import Button, Rows
from bot.services.safety import alerting
from bot.services.work import speak
from bot.services.work.buttons import Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from storage import audit, consents
from storage.cares import Care

VERSION = "2026-12"
"""Raised whenever the meaning of the question changes."""
_SHOWN = int(VERSION.replace("-", ""))


def ask(work: Work, care: Care) -> None:
    """Ask whether people in the practice may be told at once, where the practice does that."""
    if not alerting.is_offered(work, care):
        return
    agree = Button(work.say(care.language, "button_alerts_yes"), data("alerts", care.id, _SHOWN))
    decline = Button(work.say(care.language, "button_alerts_no"), data("alerts_off", care.id))
    rows = speak.column(agree, decline)
    speak.insist(work, care.client_id, _wording(work, care), key="alerts", rows=rows)


def _wording(work: Work, care: Care) -> str:
    return work.say(care.language, "alerts_ask", version=VERSION, **names_for(work, care))


def give(work: Work, care: Care, *, shown: int, update_id: int, message_id: int) -> Toast:
    """Keep that the client agrees; agreeing to an older question shows the present one."""
    if not alerting.is_offered(work, care):
        return work.say(care.language, "toast_stale")
    if shown != _SHOWN:
        ask(work, care)
        return None
    consents.add(
        work.tx,
        care_id=care.id,
        item="alerts",
        version=VERSION,
        text_hash=hashlib.sha256(_wording(work, care).encode()).hexdigest(),
        language=care.language,
        update_id=update_id,
        now=work.now,
    )
    _settle(work, care, message_id, "alerts.agreed")
    text = work.say(care.language, "alerts_on", **names_for(work, care))
    speak.insist(work, care.client_id, text, key="alerts_on")
    return None


def take_back(work: Work, care: Care, *, message_id: int) -> Toast:
    """Keep that the client does not agree, or no longer does: from now on nobody is told."""
    consents.revoke(work.tx, care.id, work.now, item="alerts")
    _settle(work, care, message_id, "alerts.declined")
    text = work.say(care.language, "alerts_off", **names_for(work, care))
    speak.insist(work, care.client_id, text, key="alerts_off")
    return None


def standing(work: Work, care: Care) -> tuple[str, Rows]:
    """Say how it stands now, for /privacy, with the button that changes it; nothing where the
    practice tells nobody.
    """
    if not alerting.is_offered(work, care):
        return "", ()
    names = names_for(work, care)
    if alerting.is_agreed(work, care):
        label = work.say(care.language, "button_alerts_take_back")
        rows = speak.row(Button(label, data("alerts_off", care.id)))
        return work.say(care.language, "privacy_alerts_on", **names), rows
    label = work.say(care.language, "button_alerts_ask")
    rows = speak.row(Button(label, data("alerts_ask", care.id)))
    return work.say(care.language, "privacy_alerts_off", **names), rows


def _settle(work: Work, care: Care, message_id: int, action: str) -> None:
    """The question is answered: its message loses its buttons, and the trail knows the answer."""
    speak.edit(work, care.client_id, message_id, None, key="settled")
    audit.add(
        work.tx, now=work.now, actor=care.client_code, action=action, subject=care.client_code
    )
