"""MinHash signatures of many texts, fast: the compiled twin of analysis/shingles.py.

Same words, same 64-bit hashes (the tests hold the two together), read straight from the UTF-8 bytes. A signature is
datasketch's of scheme affine32 over the lower half of each shingle's hash: `datasketch.LeanMinHash(seed=SEED,
hashvalues=..., scheme="affine32")` reads it. The compiled functions release the GIL, so threads share the work.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.shingles import (
    INVISIBLE,
    LETTER,
    LETTERS,
    LONGEST,
    MARK,
    SEPARATOR,
    SEVERAL,
    SHINGLE,
    SHINGLE_SEED,
    SHINGLE_STEP,
    WORD,
    WORD_SEED,
    Codes,
    Hashes,
    Integers,
    codes_of,
    coefficients,
    fold,
    tables,
    tokens,
    word_hashes,
)

PERMUTATIONS = 128
SEED = 1  # datasketch's default
SCHEME = (
    f"affine32 permutations={PERMUTATIONS} seed={SEED} shingle={SHINGLE} words or {LETTERS} letters"
    f" hash=1 unicode={unicodedata.unidata_version}"
)

# How the tables of shingles.py are packed for reading: kind << 24 | folded character, or what follows.
KIND = np.uint32(24)
CODE = np.uint32(0x1FFFFF)
MANY = np.uint32(5)  # a kind: folds to several characters, which `Packed.pieces` holds from place CODE on
HARD = np.uint32(6)  # a kind: joins what stands before it
FOLD_FIRST, FOLD_IN_PIECES = -1, -2  # in place of a text's stop: it has HARD characters, or a long run of them
OTHER = 255  # in `Packed.plain`: the byte is not ASCII
PLACES = 64  # coefficients kept at hand; longer words compute theirs

_33 = np.uint64(33)
_M1 = np.uint64(0xFF51AFD7ED558CCD)
_M2 = np.uint64(0xC4CEB9FE1A85EC53)
_WORD_SEED = np.uint64(WORD_SEED)
_SHINGLE_SEED = np.uint64(SHINGLE_SEED)
_SHINGLE_STEP = np.uint64(SHINGLE_STEP)
_ONE = np.uint64(1)
_ZERO = np.uint64(0)


class Words(NamedTuple):
    """The word hashes of several texts: those of text i are `hashes[starts[i]:stops[i]]`."""

    hashes: Hashes
    letter: NDArray[np.bool_]  # a letter of a script without spaces, not a word
    starts: Integers
    stops: Integers
    singles: Integers  # how many letters each text has


class Shingles(NamedTuple):
    """The distinct shingle hashes of several texts: those of text i are `hashes[starts[i]:stops[i]]`."""

    hashes: Hashes
    starts: Integers
    stops: Integers


class Packed(NamedTuple):
    """The tables of shingles.py in one."""

    table: Codes
    pieces: Codes  # how many, and which, for each character of kind MANY
    plain: NDArray[np.uint8]  # of each byte: the letter or digit that it folds to, 0 for a separator, or OTHER


def read_words(texts: Sequence[str]) -> Words:
    """The hashes of the words of each text."""
    words = utf8_words(texts, packed())
    again = np.flatnonzero(words.stops == FOLD_FIRST)  # vowel signs, decomposed accents: they may join, or move
    if len(again):
        words = replaced(words, again, utf8_words([fold(texts[place]) for place in again.tolist()], packed_folded()))
    for place in np.flatnonzero(words.stops == FOLD_IN_PIECES).tolist():
        cut = tokens(texts[place])
        end = np.array([len(cut.first)])
        single = np.array([np.count_nonzero(cut.letter)])
        words = replaced(words, np.array([place]), Words(word_hashes(cut), cut.letter, end - end, end, single))
    return words


def utf8_words(texts: Sequence[str], by: Packed) -> Words:
    data = [text.encode("utf-8", "surrogatepass") for text in texts]
    stops = np.cumsum(np.fromiter(map(len, data), np.int64, len(data)) + 1)
    joined = b"\0".join([*data, b""])  # a separator after each text: no word runs into the next
    return Words(*_read_words(np.frombuffer(joined, np.uint8), stops, *by, coefficients(PLACES)))


def replaced(words: Words, which: Integers, other: Words) -> Words:
    """`words`, with those of the texts numbered `which` taken from `other`."""
    starts, stops, singles = words.starts.copy(), words.stops.copy(), words.singles.copy()
    starts[which] = other.starts + len(words.hashes)
    stops[which] = other.stops + len(words.hashes)
    singles[which] = other.singles
    hashes = np.concatenate((words.hashes, other.hashes))
    return Words(hashes, np.concatenate((words.letter, other.letter)), starts, stops, singles)


def digests(words: Words) -> list[str]:
    """The SHA-256 of each text as it is compared: of its words in order, each by its hash."""
    data = memoryview(words.hashes.astype("<u8", copy=False).tobytes())
    return [
        hashlib.sha256(data[8 * start : 8 * stop]).hexdigest()
        for start, stop in zip(words.starts.tolist(), words.stops.tolist(), strict=True)
    ]


def shingles(words: Words, which: Integers, k: int = SHINGLE) -> Shingles:
    """The distinct shingles of the texts numbered `which`, each in order of first appearance."""
    return Shingles(*_shingles(words.hashes, words.letter, words.starts[which], words.stops[which], k))


def joined(parts: Sequence[Shingles]) -> Shingles:
    """The sets of `parts`, one after the other."""
    sizes = [len(part.hashes) for part in parts]
    before = np.cumsum(sizes) - sizes
    return Shingles(
        np.concatenate([part.hashes for part in parts]),
        np.concatenate([part.starts + skipped for part, skipped in zip(parts, before, strict=True)]),
        np.concatenate([part.stops + skipped for part, skipped in zip(parts, before, strict=True)]),
    )


def signatures(found: Shingles) -> Codes:
    """A MinHash signature for each text, a row of PERMUTATIONS numbers (no shingles: all the largest number)."""
    a, b = permutations()
    return _signatures(found.hashes, found.starts, found.stops, a, b)  # type: ignore[no-any-return]


@cache
def permutations() -> Codes:
    """datasketch's own: two rows, a and b of a·h + b."""
    from datasketch import MinHash

    return np.ascontiguousarray(MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme="affine32").permutations)


