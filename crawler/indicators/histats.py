"""Histats counter: a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_COUNTER = re.compile(
    r"""Histats\.start['"]?\s*,\s*['"]1,(\d{4,9}),"""
    r"""|sstatic1\.histats\.com/\d\.gif\?(\d{4,9})&"""
)


def detect(page: Page) -> Iterator[str]:
    if "istats" in page.code:
        for found in _COUNTER.finditer(page.code):
            yield found[1] or found[2]
