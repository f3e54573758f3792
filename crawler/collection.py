"""Collections: the WARC and WACZ files given by `--from`, and every capture that they hold of an address.

The files are read once, and a SQLite index of their records is kept in the case's folder, so that memory stays flat
and a second run begins at once. Nothing that the index says is believed as content: a record is read, and its
digests checked, when it is asked for.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import struct
import zipfile
from base64 import b16decode, b32encode
from binascii import Error as Base32Error
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from crawler.exchange import Exchange
from crawler.urls import urlkey
from crawler.warc import (
    END,
    Damage,
    DamagedError,
    Found,
    Http,
    NoSpaceError,
    NotAnArchiveError,
    Record,
    full,
    matches,
    payload_digest,
    raw,
    read,
    records,
    revisited,
    when,
)

VERSION: Final = 1  # of the index: another one is thrown away and built anew
MOST_DAMAGES: Final = 1000  # of a file that are remembered one by one
MOST_UNPACKED: Final = 200  # times its size in the ZIP: WARCs stay far below, bombs do not

INDEX: Final = """
CREATE TABLE part (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
    name TEXT NOT NULL, stored TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL
) STRICT;
CREATE TABLE held (
    id INTEGER PRIMARY KEY, part INTEGER NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL,
    type TEXT NOT NULL, url TEXT NOT NULL, urlkey TEXT NOT NULL, date TEXT NOT NULL, status INTEGER NOT NULL,
    digest TEXT, sha256 TEXT, record BLOB NOT NULL, concurrent BLOB, refers_to BLOB, refers_url TEXT, refers_date TEXT
) STRICT;
CREATE INDEX held_urlkey ON held (urlkey, date);
CREATE INDEX held_digest ON held (digest) WHERE type = 'response';
CREATE INDEX held_record ON held (record) WHERE type = 'response';
CREATE TABLE request (
    part INTEGER NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL, record BLOB NOT NULL, concurrent BLOB
) STRICT;
CREATE INDEX request_concurrent ON request (concurrent);
CREATE INDEX request_record ON request (record);
CREATE TABLE damage (part INTEGER NOT NULL, line TEXT NOT NULL) STRICT;
"""
COLUMNS: Final = (
    'held.id, stored, "offset", length, held.type, url, date, status, digest, sha256, record, concurrent, '
    "refers_to, refers_url, refers_date"
)


@dataclass(frozen=True, slots=True)
class Held:
    """A capture that the collection holds: where its record is, and what the index knows of it."""

    url: str
    date: str
    status: int  # 0: the record itself has none (a revisit without headers)
    type: str  # response or revisit
    stored: Path
    offset: int
    length: int
    id: int = field(repr=False)
    digest: str | None = field(repr=False)  # as the record declares it: algorithm:BASE32
    sha256: str | None = field(repr=False)  # of the payload; a revisit's is unknown here
    record: bytes = field(repr=False)
    concurrent: bytes | None = field(repr=False)
    refers_to: bytes | None = field(repr=False)
    refers_url: str | None = field(repr=False)
    refers_date: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A WARC: a file, or a stretch of one (a WACZ keeps its WARCs as they are)."""

    name: str  # as it is shown
    stored: Path
    start: int
    end: int


