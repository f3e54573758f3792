"""Payload: from the bytes that a server sent to text, whatever it says of their encoding.

Servers and pages lie about compression, charset and type, so the bytes decide wherever they can. Nothing here
ever holds more than `LIMIT` bytes of decoded payload, and a chunk.
"""

from __future__ import annotations

import codecs
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from unicodedata import normalize

import brotli
from charset_normalizer import from_bytes
from w3lib.encoding import resolve_encoding

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LIMIT = 16 * 1024 * 1024  # bytes; a brotli answer of 796 bytes can hold a gigabyte
LAYERS = 4  # encodings applied one over the other; honest servers use one
MEMBERS = 1000  # gzip members in one stream


class BadEncoding(ValueError):  # noqa: N818  (the name of the outcome)
    """The payload is not in the encoding that its header declares."""


# --- Content-Encoding ------------------------------------------------------------------------------------------


def decode(payload: bytes, encodings: list[str], limit: int = LIMIT) -> tuple[bytes, str | None]:
    """The entity without its content encodings, and why it is not whole: `encoding`, `length` or None.

    `encodings` are those of the header, in the order in which they were applied. A stream that ends early or
    breaks in the middle gives what it held up to there. Raises BadEncoding where an encoding is unknown or
    gives nothing at all.
    """
    encodings = [name for name in encodings if name not in ("", "identity")]
    if len(encodings) > LAYERS:
        raise BadEncoding(f"{len(encodings)} content encodings")
    truncated = None
    for name in reversed(encodings):
        if not payload:
            break
        try:
            stream = _STREAMS[name]
        except KeyError:
            raise BadEncoding(f"unknown content encoding {name[:40]!r}") from None
        parts, size, whole = [], 0, True
        try:
            for part in stream(payload, limit):
                parts.append(part)
                size += len(part)
                if size > limit:
                    break
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
            if not size and not payload.startswith(_MAGIC.get(name, b"\0none")):
                raise BadEncoding(f"declared {name}, but it is not: {error}") from None
            whole = False
        payload = b"".join(parts)
        if len(payload) > limit:
            payload, truncated = payload[:limit], "length"
        elif not whole:
            truncated = truncated or "encoding"
    if len(payload) > limit:
        payload, truncated = payload[:limit], "length"
    return payload, truncated


PIECE = 16 * 1024  # bytes fed at a time: what is before a broken place is kept
TRAILER = 8  # bytes of checksum and length behind a gzip member: fed by themselves, so that a wrong one costs nothing


def _gunzip(data: bytes, limit: int) -> Iterator[bytes]:
    for _ in range(MEMBERS):
        stream = zlib.decompressobj(31)
        yield from _fed(stream, data, limit)
        if not stream.eof:
            return  # the limit was reached
        data = stream.unused_data.lstrip(b"\0")
        if not data.startswith(_MAGIC["gzip"]):
            return  # the end, or rubbish after it, which every reader ignores


def _inflate(data: bytes, limit: int) -> Iterator[bytes]:
    # RFC 9110 means zlib, some servers mean raw deflate.
    try:
        zlib.decompressobj(zlib.MAX_WBITS).decompress(data[:64], 1)
        stream = zlib.decompressobj(zlib.MAX_WBITS)
    except zlib.error:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
    yield from _fed(stream, data, limit)


def _fed(stream: zlib._Decompress, data: bytes, limit: int) -> Iterator[bytes]:
    """One member's content. What follows the member is in `stream.unused_data`. Raises EOFError if it ends early."""
    body = max(0, len(data) - TRAILER)
    cuts = [*range(0, body, PIECE), body, len(data)]
    size = 0
    for start, end in pairwise(cuts):
        out = stream.decompress(data[start:end], limit + 1 - size)
        size += len(out)
        yield out
        if stream.eof:
            stream.decompress(data[end:])  # after its end: goes to unused_data
            return
        if size > limit:
            return
    raise EOFError("the stream ends early")


def _unbrotli(data: bytes, limit: int) -> Iterator[bytes]:  # noqa: ARG001  (its caller stops at the limit)
    stream = brotli.Decompressor()
    out = stream.process(data, output_buffer_limit=65536)
    while out or not stream.can_accept_more_data():
        yield out
        out = stream.process(b"", output_buffer_limit=65536)
    if not stream.is_finished():
        raise EOFError("the stream ends early")


def _unzstd(data: bytes, limit: int) -> Iterator[bytes]:
    for _ in range(MEMBERS):
        stream = zstd.ZstdDecompressor()
        out = stream.decompress(data, limit + 1)
        yield out
        if not stream.eof:
            if not stream.needs_input:
                return  # the limit was reached
            raise EOFError("the stream ends early")
        data = stream.unused_data
        if not data:
            return


_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
_STREAMS: dict[str, Callable[[bytes, int], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}


# --- Type ------------------------------------------------------------------------------------------------------

_BINARY = re.compile(
    rb"%PDF-|\x89PNG|GIF8|\xff\xd8\xff|PK\x03\x04|\x1f\x8b|RIFF|Rar!|7z\xbc\xaf|\x00\x00\x00.ftyp|ID3|OggS|"
    rb"\x1aE\xdf\xa3|wOF|\xd0\xcf\x11\xe0|MZ\x90|\x7fELF|SQLite format|\x00\x00\x01\x00"
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))  # escapes are those of ISO-2022
_XML_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(rss|feed|rdf|urlset|sitemapindex|html)[\s/>]", re.IGNORECASE)
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|div|p|a|span|table|h[1-6]|article|center|"
    rb"font|ul|ol|img|br|form|iframe|section|main|nav|header|b|i|pre|blockquote|frameset)[\s/>]",
    re.IGNORECASE,
)
_MARKUP_START = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<[!?a-zA-Z]")
_OTHER = re.compile(r"(?:image|audio|video|font)/|.*(?:json|javascript|ecmascript|css|zip|pdf|octet-stream)", re.I)


