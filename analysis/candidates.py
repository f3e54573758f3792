"""Pairs of texts that may be near-duplicates, proposed by MinHash and decided by exact comparison.

Locality-sensitive hashing by bands (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, ch. 3): texts whose
signatures agree in all rows of a band share a bucket. Few rows a band find nearly every pair of near-duplicates
(0.9998 of those at Jaccard 0.8, 0.989 at 0.7) and much else; what else is cheap to drop by the signatures' estimate,
and the rest is compared exactly.

Thousands of texts in one bucket are not compared all with all. A bucket of more than BUCKET has pivots, PIVOTS at
most, that are compared with all of it: first the texts in its middle, then those that are not close to COVER pivots
yet. So the work grows with the number of texts and not with its square; two copies in a large bucket meet in a
pivot that both are close to, or in a smaller bucket of another band.

The result depends on the signatures and their order alone: give texts in an order of their own (their digest), not
that of capture.
"""

from __future__ import annotations

from concurrent.futures import Executor
from functools import partial

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.shingles import SHINGLE_STEP, Codes, Integers
from analysis.signatures import Shingles, _mix, _slot, _slots

COPY = 0.7  # Jaccard: what counts as a copy
DOUBT = 0.5  # pairs estimated below are not compared: at Jaccard 0.7 five standard errors away
BANDS, ROWS = 25, 5  # 125 of 128 permutations: what datasketch's optimiser chooses for a threshold of DOUBT
BUCKET = 32  # texts in a bucket compared all with all
PIVOTS = 8  # texts compared with all of a larger bucket
SAMPLE = 16  # texts that tell which of a larger bucket are in its middle
COVER = 3  # pivots that a text is close to before it need not be one
CLOSE = 0.8  # estimated Jaccard

_STEP = np.uint64(SHINGLE_STEP)
_ZERO = np.uint64(0)


def candidates(signatures: Codes, sizes: Integers, pool: Executor) -> Integers:
    """Pairs worth comparing, as an m×2 array of row numbers, the smaller first, sorted.

    `sizes` says how many distinct shingles each text has: sets of too different a size cannot be copies.
    """
    count = max(len(signatures), 1)
    codes = np.empty(0, np.int64)
    for found in pool.map(partial(in_band, signatures, sizes), range(BANDS)):
        codes = distinct(np.concatenate((codes, found)))
    return np.stack((codes // count, codes % count), axis=1)


def in_band(signatures: Codes, sizes: Integers, band: int) -> Integers:
    """The pairs that share a bucket of a band, each as one number."""
    keys = _keys(signatures, band * ROWS, ROWS)
    order = np.argsort(keys, kind="stable")
    permutations = signatures.shape[1]
    return distinct(_pairs(order, keys, signatures, sizes, int(DOUBT * permutations), int(CLOSE * permutations)))


def distinct(codes: Integers) -> Integers:
    """What `np.unique` gives; sorting takes a fraction of its hashing."""
    codes.sort()
    return codes[np.diff(codes, prepend=-1) > 0]


def jaccard(sets: Shingles, pairs: Integers) -> NDArray[np.float64]:
    """The exact Jaccard similarity of each pair of sets: shared by all. Quickest where pairs are sorted."""
    return _jaccard(sets.hashes, sets.starts, sets.stops, pairs)  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _keys(signatures, first, rows):  # type: ignore[no-untyped-def]
    keys = np.empty(len(signatures), np.uint64)
    for text in range(len(signatures)):
        key = _ZERO
        for row in range(first, first + rows):
            key = _mix(key * _STEP + np.uint64(signatures[text, row]))
        keys[text] = key
    return keys


@njit(cache=True, nogil=True)
def _agree(signatures, sizes, a, b):  # type: ignore[no-untyped-def]
    """How many permutations agree; none where the sizes alone rule a copy out."""
    if a == b or min(sizes[a], sizes[b]) < COPY * max(sizes[a], sizes[b]):
        return 0
    same = 0
    for row in range(signatures.shape[1]):
        same += signatures[a, row] == signatures[b, row]
    return same


@njit(cache=True, nogil=True)
def _pairs(order, keys, signatures, sizes, doubt, close):  # type: ignore[no-untyped-def]
    """The pairs of every bucket, each as one number: a × count + b."""
    count = len(order)
    found = np.empty(1024, np.int64)
    out = 0
    covered = np.zeros(count, np.int64)
    first = 0
    while first < count:
        last = first + 1
        while last < count and keys[order[last]] == keys[order[first]]:
            last += 1
        large = last - first > BUCKET
        bucket = _central(order[first:last], signatures, sizes) if large else order[first:last]
        pivots = 0
        for i in range(len(bucket)):
            if large and (pivots == PIVOTS or covered[bucket[i]] >= COVER):
                continue
            pivots += 1
            for j in range(0 if large else i + 1, len(bucket)):
                a, b = min(bucket[i], bucket[j]), max(bucket[i], bucket[j])
                same = _agree(signatures, sizes, a, b)
                covered[bucket[j]] += same >= close
                if same >= doubt:
                    if out == len(found):
                        found = np.concatenate((found, np.empty(out, np.int64)))
                    found[out] = a * count + b
                    out += 1
        covered[bucket] = 0
        first = last
    return found[:out]


@njit(cache=True, nogil=True)
def _central(bucket, signatures, sizes):  # type: ignore[no-untyped-def]
    """The bucket from its middle outwards: what agrees most with a sample of it comes first."""
    score = np.zeros(len(bucket), np.int64)
    for i in range(len(bucket)):
        for j in range(SAMPLE):
            score[i] -= _agree(signatures, sizes, bucket[i], bucket[j])
    return bucket[np.argsort(score, kind="mergesort")]  # stable


@njit(cache=True, nogil=True)
def _jaccard(hashes, starts, stops, pairs):  # type: ignore[no-untyped-def]
    seen = np.empty(_slots((stops - starts).max() if len(starts) else 0), np.uint64)
    result = np.empty(len(pairs), np.float64)
    held = -1  # the text whose shingles are in `seen`
    mask = _ZERO
    for number in range(len(pairs)):
        a, b = pairs[number, 0], pairs[number, 1]
        if a != held:
            held = a
            slots = _slots(stops[a] - starts[a])
            seen[:slots] = _ZERO
            mask = np.uint64(slots - 1)
            for place in range(starts[a], stops[a]):
                seen[_slot(seen, mask, hashes[place])] = hashes[place]
        shared = 0
        for place in range(starts[b], stops[b]):
            shared += seen[_slot(seen, mask, hashes[place])] != _ZERO
        union = stops[a] - starts[a] + stops[b] - starts[b] - shared
        result[number] = shared / union if union else 0.0
    return result
