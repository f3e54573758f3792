"""Verification: every capture has its record, every record is whole, and both say the same.

The archive is read from end to end, file by file and record by record, beside the rows that name its records; so
damage in a record that no row names (a request, a warcinfo) is found too. Rows and records are both streamed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from crawler.warc import Damage, DamagedError, Found, NotAnArchiveError, ours, payload_digest, read, records, uri

FACTS: Final = ("article", "reference", "indicator", "claim_review")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be; as text, one line."""

    what: str
    where: str  # file and byte, or table
    capture: int | None = None
    url: str | None = None

    def __str__(self) -> str:
        of = f" (capture {self.capture}, {self.url})" if self.capture is not None else ""
        return "".join(c if c.isprintable() else "\ufffd" for c in f"{self.where}: {self.what}{of}")


class Row(NamedTuple):
    """What a capture says of its record."""

    id: int
    url: str
    fetched_at: str
    status: int | None
    digest: str | None
    revisit_of: int | None
    offset: int
    length: int


def verify(
    db: sqlite3.Connection, archive: Path, progress: Callable[[int, int], None] | None = None
) -> Iterator[Finding]:
    """Everything that is wrong with a case: its database, its archive, and what one says of the other.

    Nothing is changed. The database is read as it was when this began, so a crawl may run meanwhile. `progress` is
    told bytes of the archive read and in all.
    """
    decode = db.text_factory
    db.text_factory = lambda text: text.decode("utf-8", "replace")  # a damaged text must not end the search
    db.execute("BEGIN")
    try:
        for step in (_database, _facts, _places):
            yield from _sql(step, db)
        lost: set[int] = set()  # captures whose record does not hold
        for finding in _archive(db, archive, progress or _silent):
            if finding.capture is not None:
                lost.add(finding.capture)
            yield finding
        yield from _sql(_originals, db, archive, lost)
    finally:
        db.execute("ROLLBACK")
        db.text_factory = decode


def _silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _sql(step: Callable[..., Iterator[Finding]], db: sqlite3.Connection, *rest: object) -> Iterator[Finding]:
    """A step, in which an unreadable page of the database is a finding."""
    try:
        yield from step(db, *rest)
    except sqlite3.DatabaseError as error:
        yield Finding(f"the database is damaged ({error}); bring back a copy of it", "case.db")


def _database(db: sqlite3.Connection) -> Iterator[Finding]:
    """What SQLite itself finds."""
    for (line,) in db.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield Finding(f"the database is damaged: {line}", "case.db")
    for table, rowid, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield Finding(f"a row of {table} names a row of {parent} that is not there", f"case.db: {table} {rowid}")


def _facts(db: sqlite3.Connection) -> Iterator[Finding]:
    """Facts without evidence."""
    for table in FACTS:
        rows = db.execute(
            f"SELECT DISTINCT fact.capture, capture.url FROM {table} AS fact "
            "LEFT JOIN capture ON capture.id = fact.capture WHERE capture.warc_filename IS NULL ORDER BY fact.capture"
        )
        for capture, url in rows:
            yield Finding("facts of a capture that has no record", f"case.db: {table}", capture, url)


def _places(db: sqlite3.Connection) -> Iterator[Finding]:
    """Positions that cannot be."""
    rows = db.execute(
        "SELECT id, url FROM capture WHERE (warc_filename IS NULL) <> (warc_offset IS NULL) "
        "OR (warc_filename IS NULL) <> (warc_length IS NULL) ORDER BY id"
    )
    for capture, url in rows:
        yield Finding("half a position: file, offset and length belong together", "case.db: capture", capture, url)


def _archive(db: sqlite3.Connection, archive: Path, progress: Callable[[int, int], None]) -> Iterator[Finding]:
    """Every file, those that are there and those that rows name, by name."""
    files = {path.name: path.stat().st_size for path in ours(archive)} if archive.is_dir() else {}
    try:
        named = {name for (name,) in db.execute("SELECT DISTINCT warc_filename FROM capture") if name is not None}
    except sqlite3.DatabaseError as error:
        yield Finding(f"the database is damaged ({error}); only the archive is checked", "case.db")
        named = set()
    done, total = 0, sum(files.values())
    for name in sorted(named | set(files)):
        if name in files:
            yield from _file(db, archive / name, lambda at, before=done: progress(before + at, total))  # type: ignore[misc]
            done += files[name]
        else:
            yield from _sql(_missing, db, name)


def _rows(db: sqlite3.Connection, name: str) -> Iterator[Row]:
    """The captures whose records are in this file, in its order."""
    rows = db.execute(
        "SELECT id, url, fetched_at, status, digest, revisit_of, warc_offset, warc_length FROM capture "
        "WHERE warc_filename = ? AND warc_offset IS NOT NULL AND warc_length IS NOT NULL ORDER BY warc_offset, id",
        [name],
    )
    yield from map(Row._make, rows)


def _missing(db: sqlite3.Connection, name: str) -> Iterator[Finding]:
    """A file that rows name and that is not there."""
    yield Finding("missing; bring the file back", f"archive/{name}")
    for row in _rows(db, name):
        yield Finding("its record is missing with the file", f"archive/{name}: byte {row.offset}", row.id, row.url)


