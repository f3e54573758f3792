"""WARC files: what is written is what was received, and what is read is whole."""

from __future__ import annotations

import gzip
import io
import os
import random
import re
import resource
import subprocess
import sys
import tracemalloc
import zlib
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.exchange import Exchange
from crawler.warc import (
    ArchiveError,
    Damage,
    DamagedError,
    Found,
    Http,
    NoSpaceError,
    NotAnArchiveError,
    Record,
    Writer,
    dechunk,
    matches,
    member,
    members,
    original,
    payload_digest,
    raw,
    read,
    records,
    uri,
    when,
)

DATA = Path(os.environ.get("MAYFLY_DATA", Path(__file__).parents[2] / "shared" / "data")) / "warc"
real = pytest.mark.skipif(not DATA.is_dir(), reason="no real archives here (MAYFLY_DATA)")
TIME = datetime(2017, 3, 2, 10, 0, 0, tzinfo=UTC)


def answer(payload: bytes = b"<p>hello</p>", **changes: object) -> Exchange:
    """A page, as received."""
    fields: dict[str, object] = {
        "url": "http://news.example/a",
        "fetched_at": "2017-03-02T10:00:00Z",
        "status": 200,
        "reason": "OK",
        "headers": ((b"Content-Type", b"text/html"),),
        "payload": payload,
        "request": b"GET /a HTTP/1.1\r\nHost: news.example\r\n\r\n",
        "ip": "192.0.2.1",
    }
    return Exchange(**{**fields, **changes})  # type: ignore[arg-type]


def writer(folder: Path, limit: int = 1_000_000_000) -> Writer:
    """A writer that gives the same bytes each time."""
    numbers = count()
    return Writer(folder, {"software": "mayfly/0"}, lambda: TIME, limit, lambda: f"<urn:uuid:{next(numbers):032x}>")


def written(path: Path, *exchanges: Exchange) -> Path:
    """A WARC of these exchanges, as another crawl may have left it."""
    packed = [one for exchange in exchanges for one in members(exchange, payload_digest(exchange.payload))]
    path.write_bytes(b"".join(packed))
    return path


def parsed(packed: bytes) -> Record:
    (found,) = list(records_of(packed))
    assert isinstance(found, Found), found
    return found.record


def records_of(data: bytes) -> list[Found | Damage]:
    """The records of a WARC of these bytes."""
    with TemporaryDirectory() as place:
        path = Path(place) / "a.warc.gz"
        path.write_bytes(data)
        return list(records(path))


def message_of(exchange: Exchange) -> Http:
    message = parsed(members(exchange, payload_digest(exchange.payload))[-1]).http
    assert message
    return message


# ------------------------------------------------------------------------------------------------ writing and reading


LINE_END = re.compile(rb"[\r\n\0]")


@given(
    payload=st.binary(max_size=3000),
    values=st.lists(st.binary(max_size=40), max_size=6),
    path=st.text(st.characters(exclude_categories=[]), max_size=60),
    reason=st.text(max_size=20),
    status=st.integers(100, 9999),
)
def test_whatever_is_received_is_read_back_and_nothing_of_it_becomes_a_header(payload, values, path, reason, status):
    url = f"http://news.example/{path}"
    headers = tuple((b"X-Value", value) for value in values)
    exchange = answer(payload, headers=headers, url=url, reason=reason, status=status)
    packed = members(exchange, payload_digest(payload))
    assert len(packed) == 2
    record = parsed(packed[1])
    message = record.http
    assert message is not None
    assert message.payload == payload
    assert message.status == status
    assert message.headers == tuple((b"X-Value", LINE_END.sub(b" ", value).strip(b" \t")) for value in values)
    assert record.url == uri(url)
    assert re.fullmatch(r"[!-~]*", record.url)
    assert record.get("WARC-Payload-Digest") == payload_digest(payload)
    file = io.BytesIO(b"".join(packed))
    theirs = [(one.rec_type, one.raw_stream.read()) for one in ArchiveIterator(file, check_digests="raise")]
    assert theirs == [("request", b""), ("response", payload)]