@cache
def packed() -> Packed:
    """The tables for texts as they are."""
    folded, kind, joins = tables()
    single = np.where(folded == SEVERAL, 0, folded)
    table = single | kind[single].astype(np.uint32) << KIND
    pieces: list[int] = []
    for code in np.flatnonzero(folded == SEVERAL).tolist():
        table[code] = np.uint32(len(pieces)) | MANY << KIND
        parts = codes_of(fold(chr(code)))
        pieces += [len(parts), *(parts | kind[parts].astype(np.uint32) << KIND).tolist()]
    table = np.where(joins, HARD << KIND, table).astype(np.uint32)
    return Packed(table, np.array(pieces, np.uint32), packed_ascii(table))


@cache
def packed_folded() -> Packed:
    """The tables for texts that are folded already."""
    kind = tables().kind
    table = np.arange(len(kind), dtype=np.uint32) | kind.astype(np.uint32) << KIND
    return Packed(table, np.empty(0, np.uint32), packed_ascii(table))


def packed_ascii(table: Codes) -> NDArray[np.uint8]:
    result = np.full(256, OTHER, np.uint8)
    entries = table[:128]
    assert set((entries >> KIND).tolist()) == {SEPARATOR, WORD}, "ASCII has letters, digits and separators"
    result[:128] = np.where(entries >> KIND == WORD, entries & CODE, 0)
    return result


@njit(cache=True, nogil=True, inline="always")
def _mix(value):  # type: ignore[no-untyped-def]
    value = (value ^ (value >> _33)) * _M1
    value = (value ^ (value >> _33)) * _M2
    return value ^ (value >> _33)


@njit(cache=True, nogil=True, inline="always")
def _character(data, at):  # type: ignore[no-untyped-def]
    """The character at a place of valid UTF-8, and the place of the next."""
    low = np.uint32(0x3F)
    byte = np.uint32(data[at])
    if byte < 0x80:
        return byte, at + _ONE
    code = np.uint32(data[at + _ONE]) & low
    if byte < 0xE0:
        return (byte & np.uint32(0x1F)) << np.uint32(6) | code, at + np.uint64(2)
    code = code << np.uint32(6) | np.uint32(data[at + np.uint64(2)]) & low
    if byte < 0xF0:
        return (byte & np.uint32(0x0F)) << np.uint32(12) | code, at + np.uint64(3)
    code = code << np.uint32(6) | np.uint32(data[at + np.uint64(3)]) & low
    return (byte & np.uint32(0x07)) << np.uint32(18) | code, at + np.uint64(4)


