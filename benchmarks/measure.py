"""What a program costs: wall time, and CPU time of all its processes."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 900  # seconds; a program that hangs is ended


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds. `cpu` is user and system time of the process and of all that it waited for. `said` is its output."""

    wall: float
    cpu: float
    said: str


def run(command: Sequence[str], environment: Mapping[str, str] | None = None, cwd: Path = ROOT) -> Cost:
    """Run a program to its end. Raises RuntimeError, with the end of what it said, where it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        list(command), cwd=cwd, env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout
    stop = threading.Timer(LONGEST, process.kill)
    stop.start()
    said = process.stdout.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    stop.cancel()
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}\n{said[-2000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, said)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their heads, as Markdown: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])], *rows]
    for first, *rest in lines:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
        print(f"| {' | '.join(cells)} |", flush=True)


def machine() -> str:
    """What a figure was measured on: cores, load, versions, date."""
    import platform
    from datetime import UTC, datetime
    from importlib.metadata import version

    names = ("scrapy", "trafilatura", "lxml", "warcio")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    cores = len(os.sched_getaffinity(0))
    load = f"load {os.getloadavg()[0]:.1f} before"
    return f"{cores} cores, {load}, Python {platform.python_version()}, {versions}, {datetime.now(UTC):%Y-%m-%d}"
