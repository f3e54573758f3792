"""WARC files: writing a case's archive, and reading records back without trusting them.

WARC/1.1 (ISO 28500:2017), one gzip member a record. A record is built as bytes and compressed here, because the
block of a response must be the bytes received: libraries parse and rewrite HTTP headers. What is changed, and
nothing else:

- CR, LF and NUL inside a header's name or value become a space (`_` in a name), so that no value starts a line;
- `Transfer-Encoding` becomes `X-Crawl-Transfer-Encoding`, because the payload is stored without it, and
  `Content-Length` becomes `X-Crawl-Content-Length` where it is not the payload's length (a truncated one);
  both names are Common Crawl's. Replay would wait for chunks or bytes that are not there;
- request headers that hold credentials are left out.

Digests are SHA-256 in base 32: with SHA-1, a crafted collision would turn a changed page into a revisit.

Reading checks what common readers let pass: a record is whole only if its gzip member ends with the right CRC and
size, its block has as many bytes as the header says, and the digests hold. Members of a case's own archive are
sealed besides: a checksum of the compressed bytes stands in a comment of the gzip header, so that every flipped
bit is found, even one that changes nothing.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import ipaddress
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from isal import igzip_lib, isal_zlib

from crawler.clock import iso, now
from crawler.exchange import Exchange, Headers

LIMIT: Final = 1_000_000_000  # bytes of a file before the next one is begun
MAX_RECORD: Final = 64 << 20  # bytes of a record that is read; payloads of our own end at 16 MB
MAX_HEADER: Final = 1 << 16  # bytes of a WARC header

LEVEL: Final = 2  # of igzip: about ten times as fast as zlib's default, files 17 % larger (HTML of 460 kB)
GZIP: Final = b"\x1f\x8b\x08"
# How every member of a case's archive begins: no time, and the flag FCOMMENT. The comment that follows is the CRC-32
# of the deflate stream. (gzip has one of the content: it leaves out the header and bits of no effect. FEXTRA would be
# the field for it, but jwarc reads a comment and not an extra field.)
GZIP_HEADER: Final = GZIP + b"\x10\0\0\0\0\0\x03"
HEADER, TRAILER = 10, 8  # bytes before and after a deflate stream, in a gzip member without comment
DEFLATE_ERROR: type[Exception] = igzip_lib.IsalError  # type: ignore[assignment]  # its stub says: an instance
END: Final = b"\r\n\r\n"
IDENTICAL: Final = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
SECRETS: Final = frozenset({b"authorization", b"proxy-authorization", b"cookie"})

FILE: Final = re.compile(r"mayfly-\d{14}-(\d{5,})\.warc\.gz")


class ArchiveError(Exception):
    """The archive is not as the database says; the message names the file and says what to do."""


class NoSpaceError(Exception):
    """The disk is full; what was written before is whole."""


class NotAnArchiveError(ValueError):
    """A file that cannot be read as WARC at all; the message says what it is and what to do."""


class DamagedError(ValueError):
    """A record that is not whole, or not what its digests say."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record is: file name, first byte, number of bytes."""

    filename: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Original:
    """The record that a revisit refers to."""

    url: str
    date: str
    id: str


# ---------------------------------------------------------------------------------------------- building records


def record_id() -> str:
    """A new record's identifier."""
    return f"<urn:uuid:{uuid4()}>"


def payload_digest(payload: bytes) -> str:
    """`sha256:BASE32` of a payload as received: what table `capture` calls its digest."""
    return "sha256:" + base64.b32encode(hashlib.sha256(payload).digest()).decode("ascii")


