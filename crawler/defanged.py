"""Defanged: addresses written so that nobody clicks them by mistake, made addresses again."""

from __future__ import annotations

import re

_DOT = re.compile(r"\s?[\[({]\s?(?:\.|dot|DOT|punkt)\s?[\])}]\s?")
_SCHEME = re.compile(r"h(?:tt|xx|\*\*)p(s?)(?:\s?(?::|\[:\])\s?(?://|\[//\]|\\/\\/)|\[://\])", re.IGNORECASE)


def address(written: str) -> str:
    """The address that is meant: brackets taken off the dots, `hxxp` made `http`, a scheme put before it."""
    meant = _DOT.sub(".", written)
    scheme = _SCHEME.match(meant)
    return f"http{scheme[1].lower()}://{meant[scheme.end() :]}" if scheme else f"http://{meant}"
