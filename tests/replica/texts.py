"""Pieces of text and HTML that pages are put together from."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

from tests.replica import plan
from tests.replica.dice import Dice
from tests.replica.layouts import paragraph
from tests.replica.model import Version
from tests.replica.web import Web
from tests.replica.writer import say, tokens

COUNTED, SHORT = (28, 58), 18  # words of a passage that counts, and of one that does not
CHINESE_COUNTED, CHINESE_SHORT = (75, 110), 30  # characters


def own(web: Web, language: str, dice: Dice, paragraphs: int) -> list[str]:
    """Paragraphs of the page's own, as HTML."""
    return [escape(text, quote=False) for text in web.writers[language].article(dice, paragraphs)]


def around(web: Web, language: str, dice: Dice, html: str) -> str:
    """A sentence of the page's own that has `html` in it."""
    sentence = escape(web.writers[language].sentence(dice, [], "LINK"), quote=False)
    return sentence.replace("@@", html)


def laid(layout: str, texts: list[str]) -> list[str]:
    """Paragraphs as the template's editor writes them."""
    return [paragraph(layout, text, place) for place, text in enumerate(texts)]


def first_words(language: str, html: str, count: int = 14) -> str:
    """The beginning of a paragraph, as HTML: fewer words than an excerpt has."""
    text = re.sub(r"<[^>]+>", "", html)
    return text[: count * 2] + "…" if language == "zh" else " ".join(text.split()[:count]) + "…"


def passage(version: Version, dice: Dice) -> str:
    """Consecutive words of the story, enough to count as an excerpt."""
    found = some_words(version, dice, dice.between(*(CHINESE_COUNTED if version.language == "zh" else COUNTED)))
    assert len(tokens(version.language, found)) >= (55 if version.language == "zh" else 26), found
    return escape(found, quote=False)


def short_passage(version: Version, dice: Dice) -> str:
    """Consecutive words of the story, too few to count."""
    found = some_words(version, dice, CHINESE_SHORT if version.language == "zh" else SHORT)
    assert len(tokens(version.language, found)) < (40 if version.language == "zh" else 24), found
    return escape(found, quote=False)


def some_words(version: Version, dice: Dice, count: int) -> str:
    text = dice.pick(sorted(version.listed, key=len, reverse=True)[:2])
    if version.language == "zh":
        start = dice.below(max(1, len(text) - count))
        return text[start : start + count]
    words = text.split()
    start = dice.below(max(1, len(words) - count + 1))
    return " ".join(words[start : start + count])


def anchor(version: Version, language: str, dice: Dice, url: str | None = None, attributes: str = "") -> str:
    """A link to the story, or by `url` to what leads there."""
    words = dice.pick((version.headline, version.outlet_name, say(language, "here")))
    return f'<a href="{escape(url or version.url)}"{attributes}>{escape(words)}</a>'


def shortened(web: Web, version: Version, dice: Dice, hops: int) -> str:
    """An address of a shortener that leads to the story by so many hops."""
    target = version.url + ("?utm_source=short" if "?" not in version.url and dice.chance(0.5) else "")
    for hop in range(hops):
        host = plan.SHORTENERS[(hop + dice.below(2)) % len(plan.SHORTENERS)]
        n = len(web.hops)
        if host.startswith("weiter"):
            address = f"http://{host}/l?u={quote(target, safe='')}&n={n}"
        else:
            address = f"http://{host}/{'abcdefghij'[n % 10]}{n}{dice.pick('xyzkqw')}"
        web.hops[address] = target
        target = address
    return target


def written(version: Version, dice: Dice) -> tuple[str, str]:
    """The story's address as text, and how it is written."""
    rest = version.url.split("://", 1)[1]
    host, _, path = rest.partition("/")
    return dice.pick(
        (
            (version.url, "with its scheme"),
            (rest, "without a scheme"),
            (f"hxxp://{host.replace('.', '[.]')}/{path}", "defanged"),
            (f"hxxp://{rest}", "defanged"),
            (f"({version.url})", "in brackets"),
        )
    )


def edited(web: Web, version: Version, dice: Dice) -> list[str]:
    """The story with two sentences replaced by others, as HTML."""
    texts = list(version.paragraphs)
    end = "。" if version.language == "zh" else ". "
    for place in dice.some(range(len(texts)), 2):
        sentences = texts[place].split(end)
        new = web.writers[version.language].sentence(dice, []).rstrip(".。 ")
        sentences[dice.below(len(sentences) - 1) if len(sentences) > 1 else 0] = new
        texts[place] = end.join(sentences)
    return [escape(text, quote=False) for text in texts]
