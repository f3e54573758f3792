"""The replica is what it says: the published totals and names, and a right answer for every page."""

from __future__ import annotations

import csv
import gzip
import ipaddress
import re
import tomllib
from collections import Counter, defaultdict
from http.client import HTTPResponse
from itertools import pairwise
from urllib.parse import urljoin
from urllib.request import HTTPErrorProcessor, ProxyHandler, Request, build_opener

import lxml.etree
import lxml.html
import pytest

from tests.replica import plan
from tests.replica.build import FOLDER, files, made
from tests.replica.model import Capture, key, site_of
from tests.replica.server import serving
from tests.replica.warc import digest, records
from tests.replica.web import Web
from tests.replica.writer import tokens

NAMES = (
    "IUVM Press", "AWD News", "Whatsupic", "Yemen Press", "Middle East Press", "Podaci Dana", "Instituto Manquehue",
    "Liberty Fighters", "Real Nienovosti", "Rasid",
)  # fmt: skip
DOCUMENTATION = [ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]


@pytest.fixture(scope="module")
def web() -> Web:
    return made()


@pytest.fixture(scope="module")
def truth() -> list[dict[str, str]]:
    return table("truth.csv")


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def body(capture: Capture) -> bytes:
    headers = dict(capture.headers)
    return gzip.decompress(capture.body) if headers.get("Content-Encoding") == "gzip" else capture.body


def html(capture: Capture) -> lxml.html.HtmlElement:
    charset = dict(capture.headers)["Content-Type"].partition("charset=")[2] or "utf-8"
    parser = lxml.html.HTMLParser(encoding=charset, huge_tree=True)
    return lxml.html.document_fromstring(body(capture) or b"<html></html>", parser=parser)


def is_page(capture: Capture) -> bool:
    return capture.status == 200 and dict(capture.headers)["Content-Type"].startswith("text/html")


# ── the published totals ─────────────────────────────────────────────────────────────────────────────────────────


def test_353_pages_on_132_domains_count(truth: list[dict[str, str]]) -> None:
    counted = [row for row in truth if row["counted"] == "1"]
    assert len({row["page"] for row in counted}) == 353
    assert len({row["site"] for row in counted}) == 132


def test_the_ten_that_carry_most_are_the_published_ones_in_order(truth: list[dict[str, str]]) -> None:
    pages = Counter(site for site, _ in {(row["site"], row["page"]) for row in truth if row["counted"] == "1"})
    name = {row["site"]: row["name"] for row in table("sites.csv")}
    ranked = sorted(pages.items(), key=lambda pair: -pair[1])
    assert tuple(name[site] for site, _ in ranked[:10]) == NAMES
    counts = [count for _, count in ranked[:11]]
    assert all(more > fewer for more, fewer in pairwise(counts))


def test_every_counted_site_is_a_suspect_of_the_case_and_some_suspects_are_innocent(
    truth: list[dict[str, str]],
) -> None:
    suspects = {row["site"] for row in table("sites.csv") if row["role"] == "amplifier"}
    counted = {row["site"] for row in truth if row["counted"] == "1"}
    assert counted < suspects


def test_eight_of_the_ten_share_an_address_or_a_property_and_two_share_nothing(web: Web) -> None:
    shared = defaultdict(set)
    for name, site, _, _ in plan.TEN:
        shared[web.sites[site].ip].add(name)
        for each in web.sites[site].ids:
            shared[re.sub(r"-\d+$", "", each)].add(name)
    tied = set().union(*(names for names in shared.values() if len(names) > 1))
    assert len(tied) == 8
    assert set(NAMES) - tied == {"Podaci Dana", "Instituto Manquehue"}
    counted_by_ip = Counter(site.ip for site in web.sites.values())
    assert counted_by_ip[plan.CDN_IP] == plan.CDN_SITES  # innocent neighbours


# ── a reconstruction, and said to be one ─────────────────────────────────────────────────────────────────────────


def test_it_says_that_it_is_a_reconstruction() -> None:
    assert tomllib.loads((FOLDER / "case.toml").read_text(encoding="utf-8"))["synthetic"] is True
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "reconstruction" in readme
    assert "31, 27, 24, 21, 18, 16, 14, 12, 10, 8" in readme