def members(
    exchange: Exchange, digest: str, original: Original | None = None, new_id: Callable[[], str] = record_id
) -> list[bytes]:
    """The records of one exchange as gzip members: its request, where known, and its response.

    `digest` is `payload_digest(exchange.payload)`. With `original` the response is a revisit: headers without
    payload, for a payload that the original holds. Raises ValueError if `fetched_at` is not a time in UTC.
    """
    url, date = uri(exchange.url), exchange.fetched_at
    if when(date) != date:
        raise ValueError(f"not a time in UTC, to the second: {date!r}")
    head = http_head(exchange)
    named = new_id()
    common = [("WARC-Target-URI", url), ("WARC-Date", date)]
    fields = [("WARC-Record-ID", named), *common, ("WARC-Payload-Digest", digest)]
    if exchange.ip:
        fields.append(("WARC-IP-Address", str(ipaddress.ip_address(exchange.ip))))
    if exchange.truncated in ("length", "time", "disconnect"):
        fields.append(("WARC-Truncated", exchange.truncated))
    if original:
        fields += [
            ("WARC-Profile", IDENTICAL),
            ("WARC-Refers-To", original.id),
            ("WARC-Refers-To-Target-URI", uri(original.url)),
            ("WARC-Refers-To-Date", original.date),
        ]
    fields.append(("Content-Type", "application/http; msgtype=response"))
    answer = build("revisit", fields, head) if original else build("response", fields, head, exchange.payload)
    if not exchange.request:
        return [answer]
    asked = [("WARC-Record-ID", new_id()), *common, ("WARC-Concurrent-To", named)]
    asked.append(("Content-Type", "application/http; msgtype=request"))
    return [build("request", asked, without_secrets(exchange.request)), answer]


def warcinfo(
    filename: str, date: str, settings: Mapping[str, object], new_id: Callable[[], str] = record_id
) -> bytes:
    """The record that says who wrote the records after it, and how (`settings`: software, robots policy, ...)."""
    lines: dict[str, object] = {
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        **settings,
    }
    block = "".join(f"{name}: {' '.join(str(value).split())}\r\n" for name, value in lines.items())
    fields = [
        ("WARC-Record-ID", new_id()),
        ("WARC-Date", date),
        ("WARC-Filename", filename),
        ("Content-Type", "application/warc-fields"),
    ]
    return build("warcinfo", fields, block.encode("utf-8", "replace"))


def build(kind: str, fields: Sequence[tuple[str, str]], head: bytes, payload: bytes = b"") -> bytes:
    """One record as a gzip member; its block is `head` and `payload`."""
    block_digest = hashlib.sha256(head)
    block_digest.update(payload)
    lines = ["WARC/1.1", f"WARC-Type: {kind}"]
    lines += [f"{name}: {' '.join(value.split())}" for name, value in fields]
    lines.append("WARC-Block-Digest: sha256:" + base64.b32encode(block_digest.digest()).decode("ascii"))
    lines.append(f"Content-Length: {len(head) + len(payload)}")
    return member(b"".join(("\r\n".join(lines).encode("utf-8"), END, head, payload, END)))


def member(record: bytes) -> bytes:
    """A record as one gzip member; the same bytes for the same record."""
    return sealed(igzip_lib.compress(record, LEVEL, igzip_lib.COMP_GZIP))


def sealed(packed: bytes) -> bytes:
    """A gzip member with a header of ten bytes, under the header of a case's archive; its stream stays as it is."""
    stream = memoryview(packed)[HEADER:-TRAILER]
    return seal(isal_zlib.crc32(stream)) + packed[HEADER:]


def seal(crc: int) -> bytes:
    """The gzip header of a member whose deflate stream has this CRC-32."""
    return GZIP_HEADER + b"%08x\0" % crc


def http_head(exchange: Exchange) -> bytes:
    """Status line and headers, in the order received, with the empty line after them."""
    protocol = exchange.protocol if exchange.protocol in ("HTTP/1.0", "HTTP/1.1") else "HTTP/1.1"
    reason = one_line(exchange.reason.encode("latin-1", "replace"))
    lines = [b" ".join((protocol.encode("ascii"), b"%d" % exchange.status, reason))]
    for name, value in exchange.headers:
        name, value = re.sub(rb"[\x00-\x20:\x7f]", b"_", name) or b"_", one_line(value)
        lower = name.lower()
        if lower == b"transfer-encoding" or (lower == b"content-length" and value != b"%d" % len(exchange.payload)):
            name = b"X-Crawl-" + name
        lines.append(name + b": " + value)
    return b"\r\n".join(lines) + END


def one_line(value: bytes) -> bytes:
    """A header's value that cannot end its line; the blanks around it are not part of it (RFC 9110)."""
    return re.sub(rb"[\r\n\0]", b" ", value).strip(b" \t")


