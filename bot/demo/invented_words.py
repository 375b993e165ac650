"""The words that simulated clients write. They are invented; no real person wrote them."""

from __future__ import annotations

import random

from flows.languages import BASE, Language, first_written

_WELL: dict[str, tuple[str, ...]] = {
    "en": (
        "I went for a walk before work on two days.",
        "Called my sister and it was a good talk.",
        "Slept through, twice.",
        "I said no to the extra shift.",
        "Cooked something proper for once.",
    ),
    "de": (
        "Ich war zweimal vor der Arbeit spazieren.",
        "Ein gutes Gespräch mit meiner Schwester.",
        "Zwei Nächte durchgeschlafen.",
        "Ich habe zur Zusatzschicht Nein gesagt.",
        "Endlich wieder richtig gekocht.",
    ),
}
_HARD: dict[str, tuple[str, ...]] = {
    "en": (
        "The meeting on Monday. My hands were shaking.",
        "Evenings are long.",
        "We argued about money again.",
        "I put off the letter once more.",
    ),
    "de": (
        "Die Besprechung am Montag. Mir haben die Hände gezittert.",
        "Die Abende sind lang.",
        "Wir haben wieder über Geld gestritten.",
        "Den Brief habe ich wieder aufgeschoben.",
    ),
}
_STRAIN: dict[str, tuple[str, ...]] = {
    "en": (
        "When I talked about my father you asked about work. I felt a bit brushed aside.",
        "It came up again.",
    ),
    "de": (
        "Ich habe Ja zu der Übung gesagt, obwohl sie zu früh war. Ich wollte nicht schwierig sein.",
        "Es war wieder so. Ich habe genickt und innerlich abgeschaltet.",
    ),
}
_EASIER: dict[str, str] = {
    "en": "If you asked me at the start, before we talk about the week.",
    "de": "Wenn ich gleich am Anfang gefragt würde, noch vor der Woche.",
}

ODD: dict[str, tuple[str, ...]] = {
    "well": (
        "🌧️➡️🌤️ 👍🏽 👩‍👩‍👧 🎉🎉🎉",
        "<b>bold</b> & *stars* _under_ [link](https://example.org) {therapist} `code`",
        "今日は友だちと散歩しました。Сегодня было спокойно. היום היה טוב.",
    ),
    "hard": (
        "Everything at once, "
        + "and then the next thing, " * 60
        + "and at the end I just sat there.",
        "نمت قليلا هذا الأسبوع",
        "H̷o̷n̷e̷s̷t̷l̷y̷ ̷t̷i̷r̷e̷d̷",
    ),
    "topic": ("\n\nThey told you so\n\nNot a heading, just my notes.", "👀", "…"),
    "change": ("=SUM(A1:A9) +1 -2 @x", "</html>", "½ ✂️"),
}


def _one_of(table: dict[str, tuple[str, ...]], language: Language) -> tuple[str, ...]:
    return first_written(table, language) or table[BASE]


def well_words(language: Language, rng: random.Random) -> str | None:
    """One thing that went well; now and then nothing."""
    return rng.choice(_one_of(_WELL, language)) if rng.random() < 0.6 else None


def hard_words(language: Language, rng: random.Random) -> str | None:
    """One thing that was hard; more often nothing."""
    return rng.choice(_one_of(_HARD, language)) if rng.random() < 0.4 else None


def strain_words(language: Language, weeks: int) -> str | None:
    """Say what wasn't right, so many weeks after it was: in full at first, once more later."""
    words = _one_of(_STRAIN, language)
    return {0: words[0], 2: words[1]}.get(weeks)


def easier_words(language: Language) -> str:
    """Say what would make it easier to talk about what wasn't right."""
    return first_written(_EASIER, language) or _EASIER[BASE]
