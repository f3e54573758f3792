"""Page: one response in memory, from the network or read back from an archive.

A page is plain data, and everything else about it (its text, its tree, what stands where) is worked out when it
is asked for and kept. It can be sent to another process at any time: what was worked out stays behind.
"""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree, html

from crawler import defanged, feeds, payload, sentences, tree, urls, zones
from crawler.blocks import Block, Outline

__all__ = ["Block", "Page"]

_FORUM_GENERATOR = re.compile(r"phpbb|vbulletin|discourse|xenforo|mybb|smf|invision|flarum|vanilla", re.IGNORECASE)
_FORUM_PATH = re.compile(
    r"/(?:forums?|foren|threads?|viewtopic|showthread|showtopic|messageboards?|bbs)(?:[/.?]|\Z)", re.IGNORECASE
)

_CODE = ("script", "img", "iframe", "link", "ins", "amp-ad", "amp-analytics")

MAX_JSON = 2_000_000  # characters of one JSON-LD script; the largest honest ones hold some 100,000


@dataclass(frozen=True)
class Page:
    """One response: what was asked for, what came back, and when.

    `headers` are (name, value) pairs as received. `payload` is the body as received, content encoding still on,
    transfer encoding off. `fetched_at` is ISO 8601 in UTC, and may be long ago.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    fetched_at: str

    def __getstate__(self) -> tuple[Any, ...]:
        return (self.url, self.status, self.headers, self.payload, self.fetched_at)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.__dict__.update(zip(("url", "status", "headers", "payload", "fetched_at"), state, strict=True))

    def header(self, name: str) -> str:
        """All values of a header, joined by commas; empty where it is missing."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)

    @cached_property
    def mime(self) -> str:
        """The media type that the header declares, in lower case, without parameters."""
        return self.header("content-type").split(";")[0].split(",")[0].strip().lower()

    @cached_property
    def _decoded(self) -> tuple[bytes, str | None]:
        encodings = [name.strip().lower() for name in self.header("content-encoding").split(",")]
        body, truncated = payload.decode(self.payload, encodings)
        if body.startswith(b"\x1f\x8b"):  # sitemap.xml.gz, and pages compressed twice but declared once
            body, cut = payload.decode(body, ["gzip"])
            truncated = truncated or cut
        return body, truncated

    @property
    def body(self) -> bytes:
        """The entity without its content encodings, at most 16 MB. Raises payload.BadEncoding where they lie."""
        return self._decoded[0]

    @property
    def truncated(self) -> str | None:
        """Why the body is not whole: `encoding` (the compressed stream ends early), `length` (over 16 MB)."""
        return self._decoded[1]

    @cached_property
    def kind(self) -> str | None:
        """What the body is by its content: `html`, `feed`, `sitemap`, `text`; None: nothing to read."""
        return payload.kind(self.body, self.mime)

    @cached_property
    def source(self) -> str:
        """The body as text."""
        return payload.text(self.body, self.header("content-type"))[0]

    @cached_property
    def _parsed(self) -> tuple[html.HtmlElement | None, str | None]:
        if self.kind == "html":
            return tree.parse_html(self.source)
        if self.kind == "feed":
            return feeds.as_html(self.xml), None
        if self.kind == "text":
            return _plain(self.source), None
        return None, None

    @property
    def tree(self) -> html.HtmlElement | None:
        """The document as an lxml tree, root `<html>`; None where there is none.

        A feed is given as the page that a reader would make of it, an entry an `<article>`; plain text as
        paragraphs. So whoever reads a tree reads them too. Nobody may change it but crawler/article.py, last.
        """
        return self._parsed[0]

    @property
    def parse_note(self) -> str | None:
        """What the parser had to leave out, in words."""
        return self._parsed[1]

    @cached_property
    def xml(self) -> etree._Element | None:
        """The root of a feed or sitemap."""
        return tree.parse_xml(self.body)

    @cached_property
    def elements(self) -> list[html.HtmlElement]:
        """The tree's elements in document order. To keep them is to make every later walk over the tree cheap."""
        return list(self.tree.iter("*")) if self.tree is not None else []

    @cached_property
    def outline(self) -> Outline:
        """The page's text in blocks, with their zones and links, in document order."""
        return zones.outline(self.elements, self.forum)

    @property
    def blocks(self) -> list[Block]:
        """The page's runs of text in document order: paragraphs, headings, list items, cells."""
        return self.outline.blocks

    def zone(self, element: html.HtmlElement) -> str:
        """Where on the page an element stands: body, nav, footer, aside, comments or head."""
        return self.outline.zone(element)

    def words_of(self, element: html.HtmlElement) -> tuple[str, str]:
        """The words of a link (its text, else its images' alt, else its title), and the sentence around it."""
        place = self.outline.link_block.get(element)
        if place is None:
            return _named(element), ""
        number, start, end = place
        block = self.blocks[number]
        return block.text[start:end] or _named(element), sentences.around(block.text, start, end)

    def before(self, element: html.HtmlElement) -> str:
        """The sentence that stands before an element that holds no text: what introduces a frame or a film."""
        number = self.outline.places.get(element, 0)
        if not number:
            return ""
        text = self.blocks[number - 1].text
        return sentences.around(text, max(0, len(text) - 1), len(text))

    @staticmethod
    def sentence(text: str, start: int, end: int) -> str:
        """The sentence of `text` that holds text[start:end], at most 400 characters of it."""
        return sentences.around(text, start, end)

    @staticmethod
    def refanged(written: str) -> str:
        """The address that is meant by one written out in a text, perhaps defanged, perhaps without its scheme."""
        return defanged.address(written)

    @staticmethod
    def known_suffix(host: str) -> bool:
        """Whether a host ends in a suffix that registries give out, or in the reserved `.example`."""
        return host.endswith(".example") or bool(urls._suffixes().extract_str(host).suffix)

    @cached_property
    def forum(self) -> bool:
        """Whether this is a thread of a forum, where what is called a comment is a post."""
        if _FORUM_GENERATOR.search(self.meta.get("generator", "")) or _FORUM_PATH.search(self.url):
            return True
        return any("DiscussionForumPosting" in str(node.get("@type")) for node in self.json_ld)

    @cached_property
    def code(self) -> str:
        """What programs read of the page, and people do not: scripts, and attributes of scripts, images, frames."""
        parts = []
        if self.kind == "html" and self.tree is not None:
            for element in self.tree.iter(*_CODE):
                if element.tag == "script" and element.text:
                    parts.append(element.text)
                parts.extend(element.values())
        return "\n".join(parts)

    @cached_property
    def _resolved(self) -> dict[str, tuple[str, str, str] | None]:
        return {}

    def resolve(self, href: str) -> tuple[str, str, str] | None:
        """(URL, urlkey, site) of an address as written on this page; None if it is not a usable http(s) address."""
        try:
            return self._resolved[href]
        except KeyError:
            url = urls.absolute(self.base, href)
            identity = urls.identify(url) if url else None
            found = (url, *identity) if url and identity else None
            self._resolved[href] = found
            return found

    def stays_here(self, href: str) -> bool:
        """Whether an address is no reference: not usable, or on the page's own site, with no address inside."""
        found = self.resolve(href)
        return found is None or (found[2] == self.site and "http" not in found[0][8:])

    def key(self, href: str) -> str | None:
        """The urlkey of an address as written on this page; None if it is not a usable http(s) address."""
        found = self.resolve(href)
        return found[1] if found else None

    @cached_property
    def base(self) -> str:
        """What relative links are relative to: `<base href>` if it is http(s), else the page's own address."""
        if self.kind == "html" and self.tree is not None:
            for element in self.tree.iter("base"):
                if element.get("href"):
                    return urls.absolute(self.url, element.get("href")) or self.url
        return self.url

    @cached_property
    def _identity(self) -> tuple[str, str]:
        return urls.identify(self.url) or ("", "")

    @property
    def urlkey(self) -> str:
        """The page's own urlkey; empty if its address is no http(s) URL."""
        return self._identity[0]

    @property
    def site(self) -> str:
        """Who speaks here; empty if the address is no http(s) URL."""
        return self._identity[1]

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """Every object of the page's JSON-LD, nested ones too, outermost first. A broken script is left out."""
        found: list[dict[str, Any]] = []
        if self.kind != "html" or self.tree is None:
            return found
        for script in self.tree.iter("script"):
            if "ld+json" in (script.get("type") or "").lower() and script.text and len(script.text) <= MAX_JSON:
                try:
                    found.extend(_objects(json.loads(_bare(script.text), strict=False)))
                except (ValueError, RecursionError):
                    continue
        return found

    @cached_property
    def _metas(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        if self.kind != "html" or self.tree is None:
            return found
        for element in self.tree.iter("meta"):
            content = (element.get("content") or "").strip()
            if content:
                for attribute in ("property", "name", "itemprop", "http-equiv"):
                    name = element.get(attribute)
                    if name:
                        found.setdefault(name.strip().lower(), []).append(content)
        return found

    @cached_property
    def meta(self) -> dict[str, str]:
        """What `<meta>` says: lower-case name, property, itemprop or http-equiv to content, the first one winning."""
        return {name: contents[0] for name, contents in self._metas.items()}

    def metas(self, name: str) -> list[str]:
        """Every content of the `<meta>` elements of that name."""
        return self._metas.get(name, [])


def _named(element: html.HtmlElement) -> str:
    for image in element.iter("img"):
        if (image.get("alt") or "").strip():
            return " ".join(image.get("alt").split())
    return " ".join((element.get("alt") or element.get("title") or element.get("aria-label") or "").split())


def _plain(text: str) -> html.HtmlElement:
    root = html.Element("html")
    body = etree.SubElement(root, "body")
    for line in payload.clean(text).split("\n"):
        if line.strip():
            etree.SubElement(body, "p").text = line.strip()
    return root


# What wraps JSON in the wild: HTML comments and CDATA marks, themselves commented out; semicolons after it.
_BEFORE_JSON = re.compile(r"\s*(?:<!--|(?:/\*|//)?\s*<!\[CDATA\[(?:\s*\*/)?)")
_AFTER_JSON = re.compile(r"[;\s]*(?:-->|(?:/\*|//)?\s*\]\]>(?:\s*\*/)?)?[;\s]*\Z")


def _bare(script: str) -> str:
    start = _BEFORE_JSON.match(script)
    script = script[start.end() :] if start else script
    tail = script[-40:]
    return script[:-40] + _AFTER_JSON.sub("", tail, count=1)


def _objects(node: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    queue = deque([node])
    while queue:
        node = queue.popleft()
        if isinstance(node, dict):
            found.append(node)
            queue.extend(value for value in node.values() if isinstance(value, (dict, list)))
        elif isinstance(node, list):
            queue.extend(value for value in node if isinstance(value, (dict, list)))
    return found
