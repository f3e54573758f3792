"""How much memory a crawl holds, after 1,000, 5,000 and 20,000 pages, and what a frontier of a million URLs costs.

    python -m benchmarks.memory [--pages 1000 5000] [--urls 1000000] [--full]

The crawl is an ordinary one, `mayfly crawl --pages N`, of 50 made-up sites without end: every page links to four
others of its site, so the frontier grows by three for each page done. Resident memory is read from /proc every
0.2 s, the main process and its workers apart; `half` is what was held after half of the time. The frontier is
measured in a process of its own, without network: rows put in, then handed out and written down as done.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks import measure, web

EVERY = 0.2  # seconds between two looks
TURNS = 5000  # rows handed out of the frontier


@dataclass(frozen=True, slots=True)
class Look:
    """Resident memory at a moment, in MB: of the main process, and of its workers together."""

    at: float
    main: float
    workers: float


def resident(pid: int) -> float:
    """MB that a process holds; 0 where it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    try:
        tasks = sorted(Path(f"/proc/{pid}/task").iterdir())
        found = [number for task in tasks for number in (task / "children").read_text(encoding="ascii").split()]
    except OSError:
        return []
    return [int(number) for number in found]


def looks(process: subprocess.Popen[bytes]) -> Iterator[Look]:
    """What is held, until the process ends."""
    while process.poll() is None:
        held = resident(process.pid)
        if held:
            yield Look(time.monotonic(), held, sum(resident(child) for child in children(process.pid)))
        time.sleep(EVERY)


def crawl(pages: int, server: web.Server, folder: Path) -> list[str]:
    """A row of the table: a crawl of `pages` pages."""
    (folder / "stories.csv").write_text("story,quotes,source\nS1,a made-up quotation,benchmark\n", encoding="utf-8")
    starts = "".join(f"{url.split('/')[2]},amplifier,{url},benchmark\n" for url in web.endless_starts())
    (folder / "sites.csv").write_text(f"site,role,start,source\n{starts}", encoding="utf-8")
    (folder / "case.toml").write_text(f'egress = "{server.url}"\ndelay = 0\n', encoding="utf-8")
    output = folder / "output"
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "mayfly.py", "crawl", str(folder), "--output", str(output), "--pages", str(pages)],
        cwd=measure.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    found = list(looks(process))
    seconds = found[-1].at - begun
    most = max(look.workers for look in found)
    working = [look for look in found if look.workers > most / 2]  # not while they start or are ended
    half = working[len(working) // 2]
    with sqlite3.connect(output / "case.db") as db:
        done, known = (db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("article", "frontier"))
    held = (max(look.main for look in found), half.main, working[-1].main)
    theirs = (most, half.workers, working[-1].workers)
    memory = (f"{value:.0f}" for value in (*held, *theirs))
    return [f"{pages:,}", f"{done:,}", f"{known:,}", *memory, f"{done / seconds:.0f}"]


def frontier(path: Path, urls: int) -> dict[str, float]:
    """Put `urls` addresses of 1,000 sites into a frontier, hand some out and write them down as done."""
    from crawler.database import connect
    from crawler.frontier import Queue, Target, add, done

    now = datetime.now(UTC)
    db = connect(path)
    before = resident(os.getpid())
    begun = time.perf_counter()
    for start in range(0, urls, 10_000):
        db.execute("BEGIN IMMEDIATE")
        keys = ((n, f"site{n % 1000}.example") for n in range(start, min(start + 10_000, urls)))
        add(db, (Target(f"https://{site}/news/{n}", f"{site}/news/{n}", site, 1, 0) for n, site in keys), now)
        db.execute("COMMIT")
    added = time.perf_counter() - begun
    queue = Queue(db, per_site=4)
    asked, written = [], []
    turns = min(TURNS, urls)
    for turn in range(turns):
        begun = time.perf_counter()
        row = queue.next(now)
        asked.append(time.perf_counter() - begun)
        assert row, turn
        if turn % 32 == 0:
            db.execute("BEGIN IMMEDIATE")
        begun = time.perf_counter()
        done(db, row, "ok", f"sha256:{turn}")
        queue.release(row)
        written.append(time.perf_counter() - begun)
        if turn % 32 == 31:
            db.execute("COMMIT")
    if db.in_transaction:
        db.execute("COMMIT")
    return {
        "add, µs": added / urls * 1e6,
        "next, µs": sum(asked) / turns * 1e6,
        "median next": median(asked) * 1e6,
        "slowest next": max(asked) * 1e6,
        "done, µs": sum(written) / turns * 1e6,
        "MB before": before,
        "MB after": resident(os.getpid()),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "file": path.stat().st_size / 2**20,
    }


def apart(urls: int, path: Path) -> dict[str, float]:
    """The frontier's figures, from a process of its own."""
    cost = measure.run([sys.executable, "-m", "benchmarks.memory", "--frontier", str(path), str(urls)])
    return json.loads(cost.said.splitlines()[-1])  # type: ignore[no-any-return]


def main() -> None:
    """Measure both, and print tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, nargs="+", default=[1000, 5000])
    parser.add_argument("--urls", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--full", action="store_true", help="a crawl of 20,000 pages too")
    parser.add_argument("--frontier", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.frontier:
        print(json.dumps(frontier(Path(options.frontier[0]), int(options.frontier[1]))))
        return
    print(f"{measure.machine()}; memory in MB\n")
    rows = []
    with web.served("endless") as server:
        for pages in [*options.pages, *([20_000] if options.full else [])]:
            with tempfile.TemporaryDirectory() as folder:
                rows.append(crawl(pages, server, Path(folder)))
    memory = ["main: peak", "half", "end", "workers: peak", "half", "end"]
    measure.table(["requests", "articles", "URLs known", *memory, "articles/s"], rows)
    print("\na frontier without network\n")
    found = []
    for urls in options.urls:
        with tempfile.TemporaryDirectory() as folder:
            found.append(apart(urls, Path(folder) / "case.db"))
    rows = [[f"{urls:,}", *(f"{v:.0f}" for v in f.values())] for urls, f in zip(options.urls, found, strict=True)]
    measure.table(["URLs", *found[0]], rows)


if __name__ == "__main__":
    main()
