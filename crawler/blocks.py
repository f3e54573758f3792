"""Blocks: the text of a page in runs, as a reader sees it: paragraphs, headings, items, cells, with their links."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawler.words import wordset

BLOCKS = wordset(
    "html body address article aside blockquote center dd details dialog div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul "
    "iframe caption legend frameset noframes marquee"
)  # elements that end a run of text, before and after
SKIPPED = wordset("script style template svg math noscript textarea select button object canvas datalist head")
_SOMETIMES = wordset("noscript button object canvas select")
_FRAMES = wordset("iframe video audio embed object")


@dataclass(slots=True)
class Block:
    """A run of text between two block-level boundaries."""

    text: str  # blanks collapsed
    zone: str
    element: HtmlElement  # the nearest block-level element
    links: list[tuple[int, int, HtmlElement]]  # from, to (offsets in text), the <a>


@dataclass(slots=True)
class Outline:
    """The zones and blocks of one page."""

    blocks: list[Block] = field(default_factory=list)
    zones: dict[HtmlElement, str] = field(default_factory=dict)
    places: dict[HtmlElement, int] = field(default_factory=dict)  # frames and films: how many blocks stand before
    link_block: dict[HtmlElement, tuple[int, int, int]] = field(default_factory=dict)  # <a>: block, from, to

    def zone(self, element: HtmlElement) -> str:
        """Where on the page an element stands."""
        return self.zones.get(element, "body")


def is_skipped(element: HtmlElement) -> bool:
    """Whether an element shows a reader no text of its own. Unclosed buttons, and pages that are all `<noscript>`,
    hold whole articles."""
    if element.tag not in SKIPPED:
        return False
    if element.tag not in _SOMETIMES:
        return True
    return not any(True for _ in element.iter("h1", "main", "article")) and sum(1 for _ in element.iter("p")) < 3


class Collector:
    """Gathers text into blocks: it is told when the walk over the tree enters an element and when it leaves it."""

    def __init__(self, result: Outline) -> None:
        self.result = result
        self.pieces: list[str] = []  # of the block that is open
        self.links: list[tuple[int, int, HtmlElement]] = []  # in it: from piece, to piece, <a>
        self.open_links: list[tuple[HtmlElement, int]] = []  # <a>, the piece it begins with
        self.zone = "body"
        self.element: HtmlElement | None = None
        self.breaks = 0  # <br> in a row

    def pending(self) -> str:
        """The text of the block that is open."""
        return " ".join("".join(self.pieces).split())

    def enter(self, element: HtmlElement, zone: str, skipped: bool) -> None:
        tag = element.tag
        if tag in BLOCKS:
            self.flush(element, zone)
        elif zone != self.zone:
            self.flush(self.element, zone)
        if tag in _FRAMES:
            self.result.places[element] = len(self.result.blocks) + bool(self.pending())
        if skipped:
            return
        if tag == "a":
            self.open_links.append((element, len(self.pieces)))
        elif tag == "br":
            self._break()
        if element.text:
            self._add(element.text)

    def leave(self, element: HtmlElement, parent: HtmlElement | None, zone: str, skipped: bool) -> None:
        """`zone` and `skipped` are those of the parent, whose text goes on."""
        tag = element.tag
        if tag in BLOCKS:
            self.flush(parent, zone)
        elif zone != self.zone:
            self.flush(self.element, zone)
        if tag == "a" and self.open_links and self.open_links[-1][0] is element:
            _, start = self.open_links.pop()
            self.links.append((start, len(self.pieces), element))
        if element.tail and not skipped:
            self._add(element.tail)

    def flush(self, element: HtmlElement | None, zone: str) -> None:
        """End the block here; what follows belongs to `element`."""
        if self.pieces or self.links or self.open_links:
            for link, start in self.open_links:  # a block inside a link: the link goes on after it
                self.links.append((start, len(self.pieces), link))
            self._store()
            self.pieces, self.links = [], []
            self.open_links = [(link, 0) for link, _ in self.open_links]
        self.breaks = 0
        if element is not None:
            self.element = element
        self.zone = zone

    def _add(self, text: str) -> None:
        if self.breaks and not text.isspace():
            self.breaks = 0
        self.pieces.append(text)

    def _break(self) -> None:
        self.breaks += 1
        if self.breaks > 1:
            self.flush(self.element, self.zone)
        else:
            self.pieces.append("\n")

    def _store(self) -> None:
        if not self.links:
            text = self.pending()
            if text:
                self.result.blocks.append(Block(text, self.zone, self.element, []))
            return
        text, offsets = _collapsed(self.pieces)
        number = len(self.result.blocks)
        spans = []
        for first, last, link in self.links:
            span = text[offsets[first] : offsets[last]]
            start = min(offsets[first] + len(span) - len(span.lstrip()), len(text))
            end = start + len(span.strip())
            spans.append((start, end, link))
            known = self.result.link_block.get(link)
            if known is None or (known[1] == known[2] and end > start):  # the first block with words of the link
                self.result.link_block[link] = (number, start, end)
        self.result.blocks.append(Block(text, self.zone, self.element, spans))


def _collapsed(pieces: list[str]) -> tuple[str, list[int]]:
    """Pieces as one text with its blanks collapsed, and where in it each piece begins, and the last one ends."""
    parts: list[str] = []
    offsets = [0]
    blank = True  # blanks at the beginning go
    for piece in pieces:
        part = " ".join(piece.split())
        if not part:
            part = "" if blank or not piece else " "
        else:
            part = ("" if blank or not piece[0].isspace() else " ") + part + (" " if piece[-1].isspace() else "")
        if part:
            blank = part[-1] == " "
        parts.append(part)
        offsets.append(offsets[-1] + len(part))
    return "".join(parts).rstrip(), offsets
