"""Passages that two texts share: exact comparison of pages with a few known texts.

An inverted index of the known texts' shingles finds, in one pass over a page, the texts that it may share a
passage with. What is then said of a page is computed from the words themselves, so no collision of hashes can
make a page carry what it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.shingles import LETTER, LETTERS, SHINGLE, combine, shingle_ends, tables, tokens, word_hashes, words
from analysis.signatures import _SHINGLE_SEED, _SHINGLE_STEP, _mix, read_words

EXCERPT_WORDS = 25  # a passage of so many words in a row is an excerpt: chance and set phrases are shorter
EXCERPT_LETTERS = 50  # the same in scripts without spaces between words
LEAST = 18  # shingles shared by the shortest excerpt: all of its 25 tokens but at most 7 begin one
CUT = "\n"  # stands where something was cut from a text; no word is equal to it
FULL = SHINGLE * LETTERS  # a word weighs LETTERS and a letter SHINGLE, and a shingle this, as in shingles.py
SLOTS = 16  # of the filter, for each hash known: one page hash in sixteen passes by chance

Hashes = NDArray[np.uint64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Passage:
    """The longest passage that two texts share: its length, and its characters in either (ends excluded).

    `length` is in excerpts: 1.0 is the shortest that is one, 25 words or 50 letters of a script without spaces.
    """

    length: float
    start: int
    end: int
    known_start: int
    known_end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a page and a known text share."""

    shared: int  # distinct shingles that stand in both
    containment: float  # the share of the known text's shingles that stand on the page
    similarity: float  # Jaccard: shared shingles among all of both
    passage: Passage


class Text:
    """A text cut into words, to be compared by them."""

    def __init__(self, text: str) -> None:
        self.words, self.places = words(text)
        first = np.fromiter((ord(word[0]) for word in self.words), np.int64, len(self.words))
        self.letter: NDArray[np.bool_] = tables().kind[first] == LETTER

    @cached_property
    def shingles(self) -> set[tuple[str, ...]]:
        return shingles_of(self.words, self.letter)

    @cached_property
    def total(self) -> list[int]:
        """Length of the text up to each word, in units of which an excerpt has EXCERPT_WORDS * EXCERPT_LETTERS."""
        return [0, *np.cumsum(np.where(self.letter, EXCERPT_WORDS, EXCERPT_LETTERS)).tolist()]


