"""Google Ads conversion account: `AW-123456789`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_ACCOUNT = re.compile(r"AW-(?<![\w-]AW-)\d{8,12}(?![\d-])")


def detect(page: Page) -> Iterator[str]:
    for found in _ACCOUNT.finditer(page.code):
        yield found[0]
