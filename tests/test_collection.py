"""Collections: what WARC and WACZ files hold of an address, oldest first, and read whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import random
import zipfile
from base64 import b32encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.collection import Collection, Held
from crawler.exchange import Exchange
from crawler.warc import (
    DamagedError,
    Found,
    NotAnArchiveError,
    Original,
    build,
    member,
    members,
    payload_digest,
    records,
)
from tests.test_warc import DATA, answer, real, written

KEY = "news.example/a"


def held(collection: Collection, key: str = KEY) -> list[Held]:
    return list(collection.captures(key))


def payloads(collection: Collection, key: str = KEY) -> list[bytes | None]:
    found = [collection.exchange(one) for one in held(collection, key)]
    return [exchange.payload if exchange else None for exchange in found]


def record(kind: str, fields: dict[str, str], block: bytes) -> bytes:
    """A record as some other crawler writes it."""
    common = {"WARC-Target-URI": "http://news.example/a", "WARC-Date": "2017-03-02T10:00:00Z", **fields}
    return build(kind, list(common.items()), block)


def sha1(data: bytes) -> str:
    return "sha1:" + b32encode(hashlib.sha1(data).digest()).decode()


def test_every_capture_of_an_address_oldest_first_with_its_request(tmp_path):
    late = answer(b"late", fetched_at="2018-01-01T00:00:00Z", truncated="length")
    early = answer(b"early", fetched_at="2017-01-01T00:00:00Z", status=404, reason="Not Found")
    other = answer(b"other", url="http://other.example/")
    one = written(tmp_path / "one.warc.gz", late, other)
    two = written(tmp_path / "two.warc.gz", early)
    with Collection([one, two], tmp_path) as collection:
        assert list(collection.urlkeys()) == [KEY, "other.example"]
        assert [one.date for one in held(collection)] == ["2017-01-01T00:00:00Z", "2018-01-01T00:00:00Z"]
        first, second = (collection.exchange(one) for one in held(collection))
        assert held(collection, "unknown.example") == []
    for found, sent in ((first, early), (second, late)):
        assert [
            getattr(found, name)
            for name in ("url", "fetched_at", "status", "reason", "headers", "payload", "request", "ip", "truncated")
        ] == [
            getattr(sent, name)
            for name in ("url", "fetched_at", "status", "reason", "headers", "payload", "request", "ip", "truncated")
        ]


def test_the_records_are_given_as_they_are_in_the_file(tmp_path):
    path = written(tmp_path / "one.warc.gz", answer())
    with Collection([path], tmp_path) as collection:
        (found,) = (collection.exchange(one) for one in held(collection))
    assert b"".join(found.members) == path.read_bytes()
    plain = tmp_path / "plain.warc"
    plain.write_bytes(gzip.decompress(path.read_bytes()))
    with Collection([plain], tmp_path) as collection:
        (found,) = (collection.exchange(one) for one in held(collection))
    assert gzip.decompress(b"".join(found.members)) == plain.read_bytes()


def test_a_copy_of_a_capture_comes_once_and_another_answer_of_the_same_second_does_not_hide(tmp_path):
    redirect = answer(
        b"", status=301, url="http://news.example/a", headers=((b"Location", b"https://news.example/a"),)
    )
    target = answer(b"", url="https://news.example/a")
    one = written(tmp_path / "one.warc.gz", redirect, target)
    two = written(tmp_path / "two.warc.gz", redirect, target)
    with Collection([one, two, one], tmp_path) as collection:
        assert [(one.url, one.status) for one in held(collection)] == [
            ("http://news.example/a", 301), ("https://news.example/a", 200),
        ]  # fmt: skip


def response(payload: bytes, date: str, url: str = "http://news.example/a", identity: str = "<urn:uuid:1>") -> bytes:
    fields = {
        "WARC-Record-ID": identity,
        "WARC-Date": date,
        "WARC-Target-URI": url,
        "WARC-Payload-Digest": sha1(payload),
    }
    return record("response", fields, b"HTTP/1.1 200 OK\r\nX-From: original\r\n\r\n" + payload)


@pytest.mark.parametrize(
    "refers, block, expected",
    [
        ({"WARC-Refers-To": "<urn:uuid:1>"}, b"HTTP/1.1 200 OK\r\nX-From: revisit\r\n\r\n", (200, b"revisit", b"page")),
        ({"WARC-Refers-To-Target-URI": "http://www.news.example/a/", "WARC-Refers-To-Date": "2016-01-01T00:00:00Z"},
         b"HTTP/1.1 200 OK\r\nX-From: revisit\r\n\r\n", (200, b"revisit", b"page")),
        ({"WARC-Payload-Digest": sha1(b"page")}, b"HTTP/1.1 200 OK\r\nX-From: revisit\r\n\r\n", (200, b"revisit", b"page")),
        ({"WARC-Payload-Digest": "sha1:" + hashlib.sha1(b"page").hexdigest()}, b"HTTP/1.1 200 OK\r\nX-From: revisit\r\n\r\n", (200, b"revisit", b"page")),
        ({"WARC-Refers-To": "<urn:uuid:1>"}, b"", (200, b"original", b"page")),
        ({"WARC-Refers-To": "<urn:uuid:1>"}, b"HTTP/1.1 304 Not Modified\r\nX-From: revisit\r\n\r\n", (200, b"original", b"page")),
        ({"WARC-Refers-To": "<urn:uuid:1>", "WARC-Payload-Digest": sha1(b"other")}, b"HTTP/1.1 200 OK\r\n\r\n", None),
        ({"WARC-Refers-To": "<urn:uuid:9>"}, b"HTTP/1.1 200 OK\r\n\r\n", None),
        ({"WARC-Payload-Digest": sha1(b"other")}, b"HTTP/1.1 200 OK\r\n\r\n", None),
        ({}, b"HTTP/1.1 200 OK\r\n\r\n", None),
    ],
)  # fmt: skip
def test_a_revisit_has_the_payload_of_its_original_or_none(tmp_path, refers, block, expected):
    (tmp_path / "old.warc.gz").write_bytes(response(b"page", "2016-01-01T00:00:00Z", "http://www.news.example/a"))
    (tmp_path / "new.warc.gz").write_bytes(record("revisit", {"WARC-Record-ID": "<urn:uuid:2>", **refers}, block))
    with Collection([tmp_path / "new.warc.gz", tmp_path / "old.warc.gz"], tmp_path) as collection:
        old, new = held(collection)
        assert collection.exchange(old).payload == b"page"
        found = collection.exchange(new)
        assert (collection.original(new) == old) is (expected is not None)
    if expected is None:
        assert found is None
    else:
        assert (found.status, dict(found.headers)[b"X-From"], found.payload) == expected
        assert found.revisit
        assert found.fetched_at == "2017-03-02T10:00:00Z"


def test_a_record_whose_declared_digest_is_wrong_lends_its_payload_to_no_revisit(tmp_path):
    forged = record(
        "response",
        {"WARC-Record-ID": "<urn:uuid:1>", "WARC-Date": "2016-01-01T00:00:00Z", "WARC-Payload-Digest": sha1(b"true")},
        b"HTTP/1.1 200 OK\r\n\r\nforged",
    )
    revisit = record(
        "revisit",
        {"WARC-Record-ID": "<urn:uuid:2>", "WARC-Payload-Digest": sha1(b"true")},
        b"HTTP/1.1 200 OK\r\n\r\n",
    )
    (tmp_path / "a.warc.gz").write_bytes(forged + revisit)
    with Collection([tmp_path / "a.warc.gz"], tmp_path) as collection:
        assert payloads(collection) == [b"forged", None]


def test_our_own_archive_can_be_given(tmp_path):
    digest = payload_digest(b"<p>hello</p>")
    first = members(answer(), digest, None, iter(["<urn:uuid:1>", "<urn:uuid:2>"]).__next__)
    later = members(
        answer(fetched_at="2018-01-01T00:00:00Z"),
        digest,
        Original("http://news.example/a", "2017-03-02T10:00:00Z", "<urn:uuid:1>"),
    )
    (tmp_path / "a.warc.gz").write_bytes(b"".join(first + later))
    with Collection([tmp_path / "a.warc.gz"], tmp_path) as collection:
        assert payloads(collection) == [b"<p>hello</p>"] * 2
        assert [one.type for one in held(collection)] == ["response", "revisit"]


def test_chunks_that_a_crawler_left_in_are_taken_out(tmp_path):
    block = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    (tmp_path / "a.warc.gz").write_bytes(record("response", {"WARC-Record-ID": "<urn:uuid:1>"}, block))
    with Collection([tmp_path / "a.warc.gz"], tmp_path) as collection:
        assert payloads(collection) == [b"hello"]


@pytest.mark.parametrize("link", ["request", "response"])
def test_the_request_is_found_whichever_of_the_two_names_the_other(tmp_path, link):
    asked = {"WARC-Record-ID": "<urn:uuid:1>"} | ({"WARC-Concurrent-To": "<urn:uuid:2>"} if link == "request" else {})
    got = {"WARC-Record-ID": "<urn:uuid:2>"} | ({"WARC-Concurrent-To": "<urn:uuid:1>"} if link == "response" else {})
    pair = [
        record("response", got, b"HTTP/1.1 200 OK\r\n\r\nx"),
        record("request", asked, b"GET /a HTTP/1.1\r\n\r\n"),
    ]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(pair))
    with Collection([tmp_path / "a.warc.gz"], tmp_path) as collection:
        (found,) = (collection.exchange(one) for one in held(collection))
    assert (found.request, len(found.members)) == (b"GET /a HTTP/1.1\r\n\r\n", 2)


def test_what_is_no_answer_to_a_web_address_is_passed_over(tmp_path):
    others = [
        record(
            "response",
            {"WARC-Record-ID": "<urn:uuid:1>", "WARC-Target-URI": "dns:news.example"},
            b"20170302100000\nnews.example. 300 IN A 192.0.2.1\n",
        ),
        record("resource", {"WARC-Record-ID": "<urn:uuid:2>"}, b"a picture"),
        record("metadata", {"WARC-Record-ID": "<urn:uuid:3>"}, b"via: x\r\n"),
    ]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(others))
    with Collection([tmp_path / "a.warc.gz"], tmp_path) as collection:
        assert list(collection.urlkeys()) == []
        assert collection.damages == []


# ------------------------------------------------------------------------------------------------------------- WACZ


def wacz(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("packed", [True, False])
def test_a_wacz_is_read_however_it_holds_its_warcs(tmp_path, method, packed):
    one = written(tmp_path / "one.warc.gz", answer(b"early", fetched_at="2016-01-01T00:00:00Z")).read_bytes()
    two = written(tmp_path / "two.warc.gz", answer(b"late")).read_bytes()
    if not packed:
        one, two = gzip.decompress(one), gzip.decompress(two)
    end = ".gz" if packed else ""
    files = {
        f"archive/b.warc{end}": two,
        "pages/pages.jsonl": b"{}",
        f"archive/a.warc{end}": one,
        "datapackage.json": b"{}",
    }
    path = wacz(tmp_path / "a.wacz", files, method)
    for _ in range(2):  # the second time from the index
        with Collection([path], tmp_path) as collection:
            assert payloads(collection) == [b"early", b"late"]


def test_names_inside_a_wacz_lead_nowhere(tmp_path):
    data = written(tmp_path / "one.warc.gz", answer()).read_bytes()
    folder = tmp_path / "case" / "inside"
    path = wacz(tmp_path / "a.wacz", {"archive/../../../evil.warc.gz": data}, zipfile.ZIP_DEFLATED)
    with Collection([path], folder) as collection:
        assert payloads(collection) == [b"<p>hello</p>"]
    assert not list(tmp_path.rglob("*evil*"))


def zipped_bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/a.warc", bytes(20_000_000))
    return buffer.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


# ---------------------------------------------------------------------------------------------- bad and changed files


@pytest.mark.parametrize(
    "content, words",
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "empty"),
        (b"<html>", "not a WARC"),
        (zipped("readme.txt", b"hello"), "no WACZ"),
        (zipped("archive/a.warc.gz", b"<html>"), "archive/a.warc.gz: "),
        (zipped("archive/a.warc.gz", b"x" * 500)[:300], "damaged WACZ"),
        (zipped_bomb(), "a bomb it seems"),
        (member(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: x\r\n\r\n"), "damaged from end to end"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"\xff" * 500, "damaged from end to end"),
    ],
)
def test_a_file_that_is_of_no_use_is_refused_in_one_line(tmp_path, content, words):
    path = tmp_path / "a.warc.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NotAnArchiveError) as error:
        Collection([path], tmp_path)
    assert words in str(error.value)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    written(path, answer())
    with Collection([path], tmp_path) as collection:  # and nothing of it stays behind
        assert payloads(collection) == [b"<p>hello</p>"]


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(NotAnArchiveError, match="a folder; give the files in it"):
        Collection([tmp_path], tmp_path)


def test_damage_is_named_and_the_rest_is_used(tmp_path):
    path = written(tmp_path / "a.warc.gz", answer(b"one"), answer(b"two", fetched_at="2018-01-01T00:00:00Z"))
    places = [item.offset for item in records(path) if isinstance(item, Found)]
    data = bytearray(path.read_bytes())
    data[places[1] + 60] ^= 255  # in the first response
    path.write_bytes(data)
    for _ in range(2):
        with Collection([path], tmp_path) as collection:
            assert payloads(collection) == [b"two"]
            (line,) = collection.damages
        assert line.startswith(f"{path}: byte {places[1]}: the gzip member is damaged")


def test_a_second_run_does_not_read_the_files_again_unless_they_have_changed(tmp_path):
    path = written(tmp_path / "a.warc.gz", *(answer(b"%d" % n, url=f"http://news.example/{n}") for n in range(3)))
    seen: list[tuple[int, int]] = []
    for _ in range(2):
        with Collection([path], tmp_path, lambda done, total: seen.append((done, total))):
            pass
    size = path.stat().st_size
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert (seen[-1], len(seen)) == ((size, size), 6)
    written(path, answer(b"new"))
    os.utime(path, (1, 1))
    with Collection([path], tmp_path, lambda done, total: seen.append((done, total))) as collection:
        assert list(collection.urlkeys()) == [KEY]
    assert len(seen) == 8


def test_only_the_files_given_are_looked_into(tmp_path):
    one = written(tmp_path / "one.warc.gz", answer(b"one"))
    two = written(tmp_path / "two.warc.gz", answer(b"two"))
    with Collection([one, two], tmp_path) as collection:
        assert payloads(collection) == [b"one", b"two"]
    with Collection([two], tmp_path) as collection:
        assert payloads(collection) == [b"two"]


def test_an_index_that_is_damaged_is_made_anew(tmp_path):
    path = written(tmp_path / "a.warc.gz", answer())
    with Collection([path], tmp_path):
        pass
    (tmp_path / "from" / "index.db").write_bytes(random.Random(1).randbytes(5000))
    with Collection([path], tmp_path) as collection:
        assert payloads(collection) == [b"<p>hello</p>"]


def test_a_file_that_changes_under_a_crawl_is_found_out(tmp_path):
    path = written(tmp_path / "a.warc.gz", answer())
    with Collection([path], tmp_path) as collection:
        (found,) = held(collection)
        data = bytearray(path.read_bytes())
        data[-20] ^= 1
        path.write_bytes(data)
        with pytest.raises(DamagedError, match=r"a\.warc\.gz: byte \d+: .*changed since"):
            collection.exchange(found)


@real
def test_a_real_crawl_of_two_days(tmp_path):
    names = [
        "pywb-iana.warc.gz",
        "pywb-dupes.warc.gz",
        "pywb-example-url-agnostic-orig.warc.gz",
        "pywb-example-url-agnostic-revisit.warc.gz",
    ]
    with Collection([DATA / name for name in names], tmp_path) as collection:
        every: Iterator[tuple[Held, Exchange | None]] = (
            (one, collection.exchange(one)) for key in collection.urlkeys() for one in collection.captures(key)
        )
        found = list(every)
        assert collection.damages == []
    assert [one.type for one, _ in found].count("response") == 48 + 3 + 1
    assert [one.type for one, _ in found].count("revisit") == 123 + 9 + 1
    assert all(exchange is not None for _, exchange in found)
    assert all(one.type == "response" or exchange.payload for one, exchange in found if exchange.status == 200)


@real
@pytest.mark.parametrize(
    "name, captures", [("pywb-valid_example_1.wacz", 1), ("pywacz-example-collection-with-lists.warc", 18)]
)
def test_real_files(tmp_path, name, captures):
    with Collection([DATA / name], tmp_path) as collection:
        assert sum(len(held(collection, key)) for key in collection.urlkeys()) == captures


@real
def test_a_real_zip_that_is_no_wacz(tmp_path):
    with pytest.raises(NotAnArchiveError, match="no WACZ"):
        Collection([DATA / "pywb-invalid_example_1.wacz"], tmp_path)