def without_secrets(request: bytes) -> bytes:
    """A request as sent (request line, headers), without the headers that hold credentials."""
    head, _, body = request.partition(END)
    line, *headers = head.split(b"\r\n")
    kept = [header for header in headers if header.partition(b":")[0].strip().lower() not in SECRETS]
    return b"\r\n".join([line, *kept]) + END + body


def uri(url: str) -> str:
    """A URL as a WARC header holds it: what is not printable ASCII is percent-encoded; the same if done twice."""
    if url.isascii() and url.isprintable() and " " not in url:
        return url
    return "".join(
        chr(byte) if 0x20 < byte < 0x7F else f"%{byte:02X}" for byte in url.encode("utf-8", "surrogatepass")
    )


# ------------------------------------------------------------------------------------------ writing a case's files


class Writer:
    """Appends records to the newest file of a case's archive, and begins a new file at the limit.

    Every byte is handed to the system before `append` returns; `sync` puts it on the disk, and must be called
    before rows that name a position are committed. The first record that a writer appends to a file is its
    warcinfo, which holds `settings`: software, robots policy, user agent, whatever else the run was told.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, object],
        now: Callable[[], datetime] = now,
        limit: int = LIMIT,
        new_id: Callable[[], str] = record_id,
    ) -> None:
        self.folder, self.settings, self.now, self.limit, self.new_id = folder, settings, now, limit, new_id
        folder.mkdir(parents=True, exist_ok=True)
        self._file: int | None = None
        self._filename = ""
        self._size = 0
        self._introduced = False  # is there a warcinfo of this writer in the file?

    def cut(self, committed: Mapping[str, int] | None) -> list[str]:
        """Cut what no committed row names off the ends of the archive's files; a line for each cut.

        `committed` maps a file's name to the end of its last committed record; None says that the database has
        never seen a crawl, so that files here belong to another one. A file that holds nothing committed goes.
        Raises ArchiveError, before anything is touched, where committed bytes are missing or where files are left
        that no crash explains; other people's files in the folder are left alone.
        """
        files = {path.name: path for path in ours(self.folder)}
        if committed is None:
            if files:
                raise ArchiveError(
                    f"{self.folder}: holds {min(files)}, which this case's database does not know; "
                    "bring back its case.db, or move the folder away"
                )
            return []
        for name, end in sorted(committed.items()):
            if name not in files:
                raise ArchiveError(f"{self.folder / name}: missing, but rows of case.db name it; bring it back")
            if (size := files[name].stat().st_size) < end:
                raise ArchiveError(
                    f"{self.folder / name}: {size} bytes, but rows of case.db name records up to byte {end}; "
                    "bring back the whole file"
                )
        unnamed = sorted(set(files) - set(committed))
        if len(unnamed) > 1:  # one commit can begin one file, never two
            raise ArchiveError(
                f"{self.folder}: {len(unnamed)} files, {unnamed[0]} the first, are not named by case.db; "
                "bring back the case.db that belongs to them, or move them away"
            )
        done = []
        for name, path in sorted(files.items()):
            size, end = path.stat().st_size, committed.get(name, 0)
            if name not in committed:
                path.unlink()
            elif size == end:
                continue
            else:
                with path.open("r+b") as file:
                    file.truncate(end)
                    os.fsync(file.fileno())
            done.append(f"{path}: cut at {end}: {size - end} bytes of an interrupted run that no row names")
        if done:
            sync_folder(self.folder)
        return done

    def append(self, records: Sequence[bytes]) -> Position:
        """Write gzip members in this order, in one file; the position is that of the last.

        Raises NoSpaceError if the disk is full, OSError for other trouble; the file then ends where it ended.
        """
        size = sum(map(len, records))
        if self._file is None or self._size + size > self.limit:
            self.close()
            self._open(size)
        first = [] if self._introduced else [warcinfo(self._filename, iso(self.now()), self.settings, self.new_id)]
        self._write(b"".join([*first, *records]))
        self._introduced = True
        last = len(records[-1])
        return Position(self._filename, self._size - last, last)

    def sync(self) -> None:
        """Put what was appended on the disk. Raises NoSpaceError, OSError: nothing since the last sync is sure."""
        if self._file is not None:
            try:
                os.fsync(self._file)
            except OSError as error:
                raise full(error, self.folder) from error

    def close(self) -> None:
        """Sync and close the file; the next `append` opens one again."""
        if self._file is not None:
            try:
                self.sync()
            finally:
                os.close(self._file)
                self._file = None

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _open(self, size: int) -> None:
        """Continue the newest file if `size` more bytes fit, else begin the next one."""
        newest = max(ours(self.folder), key=serial, default=None)
        if newest and newest.stat().st_size + size <= self.limit:
            self._filename = newest.name
            self._file = os.open(newest, os.O_WRONLY | os.O_APPEND)
        else:
            self._filename = f"mayfly-{self.now():%Y%m%d%H%M%S}-{serial(newest) + 1 if newest else 1:05d}.warc.gz"
            try:
                flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
                self._file = os.open(self.folder / self._filename, flags, 0o644)
                sync_folder(self.folder)
            except OSError as error:
                raise full(error, self.folder) from error
        self._size = os.fstat(self._file).st_size
        self._introduced = False

    def _write(self, data: bytes) -> None:
        """Write all of it or, on an error, nothing."""
        assert self._file is not None
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            os.ftruncate(self._file, self._size)
            raise full(error, self.folder) from error
        self._size += len(data)


def ours(folder: Path) -> list[Path]:
    """The files of a case's archive, by name."""
    return sorted(path for path in folder.glob("mayfly-*.warc.gz") if FILE.fullmatch(path.name))


