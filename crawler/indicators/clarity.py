"""Microsoft Clarity project: ten characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_PROJECT = re.compile(
    r"""["']clarity["']\s*,\s*["']script["']\s*,\s*["']([a-z0-9]{8,12})["']"""
    r"""|clarity\.ms/tag/([a-z0-9]{8,12})(?!\w)"""
)


def detect(page: Page) -> Iterator[str]:
    if "clarity" in page.code:
        for found in _PROJECT.finditer(page.code):
            yield found[1] or found[2]
