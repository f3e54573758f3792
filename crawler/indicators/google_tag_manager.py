"""Google Tag Manager container: `GTM-ABC123`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_CONTAINER = re.compile(r"GTM-(?<![\w-]GTM-)[A-Z0-9]{4,9}(?![\w-])")


def detect(page: Page) -> Iterator[str]:
    for found in _CONTAINER.finditer(page.code):
        yield found[0]