@given(st.binary(max_size=30), st.binary(max_size=30))
def test_no_header_name_ends_its_line_or_its_name(name, value):
    message = message_of(answer(b"body", headers=((name, value),)))
    assert len(message.headers) == 1
    assert message.payload == b"body"


@pytest.mark.parametrize(
    "headers, kept",
    [
        ([(b"X", b"a\r\nInjected: 1")], [(b"X", b"a  Injected: 1")]),
        ([(b"X", b"a\r\n\r\n<b>body")], [(b"X", b"a    <b>body")]),
        ([(b"X\r\nY", b"1")], [(b"X__Y", b"1")]),
        ([(b"X", b"\xd0\xbf\xff\x01")], [(b"X", b"\xd0\xbf\xff\x01")]),  # bytes received, in no encoding
        ([(b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2")], [(b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2")]),
        ([(b"Content-Length", b"4")], [(b"Content-Length", b"4")]),
        ([(b"Content-Length", b"900")], [(b"X-Crawl-Content-Length", b"900")]),
        ([(b"Transfer-Encoding", b"chunked")], [(b"X-Crawl-Transfer-Encoding", b"chunked")]),
        ([(b"Content-Encoding", b"gzip")], [(b"Content-Encoding", b"gzip")]),
    ],
)
def test_headers_are_stored_as_received_but_for_what_would_break_replay(headers, kept):
    message = message_of(answer(b"body", headers=tuple(headers)))
    assert (message.headers, message.payload) == (tuple(kept), b"body")


@pytest.mark.parametrize(
    "url, stated",
    [
        ("http://news.example/a?b=%20", "http://news.example/a?b=%20"),
        ("http://news.example/\r\nWARC-Type: x", "http://news.example/%0D%0AWARC-Type:%20x"),
        ("http://news.example/п", "http://news.example/%D0%BF"),
        ("http://news.example/\ud800", "http://news.example/%ED%A0%80"),
    ],
)
def test_a_url_never_ends_its_line(url, stated):
    record = parsed(members(answer(url=url), payload_digest(b"<p>hello</p>"))[1])
    assert (record.url, record.type) == (stated, "response")
    assert uri(stated) == stated


def test_what_is_known_of_the_answer_is_in_the_record():
    asked, got = (parsed(one) for one in members(answer(truncated="length"), payload_digest(b"<p>hello</p>")))
    assert (got.date, got.get("WARC-IP-Address"), got.truncated) == ("2017-03-02T10:00:00Z", "192.0.2.1", "length")
    assert (asked.type, asked.get("WARC-Concurrent-To")) == ("request", got.id)
    assert asked.block == b"GET /a HTTP/1.1\r\nHost: news.example\r\n\r\n"


def test_a_time_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not a time in UTC"):
        members(answer(fetched_at="2017-03-02 10:00"), "sha256:X")


def test_credentials_are_not_archived():
    request = b"GET / HTTP/1.1\r\nHost: news.example\r\nAuthorization: Basic c2VjcmV0\r\ncookie: sid=secret\r\nAccept: */*\r\n\r\n"
    asked = parsed(members(answer(request=request), payload_digest(b"<p>hello</p>"))[0])
    assert asked.block == b"GET / HTTP/1.1\r\nHost: news.example\r\nAccept: */*\r\n\r\n"


