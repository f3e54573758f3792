"""Google AdSense publisher: `pub-1234567890123456`, whose account the advertising pays."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_PUBLISHER = re.compile(r"(pub-\d{10,20})(?!\d)")


def detect(page: Page) -> Iterator[str]:
    for found in _PUBLISHER.finditer(page.code):
        yield found[1]
    account = _PUBLISHER.search(page.meta.get("google-adsense-account", ""))
    if account:
        yield account[1]