def serial(path: Path) -> int:
    """The number of an archive file: later files have higher numbers, whatever the clock said."""
    match = FILE.fullmatch(path.name)
    assert match, path
    return int(match[1])


def sync_folder(folder: Path) -> None:
    """Put the names of new and deleted files on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def full(error: OSError, folder: Path) -> Exception:
    """The error to raise for this one: NoSpaceError, where the disk is full, or a quota, or a file at its largest."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return NoSpaceError(f"{folder}: no space left on the disk")
    return error


# ------------------------------------------------------------------------------------------------ reading records


@dataclass(frozen=True, slots=True)
class Http:
    """An HTTP message inside a record. Header values are the bytes stored; the payload is without chunks."""

    protocol: str
    status: int  # 0: a request
    reason: str
    headers: Headers
    payload: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record. `date` is to the second, in UTC; `url` is empty where the record has none."""

    type: str
    id: str
    url: str
    date: str
    fields: tuple[tuple[str, str], ...]
    block: bytes

    def get(self, name: str) -> str | None:
        """The first field of that name, whatever its case."""
        return next((value for key, value in self.fields if key.lower() == name.lower()), None)

    @property
    def http(self) -> Http | None:
        """The HTTP message of the block, parsed anew each time; None where there is none."""
        return http(self.block)

    @property
    def truncated(self) -> str | None:
        """Why the payload is not whole; a revisit's block never is, which some crawlers state."""
        reason = (self.get("WARC-Truncated") or "").strip().lower()
        return reason if reason in ("length", "time", "disconnect") and self.type != "revisit" else None


