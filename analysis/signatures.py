"""MinHash signatures of many texts, fast: the compiled twin of analysis/shingles.py.

Same words, same 64-bit hashes (the tests hold the two together); texts that fold character by character are read
straight from their UTF-8 bytes, the others go the way of `shingles.tokens`. A signature is datasketch's of scheme
affine32 over the lower half of each shingle's hash: `datasketch.LeanMinHash(seed=SEED, hashvalues=...,
scheme="affine32")` reads it. The compiled functions release the GIL, so threads share the work.
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
    MARK,
    SEPARATOR,
    SEVERAL,
    SHINGLE,
    SHINGLE_SEED,
    SHINGLE_STEP,
    WORD_SEED,
    Codes,
    Hashes,
    Integers,
    coefficients,
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

# How the tables of shingles.py are packed for reading: folded character, kind << 24, or HARD.
HARD = np.uint32(0xFFFFFFFF)  # joins its neighbours or folds to several characters
KIND = np.uint32(24)
CODE = np.uint32(0x1FFFFF)
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


def read_words(texts: Sequence[str]) -> Words:
    """The hashes of the words of each text."""
    data = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.cumsum(np.fromiter(map(len, data), np.int64, len(data)))
    hashes, letter, starts, stops, singles = _read_words(
        np.frombuffer(b"".join(data), np.uint8), ends, packed(), coefficients(PLACES)
    )
    hard = np.flatnonzero(stops < starts)
    if not len(hard):
        return Words(hashes, letter, starts, stops, singles)
    cuts = [tokens(texts[place]) for place in hard.tolist()]
    lengths = np.array([len(cut.first) for cut in cuts])
    stops[hard] = len(hashes) + np.cumsum(lengths)
    starts[hard] = stops[hard] - lengths
    singles[hard] = [int(np.count_nonzero(cut.letter)) for cut in cuts]
    return Words(
        np.concatenate([hashes, *map(word_hashes, cuts)]),
        np.concatenate([letter, *(cut.letter for cut in cuts)]),
        starts, stops, singles,
    )  # fmt: skip


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
    sizes = np.array([len(part.hashes) for part in parts])
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
def packed() -> Codes:
    """The tables of shingles.py in one: what a character folds to, and the kind of that."""
    fold, kind, joins = tables()
    hard = joins | (fold == SEVERAL)
    code = np.where(hard, 0, fold)
    return np.where(hard, HARD, code | kind[code].astype(np.uint32) << KIND).astype(np.uint32)


@njit(cache=True, nogil=True, inline="always")
def _mix(value):  # type: ignore[no-untyped-def]
    value = (value ^ (value >> _33)) * _M1
    value = (value ^ (value >> _33)) * _M2
    return value ^ (value >> _33)


@njit(cache=True, nogil=True, inline="always")
def _character(data, at):  # type: ignore[no-untyped-def]
    """The character of valid UTF-8 at a place that is not ASCII, and the place of the next."""
    low = np.uint32(0x3F)
    byte = np.uint32(data[at])
    code = np.uint32(data[at + _ONE]) & low
    if byte < 0xE0:
        return (byte & np.uint32(0x1F)) << np.uint32(6) | code, at + np.uint64(2)
    code = code << np.uint32(6) | np.uint32(data[at + np.uint64(2)]) & low
    if byte < 0xF0:
        return (byte & np.uint32(0x0F)) << np.uint32(12) | code, at + np.uint64(3)
    code = code << np.uint32(6) | np.uint32(data[at + np.uint64(3)]) & low
    return (byte & np.uint32(0x07)) << np.uint32(18) | code, at + np.uint64(4)


@njit(cache=True, nogil=True)
def _read_words(data, ends, table, factors):  # type: ignore[no-untyped-def]
    """Words of UTF-8 texts. A text that must be folded in pieces gets a stop before its start."""
    count = len(ends)
    size = len(data) // 2 + count  # no word is shorter than two bytes, what separates it from the next included
    hashes, letter = np.empty(size, np.uint64), np.empty(size, np.bool_)
    starts, stops, singles = np.empty(count, np.int64), np.zeros(count, np.int64), np.zeros(count, np.int64)
    at = _ZERO  # unsigned: the compiler need not ask whether a place counts from the end
    out = 0
    for text in range(count):
        end = np.uint64(ends[text])
        starts[text] = out
        base = np.uint32(SEPARATOR)
        value = _ZERO
        place = 0
        while at < end:
            code = np.uint32(data[at])
            if code < 0x80:
                at += _ONE
            else:
                code, at = _character(data, at)
            entry = table[code]
            if entry == HARD:
                stops[text] = -1
                break
            kind = entry >> KIND
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
            at = end
            out = starts[text]
            continue
        if base != SEPARATOR:
            hashes[out] = _mix(value)
            letter[out] = base == LETTER
            out += 1
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
    result = np.full((len(starts), len(a)), np.uint32(0xFFFFFFFF), np.uint32)
    for text in range(len(starts)):
        row = result[text]
        for place in range(starts[text], stops[text]):
            h = np.uint32(hashes[place])
            h = np.uint32((h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B))
            h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35))
            h = np.uint32(h ^ (h >> np.uint32(16)))
            for column in range(len(a)):
                value = np.uint32(a[column] * h + b[column])
                if value < row[column]:
                    row[column] = value
    return result
