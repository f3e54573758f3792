"""Yandex Metrica counter: a number of five to ten digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_COUNTER = re.compile(
    r"""(?<![\w.])ym\s*\(\s*["']?(\d{5,10})["']?\s*,|mc\.yandex\.(?:ru|com)/(?:watch|pixel)/(\d{5,10})(?!\d)"""
    r"""|Ya\.Metrika2?\s*\(\s*(?:\{[^{}]{0,120}?\bid\s*:\s*["']?)?(\d{5,10})(?!\d)|yaCounter(\d{5,10})(?!\d)"""
)


def detect(page: Page) -> Iterator[str]:
    if "ym(" in page.code or "andex" in page.code or "Metrika" in page.code:
        for found in _COUNTER.finditer(page.code):
            yield found[1] or found[2] or found[3] or found[4]
