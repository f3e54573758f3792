"""A page is read by its bytes, whatever its server says of their compression, type and charset."""

from __future__ import annotations

import gzip
import json
import pickle
import zlib

import brotli
import pytest

from crawler import payload
from crawler.extract import extract
from crawler.page import Page
from crawler.payload import LIMIT, BadEncoding, clean, zstd
from crawler.sentences import around

PLAIN = (
    b"<!DOCTYPE html><html><head><title>Harbour</title></head><body><p>"
    + b"The harbour. " * 200
    + b"</p></body></html>"
)


def page(body: bytes, *, encoding: str = "", mime: str = "text/html", url: str = "http://news.example/a") -> Page:
    headers = (("Content-Type", mime),) + ((("Content-Encoding", encoding),) if encoding else ())
    return Page(url, 200, headers, body, "2020-01-01T00:00:00Z")


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": gzip.compress(PLAIN, mtime=0),
    "x-gzip": gzip.compress(PLAIN, mtime=0),
    "deflate": zlib.compress(PLAIN),
    "br": brotli.compress(PLAIN),
    "zstd": zstd.compress(PLAIN),
    "identity": PLAIN,
    "": PLAIN,
    "gzip, br": brotli.compress(gzip.compress(PLAIN, mtime=0)),
    "GZIP": gzip.compress(PLAIN, mtime=0),
}


@pytest.mark.parametrize("encoding", PACKED)
def test_every_encoding_is_taken_off(encoding):
    read = page(PACKED[encoding], encoding=encoding)
    assert (read.body, read.truncated) == (PLAIN, None)


def test_deflate_without_its_header_is_taken_off():
    assert page(raw_deflate(PLAIN), encoding="deflate").body == PLAIN


