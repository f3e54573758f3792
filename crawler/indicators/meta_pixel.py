"""Meta (Facebook) pixel: the number given to `fbq('init', …)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_PIXEL = re.compile(
    r"""fbq\s*\(\s*["']init["']\s*,\s*["']?(\d{10,20})(?!\d)|facebook\.com/tr/?\?(?:[^\s"'<>]{0,80}?[?&;])?id=(\d{10,20})(?!\d)"""
)


def detect(page: Page) -> Iterator[str]:
    if "fbq" in page.code or "facebook.com/tr" in page.code:
        for found in _PIXEL.finditer(page.code):
            yield found[1] or found[2]
