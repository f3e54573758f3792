"""Words and shingles of a text in any script: what near-duplicates and excerpts are compared by.

A text is folded (NFKC, casefold, NFKC), cut into words, and every run of words is hashed to 64 bits:

- A word is a run of letters, digits and the marks on them (Arabic vowel signs, Hebrew points, Devanagari vowel
  signs). Punctuation and symbols separate words and are dropped; invisible characters (soft hyphen, zero-width
  space, direction marks) are dropped without separating.
- In scripts written without spaces between words (Han, Kana, Thai, Lao, Khmer, Myanmar and their kin) every
  letter, with the marks on it, is a token of its own.
- A shingle is a run of k words, or of 8 such letters. Where the two mix, a word weighs 1/k, a letter 1/8, and
  a shingle starting at a token takes tokens until they make one: a Latin name in a Chinese sentence neither
  ends a run nor leaves a gap.

The hashes depend on the characters alone: not on the process, the platform, numpy or PYTHONHASHSEED. They are
spread well, and not cryptographic. Words are hashed once, and shingles combine the hashes of words.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SHINGLE = 5  # words: shorter matches boilerplate, longer misses light rewrites
LETTERS = 8  # letters of a script without spaces that weigh as much as SHINGLE words
LONGEST = 32  # characters normalised at once: long runs of marks are hostile, and sorting them is quadratic

SEPARATOR, WORD, MARK, INVISIBLE, LETTER = range(5)  # what a folded character is
SEVERAL = 0xFFFFFFFF  # in `Tables.fold`: the character does not fold to exactly one

# Scripts written without spaces between words, by their blocks (Unicode 16); only the letters in them count.
UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x1B00, 0x1B7F),  # Balinese
    (0x2E80, 0x2FDF),  # Han radicals
    (0x3005, 0x3007),  # Han iteration mark, closing mark, zero
    (0x3021, 0x312F),  # Hangzhou numerals, Hiragana, Katakana, Bopomofo
    (0x31A0, 0x31FF),  # Bopomofo and Katakana extensions
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0xA4CF),  # Han, Yi
    (0xA980, 0xA9FF),  # Javanese, Myanmar
    (0xAA60, 0xAADF),  # Myanmar, Tai Viet
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x16FE0, 0x18DFF),  # Tangut, Khitan
    (0x1AFF0, 0x1B2FF),  # Kana, Nushu
    (0x20000, 0x3FFFF),  # Han
)
# Invisible without being format characters (category Cf): joiners, fillers and variation selectors.
UNSEEN = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xE0100, 0xE01EF),
)
APOSTROPHES = (0x02B9, 0x02BF)  # letters by category, apostrophes in use: they separate, as the others do
ASSIGNED = ((0, 0x32400), (0xE0000, 0xE0200))  # nothing that folds or counts lies outside

Codes = NDArray[np.uint32]
Hashes = NDArray[np.uint64]
Integers = NDArray[np.int64]

WORD_SEED = 0x9E3779B97F4A7C15
SHINGLE_SEED = 0xD1B54A32D192ED03
SHINGLE_STEP = 0xAEF17502108EF2D9


class Tables(NamedTuple):
    """What is known of every character, by its number."""

    fold: Codes  # the one character that it folds to, or SEVERAL
    kind: NDArray[np.uint8]  # SEPARATOR, WORD, MARK, INVISIBLE or LETTER
    joins: NDArray[np.bool_]  # normalised together with what stands before it


class Tokens(NamedTuple):
    """A text cut into tokens. `first` and `last` are places in `codes`, `start` and `end` in the original text."""

    codes: Codes
    first: Integers
    last: Integers
    start: Integers
    end: Integers
    letter: NDArray[np.bool_]  # a letter of a script without spaces, not a word


def words(text: str) -> tuple[list[str], Integers]:
    """The words of `text`, folded, and their places in it: an n×2 array of character offsets, ends excluded."""
    cut = tokens(text)
    plain = cut.codes.tobytes().decode("utf-32-le", "surrogatepass")
    found = [plain[first:last] for first, last in zip(cut.first.tolist(), cut.last.tolist(), strict=True)]
    return found, np.stack((cut.start, cut.end), axis=1)


def shingle_hashes(text: str, k: int = SHINGLE) -> Hashes:
    """The hashes of the shingles of `text` in order: the i-th starts at the i-th word that `words` gives.

    A text of n words has n - k + 1 of them, and a text too short for one has none.
    """
    cut = tokens(text)
    return combine(word_hashes(cut), shingle_ends(cut.letter, k))


def shingle_spans(text: str, k: int = SHINGLE) -> Integers:
    """Which words each shingle of `text` holds: an n×2 array of places in the list of `words`, ends excluded."""
    ends = shingle_ends(tokens(text).letter, k)
    return np.stack((np.arange(len(ends)), ends), axis=1)


def weight(letter: NDArray[np.bool_], words: int, letters: int) -> float:
    """How long a text is, where `words` words or `letters` letters of a script without spaces make one."""
    single = int(np.count_nonzero(letter))
    return (len(letter) - single) / words + single / letters


def fold(text: str) -> str:
    """NFKC and casefold: one spelling for all that reads the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def fold_bounded(text: str) -> str:
    return "".join(fold_piece(text[place : place + LONGEST]) for place in range(0, len(text), LONGEST))


