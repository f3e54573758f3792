"""Google Analytics property: `UA-12345678-1`, or `G-ABCDE12345`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_UNIVERSAL = re.compile(r"UA-(?<![\w-]UA-)\d{4,10}-\d{1,4}(?![\w-])")
_FOUR = re.compile(r"""G-(?<=["'=2]G-)((?=[A-Z0-9]*\d)[A-Z0-9]{8,12})(?=["'&]|\\u0022|\s|\Z)""")


def detect(page: Page) -> Iterator[str]:
    for found in _UNIVERSAL.finditer(page.code):
        yield found[0]
    for found in _FOUR.finditer(page.code):
        yield f"G-{found[1]}"