def test_gzip_in_several_members_is_one_body():
    assert page(gzip.compress(PLAIN[:50], mtime=0) + gzip.compress(PLAIN[50:]), encoding="gzip").body == PLAIN


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_stream_cut_short_gives_what_it_held_and_says_so(encoding):
    words = " ".join(str(number * number % 1_000_003) for number in range(100_000)).encode()
    whole = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}[encoding](
        words
    )
    read = page(whole[: len(whole) * 3 // 4], encoding=encoding)
    assert read.truncated == "encoding"
    assert read.body
    assert words.startswith(read.body)


def test_a_wrong_checksum_is_told():
    packed = bytearray(gzip.compress(PLAIN, mtime=0))
    packed[-6] ^= 0xFF
    assert page(bytes(packed), encoding="gzip").truncated == "encoding"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_a_bomb_is_cut_at_the_limit(encoding):
    zeros = bytes(LIMIT + 5_000_000)
    bomb = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "zstd": zstd.compress,
        "br": lambda data: brotli.compress(data, quality=1),
        "gzip, gzip": lambda data: gzip.compress(gzip.compress(data)),
    }[encoding](zeros)
    read = page(bomb, encoding=encoding)
    assert (len(read.body), read.truncated) == (LIMIT, "length")


@pytest.mark.parametrize(
    "encoding, body",
    [
        ("br", b"\x00\x01garbage that is nothing"),
        ("x-foo", PLAIN[20:]),
        ("gzip, gzip, br", b"plain text, three layers"),
        ("gzip", b"{}"),
        (", ".join(["gzip"] * 9), b"x"),
    ],
)
def test_a_lie_about_the_encoding_is_told(encoding, body):
    with pytest.raises(BadEncoding):
        assert page(body, encoding=encoding).body
    facts = extract(page(body, encoding=encoding))
    assert (facts.extraction, facts.article) == ("bad_encoding", None)
    assert facts.detail


def test_markup_sent_plain_though_declared_gzip_is_told_and_read():
    facts = extract(page(PLAIN, encoding="gzip"))
    assert facts.extraction == "bad_encoding"
    assert facts.article
    assert "The harbour." in facts.article.text


@pytest.mark.parametrize(
    "body, mime, kind",
    [
        (PLAIN, "text/html", "html"),
        (PLAIN, "", "html"),
        (PLAIN, "application/octet-stream", "html"),
        (PLAIN, "image/png", "html"),
        (b"\xef\xbb\xbf  <html><p>x", "text/plain", "html"),
        (b"no tags at all", "text/html", "html"),
        (b"no tags", "text/plain", "text"),
        (b"%PDF-1.7 ...", "text/html", None),
        (b"\x89PNG\r\n\x1a\n", "text/html", None),
        (b"MZ\x90\x00\x03\0\0\0\0\0", "text/html", None),
        (b'{"a": "<p>x</p>"}', "application/json", None),
        (b"body { color: red }", "text/css", None),
        (b'<?xml version="1.0"?><rss><channel/></rss>', "text/html", "feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "text/xml", "feed"),
        (b'<?xml version="1.0"?><urlset/>', "text/html", "sitemap"),
        (b"<sitemapindex><sitemap/></sitemapindex>", "", "sitemap"),
        (
            b'<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><p/></html>',
            "application/xhtml+xml",
            "html",
        ),
        ("<html><p>wide</p></html>".encode("utf-16"), "text/html", "html"),
    ],
)
def test_a_body_is_what_its_content_says(body, mime, kind):
    assert page(body, mime=mime).kind == kind


RUSSIAN = "Комитет собрался во вторник вечером, чтобы обсудить план нового мола, который разделил город. " * 3
FRENCH = "Le café de la plage a été fermé après l’été, dit le maire à la presse. " * 3
JAPANESE = "港湾委員会は火曜日の夜に会合を開き、新しい防波堤の計画について話し合った。" * 3


@pytest.mark.parametrize(
    "text, codec, header, meta",
    [
        (RUSSIAN, "cp1251", "", ""),
        (RUSSIAN, "cp1251", "utf-8", ""),
        (RUSSIAN, "koi8-r", "koi8-r", ""),
        (RUSSIAN, "cp1251", "", "windows-1251"),
        (RUSSIAN, "cp1251", "iso-8859-1", ""),
        (FRENCH, "utf-8", "iso-8859-1", ""),
        (FRENCH, "cp1252", "iso-8859-1", ""),
        (FRENCH, "cp1252", "utf-8", ""),
        (RUSSIAN, "utf-8", "", "windows-1251"),
        (RUSSIAN, "utf-16", "", ""),
        (RUSSIAN, "utf-16-le", "utf-8", ""),
        (RUSSIAN, "utf-32", "", ""),
        (FRENCH, "utf-7", "utf-7", ""),
        (JAPANESE, "shift_jis", "", "shift_jis"),
        (JAPANESE, "euc_jp", "", "euc-jp"),
        (JAPANESE, "iso2022_jp", "iso-2022-jp", ""),
        (RUSSIAN, "utf-8-sig", "windows-1251", ""),
    ],
)
def test_text_is_read_in_its_charset_whatever_is_declared(text, codec, header, meta):
    declared = f'<meta charset="{meta}">' if meta else ""
    body = f"<html><head>{declared}<title>x</title></head><body><p>{text}</p></body></html>".encode(codec)
    read = page(body, mime="text/html" + (f"; charset={header}" if header else ""))
    assert text.strip() in read.source


def test_one_broken_character_does_not_change_the_charset():
    assert "Café, été" in page("<p>Café, été ".encode() + b"\xe9</p>").source


@pytest.mark.parametrize("levels", [300, 2_100, 4_000])
def test_text_is_found_however_deep_it_is_nested(levels):
    body = (
        b"<div>" * levels
        + b"<p>Deep in the <a href='http://far.example/x'>harbour</a> lies a wreck.</p>"
        + b"</div>" * levels
    )
    facts = extract(page(b"<html><body>" + body + b"<p>After it.</p></body></html>"))
    assert facts.article
    assert "Deep in the harbour lies a wreck." in facts.article.text
    assert [found.url for found in facts.references] == ["http://far.example/x"]


def test_what_is_nested_too_deep_is_told():
    facts = extract(page(b"<html><body><p>Above.</p>" + b"<div>" * 30_000 + b"Below."))
    assert facts.extraction == "parse"


def test_entities_are_not_expanded_and_files_not_read():
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "'
        + "&a;" * 50
        + '"><!ENTITY c "'
        + "&b;" * 50
        + '">'
    )
    bomb += '<!ENTITY file SYSTEM "file:///etc/passwd">]><rss><channel><item><title>T &c; &file;</title></item></channel></rss>'
    facts = extract(page(bomb.encode(), mime="application/rss+xml"))
    assert facts.article
    assert "haha" not in facts.article.text
    assert "root:" not in facts.article.text


@pytest.mark.parametrize(
    "text, cleaned",
    [
        ("a\x00b\x1b]0;x\x07", "a\ufffdb\ufffd]0;x\ufffd"),
        ("a\ud800b", "a\ufffdb"),
        ("e\u0301", "\u00e9"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("\u202eRLO stays\u202c", "\u202eRLO stays\u202c"),
    ],
)
def test_what_no_database_can_hold_is_replaced_in_one_place(text, cleaned):
    assert clean(text) == cleaned
    json.dumps(clean(text)).encode("utf-8")


@pytest.mark.parametrize(
    "base, expected",
    [
        ("http://cdn.example/dir/", "http://cdn.example/dir/x"),
        ("file:///etc/", "http://news.example/x"),
        ("", "http://news.example/x"),
        ("javascript:alert(1)", "http://news.example/x"),
        ("/sub/", "http://news.example/sub/x"),
    ],
)
def test_base_is_honoured_if_it_is_an_address(base, expected):
    read = page(f"<html><head><base href='{base}'></head><body><a href='x'>x</a></body></html>".encode())
    assert (read.resolve("x") or ("",))[0] == expected


def test_a_page_can_be_sent_to_another_process_before_and_after_it_is_read():
    read = page(PLAIN)
    before = pickle.loads(pickle.dumps(read))
    assert read.tree is not None
    assert read.blocks
    assert pickle.loads(pickle.dumps(read)) == read == before


@pytest.mark.parametrize(
    "text, words, expected",
    [
        ("One. Two has a link here. Three.", "link", "Two has a link here."),
        ("只有一句。这里有链接。完了。", "链接", "这里有链接。"),
        ("No end at all link", "link", "No end at all link"),
    ],
)
def test_the_sentence_around_a_link(text, words, expected):
    at = text.index(words)
    assert around(text, at, at + len(words)) == expected


def test_a_sentence_is_never_longer_than_its_limit_and_holds_the_link():
    text = "word " * 1000 + "LINK " + "word " * 1000
    found = around(text, text.index("LINK"), text.index("LINK") + 4)
    assert len(found) <= 400
    assert "LINK" in found


def test_a_broken_json_ld_script_costs_only_itself():
    scripts = (
        "<script type='application/ld+json'>{'broken': </script>"
        '<script type=\'application/ld+json\'><!-- {"@type": "NewsArticle", "headline": "Kept"} --></script>'
        '<script type=\'application/ld+json\'>/*<![CDATA[*/ {"@graph": [{"@type": "Person"}]}; /*]]>*/</script>'
    )
    kinds = [node.get("@type") for node in page(f"<html><head>{scripts}</head></html>".encode()).json_ld]
    assert kinds == ["NewsArticle", None, "Person"]


def test_payload_limits_are_those_that_the_crawl_promises():
    assert payload.LIMIT == 16 * 1024 * 1024
