"""Near-duplicate clusters: every member verified, names and members the same whatever the order of capture."""

import random
import sqlite3
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import cluster as stage
from analysis.candidates import BANDS, BUCKET, COPY, COVER, DOUBT, PIVOTS, ROWS, candidates, jaccard
from analysis.cluster import blocks, cluster
from analysis.medoids import medoids
from analysis.shingles import shingle_hashes, tokens, word_hashes
from analysis.signatures import (
    FOLD_FIRST,
    FOLD_IN_PIECES,
    PERMUTATIONS,
    SCHEME,
    SEED,
    packed,
    read_words,
    shingles,
    signatures,
    utf8_words,
)
from tests.test_shingles import TEXT

ROOT = Path(__file__).parent.parent
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first call may compile


def prose(seed: int, length: int = 200, changed: Iterable[int] = ()) -> str:
    """Made-up words; the same seed gives the same text, but for the words at the places `changed`."""
    rng = random.Random(seed)
    terms = ["".join(rng.choices("abcdefghijklmnop", k=6)) for _ in range(length)]
    for place in changed:
        terms[place] = f"other{place}"
    return " ".join(terms)


def exact(a: str, b: str) -> float:
    one, other = set(shingle_hashes(a).tolist()), set(shingle_hashes(b).tolist())
    return len(one & other) / len(one | other) if one or other else 0.0


