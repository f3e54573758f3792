"""The page that people look at: complete in itself, harmless, and the same each time."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from analysis.clean import UNFIT
from analysis.graph import graph
from analysis.rank import rank
from analysis.report import LONGEST, report, time
from analysis.report.content import KINDS, OUTCOMES, PAGES, PLACES, REASONS, defanged, href
from analysis.report.picture import DRAWN, picture
from tests.small_case import SmallCase

ROOT = Path(__file__).parent.parent
BANNER = "Synthetic data: made for a test."

ATTACKS = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<ScRiPt>alert(1)</sCrIpT>", "<script/src=//x.example/a.js>",
    "<img src=x onerror=alert(1)>", "<img src=//x.example/p.gif>", "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
    "</title><script>alert(1)</script>", "</style><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
    "</svg><img src=x onerror=alert(1)>", "<![CDATA[<script>alert(1)</script>]]>", "<!--><script>alert(1)</script>-->", "--><script>alert(1)</script>",
    "\"><script>alert(1)</script>", "'><script>alert(1)</script>", "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)", "\" style=\"background:url(//x.example)",
    "` onmouseover=`alert(1)", "\" autofocus onfocus=alert(1) x=\"", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
    "java\nscript:alert(1)", "\x01javascript:alert(1)", " javascript:alert(1)", "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "file:///etc/passwd", "//x.example/a", "\\\\x.example\\share", "https://x.example/\" onclick=\"alert(1)",
    "https://x.example/'onclick='alert(1)", "https://x.example/<script>", "https://good.example@x.example/", "https://x.example/\u202etxt.exe", "https://x.example/\x00",
    "https://x.example/\r\nSet-Cookie: a=b", "{{ 7*7 }}", "{% for a in b %}", "{{ config }}", "${7*7}", "<%= 7*7 %>", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;", "&#x3c;script&#x3e;", "\\u003cscript\\u003e", "\ufeff<script>alert(1)</script>", "+ADw-script+AD4-alert(1)", "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=//x.example/a>", "<embed src=//x.example/a>", "<link rel=stylesheet href=//x.example/a.css>", "<style>@import '//x.example/a.css'</style>",
    "<meta http-equiv=refresh content='0;url=//x.example'>", "<base href=//x.example/>", "<form action=//x.example><input name=a>", "<math><mi xlink:href=javascript:alert(1)>",
    "<details open ontoggle=alert(1)>", "<a href=javascript:alert(1)>x</a>", "<video src=//x.example/a onerror=alert(1)>", "<template><script>alert(1)</script>",
    "a\x1b[31mred\x07", "\x9b31m", "\u2066\u202eevil", "x" * 100_000, "\u0301" * 500,
]  # fmt: skip

TAGS = set(
    re.findall(
        r"\S+",
        "html head meta title style body header h1 h2 p dl div dt dd nav a main section ul li b small table thead tbody tr th td span"
        " figure svg g line circle text figcaption details summary ol code blockquote q i",
    )
)
ATTRIBUTES = set(
    re.findall(
        r"\S+",
        "lang charset http-equiv content name class id role aria-label aria-hidden href rel target dir open title style viewBox viewbox"
        " xmlns x y x1 x2 y1 y2 cx cy r fill stroke-width text-anchor",
    )
)


def hostile() -> SmallCase:
    """Every text of the database is an attack, and every attack stands in every sort of text."""
    small = SmallCase()
    small.db.execute("PRAGMA foreign_keys = OFF")
    small.db.execute("UPDATE crawl SET spider = ?, source = ?, version = ?, reason = ?", ATTACKS[:4])
    for n, text in enumerate(ATTACKS):
        role = ["amplifier", "lookalike", "outlet", "source"][n % 4]
        small.site(f"{text}{n}", role, name=text, impersonates=text)
        small.insert(
            "story",
            story=f"{text}{n}",
            title=text,
            titles="[]",
            claim=text,
            quotes="[]",
            published_at=text,
            impersonates=text,
            extra="{}",
        )
        small.insert(
            "story_url", story=f"{text}{n}", url=text, urlkey=f"{text}{n}", site=f"story {text}", kind="original"
        )
        capture = small.article(
            f"{text}p{n}", at=text, title=text, language=text, published_at=text
        ) if n % 2 else small.capture(f"{text}p{n}", url=text, warc_filename=text, warc_offset=n)  # fmt: skip
        for other, kind in enumerate(["link", "copy", "retelling"]):
            small.mention(
                f"{text}p{n}", f"{ATTACKS[(n + other) % len(ATTACKS)]}{(n + other) % len(ATTACKS)}", kind, url=text, site=f"{text}{n}", page=f"{text}page{n}",
                evidence=text, published_at=text, first_seen=text, capture=capture, zone="body" if n % 5 else "nav",
            )  # fmt: skip
        small.insert(
            "frontier",
            urlkey=f"f{n}",
            url=text,
            site=text,
            depth=0,
            priority=0,
            state="failed",
            due_at=text,
            reason=text,
        )
    graph(small.db)
    rank(small.db)
    return small


def ordinary() -> SmallCase:
    """Two amplifiers, a debunk, a lookalike, a story that nobody carries."""
    small = SmallCase()
    small.site("fake.example", "lookalike", impersonates="real.example")
    small.site("iuvm.example", "amplifier", name="IUVM Press")
    small.story("S1", "fake.example/a", impersonates="real.example")
    small.story("S2")
    capture = small.article("iuvm.example/1", title="A headline", language="en", published_at="2017-03")
    small.db.execute(
        "UPDATE capture SET warc_filename = 'mayfly-1.warc.gz', warc_offset = 4711 WHERE id = ?", [capture]
    )
    small.mention(
        "iuvm.example/1",
        "S1",
        target="fake.example/a",
        capture=capture,
        evidence="It says so here.\nunclear: nothing says",
        stance="amplifies",
        published_at="2017-03",
    )
    small.mention("other.example/1", "S1", "copy", containment=0.834)
    small.mention("debunk.example/1", "S1", stance="disputes")
    small.capture("gone.example/1", outcome="http_error", status=404)
    graph(small.db)
    rank(small.db)
    return small


def html(small: SmallCase, folder: Path, **words: str | None) -> str:
    path = report(small.db, folder / "report.html", **{"title": "A case", "banner": None, **words})  # type: ignore[arg-type]
    return path.read_text(encoding="utf-8")


def words(page: str) -> str:
    """What a reader sees, on one line."""
    return " ".join(LexborHTMLParser(page).body.text(separator=" ").split())  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("attacked")
    return html(hostile(), folder, title=ATTACKS[8], question=ATTACKS[0], banner=ATTACKS[5], period=ATTACKS[4])


# ── harmless ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_text_becomes_an_element_or_an_attribute(attacked: str) -> None:
    nodes = LexborHTMLParser(attacked).css("*")
    assert {node.tag for node in nodes} <= TAGS
    assert {name for node in nodes for name in node.attributes} <= ATTRIBUTES


def test_every_link_is_http_and_tells_the_other_side_nothing(attacked: str) -> None:
    links = [node.attributes for node in LexborHTMLParser(attacked).css("a[href]")]
    outward = [link for link in links if not (link["href"] or "").startswith("#")]
    assert outward
    for link in outward:
        assert re.fullmatch(r"https?://[!-~]+", link["href"] or "")
        assert link["rel"] == "noreferrer noopener nofollow"


def test_styles_are_widths_and_nothing_else(attacked: str) -> None:
    styles = {node.attributes["style"] for node in LexborHTMLParser(attacked).css("[style]")}
    assert styles
    assert all(re.fullmatch(r"width:[\d.]+%", style or "") for style in styles)


def test_nothing_on_the_page_controls_anything_or_runs_the_other_way(attacked: str) -> None:
    assert not UNFIT.search(attacked)


def test_templates_in_text_are_not_run(attacked: str) -> None:
    assert "{{ 7*7 }}" in attacked


def test_the_page_forbids_scripts_and_requests(attacked: str) -> None:
    policy = LexborHTMLParser(attacked).css_first('meta[http-equiv="Content-Security-Policy"]').attributes["content"]
    assert (policy or "").startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert "url(" not in (LexborHTMLParser(attacked).css_first("style").text())
    assert "@import" not in (LexborHTMLParser(attacked).css_first("style").text())


def test_a_text_has_its_bounds(attacked: str) -> None:
    assert max(map(len, re.findall(r"x+", attacked))) <= LONGEST
    assert len(attacked) < 2_000_000


def test_a_browser_runs_nothing_even_without_the_policy(attacked: str, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs chromium")
    path = tmp_path / "page.html"
    page = re.sub(r"<meta http-equiv=[^>]+>", "", attacked)
    spy = "<script>alert = () => { document.documentElement.setAttribute('ran', 1) }</script>"
    path.write_text(page.replace("<head>", f"<head>{spy}"), encoding="utf-8")
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    answer = subprocess.run(
        [chromium, *flags.split(), "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
         f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", path.as_uri()],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    dom = answer.stdout.decode("utf-8", "replace")
    if "</html>" not in dom:
        pytest.skip("chromium does not start here")
    assert "ran=" not in dom[: dom.index("<head>")]
    assert dom.count("<script") == 1


@pytest.mark.parametrize("url", ["http://a.example/", "https://a.example/%D0%B0?b=c#d", "HTTPS://A.example/"])
def test_an_address_of_the_web_may_be_a_link(url: str) -> None:
    assert href(url, "a.example", {"fake.example"}) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://a.example/",
        "//a.example/",
        "https://",
        "https://a.example/ b",
        "https://a.example/é",
        "https://a.example/\n",
        "https://a.example/" + "a" * 2000,
        "",
    ],
)
def test_any_other_address_is_text(url: str) -> None:
    assert href(url, "a.example", set()) is None


def test_addresses_of_stories_and_lookalikes_are_never_links(tmp_path: Path) -> None:
    page = html(ordinary(), tmp_path)
    assert "hxxps://fake[.]example/a" in page
    assert "https://fake.example" not in page
    assert href("https://fake.example/a", "fake.example", {"fake.example"}) is None


@pytest.mark.parametrize(
    "url, expected",
    [
        ("https://fake.example/a.html", "hxxps://fake[.]example/a.html"),
        ("http://www.fake.example", "hxxp://www[.]fake[.]example"),
        ("fake.example/a", "fake[.]example/a"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_a_defanged_address_cannot_be_followed(url: str, expected: str) -> None:
    assert defanged(url) == expected


# ── what it says ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_says_what_was_found(tmp_path: Path) -> None:
    said = words(html(ordinary(), tmp_path, question="Who did it?", period="2016/2018"))
    for expected in (
        "Who did it?", "2016/2018", "IUVM Press iuvm.example", "A headline", "It says so here. unclear: nothing says", "mayfly-1.warc.gz : 4711",
        "copies its text, 83 % of the story", "2 pages on 2 sites", "1 page: disputes the story", "states 2017-03",
        "1 story that no page was found to carry", "the server answered with an error http_error",
    ):  # fmt: skip
        assert expected in said, expected


def test_amplifying_and_unclear_pages_are_shown_apart(tmp_path: Path) -> None:
    assert "Stance of the pages: 1 amplify, 1 unclear; 0 confirmed by a person." in words(html(ordinary(), tmp_path))


def test_a_debunk_is_on_no_list_of_pages_that_carry(tmp_path: Path) -> None:
    carried = LexborHTMLParser(html(ordinary(), tmp_path)).css("ol.pages > li")
    assert len(carried) == 2
    assert not any("debunk.example" in node.text() for node in carried)


def test_the_banner_of_a_synthetic_case_opens_the_page(tmp_path: Path) -> None:
    assert words(html(ordinary(), tmp_path, banner=BANNER)).startswith(BANNER)
    assert "ynthetic" not in html(ordinary(), tmp_path)


def test_a_case_without_anything_has_a_page_that_says_so(tmp_path: Path) -> None:
    said = words(html(SmallCase(), tmp_path))
    assert "No page was found that carries a story." in said
    assert "Nothing to draw" in said


def test_lists_are_bounded_and_say_what_they_leave_out(tmp_path: Path) -> None:
    small = SmallCase()
    small.story("S1")
    for n in range(PAGES + 7):
        small.mention(f"site{n:04}.example/1", "S1", "copy")
    graph(small.db)
    rank(small.db)
    page = html(small, tmp_path)
    assert len(LexborHTMLParser(page).css("ol.pages > li")) == PAGES
    assert len(LexborHTMLParser(page).css("#ranking tbody tr")) == PLACES
    assert "7 more pages in case.db" in words(page)
    assert f"The first {PLACES} of {PAGES + 7}" in words(page)


def test_a_large_graph_is_drawn_in_part(tmp_path: Path) -> None:
    small = SmallCase()
    small.story("S1")
    for n in range(DRAWN + 30):
        small.mention(f"site{n:04}.example/1", "S1", "copy")
    graph(small.db)
    rank(small.db)
    drawn = picture(small.db)
    assert len(drawn.discs) == DRAWN
    assert drawn.left_out == 31  # with the node of the story, which is drawn
    assert "The 31 sites with the fewest pages are not drawn" in words(html(small, tmp_path))


def test_every_reason_kind_and_outcome_of_the_database_has_words() -> None:
    crawler = (ROOT / "crawler" / "schema.sql").read_text(encoding="utf-8")
    analysis = (ROOT / "analysis" / "schema.sql").read_text(encoding="utf-8")
    outcomes = re.search(r"outcome TEXT NOT NULL CHECK \(outcome IN \((.*?)\)\)", crawler, re.DOTALL)
    kinds = re.search(r"kind TEXT NOT NULL CHECK \(kind IN \((.*?)\)\)", analysis, re.DOTALL)
    assert outcomes
    assert kinds
    assert OUTCOMES.keys() == set(re.findall(r"'(\w+)'", outcomes[1]))
    assert KINDS.keys() == set(re.findall(r"'(\w+)'", kinds[1])) - {"redirect"}  # which never counts
    named = set(
        re.findall(
            r"\b((?:zone|stance|page|kind|role|home|feed|listing|second|story|imitated)_\w+)\b",
            "\n".join(re.findall(r"--.*", analysis)),
        )
    )
    assert {name for name in named if name not in ("page_type", "page_domain", "story_url")} <= REASONS.keys()


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_database_gives_the_same_bytes(tmp_path: Path) -> None:
    assert html(ordinary(), tmp_path) == html(ordinary(), tmp_path)


def test_it_writes_nothing_to_the_database_and_leaves_one_file(tmp_path: Path) -> None:
    small = ordinary()
    small.db.execute("PRAGMA query_only = ON")
    html(small, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2018-11-05T06:12:55Z", "2018-11-05 06:12 UTC"),
        ("2018-11-05T06:12:55+03:30", "2018-11-05T06:12:55+03:30"),
        ("2018", "2018"),
        ("–", "–"),
    ],
)
def test_only_times_of_ours_are_written_for_people(text: str, expected: str) -> None:
    assert time(text) == expected
