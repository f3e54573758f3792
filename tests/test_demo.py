"""The main job on the replica of the campaign: what is published of it is found by crawling, and nothing else."""

from __future__ import annotations

import csv
import sqlite3
from collections import defaultdict
from pathlib import Path

import networkx
import pytest

from tests.test_crawl import MAYFLY, ROOT, mayfly

REPLICA = ROOT / "seeds" / "replica"
TOP_TEN = [
    "IUVM Press", "AWD News", "Whatsupic", "Yemen Press", "Middle East Press", "Podaci Dana",
    "Instituto Manquehue", "Liberty Fighters", "Real Nienovosti", "Rasid",
]  # fmt: skip
LINKS = {"link", "text_url", "archive_link", "wrapped_link", "embed"}


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a run on the replica."""
    folder = tmp_path_factory.mktemp("replica")
    run = mayfly("demo", "--output", folder, timeout=280)
    assert run.returncode == 0, run.stderr
    (folder / "shown.txt").write_text(run.stdout, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def db(output: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{output / 'case.db'}?mode=ro", uri=True)


@pytest.fixture(scope="module")
def truth() -> list[dict[str, str]]:
    with (REPLICA / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_readme_shows_what_the_demo_prints(output: Path) -> None:
    shown = {" ".join(line.split()) for line in (output / "shown.txt").read_text(encoding="utf-8").splitlines()}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split("<!-- demo -->")[1].split("<!-- /demo -->")[0]
    lines = [" ".join(line.split()) for line in block.splitlines() if line.strip(" ─")]
    assert "353 pages on 132 domains reference the stories." in lines
    assert [line for line in lines if line not in shown] == []


def test_the_published_totals(db: sqlite3.Connection) -> None:
    assert db.execute("SELECT count(DISTINCT page), count(DISTINCT site) FROM amplification").fetchone() == (353, 132)
    assert db.execute("SELECT sum(pages), count(*) FROM ranking").fetchone() == (353, 132)


def test_the_published_top_ten_in_their_order(db: sqlite3.Connection) -> None:
    assert [name for (name,) in db.execute("SELECT name FROM ranking ORDER BY rank LIMIT 10")] == TOP_TEN
    pages = [count for (count,) in db.execute("SELECT pages FROM ranking ORDER BY rank LIMIT 11")]
    assert pages == sorted(set(pages), reverse=True), "strictly decreasing"


def test_what_counts_is_what_the_truth_says_no_page_more_and_none_less(
    db: sqlite3.Connection, truth: list[dict[str, str]]
) -> None:
    expected = {(row["page"], story) for row in truth if row["counted"] == "1" for story in row["story"].split()}
    assert set(db.execute("SELECT DISTINCT page, story FROM amplification")) == expected


def test_each_counted_page_is_found_by_every_kind_that_the_truth_names(
    db: sqlite3.Connection, truth: list[dict[str, str]]
) -> None:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for urlkey, story, kind in db.execute("SELECT urlkey, story, kind FROM mention WHERE zone = 'body'"):
        found[urlkey, story].add(kind)
    wrong = [
        (row["urlkey"], row["kinds"], sorted(found[row["urlkey"], story]))
        for row in truth
        if row["counted"] == "1"
        for story in row["story"].split()
        if not set(row["kinds"].split()) & (LINKS | {"copy", "excerpt"}) <= found[row["urlkey"], story]
    ]
    assert wrong == []


def test_no_debunk_counts_and_each_is_recorded(db: sqlite3.Connection, truth: list[dict[str, str]]) -> None:
    debunks = {row["urlkey"] for row in truth if "debunk" in row["category"]}
    assert debunks
    counted = {urlkey for (urlkey,) in db.execute("SELECT urlkey FROM amplification")}
    disputing = {urlkey for (urlkey,) in db.execute("SELECT urlkey FROM mention WHERE stance = 'disputes'")}
    assert not debunks & counted
    assert debunks <= disputing


def test_what_does_not_count_is_left_out_by_a_rule_that_has_a_name(db: sqlite3.Connection) -> None:
    rules = dict(db.execute("SELECT rule, count(*) FROM exclusion GROUP BY rule"))
    assert {"zone_nav", "zone_footer", "zone_comments", "stance_disputes", "listing_page"} <= set(rules)
    unexplained = db.execute(
        "SELECT count(*) FROM mention m WHERE NOT EXISTS (SELECT 1 FROM amplification a WHERE (a.story, a.urlkey, a.kind)"
        " = (m.story, m.urlkey, m.kind)) AND NOT EXISTS (SELECT 1 FROM exclusion e WHERE (e.story, e.urlkey, e.kind)"
        " = (m.story, m.urlkey, m.kind))"
    )
    assert unexplained.fetchone() == (0,)


def test_agency_news_is_a_cluster_and_no_mention(db: sqlite3.Connection, truth: list[dict[str, str]]) -> None:
    syndicated = {row["urlkey"] for row in truth if "syndicated" in row["category"] or "agency" in row["category"]}
    assert syndicated
    sizes = [count for (count,) in db.execute("SELECT count(*) FROM cluster GROUP BY cluster ORDER BY 1 DESC")]
    assert sizes[0] >= 20
    assert not syndicated & {urlkey for (urlkey,) in db.execute("SELECT urlkey FROM amplification")}


def test_no_fake_is_merged_with_its_victim(db: sqlite3.Connection) -> None:
    pairs = db.execute(
        "SELECT site, impersonates FROM site WHERE role = 'lookalike' AND impersonates IS NOT NULL"
    ).fetchall()
    assert pairs
    assert all(fake != victim for fake, victim in pairs)
    mixed = db.execute(
        "SELECT count(*) FROM cluster a JOIN cluster b USING (cluster) JOIN site s ON s.site = a.site "
        "WHERE s.role = 'lookalike' AND b.site = s.impersonates"
    )
    assert mixed.fetchone() == (0,)


def test_eight_of_the_ten_share_an_address_or_an_analytics_property(db: sqlite3.Connection) -> None:
    ten = [site for (site,) in db.execute("SELECT site FROM ranking ORDER BY rank LIMIT 10")]
    marks: dict[str, set[str]] = defaultdict(set)
    for site, ip in db.execute("SELECT DISTINCT site, ip FROM capture WHERE ip IS NOT NULL"):
        marks[f"ip {ip}"].add(site)
    for site, value in db.execute("SELECT DISTINCT site, detector || ' ' || value FROM indicator"):
        marks[value].add(site)
    tied = {site for sites in marks.values() if len(sites & set(ten)) > 1 for site in sites & set(ten)}
    assert len(tied) == 8


def test_the_graph_opens_and_says_that_it_is_synthetic(output: Path) -> None:
    graph = networkx.read_gexf(output / "graph.gexf")
    assert {data["label"] for _, data in graph.nodes(data=True)} >= set(TOP_TEN)
    for name in ("graph.gexf", "graph.graphml", "report.html"):
        assert "ynthetic" in (output / name).read_text(encoding="utf-8")


def test_every_fact_resolves_to_a_record_whose_digest_holds(output: Path) -> None:
    assert mayfly("verify", "replica", "--output", output).returncode == 0


def test_a_second_run_changes_nothing(output: Path, tmp_path: Path) -> None:
    def tables() -> dict[str, list[tuple[object, ...]]]:
        one = sqlite3.connect(output / "case.db")
        try:
            return {
                table: one.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall()
                for table in ("capture", "mention", "cluster", "edge", "ranking", "ranking_by_rule")
            }
        finally:
            one.close()

    before, files = (
        tables(),
        {path.name: path.read_bytes() for path in output.iterdir() if path.suffix in (".gexf", ".graphml", ".csv")},
    )
    run = mayfly("run", "replica", "--from", REPLICA / "web.warc.gz", "--output", output, timeout=280)
    assert run.returncode == 0, run.stderr
    assert tables() == before
    assert {name: (output / name).read_bytes() for name in files} == files


def test_every_question_has_an_answer(output: Path) -> None:
    listed = mayfly("query", "replica", "--output", output).stdout.splitlines()[1:]
    assert len(listed) >= 10
    for line in listed:
        asked = mayfly("query", "replica", line.partition(",")[0], "--output", output)
        assert asked.returncode == 0, asked.stderr
        assert len(asked.stdout.splitlines()) >= 1
    assert MAYFLY