@njit(cache=True, nogil=True)
def _read_words(data, ends, table, pieces, plain, factors):  # type: ignore[no-untyped-def]  # noqa: C901 (calls cost)
    """Words of UTF-8 texts, each followed by a separator, which ends its last word."""
    count = len(ends)
    size = 2 * len(data)  # some characters fold to several words: never to more than two a byte
    hashes, letter = np.empty(size, np.uint64), np.empty(size, np.bool_)
    starts, stops, singles = np.empty(count, np.int64), np.zeros(count, np.int64), np.zeros(count, np.int64)
    at = _ZERO  # unsigned: the compiler need not ask whether a place counts from the end
    start = at
    out = 0
    for text in range(count):
        end = np.uint64(ends[text])
        starts[text] = out
        base = np.uint32(SEPARATOR)
        value = _ZERO
        place = 0
        run, hard = 0, at  # how many HARD characters in a row, and where the last of them ends
        piece, left = _ZERO, np.uint32(0)  # what is still to be read of the pieces of a character
        while at < end:
            if left == 0 and base < MARK:
                while True:  # ASCII, most of most texts, in a loop of its own: twice as fast
                    code = plain[data[at]]
                    if code == 0:
                        at += _ONE
                        if base == WORD:
                            hashes[out] = _mix(value)
                            letter[out] = False
                            out += 1
                            base = np.uint32(SEPARATOR)
                        if at == end:
                            break
                    elif code == OTHER:
                        break
                    else:
                        if base == SEPARATOR:
                            base = np.uint32(WORD)
                            value = _ZERO
                            place = 0
                        elif place >= PLACES:
                            break
                        at += _ONE
                        value += np.uint64(code) * factors[place]
                        place += 1
                if at == end:
                    break
            if left:
                entry = pieces[piece]
                piece += _ONE
                left -= np.uint32(1)
            else:
                start = at
                code, at = _character(data, at)
                entry = table[code]
                if entry >> KIND == MANY:
                    left = pieces[entry & CODE]
                    piece = (entry & CODE) + _ONE
                    continue
            kind = entry >> KIND
            if kind == HARD:
                run = run + 1 if start == hard else 1
                hard = at
                stops[text] = min(stops[text], FOLD_FIRST if run < LONGEST else FOLD_IN_PIECES)
                continue
            if kind == INVISIBLE:
                continue
            if kind != MARK and (kind != base or kind == LETTER):
                if base != SEPARATOR:
                    hashes[out] = _mix(value)
                    letter[out] = base == LETTER
                    out += 1
                base = kind
                value = _ZERO
                place = 0
                singles[text] += kind == LETTER
            if base != SEPARATOR:
                value += np.uint64(entry & CODE) * (factors[place] if place < PLACES else _factor(place))
                place += 1
        if stops[text] < 0:
            out = starts[text]
        else:
            stops[text] = out
    return hashes[:out], letter[:out], starts, stops, singles


@njit(cache=True, nogil=True)
def _factor(place):  # type: ignore[no-untyped-def]
    return _mix(np.uint64(place + 1) * _WORD_SEED) | _ONE


@njit(cache=True, nogil=True)
def _slots(size):  # type: ignore[no-untyped-def]
    """How many slots a set of `size` numbers is given: a power of two, half of them free."""
    slots = 4
    while slots < 2 * size:
        slots *= 2
    return slots


@njit(cache=True, nogil=True, inline="always")
def _slot(seen, mask, value):  # type: ignore[no-untyped-def]
    """Where `value` is in the set `seen`, or the free slot (0) where it belongs."""
    slot = value & mask
    while seen[slot] != _ZERO and seen[slot] != value:
        slot = (slot + _ONE) & mask
    return slot


@njit(cache=True, nogil=True)
def _shingles(words, letter, starts, stops, k):  # type: ignore[no-untyped-def]
    count = len(starts)
    seen = np.empty(_slots((stops - starts).max() if count else 0), np.uint64)
    hashes = np.empty((stops - starts).sum(), np.uint64)
    firsts, lasts = np.empty(count, np.int64), np.empty(count, np.int64)
    full = k * LETTERS  # a word weighs LETTERS and a letter k, as in shingles.shingle_ends
    out = 0
    for text in range(count):
        firsts[text] = out
        slots = _slots(stops[text] - starts[text])
        seen[:slots] = _ZERO
        mask = np.uint64(slots - 1)
        end = starts[text]
        held = 0  # weight of the words from `start` to `end`
        for start in range(starts[text], stops[text]):
            while held < full and end < stops[text]:
                held += k if letter[end] else LETTERS
                end += 1
            if held < full:
                break
            value = _SHINGLE_SEED
            for place in range(start, end):
                value = value * _SHINGLE_STEP + words[place]
            value = max(_mix(value), _ONE)
            held -= k if letter[start] else LETTERS
            slot = _slot(seen, mask, value)
            if seen[slot] == _ZERO:
                seen[slot] = value
                hashes[out] = value
                out += 1
        lasts[text] = out
    return hashes[:out], firsts, lasts


@njit(cache=True, nogil=True)
def _signatures(hashes, starts, stops, a, b):  # type: ignore[no-untyped-def]
    """datasketch's affine32: MurmurHash3's 32-bit finalizer, then the least of a·h + b modulo 2³²."""
    result = np.empty((len(starts), len(a)), np.uint32)
    mixed = np.empty((stops - starts).max() if len(starts) else 0, np.uint32)
    for text in range(len(starts)):
        size = stops[text] - starts[text]
        for place in range(size):
            h = np.uint32(hashes[starts[text] + place])
            h = np.uint32((h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B))
            h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35))
            mixed[place] = h ^ (h >> np.uint32(16))
        for column in range(len(a)):
            least = np.uint32(0xFFFFFFFF)
            for place in range(size):  # innermost, so that the compiler does eight at once
                least = min(least, np.uint32(a[column] * mixed[place] + b[column]))
            result[text, column] = least
    return result
