"""How well copies are found among real texts, where the right answer is known.

    python -m benchmarks.evaluate_cluster

Reads the folder named by MAYFLY_DATA (default: ../shared/data beside the repository); what is absent is skipped.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from analysis.cluster import BATCH, Article, compared, members
from analysis.shingles import shingle_hashes

DATA = Path(os.environ.get("MAYFLY_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def clustered(texts: dict[str, str]) -> list[list[str]]:
    """The clusters among `texts`, each by its names."""
    names = sorted(texts)
    articles = [Article(place, name, "", "~") for place, name in enumerate(names)]

    def read(captures: Sequence[int]) -> Iterator[list[str]]:
        for at in range(0, len(captures), BATCH):
            yield [texts[names[capture]] for capture in captures[at : at + BATCH]]

    groups = defaultdict(list)
    for row in members(compared(articles, read, {}, lambda _, pairs: np.full(len(pairs), np.nan))):
        groups[row.cluster].append(row.urlkey)
    return sorted(groups.values())


def jaccard(a: str, b: str) -> float:
    one, other = set(shingle_hashes(a).tolist()), set(shingle_hashes(b).tolist())
    return len(one & other) / len(one | other) if one or other else 0.0


def pairs_of(clusters: list[list[str]]) -> set[tuple[str, str]]:
    return {pair for members in clusters for pair in combinations(sorted(members), 2)}


def newswire(folder: Path) -> str:
    """1,000 articles, 10 pairs of them copied."""
    lines = (folder / "minhash_articles.tsv").read_text(encoding="utf-8").splitlines()
    found = pairs_of(clustered(dict(line.split("\t", 1) for line in lines)))
    text = (folder / "minhash_truth_pairs.tsv").read_text(encoding="utf-8")
    true = {(a, b) for a, b in (sorted(line.split("\t")) for line in text.splitlines())}
    return f"{len(true & found)} of {len(true)} copied pairs found, {len(found - true)} others"


def partisan(folder: Path) -> str:
    """661 articles of one week, none a copy by our threshold: 48 pairs share passages, at most 0.46 by Jaccard."""
    with (folder / "articles.jsonl").open(encoding="utf-8") as file:
        texts = {article["uri"]: article["text"] for article in map(json.loads, file)}
    with (folder.parent / "neardup" / "buzzfeed_pairs_labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = pairs_of(clustered(texts))
    labelled = {(a, b) for a, b in (sorted((row["url_a"], row["url_b"])) for row in rows)}
    apart = max(abs(jaccard(texts[row["url_a"]], texts[row["url_b"]]) - float(row["jaccard5"])) for row in rows)
    lines = [f"{len(found)} pairs in clusters, {len(found & labelled)} of them among the {len(labelled)} labelled;"]
    lines += [f"our Jaccard is within {apart:.3f} of the labels'"]
    lines += [f"\n    {jaccard(texts[a], texts[b]):.2f}  {a}\n          {b}" for a, b in sorted(found)]
    return " ".join(lines)


def recaptured(folder: Path) -> str:
    """Pages captured twice, as extracted: nearly always the same article, and never another page's."""
    from crawler.extract import extract
    from crawler.page import Page

    def text(url: str, file: str) -> str:
        html = gzip.decompress((folder / file).read_bytes())
        page = Page(url, 200, (("Content-Type", "text/html"),), html, "2026-11-01T00:00:00Z")
        article = extract(page).article
        return article.text if article else ""

    texts = {}
    with (folder / "alt_captures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            texts[row["url"] + " 1"] = text(row["url"], row["file_primary"])
            texts[row["url"] + " 2"] = text(row["url"], row["file_alt"])
    found = pairs_of(clustered(texts))
    urls = sorted({name[:-2] for name in texts})
    same = {url: jaccard(texts[url + " 1"], texts[url + " 2"]) for url in urls}
    together = {url for url in urls if (url + " 1", url + " 2") in found}
    wrong = [pair for pair in found if pair[0][:-2] != pair[1][:-2]]
    missed = "".join(f"\n    {same[url]:.2f}  {url}" for url in urls if url not in together) or " none"
    return f"{len(together)} of {len(urls)} found, {len(wrong)} pairs of different pages; not found:{missed}"


def main() -> None:
    for name, measure in (("neardup", newswire), ("buzzfeed_webis", partisan), ("miniweb", recaptured)):
        said = measure(DATA / name) if (DATA / name).exists() else f"skipped: {DATA / name} is not there"
        print(f"{(measure.__doc__ or '').strip()}\n  {said}")


if __name__ == "__main__":
    main()
