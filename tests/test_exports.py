"""Files for other programs: whole, readable by them, and harmless whatever the web put into them."""

from __future__ import annotations

import csv
import errno
import importlib
import json
import math
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from analysis.clean import CUT, UNFIT, clean, identifier, one_line
from analysis.exports import csv as csv_export
from analysis.exports import gexf, graphml
from analysis.files import UnreadableError, same_elements, snapshot, write
from analysis.graph import graph
from analysis.layout import FEW, layout
from analysis.rank import rank
from analysis.sitegraph import COLOURS, MEANING
from tests.small_case import SmallCase

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("MAYFLY_DATA", ROOT.parent / "shared" / "data"))
NODE_MODULES = Path(os.environ.get("MAYFLY_NODE_MODULES", ROOT / "node_modules"))
BANNER = 'Synthetic data: made for a test <& "quoted">.'
FORMATS = ["gexf", "graphml", "csv"]

HOSTILE = [
    *(f"a{chr(code)}b" for code in (0, 7, 8, 9, 10, 11, 12, 13, 27, 127, 133, 0x9B, 0x2028, 0xFEFF, 0xFFFE, 0xFFFF)),
    "a\u202egpj.exe", "\u2066isolate\u2069", "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "&lt;&#0;&bogus;",
    "]]>", "<!-- --", "%00", "\\u0000", "", " ", "0", "-1", "NaN", "x" * 200_000, "中文 فارسی 🦟", "e\u0301",
]  # fmt: skip


def case(*names: str) -> SmallCase:
    """Amplifiers (one for each name given, and two more) that link to a lookalike and copy a story without one."""
    small = SmallCase()
    small.site("fake.example", "lookalike", impersonates="real.example")
    small.site("iuvm.example", "amplifier", name="IUVM")
    small.story("S1", "fake.example/a")
    small.story("S2")
    for n, name in enumerate(names):
        small.site(f"site{n}.example", "amplifier", name=name)
        capture = small.article(f"site{n}.example/p", title=name)
        small.mention(f"site{n}.example/p", "S1", target="fake.example/a", capture=capture, evidence=name)
    small.mention("iuvm.example/1", "S1", target="fake.example/a")
    small.mention("iuvm.example/1", "S1", "copy", containment=0.9)
    small.mention("iuvm.example/2", "S2", "excerpt")
    small.mention("found.example/1", "S2", "copy")
    capture = small.article("iuvm.example/1")
    for target in ("found.example/1", "elsewhere.example/1"):
        small.reference(capture, target)
    graph(small.db)
    rank(small.db)
    return small


def export(small: SmallCase, folder: Path, name: str, banner: str | None = None) -> Path:
    path = importlib.import_module(f"analysis.exports.{name}").export(small.db, folder, banner)
    assert isinstance(path, Path)
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ── the graph ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_graph_holds_who_carries_whose_stories_and_who_else_they_point_at(tmp_path: Path) -> None:
    read = nx.read_gexf(export(case(), tmp_path, "gexf"))
    assert {(a, b, data["label"], data["weight"]) for a, b, data in read.edges(data=True)} == {
        ("iuvm.example", "fake.example", "link", 1),
        ("iuvm.example", "fake.example", "copy", 1),
        ("iuvm.example", "story:S2", "excerpt", 1),
        ("found.example", "story:S2", "copy", 1),
        ("iuvm.example", "found.example", "reference", 1),
    }  # elsewhere.example carries nothing, and nobody carries a story of it
    roles = {node: data["role"] for node, data in read.nodes(data=True)}
    assert roles == {
        "iuvm.example": "amplifier", "fake.example": "lookalike", "found.example": "unlisted", "story:S2": "story",
    }  # fmt: skip


def test_a_node_says_who_it_is_and_how_much_it_carries(tmp_path: Path) -> None:
    node = nx.read_gexf(export(case(), tmp_path, "gexf")).nodes["iuvm.example"]
    assert node["label"] == "IUVM"
    assert (node["rank"], node["pages"], node["stories"], node["links"], node["copies"]) == (1, 2, 2, 1, 2)
    assert node["viz"]["size"] > 4
    assert all(math.isfinite(node["viz"]["position"][axis]) for axis in "xyz")


def test_a_lookalike_has_no_rank_and_counts_the_pages_that_carry_its_stories(tmp_path: Path) -> None:
    node = nx.read_gexf(export(case(), tmp_path, "gexf")).nodes["fake.example"]
    assert "rank" not in node
    assert (node["pages"], node["referring_pages"]) == (0, 1)  # one page, though it links and copies


