"""Hotjar site: the number called `hjid`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_SITE = re.compile(r"(?<!\w)hjid\s*:\s*(\d{5,9})(?!\d)|static\.hotjar\.com/c/hotjar-(\d{5,9})(?!\d)")


def detect(page: Page) -> Iterator[str]:
    if "hotjar" in page.code or "hjid" in page.code:
        for found in _SITE.finditer(page.code):
            yield found[1] or found[2]