class Case:
    """A case's database in memory, filled by hand."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        for schema in ("crawler", "analysis"):
            self.db.executescript((ROOT / schema / "schema.sql").read_text(encoding="utf-8"))
        self.db.execute(
            "INSERT INTO crawl VALUES (1, 'site', 'archive', '{}', '0', '2020-01-01T00:00:00Z', NULL, NULL)"
        )

    def add(
        self,
        urlkey: str,
        text: str,
        published: str | None = None,
        at: str = "2020-01-01T00:00:00Z",
        outcome: str = "ok",
    ) -> None:
        site = urlkey.split("/")[0]
        capture = self.db.execute(
            "INSERT INTO capture (crawl, url, urlkey, site, outcome, digest, fetched_at, source)"
            " VALUES (1, ?, ?, ?, ?, 'sha256:' || ?, ?, 'archive')",
            [f"https://{urlkey}", urlkey, site, outcome, hash(text), at],
        ).lastrowid
        self.db.execute(
            "INSERT INTO article (capture, page_type, published_from, text) VALUES (?, 'article', ?, ?)",
            [capture, published, text],
        )

    def clusters(self) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for name, urlkey, similarity in self.db.execute(
            "SELECT cluster, urlkey, similarity FROM cluster ORDER BY urlkey"
        ):
            found.setdefault(name, {})[urlkey] = similarity
        return found

    def tables(self) -> list[list[tuple[object, ...]]]:
        return [
            self.db.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
            for table, columns in (
                ("cluster", "cluster, urlkey, site, similarity"),
                ("signature", "digest, scheme, shingles, hashes"),
                ("verified_pair", "digest_a, digest_b, jaccard"),
            )
        ]


@pytest.fixture
def case() -> Case:
    return Case()


# Signatures: the compiled twin says what shingles.py says, and what datasketch says.


@PATIENT
@given(st.lists(TEXT | st.text(alphabet="ab, é東กｶ", max_size=80), max_size=5))
def test_the_fast_way_gives_the_same_words_and_shingles(texts: list[str]) -> None:
    words = read_words(texts)
    found = shingles(words, np.arange(len(texts)))
    for place, text in enumerate(texts):
        cut = tokens(text)
        here = slice(words.starts[place], words.stops[place])
        assert words.hashes[here].tolist() == word_hashes(cut).tolist()
        assert words.letter[here].tolist() == cut.letter.tolist()
        assert words.singles[place] == cut.letter.sum()
        distinct = found.hashes[found.starts[place] : found.stops[place]].tolist()
        assert distinct == list(dict.fromkeys(shingle_hashes(text).tolist()))


def test_only_a_long_run_of_marks_is_folded_in_pieces() -> None:
    """The slow way is for hostile texts, not for one that spells its accents apart."""
    texts = ["plain", "e\u0301te\u0301 " * 100, "a" + "\u0301" * 40, "\u0301" * 31 + " " + "\u0301" * 31]
    stops = utf8_words(texts, packed()).stops.tolist()
    assert stops == [1, FOLD_FIRST, FOLD_IN_PIECES, FOLD_FIRST]


def test_long_words_are_hashed_alike() -> None:
    text = "a" * 1000 + " " + "ж" * 1000
    words = read_words([text])
    assert words.hashes[words.starts[0] : words.stops[0]].tolist() == word_hashes(tokens(text)).tolist()


@pytest.mark.parametrize("text", [prose(1), prose(2, length=30), "北京" * 40, "короткий текст"])
def test_a_signature_is_the_one_that_datasketch_makes(text: str) -> None:
    theirs = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme="affine32", hashfunc=lambda value: value)
    theirs.update_batch([value & 0xFFFFFFFF for value in shingle_hashes(text).tolist()])
    ours = signatures(shingles(read_words([text]), np.arange(1)))[0]
    assert ours.tolist() == theirs.hashvalues.tolist()


def test_datasketch_reads_a_kept_signature(case: Case) -> None:
    one, other = prose(1), prose(1, changed=(50, 100, 150))
    case.add("a.example/1", one)
    case.add("b.example/1", other)
    cluster(case.db)
    lean = [
        LeanMinHash(seed=SEED, hashvalues=np.frombuffer(hashes, "<u4"), scheme=scheme.split()[0])
        for scheme, hashes in case.db.execute("SELECT scheme, hashes FROM signature")
    ]
    estimate = lean[0].jaccard(lean[1])
    assert estimate == pytest.approx(exact(one, other), abs=0.15)
    rows = signatures(shingles(read_words([one, other]), np.arange(2)))
    assert estimate == np.count_nonzero(rows[0] == rows[1]) / PERMUTATIONS


def test_bands_and_rows_are_what_datasketch_chooses() -> None:
    lsh = MinHashLSH(threshold=DOUBT, num_perm=PERMUTATIONS)
    assert (lsh.b, lsh.r) == (BANDS, ROWS)


# Pairs.


@PATIENT
@given(st.lists(st.lists(st.integers(0, 12), max_size=12), min_size=2, max_size=6))
def test_jaccard_is_that_of_the_sets(lists: list[list[int]]) -> None:
    texts = [" ".join(f"word{number}" for number in numbers) for numbers in lists]
    sets = shingles(read_words(texts), np.arange(len(texts)))
    pairs = list(combinations(range(len(texts)), 2))
    assert jaccard(sets, np.array(pairs)).tolist() == [exact(texts[a], texts[b]) for a, b in pairs]


def found_pairs(texts: list[str]) -> set[tuple[int, int]]:
    sets = shingles(read_words(texts), np.arange(len(texts)))
    with ThreadPoolExecutor(2) as pool:
        return {(a, b) for a, b in candidates(signatures(sets), sets.stops - sets.starts, pool).tolist()}


def test_nearly_every_pair_of_copies_is_proposed() -> None:
    rng = random.Random(3)
    texts = [prose(seed, changed=rng.sample(range(200), k=changed)) for seed in range(150) for changed in (0, 2, 4)]
    truth = {
        (a, b) for a, b in combinations(range(len(texts)), 2) if a // 3 == b // 3 and exact(texts[a], texts[b]) >= 0.8
    }
    assert len(truth) > 200
    assert len(truth & found_pairs(texts)) / len(truth) >= 0.99


def test_five_thousand_near_copies_are_not_compared_all_with_all() -> None:
    texts = [prose(1) + f" copy {number}" for number in range(5000)]
    pairs = found_pairs(texts)
    assert len(pairs) <= len(texts) * BANDS * PIVOTS
    assert len(pairs) < 200_000  # of 12.5 million
    near = {number for pair in pairs for number in pair}
    assert len(near) == len(texts)


def test_copies_of_different_texts_meet_in_spite_of_shared_boilerplate() -> None:
    """A thousand pages share half of their words: buckets of boilerplate are large, and pivots are no copies."""
    boilerplate = prose(0, length=150)
    texts = [f"{boilerplate} {prose(seed, 150, changed)}" for seed in range(1, 501) for changed in ((), (70,))]
    wanted = {(place, place + 1) for place in range(0, 1000, 2)}
    pairs = found_pairs(texts)
    assert len(wanted & pairs) / len(wanted) >= 0.99
    assert len(pairs) < 1000 * BANDS * PIVOTS


@PATIENT
@given(st.permutations(range(60)))
def test_pairs_follow_the_texts_and_not_their_order(order: list[int]) -> None:
    texts = [prose(number // 5, length=60, changed=range(number % 5)) for number in range(60)]
    moved = found_pairs([texts[place] for place in order])
    assert {tuple(sorted((order[a], order[b]))) for a, b in moved} == found_pairs(texts)


def test_blocks_hold_every_pair_once_and_no_more_than_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "HELD", 250)
    rng = random.Random(5)
    pairs = np.array(sorted({tuple(sorted(rng.sample(range(30), 2))) for _ in range(80)}))
    sizes = np.full(30, 40)
    wanted = np.arange(0, len(pairs), 2)
    cut = list(blocks(pairs, wanted, sizes))
    assert sorted(place for block in cut for place in block.tolist()) == wanted.tolist()
    assert all(sizes[np.unique(pairs[block])].sum() <= 250 for block in cut)
    assert list(blocks(pairs, np.empty(0, np.int64), sizes)) == []


# Medoids.


@pytest.mark.parametrize(
    "copies, pairs, expected",
    [
        ([1, 1], [], {}),
        ([1, 3], [], {1: (1, 1.0)}),  # equal texts need no pair
        ([1, 1], [(0, 1, 0.8)], {0: (0, 1.0), 1: (0, 0.8)}),
        ([1, 1, 1], [(0, 1, 0.8), (1, 2, 0.7)], {0: (1, 0.8), 1: (1, 1.0), 2: (1, 0.7)}),  # the middle has most
        ([1, 5, 1], [(0, 1, 0.8), (0, 2, 0.9)], {0: (0, 1.0), 1: (0, 0.8), 2: (0, 0.9)}),
        # A chain of four is not one cluster: the second is the medoid, the fourth is no copy of it.
        ([1, 1, 1, 1], [(0, 1, 0.9), (1, 2, 0.7), (2, 3, 0.9)],
         {0: (1, 0.9), 1: (1, 1.0), 2: (3, 0.9), 3: (3, 1.0)}),
        ([1, 1, 1, 1], [(0, 1, 0.9), (1, 2, 0.9), (2, 3, 0.7)], {0: (1, 0.9), 1: (1, 1.0), 2: (1, 0.9)}),
        # Equally similar to two medoids: the first by name.
        ([1] * 7, [(0, 4, 0.8), (1, 4, 0.8), (2, 4, 0.8), (2, 5, 0.8), (3, 5, 0.8), (5, 6, 0.8)],
         {0: (4, 0.8), 1: (4, 0.8), 2: (4, 0.8), 3: (5, 0.8), 4: (4, 1.0), 5: (5, 1.0), 6: (5, 0.8)}),
    ],
)  # fmt: skip
def test_medoids(
    copies: list[int], pairs: list[tuple[int, int, float]], expected: dict[int, tuple[int, float]]
) -> None:
    assert medoids(copies, pairs) == expected


EDGES = st.dictionaries(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]), st.floats(COPY, 1.0)
)


@given(st.lists(st.integers(1, 3), min_size=10, max_size=10), EDGES)
def test_every_member_is_a_verified_copy_of_its_medoid(
    copies: list[int], edges: dict[tuple[int, int], float]
) -> None:
    found = medoids(copies, [(a, b, similarity) for (a, b), similarity in edges.items()])
    for text, (medoid, similarity) in found.items():
        assert found[medoid] == (medoid, 1.0)
        if text != medoid:
            assert edges[min(text, medoid), max(text, medoid)] == similarity
            assert all(edges.get((min(text, other), max(text, other)), 0) <= similarity
                       for other, (own, _) in found.items() if other == own != text)  # fmt: skip
        assert sum(copies[other] for other, place in found.items() if place[0] == medoid) > 1


# The stage.


def test_copies_are_a_cluster_and_the_bystander_is_not_in_it(case: Case) -> None:
    case.add("a.example/1", prose(1))
    case.add("b.example/1", prose(1).upper().replace(" ", ", "))  # the same words
    case.add("c.example/1", prose(1, changed=(3, 90)))
    case.add("d.example/1", prose(2))
    counts = cluster(case.db)
    similarity = exact(prose(1), prose(1, changed=(3, 90)))
    assert case.clusters() == {"a.example/1": {"a.example/1": 1.0, "b.example/1": 1.0, "c.example/1": similarity}}
    assert (counts.articles, counts.texts, counts.clusters, counts.members) == (4, 3, 1, 3)


@pytest.mark.parametrize(
    "text, clustered",
    [
        (prose(1, length=30), True),
        (prose(1, length=29), False),
        ("北京" * 30, True),
        ("北京" * 29 + "市", False),
        ("北" * 30 + prose(1, length=15), True),
        ("", False),
        (" \n ", False),
        ("... — !", False),
    ],
)
def test_short_texts_are_never_clustered(case: Case, text: str, clustered: bool) -> None:
    for site in "abc":
        case.add(f"{site}.example/1", text)
    cluster(case.db)
    assert bool(case.clusters()) is clustered


def test_a_cluster_of_one_site_is_a_cluster(case: Case) -> None:
    case.add("a.example/1", prose(1))
    case.add("a.example/print/1", prose(1))
    cluster(case.db)
    assert list(case.clusters()) == ["a.example/1"]


def test_a_cluster_is_named_after_the_earliest_date_stated_and_not_the_first_capture(case: Case) -> None:
    case.add("a.example/1", prose(1), at="2020-01-01T00:00:00Z")
    case.add("b.example/1", prose(1), "2017-03-02T00:00:00Z", "2020-01-02T00:00:00Z")
    case.add("c.example/1", prose(1), "2017-03-01T00:00:00Z", "2020-01-03T00:00:00Z")
    cluster(case.db)
    assert list(case.clusters()) == ["c.example/1"]


def test_the_latest_good_capture_with_a_text_speaks_for_a_page(case: Case) -> None:
    case.add("a.example/1", prose(1), at="2020-01-01T00:00:00Z")
    case.add("a.example/1", prose(2), at="2020-01-02T00:00:00Z")
    case.add("a.example/1", "", at="2020-01-03T00:00:00Z")
    case.add("a.example/1", prose(3), at="2020-01-04T00:00:00Z", outcome="http_error")
    for number in (1, 2, 3):
        case.add(f"b.example/{number}", prose(number))
    cluster(case.db)
    assert list(case.clusters().values()) == [{"a.example/1": 1.0, "b.example/2": 1.0}]
    assert case.db.execute("SELECT capture FROM cluster WHERE site = 'a.example'").fetchall() == [(2,)]


def test_five_thousand_equal_copies_cost_no_comparison(case: Case) -> None:
    for number in range(5000):
        case.add(f"mirror{number:04}.example/1", prose(1))
    counts = cluster(case.db)
    assert (counts.texts, counts.signatures, counts.pairs, counts.members) == (1, 1, 0, 5000)


def test_five_thousand_near_copies_are_one_cluster(case: Case) -> None:
    for number in range(5000):
        case.add(f"mirror{number:04}.example/1", prose(1) + f" copy {number}")
    counts = cluster(case.db)
    assert (counts.clusters, counts.members) == (1, 5000)
    assert counts.pairs < 200_000


def test_a_second_run_computes_nothing(case: Case) -> None:
    for number in range(20):
        case.add(f"s{number}.example/1", prose(number // 4, changed=range(number % 4)))
    first = cluster(case.db)
    before = case.tables()
    second = cluster(case.db)
    assert first.signatures == 20
    assert first.pairs >= 30
    assert (second.signatures, second.pairs) == (0, 0)
    assert case.tables() == before


def test_a_new_article_is_compared_with_its_candidates_only(case: Case) -> None:
    for number in range(20):
        case.add(f"s{number}.example/1", prose(number // 4, changed=range(number % 4)))
    cluster(case.db)
    case.add("new.example/1", prose(0, changed=(0, 1, 2, 3)))
    counts = cluster(case.db)
    assert counts.signatures == 1
    assert 1 <= counts.pairs <= 4


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE signature SET scheme = 'legacy permutations=128'",
        "UPDATE signature SET hashes = x'00'",
        "DELETE FROM signature",
        "DELETE FROM verified_pair",
        "DELETE FROM cluster",
    ],
)
def test_a_cache_that_is_lost_damaged_or_of_another_scheme_is_rebuilt(case: Case, damage: str) -> None:
    for number in range(8):
        case.add(f"s{number}.example/1", prose(number // 4, changed=range(number % 4)))
    cluster(case.db)
    before = case.tables()
    case.db.execute(damage)
    if "signature" in damage:
        case.db.execute("UPDATE verified_pair SET jaccard = 0.1")  # of the scheme that is gone: not to be trusted
    cluster(case.db)
    assert case.tables() == before
    assert {scheme for (scheme,) in case.db.execute("SELECT scheme FROM signature")} == {SCHEME}


def test_a_text_that_changed_leaves_no_trace_in_the_caches(case: Case) -> None:
    for site in "ab":
        case.add(f"{site}.example/1", prose(1, changed=[0] if site == "b" else []))
    cluster(case.db)
    assert case.clusters()
    case.add("b.example/1", prose(2), at="2021-01-01T00:00:00Z")
    cluster(case.db)
    fresh = Case()
    fresh.add("a.example/1", prose(1))
    fresh.add("b.example/1", prose(2))
    cluster(fresh.db)
    assert case.tables() == fresh.tables()
    assert not case.clusters()


def test_long_texts_are_read_a_few_at_a_time(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "LONG", 3000)
    texts = [prose(number, length=200) for number in range(5)]
    for number, text in enumerate(texts):
        case.add(f"s{number}.example/1", text)
    order = [4, 2, 5, 1, 3]
    batches = list(stage.read_captures(case.db, order))
    assert [text for batch in batches for text in batch] == [texts[capture - 1] for capture in order]
    assert [len(batch) for batch in batches] == [3, 2]


def test_progress_counts_articles(case: Case) -> None:
    for number in range(600):
        case.add(f"s{number}.example/1", prose(number, length=30))
    seen: list[tuple[int, int]] = []
    cluster(case.db, lambda done, of: seen.append((done, of)))
    assert seen == sorted(seen)
    assert seen[-1] == (600, 600)


ARTICLES = st.lists(
    st.tuples(
        st.integers(0, 2),  # which text
        st.sets(st.integers(0, 59), max_size=6),  # words changed in it
        st.sampled_from([None, "2017-01-01T00:00:00Z", "2018-01-01T00:00:00Z"]),
    ),
    max_size=14,
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(ARTICLES, st.randoms(use_true_random=False), st.integers(1, 4))
def test_adding_articles_in_any_order_ends_where_one_run_over_all_does(
    articles: list[tuple[int, set[int], str | None]], rng: random.Random, runs: int
) -> None:
    rows = [
        (f"s{number}.example/1", prose(seed, length=60, changed=sorted(changed)), published)
        for number, (seed, changed, published) in enumerate(articles)
    ]
    at_once, step_by_step = Case(), Case()
    for row in rows:
        at_once.add(*row)
    cluster(at_once.db)
    rng.shuffle(rows)
    for run in range(runs):
        for row in rows[run::runs]:
            step_by_step.add(*row)
        cluster(step_by_step.db)
    assert step_by_step.tables() == at_once.tables()
    texts = {urlkey: text for urlkey, text, _ in rows}
    for name, members in at_once.clusters().items():
        assert len(members) > 1
        for urlkey, similarity in members.items():
            assert similarity == exact(texts[name], texts[urlkey]) >= COPY


def test_a_bucket_that_is_compared_all_with_all_is_larger_than_its_pivots() -> None:
    assert BUCKET > PIVOTS > COVER
