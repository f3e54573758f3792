"""Clusters of 100,000 made-up articles, beside datasketch: time, memory, recall and precision in one run.

    python -m benchmarks.cluster [--articles 100000] [--rounds 3] [--full]

Ours is measured twice. With the texts in memory: words, signatures, pairs, exact comparison, medoids. And the whole
stage, `analysis.cluster.cluster(db)`: the same, texts read from SQLite and three tables written. datasketch's is
with the same texts in memory: words, word 5-shingles, `MinHash.update_batch`, `MinHashLSH.insert`, and a `query`
for every article; nothing is verified, grouped or written. It is timed on the first 10,000 articles and scaled in
proportion, or on all of them with --full. Every measurement is a process of its own; compiling is left out and
reported apart. Wall-clock ratios mean nothing on a machine that is busy with something else; those of CPU time do.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).parent.parent
SAMPLE = 10_000  # articles that datasketch is timed on without --full
WORDS = 490  # a text, on average
CHANGED = (0, 2, 4, 8, 12, 16, 20, 25, 30, 60)  # words of 490 replaced in a copy: Jaccard 1 to 0.3 with its source
EVENT = "2026-01-01T00:00:00Z"


def corpus(articles: int) -> Iterator[tuple[int, str]]:
    """`articles` texts with the number of the group of each: a source and its graded copies share a group.

    Three articles in ten are copies, in groups of 2 to 9; a few groups have 200. Words are made up, from a
    vocabulary with Zipf's frequencies; one in six has a letter outside ASCII, some a comma or full stop.
    """
    rng = np.random.default_rng(20170301)
    letters = np.array(list("eeeetttaaooiinnsshhrrddlluucmwfgypbvk"))
    odd = np.array(list("éüñçøžčßåжя"))
    terms = []
    for _ in range(50_000):
        word = rng.choice(letters, rng.integers(2, 11))
        if rng.random() < 1 / 6:
            word[rng.integers(len(word))] = rng.choice(odd)
        terms.append("".join(word) + rng.choice(["", ",", "."], p=[0.9, 0.05, 0.05]))
    vocabulary = np.array(terms, object)
    chance = 1 / np.arange(1, len(vocabulary) + 1)
    cumulative = np.cumsum(chance / chance.sum())

    def draw(count: int) -> np.ndarray:  # type: ignore[type-arg]
        return vocabulary[np.searchsorted(cumulative, rng.random(count)).clip(max=len(vocabulary) - 1)]

    group = made = 0
    while made < articles:
        source = draw(round(min(900, max(100, rng.normal(WORDS, 60)))))
        copies = 199 if rng.random() < 0.0001 else int(rng.integers(1, 9)) if rng.random() < 0.085 else 0
        for number in range(min(1 + copies, articles - made)):
            text = source.copy()
            changed = int(rng.choice(CHANGED)) if number else 0
            text[rng.integers(0, len(text), changed)] = draw(changed)
            yield group, " ".join(text)
            made += 1
        group += 1


def make(path: Path, articles: int) -> None:
    """A case's database with that corpus."""
    import analysis.database
    import crawler.database

    db = crawler.database.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN")
    db.execute("INSERT INTO crawl VALUES (1, 'site', 'archive', '{}', '0', ?, NULL, NULL)", [EVENT])
    for number, (group, text) in enumerate(corpus(articles), 1):
        urlkey = f"site{number % 997}.example/{group}/{number}"
        db.execute(
            "INSERT INTO capture (id, crawl, url, urlkey, site, outcome, digest, fetched_at, source)"
            " VALUES (?, 1, ?, ?, ?, 'ok', ?, ?, 'archive')",
            [number, f"https://{urlkey}", urlkey, urlkey.split("/")[0], f"sha256:{number}", EVENT],
        )
        db.execute("INSERT INTO article (capture, page_type, text) VALUES (?, 'article', ?)", [number, text])
    db.execute("COMMIT")
    db.close()
    analysis.database.connect(path).close()