def looks_like_markup(data: bytes) -> bool:
    """Whether bytes begin as a page or a feed does: used where a declared compression proves a lie."""
    return bool(_MARKUP_START.match(data[:1024])) and b"\0" not in data[:1024]


def kind(body: bytes, mime: str) -> str | None:
    """What a body is, by its content first: `html`, `feed`, `sitemap`, `text`; None for anything else."""
    head = body[:4096]
    if unicode_16_or_32(head):
        head = head.replace(b"\0", b"")
    elif _BINARY.match(head) or len(head) - len(head.translate(None, _CONTROLS)) > len(head) // 10:
        return None
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\f")
    if start.startswith(b"<?xml") or re.match(rb"<(?:!--|rss|feed|rdf:|urlset|sitemapindex)", start, re.I):
        root = _XML_ROOT.search(head)
        if root:
            name = root[1].lower()
            return {b"html": "html", b"urlset": "sitemap", b"sitemapindex": "sitemap"}.get(name, "feed")
    if start.startswith(b"<") and _HTML.search(head):
        return "html"
    if _OTHER.match(mime):
        return None
    if mime in ("text/html", "application/xhtml+xml") or (_HTML.search(head) and mime != "text/plain"):
        return "html"
    if mime in ("", "text/plain") or mime.startswith("text/"):
        return "text"
    return None


# --- Charset ---------------------------------------------------------------------------------------------------

_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})""")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEVEN_BIT = ("iso2022", "iso-2022", "hz", "utf-7", "utf7")
_LATIN = ("cp1252", "latin", "iso8859-1", "iso8859_1", "iso-8859-1")
SAMPLE = 64 * 1024  # bytes looked at where a charset must be guessed


def unicode_16_or_32(head: bytes) -> str | None:
    """UTF-16 or UTF-32, told by its mark or by where the zero bytes stand; None if it is neither."""
    for mark, name in _BOMS[1:]:
        if head.startswith(mark):
            return name
    head = head[:1024]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    found = None
    if even + odd > len(head) * 0.6:  # three bytes of four are zero
        found = "utf-32-be" if head[:3] == b"\0\0\0" else "utf-32-le" if head[1:4] == b"\0\0\0" else None
    elif even + odd >= 4 and max(even, odd) > 10 * (min(even, odd) + 1):
        found = "utf-16-le" if odd > even else "utf-16-be"
    if found is None:
        return None
    text = head[: len(head) // 4 * 4].decode(found, "replace")
    return found if re.search(r"[<\s]", text) and not re.search("[\0-\x08\ufffd]", text[:-1]) else None


def text(body: bytes, content_type: str = "") -> tuple[str, str]:
    """Bytes as text, and the name of the charset by which they were read. Never fails.

    In this order: a byte-order mark; zero bytes as in UTF-16; UTF-8 wherever the bytes are valid UTF-8, for
    that hardly happens by chance; the header, then the page's own declaration, where the bytes agree;
    UTF-8 with a few broken characters; what charset-normalizer says; Windows-1252, which always fits.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace").lstrip("\ufeff"), name
    wide = unicode_16_or_32(body[:4096])
    if wide:
        return body.decode(wide, "replace"), wide
    declared = list(_declared(body, content_type))
    for name in declared:  # escapes of seven-bit charsets are valid ASCII, and so valid UTF-8
        if name.startswith(_SEVEN_BIT):
            try:
                return body.decode(name), name
            except UnicodeDecodeError:
                pass
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    loose = body.decode("utf-8", "replace")
    broken = loose.count("\ufffd")
    composed = len(loose) - len(loose.encode("ascii", "ignore")) - broken
    if composed >= broken:
        return loose, "utf-8"
    for name in declared:
        try:
            found = body.decode(name)
        except UnicodeDecodeError:
            continue
        if name.startswith(_LATIN) and _too_many_accents(found):
            break  # Cyrillic read as Latin-1 decodes without an error
        return found, name
    guess = from_bytes(_sample(body)).best()
    guessed = guess.encoding if guess is not None else "cp1252"
    return body.decode(guessed, "replace"), guessed


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    found = re.search(r"""charset\s*=\s*["']?\s*([\w:.-]{2,40})""", content_type, re.IGNORECASE)
    labels = [found[1]] if found else []
    for pattern in (_XML_DECLARATION, _META):
        in_page = pattern.search(body[:8192])
        if in_page:
            labels.append(in_page[1].decode("ascii"))
    for label in labels:
        name = resolve_encoding(label)
        if name is None and label.lower() in ("utf-7", "unicode-1-1-utf-7"):
            name = "utf-7"
        if name and name != "utf-8":
            yield name


def _too_many_accents(text: str) -> bool:
    letters = [character for character in re.sub(r"<[^>]*>", " ", text[:SAMPLE]) if character.isalpha()]
    return sum(character > "\x7f" for character in letters) > 0.3 * len(letters)


_TAGS = re.compile(rb"<(?:script|style)\b.{0,20000}?</|<[^>]{0,2000}>", re.DOTALL | re.IGNORECASE)


def _sample(body: bytes) -> bytes:
    """The bytes of a page's text, without its tags: markup is ASCII and tells nothing of the charset."""
    return _TAGS.sub(b" ", body[: 4 * SAMPLE])[:SAMPLE]


# --- Cleaning --------------------------------------------------------------------------------------------------

_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text fit for a database, XML and a terminal: control characters, which no text needs, and lone halves of
    surrogate pairs become U+FFFD, and composed characters are composed (NFC). All else stays as it is."""
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return normalize("NFC", _UNCLEAN.sub("\ufffd", text))