class Collection:
    """WARC and WACZ files, by urlkey. `close()` it, or use it in a `with`.

    Files that have not changed since they were indexed in `folder` are not read again. Raises NotAnArchiveError for
    a file that cannot be used at all (missing, empty, another format); what is damaged inside a file is in
    `damages`, a line each, and the rest of it is used. `progress` is told bytes done and bytes in all.
    """

    def __init__(
        self, paths: Iterable[Path], folder: Path, progress: Callable[[int, int], None] | None = None
    ) -> None:
        self.folder = folder / "from"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.db = index(self.folder / "index.db")
        try:
            sizes = {path.resolve(): usable(path).st_size for path in paths}
            self._progress, self._done, self._total = progress, 0, sum(sizes.values())
            self.db.execute("CREATE TEMP TABLE given (part INTEGER PRIMARY KEY, rank INTEGER NOT NULL)")
            for path in sorted(sizes, key=lambda path: (path.name, path)):
                self._add(path)
                self._done += sizes[path]
        except BaseException:
            self.close()
            raise

    def captures(self, key: str) -> Iterator[Held]:
        """Every capture of a urlkey, oldest first; those of one second by file name and place. Copies come once."""
        date = ""
        seen: set[tuple[str, int, str]] = set()  # at this date
        rows = self.db.execute(
            f"SELECT {COLUMNS} FROM held JOIN given USING (part) JOIN part ON part.id = part "
            'WHERE urlkey = ? ORDER BY date, rank, "offset"',
            [key],
        )
        for held in map(_held, rows):
            if held.date != date:
                date = held.date
                seen.clear()
            same = (held.url, held.status, held.sha256 or held.digest or f"record {held.id}")
            if same not in seen:
                seen.add(same)
                yield held

    def urlkeys(self) -> Iterator[str]:
        """Every urlkey of which there is a capture, in order."""
        rows = self.db.execute(
            "SELECT DISTINCT urlkey FROM held WHERE part IN (SELECT part FROM given) ORDER BY urlkey"
        )
        for (key,) in rows:
            yield key

    @property
    def damages(self) -> list[str]:
        """What could not be read inside the files, a line each."""
        rows = self.db.execute("SELECT line FROM damage JOIN given USING (part) ORDER BY rank, damage.rowid")
        return [line for (line,) in rows]

    def original(self, held: Held) -> Held | None:
        """The capture whose record holds the payload of a revisit: the one it names, or one of the same digest."""
        if held.type != "revisit":
            return held
        chosen = (
            f"SELECT {COLUMNS} FROM held JOIN given USING (part) JOIN part ON part.id = part WHERE type = 'response' "
        )
        order = ' ORDER BY date, rank, "offset"'
        candidates: list[Held] = []
        if held.refers_to:
            candidates += map(_held, self.db.execute(f"{chosen} AND record = ? {order}", [held.refers_to]))
        if held.refers_url and (key := urlkey(held.refers_url)):
            rows = self.db.execute(f"{chosen} AND urlkey = ? AND date = ? {order}", [key, held.refers_date])
            candidates += sorted(map(_held, rows), key=lambda other: other.url != held.refers_url)
        if held.digest:
            rows = self.db.execute(f"{chosen} AND digest = ? {order} LIMIT 1", [held.digest])
            candidates += map(_held, rows)
        return next((other for other in candidates if not held.digest or other.digest == held.digest), None)

    def exchange(self, held: Held) -> Exchange | None:
        """What the capture received, with its records (`members`) as they go into a case's archive.

        A revisit has its own headers, where it has any and they do not only say that nothing has changed, and its
        original's payload; None where the collection does not hold the original. Raises DamagedError if a record
        is no longer what it was when it was indexed; OSError if its file cannot be read.
        """
        source = self.original(held)
        if source is None:
            return None
        record = _read(held)
        message = record.http
        truncated, payload = record.truncated, message.payload if message else b""
        if source is not held:
            first = _read(source)
            whole = first.http
            assert whole, source
            truncated, payload, message = first.truncated, whole.payload, revisited(message, whole)
        assert message, held
        asked = self._request(held)
        return Exchange(
            url=held.url,
            fetched_at=held.date,
            status=message.status,
            reason=message.reason,
            headers=message.headers,
            payload=payload,
            request=read(*asked).block if asked else b"",
            protocol=message.protocol,
            ip=record.get("WARC-IP-Address"),
            truncated=truncated,
            revisit=held.type == "revisit",
            members=((raw(*asked),) if asked else ()) + (raw(held.stored, held.offset, held.length),),
        )

    def close(self) -> None:
        self.db.close()

    def __enter__(self) -> Collection:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _request(self, held: Held) -> tuple[Path, int, int] | None:
        """Where the request record of a capture is."""
        rows = self.db.execute(
            'SELECT stored, "offset", length FROM request JOIN given USING (part) JOIN part ON part.id = part '
            'WHERE request.concurrent = ? OR record = ? ORDER BY stored <> ?, rank, abs("offset" - ?) LIMIT 1',
            [held.record, held.concurrent, str(held.stored), held.offset],
        )
        row = rows.fetchone()
        return (Path(row[0]), row[1], row[2]) if row else None

    def _add(self, path: Path) -> None:
        """Take a file into the collection; index it unless that was done."""
        seen = path.stat()
        known = self.db.execute(
            "SELECT id, stored FROM part WHERE path = ? AND size = ? AND modified = ? ORDER BY id",
            [str(path), seen.st_size, seen.st_mtime_ns],
        ).fetchall()
        if not known or not all(Path(stored).exists() for _, stored in known):
            self._forget(path)
            self.db.execute("BEGIN")
            try:
                known = [(self._index(path, seen, part), "") for part in parts(path, self.folder)]
                self.db.execute("COMMIT")
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
        for number, _ in known:
            self.db.execute("INSERT INTO given SELECT ?, count(*) FROM given", [number])

    def _forget(self, path: Path) -> None:
        """Remove what an earlier run knew of a file that has changed since."""
        self.db.execute("BEGIN")
        for number, stored in self.db.execute("SELECT id, stored FROM part WHERE path = ?", [str(path)]).fetchall():
            for table in ("held", "request", "damage"):
                self.db.execute(f"DELETE FROM {table} WHERE part = ?", [number])
            if Path(stored).parent == self.folder:
                Path(stored).unlink(missing_ok=True)
        self.db.execute("DELETE FROM part WHERE path = ?", [str(path)])
        self.db.execute("COMMIT")

    def _index(self, path: Path, seen: os.stat_result, part: Part) -> int:
        """Enter the records of a WARC into the index; returns the number of the part."""
        number = self.db.execute(
            'INSERT INTO part (path, size, modified, name, stored, start, "end") VALUES (?, ?, ?, ?, ?, ?, ?)',
            [str(path), seen.st_size, seen.st_mtime_ns, part.name, str(part.stored), part.start, part.end],
        ).lastrowid
        assert number
        whole = damaged = 0
        for item in _records(part):
            if isinstance(item, Found):
                whole += 1
                if self._progress and part.stored == path:
                    self._progress(self._done + item.offset + item.length, self._total)
                problem = self._enter(number, item)
                line = f"{part.name}: byte {item.offset}: {problem}" if problem else None
            else:
                line = f"{part.name}: byte {item.offset}: {item.reason} ({item.end - item.offset} bytes left out)"
            if line:
                damaged += 1
                if damaged <= MOST_DAMAGES:
                    self.db.execute("INSERT INTO damage (part, line) VALUES (?, ?)", [number, line])
        if not whole:
            raise NotAnArchiveError(f"{part.name}: damaged from end to end: no record can be read; copy it again")
        if damaged > MOST_DAMAGES:
            line = f"{part.name}: {damaged - MOST_DAMAGES} more places are damaged"
            self.db.execute("INSERT INTO damage (part, line) VALUES (?, ?)", [number, line])
        return number

    def _enter(self, part: int, found: Found) -> str | None:
        """Enter a record into the index, if it is of use; returns what is wrong with it."""
        record = found.record
        place = (part, found.offset, found.length)
        concurrent = _key(record.get("WARC-Concurrent-To"))
        if record.type == "request":
            self.db.execute(
                "INSERT INTO request VALUES (?, ?, ?, ?, ?)", [*place, _key(record.id) or b"", concurrent]
            )
        if record.type not in ("response", "revisit") or not (key := urlkey(record.url)):
            return None  # a DNS answer, a screenshot, a warcinfo
        message = record.http
        if record.type == "response" and (message is None or not message.status):
            return "no HTTP response in this record"
        digest = sha256 = None
        if record.type == "revisit":
            digest = _normal(record.get("WARC-Payload-Digest"))
        else:
            assert message
            digest, sha256 = _digests(record, message)
        self.db.execute(
            "INSERT INTO held VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *place, record.type, record.url, key, record.date, message.status if message else 0, digest, sha256,
                _key(record.id) or b"", concurrent, _key(record.get("WARC-Refers-To")),
                record.get("WARC-Refers-To-Target-URI"), _date(record.get("WARC-Refers-To-Date")),
            ],
        )  # fmt: skip
        return None