def ours(path: Path, cores: int) -> dict[str, float]:
    """Seconds for the stage over everything, from nothing, then again over what has not changed."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    begun = time.perf_counter()
    import analysis.database
    from analysis.cluster import BATCH, Article, cluster, compared, members

    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "case.db"
        make(small, 500)
        cluster(analysis.database.connect(small))  # loads or compiles what is compiled
    ready = time.perf_counter() - begun
    db = analysis.database.connect(path)
    texts = [text for (text,) in db.execute("SELECT text FROM article ORDER BY capture")]
    articles = [Article(number, f"site.example/{number}", "site.example", "~") for number in range(len(texts))]

    def read(captures: Sequence[int]) -> Iterator[list[str]]:
        for at in range(0, len(captures), BATCH):
            yield [texts[place] for place in captures[at : at + BATCH]]

    begun, busy = time.perf_counter(), time.process_time()
    members(compared(articles, read, {}, lambda _, pairs: np.full(len(pairs), np.nan)))
    core, core_cpu = time.perf_counter() - begun, time.process_time() - busy
    texts.clear()
    for name in ("signature", "verified_pair", "cluster"):
        db.execute(f"DELETE FROM {name}")
    begun, busy = time.perf_counter(), time.process_time()
    counts = cluster(db)
    first, cpu = time.perf_counter() - begun, time.process_time() - busy
    begun = time.perf_counter()
    cluster(db)
    return {
        "ready": ready, "core": core, "core_cpu": core_cpu,
        "seconds": first, "cpu": cpu, "again": time.perf_counter() - begun, "memory": memory(),
        "signatures": counts.signatures, "pairs": counts.pairs,
        "clusters": counts.clusters, "members": counts.members,
    }  # fmt: skip


def theirs(path: Path, articles: int) -> dict[str, float]:
    """Seconds that datasketch takes over the first `articles`, and the share of true pairs that its queries give."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])

    from datasketch import MinHash, MinHashLSH

    rows = sqlite3.connect(path).execute("SELECT text FROM article ORDER BY capture LIMIT ?", [articles])
    texts = [text for (text,) in rows]
    word = re.compile(r"\w+")
    begun, busy = time.perf_counter(), time.process_time()
    sketches = []
    for text in texts:
        words = word.findall(text.lower())
        sketch = MinHash(num_perm=128)
        sketch.update_batch({" ".join(words[at : at + 5]).encode() for at in range(len(words) - 4)})
        sketches.append(sketch)
    signed = time.perf_counter() - begun
    lsh = MinHashLSH(threshold=0.7, num_perm=128)
    begun = time.perf_counter()
    for number, sketch in enumerate(sketches, 1):
        lsh.insert(number, sketch)
    inserted = time.perf_counter() - begun
    begun = time.perf_counter()
    answers = [lsh.query(sketch) for sketch in sketches]
    queried, cpu = time.perf_counter() - begun, time.process_time() - busy
    found = {(number, other) for number, near in enumerate(answers, 1) for other in near if number < other}
    db = sqlite3.connect(path)
    true = [pair for pair, similarity in truth(db, planted(db, articles)).items() if similarity >= 0.8]
    return {
        "signed": signed, "inserted": inserted, "queried": queried, "seconds": signed + inserted + queried,
        "cpu": cpu, "memory": memory(), "recall": sum(pair in found for pair in true) / len(true),
    }  # fmt: skip


def memory() -> float:
    """The most that this process has held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def word_runs(db: sqlite3.Connection, capture: int) -> set[tuple[str, ...]]:
    """The word 5-shingles of a text, as words: nothing is hashed where the truth is told."""
    from analysis.shingles import words

    terms, _ = words(db.execute("SELECT text FROM article WHERE capture = ?", [capture]).fetchone()[0])
    return set(zip(*(terms[at:] for at in range(5)), strict=False))


def jaccard(a: set[tuple[str, ...]], b: set[tuple[str, ...]]) -> float:
    return len(a & b) / len(a | b)


def planted(db: sqlite3.Connection, articles: int) -> list[list[int]]:
    """The planted groups, as captures."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, urlkey in db.execute("SELECT id, urlkey FROM capture WHERE id <= ? ORDER BY id", [articles]):
        groups[urlkey.split("/")[1]].append(number)
    return [members for members in groups.values() if len(members) > 1]


def truth(db: sqlite3.Connection, groups: list[list[int]]) -> dict[tuple[int, int], float]:
    """The Jaccard similarity of every pair of a group; of 500 pairs drawn by lot where it has more than 10 texts."""
    rng = random.Random(1)
    result = {}
    for members in groups:
        sets = {number: word_runs(db, number) for number in members}
        pairs = list(combinations(members, 2))
        for a, b in pairs if len(members) <= 10 else rng.sample(pairs, min(len(pairs), 500)):
            result[a, b] = jaccard(sets[a], sets[b])
    return result


