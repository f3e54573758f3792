"""Near-duplicate clusters: articles that share most of their words.

MinHash proposes, exact comparison decides. An article is the latest good capture of a urlkey that has a text; two
are copies where the Jaccard similarity of their sets of shingles (analysis/shingles.py) is 0.7 or more; a cluster
is a medoid with its copies (analysis/medoids.py) and is named after it, so that no name depends on who was
captured first. Texts of fewer than 30 words, or 60 letters in scripts without spaces, are never clustered: what
they share is a phrase.

Tables `signature` and `verified_pair` keep what is costly between runs. They decide nothing: every run proposes its
pairs from all signatures anew, so that adding articles bit by bit ends where one run over all of them does.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.candidates import COPY, candidates, jaccard
from analysis.medoids import medoids
from analysis.shingles import Codes, Integers
from analysis.signatures import (
    PERMUTATIONS,
    SCHEME,
    Shingles,
    digests,
    joined,
    read_words,
    shingles,
    signatures,
)

WORDS, SINGLES = 30, 60  # the least words, or letters in scripts without spaces, of a text that is clustered
BATCH = 256  # texts handed to a thread at once
LONG = 4_000_000  # characters, after which a batch is full too: a hostile text may have 16 million
HELD = 32_000_000  # shingles in memory at once while pairs are compared: a quarter of a gigabyte

Progress = Callable[[int, int], None]
Similarities = NDArray[np.float64]
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run of `cluster` did."""

    articles: int  # with a text, one a urlkey
    texts: int  # different ones, long enough to be compared
    signatures: int  # computed in this run
    pairs: int  # compared exactly in this run
    clusters: int
    members: int


class Article(NamedTuple):
    """The latest good capture of a urlkey that has a text."""

    capture: int
    urlkey: str
    site: str
    published: str  # earliest that the page states, in UTC; after all dates where it states none


class Signature(NamedTuple):
    """What table `signature` keeps of a text."""

    shingles: int  # distinct ones
    hashes: bytes  # little-endian unsigned 32-bit integers


class Member(NamedTuple):
    """A row of table `cluster`."""

    cluster: str
    urlkey: str
    capture: int
    site: str
    similarity: float


class Compared(NamedTuple):
    """All that is known of the texts of a case. A text is its place in `texts`, which no order of capture decides."""

    texts: list[str]  # digests, sorted
    articles: list[list[Article]]  # of each text, the first by date and name first
    new: dict[str, Signature]  # computed in this run
    pairs: Integers  # proposed: m×2, sorted
    similarity: Similarities  # of each pair
    fresh: Integers  # places in `pairs` of those compared in this run


Read = Callable[[Sequence[int]], Iterator[list[str]]]  # the texts of captures, in their order, some at a time
Known = Callable[[list[str], Integers], Similarities]  # the similarity of pairs of texts; NaN where it is not known


def cluster(db: sqlite3.Connection, progress: Progress | None = None) -> Counts:
    """Fill table `cluster`, and the caches `signature` and `verified_pair`, from the articles captured so far.

    What is read is one state of the database, and what is written is one transaction: killed at any moment, the
    tables are as they were. `progress` is told how many articles are read, of how many.
    """
    db.execute("BEGIN")
    try:
        articles = latest(db)
        kept = kept_signatures(db)
        known = partial(kept_similarities, db, kept.keys())
        found = compared(articles, partial(read_captures, db), kept, known, progress)
    finally:
        db.execute("COMMIT")
    rows = members(found)
    db.execute("BEGIN IMMEDIATE")
    try:
        store_signatures(db, found)
        store_pairs(db, found)
        store_members(db, rows)
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
    clusters = len({row.cluster for row in rows})
    return Counts(len(articles), len(found.texts), len(found.new), len(found.fresh), clusters, len(rows))