def test_a_node_without_a_site_is_labelled_with_the_title_of_its_story(tmp_path: Path) -> None:
    assert nx.read_gexf(export(case(), tmp_path, "gexf")).nodes["story:S2"]["label"] == "The title of S2"


def test_graphml_holds_the_same_graph_as_gexf(tmp_path: Path) -> None:
    small = case("One", "Two")
    one, other = nx.read_gexf(export(small, tmp_path, "gexf")), nx.read_graphml(export(small, tmp_path, "graphml"))
    assert {(a, b, data["label"], data["weight"]) for a, b, data in one.edges(data=True)} == {
        (a, b, data["kind"], data["weight"]) for a, b, data in other.edges(data=True)
    }
    for node, data in one.nodes(data=True):
        place = data.pop("viz")["position"]
        assert {**data, "x": place["x"], "y": place["y"]} == other.nodes[node]


def test_an_empty_case_is_an_empty_graph_and_tables_of_headers(tmp_path: Path) -> None:
    small = SmallCase()
    assert len(nx.read_gexf(export(small, tmp_path, "gexf"))) == 0
    assert len(nx.read_graphml(export(small, tmp_path, "graphml"))) == 0
    assert table(export(small, tmp_path, "csv") / "mention.csv") == []


def test_every_role_of_a_case_has_a_colour_and_a_meaning() -> None:
    schema = (ROOT / "crawler" / "schema.sql").read_text(encoding="utf-8")
    listed = re.search(r"role TEXT NOT NULL CHECK \(role IN \((.*?)\)\)", schema, re.DOTALL)
    assert listed
    assert COLOURS.keys() == MEANING.keys() == {*re.findall(r"'(\w+)'", listed[1]), "unlisted", "story"}


# ── what the web put in ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["gexf", "graphml"])
def test_a_hostile_name_leaves_a_graph_that_strict_readers_accept(tmp_path: Path, name: str) -> None:
    path = export(case(*HOSTILE), tmp_path, name, BANNER)
    tree = etree.parse(path, etree.XMLParser(resolve_entities=False, recover=False))
    assert not UNFIT.search(path.read_text(encoding="utf-8"))
    assert len(tree.findall(".//{*}node")) == len(HOSTILE) + 4
    read = nx.read_gexf(path) if name == "gexf" else nx.read_graphml(path)
    assert max(len(data["label"]) for _, data in read.nodes(data=True)) <= 80


@pytest.mark.parametrize("name", ["gexf", "graphml"])
def test_sites_that_differ_in_an_unfit_character_only_stay_two_nodes(tmp_path: Path, name: str) -> None:
    small = case()
    for site in ("a\x01.example", "a\x02.example", "a\\u0001.example", "a\n.example", "a .example"):
        small.insert("edge", source=site, target="fake.example", kind="link", weight=1, first_seen="", last_seen="")
    path = export(small, tmp_path, name)
    read = nx.read_gexf(path) if name == "gexf" else nx.read_graphml(path)
    assert len(read) == 4 + 5
    assert len(read.in_edges("fake.example")) == 2 + 5


def test_a_number_that_is_none_is_left_out(tmp_path: Path) -> None:
    small = case()
    small.db.execute("UPDATE ranking SET pagerank = 9e999")  # infinite
    for name in ("gexf", "graphml"):
        assert "inf" not in export(small, tmp_path, name).read_text(encoding="utf-8").lower()


@given(st.text())
def test_clean_text_holds_nothing_unfit_and_stays_as_it_is_when_cleaned_again(text: str) -> None:
    assert not UNFIT.search(clean(text))
    assert "\r" not in clean(text)
    assert clean(clean(text)) == clean(text)


