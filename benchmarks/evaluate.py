"""How well pages are read: our text and dates beside plain trafilatura's, on pages whose right answer is known.

    python -m benchmarks.evaluate [--tuning]

Reads the gold data of the folder named by MAYFLY_DATA (default: ../shared/data beside the repository) and prints, for
ours and for plain trafilatura with metadata in three modes:

    body      F1 by words of the extracted text against the whole text of the article (mean over pages)
    segments  F1 of passages that must, and must not, be in the extracted text
    date      share of pages whose day of publication is right, and how many are given a wrong one
    title     share of pages whose title is the one annotated
    ms        CPU time a page, parsing and metadata included

What was tuned was tuned on one half of the pages, chosen by a hash of their address; the figures are for the other.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crawler.extract import extract
from crawler.page import Page

DATA = Path(os.environ.get("MAYFLY_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
NOW = "2026-11-01T00:00:00Z"  # when the pages were fetched is not known; before this

_WORD = re.compile(r"[぀-ヿ㐀-鿿가-힣฀-๿]|[^\W_]+")


@dataclass(frozen=True)
class Answer:
    """What a reader makes of a page."""

    text: str
    date: str | None
    title: str | None


@dataclass
class Gold:
    """What is known of a page."""

    page: Page
    body: str | None = None
    present: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    date: str | None = None
    title: str | None = None


@dataclass
class Score:
    """Sums over pages."""

    body: list[float] = field(default_factory=list)
    found: int = 0
    missed: int = 0
    wrong: int = 0
    dates: Counter[str] = field(default_factory=Counter)
    titles: list[bool] = field(default_factory=list)
    seconds: float = 0.0
    pages: int = 0

    def add(self, gold: Gold, answer: Answer, seconds: float) -> None:
        self.pages += 1
        self.seconds += seconds
        if gold.body is not None:
            self.body.append(f1(answer.text, gold.body))
        text = squeezed(answer.text)
        for passage in gold.present:
            hit = squeezed(passage) in text
            self.found += hit
            self.missed += not hit
        self.wrong += sum(squeezed(passage) in text for passage in gold.absent)
        if gold.date:
            said = (answer.date or "")[:10]  # a month or year that holds the day is coarse, not wrong
            self.dates["right" if said == gold.date else "none" if gold.date.startswith(said) else "wrong"] += 1
        if gold.title:
            self.titles.append(squeezed(answer.title or "") == squeezed(gold.title))

    def row(self) -> list[str]:
        known = sum(self.dates.values())
        segments = 2 * self.found / max(1, 2 * self.found + self.missed + self.wrong)
        return [
            f"{sum(self.body) / max(1, len(self.body)):.4f}",
            f"{segments:.4f}",
            f"{self.found / max(1, self.found + self.missed):.4f}",
            f"{self.dates['right'] / max(1, known):.4f}",
            str(self.dates["wrong"]),
            f"{sum(self.titles) / max(1, len(self.titles)):.4f}",
            f"{1000 * self.seconds / max(1, self.pages):.1f}",
        ]


HEADINGS = ["body F1", "segments F1", "segments found", "date right", "date wrong", "title right", "ms/page"]


def squeezed(text: str) -> str:
    """Text without blanks, for comparing what was wrapped differently."""
    return "".join(text.split()).casefold()


def f1(text: str, gold: str) -> float:
    """F1 by words, counted as often as they stand."""
    ours, right = Counter(_WORD.findall(text.casefold())), Counter(_WORD.findall(gold.casefold()))
    shared = sum((ours & right).values())
    return 2 * shared / (sum(ours.values()) + sum(right.values())) if shared else 0.0


def judged(url: str) -> bool:
    """Whether a page belongs to the half that judges, not the one that was tuned on."""
    return hashlib.sha256(url.encode()).digest()[0] % 2 == 0


def gold(data: Path = DATA) -> Iterator[Gold]:
    """Every page of the mini web of which something is known, by address."""
    folder = data / "miniweb"
    known: dict[str, Gold] = {}
    with (folder / "index.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            payload = gzip.decompress((folder / row["file"]).read_bytes())
            headers = (("Content-Type", row["content_type"]),)
            known[row["url"]] = Gold(Page(row["url"], 200, headers, payload, NOW))
    with (folder / "gold_body.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["url"] in known:
                known[row["url"]].body = row["body"]
                known[row["url"]].title = row.get("title")
    with (folder / "gold_segments.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["url"] in known:
                page = known[row["url"]]
                page.present, page.absent = row.get("with", []), row.get("without", [])
                page.title = row.get("title") or page.title
    with (folder / "gold_dates.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["url"] in known:
                known[row["url"]].date = row["date"]
    for url in sorted(known):
        if known[url].body or known[url].present or known[url].date:
            yield known[url]


def ours(page: Page) -> Answer:
    article = extract(page).article
    return Answer(article.text, article.published_at, article.title) if article else Answer("", None, None)


def plain(**mode: bool) -> Callable[[Page], Answer]:
    """trafilatura as it comes, with metadata."""
    from trafilatura import bare_extraction

    def read(page: Page) -> Answer:
        found = bare_extraction(page.payload, url=page.url, with_metadata=True, include_comments=False, **mode)
        return Answer(found.text or "", found.date, found.title) if found else Answer("", None, None)

    return read


READERS: dict[str, Callable[[], Callable[[Page], Answer]]] = {
    "mayfly": lambda: ours,
    "trafilatura default": plain,
    "trafilatura fast": lambda: plain(fast=True),
    "trafilatura precision": lambda: plain(favor_precision=True),
}


def evaluate(pages: list[Gold], readers: list[str]) -> dict[str, Score]:
    """The score of each reader on the same pages."""
    scores = {}
    for name in readers:
        read, score = READERS[name](), Score()
        for page in pages:
            fresh = Page(page.page.url, 200, page.page.headers, page.page.payload, page.page.fetched_at)
            start = time.process_time()
            answer = read(fresh)
            score.add(page, answer, time.process_time() - start)
        scores[name] = score
    return scores


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tuning", action="store_true", help="the half that was tuned on")
    parser.add_argument("--only", action="append", choices=list(READERS), help="only this reader")
    options = parser.parse_args()
    if not (DATA / "miniweb" / "index.csv").exists():
        print(f"no gold data: {DATA / 'miniweb'} is missing; name its folder in MAYFLY_DATA", file=sys.stderr)
        return 2
    pages = [page for page in gold() if judged(page.page.url) != options.tuning]
    scores = evaluate(pages, options.only or list(READERS))
    columns = zip(*((page.body, page.present, page.date) for page in pages), strict=True)
    known = [sum(map(bool, column)) for column in columns]
    print(
        f"{len(pages)} pages, {'tuning' if options.tuning else 'judging'} half; "
        "{} with their whole text, {} with segments, {} dated".format(*known)
    )
    print(f"{'':22}" + "".join(f"{heading:>16}" for heading in HEADINGS))
    for name, score in scores.items():
        print(f"{name:22}" + "".join(f"{value:>16}" for value in score.row()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
