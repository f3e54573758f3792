"""Feeds and sitemaps: RSS, RDF and Atom as the page that a reader would make of them, and sitemaps as links."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree, html

from crawler import tree

MAX_SITEMAP = 50_000  # URLs in one file, by the sitemap protocol


def name(element: etree._Element) -> str:
    """An element's name in lower case without its namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def entries(root: etree._Element | None) -> Iterator[str]:
    """The addresses of a feed's entries, as written, in the order of the feed."""
    for entry in _entries(root):
        link = _link(entry)
        if link:
            yield link


def as_html(root: etree._Element | None) -> html.HtmlElement | None:
    """A feed as an HTML document: its title, then an `<article>` an entry, with headline, link and content."""
    if root is None:
        return None
    document = html.Element("html")
    body = etree.SubElement(document, "body")
    channel = next((element for element in root.iter() if name(element) in ("channel", "feed")), root)
    title = _text(channel, "title")
    if title:
        head = html.Element("head")
        document.insert(0, head)
        etree.SubElement(head, "title").text = title
    for entry in _entries(root):
        article = etree.SubElement(body, "article")
        heading = etree.SubElement(article, "h2")
        link = _link(entry)
        target = etree.SubElement(heading, "a", href=link) if link else heading
        target.text = _text(entry, "title") or ""
        written = _text(entry, "encoded", "content", "description", "summary")
        if written:
            _append(article, written)
    return document


def sitemap(root: etree._Element | None) -> Iterator[tuple[str, str]]:
    """(URL, rel) of a sitemap: rel is `sitemap` for an index's files, `item` for a page."""
    if root is None:
        return
    rel = "sitemap" if name(root) == "sitemapindex" else "item"
    count = 0
    for child in root:
        if name(child) in ("url", "sitemap"):
            for loc in child:
                if name(loc) == "loc" and loc.text and loc.text.strip():
                    yield loc.text.strip(), rel
                    count += 1
                    break
        if count > MAX_SITEMAP:  # one more, so that the cut is told
            return


def _entries(root: etree._Element | None) -> Iterator[etree._Element]:
    if root is not None:
        for element in root.iter():
            if name(element) in ("item", "entry"):
                yield element


def _link(entry: etree._Element) -> str | None:
    """An entry's address: RSS `link`, Atom `link rel=alternate`, else a `guid` that is an address."""
    guid = None
    first = None
    for child in entry:
        tag = name(child)
        if tag == "link":
            target = (child.text or "").strip() or (child.get("href") or "").strip()
            if target and child.get("rel", "alternate") == "alternate":
                return target
            first = first or target
        elif tag in ("guid", "id") and (child.text or "").strip().startswith(("http://", "https://")):
            guid = child.text.strip() if child.get("isPermaLink", "true") != "false" else guid
    return guid or first or None


def _text(element: etree._Element, *names: str) -> str | None:
    for wanted in names:
        for child in element:
            if name(child) == wanted:
                if child.get("type") == "xhtml":
                    return str(etree.tostring(child, encoding="unicode", method="html"))
                text = "".join(child.itertext()).strip()
                if text:
                    return text
    return None


def _append(article: html.HtmlElement, written: str) -> None:
    root, _ = tree.parse_html(f"<div>{written}</div>")
    body = root.find("body") if root is not None else None
    if body is not None:
        for child in body:
            article.append(child)
