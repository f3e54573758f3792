"""Sentences: the one around a link, as context for whoever reads the evidence."""

from __future__ import annotations

import re

_SENTENCE_END = re.compile(r"[.!?…؟।]+[\"'»”’)\]]*\s+|[。！？]+[」』”）]*")
LENGTH = 400  # characters


def around(text: str, start: int, end: int) -> str:
    """The sentence of `text` that holds text[start:end], cut to `LENGTH` characters around its beginning."""
    low, high = max(0, start - LENGTH), min(len(text), end + LENGTH)
    first, last = low, high
    for found in _SENTENCE_END.finditer(text, low, high):
        if found.end() <= start:
            first = found.end()
        elif found.start() >= end:
            last = found.end()
            break
    if last - first > LENGTH:
        first = max(first, min(start - LENGTH // 4, last - LENGTH))
        last = min(last, first + LENGTH)
    return text[first:last].strip()
