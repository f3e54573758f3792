"""Facebook application or page owners that the page declares: `fb:app_id`, `fb:pages`, `fb:admins`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page


def detect(page: Page) -> Iterator[str]:
    for name in ("fb:app_id", "fb:pages", "fb:admins"):
        for number in re.findall(r"(?<!\d)\d{5,20}(?!\d)", page.meta.get(name, "")):
            yield f"{name.removeprefix('fb:')}:{number}"