def test_a_revisit_names_its_original_and_holds_no_payload(tmp_path):
    digest = payload_digest(b"<p>hello</p>")
    later = answer(fetched_at="2018-01-01T00:00:00Z", url="http://copy.example/b")
    with writer(tmp_path) as archive:
        at = archive.append(members(answer(), digest))
        path = tmp_path / at.filename
        again = archive.append(members(later, digest, original(path, at.offset)))
    first, revisit = read(path, at.offset, at.length), read(path, again.offset, again.length)
    assert revisit.type == "revisit"
    assert revisit.get("WARC-Refers-To") == first.id
    assert revisit.get("WARC-Refers-To-Target-URI") == "http://news.example/a"
    assert revisit.get("WARC-Refers-To-Date") == "2017-03-02T10:00:00Z"
    assert revisit.get("WARC-Payload-Digest") == digest
    assert revisit.http == Http("HTTP/1.1", 200, "OK", ((b"Content-Type", b"text/html"),), b"")


def test_other_programs_accept_the_files(tmp_path):
    with writer(tmp_path) as archive:
        at = archive.append(members(answer(), payload_digest(b"<p>hello</p>")))
        refers = original(tmp_path / at.filename, at.offset)
        archive.append(members(answer(), payload_digest(b"<p>hello</p>"), refers))
        archive.append(members(answer(b""), payload_digest(b"")))
    path = tmp_path / at.filename
    check = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("digest pass") == 6  # warcinfo, three requests, two responses
    with path.open("rb") as file:
        assert [record.rec_type for record in ArchiveIterator(file)] == [
            "warcinfo", "request", "response", "request", "revisit", "request", "response",
        ]  # fmt: skip
    assert gzip.decompress(path.read_bytes()).count(b"WARC/1.1\r\n") == 7


# --------------------------------------------------------------------------------------------------- a case's files


def test_the_same_answers_give_the_same_bytes(tmp_path):
    files = []
    for name in ("one", "two"):
        numbers = count()
        with writer(tmp_path / name) as archive:
            for _ in range(3):
                archive.append(
                    members(
                        answer(), payload_digest(b"<p>hello</p>"), None, lambda n=numbers: f"<urn:uuid:{next(n)}>"
                    )
                )
        files.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert files[0] == files[1]


def test_a_file_that_is_full_is_followed_by_the_next_and_each_begins_with_a_warcinfo(tmp_path):
    digest = payload_digest(b"<p>hello</p>")
    with writer(tmp_path, limit=2000) as archive:
        places = [archive.append(members(answer(), digest)) for _ in range(6)]
    files = sorted(tmp_path.iterdir())
    assert [path.name for path in files] == [
        f"mayfly-20170302100000-{n:05d}.warc.gz" for n in range(1, len(files) + 1)
    ]
    assert len(files) > 1
    for path in files:
        assert path.stat().st_size <= 2000
        assert [item.record.type for item in records(path, strict=True)][:3] == ["warcinfo", "request", "response"]
    assert all(read(tmp_path / at.filename, at.offset, at.length).type == "response" for at in places)


def test_a_later_run_goes_on_in_the_newest_file_and_says_what_it_was_told(tmp_path):
    digest = payload_digest(b"<p>hello</p>")
    for _ in range(2):
        with writer(tmp_path) as archive:
            archive.append(members(answer(), digest))
        with writer(tmp_path):
            pass  # a run that fetches nothing leaves nothing
    (path,) = tmp_path.iterdir()
    kinds = [item.record.type for item in records(path, strict=True)]
    assert kinds == ["warcinfo", "request", "response"] * 2
    assert b"software: mayfly/0\r\n" in next(iter(records(path))).record.block


def test_the_newest_file_is_the_one_of_the_highest_number_even_if_the_clock_went_back(tmp_path):
    (tmp_path / "mayfly-20300101000000-00001.warc.gz").write_bytes(b"")
    (tmp_path / "mayfly-20100101000000-00002.warc.gz").write_bytes(b"")
    with writer(tmp_path) as archive:
        assert (
            archive.append(members(answer(), payload_digest(b""))).filename == "mayfly-20100101000000-00002.warc.gz"
        )