# ------------------------------------------------------------------------------------------------- files and parts


def usable(path: Path) -> os.stat_result:
    """The file's size and time. Raises NotAnArchiveError where it is missing, no file, or empty."""
    try:
        found = path.stat()
    except OSError as error:
        raise NotAnArchiveError(
            f"{path}: cannot be read ({error.strerror}); check the name given to --from"
        ) from None
    if path.is_dir():
        raise NotAnArchiveError(f"{path}: a folder; give the files in it, as in {path}/*.warc.gz")
    if not found.st_size:
        raise NotAnArchiveError(f"{path}: empty; copy it again")
    return found


def parts(path: Path, folder: Path) -> list[Part]:
    """The WARCs that a file is, or holds. Compressed members of a WACZ are unpacked into `folder`."""
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PK\x03\x04":
                return [Part(str(path), path, 0, path.stat().st_size)]
            with zipfile.ZipFile(file) as wacz:
                return _members(path, wacz, folder)
    except zipfile.BadZipFile as error:
        raise NotAnArchiveError(f"{path}: a damaged WACZ or ZIP file ({error}); copy it again") from None
    except OSError as error:
        raise NotAnArchiveError(f"{path}: cannot be read ({error.strerror})") from None


def _members(path: Path, wacz: zipfile.ZipFile, folder: Path) -> list[Part]:
    """The WARCs inside a WACZ, by name: where they are in it, or where they were unpacked to."""
    found: list[Part] = []
    for info in sorted(wacz.infolist(), key=lambda info: info.filename):
        if not (info.filename.startswith("archive/") and info.filename.endswith((".warc", ".warc.gz"))):
            continue
        name = f"{path}:{info.filename}"
        if info.flag_bits & 1:
            raise NotAnArchiveError(f"{name}: encrypted; unpack it and give the .warc.gz")
        if not info.file_size:
            continue
        if info.compress_type == zipfile.ZIP_STORED:
            start = _start(wacz, info)
            found.append(Part(name, path, start, start + info.file_size))
        else:
            place = folder / f"{hashlib.sha256(str(path).encode()).hexdigest()[:16]}-{len(found):05d}.warc"
            _unpack(wacz, info, name, place)
            found.append(Part(name, place, 0, info.file_size))
    if not found:
        raise NotAnArchiveError(f"{path}: a ZIP file without archive/*.warc.gz inside: no WACZ, or an empty one")
    return found


