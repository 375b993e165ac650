"""Sets Interlude up on a bare machine and runs its tasks: ``python3 .ci/make.py demo`` or ``test``.

Used by people (README), by the Makefile, which only shortens the command, and by ``.ci/run``. It
needs Python and its standard library, nothing else: every tool it uses comes from the lock file
into ``.venv``. It must never install anything outside this folder, but for the browser in which the
pages are tested, where ``test`` runs as root on a machine with ``apt-get``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
PYTHON = str(getattr(sys, "_base_executable", sys.executable))  # not that of an active .venv
ROOT = Path(__file__).resolve().parent.parent
BIN = "Scripts" if os.name == "nt" else "bin"
VENV = ROOT / ".venv"
UV_HOME = ROOT / ".uv"
LOCK = ROOT / "requirements-dev.lock"
STAMP = VENV / "interlude.stamp"
LOCKS = {
    "requirements-dev.lock": ("--extra", "dev", "--extra", "postgres", "--extra", "screen"),
    "requirements.lock": ("--extra", "postgres", "--extra", "screen"),
}
HEADER = (
    "# Exact versions with the hashes of their files, for Python 3.11 and newer.\n"
    "# Written from pyproject.toml by: python3 .ci/make.py lock\n"
)
STAGES = {
    "lint": (("ruff", "check", "."), ("ruff", "format", "--check", ".")),
    "types": (("mypy", "--strict"), ("mypy", "--strict", ".ci/make.py", ".ci/site.py")),
    "imports": (("lint-imports", "--no-cache"),),
    # one more than the processors of a small machine: many tests wait for a disk or a process, and
    # with two more the same tests took 15 % more of the processors
    "tests": (("pytest", "-n", "3", "--dist", "worksteal"),),
}
TASKS = {
    "setup": "make .venv from the lock file",
    "demo": "set up and run the demo (more arguments go to `interlude demo`)",
    "test": "set up and run lint, types, imports and tests",
    "lint": "set up and check style and format",
    "types": "set up and check the types",
    "imports": "set up and check the import contracts",
    "check": "test, then the demo",
    "docs": "make the documentation site, with new pictures of the demo, in site/",
    "lock": "write the lock files anew from pyproject.toml",
    "mutants": "plant small faults and name those that no test notices (takes long; --help)",
}
DOCS = (
    ("python", "-m", "pytest", "-p", "no:xdist", "tests/bot/page/test_page_with_the_demo.py"),
    ("python", ".ci/site.py"),
    ("zensical", "build", "--clean", "--strict", "--config-file", "site/zensical.toml"),
)
"""The pictures, the pages, the site."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Tests look for the same ones (``tests/support/browser.py``)."""
BROWSER = ("chromium", "fonts-noto-color-emoji")
"""Debian's packages of one, and of the pictures that people type."""
TAKES_MORE = ("demo", "mutants")
"""Tasks that hand further arguments on."""


def say(text: str) -> None:
    """Show one line at once, before the output of the commands that follow it."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def call(*command: str | Path, **settings: str) -> int:
    """Run a command in the project's folder and return its exit code."""
    # uv brings certificates of its own; the machine's are right behind a company's proxy, too
    variables = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1", **os.environ, **settings}
    try:
        return subprocess.call([str(part) for part in command], cwd=ROOT, env=variables)
    except FileNotFoundError:
        say(f"{command[0]} is missing; delete the folder .venv and try again")
        return 127


def newer_python() -> str | None:
    """A Python on this machine that is new enough, if this one is not."""
    for minor in range(OLDEST[1], OLDEST[1] + 6):
        found = shutil.which(f"python3.{minor}")
        if found and subprocess.call([found, "-c", "import venv"]) == 0:
            return found
    return None


def new_environment(folder: Path) -> list[str | Path] | None:
    """Make a virtual environment; return the pip command that installs into it, or None.

    Debian keeps ``ensurepip`` in a package of its own. Without it the machine's own pip can still
    install into the new environment.
    """
    python = folder / BIN / "python"
    shutil.rmtree(folder, ignore_errors=True)
    if importlib.util.find_spec("ensurepip") and not call(PYTHON, "-m", "venv", folder):
        return [python, "-m", "pip", "--disable-pip-version-check"]
    if importlib.util.find_spec("pip"):
        shutil.rmtree(folder, ignore_errors=True)
        if not call(PYTHON, "-m", "venv", "--without-pip", folder):
            pip = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
            return [*pip, "--python", python]
    say(
        "This Python can make no virtual environment. On Debian or Ubuntu: apt install python3-venv"
    )
    return None


def find_uv() -> Path | None:
    """The uv of ``.uv/``, installed there first if need be; None when it cannot be had."""
    uv = UV_HOME / BIN / ("uv.exe" if os.name == "nt" else "uv")
    if uv.exists() and subprocess.call([str(uv), "--version"], stdout=subprocess.DEVNULL) == 0:
        return uv
    say("Fetching uv, which installs the rest quickly ...")
    pip = new_environment(UV_HOME)
    if pip is None or call(*pip, "install", "--quiet", "uv"):
        return None
    return uv