@given(st.text(), st.integers(5, 100))
def test_one_line_is_one_bounded_line(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line.splitlines() in ([], [line])


@given(st.lists(st.text(), unique=True))
def test_identifiers_of_different_names_differ(names: list[str]) -> None:
    assert len({identifier(name) for name in names}) == len(names)
    assert not any(UNFIT.search(identifier(name)) for name in names)


# ── other programs ───────────────────────────────────────────────────────────────────────────────────────────────


def test_gexf_is_valid_by_the_published_schema(tmp_path: Path) -> None:
    folder = DATA / "judges" / "gexf-1.3"
    if not folder.exists():
        pytest.skip(f"no GEXF schema under {DATA}; set MAYFLY_DATA")
    schema = etree.RelaxNG(etree.parse(folder / "gexf.rng"))
    for banner in (None, BANNER):
        tree = etree.parse(export(case(*HOSTILE), tmp_path, "gexf", banner))
        assert schema.validate(tree), schema.error_log.last_error


def test_graphology_and_so_gephi_lite_reads_the_graph_with_its_kinds(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (NODE_MODULES / "graphology-gexf").exists():
        pytest.skip("needs node, and `npm install graphology graphology-gexf` (MAYFLY_NODE_MODULES names the folder)")
    script = tmp_path / "read.cjs"
    script.write_text(
        """
        const {MultiDirectedGraph} = require("graphology");
        const gexf = require("graphology-gexf/node");
        const graph = gexf.parse(MultiDirectedGraph, require("fs").readFileSync(process.argv[2], "utf8"));
        console.log(JSON.stringify({
            nodes: Object.fromEntries(graph.mapNodes((node, values) => [node, values])),
            edges: graph.mapEdges((edge, values, a, b) => [a, b, values.kind, values.weight])}));
        """,
        encoding="utf-8",
    )
    path = export(case(*HOSTILE), tmp_path, "gexf", BANNER)
    answer = subprocess.run(
        [node, script, path], env={**os.environ, "NODE_PATH": str(NODE_MODULES)}, capture_output=True, check=True
    )
    read = json.loads(answer.stdout)
    assert ["iuvm.example", "fake.example", "copy", 1] in read["edges"]
    assert len(read["edges"]) == len(HOSTILE) + 5
    found = read["nodes"]["iuvm.example"]
    assert (found["label"], found["role"], found["pages"], found["synthetic"]) == ("IUVM", "amplifier", 2, True)
    assert {"x", "y", "size", "color"} <= found.keys()


# ── spreadsheets ─────────────────────────────────────────────────────────────────────────────────────────────────

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\ttext", "＝1", "＋1", "－1", "＠x", " =1", "  @x", '"=1', "'=1",
    "“=1”", "\u00a0=1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://fake.example";"x")',
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_run_is_made_text(text: str) -> None:
    assert csv_export.defused(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "text", "a=1", "'quoted'", "1-2", "00123", "1E5", "a - b", "https://a.example/?a=b"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert csv_export.cell(text) == text


@pytest.mark.parametrize("value", [0, -5, 10**15, -0.5, None])
def test_numbers_stay_numbers_also_below_zero(value: float | None) -> None:
    assert csv_export.cell(value) == value


@given(st.text())
def test_what_was_defused_can_be_told_and_undone(text: str) -> None:
    written = csv_export.defused(text)
    marked = written.startswith("'") and csv_export.FORMULA.match(written[1:])
    assert (written[1:] if marked else written) == text


@pytest.mark.parametrize("text", ["x" * 40_000, "🦟" * 20_000, "é" * 32_768])
def test_a_cell_holds_no_more_than_a_spreadsheet_can(text: str) -> None:
    written = csv_export.fitting(text)
    assert len(written.encode("utf-16-le")) // 2 <= 32_767
    assert written.endswith(CUT)
    assert text.startswith(written.removesuffix(CUT))


@pytest.mark.parametrize("text", ["x" * 32_767, "🦟" * 16_383])
def test_a_cell_that_just_fits_is_whole(text: str) -> None:
    assert csv_export.fitting(text) == text


def test_every_row_of_every_table_comes_through_whatever_its_text(tmp_path: Path) -> None:
    texts = [*HOSTILE, *FORMULAS]
    small = case(*texts)
    folder = export(small, tmp_path, "csv", BANNER)
    tables = {path.stem for path in folder.glob("*.csv")}
    known = small.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    assert tables == ({name for (name,) in known} | set(csv_export.VIEWS)) - set(csv_export.LEFT_OUT)
    for name in tables:
        assert len(table(folder / f"{name}.csv")) == small.rows(f"SELECT count(*) FROM {name}")[0][0], name
    written = {row["urlkey"]: row["evidence"] for row in table(folder / "mention.csv")}
    for n, text in enumerate(texts):
        assert written[f"site{n}.example/p"] == csv_export.cell(text)


def test_no_cell_of_any_table_begins_a_formula(tmp_path: Path) -> None:
    folder = export(case(*HOSTILE, *FORMULAS), tmp_path, "csv")
    for path in folder.glob("*.csv"):
        for row in table(path):
            for column, value in row.items():
                assert value.startswith("'") or not csv_export.FORMULA.match(value), (path, column)


def test_ranking_stands_beside_the_folder_in_the_order_of_ranks(tmp_path: Path) -> None:
    export(case("One", "Two"), tmp_path, "csv")
    rows = table(tmp_path / "ranking.csv")
    assert [int(row["rank"]) for row in rows] == [1, 2, 3, 4]
    assert (tmp_path / "ranking.csv").read_bytes() == (tmp_path / "csv" / "ranking.csv").read_bytes()


def test_lines_end_as_rfc_4180_says(tmp_path: Path) -> None:
    export(case(), tmp_path, "csv")
    data = (tmp_path / "ranking.csv").read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n") == 3


# ── synthetic cases ──────────────────────────────────────────────────────────────────────────────────────────────


def test_whatever_comes_out_of_a_synthetic_case_says_so(tmp_path: Path) -> None:
    small = case()
    path = export(small, tmp_path, "gexf", BANNER)
    assert BANNER in (etree.parse(path).findtext(".//{*}description") or "")
    assert all(data["synthetic"] for _, data in nx.read_gexf(path).nodes(data=True))
    assert nx.read_graphml(export(small, tmp_path, "graphml", BANNER)).graph["banner"] == BANNER
    folder = export(small, tmp_path, "csv", BANNER)
    assert (folder / "README.txt").read_text(encoding="utf-8").startswith(BANNER)
    assert {row["synthetic"] for row in table(tmp_path / "ranking.csv")} == {"yes"}


def test_a_real_case_is_not_called_synthetic(tmp_path: Path) -> None:
    small = case()
    for name in FORMATS:
        export(small, tmp_path, name)
    assert not [name for name, data in files(tmp_path).items() if b"ynthetic" in data]


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_database_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    once, again = tmp_path / "once", tmp_path / "again"
    for folder in (once, again):
        folder.mkdir()
        export(case("One", "Two", "Three"), folder, name, BANNER)
    assert files(once) == files(again)


def nothing(_: Path) -> None:
    """Check nothing."""


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    def pieces() -> Iterator[str]:
        yield "half"
        raise OSError(errno.ENOSPC, "No space left on device")

    path = write(tmp_path / "graph.gexf", ["old"], nothing)
    with pytest.raises(OSError, match="No space"):
        write(path, pieces(), nothing)
    assert files(tmp_path) == {"graph.gexf": b"old"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_disk_that_fills_up_leaves_the_old_export_as_it_was(tmp_path: Path, name: str) -> None:
    resource = pytest.importorskip("resource", reason="limits on the size of a file are needed")
    export(case(), tmp_path, name)
    before = files(tmp_path)
    small = case(*[f"Name {n}" for n in range(2_000)])
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limit[1]))  # a write beyond fails, as on a full disk
    try:
        with pytest.raises(OSError):  # noqa: PT011 (EFBIG stands for ENOSPC)
            export(small, tmp_path, name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    after = files(tmp_path)
    assert after.keys() == before.keys()
    assert name == "csv" or after == before  # of several files, those before the full disk are new, and whole


@pytest.mark.parametrize(
    "text", ["<gexf><node/>", "<gexf><node/></gexf>", "<gexf><node/><node/><edge/></gexf>", "", "<a>\x00</a>"]
)
def test_a_graph_that_does_not_read_back_is_not_put_in_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableError, match="the old file is kept"):
        write(tmp_path / "g.gexf", [text], lambda draft: same_elements(draft, Counter(node=2)))
    assert files(tmp_path) == {}


def test_a_table_that_does_not_read_back_is_not_put_in_place(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="the old file is kept"):
        write(tmp_path / "t.csv", ['a,b\r\n1,"2\r\n'], lambda draft: csv_export.same_rows(draft, Counter({2: 2})))
    assert files(tmp_path) == {}


def test_an_export_reads_one_moment_of_the_database_and_writes_nothing_to_it(tmp_path: Path) -> None:
    small = case()
    small.db.execute("PRAGMA query_only = ON")
    for name in FORMATS:
        export(small, tmp_path, name)
    with snapshot(small.db), snapshot(small.db):
        assert small.db.in_transaction
    assert not small.db.in_transaction


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_discs_do_not_lie_on_each_other() -> None:
    sizes = [(f"s{n}", 5.0 + n % 7) for n in range(60)]
    places = layout(sizes, [(f"s{n}", f"s{n % 4}", 1 + n % 3) for n in range(4, 60)])
    for n, (x, y) in enumerate(places):
        for m in range(n):
            assert math.hypot(x - places[m][0], y - places[m][1]) > sizes[n][1] + sizes[m][1]


@pytest.mark.parametrize("many", [0, 1, 2, FEW, FEW + 1])
def test_every_node_has_a_place_of_its_own(many: int) -> None:
    places = layout([(f"s{n}", 4.0) for n in range(many)], [])
    assert len(set(places)) == many
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in places)


def test_gexf_and_graphml_name_the_same_node_alike() -> None:
    assert gexf.name('a\x01&<".example') == graphml.name('a\x01&<".example')