@dataclass(frozen=True, slots=True)
class Found:
    """A whole record in a file, with its place: bytes of the file, compressed or not."""

    offset: int
    length: int
    record: Record


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of a file that holds no whole record."""

    path: Path
    offset: int
    end: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: byte {self.offset}: {self.reason} ({self.end - self.offset} bytes left out)"


def read(path: Path, offset: int, length: int | None = None) -> Record:
    """The record at this place of a WARC, compressed or not.

    Raises DamagedError if it is not whole, not `length` bytes long or not what its digests say; OSError if the file
    cannot be read.
    """
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        if length is not None:
            end = min(end, offset + length)
        file.seek(offset)
        if file.read(5) == b"WARC/":
            record, after = plain_record(file, offset, end)
        else:
            data, size, after = inflate(file, offset, end)
            record = whole(data, size)
    if length is not None and after != offset + length:
        raise DamagedError(f"is {after - offset} bytes long, not {length}")
    return checked(record)


def raw(path: Path, offset: int, length: int) -> bytes:
    """The record at this place as a member for a case's archive: what the file holds, not packed anew.

    Only the gzip header, which is no part of the record, becomes the one of a case's archive; an uncompressed
    record is packed. Nothing is checked: `read` does that.
    """
    with path.open("rb") as file:
        file.seek(offset)
        found = file.read(length)
    if not found.startswith(GZIP):
        return member(found)
    if found.startswith(GZIP_HEADER):
        return found
    if found[3]:  # a file name, or the like
        return member(isal_zlib.decompress(found, 31))
    return sealed(found)


def exchange(db: sqlite3.Connection, archive: Path, capture: int) -> Exchange:
    """What a capture received, read back from the case's archive; a revisit with the payload of its original.

    Raises DamagedError, which names the record, where it is missing or not whole.
    """
    row = db.execute(
        "SELECT url, fetched_at, ip, truncated, warc_filename, warc_offset, warc_length, revisit_of "
        "FROM capture WHERE id = ?",
        [capture],
    ).fetchone()
    assert row, capture
    url, fetched_at, ip, truncated, filename, offset, length, revisit_of = row
    record = stored(archive, capture, filename, offset, length)
    message = record.http
    payload = message.payload if message else b""
    if record.type == "revisit" and revisit_of is not None:
        place = db.execute(
            "SELECT warc_filename, warc_offset, warc_length FROM capture WHERE id = ?", [revisit_of]
        ).fetchone()
        source = stored(archive, revisit_of, *place).http
        message, payload = revisited(message, source), source.payload if source else b""
    if message is None:
        raise DamagedError(f"{archive / filename}: byte {offset}: no HTTP response in this record")
    return Exchange(
        url=url,
        fetched_at=fetched_at,
        status=message.status,
        reason=message.reason,
        headers=message.headers,
        payload=payload,
        protocol=message.protocol,
        ip=ip,
        truncated=truncated,
    )


def stored(archive: Path, capture: int, filename: str | None, offset: int, length: int) -> Record:
    """The record of a capture. Raises DamagedError, which names it."""
    if filename is None:
        raise DamagedError(f"capture {capture} has no record")
    path = archive / Path(filename).name
    try:
        return read(path, offset, length)
    except (DamagedError, OSError) as error:
        raise DamagedError(f"{path}: byte {offset}: {error}; `mayfly verify` names all that is damaged") from None


def revisited(revisit: Http | None, source: Http | None) -> Http | None:
    """Whose status and headers a revisit has: its own, unless it has none or they only say `304 Not Modified`."""
    return source if revisit is None or revisit.status == 304 else revisit


def original(path: Path, offset: int) -> Original:
    """What a revisit must say of the record at this place; only its header is read. Raises DamagedError, OSError."""
    with path.open("rb") as file:
        file.seek(offset)
        try:
            data = isal_zlib.decompressobj(31).decompress(file.read(MAX_HEADER), MAX_HEADER)
        except DEFLATE_ERROR as error:
            raise DamagedError(f"no record starts here ({error})") from None
    record, _ = header(data)
    return Original(record.url, record.date, record.id)


def records(path: Path, start: int = 0, end: int | None = None, strict: bool = False) -> Iterator[Found | Damage]:
    """Every record between two places of a WARC file, compressed or not, in the order of the file.

    What is damaged comes as Damage, and reading goes on at the next record that can be found. `strict`: the file
    is a case's own, so it is compressed, and every member is sealed.
    Raises NotAnArchiveError where the file is empty, another format, or compressed as a whole; OSError where it
    cannot be read.
    """
    with path.open("rb", buffering=1 << 18) as file:
        size = file.seek(0, os.SEEK_END)
        end = size if end is None else end
        if not size:
            raise NotAnArchiveError(f"{path}: empty")
        if not 0 <= start < end <= size:
            raise NotAnArchiveError(f"{path}: shorter than it should be; copy it again")
        beginning = sniff(file, start, end)
        if beginning.startswith(b"WARC/") and not strict:
            yield from plain(path, file, start, end)
        elif strict or beginning.startswith(GZIP[:2]):
            yield from packed(path, file, start, end, strict)
        else:
            raise NotAnArchiveError(f"{path}: {what(beginning)}")


def sniff(file: BinaryIO, start: int, end: int) -> bytes:
    """How a file begins: unpacked, where that is something other than a WARC record."""
    file.seek(start)
    beginning = file.read(min(1024, end - start))
    if beginning.startswith(GZIP[:2]):
        try:
            inside: bytes = isal_zlib.decompressobj(31).decompress(beginning, 512)
        except DEFLATE_ERROR:
            return beginning  # damaged from the start: the records after it may be whole
        if not inside.startswith(b"WARC/"[: len(inside)]):
            return inside
    return beginning


def what(beginning: bytes) -> str:
    """What a file is that is no WARC, and what to do."""
    if beginning.startswith(b"filedesc:"):
        return "an ARC file, the format before WARC; convert it with `warcio recompress` and give the result"
    if not beginning.strip(b"\0"):
        return "nothing but zeros; copy it again"
    shown = "".join(c if c.isprintable() else " " for c in beginning[:24].decode("utf-8", "replace")).strip()
    shown = shown or beginning[:24].hex()
    return f"not a WARC: it begins with {shown!r}; give files that end in .warc, .warc.gz or .wacz"


def packed(path: Path, file: BinaryIO, start: int, end: int, strict: bool) -> Iterator[Found | Damage]:
    """The records of a WARC with one gzip member a record."""
    offset = start
    while offset < end:
        after = None
        try:
            data, size, after = inflate(file, offset, end)
            if strict:
                check_seal(file, offset, after)
            yield Found(offset, after - offset, checked(whole(data, size)))
        except DamagedError as error:
            if isinstance(error, SeveralError) and not strict:
                raise NotAnArchiveError(
                    f"{path}: compressed as a whole, not record by record; unpack it with gunzip and give the .warc"
                ) from None
            after = after or next_member(file, offset + 1, end)
            yield Damage(path, offset, after, str(error))
        offset = after


def check_seal(file: BinaryIO, offset: int, after: int) -> None:
    """Raises DamagedError where a member between two places is not, bit for bit, as it was written."""
    file.seek(offset)
    found = file.read(len(seal(0)))
    left = after - TRAILER - file.tell()
    crc = 0
    while left > 0 and (chunk := file.read(min(left, 1 << 17))):
        crc = isal_zlib.crc32(chunk, crc)
        left -= len(chunk)
    if found != seal(crc):
        raise DamagedError("not as it was written, though the record inside is whole")


def inflate(file: BinaryIO, offset: int, end: int) -> tuple[bytes, int, int]:
    """The gzip member at `offset`: its content (the first 64 MB), its size, and where the next one begins.

    Raises DamagedError if it does not end before `end`, or its CRC or size is wrong. Memory is bounded.
    """
    file.seek(offset)
    inflater = isal_zlib.decompressobj(31)
    parts: list[bytes] = []
    size, position, more = 0, offset, False
    step = 1 << 14
    while not inflater.eof:
        raw = inflater.unconsumed_tail
        if not raw and not more:
            raw = file.read(max(0, min(step, end - position)))
            step = 1 << 17
            position += len(raw)
            if not raw:
                raise DamagedError("the file ends inside a record: it is torn")
        try:
            part: bytes = inflater.decompress(raw, 1 << 20)
        except DEFLATE_ERROR as error:
            raise DamagedError(f"the gzip member is damaged ({error})") from None
        more = len(part) == 1 << 20
        if size < MAX_RECORD:
            parts.append(part)
        size += len(part)
    return b"".join(parts), size, position - len(inflater.unused_data)


def next_member(file: BinaryIO, offset: int, end: int) -> int:
    """Where the next gzip member that holds a WARC record begins, or `end`."""
    while offset < end:
        file.seek(offset)
        chunk = file.read(min(1 << 20, end - offset))
        at = chunk.find(GZIP)
        while at >= 0:
            file.seek(offset + at)
            try:
                if isal_zlib.decompressobj(31).decompress(file.read(1024), 5) == b"WARC/":
                    return offset + at
            except DEFLATE_ERROR:
                pass  # these three bytes are data
            at = chunk.find(GZIP, at + 1)
        offset += max(len(chunk) - len(GZIP) + 1, 1)
    return end


def plain(path: Path, file: BinaryIO, start: int, end: int) -> Iterator[Found | Damage]:
    """The records of an uncompressed WARC."""
    offset = start
    while offset < end:
        try:
            record, after = plain_record(file, offset, end)
            yield Found(offset, after - offset, checked(record))
        except DamagedError as error:
            after = next_plain(file, offset + 1, end)
            yield Damage(path, offset, after, str(error))
        offset = after


def plain_record(file: BinaryIO, offset: int, end: int) -> tuple[Record, int]:
    """The uncompressed record at `offset`, and where the next one begins. Raises DamagedError."""
    file.seek(offset)
    beginning = file.read(min(MAX_HEADER, end - offset))
    record, length = header(beginning)
    block = offset + beginning.index(END) + len(END)
    after = block + length + len(END)
    if after > end:
        raise DamagedError("the file ends inside a record: it is torn, or its Content-Length is wrong")
    file.seek(block + length)
    if file.read(len(END)) != END:
        raise DamagedError("not followed by two line ends: its Content-Length is wrong, or bytes are missing")
    if length > MAX_RECORD:
        raise DamagedError(f"larger than the {MAX_RECORD >> 20} MB that are read")
    file.seek(block)
    return with_block(record, file.read(length)), after


def next_plain(file: BinaryIO, offset: int, end: int) -> int:
    """Where the next uncompressed record seems to begin, or `end`."""
    mark = b"\nWARC/1."
    offset -= 1
    while offset < end:
        file.seek(offset)
        chunk = file.read(min(1 << 20, end - offset))
        if (at := chunk.find(mark)) >= 0:
            return offset + at + 1
        offset += max(len(chunk) - len(mark) + 1, 1)
    return end


class SeveralError(DamagedError):
    """More than one record where one was expected."""


def whole(data: bytes, size: int) -> Record:
    """The record that a gzip member of `size` bytes holds (`data`: its beginning). Raises DamagedError."""
    record, length = header(data)
    head = data.index(END) + len(END)
    rest = data[head + length : head + length + 4096].lstrip(b"\r\n")
    if rest:
        raise (SeveralError if rest.startswith(b"WARC/") else DamagedError)("holds more than one record")
    if size < head + length:
        raise DamagedError(f"its block is not the {length} bytes that its Content-Length says")
    if size > MAX_RECORD:
        raise DamagedError(f"larger than the {MAX_RECORD >> 20} MB that are read")
    return with_block(record, data[head : head + length])


def header(data: bytes) -> tuple[Record, int]:
    """The header of a record, without its block, and the length of the block. Raises DamagedError."""
    end = data.find(END, 0, MAX_HEADER)
    if not data.startswith(b"WARC/") or end < 0:
        raise DamagedError("no WARC record starts here")
    fields: list[tuple[str, str]] = []
    for line in data[:end].decode("utf-8", "replace").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
        elif colon:
            fields.append((name.strip(), value.strip()))
    first: dict[str, str] = {}
    for name, value in fields:
        first.setdefault(name.lower(), value)
    length = first.get("content-length", "")
    if not re.fullmatch(r"[0-9]{1,15}", length):
        raise DamagedError(f"its Content-Length is no number: {length[:40]!r}")
    if not (date := when(first.get("warc-date", ""))):
        raise DamagedError(f"its WARC-Date is no time: {first.get('warc-date', '')[:40]!r}")
    if not (kind := first.get("warc-type")):
        raise DamagedError("it has no WARC-Type")
    url = first.get("warc-target-uri", "")
    if url.startswith("<"):  # some tools write <…>
        url = url[1:].removesuffix(">")
    return Record(kind, first.get("warc-record-id", ""), url, date, tuple(fields), b""), int(length)


def with_block(record: Record, block: bytes) -> Record:
    """The record with its block."""
    return Record(record.type, record.id, record.url, record.date, record.fields, block)


def when(date: str) -> str | None:
    """A WARC-Date to the second; a coarser one (WARC 1.1 allows them) is its beginning. None: not a time."""
    match = DATE.fullmatch(date) or DIGITS.fullmatch(date)
    if not match:
        return None
    parts = [int(part or least) for part, least in zip(match.groups(), (1, 1, 1, 0, 0, 0), strict=True)]
    parts[5] = min(parts[5], 59)  # a leap second
    try:
        return iso(datetime(*parts, tzinfo=UTC))  # type: ignore[misc, arg-type]
    except ValueError:
        return None


DATE: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?Z)?)?)?", re.ASCII
)  # fmt: skip
DIGITS: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)


def checked(record: Record) -> Record:
    """The record, if its digests hold. Raises DamagedError.

    The payload digest is checked only where there is no block digest that could be: tools differ in what they take
    for the payload, and a block that holds holds it too.
    """
    holds = matches(record.get("WARC-Block-Digest"), record.block)
    if holds is False:
        raise DamagedError("its block digest does not hold")
    if holds is None and record.type in ("response", "request", "resource"):
        declared = record.get("WARC-Payload-Digest")
        if declared and not record.get("WARC-Segment-Number"):
            message = record.http
            sent = record.block.partition(END)[2] if message else record.block
            if matches(declared, sent) is False and not (message and matches(declared, message.payload)):
                raise DamagedError("its payload digest does not hold")
    return record


def matches(declared: str | None, data: bytes) -> bool | None:
    """Does a digest (`sha1:…`, in base 32, 16 or 64) hold? None: there is none, or of an unknown kind."""
    name, colon, value = (declared or "").partition(":")
    name = name.strip().lower().replace("-", "")
    if not colon or name not in ("sha1", "sha256", "sha512", "sha384", "md5", "sha224"):
        return None
    digest = hashlib.new(name, data, usedforsecurity=False).digest()
    value = value.strip()
    return value.rstrip("=") in (
        base64.b32encode(digest).decode().rstrip("="),
        base64.b64encode(digest).decode().rstrip("="),
        base64.urlsafe_b64encode(digest).decode().rstrip("="),
    ) or value.lower() in (digest.hex(), base64.b32encode(digest).decode().lower())


def http(block: bytes) -> Http | None:
    """The HTTP message of a block, or None. Lines without a colon are left out; folded lines are joined."""
    end = re.search(rb"\r?\n\r?\n", block)
    head, payload = (block[: end.start()], block[end.end() :]) if end else (block.rstrip(b"\r\n"), b"")
    first, *lines = head.split(b"\n")
    status = re.fullmatch(rb"(HTTP/\d(?:\.\d)?)[ \t]+(\d{1,9})(?:[ \t]+(.*?))?[ \t\r]*", first)
    if not status and not re.fullmatch(rb"[A-Z]{1,20} \S.* HTTP/\d(?:\.\d)?\r?", first):
        return None
    headers: list[tuple[bytes, bytes]] = []
    for line in lines:
        line = line.removesuffix(b"\r")
        name, colon, value = line.partition(b":")
        if line[:1] in (b" ", b"\t") and headers:
            headers[-1] = (headers[-1][0], headers[-1][1] + b" " + line.strip(b" \t"))
        elif colon:
            headers.append((name.strip(b" \t"), value.strip(b" \t")))
    if any(name.lower() == b"transfer-encoding" and b"chunked" in value.lower() for name, value in headers):
        payload = dechunk(payload)
    if not status:
        return Http(first.rpartition(b" ")[2].decode("ascii").strip(), 0, "", tuple(headers), payload)
    protocol, code, reason = status.groups(b"")
    return Http(protocol.decode("ascii"), int(code), reason.decode("latin-1"), tuple(headers), payload)


def dechunk(body: bytes) -> bytes:
    """A body without its chunks; as it is, where it has none (crawlers take them out and leave the header).

    A body that ends or breaks inside a chunk gives what is there.
    """
    parts: list[bytes] = []
    at = 0
    while match := CHUNK_LINE.match(body, at):
        size = int(match[1], 16)
        if not size:
            return b"".join(parts)
        parts.append(body[match.end() : match.end() + size])
        at = match.end() + size
        if body[at : at + 2] == b"\r\n":
            at += 2
    return b"".join(parts) if parts else body


CHUNK_LINE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
