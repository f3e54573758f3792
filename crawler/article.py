"""Article: the main text of a page, and what the page says of itself."""

from __future__ import annotations

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from crawler.page import Page

_OPTIONS = Extractor(fast=True, comments=False, output_format="python")


def main_text(page: Page) -> str:
    """The main text, a paragraph a line."""
    root: HtmlElement | None = page.tree
    if root is None:
        return ""
    found = bare_extraction(root, options=_OPTIONS)
    return (found.text or "") if found is not None else ""
