"""Crawl, extract and store, beside the parts and beside other programs, on the same pages in one run.

    python -m benchmarks.crawl [--pages 250] [--rounds 3] [--full] [--only NAME]

The parts: bare Scrapy with link extraction and a gzipped WARC gives f pages a second of CPU time, trafilatura with
metadata, in the mode that mayfly uses, gives e. Two cores that did nothing else could do 2/(1/f + 1/e) pages a
second; mayfly does twice its own pages per CPU second, all its processes counted. It should reach 0.85 of that, and
also asks every host's robots.txt, writes request records, and finds references, indicators, zones and dates.

The programs take turns, round after round. From what each costs on all pages, what it costs on the first FEW is taken
off: starting, loading, warming up. Wall-clock figures include the server, on the same cores, and whoever else used
the machine; its CPU time is printed.
"""

from __future__ import annotations

import argparse
import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks import measure, web
from benchmarks.measure import Cost

FEW = 40  # pages of a run that stands for the start alone: every process has warmed up by then
LIMIT = 0.85
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "mayfly-benchmarks"
MINET = ("minet==4.2.1", "lxml_html_clean")  # it does not start without the second


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the pages are, and who serves them."""

    folder: Path
    server: web.Server
    scratch: Path

    def out(self) -> Path:
        """An empty folder for results."""
        return Path(tempfile.mkdtemp(dir=self.scratch))


@dataclass(frozen=True, slots=True)
class Run:
    """What a program cost, in seconds, and how many pages it got for it."""

    pages: int
    cpu: float
    wall: float


def run_of(pages: int, cost: Cost) -> Run:
    return Run(pages, cost.cpu, cost.wall)


@dataclass
class Runs:
    """A program, round by round: on all pages and on few of them."""

    full: list[Run] = field(default_factory=list)
    few: list[Run] = field(default_factory=list)
    server: list[float] = field(default_factory=list)  # seconds of CPU time of the server

    def rate(self) -> float:
        """Pages a second of CPU time, the start apart."""
        return self._more("pages") / self._more("cpu")

    def by_clock(self) -> float:
        """Pages a second by the clock, the start apart."""
        return self._more("pages") / self._more("wall")

    def whole(self) -> tuple[float, float]:
        """Pages a second of CPU time, and by the clock, the start included."""
        return median(run.pages / run.cpu for run in self.full), median(run.pages / run.wall for run in self.full)

    def _more(self, what: str) -> float:
        """By how much the full runs exceed the short ones."""
        full, few = (median(float(getattr(run, what)) for run in runs) for runs in (self.full, self.few))
        return full - few


def mayfly(bench: Bench, count: int) -> Run:
    """Ours: `mayfly crawl` on a case in which every page is an address of a story, so that its links are found and
    not followed, as in all the others."""
    out = bench.out()
    with (out / "stories.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["story", "url", "source"])
        writer.writerows([f"S{n:05}", page.url, "benchmark"] for n, page in enumerate(web.kept(bench.folder, count)))
    (out / "sites.csv").write_text("site,role,source\n", encoding="utf-8")
    (out / "case.toml").write_text(f'egress = "{bench.server.url}"\ndelay = 0\n', encoding="utf-8")
    command = [sys.executable, "mayfly.py", "crawl", str(out), "--output", str(out / "output")]
    cost = measure.run(command)
    with sqlite3.connect(out / "output" / "case.db") as db:
        done = db.execute("SELECT count(*) FROM capture JOIN article ON article.capture = capture.id").fetchone()[0]
    return run_of(done, cost)


def crawler(name: str) -> Callable[[Bench, int], Run]:
    """One of benchmarks/crawlers.py."""

    def run(bench: Bench, count: int) -> Run:
        command = [sys.executable, "-m", "benchmarks.crawlers", name, str(bench.folder), str(count), str(bench.out())]
        cost = measure.run([*command, str(bench.server.port)])
        return run_of(int(cost.said.split()[-1]), cost)

    return run


def minet(bench: Bench, count: int) -> Run:
    """`minet crawl` with links and trafilatura, pages and rows kept; a separate program under the GPL."""
    out = bench.out()
    (out / "urls.csv").write_text(
        "url\n" + "".join(f'"{page.url}"\n' for page in web.kept(bench.folder, count)), encoding="utf-8"
    )
    options = ["--threads", "25", "--throttle", "0", "--write-files", "--compress-on-disk", "--silent"]
    places = ["-i", str(out / "urls.csv"), "-O", str(out / "crawl"), "-m", "benchmarks.minet_spider"]
    cost = measure.run(
        [str(CACHE / "minet" / "bin" / "minet"), "crawl", "url", *places, *options],
        {"PYTHONPATH": str(measure.ROOT), "BENCHMARK_PORT": str(bench.server.port)},
    )
    done = sum(1 for path in (out / "crawl" / "pages").rglob("*") if path.is_file())
    return run_of(done, cost)


def minet_is_missing() -> str | None:
    """Install minet beside us, once; why that cannot be done, if it cannot."""
    place = CACHE / "minet"
    if (place / "bin" / "minet").exists():
        return None
    try:
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True, capture_output=True)
        install = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--prefer-binary", *MINET]
        subprocess.run(install, check=True, capture_output=True, timeout=300)
    except (subprocess.SubprocessError, OSError) as error:
        said = getattr(error, "stderr", None) or str(error).encode()
        return f"{MINET[0]} cannot be installed: {said.decode(errors='replace').strip().splitlines()[-1]}"
    return None


PROGRAMS: dict[str, tuple[str, Callable[[Bench, int], Run]]] = {
    "f": ("f: bare Scrapy, links, WARC", crawler("scrapy")),
    "e": ("e: trafilatura fast with metadata", crawler("reading")),
    "mayfly": ("mayfly crawl", mayfly),
    "scrapy": ("Scrapy with trafilatura inline", crawler("scrapy_trafilatura")),
    "trafilatura": ("trafilatura's own crawler", crawler("trafilatura")),
    "minet": ("minet crawl + trafilatura", minet),
}


def compare(count: int, rounds: int, names: list[str]) -> None:
    """Run everything in turn, print what it cost."""
    source, pages = web.pages(count)
    count = len(pages)
    weight = sum(len(page.body) for page in pages) / count / 1000
    print(f"{count} {source}, {weight:.0f} kB each on average; medians of {rounds} rounds; {measure.machine()}\n")
    if "minet" in names and (why := minet_is_missing()):
        print(f"minet is left out: {why}\n")
        names = [name for name in names if name != "minet"]
    runs = {name: Runs() for name in names}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "pages"
        folder.mkdir()
        web.keep(pages, folder)
        with web.served(folder) as server:
            print(f"the server alone: {alone(server, folder):,.0f} pages/s to a client in one thread\n")
            bench = Bench(folder, server, Path(scratch))
            for _ in range(rounds):
                for name in names:
                    runs[name].few.append(got(name, bench, FEW))
                    before = server.cpu()
                    runs[name].full.append(got(name, bench, count))
                    runs[name].server.append(server.cpu() - before)
    rows = []
    for name, its in runs.items():
        rates = (its.rate(), its.by_clock(), *its.whole(), median(run.cpu for run in its.few))
        cells = (f"{rate:.1f}" for rate in rates)
        rows.append([PROGRAMS[name][0], *cells, f"{median(its.server):.2f}", f"{its.full[0].pages}"])
    head = ["pages/CPU-s", "by the clock", "start included: CPU", "clock", "start, CPU-s", "server, CPU-s", "pages"]
    measure.table(["", *head], rows)
    if {"f", "e", "mayfly"} <= runs.keys():
        judge(runs)


def got(name: str, bench: Bench, count: int) -> Run:
    """One run of a program. Raises RuntimeError where it missed one page in ten: then it is no comparison."""
    run = PROGRAMS[name][1](bench, count)
    if run.pages < 0.9 * count:
        raise RuntimeError(f"{PROGRAMS[name][0]}: {run.pages} of {count} pages")
    return run


def judge(runs: dict[str, Runs]) -> None:
    """Ours against the limit that the parts set, and against the others."""
    f, e, ours = (runs[name].rate() for name in ("f", "e", "mayfly"))
    limit = 2 / (1 / f + 1 / e)
    ratio = 2 * ours / limit
    verdict = "reached" if ratio >= LIMIT else "not reached"
    print(f"\nwhat the parts allow two cores: 2/(1/f + 1/e) = {limit:.1f} pages/s")
    print(f"mayfly, twice its pages/CPU-s: {2 * ours:.1f} pages/s, {ratio:.2f} of that; {LIMIT} asked for: {verdict}")
    by_clock = runs["mayfly"].by_clock()
    print(f"mayfly, by the clock, server on the same cores: {by_clock:.1f} pages/s, {by_clock / limit:.2f} of that")
    rounds = zip(runs["f"].full, runs["e"].full, runs["mayfly"].full, strict=True)
    whole = [f"{(f.cpu + e.cpu) / ours.cpu:.2f}" for f, e, ours in rounds]
    print(f"start included, round by round, by CPU: {', '.join(whole)} of that\n")
    rows = []
    for name in ("scrapy", "trafilatura", "minet"):
        if name in runs:
            its = runs[name]
            whole_of_ours, whole_of_its = runs["mayfly"].whole(), its.whole()
            ratios = [ours / its.rate(), by_clock / its.by_clock()]
            ratios += [mine / other for mine, other in zip(whole_of_ours, whole_of_its, strict=True)]
            rows.append([PROGRAMS[name][0], *(f"{value:.2f}" for value in ratios)])
    measure.table(["mayfly, times as fast as", "by CPU", "by the clock", "start included: CPU", "clock"], rows)


def alone(server: web.Server, folder: Path) -> float:
    """Pages a second that the server gives to a client that does nothing with them."""
    import http.client
    import time

    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    urls = [page.url for page in web.kept(folder)]
    begun = time.perf_counter()
    for url in urls:
        connection.request("GET", url)
        answer = connection.getresponse()
        assert answer.read()
        assert answer.status == 200, url
    return len(urls) / (time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=250)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="all pages of the mini web (888), five rounds")
    parser.add_argument("--only", nargs="+", choices=PROGRAMS, default=list(PROGRAMS), metavar="NAME")
    options = parser.parse_args()
    if options.pages < 2 * FEW:
        parser.error(f"--pages {options.pages}: too few to tell the start from the work; give {2 * FEW} or more")
    pages, rounds = (888, 5) if options.full else (options.pages, options.rounds)
    compare(pages, rounds, options.only)


if __name__ == "__main__":
    main()
