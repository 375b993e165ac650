"""Texts that would like to be more than words: markup, hidden characters, formulas, bombs.

Used by the tests of whatever shows what somebody wrote.
"""

from __future__ import annotations

import unicodedata

NASTY = (
    "*bold* _it_ `code` [link](tg://user?id=1) ~~x~~ ||y||",
    "<b>bold</b> &amp; <a href='https://e.test'>x</a> <script>alert(1)</script>",
    "{therapist} {0} %s ${PATH} #panic() $x$ \\u0041",
    "\u202egnp.exe \u2066isolated\u2069 \u200fleft\u200e",
    "zero\u200bwidth\ufeff and \u2028lines\u2029 and bell\u0007 and nul\u0001",
    "z" + "\u0335\u0316\u0340" * 40 + "algo",
    "=1+1",
    "two lines\n=1+1",
    '=HYPERLINK("https://e.test","x")',
    "+1 -1 @SUM(A1)",
    "-2+3|cmd",
    "@everyone",
    "\tbegins with a tab",
    "a carriage\rreturn, a new\nline, a \"quote\", a 'single one', a, comma; and more",
    "'=already quoted",
    "Robert'); DROP TABLE answers;--",
    "▪ Heading\n“you” said • /stop /start x",
    "👩‍👩‍👧‍👦🏳️‍🌈 e\u0301 \U0001f468\U0001f3fd",
    "w" * 3900,
)
"""None is a crisis, a wish for a time or a request to stop; each fits one message."""


def hidden_in(text: str) -> set[str]:
    """The characters in it that nobody sees and that move or hide others."""
    marks = {"\u200c", "\u200d", "\u2060", "\n", "\u00ad"}  # of scripts and emoji, and our own
    odd = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    return {c for c in text if unicodedata.category(c) in odd and c not in marks}