def test_a_disk_that_is_full_leaves_the_file_whole(tmp_path):
    noise = random.Random(1).randbytes(20_000)
    digest = payload_digest(noise)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with writer(tmp_path) as archive:
        at = archive.append(members(answer(noise), digest))
        path = tmp_path / at.filename
        size = path.stat().st_size
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + 5000, before[1]))  # the next record half fits
            with pytest.raises(NoSpaceError, match="no space left"):
                archive.append(members(answer(noise), digest))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert path.stat().st_size == size
        archive.append(members(answer(noise), digest))
    assert [item.record.type for item in records(path, strict=True)] == ["warcinfo", *["request", "response"] * 2]


def crashed(folder: Path, tail: bytes) -> tuple[Path, int]:
    """A file with one committed answer, and what a killed run left after it; the end of what is committed."""
    with writer(folder) as archive:
        at = archive.append(members(answer(), payload_digest(b"<p>hello</p>")))
    path = folder / at.filename
    with path.open("ab") as file:
        file.write(tail)
    return path, at.offset + at.length


@pytest.mark.parametrize("tail", [b"", b"\x1f\x8b\x08 half a record", member(b"WARC/1.1\r\na whole one")])
def test_what_no_row_names_is_cut_off_the_end(tmp_path, tail):
    path, end = crashed(tmp_path, tail)
    lines = writer(tmp_path).cut({path.name: end})
    assert path.stat().st_size == end
    assert len(lines) == bool(tail)
    with writer(tmp_path) as archive:
        at = archive.append(members(answer(), payload_digest(b"<p>hello</p>")))
    assert read(path, at.offset, at.length).type == "response"


def test_a_file_that_holds_nothing_committed_goes_and_a_stranger_stays(tmp_path):
    crashed(tmp_path, b"")
    (tmp_path / "mine.warc.gz").write_bytes(b"kept")
    assert len(writer(tmp_path).cut({})) == 1
    assert [other.name for other in tmp_path.iterdir()] == ["mine.warc.gz"]


def test_committed_bytes_are_never_cut_and_their_loss_is_said(tmp_path):
    path, end = crashed(tmp_path, b"tail")
    content = path.read_bytes()
    archive = writer(tmp_path)
    with pytest.raises(
        ArchiveError, match=rf"{path.name}: {end + 4} bytes, but rows of case.db name records up to byte {end + 9}"
    ):
        archive.cut({path.name: end + 9})
    with pytest.raises(ArchiveError, match=r"mayfly-20170302100000-00009.warc.gz: missing"):
        archive.cut({path.name: end, "mayfly-20170302100000-00009.warc.gz": 10})
    with pytest.raises(ArchiveError, match="which this case's database does not know"):
        archive.cut(None)
    for n in (2, 3):
        (tmp_path / f"mayfly-20170302100000-0000{n}.warc.gz").write_bytes(content)
    with pytest.raises(ArchiveError, match=r"2 files, mayfly-20170302100000-00002\.warc\.gz the first"):
        archive.cut({path.name: end})
    assert path.read_bytes() == content


# ----------------------------------------------------------------------------------------------------------- reading


def test_a_file_cut_anywhere_gives_its_whole_records_and_names_the_torn_one(tmp_path):
    path = written(tmp_path / "a.warc.gz", answer(), answer(b"second"))
    data = path.read_bytes()
    ends = [item.offset + item.length for item in records(path)]
    for size in range(2, len(data)):
        path.write_bytes(data[:size])
        items = list(records(path))
        assert [item.offset + item.length for item in items if isinstance(item, Found)] == [
            end for end in ends if end <= size
        ]
        torn = [item for item in items if isinstance(item, Damage)]
        assert [item.end for item in torn] == ([] if size in ends else [size])


def test_every_flipped_bit_of_an_archive_of_ours_is_found(tmp_path):
    repetition = answer(b"ab" * 300, request=b"")  # there are several ways to pack it
    path = written(tmp_path / "a.warc.gz", repetition)
    with path.open("r+b") as file:
        for place, byte in enumerate(path.read_bytes()):
            for bit in range(8):
                os.pwrite(file.fileno(), bytes([byte ^ 1 << bit]), place)
                assert any(isinstance(item, Damage) for item in records(path, strict=True)), (place, bit)
            os.pwrite(file.fileno(), bytes([byte]), place)


