"""Telegram's HTML: what it becomes, and what is refused with which words."""

from __future__ import annotations

import pytest

from bot.sandbox.markup import parse_html
from bot.sandbox.refusal import RefusedError


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("&lt;&gt;&amp;&quot;&#228;&#x1F642;", '<>&"ä🙂', []),
        ("1 > 0", "1 > 0", []),
        ("🙂<b>a</b>", "🙂a", [("bold", 2, 1)]),
        ("<b>x<i>y</i></b>", "xy", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<STRONG>x</STRONG>", "x", [("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ('<a href="https://e.org">x</a>', "x", [("text_link", 0, 1)]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ("<pre>a\nb</pre>", "a\nb", [("pre", 0, 3)]),
    ],
)
def test_html_becomes_text_and_entities(
    source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    parsed, found = parse_html(source)
    assert parsed == text
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("ä<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <3", 'Unsupported start tag "3" at byte offset 2'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("this & that", "Character '&' must be escaped at byte offset 5"),
        ("&nbsp;", "Character '&' must be escaped at byte offset 0"),
    ],
)
def test_bad_html_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(RefusedError) as caught:
        parse_html(source)
    assert caught.value.code == 400
    assert caught.value.description == f"Bad Request: can't parse entities: {complaint}"
