"""Facts made anew: today's detectors, applied to everything ever captured."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

from crawler import warc
from crawler.pool import Pool
from crawler.records import Facts
from crawler.store import write_facts

AHEAD = 32  # pages in the workers' queue: enough to keep them busy, few enough to keep memory flat
GROUP = 200  # captures in a commit


def extract(
    db: sqlite3.Connection,
    archive: Path,
    archives: frozenset[str] = frozenset(),
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Replace the rows of `article`, `reference`, `indicator` and `claim_review` by what the extraction says today.

    `archive` is the folder of the case's WARC files, `archives` are hosts of web archives that the case names.
    `progress` is told how many captures are done, of how many. Returns a line for each capture whose record cannot
    be read; its rows stay as they are. May be killed and run again.
    """
    captures = db.execute(
        "SELECT id, site FROM capture WHERE extraction IS NOT NULL ORDER BY warc_filename, warc_offset"
    ).fetchall()
    unreadable: list[str] = []
    pool = Pool(archives=archives)
    try:
        db.execute("BEGIN IMMEDIATE")
        for n, (capture, site, facts) in enumerate(_facts(db, archive, captures, pool, unreadable), start=1):
            _replace(db, capture, site, facts)
            if n % GROUP == 0:
                db.execute("COMMIT")
                db.execute("BEGIN IMMEDIATE")
            if progress:
                progress(n, len(captures))
        db.execute("COMMIT")
    finally:
        pool.close()
    return unreadable


def _facts(
    db: sqlite3.Connection, archive: Path, captures: list[tuple[int, str]], pool: Pool, unreadable: list[str]
) -> Iterator[tuple[int, str, Facts]]:
    """The facts of each capture, in order, while the workers are some pages ahead."""
    ahead: deque[tuple[int, str, Future[Facts]]] = deque()
    for capture, site in captures:
        try:
            page = warc.exchange(db, archive, capture).page()
        except (warc.DamagedError, OSError) as error:
            unreadable.append(f"capture {capture}: {error}; its facts stay as they were")
            continue
        ahead.append((capture, site, pool.submit(page)))
        if len(ahead) >= AHEAD:
            done = ahead.popleft()
            yield done[0], done[1], done[2].result()
    for capture, site, future in ahead:
        yield capture, site, future.result()


def _replace(db: sqlite3.Connection, capture: int, site: str, facts: Facts) -> None:
    for table in ("article", "reference", "indicator", "claim_review"):
        db.execute(f"DELETE FROM {table} WHERE capture = ?", [capture])
    write_facts(db, capture, site, facts)
    db.execute(
        "UPDATE capture SET extraction = ?, detail = ? WHERE id = ?", [facts.extraction, facts.detail, capture]
    )
