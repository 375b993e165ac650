"""Entries under headings, laid out on as few Telegram messages as they need.

Used by ``bot.report.digest_text`` and ``bot.report.client_details``. A page must never part one
client's entry, unless that entry alone is longer than a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from flows.engine.cut import length

LONGEST_PAGE = 3800
"""In UTF-16 units, which is how Telegram counts at most; its limit is 4,096."""


@dataclass(frozen=True, slots=True)
class FlagMention:
    """A flag that a page speaks of, for its button."""

    flag_id: int
    alias: str

    def __repr__(self) -> str:
        return f"FlagMention({self.flag_id}, …)"


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its text, without markup, and the flags that it mentions, in order."""

    text: str
    flags: tuple[FlagMention, ...] = ()
    quoted: int | None = None
    """The characters of any client's text that are shown; None: all of them."""
    names_only: bool = False
    """True where the clients that have a block are only named."""

    def __repr__(self) -> str:
        return f"Page(… {len(self.text)} characters, {len(self.flags)} flags)"


EMPTY = Page("")


@dataclass(frozen=True, slots=True)
class Entry:
    """The lines that stand together: some lines about one client, and the flags in them."""

    text: str
    flags: tuple[FlagMention, ...] = ()

    def __repr__(self) -> str:
        return f"Entry(… {len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with its entries; "" sets them apart without one, None not even that."""

    heading: str | None
    entries: tuple[Entry, ...]
    apart: bool = False
    """True where a blank line parts the entries."""


def lay_out(
    blocks: Iterable[Block], *, continued: Callable[[str], str], empty: Page = EMPTY
) -> tuple[Page, ...]:
    """Pages of at most 3,800 units; a heading stays with its first entry.

    Where a block goes on over the page, ``continued`` words its heading again. Blocks without
    entries are left out.
    """
    pages: list[Page] = []
    open_page = empty
    for lead, again, entry in _pieces(blocks, continued):
        joined = _joined(open_page, lead, entry)
        if open_page.text and length(joined.text) > LONGEST_PAGE:
            pages.append(open_page)
            joined = _joined(empty, again, entry)
        open_page = joined
    return (*pages, open_page) if open_page.text else tuple(pages)


def _pieces(
    blocks: Iterable[Block], continued: Callable[[str], str]
) -> Iterator[tuple[str | None, str | None, Entry]]:
    """Entries with the heading before them here, and the one needed at the top of a page.

    "" as a heading makes a blank line.
    """
    for block in blocks:
        lead = again = block.heading
        for entry in block.entries:
            for piece in _split(entry):
                yield lead, again, piece
                lead = "" if block.apart else None
                again = continued(block.heading) if block.heading else None


def _joined(page: Page, heading: str | None, entry: Entry) -> Page:
    gap = "" if not page.text else "\n\n" if heading is not None else "\n"
    lead = f"{heading}\n" if heading else ""
    flags = (*page.flags, *entry.flags)
    return replace(page, text=page.text + gap + lead + entry.text, flags=flags)


def _split(entry: Entry) -> Iterator[Entry]:
    """The entry, cut at words into parts that fit a page with its heading."""
    rest, flags = entry.text, entry.flags
    room = LONGEST_PAGE - 200
    while length(rest) > room:
        end = _cut(rest, room)
        yield Entry(rest[:end].rstrip(), flags)
        rest, flags = rest[end:].lstrip(), ()
    yield Entry(rest, flags)


def _cut(text: str, room: int) -> int:
    """Return where to cut so that the part before takes at most ``room`` units."""
    end = min(len(text), room)
    while length(text[:end]) > room:
        end -= max(1, (length(text[:end]) - room) // 2)
    at_word = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    return at_word if at_word > end // 2 else end
