"""TikTok pixel: the code given to `ttq.load(…)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_PIXEL = re.compile(r"""ttq\.load\s*\(\s*["']([A-Z0-9]{16,24})["']""")


def detect(page: Page) -> Iterator[str]:
    if "ttq" in page.code:
        for found in _PIXEL.finditer(page.code):
            yield found[1]
