"""At the start an admin learns where the screen hears less than it should."""

from __future__ import annotations

from pathlib import Path

from structlog.testing import capture_logs

from tests.support.house import open_house


async def test_examples_that_are_left_out_are_named_at_the_start(
    tmp_path: Path, furnished: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "en.toml").write_text('[[crisis]]\nid = "x-1"\nkind = "gloom"\ntext = "…"\n', "utf-8")
    with capture_logs() as lines:
        async with open_house(tmp_path, furnished, safety={"examples": own}):
            pass
    (told,) = [line for line in lines if line["event"] == "screen_needs_a_look"]
    assert "left out" in told["goes"]
    assert "there is no kind gloom" in told["problems"][0]