def _start(wacz: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """Where the bytes of a stored member begin: after its local header, whose length only it knows."""
    assert wacz.fp
    wacz.fp.seek(info.header_offset)
    local = wacz.fp.read(30)
    if len(local) < 30 or not local.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile(f"no local header of {info.filename}")
    name, extra = struct.unpack("<HH", local[26:30])
    return info.header_offset + 30 + int(name) + int(extra)


def _unpack(wacz: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, place: Path) -> None:
    """Unpack a compressed member, if that is safe and there is room."""
    if info.file_size > MOST_UNPACKED * info.compress_size + (1 << 20):
        raise NotAnArchiveError(f"{name}: unpacks to {info.file_size} bytes, a bomb it seems; unpack it yourself")
    if shutil.disk_usage(place.parent).free < info.file_size:
        raise NoSpaceError(f"{place.parent}: no space to unpack {name} ({info.file_size} bytes)")
    try:
        with wacz.open(info) as packed, place.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, 1 << 20)
    except OSError as error:
        place.unlink(missing_ok=True)
        raise full(error, place.parent) from error


# --------------------------------------------------------------------------------------------------------- the index


def index(path: Path) -> sqlite3.Connection:
    """Open the index; one that is damaged or of another version is made anew: it can always be rebuilt."""
    db = sqlite3.connect(path, timeout=60, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == VERSION:
            return db
        fresh = not version and not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.DatabaseError:
        fresh = False
    if not fresh:
        db.close()
        for leftover in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            leftover.unlink(missing_ok=True)
        return index(path)
    db.executescript(f"BEGIN; {INDEX}; PRAGMA user_version = {VERSION}; COMMIT")
    return db


def _records(part: Part) -> Iterator[Found | Damage]:
    """The records of a part; what is wrong with it is said by the name that the user knows."""
    try:
        yield from records(part.stored, part.start, part.end)
    except NotAnArchiveError as error:
        raise NotAnArchiveError(str(error).replace(str(part.stored), part.name, 1)) from None


def _held(row: Sequence[object]) -> Held:
    number, stored, offset, length, kind, url, date, status, *rest = row
    return Held(url, date, status, kind, Path(str(stored)), offset, length, number, *rest)  # type: ignore[arg-type]


def _read(held: Held) -> Record:
    try:
        return read(held.stored, held.offset, held.length)
    except DamagedError as error:
        raise DamagedError(
            f"{held.stored}: byte {held.offset}: {error}; it has changed since it was indexed"
        ) from None


def _key(name: str | None) -> bytes | None:
    """A record's identifier, in sixteen bytes."""
    return hashlib.blake2b(name.strip(" <>").encode(), digest_size=16).digest() if name else None


def _date(date: str | None) -> str | None:
    return when(date) if date else None


def _digests(record: Record, message: Http) -> tuple[str | None, str]:
    """The payload's digest as revisits will name it, and its SHA-256.

    A record that declares none gets SHA-1, which is what most crawlers write. One whose declared digest does not
    hold gets none: no revisit may resolve to it by that digest.
    """
    declared = record.get("WARC-Payload-Digest")
    entity = record.block.partition(END)[2]
    if declared is None:
        declared = "sha1:" + b32encode(hashlib.sha1(entity, usedforsecurity=False).digest()).decode("ascii")
    elif not (matches(declared, message.payload) or matches(declared, entity)):
        declared = None
    return _normal(declared), payload_digest(message.payload)


def _normal(digest: str | None) -> str | None:
    """A digest written one way: `algorithm:BASE32`, without padding."""
    name, colon, value = (digest or "").strip().partition(":")
    if not colon:
        return None
    name, value = name.lower().replace("-", ""), value.strip().rstrip("=")
    if len(value) == HEX_DIGITS.get(name):
        try:
            value = b32encode(b16decode(value, casefold=True)).decode("ascii").rstrip("=")
        except Base32Error:
            return None
    return f"{name}:{value}"


HEX_DIGITS: Final = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
