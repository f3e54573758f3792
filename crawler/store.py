"""The store: what came of an attempt becomes rows, and a WARC record; one transaction holds all of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler import warc
from crawler.exchange import Exchange
from crawler.records import Facts

if TYPE_CHECKING:
    from crawler.warc import Writer

GROUP = 32  # captures in a commit, at the most: fsync is what a commit costs


@dataclass(frozen=True, slots=True)
class Capture:
    """One attempt to fetch one URL (table `capture`, less what the store adds)."""

    url: str
    urlkey: str
    site: str
    outcome: str
    fetched_at: str
    source: str
    depth: int | None = None
    redirect_url: str | None = None
    redirect_urlkey: str | None = None
    detail: str | None = None


class Store:
    """The one writer of `crawl`, `capture`, `article`, `reference`, `indicator` and `claim_review`.

    A transaction is open from the first attempt on; `commit()` makes all of it durable, the archive's bytes first,
    so that a row never names a record that is not there.
    """

    def __init__(self, db: sqlite3.Connection, writer: Writer, crawl: int) -> None:
        self.db = db
        self.writer = writer
        self.crawl = crawl
        self.pending = 0  # captures not committed yet

    def begin(self) -> None:
        """Open a transaction, unless one is open."""
        if not self.db.in_transaction:
            self.db.execute("BEGIN IMMEDIATE")

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """All that one attempt writes is in the database as a whole, or not at all."""
        self.begin()
        self.db.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            if self.db.in_transaction:  # a full disk may have rolled all of it back
                self.db.execute("ROLLBACK TO attempt")
                self.db.execute("RELEASE attempt")
            raise
        self.db.execute("RELEASE attempt")
        self.pending += 1
        if self.pending >= GROUP:
            self.commit()

    def commit(self) -> None:
        """Everything written so far is on the disk when this returns."""
        if self.db.in_transaction:
            self.writer.sync()
            self.db.execute("COMMIT")
        self.pending = 0

    def write(self, capture: Capture, exchange: Exchange | None = None, facts: Facts | None = None) -> str | None:
        """The rows of one attempt, inside `attempt()`; returns the digest of the payload, where there is one."""
        digest = original = position = None
        if exchange:
            digest = warc.payload_digest(exchange.payload)
            refers = exchange.revisit if exchange.members else bool(exchange.payload)
            original = self._original(digest) if refers else None
            position = self._archive(exchange, digest, original)
        number = self._capture(capture, exchange, facts, digest, original, position)
        if facts:
            write_facts(self.db, number, capture.site, facts)
        return digest

    def has(self, exchange: Exchange) -> bool:
        """Does the case hold a record with this payload?"""
        return self._original(warc.payload_digest(exchange.payload)) is not None

    def _original(self, digest: str) -> Original | None:
        """The capture whose record holds a payload of this digest."""
        found = self.db.execute(
            "SELECT id, warc_filename, warc_offset FROM capture WHERE digest = ? AND revisit_of IS NULL "
            "AND warc_filename IS NOT NULL ORDER BY id LIMIT 1",
            [digest],
        ).fetchone()
        return Original(*found) if found else None

    def _archive(self, exchange: Exchange, digest: str, original: Original | None) -> warc.Position:
        if exchange.members:  # read from an archive: kept byte for byte
            return self.writer.append(exchange.members)
        record = warc.original(self.writer.folder / original.filename, original.offset) if original else None
        return self.writer.append(warc.members(exchange, digest, record))

    def _capture(
        self,
        capture: Capture,
        exchange: Exchange | None,
        facts: Facts | None,
        digest: str | None,
        original: Original | None,
        position: warc.Position | None,
    ) -> int:
        row: Mapping[str, object] = {
            "crawl": self.crawl,
            "url": capture.url,
            "urlkey": capture.urlkey,
            "site": capture.site,
            "outcome": capture.outcome,
            "status": exchange.status if exchange else None,
            "redirect_url": capture.redirect_url,
            "redirect_urlkey": capture.redirect_urlkey,
            "mime": exchange.mime if exchange else None,
            "digest": digest,
            "ip": exchange.ip if exchange else None,
            "fetched_at": capture.fetched_at,
            "source": capture.source,
            "depth": capture.depth,
            "truncated": (exchange.truncated if exchange else None) or (facts.truncated if facts else None),
            "extraction": facts.extraction if facts else None,
            "detail": capture.detail or (facts.detail if facts else None),
            "revisit_of": original.id if original else None,
            "warc_filename": position.filename if position else None,
            "warc_offset": position.offset if position else None,
            "warc_length": position.length if position else None,
        }
        cursor = self.db.execute(
            f"INSERT INTO capture ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values())
        )
        assert cursor.lastrowid
        return cursor.lastrowid


@dataclass(frozen=True, slots=True)
class Original:
    """The capture whose record holds a payload, and where."""

    id: int
    filename: str
    offset: int


def write_facts(db: sqlite3.Connection, capture: int, site: str, facts: Facts) -> None:
    """What a page says becomes rows."""
    if article := facts.article:
        db.execute(
            "INSERT INTO article (capture, page_type, title, author, published_at, published_from, published_to, "
            "language, site_name, canonical_url, canonical_urlkey, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                capture, article.page_type, article.title, article.author, article.published_at,
                article.published_from, article.published_to, article.language, article.site_name,
                article.canonical_url, article.canonical_urlkey, article.text,
            ],
        )  # fmt: skip
    db.executemany(
        "INSERT INTO reference (capture, n, detector, zone, url, urlkey, site, anchor, context, wrapper) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (capture, n, r.detector, r.zone, r.url, r.urlkey, r.site, r.anchor, r.context, r.wrapper)
            for n, r in enumerate(facts.references)
        ],
    )
    db.executemany(
        "INSERT OR IGNORE INTO indicator (capture, site, detector, value) VALUES (?, ?, ?, ?)",
        [(capture, site, i.detector, i.value) for i in facts.indicators],
    )
    db.executemany(
        "INSERT INTO claim_review (capture, n, url, claim, rating, author) VALUES (?, ?, ?, ?, ?, ?)",
        [(capture, n, c.url, c.claim, c.rating, c.author) for n, c in enumerate(facts.claim_reviews)],
    )
