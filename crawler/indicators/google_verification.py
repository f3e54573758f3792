"""Verification token by which an owner proves the site to Google Search Console."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_TOKEN = re.compile(r"[\w+/=-]{8,100}\Z")


def detect(page: Page) -> Iterator[str]:
    for token in page.metas("google-site-verification"):
        if _TOKEN.match(token):
            yield token
