"""The key file: private, never overwritten, and kind about what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.data_keys import Keyring
from storage.errors import KeyFileProblem
from storage.key_file import create_key_file, load_key_file

GOOD = "1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


def test_what_was_created_is_loaded_and_private(tmp_path: Path) -> None:
    path = tmp_path / "interlude.key"
    made = create_key_file(path)
    assert load_key_file(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(made.masters[1]) == 32


def test_two_files_hold_two_keys(tmp_path: Path) -> None:
    assert create_key_file(tmp_path / "a") != create_key_file(tmp_path / "b")


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "interlude.key"
    made = create_key_file(path)
    with pytest.raises(KeyFileProblem, match="never overwritten"):
        create_key_file(path)
    assert load_key_file(path) == made


def test_several_keys_are_read_by_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "interlude.key"
    path.write_text(f"# two\n{GOOD}\n2 {'A' * 43}=\n")
    path.chmod(0o600)
    assert load_key_file(path) == Keyring({1: bytes(range(32)), 2: bytes(32)})


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyFileProblem, match="interlude init"):
        load_key_file(tmp_path / "interlude.key")


def test_a_file_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileProblem, match="cannot be written"):
        create_key_file(tmp_path / "nowhere" / "interlude.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "interlude.key"
    create_key_file(path)
    path.chmod(mode)
    with pytest.raises(KeyFileProblem, match="chmod 600"):
        load_key_file(path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "numbered 1 to 255"),
        ("# nothing\n", "numbered 1 to 255"),
        ("1\n", "line 1"),
        ("one AAAA\n", "line 1"),
        ("1 A\n", "line 1"),
        ("1 AAAA\n", "32 bytes"),
        (GOOD.replace("1 ", "0 "), "numbered 1 to 255"),
        (GOOD.replace("1 ", "256 "), "numbered 1 to 255"),
        (GOOD + GOOD, "line 2: key 1 is there twice"),
    ],
    ids=["empty", "comments", "no-key", "no-number", "not-base64", "short", "0", "256", "twice"],
)
def test_a_malformed_file_is_refused_without_showing_it(
    tmp_path: Path, content: str, why: str
) -> None:
    path = tmp_path / "interlude.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileProblem, match=why) as raised:
        load_key_file(path)
    assert "AAEC" not in str(raised.value)


def test_a_keyring_shows_no_key() -> None:
    assert repr(Keyring({1: bytes(range(32))})) == "Keyring(masters [1])"