def test_every_address_is_reserved(web: Web) -> None:
    known = {
        "http://www.sitemaps.org",
        "http://purl.org",
        "http://schema.org",
        "http://www.w3.org",
    }  # names of formats
    for capture in web.captures:
        assert site_of(capture.url).endswith(".example")
        assert any(ipaddress.ip_address(capture.ip) in network for network in DOCUMENTATION)
        for host in re.findall(rb"(?:https?:)?//([a-z0-9.-]+\.[a-z]+)", body(capture), re.I):
            assert host.lower().endswith(b".example") or f"http://{host.decode()}" in known, (capture.url, host)


def test_the_committed_files_are_what_the_generator_writes(web: Web) -> None:
    for name, text in files(web).items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, f"{name}: run python -m tests.replica.build"
    committed = gzip.decompress((FOLDER / "web.warc.gz").read_bytes())
    assert committed == b"".join(records(web.captures)), "run python -m tests.replica.build"


def test_the_archive_is_small_enough_to_be_kept_in_git() -> None:
    assert (FOLDER / "web.warc.gz").stat().st_size < 4_000_000


def test_the_archive_is_a_whole_warc_with_right_digests() -> None:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    kinds: Counter[str] = Counter()
    with (FOLDER / "web.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file, parse_http=False):
            kinds[record.headers["WARC-Type"]] += 1
            if record.record_type == WarcRecordType.response:
                assert record.headers["WARC-IP-Address"]
                assert record.headers["WARC-Block-Digest"] == digest(record.reader.read())
    assert kinds["response"] == kinds["request"] > 1_500


# ── the right answers are right ──────────────────────────────────────────────────────────────────────────────────


def test_the_truth_speaks_of_every_captured_address(web: Web, truth: list[dict[str, str]]) -> None:
    assert {capture.url for capture in web.captures} == {row["url"] for row in truth}


def test_addresses_are_joined_as_the_crawler_joins_them(truth: list[dict[str, str]]) -> None:
    from crawler.urls import site, trap, urlkey

    for row in truth:
        assert (urlkey(row["url"]), site(row["url"])) == (row["urlkey"], row["site"])
        assert not trap(row["url"])


def test_the_case_can_be_read() -> None:
    from crawler.case import read

    case = read(FOLDER)
    assert case.synthetic
    assert (case.shorteners, case.archives) == (plan.SHORTENERS, (plan.ARCHIVE,))
    assert len({row.story for row in case.stories}) == len(plan.STORIES)


def runs(language: str, text: str, count: int) -> set[tuple[str, ...]]:
    words = tokens(language, text)
    return {tuple(words[n : n + count]) for n in range(len(words) - count + 1)}


def length(language: str) -> int:
    """Of the shortest excerpt, in words; in Chinese, in characters."""
    return 50 if language == "zh" else 25


def visible(tree: lxml.html.HtmlElement) -> str:
    for each in tree.xpath("//script|//style|//title"):
        each.drop_tree()
    return " ".join(tree.itertext())


def test_a_page_shares_a_passage_with_a_story_if_and_only_if_the_truth_says_so(
    web: Web, truth: list[dict[str, str]]
) -> None:
    said: dict[str, set[str]] = defaultdict(set)
    for row in truth:
        if {"copy", "excerpt"} & set(row["kinds"].split()):
            said[row["url"]].add(row["story"])
    own = {version.url for version in web.versions} | {version.archive_url for version in web.versions}
    known: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
    for version in web.versions:
        if version.has_text:
            passages = runs(version.language, " ".join(version.paragraphs), length(version.language))
            known[version.language] |= dict.fromkeys(passages, version.story)
    found: dict[str, set[str]] = defaultdict(set)  # in any capture
    for capture in web.captures:
        if capture.url not in own and is_page(capture):
            words = visible(html(capture))
            for language, index in known.items():
                shared = runs(language, words, length(language)) & index.keys()
                found[capture.url] |= {index[run] for run in shared}
    for url, stories in found.items():
        assert stories == said[url], url


def test_a_page_leads_to_a_story_if_and_only_if_the_truth_says_so(web: Web, truth: list[dict[str, str]]) -> None:
    kinds = {"link", "text_url", "wrapped_link", "archive_link", "embed"}
    said: dict[str, set[str]] = defaultdict(set)
    for row in truth:
        if kinds & set(row["kinds"].split()):
            said[row["url"]].add(row["story"])
    target = {key(version.url): version.story for version in web.versions}
    texts = {version.url.split("/", 3)[3]: version.story for version in web.versions}

    def leads(url: str) -> str | None:
        for _ in range(5):
            url = web.hops.get(url, url)
        if f"//{plan.ARCHIVE}/web/" in url:
            url = url.partition("/web/")[2].partition("/")[2]
        host = url.split("/")[2]
        return target.get(key(url.replace(host, host.encode("idna").decode())))

    own = {version.url for version in web.versions} | {version.archive_url for version in web.versions}
    everything: dict[str, set[str | None]] = defaultdict(set)  # in any capture
    for capture in web.captures:
        if capture.url in own or not is_page(capture):
            continue
        tree = html(capture)
        found = everything[capture.url]
        for each in tree.xpath("//a/@href|//iframe/@src"):
            try:
                url = urljoin("http://x.example/", each)
            except ValueError:
                continue
            if url.lower().startswith("http") and url.count("/") > 2:
                found.add(leads(url))
        words = visible(tree)
        found |= {story for path, story in texts.items() if f"/{path}" in words}
    for url, stories in everything.items():
        assert stories - {None} == said[url], url


def test_every_counted_page_can_be_reached_from_its_own_site(web: Web, truth: list[dict[str, str]]) -> None:
    latest = {key(capture.url): capture for capture in web.captures}
    reached: set[str] = set()
    due = [key(row["start"]) for row in table("sites.csv") if row["role"] == "amplifier"]
    due += [f"{host}/robots.txt" for host in {url.split("/")[0] for url in due}]
    while due:
        urlkey = due.pop()
        if urlkey in reached or urlkey not in latest:
            continue
        reached.add(urlkey)
        capture = latest[urlkey]
        data = body(capture)
        if is_page(capture):
            urls = list(html(capture).xpath("//a/@href|//link[@type='application/rss+xml']/@href"))
        else:
            data = gzip.decompress(data) if capture.url.endswith(".gz") else data
            urls = re.findall(r"(?:<link>|<loc>|Sitemap: )(http[^<\s]+)", data.decode("utf-8", "replace"))
        for url in urls:
            url = url.replace("&amp;", "&")
            if url.startswith("http://") and url.count("/") > 2 and site_of(url) == site_of(capture.url):
                due.append(key(url))
    missing = {row["urlkey"] for row in truth if row["counted"] == "1"} - reached
    assert not missing


def test_the_states_of_a_lookalike_are_all_there(truth: list[dict[str, str]]) -> None:
    states = {row["category"].removeprefix("story: ") for row in truth if row["category"].startswith("story: ")}
    assert states == {
        "alive", "then404", "then410", "redirect_same", "redirect_home", "dead", "archived", "archived copy", "parked",
    }  # fmt: skip


def test_every_kind_of_page_that_counts_and_of_page_that_must_not_is_there(truth: list[dict[str, str]]) -> None:
    kinds = {kind for row in truth if row["counted"] == "1" for kind in row["kinds"].split()}
    assert kinds == {"link", "text_url", "archive_link", "wrapped_link", "embed", "copy", "excerpt"}
    zones = {row["zone"] for row in truth if row["story"] and row["counted"] == "0"}
    assert zones == {"body", "nav", "footer", "aside", "comments"}
    languages = {row["language"] for row in truth if row["counted"] == "1"}
    assert languages == set(plan.LANGUAGES)


# ── served on loopback ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_web_can_be_asked_through_a_proxy(web: Web) -> None:
    with serving(web) as (proxy, server):
        through = build_opener(ProxyHandler({"http": proxy}), Unfollowed())
        for capture in (web.captures[0], web.captures[len(web.captures) // 2]):
            response = through.open(capture.url + ("&" if "?" in capture.url else "?") + "utm_source=x")
            assert (response.status, response.read()) == (capture.status, capture.body)
        moved = next(row for row in table("truth.csv") if row["category"] == "shortener")
        response = through.open(moved["url"])
        assert response.status in (301, 302)
        assert f"leads to {response.headers['Location']}" == moved["why"]
        assert through.open("http://www.iuvmpress.example/nothing-here").status == 404
        assert through.open("http://no-such-name.example/").status == 502
        assert server.asked[-1] == "http://no-such-name.example/"


class Unfollowed(HTTPErrorProcessor):
    """Hands every response back as it came."""

    def http_response(self, _: Request, response: HTTPResponse) -> HTTPResponse:
        return response