@lru_cache(maxsize=65_536)
def fold_piece(text: str) -> str:
    return fold(text)


@cache
def tables() -> Tables:
    """The tables of this Python's Unicode version (`unicodedata.unidata_version`)."""
    kind = np.zeros(0x110000, np.uint8)
    joins = np.zeros(0x110000, np.bool_)
    folded = np.arange(0x110000, dtype=np.uint32)
    kinds = {"L": WORD, "N": WORD, "M": MARK}
    seconds = {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}  # Hangul vowels and finals
    characters = [chr(code) for first, last in ASSIGNED for code in range(first, last)]
    for character in characters:
        parts = unicodedata.decomposition(character).split()
        if len(parts) == 2 and parts[0][0] != "<":
            seconds.add(chr(int(parts[1], 16)))
    for character in characters:
        code = ord(character)
        category = unicodedata.category(character)
        kind[code] = INVISIBLE if category == "Cf" else kinds.get(category[0], SEPARATOR)
        plain = fold(character)
        if plain != character:
            folded[code] = ord(plain) if len(plain) == 1 else SEVERAL
        head = unicodedata.normalize("NFKD", character)[0]
        joins[code] = unicodedata.combining(head) != 0 or head in seconds
    for first, last in UNSPACED:
        kind[first : last + 1][kind[first : last + 1] == WORD] = LETTER
    for first, last in UNSEEN:
        kind[first : last + 1] = INVISIBLE
    kind[APOSTROPHES[0] : APOSTROPHES[1] + 1] = SEPARATOR
    return Tables(folded, kind, joins)