def test_reading_goes_on_after_a_damaged_stretch(tmp_path):
    path = written(tmp_path / "a.warc.gz", answer(), answer(b"second"), answer(b"third"))
    items = list(records(path))
    data = bytearray(path.read_bytes())
    second = items[3]
    data[second.offset : second.offset + second.length] = b"\x1f\x8b\x08" + b"\0" * (second.length - 3)
    path.write_bytes(data)
    after = list(records(path))
    assert [type(item) for item in after] == [Found, Found, Found, Damage, Found, Found]
    assert (after[3].offset, after[3].end) == (second.offset, second.offset + second.length)
    with pytest.raises(DamagedError):
        read(path, second.offset)
    with pytest.raises(DamagedError):
        read(path, items[4].offset + 1)
    with pytest.raises(DamagedError, match="bytes long, not"):
        read(path, items[4].offset, items[4].length + 1)


def test_an_uncompressed_file_is_read_too(tmp_path):
    packed = written(tmp_path / "a.warc.gz", answer(), answer(b"second"), answer(b"third"))
    data = gzip.decompress(packed.read_bytes())
    path = tmp_path / "a.warc"
    path.write_bytes(data)
    items = list(records(path))
    assert [item.record for item in items] == [item.record for item in records(packed)]
    assert b"".join(data[item.offset : item.offset + item.length] for item in items) == data
    assert read(path, items[3].offset, items[3].length).http.payload == b"second"
    path.write_bytes(data.replace(b"second", b"sEcond"))
    after = list(records(path))
    assert [type(item) for item in after] == [Found, Found, Found, Damage, Found, Found]
    assert "block digest" in after[3].reason
    path.write_bytes(data.replace(b"second", b"secon"))
    assert [type(item) for item in records(path)] == [Found, Found, Found, Damage, Found, Found]


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "empty"),
        (b"\0" * 5000, "nothing but zeros"),
        (b"<!doctype html><p>x", "it begins with '<!doctype html><p>x'"),
        (b"filedesc://a.arc 0.0.0.0 2014 text/plain 75\n", "ARC file"),
        (gzip.compress(b"filedesc://a.arc 0.0.0.0 2014 text/plain 75\n", mtime=0), "ARC file"),
        (gzip.compress(b"<!doctype html>", mtime=0), "it begins with '<!doctype html>'"),
        (
            gzip.compress(
                b"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Date: 2017-01-01T00:00:00Z\r\nContent-Length: 1\r\n\r\na\r\n\r\n"
                * 2,
                mtime=0,
            ),
            "gunzip",
        ),
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_line_that_says_what_it_is(tmp_path, content, words):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)
    with pytest.raises(NotAnArchiveError) as error:
        list(records(path))
    assert str(error.value).startswith(f"{path}: ")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_record_as_large_as_a_bomb_costs_no_memory(tmp_path):
    size = 300_000_000
    head = b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Date: 2017-01-01T00:00:00Z\r\nContent-Length: %d\r\n\r\n" % size
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = (
        pack.compress(head)
        + b"".join(pack.compress(bytes(1_000_000)) for _ in range(300))
        + pack.compress(b"\r\n\r\n")
        + pack.flush()
    )
    path = written(tmp_path / "a.warc.gz", answer())
    path.write_bytes(bomb + path.read_bytes())
    tracemalloc.start()
    try:
        items = list(records(path))
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()
    assert [type(item) for item in items] == [Damage, Found, Found]
    assert "larger than" in items[0].reason


