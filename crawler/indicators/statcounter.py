"""StatCounter project: a number, given to the page's script as `sc_project`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_PROJECT = re.compile(r"(?<!\w)sc_project\s*=\s*[\"']?(\d{4,10})(?!\d)|c\.statcounter\.com/(\d{4,10})/")


def detect(page: Page) -> Iterator[str]:
    if "sc_project" in page.code or "statcounter" in page.code:
        for found in _PROJECT.finditer(page.code):
            yield found[1] or found[2]
