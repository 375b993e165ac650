"""The rule by which tests in a browser are left out, or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.browser import BROWSERS, executable

MAKE = Path(__file__).parents[3] / ".ci/make.py"


def test_where_there_is_no_browser_its_tests_are_left_out_but_in_ci_they_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Chromium"):
        executable()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="must run"):
        executable()
    browser = tmp_path / BROWSERS[-1]
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    assert executable() == str(browser)


def test_the_set_up_looks_for_the_browsers_that_the_tests_use() -> None:
    assert f"BROWSERS = {BROWSERS!r}".replace("'", '"') in MAKE.read_text("utf-8")
