"""The files in deploy/ and the page about a small server name only what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import main
from bot.config.settings import setting_names

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "small-server.md").read_text("utf-8")
UNIT = (DEPLOY / "interlude.service").read_text("utf-8")
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
TEXTS = {path.name: path.read_text("utf-8") for path in FILES} | {"small-server.md": PAGE}
VARIABLES = {
    "INTERLUDE_CONFIG",
    *("INTERLUDE_" + n.upper().replace(".", "__") for n in setting_names()),
}
MUST = (
    "User=interlude",
    "StateDirectory=interlude",
    "UMask=0077",
    "LimitCORE=0",
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "CapabilityBoundingSet=",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "SystemCallFilter=@system-service",
)


def typed(text: str) -> list[list[str]]:
    """The words after ``interlude`` of each line of a grey box."""
    blocks = re.findall(r"^```(?:sh)?\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line.split()[1:] for line in lines if line.startswith("interlude ")]


@pytest.mark.parametrize("name", TEXTS)
def test_every_variable_that_is_named_is_a_setting(name: str) -> None:
    assert set(re.findall(r"INTERLUDE_[A-Z_]+", TEXTS[name])) <= VARIABLES


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_of_the_repository_that_is_named_is_there(name: str) -> None:
    pattern = (
        r"(?<![\w/.-])(?:deploy|docs)/[\w@.-]*[\w]|\b(?:config\.example\.toml|requirements\.lock)"
    )
    named = set(re.findall(pattern, TEXTS[name]))
    made = {"deploy/settings", "deploy/settings/config.toml", "deploy/postgres-password"}
    made |= {"deploy/settings/token"}
    assert [each for each in named - made if not (ROOT / each).exists()] == []


@pytest.mark.parametrize("name", ["small-server.md", "README.md"])
def test_links_lead_somewhere(name: str) -> None:
    folder = ROOT / "docs" if name == "small-server.md" else DEPLOY
    targets = re.findall(r"\]\((?!https:)([^)#]+)\)", TEXTS[name])
    assert targets and [each for each in targets if not (folder / each).exists()] == []


@pytest.mark.parametrize("words", typed(PAGE), ids=" ".join)
def test_every_command_that_is_to_be_typed_exists(words: list[str]) -> None:
    plain = words[:2] if words[0] == "people" or words == ["backup", "key"] else words[:1]
    shown = CliRunner().invoke(main, [*plain, "--help"])
    assert shown.exit_code == 0, shown.output
    for option in (word for word in words if word.startswith("--")):
        assert option in shown.output


def test_the_unit_keeps_the_process_from_what_it_does_not_need() -> None:
    assert [line for line in MUST if line not in UNIT.splitlines()] == []


def test_the_unit_for_several_is_the_same_but_for_its_places() -> None:
    several = (DEPLOY / "interlude@.service").read_text("utf-8")
    assert "/etc/interlude/%i/config.toml run" in several and "User=interlude-%i" in several
    plain = re.sub(r"\n# For several.*\n.*\n", "\n", several).replace(" (%i)", "")
    assert plain.replace("/etc/interlude/%i", "/etc/interlude").replace("-%i", "") == UNIT


def test_what_the_service_runs_is_what_the_page_installs() -> None:
    assert (
        "ExecStart=/opt/interlude/.venv/bin/interlude --config /etc/interlude/config.toml run"
        in UNIT
    )
    assert "cd /opt/interlude\npython3 -m venv .venv\n" in PAGE
    wrapper = TEXTS["interlude"]
    assert (
        "/opt/interlude/.venv/bin/interlude" in wrapper
        and (DEPLOY / "interlude").stat().st_mode & 1
    )
    stop = re.search(r"TimeoutStopSec=(\d+)", UNIT)
    assert stop and int(stop[1]) > 30, "an orderly stop has 30 seconds"


def test_the_image_copies_what_the_package_needs_and_has_no_rights() -> None:
    text = TEXTS["Containerfile"]
    sources = {
        word
        for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE)
        for word in line.split()
    }
    assert {"bot", "flows", "storage", "requirements.lock", "pyproject.toml"} <= sources
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for source in sources:
        assert (ROOT / source).exists() and f"!{source}" in ignored
    last = text[text.rindex("\nFROM ") :]
    assert "\nUSER interlude\n" in last and "--require-hashes -r requirements.lock" in text


@pytest.mark.parametrize("name", ["compose.yaml", "compose-practices.yaml"])
def test_a_container_gets_no_rights_and_a_root_that_is_only_read(name: str) -> None:
    for line in ("read_only: true", "cap_drop: [ALL]", "core: 0", "stop_grace_period: 35s"):
        assert line in TEXTS[name]
    assert "dockerfile: deploy/Containerfile" in TEXTS[name]


def test_two_practices_in_containers_share_no_place() -> None:
    text = TEXTS["compose-practices.yaml"]
    services = text[text.index("\nservices:") : text.index("\nnetworks:")]
    mounts = re.findall(r"- (\S+):/(?:etc|var/lib)/interlude$", services, re.MULTILINE)
    networks = re.findall(r"networks: \[(\w+)\]", services)
    assert len(mounts) == len(set(mounts)) == 4 and len(networks) == len(set(networks)) == 2
