"""A process whose system calls are seen from outside: it dies before a chosen one, or all that it
writes is kept for a replay.

Used by the kill sweep and the power cuts. It is Linux's own way (ptrace behind a seccomp filter, as
``strace --seccomp-bpf`` goes), needs neither root nor a program that must be installed, and leaves
the code of the bot as it is. ``reason_against`` says where it cannot be had.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import platform
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

NUMBERS = {
    "x86_64": {
        "write": 1,
        "close": 3,
        "pwrite64": 18,
        "sendto": 44,
        "fsync": 74,
        "fdatasync": 75,
        "ftruncate": 77,
        "rename": 82,
        "unlink": 87,
        "openat": 257,
    },
    "aarch64": {
        "unlink": 35,
        "rename": 38,
        "ftruncate": 46,
        "openat": 56,
        "close": 57,
        "write": 64,
        "pwrite64": 68,
        "fsync": 82,
        "fdatasync": 83,
        "sendto": 206,
    },
}
"""On aarch64 these are what the C library makes of them: ``unlinkat`` and ``renameat``."""
DEADLY = ("pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "sendto")
"""The calls that something outside of the process may notice; before each it may die."""
DEADLY_TO_FILES = (*DEADLY, "write", "rename")
"""The same for a command that writes files of its own beside the database."""
WATCHED = (*DEADLY, "openat", "close")
CONT, SYSCALL, SETOPTIONS, SYSCALL_INFO = 7, 24, 0x4200, 0x420E
GOOD, FORK, VFORK, CLONE, SECCOMP, EXITKILL = 1, 2, 4, 8, 0x80, 0x100000
AT_SECCOMP = 7
"""The event of a call that the filter hands over, before it is made."""
AFTER = signal.SIGTRAP | 0x80
"""The signal of a call that has been made."""
ANY_THREAD = 0x40000000
NO_NEW_PRIVILEGES, SET_SECCOMP, BY_FILTER = 38, 22, 2
MOST_INFO = 96
FEWEST_BYTES = {"sendto": 1, "write": 8}
"""Up to so many are no message and no content of a file."""

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


@dataclass(frozen=True, slots=True)
class Seen:
    """One call that has been made: its name, file or address, place in it and bytes."""

    name: str
    what: int
    """The file descriptor."""
    content: bytes
    """The bytes that were written or sent; the path that was opened or removed."""
    at: int
    """The place in the file, or the new length."""
    result: int


def reason_against(*, reading: bool = False) -> str | None:
    """None where processes can be traced here, else why not; ``reading``: what they write, too."""
    if reading and os.geteuid() != 0:
        return "the bot lets nobody but root read its memory"
    if sys.platform != "linux" or platform.machine() not in NUMBERS:
        return "system calls are traced on Linux with x86_64 or aarch64 only"
    asked = "import ctypes, sys; sys.exit(ctypes.CDLL(None).ptrace(0, 0, None, None) != 0)"
    refused = subprocess.run([sys.executable, "-c", asked]).returncode
    return "this machine does not let a process trace its child" if refused else None


def die_before(
    number: int, live: Callable[[], None], count: Path, deadly: tuple[str, ...] = DEADLY
) -> int:
    """Run ``live`` in a child that is killed before its ``number``-th deadly call; its exit code.

    ``count`` gets how many there were. 0: never.
    """
    made = 0
    for pid, name, arguments, result in _calls(live, deadly):
        if name == "exit":
            count.write_text(str(made))
            return result
        if result is not None or not _can_be_noticed(pid, name, arguments):
            continue
        made += 1
        if made == number:
            _end(pid)
    raise AssertionError("a process ends with its exit")


def record(live: Callable[[], None], path: Path) -> int:
    """Run ``live`` in a child and write each of its calls to ``path``; its exit code."""
    begun: dict[int, tuple[str, int, bytes, int]] = {}
    with path.open("wb") as out:
        for pid, name, arguments, result in _calls(live, WATCHED):
            if name == "exit":
                return result
            if result is None:
                begun[pid] = _details(pid, name, arguments)
            elif pid in begun:
                _keep(out, Seen(*begun.pop(pid), result))
    raise AssertionError("a process ends with its exit")


def recorded(path: Path) -> Iterator[Seen]:
    """The calls in ``path``, oldest first."""
    with path.open("rb") as source, suppress(EOFError):
        while True:
            yield pickle.load(source)


def _keep(out: BinaryIO, seen: Seen) -> None:
    pickle.dump(seen, out)


def _calls(
    live: Callable[[], None], names: tuple[str, ...]
) -> Iterator[tuple[int, str, tuple[int, ...], int | None]]:
    """Each call: thread, name, arguments, and the result, None before it is made; at last "exit"
    with the exit code as result.
    """
    numbers = {NUMBERS[platform.machine()][name]: name for name in names}
    child = os.fork()
    if not child:
        _be_traced(tuple(numbers))
        live()
        os._exit(0)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    os.waitpid(child, 0)
    options = GOOD | FORK | VFORK | CLONE | SECCOMP | EXITKILL
    _demand(_libc.ptrace(SETOPTIONS, child, None, ctypes.c_void_p(options)))
    _go_on(child, CONT)
    known, underway = {child}, dict[int, tuple[str, tuple[int, ...]]]()
    while True:
        pid, status = os.waitpid(-1, ANY_THREAD)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            if pid == child:
                yield pid, "exit", (), os.waitstatus_to_exitcode(status)
                return
            continue
        number, event = os.WSTOPSIG(status), status >> 16
        if event == AT_SECCOMP:
            name, arguments = _call_at(pid, numbers)
            underway[pid] = name, arguments
            yield pid, name, arguments, None
            _go_on(pid, SYSCALL)
        elif number == AFTER:
            name, arguments = underway.pop(pid)
            yield pid, name, arguments, _result_at(pid)
            _go_on(pid, CONT)
        else:
            is_first = pid not in known and number == signal.SIGSTOP
            known.add(pid)
            _go_on(pid, CONT, 0 if event or is_first else number)


def _be_traced(numbers: tuple[int, ...]) -> None:
    """Let the parent see these calls of ours, from now on and in every thread."""
    _demand(_libc.ptrace(0, 0, None, None))
    program = struct.pack("HBBI", 0x20, 0, 0, 0)  # load the number of the call
    for place, number in enumerate(numbers):
        program += struct.pack("HBBI", 0x15, len(numbers) - place, 0, number)  # equal: to the end
    program += struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)  # allow
    program += struct.pack("HBBI", 0x06, 0, 0, 0x7FF00000)  # hand over to the tracer
    held = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(held))
    os.kill(os.getpid(), signal.SIGSTOP)
    _demand(_libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _demand(_libc.prctl(SET_SECCOMP, BY_FILTER, ctypes.c_char_p(header), 0, 0))


def _call_at(pid: int, numbers: dict[int, str]) -> tuple[str, tuple[int, ...]]:
    """Name and arguments of the call that a thread is about to make."""
    number, *arguments = struct.unpack_from("7Q", _info(pid), 24)
    return numbers[number], tuple(arguments)


def _result_at(pid: int) -> int:
    (result,) = struct.unpack_from("q", _info(pid), 24)
    return int(result)


def _info(pid: int) -> bytes:
    held = ctypes.create_string_buffer(MOST_INFO)
    _demand(_libc.ptrace(SYSCALL_INFO, pid, ctypes.c_void_p(MOST_INFO), held))
    return held.raw


def _go_on(pid: int, how: int, number: int = 0) -> None:
    """Let a thread go on; one that was killed meanwhile is gone already."""
    _libc.ptrace(how, pid, None, ctypes.c_void_p(number))


def _end(pid: int) -> None:
    """Kill the process of a thread that stands still."""
    (group,) = [
        line.split()[1]
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("Tgid:")
    ]
    os.kill(int(group), signal.SIGKILL)


def _details(pid: int, name: str, arguments: tuple[int, ...]) -> tuple[str, int, bytes, int]:
    first, second, third, fourth = (ctypes.c_int64(each).value for each in arguments[:4])
    match name:
        case "pwrite64":
            return name, first, _memory(pid, second, third), fourth
        case "sendto":
            return name, first, _memory(pid, second, third), 0
        case "ftruncate":
            return name, first, b"", second
        case "openat":
            return name, -1, _text(pid, second), 0
        case "unlink":
            is_at = NUMBERS[platform.machine()]["unlink"] == NUMBERS["aarch64"]["unlink"]
            return name, -1, _text(pid, second if is_at else first), 0
    return name, first, b"", 0


def _memory(pid: int, address: int, length: int) -> bytes:
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        memory.seek(address)
        return memory.read(length)


def _text(pid: int, address: int) -> bytes:
    """The text that ends with a zero byte; a page that is not ours ends it, too."""
    return _memory(pid, address, 4096 - address % 4096).partition(b"\0")[0]


def _can_be_noticed(pid: int, name: str, arguments: tuple[int, ...]) -> bool:
    """False for the few bytes by which a thread of the bot wakes another."""
    return name not in FEWEST_BYTES or arguments[2] > FEWEST_BYTES[name]


def _demand(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
