"""Words: counted in every script, and kept in sets."""

from __future__ import annotations

import re

# Thai to Myanmar, Khmer, kana, Han, Hangul: scripts that do not part words with blanks, or part them rarely.
_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def wordset(words: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(words.split())


def count(text: str) -> int:
    """How many words a text has; two characters are a word in scripts that do not part them."""
    words = len(text.split())
    return words if text.isascii() else words + len(_WIDE.findall(text)) // 2
