"""Made-up news in nine languages: sentences from a grammar, no two texts with twelve words in common."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from tests.replica.dice import Dice

LANGUAGES = ("en", "fr", "es", "de", "ru", "sh", "ar", "fa", "zh")
APART = 12  # words in a row (or characters of Chinese) that no two texts share, unless one copies the other
TRIES = 400
SYMBOL = re.compile(r"\{([A-Z0-9]+)(\^?)\}")


@cache
def grammar(language: str) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The sentences of a language (SYMBOL: options) and the words of its pages (word: text)."""
    rules: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    path = Path(__file__).parent / "grammar" / f"{language}.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        name, colon, options = line.partition(": ")
        if line.startswith("#") or not colon:
            continue
        if name.isupper():
            rules.setdefault(name, []).extend(option.strip() for option in options.split(" | "))
        else:
            words[name] = options
    return rules, words


def say(language: str, word: str) -> str:
    """A word of a page's furniture, such as "read more"."""
    return grammar(language)[1][word]


def tokens(language: str, text: str) -> list[str]:
    """The words of a text, lower-case, without punctuation; of Chinese, the characters."""
    found = re.findall(r"\w+", text.lower())
    return [letter for word in found for letter in word] if language == "zh" else found


class Writer:
    """Writes texts in one language. All that it has written stays apart from all that it will write."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.rules, _ = grammar(language)
        self.written: set[tuple[str, ...]] = set()
        self.headlines: set[str] = set()

    def expand(self, symbol: str, dice: Dice, depth: int = 0) -> str:
        if symbol == "N":
            return str(dice.between(3, 940))
        if symbol == "N2":
            return str(dice.between(1, 28))
        options = self.rules[symbol]
        if depth > 6:  # the first options of a rule are its plainest
            options = options[:2]

        def fill(match: re.Match[str]) -> str:
            text = self.expand(match[1], dice, depth + 1)
            return text[:1].upper() + text[1:] if match[2] else text

        return SYMBOL.sub(fill, dice.pick(options))

    def runs(self, before: list[str], sentence: str) -> list[tuple[str, ...]]:
        words = before[-(APART - 1) :] + tokens(self.language, sentence)
        return [tuple(words[i : i + APART]) for i in range(len(words) - APART + 1)]

    def sentence(self, dice: Dice, before: list[str], symbol: str = "S") -> str:
        """A sentence that shares no twelve words with anything written before; `before` are the words so far."""
        for _ in range(TRIES):
            sentence = self.expand(symbol, dice)
            sentence = sentence[:1].upper() + sentence[1:]
            runs = self.runs(before, sentence)
            if len(set(runs)) == len(runs) and self.written.isdisjoint(runs):
                self.written.update(runs)
                before.extend(tokens(self.language, sentence))
                return sentence
        raise AssertionError(f"the grammar of {self.language!r} has no more to say")

    def paragraph(self, dice: Dice, before: list[str], sentences: int) -> str:
        glue = "" if self.language == "zh" else " "
        return glue.join(self.sentence(dice, before) for _ in range(sentences))

    def article(self, dice: Dice, paragraphs: int) -> list[str]:
        """Paragraphs of two to four sentences each."""
        before: list[str] = []
        return [self.paragraph(dice, before, dice.between(2, 4)) for _ in range(paragraphs)]

    def headline(self, dice: Dice) -> str:
        for _ in range(TRIES):
            headline = self.expand("H", dice)
            if headline not in self.headlines and 25 < len(headline) * (3 if self.language == "zh" else 1) < 140:
                self.headlines.add(headline)
                return headline[:1].upper() + headline[1:]
        raise AssertionError(f"the grammar of {self.language!r} has no more headlines")
