"""Matomo (Piwik) property: the server that counts, and the site's number there, as `stats.example:3`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_SERVER = re.compile(
    r"""(?:https?:)?//([\w.-]{4,100})/[\w./-]{0,60}?(?:matomo|piwik)\.php"""
    r"""|\bu\s*=\s*(?:\([^;\n]{0,80}\?[^;\n]{0,40}\)\s*\+\s*)?"""
    r"""["'](?:https?)?(?::?//)?([\w-]+(?:\.[\w-]+)+)(?:/[\w./-]{0,60})?["']"""
)
_SITE = re.compile(
    r"""setSiteId["']\s*,\s*["']?(\d{1,6})(?!\d)"""
    r"""|(?:matomo|piwik)\.php\?(?:[^\s"'<>]{0,60}&)?idsite=(\d{1,6})(?!\d)"""
)


def detect(page: Page) -> Iterator[str]:
    if "_paq" not in page.code and "idsite=" not in page.code:
        return
    server = _SERVER.search(page.code)
    if server:
        for found in _SITE.finditer(page.code):
            yield f"{(server[1] or server[2]).lower()}:{found[1] or found[2]}"