def _file(db: sqlite3.Connection, path: Path, progress: Callable[[int], None]) -> Iterator[Finding]:
    """One file: its records beside the rows that name them, both in the order of the file."""
    where = f"archive/{path.name}: byte"
    rows = _Ahead(db, path.name)
    for item in _read(path):
        end = item.offset + item.length if isinstance(item, Found) else item.end
        for row in rows.before(item.offset):
            yield Finding("no record begins here", f"{where} {row.offset}", row.id, row.url)
        for what, offset, at in _beside(item, list(rows.before(end))):
            yield Finding(what, f"{where} {offset}", at.id if at else None, at.url if at else None)
        progress(end)
    for row in rows.before(None):
        yield Finding("the file ends before this record", f"{where} {row.offset}", row.id, row.url)
    if rows.error:
        yield Finding(
            f"the database is damaged ({rows.error}); rows of archive/{path.name} are not checked", "case.db"
        )


def _beside(item: Found | Damage, rows: list[Row]) -> Iterator[tuple[str, int, Row | None]]:
    """What is wrong with a stretch of a file, and with the rows whose records should begin in it."""
    if isinstance(item, Found):
        yield from ((what, row.offset, row) for row in rows for what in _differences(row, item))
        return
    if not rows or rows[0].offset != item.offset:
        yield f"{item.reason} ({item.end - item.offset} bytes)", item.offset, None
    for row in rows:
        lost = f"lost in the damage from byte {item.offset} on"
        yield item.reason if row.offset == item.offset else lost, row.offset, row


def _read(path: Path) -> Iterator[Found | Damage]:
    """The records of a file; one that cannot be read, or is empty, is damaged as a whole."""
    at = 0
    try:
        for item in records(path, strict=True):
            at = item.end if isinstance(item, Damage) else item.offset + item.length
            yield item
    except NotAnArchiveError:
        yield Damage(path, 0, 0, "empty")
    except OSError as error:
        yield Damage(path, at, max(at, path.stat().st_size), f"cannot be read ({error.strerror})")


class _Ahead:
    """Rows in the order of their offsets, taken up to a place at a time."""

    def __init__(self, db: sqlite3.Connection, name: str) -> None:
        self.error: sqlite3.DatabaseError | None = None  # why there are no more rows, though there should be
        self._rows = _rows(db, name)
        self._next = self._take()

    def before(self, end: int | None) -> Iterator[Row]:
        """The rows not taken yet whose records begin before `end`; all of them, where it is None."""
        while self._next is not None and (end is None or self._next.offset < end):
            row, self._next = self._next, self._take()
            yield row

    def _take(self) -> Row | None:
        try:
            return next(self._rows, None)
        except sqlite3.DatabaseError as error:
            self.error = error
            return None


def _differences(row: Row, found: Found) -> Iterator[str]:
    """What a capture says and its record does not."""
    record = found.record
    if row.offset != found.offset:
        yield f"no record begins here, but inside the one at byte {found.offset}"
        return
    if row.length != found.length:
        yield f"the record is {found.length} bytes long, not {row.length}"
    if record.type not in ("response", "revisit"):
        yield f"the record is a {record.type}, not a response"
        return
    if uri(record.url) != uri(row.url):
        yield f"the record is of another URL: {record.url}"
    if record.date != row.fetched_at:
        yield f"the record is of another time: {record.date}, not {row.fetched_at}"
    if record.type == "revisit":
        declared = record.get("WARC-Payload-Digest") or ""
        if row.revisit_of is None:
            yield "a revisit, and its original is not named"
        if row.digest is None or (declared.startswith("sha256:") and declared != row.digest):
            yield f"the payload's digest is {declared}, not {row.digest}"
    elif (message := record.http) is None:
        yield "no HTTP response in this record"
    else:
        if (digest := payload_digest(message.payload)) != row.digest:
            yield f"the payload's digest is {digest}, not {row.digest}"
        if message.status != row.status:
            yield f"the status is {message.status}, not {row.status}"


def _originals(db: sqlite3.Connection, archive: Path, lost: set[int]) -> Iterator[Finding]:
    """Revisits whose original does not hold their payload."""
    rows = db.execute(
        "SELECT revisit.id, revisit.url, revisit.warc_filename, revisit.warc_offset, revisit.digest, "
        "original.id, original.digest, original.warc_filename, original.revisit_of "
        "FROM capture AS revisit LEFT JOIN capture AS original ON original.id = revisit.revisit_of "
        "WHERE revisit.revisit_of IS NOT NULL AND revisit.warc_filename IS NOT NULL ORDER BY revisit.id"
    )
    for capture, url, filename, offset, digest, original, held, place, again in rows:
        if original is None:
            what = "a revisit of a capture that is not there"
        elif place is None or again is not None:
            what = f"a revisit of capture {original}, which holds no payload"
        elif held != digest:
            what = f"a revisit of capture {original}, which has another digest"
        elif original in lost and not _has_payload(archive / filename, offset):
            what = f"a revisit of capture {original}, whose record does not hold"
        else:
            continue
        yield Finding(what, f"archive/{filename}: byte {offset}", capture, url)


def _has_payload(path: Path, offset: int) -> bool:
    """Is the record a response after all? (One copied from another archive may hold a payload that was known.)"""
    try:
        return read(path, offset).type == "response"
    except (DamagedError, OSError):
        return True  # found already