def test_a_record_of_another_archive_is_copied_as_it_is(tmp_path):
    path = written(tmp_path / "ours.warc.gz", answer())
    plain = [gzip.decompress(raw(path, item.offset, item.length)) for item in records(path)]
    zlibs = [zlib.compress(record, 9, 31) for record in plain]
    named = [b"\x1f\x8b\x08\x08\0\0\0\0\0\x03name\0" + one[10:] for one in zlibs]
    for sources in (plain, zlibs, named):
        other = tmp_path / "other"
        other.write_bytes(b"".join(sources))
        copies = [raw(other, item.offset, item.length) for item in records(other)]
        assert [gzip.decompress(one) for one in copies] == plain
        if sources is zlibs:
            assert [one[-len(source) + 10 :] for one, source in zip(copies, sources, strict=True)] == [
                one[10:] for one in sources
            ]
        other.write_bytes(b"".join(copies))
        assert [type(item) for item in records(other, strict=True)] == [Found, Found]


@pytest.mark.parametrize(
    "body, payload",
    [
        (b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\n", b"hello world"),
        (b"5\r\nhello\r\n6\r\n wor", b"hello wor"),  # torn
        (b"<p>not chunked</p>", b"<p>not chunked</p>"),  # the crawler took the chunks out, and left the header
        (b"", b""),
        (b"0\r\n\r\n", b""),
    ],
)
def test_chunks_are_taken_out_where_there_are_any(body, payload):
    assert dechunk(body) == payload


@pytest.mark.parametrize(
    "written, read_as",
    [
        ("2017-03-02T10:00:00Z", "2017-03-02T10:00:00Z"),
        ("2014-03-04T05:14:21.000Z", "2014-03-04T05:14:21Z"),
        ("2016-01-11T23:24Z", "2016-01-11T23:24:00Z"),
        ("2016-01", "2016-01-01T00:00:00Z"),
        ("20140126200624", "2014-01-26T20:06:24Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("2017-02-30T10:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_of_other_crawlers(written, read_as):
    assert when(written) == read_as


@pytest.mark.parametrize(
    "digest, holds",
    [
        ("sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N", True),
        ("SHA-1:vl2mmho4yxukfwv63yhtwsbm3gxksq2n", True),
        ("sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", True),
        ("sha256:FTZE3OS7WCRQ4JXIHMVMLOPCTYNRMHS4D6TUEXTTAQZWFE4LTASA====", True),
        ("sha256:FTZE3OS7WCRQ4JXIHMVMLOPCTYNRMHS4D6TUEXTTAQZWFE4LTASA", True),
        ("md5:XUFAKrxLKna5cZ2REBfFkg==", True),
        ("sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2M", False),
        ("sha1:", False),
        ("blake3:AAAA", None),
        ("VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N", None),
        (None, None),
    ],
)
def test_digests_as_crawlers_write_them(digest, holds):
    assert matches(digest, b"hello") is holds


@real
@pytest.mark.parametrize(
    "name, kinds, damages",
    [
        ("pywb-iana.warc.gz", {"warcinfo": 1, "response": 48, "request": 171, "revisit": 123}, 0),
        ("pywb-dupes.warc.gz", {"warcinfo": 1, "response": 3, "request": 12, "revisit": 9}, 0),
        ("pywacz-example-collection-with-lists.warc", {"warcinfo": 2, "response": 18, "request": 18}, 0),
        ("warcio-example-iana.org-chunked.warc", {"warcinfo": 1, "response": 1, "request": 1}, 0),
        ("warcio-example-trunc.warc", {"warcinfo": 2, "request": 1}, 1),
    ],
)
def test_real_archives(name, kinds, damages):
    items = list(records(DATA / name))
    found = [item.record.type for item in items if isinstance(item, Found)]
    assert {kind: found.count(kind) for kind in found} == kinds
    assert sum(isinstance(item, Damage) for item in items) == damages


@real
@pytest.mark.parametrize(
    "name", ["warcio-example.arc.gz", "warcio-example-bad.warc.gz.bad", "pywb-invalid_example_1.wacz"]
)
def test_real_files_that_are_refused(name):
    with pytest.raises(NotAnArchiveError, match=name):
        list(records(DATA / name))
