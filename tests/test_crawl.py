"""A crawl, run as a user runs it, against a made-up web on loopback."""

from __future__ import annotations

import itertools
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.urls import site
from tests.small_web import STORY, page, prose, redirect, sites, small_web, write_case
from tests.web import Answer, Web, serve

ROOT = Path(__file__).parent.parent
MAYFLY = [sys.executable, str(ROOT / "mayfly.py")]


def mayfly(*arguments: object, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MAYFLY, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, cwd=ROOT, check=False
    )


def case_for(web: Web, folder: Path, web_sites: list[str], more: str = "delay = 0\n") -> Path:
    return write_case(folder / "case", web_sites, f'egress = "{web.proxy}"\n{more}')


def rows(output: Path, sql: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(output / "case.db")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


FACTS = {
    "capture": "SELECT url, urlkey, site, outcome, status, redirect_url, redirect_urlkey, mime, digest, ip, source, "
    "depth, truncated, extraction, detail, warc_filename IS NOT NULL FROM capture ORDER BY 1, 4, 5, 9",
    "article": "SELECT capture.urlkey, article.* FROM article JOIN capture ON capture.id = capture ORDER BY 1",
    "reference": "SELECT capture.urlkey, reference.* FROM reference JOIN capture ON capture.id = capture ORDER BY 1, 3",
    "indicator": "SELECT capture.urlkey, detector, value FROM indicator JOIN capture ON capture.id = capture ORDER BY 1, 2, 3",
    "frontier": "SELECT urlkey, url, site, depth, priority, hops, state, reason, attempts, last_outcome, last_digest "
    "FROM frontier ORDER BY 1",
}


def facts(output: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that a crawl has written, without what may differ: ids, times, places in the archive and referrers."""
    return {
        table: [
            tuple(v for n, v in enumerate(row) if not (table in ("article", "reference") and n == 1))
            for row in rows(output, sql)
        ]
        for table, sql in FACTS.items()
    }


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Web]]:
    """The small web, crawled once without a disturbance."""
    folder = tmp_path_factory.mktemp("crawled")
    with serve(small_web()) as web:
        case = case_for(web, folder, sites(10))
        run = mayfly("crawl", case, "--output", folder / "out")
        assert run.returncode == 0, run.stderr
        yield folder / "out", web


def outcomes(output: Path) -> dict[str, str]:
    return {str(url): str(what) for url, what in rows(output, "SELECT url, outcome FROM capture ORDER BY id")}


def test_every_page_inside_the_crawled_sites_is_captured_once(crawled: tuple[Path, Web]) -> None:
    output, web = crawled
    known = {
        url
        for url, answer in small_web().items()
        if site(url) != "bit.ly" and answer.status == 200 and url.startswith("https")
    }
    captured = {url for url, what in outcomes(output).items() if what == "ok"}
    assert known - captured == set()
    assert [url for url, count in Counter(web.urls()).items() if count > 1] == []


def test_what_robots_txt_forbids_is_a_capture_that_was_never_asked_for(crawled: tuple[Path, Web]) -> None:
    output, web = crawled
    assert outcomes(output)["https://site3.example/admin/"] == "robots"
    assert not [url for url in web.urls() if "/admin/" in url]


def test_each_hop_of_a_shortener_is_a_capture_and_the_trackers_of_links_are_not_asked_for(
    crawled: tuple[Path, Web],
) -> None:
    output, web = crawled
    hops = rows(
        output, "SELECT url, redirect_url FROM capture WHERE outcome = 'redirect' AND site IN ('bit.ly', 't.co')"
    )
    assert sorted(hops) == [("https://bit.ly/one", "https://t.co/two"), ("https://t.co/two", STORY)]
    assert not [url for url in web.urls() if "utm_" in url]


def test_an_identical_payload_is_a_revisit_record_of_the_first(crawled: tuple[Path, Web]) -> None:
    output, _ = crawled
    same = rows(output, "SELECT count(*), count(revisit_of), count(DISTINCT digest) FROM capture "
                        "WHERE url IN ('https://site0.example/2.html', 'https://site0.example/orphan')")  # fmt: skip
    assert same == [(2, 1, 1)]


def test_what_the_case_made_of_it_verifies_and_is_rebuilt_to_the_same_rows(
    crawled: tuple[Path, Web], tmp_path: Path
) -> None:
    output, _ = crawled
    before = facts(output)
    assert mayfly("verify", output.parent / "case", "--output", output).returncode == 0
    rebuilt = mayfly("extract", output.parent / "case", "--output", output)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert facts(output) == before


def test_a_second_crawl_finds_nothing_to_do(crawled: tuple[Path, Web]) -> None:
    output, web = crawled
    before, asked = facts(output), len(web.hits)
    assert mayfly("crawl", output.parent / "case", "--output", output).returncode == 0
    assert facts(output) == before
    assert len(web.hits) == asked


def crawl_killed(web: Web, folder: Path, kills: int, seed: int) -> tuple[Path, int]:
    """The small web, crawled by a process that is killed so many times; and how often it was really killed."""
    draw = random.Random(seed)
    case = case_for(web, folder, sites(10))
    died = 0
    for _ in range(200):
        process = subprocess.Popen([*MAYFLY, "crawl", str(case), "--output", str(folder / "out")], cwd=ROOT,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
        try:
            # A run takes about two seconds to begin: kill it in that time too, and at any moment after it.
            process.wait(draw.choice([draw.uniform(0.1, 2.5), draw.uniform(2, 4)]) if died < kills else 120)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            died += 1
            continue
        finally:
            assert process.stderr
            process.stderr.close()
        if died >= kills or process.returncode:
            assert process.returncode == 0
            return folder / "out", died
    raise AssertionError("the crawl does not come to its end")


def check_killed_crawl(undisturbed: Path, folder: Path, kills: int, seed: int) -> None:
    with serve(small_web()) as web:
        output, died = crawl_killed(web, folder, kills, seed)
        assert died == kills
        twice = {url: count - 1 for url, count in Counter(web.urls()).items() if count > 1}
        assert sum(twice.values()) <= kills * (32 + 64), "what was in flight, and the group not yet committed"
    assert facts(output) == facts(undisturbed)
    assert mayfly("verify", folder / "case", "--output", output).returncode == 0


def test_a_crawl_killed_at_ten_moments_ends_in_the_tables_of_an_undisturbed_one(
    crawled: tuple[Path, Web], tmp_path: Path
) -> None:
    check_killed_crawl(crawled[0], tmp_path, kills=10, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_crawl_killed_at_fifty_moments_ends_in_the_tables_of_an_undisturbed_one(
    crawled: tuple[Path, Web], tmp_path: Path
) -> None:
    check_killed_crawl(crawled[0], tmp_path, kills=50, seed=2)


def crawl_of(
    pages: dict[str, Answer], folder: Path, *arguments: object, more: str = "delay = 0\n"
) -> tuple[Path, Web]:
    """A crawl of one site, `a.example`."""
    with serve(pages) as web:
        case = case_for(web, folder, ["a.example"], more)
        run = mayfly("crawl", case, "--output", folder / "out", *arguments)
        assert run.returncode == 0, run.stderr
    return folder / "out", web


def test_a_body_that_breaks_off_is_kept_and_marked(tmp_path: Path) -> None:
    home = Answer(page("Home", f"<p>{prose('home', 4000)}</p>").body, behave="cut")
    output, _ = crawl_of({"https://a.example/": home}, tmp_path)
    assert rows(
        output, "SELECT outcome, truncated, warc_filename IS NOT NULL FROM capture WHERE url = 'https://a.example/'"
    ) == [("ok", "disconnect", 1)]
    assert mayfly("verify", tmp_path / "case", "--output", output).returncode == 0


def test_an_endless_body_is_cut_at_sixteen_megabytes_and_kept(tmp_path: Path) -> None:
    home = Answer(b"<p>" + b"x " * (10 * 2**20), headers=(("Content-Type", "text/html"),))
    output, _ = crawl_of({"https://a.example/": home}, tmp_path)
    found = rows(
        output, "SELECT outcome, truncated, warc_filename IS NOT NULL FROM capture WHERE url = 'https://a.example/'"
    )
    assert found == [("too_large", "length", 1)]


def test_a_site_that_says_wait_is_asked_again_only_after_it(tmp_path: Path) -> None:
    times: list[float] = []

    def find(url: str) -> Answer | None:
        if url == "https://a.example/":
            times.append(time.monotonic())
            if len(times) == 1:
                return Answer(b"Slow down.", 429, (("Retry-After", "4"),))
            return page("Home", f"<p>{prose('home')}</p>")
        return None

    with serve(Web(find)) as web:
        case = case_for(web, tmp_path, ["a.example"])
        assert mayfly("crawl", case, "--output", tmp_path / "out").returncode == 0
    assert rows(
        tmp_path / "out", "SELECT outcome, status FROM capture WHERE url = 'https://a.example/' ORDER BY id"
    ) == [
        ("blocked", 429),
        ("ok", 200),
    ]
    assert times[1] - times[0] >= 3.5


def test_a_site_that_says_wait_for_an_hour_is_left_for_a_later_run(tmp_path: Path) -> None:
    pages = {"https://a.example/": Answer(b"Slow down.", 503, (("Retry-After", "3600"),))}
    output, _ = crawl_of(pages, tmp_path)
    assert rows(output, "SELECT site, reason FROM wait") == [("a.example", "retry_after")]
    assert rows(output, "SELECT state FROM frontier WHERE urlkey = 'a.example'") == [("due",)]


def test_a_robots_txt_that_cannot_be_read_forbids_everything(tmp_path: Path) -> None:
    pages = {"https://a.example/robots.txt": Answer(b"oops", 500), "https://a.example/": page("Home", "<p>x</p>")}
    with serve(pages) as web:
        case = case_for(web, tmp_path, ["a.example"])
        # three attempts, with the waits between them, are what a run makes
        assert mayfly("crawl", case, "--output", tmp_path / "out", timeout=200).returncode == 0
        assert "https://a.example/" not in web.urls()
    assert {
        what for (what,) in rows(tmp_path / "out", "SELECT outcome FROM capture WHERE url = 'https://a.example/'")
    } == {"robots_unreachable"}


def test_one_request_at_a_time_and_a_delay_between_them(tmp_path: Path) -> None:
    links = "".join(f"<a href='/{n}'>x</a>" for n in range(6))
    pages = {f"https://a.example/{n}": page(str(n), f"<p>{prose(str(n))}</p>") for n in range(6)}
    pages["https://a.example/"] = page("Home", links)
    pages["https://www.a.example/"] = pages["https://a.example/"]
    _, web = crawl_of(pages, tmp_path, more="delay = 0.5\n")
    moments = [hit.at for hit in web.hits if site(hit.url) == "a.example"]
    gaps = [after - before for before, after in itertools.pairwise(moments)]
    assert len(gaps) >= 7
    assert min(gaps) >= 0.5 * 0.75 - 0.02, "the delay, less its jitter"


def test_a_limit_of_pages_stops_the_run_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with serve(small_web(2, 8)) as web:
        case = case_for(web, tmp_path, sites(2))
        first = mayfly("crawl", case, "--output", tmp_path / "out", "--pages", 5)
        assert first.returncode == 14, first.stderr
        assert mayfly("crawl", case, "--output", tmp_path / "out").returncode == 0
        assert max(Counter(web.urls()).values()) == 1


def test_a_redirect_to_a_private_address_is_recorded_and_never_followed(tmp_path: Path) -> None:
    pages = {
        "https://a.example/": page("Home", "<a href='http://127.0.0.1/secret'>x</a> <a href='/r'>r</a>"),
        "https://a.example/r": redirect("http://169.254.169.254/latest/meta-data/"),
    }
    output, web = crawl_of(pages, tmp_path)
    assert outcomes(output)["https://a.example/r"] == "redirect"
    assert {site(url) for url in web.urls()} <= {"a.example", "lookalike.example", "check.example"}


def test_a_live_crawl_needs_to_be_told_how_to_go_out(tmp_path: Path) -> None:
    case = write_case(tmp_path / "case", ["a.example"], "delay = 0\n")
    run = mayfly("crawl", case, "--output", tmp_path / "out")
    assert run.returncode == 2
    assert "egress" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_two_runs_do_not_work_on_one_case(tmp_path: Path) -> None:
    with serve(small_web(2, 8)) as web:
        case = case_for(web, tmp_path, sites(2), "delay = 1\n")
        first = subprocess.Popen([*MAYFLY, "crawl", str(case), "--output", str(tmp_path / "out")], cwd=ROOT,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            while not web.hits:
                time.sleep(0.1)
                assert first.poll() is None
            second = mayfly("crawl", case, "--output", tmp_path / "out")
            assert second.returncode == 20
            assert f"process {first.pid}" in second.stderr
        finally:
            first.kill()
            first.wait()


@pytest.mark.parametrize("asked_by", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_asked_to_stop_says_so_and_the_next_one_goes_on(
    tmp_path: Path, asked_by: signal.Signals
) -> None:
    with serve(small_web(2, 8)) as web:
        case = case_for(web, tmp_path, sites(2), "delay = 0.3\n")
        command = [*MAYFLY, "crawl", str(case), "--output", str(tmp_path / "out")]
        first = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(web.hits) < 8:
            time.sleep(0.05)
            assert first.poll() is None
        first.send_signal(asked_by)
        assert first.wait(30) == 11
        assert rows(tmp_path / "out", "SELECT reason FROM crawl") == [("interrupted",)]
        assert mayfly("crawl", case, "--output", tmp_path / "out").returncode == 0
        assert max(Counter(web.urls()).values()) == 1
