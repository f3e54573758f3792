"""The lock of a case: one run at a time writes to it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

NAME = ".lock"

_held: set[int] = set()  # file descriptors of this process


class HeldError(Exception):
    """Another run holds the case; says which and since when."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the case whose results stand in `folder` (made where it is not there) until the block ends.

    The kernel frees the lock when this process dies, however it dies; child processes do not inherit it. The file
    says who holds it, for people, and stays behind. Raises HeldError where another run holds the case.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HeldError(f"{folder}: {_holder(file)} holds this case; wait for it, or stop it") from None
        started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()} {started}\n".encode(), 0)
        _held.add(file)
        yield
    finally:
        _held.discard(file)
        fcntl.flock(file, fcntl.LOCK_UN)  # now, although a child that is just starting may have the file open
        os.close(file)


def _holder(file: int) -> str:
    pid, _, since = os.pread(file, 100, 0).decode("ascii", "replace").strip().partition(" ")
    return f"another run (process {pid}, since {since})" if pid.isdigit() and since else "another run"


def _let_go() -> None:
    """A lock lives as long as any process has its file open, so a forked child closes it."""
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_let_go)
