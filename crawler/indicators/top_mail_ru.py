"""Top.Mail.Ru counter: a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_COUNTER = re.compile(r"top-fwz1\.mail\.ru/counter\?id=(\d{4,10})(?!\d)|top\.mail\.ru/jump\?from=(\d{4,10})(?!\d)")


def detect(page: Page) -> Iterator[str]:
    if "mail.ru" in page.code:
        for found in _COUNTER.finditer(page.code):
            yield found[1] or found[2]
