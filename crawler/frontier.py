"""The frontier: every URL known, in SQLite; the crawl's queue, its memory and its schedule."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.clock import iso

MAX_HOPS = 10  # redirects followed from one address
ATTEMPTS = 3  # before an address is given up for this run
RETRY = (10, 60)  # seconds to wait before the second and the third attempt
WINDOW = 1000  # sites held in memory at a time: what keeps memory flat however many sites wait


@dataclass(frozen=True, slots=True)
class Target:
    """A URL to be put into the frontier."""

    url: str
    urlkey: str
    site: str
    depth: int
    priority: int
    referrer: str | None = None
    hops: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """A row of the frontier that was handed out to be fetched."""

    url: str
    urlkey: str
    site: str
    depth: int
    hops: int
    attempts: int


def add(db: sqlite3.Connection, targets: Iterable[Target], now: datetime) -> None:
    """Put `targets` into the frontier. Of a URL that is known already, depth and hops keep the least and priority
    the greatest value, so that the order of discovery does not matter."""
    due_at = iso(now)
    db.executemany(
        """
        INSERT INTO frontier (urlkey, url, site, depth, referrer, priority, hops, state, due_at, reason)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, iif(?7 > ?9, 'refused', 'due'), ?8, iif(?7 > ?9, 'too_many_hops', NULL))
        ON CONFLICT (urlkey) DO UPDATE SET
            depth = min(depth, excluded.depth),
            priority = max(priority, excluded.priority),
            state = iif(reason = 'too_many_hops' AND excluded.hops <= ?9, 'due', state),
            reason = iif(reason = 'too_many_hops' AND excluded.hops <= ?9, NULL, reason),
            hops = min(hops, excluded.hops)
        WHERE excluded.depth < depth OR excluded.priority > priority OR excluded.hops < hops
        """,
        [(t.urlkey, t.url, t.site, t.depth, t.referrer, t.priority, t.hops, due_at, MAX_HOPS) for t in targets],
    )


def redirected_to_itself(db: sqlite3.Connection, row: Due, url: str, now: datetime) -> None:
    """The address leads to another spelling of itself (https, www., a slash): ask for that one next."""
    hops = row.hops + 1
    state, reason = ("due", None) if hops <= MAX_HOPS else ("refused", "too_many_hops")
    db.execute(
        "UPDATE frontier SET url = ?, hops = ?, state = ?, reason = ?, due_at = ?, attempts = 0, "
        "last_outcome = 'redirect' WHERE urlkey = ?",
        [url, hops, state, reason, iso(now), row.urlkey],
    )


def done(db: sqlite3.Connection, row: Due, outcome: str, digest: str | None) -> None:
    """The address was fetched."""
    db.execute(
        "UPDATE frontier SET state = 'done', reason = NULL, attempts = 0, last_outcome = ?, last_digest = ? "
        "WHERE urlkey = ?",
        [outcome, digest, row.urlkey],
    )


def again(db: sqlite3.Connection, row: Due, outcome: str, digest: str | None, now: datetime) -> None:
    """The address was fetched, and is due again at once: an archive holds a later capture of it."""
    db.execute(
        "UPDATE frontier SET due_at = ?, attempts = 0, last_outcome = ?, last_digest = ? WHERE urlkey = ?",
        [iso(now), outcome, digest, row.urlkey],
    )


def refused(db: sqlite3.Connection, row: Due, outcome: str, reason: str) -> None:
    """The address is not to be fetched, by a rule that has a name."""
    db.execute(
        "UPDATE frontier SET state = 'refused', reason = ?, last_outcome = ? WHERE urlkey = ?",
        [reason, outcome, row.urlkey],
    )


def failed(db: sqlite3.Connection, row: Due, outcome: str, reason: str, now: datetime, *, retry: bool) -> None:
    """The address could not be fetched. With `retry` it is tried again, after growing waits, up to `ATTEMPTS`
    times in this run."""
    attempts = row.attempts + 1
    state, due_at = "failed", now
    if retry and attempts < ATTEMPTS:
        state, due_at = "due", now + timedelta(seconds=RETRY[attempts - 1])
    db.execute(
        "UPDATE frontier SET state = ?, reason = ?, attempts = ?, due_at = ?, last_outcome = ? WHERE urlkey = ?",
        [state, reason, attempts, iso(due_at), outcome, row.urlkey],
    )


def ask_for(db: sqlite3.Connection, row: Due, url: str) -> None:
    """Ask for this spelling of the address next time."""
    db.execute("UPDATE frontier SET url = ? WHERE urlkey = ?", [url, row.urlkey])


def wait(db: sqlite3.Connection, site: str, until: datetime, reason: str) -> None:
    """Ask nothing of `site` until then, in this run or a later one."""
    db.execute(
        "INSERT INTO wait VALUES (?1, ?2, ?3) ON CONFLICT (site) DO UPDATE SET until = ?2, reason = ?3 "
        "WHERE excluded.until > until",
        [site, iso(until), reason],
    )


def revive(db: sqlite3.Connection, outcomes: Iterable[str], now: datetime) -> None:
    """What failed with one of these outcomes in an earlier run is due again, and its sites need not wait."""
    for outcome in outcomes:
        db.execute(
            "UPDATE frontier SET state = 'due', attempts = 0, due_at = ? WHERE state = 'failed' AND last_outcome = ?",
            [iso(now), outcome],
        )
        db.execute("DELETE FROM wait WHERE reason = ?", [outcome])


def due_again(db: sqlite3.Connection, urlkey: str, now: datetime) -> None:
    """An address that was fetched, or failed, is due again; one that is refused or unknown stays so."""
    db.execute(
        "UPDATE frontier SET state = 'due', reason = NULL, attempts = 0, due_at = ? "
        "WHERE urlkey = ? AND state IN ('done', 'failed')",
        [iso(now), urlkey],
    )


class Queue:
    """Hands out the rows that are due, site after site, at most `per_site` of one site at a time.

    Which row is being fetched is remembered here and nowhere else: a row stays `due` until what came of it is
    committed, so that a crawl killed at any moment goes on where it was. At most `WINDOW` sites are in memory.
    """

    def __init__(self, db: sqlite3.Connection, per_site: int) -> None:
        self.db = db
        self.per_site = per_site
        self.underway: dict[str, set[str]] = {}  # site -> urlkeys
        self._turn: deque[str] = deque()  # sites to be asked in this turn
        self._last = ""  # the last site put into a turn, by name

    def next(self, now: datetime) -> Due | None:
        """The next row to fetch, or None where nothing can be fetched at `now`."""
        for _ in range(2):  # what is left of this turn, then one whole turn
            while self._turn:
                if row := self._of_site(self._turn.popleft(), now):
                    self.underway.setdefault(row.site, set()).add(row.urlkey)
                    return row
            self._turn.extend(self._sites(now))
        return None

    def release(self, row: Due) -> None:
        """What came of `row` was written down."""
        keys = self.underway[row.site]
        keys.discard(row.urlkey)
        if not keys:
            del self.underway[row.site]

    def pending(self, horizon: datetime) -> bool:
        """Is anything under way, or due before `horizon` on a site that need not wait longer?"""
        if self.underway:
            return True
        found = self.db.execute(
            "SELECT 1 FROM frontier WHERE state = 'due' AND due_at <= ?1 "
            "AND site NOT IN (SELECT site FROM wait WHERE until > ?1) LIMIT 1",
            [iso(horizon)],
        )
        return found.fetchone() is not None

    def _of_site(self, site: str, now: datetime) -> Due | None:
        underway: Collection[str] = self.underway.get(site, ())
        if len(underway) >= self.per_site:
            return None
        found = self.db.execute(
            "SELECT url, urlkey, site, depth, hops, attempts FROM frontier INDEXED BY frontier_next "
            "WHERE state = 'due' AND site = ? AND due_at <= ? "
            f"AND urlkey NOT IN ({', '.join('?' * len(underway))}) ORDER BY priority DESC, seq LIMIT 1",
            [site, iso(now), *underway],
        ).fetchone()
        return Due(*found) if found else None

    def _sites(self, now: datetime) -> Iterator[str]:
        """The next sites, by name, that have rows due and need not wait; after the last one, from the first."""
        found = self._sites_after(self._last, now)
        if len(found) < WINDOW and self._last:
            found += [site for site in self._sites_after("", now) if site <= self._last][: WINDOW - len(found)]
        self._last = found[-1] if found else ""
        return iter(found)

    def _sites_after(self, last: str, now: datetime) -> list[str]:
        # One step of the index for each site, however many rows it has (SQLite makes no such skip-scan itself).
        rows = self.db.execute(
            """
            WITH RECURSIVE waiting (site) AS (
                SELECT (SELECT min(site) FROM frontier INDEXED BY frontier_next WHERE state = 'due' AND site > ?1)
                UNION ALL
                SELECT (SELECT min(site) FROM frontier INDEXED BY frontier_next
                        WHERE state = 'due' AND site > waiting.site)
                FROM waiting WHERE waiting.site IS NOT NULL
            )
            SELECT site FROM waiting WHERE site IS NOT NULL AND site NOT IN (SELECT site FROM wait WHERE until > ?2)
            LIMIT ?3
            """,
            [last, iso(now), WINDOW],
        )
        return [site for (site,) in rows]