def quality(path: Path, articles: int) -> dict[str, float]:
    """Recall of planted pairs, and precision of the rows of table `cluster`."""
    from analysis.signatures import digests, read_words

    db = sqlite3.connect(path)
    groups = planted(db, articles)
    cluster_of = dict(db.execute("SELECT capture, cluster FROM cluster"))
    verified = set(db.execute("SELECT digest_a, digest_b FROM verified_pair WHERE jaccard >= 0.7"))
    texts = db.execute("SELECT capture, text FROM article")
    digest = {capture: digests(read_words([text]))[0] for capture, text in texts}
    small = {number for members in groups if len(members) <= 10 for number in members}
    exact = truth(db, groups)
    result: dict[str, float] = {}
    for level in (0.8, 0.7):
        pairs = [pair for pair, similarity in exact.items() if similarity >= level]
        together = [a in cluster_of and cluster_of[a] == cluster_of.get(b) for a, b in pairs]
        names = [tuple(sorted((digest[a], digest[b]))) for a, b in pairs if a in small]
        result[f"pairs at Jaccard {level} or more"] = len(pairs)
        result["of these in one cluster, at " + str(level)] = sum(together) / len(pairs)
        result[f"of these verified with each other (groups of up to 10), at {level}"] = sum(
            name in verified or name[0] == name[1] for name in names
        ) / len(names)
    return result | precision(db)


def precision(db: sqlite3.Connection) -> dict[str, float]:
    """Of the rows of table `cluster`, the share that is truly a copy of the medoid, with the similarity it says."""
    rows = right = 0
    medoid, runs = "", set()
    for name, capture, similarity in db.execute("SELECT cluster, capture, similarity FROM cluster ORDER BY cluster"):
        if name != medoid:
            medoid = name
            runs = word_runs(db, db.execute("SELECT id FROM capture WHERE urlkey = ?", [name]).fetchone()[0])
        value = jaccard(runs, word_runs(db, capture))
        rows += 1
        right += value >= 0.7 and abs(value - similarity) < 1e-12
    return {"rows of table cluster": rows, "precision": right / rows}


def apart(what: str, path: Path, number: int, **environment: str) -> dict[str, float]:
    """One measurement in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.cluster", "--measure", what, str(path), str(number)],
        cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def middle(runs: list[dict[str, float]], name: str) -> float:
    return median(run[name] for run in runs)


def report(path: Path, articles: int, rounds: int, full: bool) -> None:
    """Make the corpus, measure side by side, print medians and ratios."""
    make(path, articles)
    sample = articles if full else min(SAMPLE, articles)
    cores = min(2, len(os.sched_getaffinity(0)))
    with tempfile.TemporaryDirectory() as folder:
        cold = apart("ours", path, cores, NUMBA_CACHE_DIR=folder)["ready"]
    one, two, other = [], [], []
    for _ in range(rounds):
        one.append(apart("ours", path, 1))
        two.append(apart("ours", path, cores))
        other.append(apart("theirs", path, sample))
    checked = apart("quality", path, articles)
    scale = articles / sample
    theirs = {name: middle(other, name) * scale for name in ("seconds", "cpu", "signed", "inserted", "queried")}
    how = "in full" if full else f"timed on {sample:,}, times {scale:g}"
    print(f"{articles:,} articles of about {WORDS} words; medians of {rounds} rounds, side by side")
    print(
        f"  datasketch, one core, {how}: {theirs['seconds']:.1f} s ({theirs['cpu']:.1f} of CPU): signatures"
        f" {theirs['signed']:.1f}, insert {theirs['inserted']:.1f}, query {theirs['queried']:.1f};"
        f" recall at Jaccard 0.8 {middle(other, 'recall'):.4f}, nothing verified"
    )
    for name, runs in (("one core", one), (f"{cores} cores", two)):
        for what, wall, cpu in (("texts in memory", "core", "core_cpu"), ("database to database", "seconds", "cpu")):
            seconds, busy = middle(runs, wall), middle(runs, cpu)
            print(
                f"  mayfly, {name}, {what}: {seconds:.2f} s ({busy:.2f} of CPU),"
                f" {theirs['seconds'] / seconds:.1f} times as fast ({theirs['cpu'] / busy:.1f} times by CPU)"
            )
        print(f"  mayfly, {name}, again with nothing changed: {middle(runs, 'again'):.2f} s")
    print(f"  the most memory held, texts included: {max(run['memory'] for run in one + two):.2f} GB")
    print(f"  apart from that: start with compiled code in cache {middle(two, 'ready'):.1f} s, without {cold:.1f} s")
    print(
        f"  {two[0]['signatures']:,.0f} signatures, {two[0]['pairs']:,.0f} exact comparisons,"
        f" {two[0]['clusters']:,.0f} clusters of {two[0]['members']:,.0f} articles"
    )
    for name, value in checked.items():
        print(f"  {name}: {value:,.0f}" if value > 1 else f"  {name}: {value:.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="datasketch on all articles")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        what, path, number = options.measure
        print(json.dumps({"ours": ours, "theirs": theirs, "quality": quality}[what](Path(path), int(number))))
        return
    with tempfile.TemporaryDirectory() as folder:
        report(Path(folder) / "case.db", options.articles, options.rounds, options.full)


if __name__ == "__main__":
    main()
