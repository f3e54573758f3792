"""The replica as a WARC: the same bytes from the same captures, one gzip member a record."""

from __future__ import annotations

import hashlib
import uuid
import zlib
from base64 import b32encode
from collections.abc import Iterable, Iterator

from tests.replica.model import REASONS, Capture

SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "http://replica.example/")


def records(captures: Iterable[Capture]) -> Iterator[bytes]:
    """Every record, not compressed: what this file is, then a request and a response for each capture, by date."""
    about = b"software: tests.replica\r\nformat: WARC File Format 1.1\r\ndescription: a reconstruction; no page is real\r\n"
    yield record("warcinfo", "about", "2018-12-01T00:00:00Z", about, "application/warc-fields")
    for capture in sorted(captures, key=lambda capture: (capture.when, capture.url)):
        yield from exchange(capture)


def exchange(capture: Capture) -> Iterator[bytes]:
    when = f"{capture.when:%Y-%m-%dT%H:%M:%SZ}"
    name = f"{when} {capture.url}"
    host, _, path = capture.url.split("://", 1)[1].partition("/")
    asked = f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: replica/1\r\nAccept: */*\r\n\r\n".encode()
    headers = "".join(f"{field}: {value}\r\n" for field, value in capture.headers)
    head = f"HTTP/1.1 {capture.status} {REASONS[capture.status]}\r\n{headers}\r\n".encode()
    facts = {"WARC-Target-URI": capture.url, "WARC-IP-Address": capture.ip}
    response = {**facts, "WARC-Payload-Digest": digest(capture.body)}
    yield record(
        "request", name, when, asked, "application/http; msgtype=request", facts, concurrent="response " + name
    )
    yield record("response", name, when, head + capture.body, "application/http; msgtype=response", response)


def digest(data: bytes) -> str:
    return "sha256:" + b32encode(hashlib.sha256(data).digest()).decode()


def identifier(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(SPACE, name)}>"


def record(
    kind: str,
    name: str,
    when: str,
    block: bytes,
    mime: str,
    facts: dict[str, str] | None = None,
    concurrent: str = "",
) -> bytes:
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": identifier(f"{kind} {name}"),
        "WARC-Date": when,
        **(facts or {}),
        "WARC-Block-Digest": digest(block),
        "Content-Type": mime,
        "Content-Length": str(len(block)),
    }
    if concurrent:
        fields["WARC-Concurrent-To"] = identifier(concurrent)
    head = "".join(f"{field}: {value}\r\n" for field, value in fields.items())
    return f"WARC/1.1\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def member(data: bytes) -> bytes:
    """One gzip member. Its bytes depend on the machine's zlib; what they hold does not."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()
