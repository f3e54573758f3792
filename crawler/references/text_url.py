"""An address written out in the text, with or without its scheme, defanged or not: `hxxp://fake[.]example/a`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.page import Page

_DOT = r"(?:\.|\s?[\[({]\s?(?:\.|dot|DOT|punkt)\s?[\])}]\s?)"
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9_-]{0,62})"
_ANY_LABEL = r"[^\W_](?:[\w-]{0,62})"
_TAIL = r"[^\s<>\"'«»“”„‘’「」『』（）。，、！？؟،\u200b\\|^`]"
_SEPARATOR = r"\s?(?::|\[:\])\s?(?://|\[//\]|\\/\\/)|\[://\]"  # between scheme and host
_ADDRESS = re.compile(
    rf"(?<![a-zA-Z0-9@./%=&_-])(?:"
    rf"(?P<scheme>[hH](?:tt|xx|XX|TT|\*\*)[pP][sS]?(?:{_SEPARATOR}))"
    rf"{_ANY_LABEL}(?:{_DOT}{_ANY_LABEL}){{0,9}}(?::\d{{1,5}})?(?:[/?#]{_TAIL}{{0,2000}})?"
    rf"|(?P<bare>{_LABEL}(?:{_DOT}{_LABEL}){{1,6}})(?::\d{{2,5}}(?=/))?(?P<path>/[!-;=?-\[\]_a-z{{}}~]{{0,2000}})?"
    rf")"
)
IN_TEXT = True  # nothing that is written out is relative to the page

# Endings that are suffixes of registries, but in a text without path or `www.` rather a file or the next word.
_FILES = frozenset((
    "py", "sh", "md", "zip", "mov", "rs", "so", "cc", "ps", "ai", "ms", "ml", "app", "js", "ts", "php",
))  # fmt: skip
_WORDS = frozenset((
    "it", "is", "in", "no", "to", "me", "be", "so", "at", "as", "am", "my", "us", "do", "by", "he", "we", "an", "pm",
    "la", "ne", "se", "il", "un",
))  # fmt: skip
_NEITHER = frozenset(("asp.net", "vb.net", "ado.net"))


def detect(page: Page) -> Iterator[tuple[str, str, str, str]]:
    """Yields (address as written, zone, the same as its anchor, the sentence around it)."""
    for block in page.blocks:
        text = block.text
        if "." not in text and "dot" not in text.lower() and "punkt" not in text:
            continue
        for found in _ADDRESS.finditer(text):
            written = _trimmed(found[0])
            if not written or not _plausible(page, found, written):
                continue
            start, end = found.start(), found.start() + len(written)
            if any(
                first <= start < last and _leads_there(page, link.get("href") or "", written)
                for first, last, link in block.links
            ):
                continue
            yield written, block.zone, written, page.sentence(text, start, end)


def _trimmed(written: str) -> str:
    """Without what punctuates the sentence rather than the address."""
    while written:
        last = written[-1]
        if (
            last in ".,;:!?*_~…"
            or (last == ")" and written.count("(") < written.count(")"))
            or (last in "]}" and written.count("[") + written.count("{") < written.count("]") + written.count("}"))
        ):
            written = written[:-1]
        else:
            return written
    return written


def _plausible(page: Page, found: re.Match[str], written: str) -> bool:
    if found["scheme"]:
        return True
    text = found.string
    after = text[found.start() + len(written) : found.start() + len(written) + 1]
    if after in ("@", "…") or (found["path"] and "@" in written):
        return False
    host = page.refanged(found["bare"]).removeprefix("http://")
    labels = host.split(".")
    ending = labels[-1].lower()
    if not ending.isalpha() or not page.known_suffix(host.lower()):
        return False
    if host.lower().startswith("www.") or page.refanged(written) != f"http://{written}":
        return len(labels) > 1
    if found["path"] and len(found["path"]) > 1:
        return not (ending in _FILES and len(labels) == 2) and (len(labels[-2]) > 1 or len(found["path"]) > 3)
    if ending in _FILES or host.lower() in _NEITHER or not (labels[-1].islower() or host.isupper()):
        return False
    return len(labels[-2]) > 1 and (ending not in _WORDS or _stands_alone(found))


def _stands_alone(found: re.Match[str]) -> bool:
    """Whether a bare domain under an ending that is also a word is no two words with a forgotten blank: it looks like
    a name (a digit, a hyphen, two dots), or the text around it says what it is."""
    host = found["bare"]
    if host.count(".") > 1 or "-" in host or any(character.isdigit() for character in host):
        return True
    before, after = found.string[: found.start()].rstrip(), found.string[found.end() :]
    introduced = before.endswith((":", "(", "[", "„", "“", "»", '"')) or after.startswith((")", "]"))
    return introduced or (not before and not after.strip(" .,;"))


def _leads_there(page: Page, href: str, written: str) -> bool:
    """Whether the link around an address leads to that address, which may be cut short for display."""
    said, target = page.key(page.refanged(written)), page.key(href)
    if said is None or target is None:
        return False
    return target == said or target.startswith(said) or said.split("/")[0] in target
