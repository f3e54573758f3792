"""Text from the web, made fit for files that other programs read. Nothing hostile leaves through an export."""

from __future__ import annotations

import re

# What XML 1.0 cannot hold (controls, lone surrogates, U+FFFE and U+FFFF); what steers a terminal (C1); what makes
# text read otherwise than it is stored (overrides and isolates of direction, line separators, byte-order marks).
UNFIT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
LINE_ENDS = re.compile(r"\r\n?")
AMBIGUOUS = re.compile(rf"{UNFIT.pattern}|[^\S ]|\\")  # in a name
CUT = " […]"  # stands where text was cut


def clean(text: str) -> str:
    """The text with U+FFFD for each character that no file should hold, and \\n for every sort of line end."""
    if text.isprintable():  # most text is, and this is ten times faster
        return text
    return UNFIT.sub("\N{REPLACEMENT CHARACTER}", LINE_ENDS.sub("\n", text))


def one_line(text: str, limit: int) -> str:
    """Clean text on one line, at most `limit` characters; what is cut ends in a mark."""
    line = " ".join(clean(text[: limit * 4]).split())
    return line if len(line) <= limit and len(text) <= limit * 4 else line[: limit - len(CUT)].rstrip() + CUT


def identifier(text: str) -> str:
    """A name that stays distinct: what is unfit, white space and the backslash are written as \\uXXXX.

    Two names that differ in an unfit character only would be one name if it were replaced, and two sites one node.
    """
    if text.isprintable() and "\\" not in text:
        return text
    return AMBIGUOUS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
