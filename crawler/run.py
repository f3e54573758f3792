"""One run of a crawl: the case, its database, its archive and its queue, held together while a spider works."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler import __version__, frontier, lock, scope, urls, warc
from crawler import case as cases
from crawler.clock import iso, now
from crawler.collection import Collection
from crawler.database import connect
from crawler.errors import Failure
from crawler.exchange import Exchange
from crawler.frontier import Due, Target
from crawler.outcome import outcome, transient
from crawler.records import Facts
from crawler.store import Capture, Store

if TYPE_CHECKING:
    from crawler.collection import Held

NETWORK = ("dns_error", "connect_error", "timeout", "tls_error", "robots_unreachable", "blocked")
STRIKES = 3  # failures of a site, one after the other, before it is left alone for this run
RESTS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(days=1))  # after each of them
HORIZON = timedelta(minutes=2)  # a run waits so long for a site that asked to wait, and no longer
KEPT = "kept because a revisit record refers to it"
MAX_WAIT = timedelta(days=1)  # of a Retry-After


class Run:
    """All that the components of a crawl share. `close()` must be called, and may be called twice."""

    def __init__(
        self,
        case: cases.Case,
        *,
        spider: str,
        archives: tuple[Path, ...] = (),
        pages: int | None = None,
        settings: Mapping[str, Any],
    ) -> None:
        self.case = case
        self.pages = pages
        self.handed_out = 0
        self.stopped: str | None = None  # why the run is to end early
        self.broken: Exception | None = None  # what made it impossible to go on
        self.reason = ""  # why the run ended
        self.warnings: list[str] = []
        self.strikes: dict[str, int] = {}
        self.counts: Counter[str] = Counter()  # attempts of this run, by outcome
        self.sites_seen: set[str] = set()
        self.archived = bool(archives)
        self.source = "archive" if archives else "live"
        case.output.mkdir(parents=True, exist_ok=True)
        self._lock = lock.held(case.output)
        self._lock.__enter__()
        try:
            self.db = connect(case.output / "case.db")
            cases.load(self.db, case)
            self.scope = scope_of(self.db, case)
            self.robots_ignored = frozenset(
                site for (site,) in self.db.execute("SELECT site FROM site WHERE robots = 'ignore'")
            )
            self.collection = Collection(archives, case.output) if archives else None
            self.warnings += self.collection.damages if self.collection else []
            self.store = Store(self.db, self._writer(settings), self._begin(spider, archives, settings))
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        self.queue = frontier.Queue(self.db, per_site=32 if archives else 4)

    # ── begin and end ────────────────────────────────────────────────────────────────────────────────────────

    def _writer(self, settings: Mapping[str, Any]) -> warc.Writer:
        """The case's archive, without what a crawl that was killed had written and not committed."""
        folder = self.case.output / "archive"
        folder.mkdir(mode=0o700, exist_ok=True)
        ends = dict(
            self.db.execute(
                "SELECT warc_filename, max(warc_offset + warc_length) FROM capture "
                "WHERE warc_filename IS NOT NULL GROUP BY warc_filename"
            )
        )
        known = self.db.execute("SELECT 1 FROM crawl LIMIT 1").fetchone()
        robots = "obey" if self.source == "live" else "not asked: read from archives"
        writer = warc.Writer(folder, {"software": f"mayfly/{__version__}", "robots": robots, **settings})
        self.warnings += writer.cut(ends if known else None)
        return writer

    def _begin(self, spider: str, archives: Iterable[Path], settings: Mapping[str, Any]) -> int:
        """Enter this run in table `crawl`. A run after one that came to its end tries again what the network
        refused it; a run after one that was killed goes on with what is due."""
        last = self.db.execute("SELECT settings, reason FROM crawl ORDER BY id DESC LIMIT 1").fetchone()
        told = {**settings, "archives": [f"{path.name}, {path.stat().st_size} bytes" for path in archives]}
        self.db.execute("BEGIN IMMEDIATE")
        if last and last[1] == "finished":
            frontier.revive(self.db, NETWORK, now())
        if last and json.loads(last[0])["archives"] != told["archives"]:
            self._look_again()
        cursor = self.db.execute(
            "INSERT INTO crawl (spider, source, settings, version, started_at) VALUES (?, ?, ?, ?, ?)",
            [spider, self.source, json.dumps(told, sort_keys=True), __version__, iso(now())],
        )
        self.db.execute("COMMIT")
        assert cursor.lastrowid
        return cursor.lastrowid

    def _look_again(self) -> None:
        """The source has changed: what it holds and the case does not is due, also of addresses that were done."""
        if self.collection is None:
            frontier.revive(self.db, ("not_archived",), now())
            return
        for urlkey in self.collection.urlkeys():
            if next(self._wanted(urlkey), None):
                frontier.due_again(self.db, urlkey, now())

    def close(self, reason: str) -> None:
        """Commit what is there, enter the reason in table `crawl`, and give the case free."""
        if self.reason:
            return
        self.reason = reason
        try:
            self.store.begin()
            self.db.execute(
                "UPDATE crawl SET finished_at = ?, reason = ? WHERE id = ?", [iso(now()), reason, self.store.crawl]
            )
            self.store.commit()
            self.store.writer.close()
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except (OSError, sqlite3.Error, warc.NoSpaceError) as error:  # the next run goes on from the last commit
            self.broken = self.broken or error
        finally:
            self.db.close()
            if self.collection:
                self.collection.close()
            self._lock.__exit__(None, None, None)

    # ── what to fetch ────────────────────────────────────────────────────────────────────────────────────────

    def add(self, targets: Iterable[Target]) -> None:
        """Put URLs into the frontier."""
        self.store.begin()
        frontier.add(self.db, targets, now())

    def next(self) -> Due | None:
        """The next row to fetch, or None where there is none for now, or the run's limit is reached."""
        if self.stopped or (self.pages is not None and self.handed_out >= self.pages):
            return None
        row = self.queue.next(now())
        if row:
            self.handed_out += 1
        return row

    def pending(self) -> bool:
        """Is there anything left to do in this run?"""
        if self.queue.underway:
            return True
        if self.stopped:
            return False
        left = self.queue.pending(now() + HORIZON)
        if left and self.pages is not None and self.handed_out >= self.pages:
            self.stopped = "page_limit"
            return False
        return left

    def due(self) -> int:
        """How many URLs are known and not fetched."""
        count: int = self.db.execute("SELECT count(*) FROM frontier WHERE state = 'due'").fetchone()[0]
        return count

    # ── what came of it ──────────────────────────────────────────────────────────────────────────────────────

    def answered(
        self, row: Due, exchange: Exchange, facts: Facts | None, *, more: bool, targets: Iterable[Target]
    ) -> None:
        """A response: capture, facts and frontier in one transaction."""
        result = outcome(exchange)
        if facts and facts.extraction == "bad_encoding":
            result = "bad_encoding"
        moment = now()
        target = urls.absolute(exchange.url, exchange.header("location") or "") if result == "redirect" else None
        capture = self._capture(row, result, exchange.fetched_at, url=exchange.url, target=target)
        with self.store.attempt():
            digest = self.store.write(capture, exchange, facts)
            frontier.add(self.db, targets, moment)
            if more:
                frontier.again(self.db, row, result, digest, moment)
            elif target and capture.redirect_urlkey == row.urlkey and target != exchange.url and not self.archived:
                frontier.redirected_to_itself(self.db, row, target, moment)
            elif result in ("http_error", "blocked", "challenged"):
                retry = not self.archived and transient(result, exchange.status)
                frontier.failed(self.db, row, result, f"{result} {exchange.status}", moment, retry=retry)
                if retry:
                    self._rest(row.site, exchange, moment)
            else:
                frontier.done(self.db, row, result, digest)
        if result not in NETWORK:
            self.strikes.pop(row.site, None)
        self.queue.release(row)

    def failed(self, row: Due, failure: Failure) -> None:
        """No response: a capture all the same, and a later attempt where that could come out differently."""
        moment = now()
        with self.store.attempt():
            self.store.write(self._capture(row, failure.outcome, iso(moment), detail=failure.detail))
            if failure.refused:
                frontier.refused(self.db, row, failure.outcome, failure.detail)
            else:
                retry = not self.archived and transient(failure.outcome, None)
                frontier.failed(self.db, row, failure.outcome, failure.outcome, moment, retry=retry)
                if retry:
                    self._strike(row.site, failure.outcome, moment)
                if retry and failure.outcome in ("connect_error", "tls_error") and "/" not in row.urlkey:
                    frontier.ask_for(self.db, row, other_scheme(row.url))  # a home page that nobody gave a scheme for
        self.queue.release(row)

    def _capture(
        self, row: Due, result: str, fetched_at: str, *, url: str | None = None, target: str | None = None,
        detail: str | None = None,
    ) -> Capture:  # fmt: skip
        self.counts[result] += 1
        self.sites_seen.add(row.site)
        return Capture(
            url=url or row.url,
            urlkey=row.urlkey,
            site=row.site,
            outcome=result,
            fetched_at=fetched_at,
            source=self.source,
            depth=row.depth,
            redirect_url=target,
            redirect_urlkey=urls.urlkey(target) if target else None,
            detail=detail,
        )

    def _strike(self, site: str, reason: str, moment: datetime) -> None:
        strikes = self.strikes[site] = self.strikes.get(site, 0) + 1
        frontier.wait(self.db, site, moment + RESTS[min(strikes, STRIKES) - 1], reason)

    def _rest(self, site: str, exchange: Exchange, moment: datetime) -> None:
        """Leave a site alone for as long as it asks, or for a while where it only says that it is too much."""
        asked = retry_after(exchange.header("retry-after"), moment)
        if asked:
            frontier.wait(self.db, site, moment + min(asked, MAX_WAIT), "retry_after")
        elif exchange.status in (429, 503):
            self._strike(site, "blocked", moment)

    # ── robots.txt ───────────────────────────────────────────────────────────────────────────────────────────

    def recent(self, url: str, since: str) -> Exchange | None:
        """The last capture of `url` with a response, if it is no older than `since`."""
        if self.archived:
            return None
        found = self.db.execute(
            "SELECT id FROM capture WHERE urlkey = ? AND url = ? AND warc_filename IS NOT NULL AND fetched_at >= ? "
            "AND source = 'live' ORDER BY fetched_at DESC, id DESC LIMIT 1",
            [urls.urlkey(url), url, since],
        ).fetchone()
        return warc.exchange(self.db, self.case.output / "archive", found[0]) if found else None

    def robots(self, exchange: Exchange) -> None:
        """A robots.txt was received."""
        found = urls.identify(exchange.url)
        assert found, exchange.url
        result = outcome(exchange)
        target = urls.absolute(exchange.url, exchange.header("location") or "") if result == "redirect" else None
        capture = Capture(
            exchange.url, *found, result, exchange.fetched_at, self.source, redirect_url=target,
            redirect_urlkey=urls.urlkey(target) if target else None,
        )  # fmt: skip
        with self.store.attempt():
            self.store.write(capture, exchange)

    def no_robots(self, url: str, failure: Failure) -> None:
        """No robots.txt could be received."""
        found = urls.identify(url)
        assert found, url
        if not self.archived:
            with self.store.attempt():
                self.store.write(
                    Capture(url, *found, failure.outcome, iso(now()), self.source, detail=failure.detail)
                )

    def sitemaps(self, robots_txt: str, named: Iterable[str]) -> None:
        """The sitemaps that a robots.txt names, or the usual address where it names none."""
        found = []
        for url in tuple(named) or (urls.absolute(robots_txt, "/sitemap.xml"),):
            address = urls.absolute(robots_txt, url or "")
            known = urls.identify(address) if address else None
            if address and known and known[1] in self.scope.sites:
                found.append(Target(address, *known, 0, scope.PRIORITY["sitemap"], urls.urlkey(robots_txt)))
        self.add(found)

    # ── from archives ────────────────────────────────────────────────────────────────────────────────────────

    def next_held(self, urlkey: str) -> tuple[Exchange | None, bool]:
        """The oldest capture of an address that the archives hold and the case does not, and whether there are
        more of them."""
        wanted = self._wanted(urlkey)
        assert self.collection
        for held in wanted:
            try:
                exchange = self.collection.exchange(held)
            except (warc.DamagedError, OSError) as error:
                self.warnings.append(f"{held.url}: captured {held.date}, cannot be read: {error}")
                continue
            if exchange is None:
                self.warnings.append(
                    f"{held.url}: captured {held.date}, but the archives lack the record it refers to"
                )
                continue
            if held.type == "revisit":
                exchange = replace(exchange, revisit=True)
                self._keep_original(held, exchange)
            return exchange, next(wanted, None) is not None
        return None, False

    def _wanted(self, urlkey: str) -> Iterator[Held]:
        """The captures of an address that the archives hold and the case does not, oldest first."""
        assert self.collection
        have = set(
            self.db.execute(
                "SELECT url, fetched_at FROM capture WHERE urlkey = ? AND source = 'archive' AND detail IS NOT ?",
                [urlkey, KEPT],
            )
        )
        return (held for held in self.collection.captures(urlkey) if (held.url, held.date) not in have)

    def _keep_original(self, held: Held, revisit: Exchange) -> None:
        """See to it that the record which holds the payload of a revisit is in the case too."""
        assert self.collection
        source = self.collection.original(held)
        original = self.collection.exchange(source) if source else None
        if original is None or self.store.has(revisit):
            return
        found = urls.identify(original.url)
        assert found, original.url
        capture = Capture(original.url, *found, outcome(original), original.fetched_at, self.source, detail=KEPT)
        with self.store.attempt():
            self.store.write(capture, original)


def scope_of(db: Any, case: cases.Case) -> scope.Scope:
    """The case's crawled sites, its stories' addresses and its own shorteners."""
    roles = ", ".join(f"'{role}'" for role in sorted(cases.CRAWLED))
    return scope.Scope(
        sites=frozenset(site for (site,) in db.execute(f"SELECT site FROM site WHERE role IN ({roles})")),
        stories=frozenset(urlkey for (urlkey,) in db.execute("SELECT urlkey FROM story_url")),
        shorteners=frozenset(case.shorteners),
    )


def other_scheme(url: str) -> str:
    """The same address by http instead of https, or the other way round."""
    return f"http://{url[8:]}" if url.startswith("https://") else f"https://{url[7:]}"


def retry_after(value: str | None, moment: datetime) -> timedelta | None:
    """How long a Retry-After header (RFC 9110, 10.2.3) asks to wait; None where it says nothing usable."""
    from email.utils import parsedate_to_datetime

    if not value:
        return None
    if value.isdigit():
        return min(timedelta(seconds=int(value[:9])), MAX_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    return max(until - moment, timedelta()) if until.tzinfo else None