def install_with_uv() -> bool:
    """Fill ``.venv`` by uv; False when that did not work."""
    uv = find_uv()
    if uv is None:
        return False
    install = (uv, "pip", "install", "--quiet", "--python", VENV / BIN / "python")
    return not (
        call(uv, "venv", "--quiet", "--clear", "--python", PYTHON, VENV)
        or call(*install, "--require-hashes", "-r", LOCK)
        or call(*install, "--no-deps", "--no-build-isolation", "-e", ".")
    )


def install_with_pip() -> bool:
    """Fill ``.venv`` by pip alone; False when that did not work."""
    pip = new_environment(VENV)
    return pip is not None and not (
        call(*pip, "install", "--quiet", "--require-hashes", "-r", LOCK)
        or call(*pip, "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ".")
    )


def wanted_stamp() -> str:
    """What ``.venv`` must have been made from to be used as it is: lock file, project, place."""
    parts = (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(VENV).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def set_up() -> bool:
    """Make ``.venv`` unless it was made from the present lock file; True if it is ready."""
    python = VENV / BIN / "python"
    if python.exists() and STAMP.exists() and STAMP.read_text("utf-8") == wanted_stamp():
        return True
    say(f"Setting up {VENV.name} with Python {sys.version.split()[0]} ...")
    if not install_with_uv():
        say("uv could not do it; trying pip alone, which takes longer ...")
        if not install_with_pip():
            say("The set-up did not work; the lines above say why.")
            return False
    STAMP.write_text(wanted_stamp(), "utf-8")
    return True


def has_browser() -> bool:
    """True if one of ``BROWSERS`` is on this machine."""
    return any(shutil.which(name) for name in BROWSERS)


def find_browser() -> None:
    """A browser is there, installed where that may be done; where there is none, that is said."""
    if has_browser():
        return
    apt = shutil.which("apt-get")
    if apt and os.name == "posix" and os.geteuid() == 0:
        say("Installing Chromium, in which the pages are tested ...")
        quietly = {"DEBIAN_FRONTEND": "noninteractive"}
        call(apt, "update", "-qq", **quietly)
        call(apt, "install", "-qq", "--yes", "--no-install-recommends", *BROWSER, **quietly)
    if not has_browser():
        say(
            "There is no Chromium here, so the tests of the pages in a browser are left out."
            " On Debian: apt install chromium"
        )


def run_stages(*names: str) -> int:
    """Run the named stages in turn, each announced; the exit code of the first that fails, or 0."""
    for name in names:
        if name == "tests":
            find_browser()
        for command in STAGES[name]:
            say(f"--- {name}: {' '.join(command)}")
            code = call(VENV / BIN / command[0], *command[1:], REQUIRE_POSTGRES="1")
            if code:
                say(f"--- {name} failed")
                return code
    return 0


def demo(*arguments: str) -> int:
    """Run the demo: eight weeks, written to ``demo/`` unless ``arguments`` say otherwise."""
    chosen = arguments or ("--headless", "--weeks", "8", "--seed", "7", "--out", "demo")
    return call(VENV / BIN / "interlude", "demo", *chosen)


def docs() -> int:
    """Make the documentation site: pictures, pages, site; the exit code of what failed, or 0."""
    find_browser()
    for command in DOCS:
        code = call(VENV / BIN / command[0], *command[1:])
        if code:
            say("--- docs failed")
            return code
    say("The documentation is in site/html/index.html")
    return 0


def lock() -> int:
    """Write both lock files anew, keeping the versions in them that still fit."""
    uv = find_uv()
    if uv is None:
        say("uv could not be installed; without it the lock files stay as they are.")
        return 1
    compiling = (uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11")
    plain = ("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header")
    for name, extras in LOCKS.items():
        if call(*compiling, *plain, *extras, "pyproject.toml", "-o", name):
            return 1
        file = ROOT / name
        file.write_text(HEADER + file.read_text("utf-8"), "utf-8")
    return 0


def perform(task: str, arguments: list[str]) -> int:
    """Carry out one task of ``TASKS`` and return its exit code."""
    if task == "lock":
        return lock()
    if not set_up():
        return 1
    if task == "setup":
        return 0
    if task == "demo":
        return demo(*arguments)
    if task == "docs":
        return docs()
    if task == "mutants":
        return call(VENV / BIN / "python", "-m", "tests.mutants", *arguments)
    if task in STAGES:
        return run_stages(task)
    code = run_stages(*STAGES)
    return demo() if task == "check" and code == 0 else code


def main(arguments: list[str]) -> int:
    """The command line; exit 0 done, 1 or the failing tool's code, 2 usage or a Python too old."""
    if sys.version_info < OLDEST:
        python = newer_python()
        if python is None:
            say("Interlude needs Python 3.11 or newer; this one is " + sys.version.split()[0] + ".")
            return 2
        return call(python, Path(__file__).resolve(), *arguments)
    if (
        not arguments
        or arguments[0] not in TASKS
        or (arguments[1:] and arguments[0] not in TAKES_MORE)
    ):
        say("usage: python3 .ci/make.py TASK\n")
        for task, meaning in TASKS.items():
            say(f"  {task:8} {meaning}")
        return 2
    return perform(arguments[0], arguments[1:])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