def codes_of(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def folded(text: str) -> tuple[Codes, Integers, Integers]:
    """The folded characters of `text`, and for each where the characters it comes from start and end.

    Folding may change the number of characters (ﬁ, ß, İ, e with a combining accent), so the text is cut where
    normalisation cannot reach across, and what is not one character to one is folded piece by piece.
    """
    if text.isascii():
        places = np.arange(len(text))
        return np.frombuffer(text.lower().encode(), np.uint8).astype(np.uint32), places, places + 1
    plain = text.casefold()
    if len(plain) == len(text) and all(unicodedata.is_normalized("NFKC", form) for form in (text, plain)):
        places = np.arange(len(text))
        return codes_of(plain), places, places + 1
    fold_table, _, joins_table = tables()
    codes = codes_of(text)
    joins = joins_table[codes]
    joins[0] = False
    starts = np.flatnonzero(~joins)
    ends = np.append(starts[1:], len(codes))
    single = fold_table[codes[starts]]
    simple = (ends - starts == 1) & (single != SEVERAL)
    if simple.all():
        return single, starts, ends
    rest = np.flatnonzero(~simple)
    pieces = [fold_bounded(text[a:b]) for a, b in zip(starts[rest].tolist(), ends[rest].tolist(), strict=True)]
    lengths = np.ones(len(starts), np.int64)
    lengths[rest] = [len(piece) for piece in pieces]
    origin = np.repeat(np.arange(len(starts)), lengths)
    result = np.empty(len(origin), np.uint32)
    result[simple[origin]] = single[simple]
    result[~simple[origin]] = codes_of("".join(pieces))
    return result, starts[origin], ends[origin]


def tokens(text: str) -> Tokens:
    """Cut `text` into its words and, in scripts without spaces, letters."""
    codes, starts, ends = folded(text)
    kind = tables().kind[codes]
    seen = kind != INVISIBLE
    codes, starts, ends, kind = codes[seen], starts[seen], ends[seen], kind[seen]
    # A mark is of the kind of the character that it stands on, and of no word where it stands on none.
    mark = kind == MARK
    base = np.maximum.accumulate(np.where(mark, -1, np.arange(len(kind))))
    of = np.where(base < 0, SEPARATOR, kind[base]) if len(kind) else kind
    inside = of != SEPARATOR
    before = np.concatenate((np.array([SEPARATOR], of.dtype), of[:-1]))
    opens = inside & ~mark & ((of == LETTER) | (before != WORD))
    after = np.concatenate((~inside[1:] | opens[1:], np.array([True])))
    first = np.flatnonzero(opens)
    last = np.flatnonzero(inside & after[: len(inside)]) + 1
    return Tokens(codes, first, last, starts[first], ends[last - 1], of[first] == LETTER)


def mix(value: Hashes) -> Hashes:
    """Spread every bit over all: the finalizer of MurmurHash3 for 64 bits (A. Appleby, public domain)."""
    value = (value ^ (value >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    value = (value ^ (value >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


def coefficients(count: int) -> Hashes:
    """A fixed odd 64-bit number for each place in a word."""
    return mix(np.arange(1, count + 1, dtype=np.uint64) * np.uint64(WORD_SEED)) | np.uint64(1)


def word_hashes(cut: Tokens) -> Hashes:
    """A hash for each token: multilinear in its characters (Carter and Wegman 1979), then mixed."""
    if not len(cut.first):
        return np.empty(0, np.uint64)
    lengths = cut.last - cut.first
    skipped = np.cumsum(lengths) - lengths  # characters of the tokens before
    place = np.arange(int(lengths.sum())) - np.repeat(skipped, lengths)
    characters = cut.codes[place + np.repeat(cut.first, lengths)].astype(np.uint64)
    return mix(np.add.reduceat(characters * coefficients(int(lengths.max()))[place], skipped))


def shingle_ends(letter: NDArray[np.bool_], k: int) -> Integers:
    """Where the shingle that starts at each token ends, for every token where one fits."""
    if k < 1:
        raise ValueError(f"a shingle has at least one word, not {k}")
    # A word weighs LETTERS and a letter k, so that k words, and LETTERS letters, make one of k × LETTERS.
    total = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.where(letter, k, LETTERS))))
    ends = np.searchsorted(total, total[:-1] + k * LETTERS)
    return ends[ends < len(total)]


def combine(hashes: Hashes, ends: Integers) -> Hashes:
    """A hash for each shingle from those of its tokens, in their order; never 0, so that 0 can mean none."""
    starts = np.arange(len(ends))
    sizes = ends - starts
    value = np.full(len(ends), SHINGLE_SEED, np.uint64)
    for place in range(int(sizes.max(initial=0))):
        more = sizes > place
        value[more] = value[more] * np.uint64(SHINGLE_STEP) + hashes[starts[more] + place]
    return np.maximum(mix(value), np.uint64(1))
