"""The practice in a box, from the command line: five weeks, and two of them once more.

One test, so that several workers do not each live through the weeks.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

DEMO = "from bot.cli.main import main; main()"
SAID_SO = "They said themselves that something wasn't right"
POSSIBLE = "Possible strain, from the ratings"
SIE = re.compile(r"\b(Ihre?|Ihren|Ihrer|Ihnen)\b|\b(können|möchten|haben|bitten) Sie\b")
DU = re.compile(r"\b(du|dich|dir|deine?|deinen|deiner)\b")


async def lived_through(weeks: int, folder: Path) -> dict[str, str]:
    """Every transcript and digest of a demo, by its name."""
    asked = ("demo", "--headless", "--weeks", str(weeks), "--seed", "7", "--out", str(folder))
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DEMO, *asked),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await run.communicate()
    assert run.returncode == 0, said.decode()
    assert f"week {weeks} of {weeks}" in said.decode()
    paths = await asyncio.to_thread(lambda: sorted(folder.glob("*/*.txt")))
    return {f"{path.parent.name}/{path.stem}": path.read_text("utf-8") for path in paths}


def part(digest: str, heading: str) -> str:
    """Return what stands under a heading of a digest, up to the next one."""
    return digest.partition(f"▪ {heading}\n")[2].partition("\n▪ ")[0]


def named(text: str) -> list[str]:
    """The clients who begin a paragraph of a digest."""
    return [line[2:6] for line in text.splitlines() if line.startswith("• ")]


async def test_five_weeks_point_to_the_planted_clients_and_come_out_alike(tmp_path: Path) -> None:
    five, two = await asyncio.gather(
        lived_through(5, tmp_path / "five"), lived_through(2, tmp_path / "two")
    )
    assert len([name for name in five if name.startswith("transcripts/")]) == 10
    assert len([name for name in five if name.startswith("digests/")]) == 5
    pictures = await asyncio.to_thread(lambda: sorted((tmp_path / "two").glob("pictures/*.png")))
    assert [path.stem for path in pictures] == ["AB", "CD"]
    drawn = await asyncio.to_thread(lambda: sorted((tmp_path / "two").glob("digests/*.p*")))
    assert [path.name for path in drawn if path.suffix == ".pdf"] == [
        "2026-W41.pdf",
        "2026-W42.pdf",
    ]
    assert "2026-W42.png" in [path.name for path in drawn]
    the_same_seed_gives_the_same(five, two)
    the_planted_weeks_say_who_and_why(five)
    nobody_steady_is_pointed_to(five)
    nobody_is_written_to_who_blocked_the_bot(five)
    everyone_is_addressed_in_one_way(five)


def the_same_seed_gives_the_same(five: dict[str, str], two: dict[str, str]) -> None:
    """The run of two weeks is the beginning of that of five, letter by letter."""
    assert {name for name in five if name.startswith("transcripts/")} < two.keys()
    for name, text in two.items():
        assert five[name].startswith(text), name


def the_planted_weeks_say_who_and_why(texts: dict[str, str]) -> None:
    """The fourth and the fifth digest."""
    fourth, fifth = texts["digests/2026-W44"], texts["digests/2026-W45"]
    said = part(fourth, SAID_SO)
    assert named(said) == ["E.F.", "G.H."]
    assert "“When I talked about my father you asked about work." in said
    assert "Closest to it: felt misunderstood." in said
    assert "Closest to it: just went along with something." in said
    assert said.count("Usual for them is about") == 2
    assert named(part(fifth, SAID_SO)) == ["G.H."]
    possible = part(fifth, POSSIBLE)
    assert possible.startswith("• Q.R., on Friday 6 November: rated the session")
    assert "they said no" not in possible, "the digest explains no rating away"
    assert "• E.F.: No longer open: " in fifth


def nobody_steady_is_pointed_to(texts: dict[str, str]) -> None:
    """In none of the five digests."""
    for name, text in texts.items():
        if name.startswith("digests/"):
            pointed = named(part(text, SAID_SO)) + named(part(text, POSSIBLE))
            assert not {"A.B.", "K.L.", "O.P."} & set(pointed), name


def nobody_is_written_to_who_blocked_the_bot(texts: dict[str, str]) -> None:
    """From the block to the end of the fifth week."""
    before, blocked, after = texts["transcripts/MN"].partition("blocked the bot")
    assert blocked and "How has your week been so far?" in before
    assert "bot:" not in after


def everyone_is_addressed_in_one_way(texts: dict[str, str]) -> None:
    """Sie and du never mix in what the bot says."""
    for name in ("CD", "KL"):
        assert not DU.findall(texts[f"transcripts/{name}"]), name
    for name in ("GH", "QR"):
        assert not SIE.findall(texts[f"transcripts/{name}"]), name
