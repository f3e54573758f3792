"""Amazon Associates tag: who is paid for what a reader buys, as `name-20`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_TAG = re.compile(
    r"\s*(?:https?:)?//(?:[\w-]{1,40}\.)?amazon\.[a-z.]{2,7}/"
    r"[^\s\"'<>]{0,300}?[?&;]tag=([a-zA-Z0-9_-]{3,40}-\d\d)(?![\w-])"
)


def detect(page: Page) -> Iterator[str]:
    if page.tree is not None and page.kind == "html":
        for element in page.tree.iter("a"):
            found = _TAG.match((element.get("href") or "")[:2000])
            if found:
                yield found[1].lower()
