"""Google Analytics account: `UA-12345678`, what all properties of one account have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_ACCOUNT = re.compile(r"UA-(?<![\w-]UA-)\d{4,10}(?=-\d{1,4}(?![\w-]))")


def detect(page: Page) -> Iterator[str]:
    for found in _ACCOUNT.finditer(page.code):
        yield found[0]