class KnownText(Text):
    """A text that pages are compared with; what repeats one of its headlines is left out of the comparison."""

    def __init__(self, text: str, headlines: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.pieces = body_pieces(self.words, self.places, text, [words(headline)[0] for headline in headlines])
        hashes = word_hashes(tokens(text))
        self.hashes: Hashes = np.unique(
            np.concatenate(
                [combine(hashes[a:b], shingle_ends(self.letter[a:b], SHINGLE)) for a, b in self.pieces]
                or [np.empty(0, np.uint64)]
            )
        )

    @cached_property
    def shingles(self) -> set[tuple[str, ...]]:
        return set().union(*(shingles_of(self.words[a:b], self.letter[a:b]) for a, b in self.pieces))

    @cached_property
    def automaton(self) -> Automaton:
        kept = [CUT] * len(self.words)
        for a, b in self.pieces:
            kept[a:b] = self.words[a:b]
        return Automaton(kept)

    def compare(self, page: Text) -> Comparison:
        shared = len(self.shingles & page.shingles)
        everything = len(self.shingles) + len(page.shingles) - shared
        start, known_start, count = self.automaton.longest(page.words, page.total)
        length = (page.total[start + count] - page.total[start]) / (EXCERPT_WORDS * EXCERPT_LETTERS)
        passage = Passage(length, *characters(page, start, count), *characters(self, known_start, count))
        return Comparison(shared, shared / max(1, len(self.shingles)), shared / max(1, everything), passage)


class Automaton:
    """The suffix automaton of a sequence of words (Blumer and others 1985).

    It finds the longest passage of another sequence that stands in this one in a single pass over it, whatever
    the words are: a hostile text that repeats itself costs no more than any other.
    """

    def __init__(self, sequence: Sequence[str]) -> None:
        self.next: list[dict[str, int]] = [{}]
        self.link = [-1]
        self.length = [0]
        self.end = [0]  # where the first occurrence ends, excluded
        last = 0
        for word in sequence:
            last = self.extend(last, word)

    def state(self, following: dict[str, int], link: int, length: int, end: int) -> int:
        self.next.append(following)
        self.link.append(link)
        self.length.append(length)
        self.end.append(end)
        return len(self.next) - 1

    def extend(self, last: int, word: str) -> int:
        length = self.length[last] + 1
        new = self.state({}, 0, length, length)
        at = last
        while at != -1 and word not in self.next[at]:
            self.next[at][word] = new
            at = self.link[at]
        if at == -1:
            return new
        old = self.next[at][word]
        if self.length[old] == self.length[at] + 1:
            self.link[new] = old
            return new
        clone = self.state(dict(self.next[old]), self.link[old], self.length[at] + 1, self.end[old])
        while at != -1 and self.next[at].get(word) == old:
            self.next[at][word] = clone
            at = self.link[at]
        self.link[old] = self.link[new] = clone
        return new

    def longest(self, page: Sequence[str], total: Sequence[int]) -> tuple[int, int, int]:
        """The longest common passage: its place in `page`, its place here, how many words; the first of equals.

        `total` says how long the page is up to each word.
        """
        state = count = best = 0
        found = (0, 0, 0)
        for end, word in enumerate(page, 1):
            while state and word not in self.next[state]:
                state = self.link[state]
                count = self.length[state]
            if word in self.next[state]:
                state = self.next[state][word]
                count += 1
            if total[end] - total[end - count] > best:
                best = total[end] - total[end - count]
                found = (end - count, self.end[state] - count, count)
        return found


class Index:
    """The shingles of all known texts, and which texts each stands in."""

    def __init__(self, known: Sequence[KnownText]) -> None:
        hashes = np.concatenate([text.hashes for text in known] or [np.empty(0, np.uint64)])
        owners = np.repeat(np.arange(len(known)), [len(text.hashes) for text in known])
        order = np.argsort(hashes, kind="stable")
        self.owners = owners[order]
        self.hashes, self.first = np.unique(hashes[order], return_index=True)
        self.count = np.diff(np.append(self.first, len(hashes)))
        self.filter = np.zeros(1 << (SLOTS * len(self.hashes)).bit_length(), np.bool_)
        self.filter[self.hashes & np.uint64(len(self.filter) - 1)] = True

    def candidates(self, pages: Sequence[str]) -> Iterator[list[int]]:
        """For each page, the known texts that enough of its shingles stand in to be looked at."""
        if not len(self.hashes):
            yield from ([] for _ in pages)
            return
        page, hashes = passing(pages, self.filter)
        place = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        sure = self.hashes[place] == hashes
        page, place = page[sure], place[sure]
        limits = np.searchsorted(page, np.arange(len(pages) + 1)).tolist()
        for a, b in pairwise(limits):
            yield self.texts_with(place[a:b]) if b - a >= LEAST else []

    def texts_with(self, hits: Integers) -> list[int]:
        """The texts that at least LEAST of the hits (places in `hashes`, repeated as on the page) stand in."""
        places, times = np.unique(hits, return_counts=True)
        counts = self.count[places]
        skipped = np.cumsum(counts) - counts
        each = np.arange(int(counts.sum())) - np.repeat(skipped - self.first[places], counts)
        totals = np.bincount(self.owners[each], weights=np.repeat(times, counts))
        found: list[int] = np.flatnonzero(totals >= LEAST).tolist()
        return found


def passing(pages: Sequence[str], kept: NDArray[np.bool_]) -> tuple[Integers, Hashes]:
    """The hashes of several texts' shingles that pass the filter, each time they occur, and the text of each."""
    found = read_words(pages)
    return _passing(found.hashes, found.letter, found.starts, found.stops, kept)  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _passing(words, letter, starts, stops, kept):  # type: ignore[no-untyped-def]
    """`shingles.combine` over `shingles.shingle_ends`, without keeping what the filter drops."""
    size = (stops - starts).sum()
    pages, hashes = np.empty(size, np.int64), np.empty(size, np.uint64)
    mask = np.uint64(len(kept) - 1)
    out = 0
    for page in range(len(starts)):
        end = starts[page]
        held = 0  # weight of the words from `start` to `end`
        for start in range(starts[page], stops[page]):
            while held < FULL and end < stops[page]:
                held += SHINGLE if letter[end] else LETTERS
                end += 1
            if held < FULL:
                break
            value = _SHINGLE_SEED
            for place in range(start, end):
                value = value * _SHINGLE_STEP + words[place]
            value = _mix(value)
            held -= SHINGLE if letter[start] else LETTERS
            if kept[value & mask]:
                pages[out], hashes[out] = page, value
                out += 1
    return pages[:out], hashes[:out]


def shingles_of(found: Sequence[str], letter: NDArray[np.bool_]) -> set[tuple[str, ...]]:
    """The distinct shingles of a text, as the words themselves."""
    return {tuple(found[start:end]) for start, end in enumerate(shingle_ends(letter, SHINGLE).tolist())}


def characters(text: Text, start: int, count: int) -> tuple[int, int]:
    """The characters that `count` words from the word `start` on take up in the text."""
    if not count:
        return 0, 0
    return int(text.places[start, 0]), int(text.places[start + count - 1, 1])


def body_pieces(
    found: Sequence[str], places: Integers, text: str, headlines: Sequence[Sequence[str]]
) -> list[tuple[int, int]]:
    """What is left of a text without its headlines: runs of words, ends excluded.

    A headline goes where it is a line of its own or, of five words or more, begins the text; and wherever else it
    stands if it is long enough to be taken for an excerpt. A short phrase of the body that is also a headline stays.
    """
    cuts: set[int] = set()
    for headline in headlines:
        size = len(headline)
        if not size:
            continue
        for start in range(len(found) - size + 1):
            if found[start] == headline[0] and list(found[start : start + size]) == list(headline):
                first = start == 0 or "\n" in text[places[start - 1, 1] : places[start, 0]]
                end = start + size
                last = end == len(found) or "\n" in text[places[end - 1, 1] : places[end, 0]]
                if (first and last) or (start == 0 and size >= SHINGLE) or size >= EXCERPT_WORDS:
                    cuts.update(range(start, end))
    kept = [place for place in range(len(found)) if place not in cuts]
    pieces: list[tuple[int, int]] = []
    for place in kept:
        if pieces and pieces[-1][1] == place:
            pieces[-1] = (pieces[-1][0], place + 1)
        else:
            pieces.append((place, place + 1))
    return pieces
