"""Tree: markup as an lxml tree, whatever a hostile page nests.

libxml2 gives up, without a word, on what stands deeper than 2,048 levels; browsers show it. Where that happens the
page is parsed again with lexbor, which has no such limit, and rebuilt as a flatter tree: wrappers that say nothing
(`div`, `span`, `font`, …) are left out below `DEEP`, so that paragraphs, links and quotations are found as ever.
"""

from __future__ import annotations

import re

from lxml import etree, html
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.words import wordset

DEEP = 128  # levels from which wrappers are left out; honest pages stay under 60
DEEPEST = 240  # levels from which everything else becomes a sibling; recursion over the tree stays safe
NESTED = 16_000  # levels: lexbor's time is quadratic in depth, 0.5 s here
FLATTENED = "nested deeper than 2,048 levels"  # all the text is there
LOST = f"nested deeper than {NESTED} levels: what stands below 2,048 is lost"

_HTML = html.HTMLParser(
    encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False, default_doctype=False
)
_WRAPPERS = wordset(
    "div span font center b i em strong small big section article main table tbody thead tfoot tr td th form "
    "fieldset u s strike tt label ins del"
)
_NAME = re.compile(r"[a-zA-Z_][\w.-]*\Z")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"<(/?)(?:div|span|font|center|b|i|em|section|article|table|tr|td|ul|ol|li|blockquote|p)\b")


def parse_html(text: str) -> tuple[html.HtmlElement | None, str | None]:
    """The document's root (`<html>`), and a note where something had to be left out. None for no markup at all."""
    data = _UNFIT.sub("\ufffd", text).encode("utf-8")
    if not data.strip():
        return None, None
    try:
        root = html.document_fromstring(data, parser=_HTML)
    except (etree.ParserError, ValueError):  # nothing but blanks or comments
        return None, None
    # error_log belongs to the parser; only the last call's entries are in it.
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in _HTML.error_log):
        if nesting(text) > NESTED:
            return root, LOST
        return flattened(LexborHTMLParser(text)), FLATTENED
    return root, None


def parse_xml(data: bytes) -> etree._Element | None:
    """The root of a feed or sitemap: no entity is expanded, nothing is loaded, broken markup is mended."""
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data.lstrip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def nesting(text: str) -> int:
    """How deep tags are nested at the most, roughly: what lexbor's time depends on."""
    depth = deepest = 0
    for found in _TAG.finditer(text):
        depth = depth + 1 if not found[1] else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def flattened(parser: LexborHTMLParser) -> html.HtmlElement:
    """lexbor's tree rebuilt with lxml, at most `DEEPEST` levels deep, with all its text in order."""
    root = html.Element("html")
    above: list[tuple[html.HtmlElement, int]] = [(root, 1)]  # where children of the open elements go, and how deep
    node: LexborNode | None = parser.root.first_child if parser.root is not None else None
    while node is not None:
        if node.is_text_node:
            _append_text(above[-1][0], node.text_content or "")
        elif node.is_element_node:
            parent, depth = above[-1]
            tag = node.tag
            if not _NAME.match(tag or ""):
                tag = "span"
            if depth >= DEEP and tag in _WRAPPERS:
                _append_text(parent, " ")
                inner = (parent, depth)
            else:
                element = html.Element(tag)
                for name, value in node.attributes.items():
                    if _NAME.match(name):
                        element.set(name, _UNFIT.sub("\ufffd", value or ""))
                parent.append(element)
                inner = (element, depth + 1) if depth < DEEPEST else (parent, depth)
            if node.first_child is not None:
                above.append(inner)
                node = node.first_child
                continue
        while node is not None and node.next is None:  # up to where a sibling follows
            node = node.parent
            if len(above) == 1:
                return root
            above.pop()
        node = node.next if node is not None else None
    return root


def _append_text(parent: html.HtmlElement, text: str) -> None:
    text = _UNFIT.sub("\ufffd", text)
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