def compared(
    articles: Sequence[Article],
    read: Read,
    kept: dict[str, Signature],
    known: Known,
    progress: Progress | None = None,
) -> Compared:
    """Read every article, propose pairs of texts, and compare exactly those that are not `known`."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        of_text, new = sign(pool, articles, read, kept, progress)
        texts = sorted(of_text)
        sizes, hashes = matrix([kept.get(text) or new[text] for text in texts])
        pairs = candidates(hashes, sizes, pool)
        similarity = known(texts, pairs)
        fresh = np.flatnonzero(np.isnan(similarity))
        captures = [of_text[text][0].capture for text in texts]
        for block in blocks(pairs, fresh, sizes):
            similarity[block] = compare(pool, pairs[block], captures, read)
    return Compared(texts, [of_text[text] for text in texts], new, pairs, similarity, fresh)


def latest(db: sqlite3.Connection) -> list[Article]:
    """The article of every urlkey: its latest good capture with a text."""
    rows = db.execute("""
        SELECT id, urlkey, site, ifnull(published_from, '~')
        FROM (
            SELECT capture.id, capture.urlkey, capture.site, article.published_from, row_number() OVER (
                PARTITION BY capture.urlkey ORDER BY capture.fetched_at DESC, capture.digest, capture.url, capture.id
            ) AS place
            FROM capture JOIN article ON article.capture = capture.id
            WHERE capture.outcome = 'ok' AND article.text <> ''
        )
        WHERE place = 1
        ORDER BY id
    """)
    return [Article(*row) for row in rows]


def kept_signatures(db: sqlite3.Connection) -> dict[str, Signature]:
    """Signatures of earlier runs, by digest. Those of another scheme, or damaged, are as if they were not there."""
    rows = db.execute(
        "SELECT digest, shingles, hashes FROM signature WHERE scheme = ? AND length(hashes) = ?",
        [SCHEME, 4 * PERMUTATIONS],
    )
    return {digest: Signature(size, hashes) for digest, size, hashes in rows}


def sign(
    pool: Executor, articles: Sequence[Article], read: Read, kept: Collection[str], progress: Progress | None
) -> tuple[dict[str, list[Article]], dict[str, Signature]]:
    """The articles of each text long enough to be compared, by its digest; and signatures where none was kept."""
    of_text: dict[str, list[Article]] = defaultdict(list)
    new: dict[str, Signature] = {}
    done = 0
    for found, signed in ahead(pool, partial(sign_texts, kept=kept), read([each.capture for each in articles])):
        for article, digest in zip(articles[done : done + len(found)], found, strict=True):
            if digest is not None:
                of_text[digest].append(article)
        new.update(signed)
        done += len(found)
        if progress:
            progress(done, len(articles))
    for same in of_text.values():
        if len(same) > 1:
            same.sort(key=lambda article: (article.published, article.urlkey))
    return of_text, new


def sign_texts(texts: Sequence[str], kept: Collection[str]) -> tuple[list[str | None], dict[str, Signature]]:
    """The digest of each text (None: too short), and a signature for every digest that is not in `kept`."""
    words = read_words(texts)
    lengths = (words.stops - words.starts - words.singles) / WORDS + words.singles / SINGLES
    found = [digest if length >= 1 else None for digest, length in zip(digests(words), lengths.tolist(), strict=True)]
    new = {digest: place for place, digest in enumerate(found) if digest is not None and digest not in kept}
    sets = shingles(words, np.array(list(new.values()), np.int64))
    sizes = (sets.stops - sets.starts).tolist()
    rows = signatures(sets).astype("<u4", copy=False)
    return found, {digest: Signature(size, row.tobytes()) for digest, size, row in zip(new, sizes, rows, strict=True)}


def matrix(found: Sequence[Signature]) -> tuple[Integers, Codes]:
    """How many shingles each text has, and its signature, a row each."""
    hashes = np.frombuffer(b"".join(signature.hashes for signature in found), "<u4").astype(np.uint32, copy=False)
    return np.array([signature.shingles for signature in found], np.int64), hashes.reshape(-1, PERMUTATIONS)


def kept_similarities(
    db: sqlite3.Connection, kept: Collection[str], texts: list[str], pairs: Integers
) -> Similarities:
    """The similarity of each pair as an earlier run computed it, or NaN.

    Only pairs of texts whose signatures were `kept` are trusted: the others may be of another scheme.
    """
    similarity = np.full(len(pairs), np.nan)
    place = {text: number for number, text in enumerate(texts) if text in kept}
    rows = [
        (place[a] << 32 | place[b], value)
        for a, b, value in db.execute("SELECT digest_a, digest_b, jaccard FROM verified_pair")
        if a in place and b in place
    ]
    if len(pairs) and rows:
        codes = (pairs[:, 0] << 32) | pairs[:, 1]  # in order, as `candidates` sorts its pairs
        stored = np.array([code for code, _ in rows], np.int64)
        at = np.minimum(np.searchsorted(codes, stored), len(codes) - 1)
        hit = codes[at] == stored
        similarity[at[hit]] = np.array([value for _, value in rows])[hit]
    return similarity


def blocks(pairs: Integers, wanted: Integers, sizes: Integers) -> Iterator[Integers]:
    """The places `wanted` in `pairs`, cut so that the texts of a block have at most HELD shingles together.

    In order of the second text: what thousands are compared with (the pivots of a large bucket) comes first in its
    pairs, and the thousands are read once.
    """
    if int(sizes[among(pairs[wanted], len(sizes))].sum()) <= HELD:
        if len(wanted):
            yield wanted
        return
    held: set[int] = set()
    block: list[int] = []
    weight = 0
    for place in wanted[np.argsort(pairs[wanted, 1], kind="stable")].tolist():
        added = set(pairs[place].tolist()) - held
        more = sum(int(sizes[text]) for text in added)
        if block and weight + more > HELD:
            yield np.array(sorted(block))
            held, block, weight = set(), [], 0
            added = set(pairs[place].tolist())
            more = sum(int(sizes[text]) for text in added)
        held |= added
        block.append(place)
        weight += more
    yield np.array(sorted(block))


def among(pairs: Integers, texts: int) -> NDArray[np.bool_]:
    """Which of so many texts stand in a pair."""
    result = np.zeros(texts, np.bool_)
    result[pairs] = True
    return result


def compare(pool: Executor, pairs: Integers, captures: Sequence[int], read: Read) -> Similarities:
    """The exact Jaccard similarity of each pair of texts. `captures[i]` is a capture that holds text i.

    The texts are read a second time: holding the shingles of all until the pairs are known costs more.
    """
    wanted = among(pairs, len(captures))
    place = np.cumsum(wanted) - 1
    texts = read([captures[text] for text in np.flatnonzero(wanted).tolist()])
    sets = joined(list(ahead(pool, shingle_sets, texts)))
    return np.concatenate(list(pool.map(partial(jaccard, sets), np.array_split(place[pairs], 64))))


def shingle_sets(texts: Sequence[str]) -> Shingles:
    """The distinct shingles of each text."""
    return shingles(read_words(texts), np.arange(len(texts)))


def members(found: Compared) -> list[Member]:
    """The rows of table `cluster`, by urlkey."""
    articles = found.articles
    verified = found.similarity >= COPY
    paired = among(found.pairs[verified], len(articles)).tolist()
    order = [text for text, same in enumerate(articles) if paired[text] or len(same) > 1]
    order.sort(key=lambda text: (articles[text][0].published, articles[text][0].urlkey))
    rank = np.empty(len(articles), np.int64)
    rank[order] = np.arange(len(order))
    copies = zip(rank[found.pairs[verified]].tolist(), found.similarity[verified].tolist(), strict=True)
    grouped = medoids([len(articles[text]) for text in order], ((a, b, value) for (a, b), value in copies))
    return sorted(
        (
            Member(articles[order[medoid]][0].urlkey, article.urlkey, article.capture, article.site, value)
            for text, (medoid, value) in grouped.items()
            for article in articles[order[text]]
        ),
        key=lambda row: row.urlkey,
    )


def store_signatures(db: sqlite3.Connection, found: Compared) -> None:
    """Keep the signatures of the texts there are and no others."""
    db.execute("DELETE FROM signature WHERE scheme <> ? OR length(hashes) <> ?", [SCHEME, 4 * PERMUTATIONS])
    gone = {digest for (digest,) in db.execute("SELECT digest FROM signature")}.difference(found.texts)
    db.executemany("DELETE FROM signature WHERE digest = ?", ([digest] for digest in sorted(gone)))
    db.executemany(
        "INSERT INTO signature (digest, scheme, shingles, hashes) VALUES (?, ?, ?, ?)",
        ((digest, SCHEME, *found.new[digest]) for digest in found.texts if digest in found.new),
    )


def store_pairs(db: sqlite3.Connection, found: Compared) -> None:
    """Keep the similarities of the pairs proposed and no others."""
    texts, pairs, fresh = found.texts, found.pairs, found.fresh
    (stored,) = db.execute("SELECT count(*) FROM verified_pair").fetchone()
    if stored > len(pairs) - len(fresh):  # some are of texts that changed, or of pairs no longer proposed
        current = {(texts[a], texts[b]) for a, b in pairs.tolist()}
        gone = set(db.execute("SELECT digest_a, digest_b FROM verified_pair")) - current
        db.executemany("DELETE FROM verified_pair WHERE digest_a = ? AND digest_b = ?", sorted(gone))
    values = zip(pairs[fresh].tolist(), found.similarity[fresh].tolist(), strict=True)
    db.executemany(
        "INSERT OR REPLACE INTO verified_pair (digest_a, digest_b, jaccard) VALUES (?, ?, ?)",
        ((texts[a], texts[b], value) for (a, b), value in values),
    )


def store_members(db: sqlite3.Connection, rows: Iterable[Member]) -> None:
    """Replace table `cluster`."""
    db.execute("DELETE FROM cluster")
    db.executemany("INSERT INTO cluster (cluster, urlkey, capture, site, similarity) VALUES (?, ?, ?, ?, ?)", rows)


def read_captures(db: sqlite3.Connection, captures: Sequence[int]) -> Iterator[list[str]]:
    """The texts of `captures`, in their order, BATCH at a time, or fewer where they are long."""
    rows = db.execute(  # CROSS JOIN: in the order of the list, whatever the planner thinks
        "SELECT capture, text FROM json_each(?) CROSS JOIN article ON article.capture = json_each.value",
        [json.dumps(captures)],
    )
    batch: list[str] = []
    size = 0
    for (capture, text), expected in zip(rows, captures, strict=True):
        assert capture == expected, (capture, expected)
        batch.append(text)
        size += len(text)
        if len(batch) == BATCH or size > LONG:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def ahead(pool: Executor, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """`map` in threads, in order, a few items ahead and no more: the texts of a case may not fit in memory."""
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(pool.submit(function, item))
        if len(waiting) > 4:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
