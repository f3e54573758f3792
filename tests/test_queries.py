"""The questions: each finds what it asks for in a made-up case, and each explains itself."""

from __future__ import annotations

import re

import pytest

from analysis.graph import graph
from analysis.query import ask, questions, read
from analysis.rank import rank
from tests.small_case import SmallCase

EARLY, LATE = "2018-01-01T00:00:00Z", "2019-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def case() -> SmallCase:
    """Two stories, of which one is carried by all sorts of pages; most of what a question asks for stands in it."""
    case = SmallCase()
    case.story("flood", "fake.example/flood", impersonates="paper.example")
    case.story("fire", "fake.example/fire", impersonates="times.example")
    case.story("unread", "fake.example/unread")
    for site, role in [
        ("fake.example", "lookalike"),
        ("paper.example", "outlet"),
        ("times.example", "outlet"),
        ("check.example", "factchecker"),
        ("herald.example", "amplifier"),
        ("echo.example", "amplifier"),
        ("feed.example", "platform"),
    ]:
        case.site(site, role, name=site.removesuffix(".example").title())

    # the fake stood, then sent its visitors to the outlet, then was gone
    case.article(
        "fake.example/flood",
        "2017-05-01T00:00:00Z",
        canonical_url="https://paper.example/real",
        canonical_urlkey="paper.example/real",
    )
    case.capture(
        "fake.example/flood",
        EARLY,
        "redirect",
        status=302,
        redirect_url="https://paper.example/",
        redirect_urlkey="paper.example",
    )
    case.capture("fake.example/flood", LATE, "dns_error")
    case.capture(
        "fake.example/fire",
        LATE,
        "redirect",
        status=302,
        redirect_url="https://elsewhere.example/x",
        redirect_urlkey="elsewhere.example/x",
    )

    def carried(
        urlkey: str,
        story: str,
        kind: str,
        day: str | None = None,
        language: str = "en",
        ip: str = "192.0.2.1",
        **values: object,
    ) -> int:
        dates = {"published_at": day, "published_from": f"{day}T00:00:00Z", "published_to": f"{day}T23:59:59Z"}
        capture = case.capture(urlkey, EARLY, ip=ip)
        case.insert(
            "article",
            capture=capture,
            page_type="article",
            text="Words.",
            language=language,
            title=f"On {urlkey}",
            **(dates if day else {}),
        )
        case.mention(urlkey, story, kind, capture=capture, published_at=day, **values)
        return capture

    linking = carried("herald.example/1", "flood", "link", "2017-05-02", target="fake.example/flood", certainty=0.9)
    case.reference(linking, "fake.example/flood")
    case.reference(linking, "fake.example/flood", wrapper="archive.org")
    case.mention(
        "herald.example/1",
        "flood",
        "archive_link",
        capture=linking,
        target="fake.example/flood",
        published_at="2017-05-02",
    )
    carried("herald.example/2", "fire", "attribution", "2017-05-09", stance="amplifies")
    copying = carried("echo.example/1", "flood", "copy", "2017-05-04", "fa", containment=0.93)
    undated = carried("echo.example/2", "fire", "copy", language="fa", containment=0.8)
    case.mention("echo.example/2", "fire", "attribution", capture=undated)
    carried("late.example/1", "flood", "excerpt", "2017-05-04", ip="192.0.2.9", containment=0.2)
    carried("times.example/1", "flood", "attribution", "2017-05-05", ip="192.0.2.9")
    carried("paper.example/1", "flood", "attribution", "2017-05-06", ip="192.0.2.9", stance="corrects")
    carried(
        "check.example/1",
        "flood",
        "link",
        "2017-05-07",
        ip="192.0.2.9",
        stance="disputes",
        target="fake.example/flood",
        evidence="This is a fake.",
    )
    carried("herald.example/3", "flood", "attribution", "2017-05-08", stance="corrects")
    case.mention("herald.example/4", "flood", "link", zone="nav", target="fake.example/flood")
    case.mention("feed.example/4", "flood", "link", zone="nav", target="fake.example/flood")
    case.capture("echo.example/1", LATE, "http_error", status=404)
    case.capture("herald.example/9", LATE, "timeout")
    for n, state in enumerate(["due", "due", "refused"]):
        case.insert(
            "frontier",
            urlkey=f"echo.example/f{n}",
            url="",
            site="echo.example",
            depth=0,
            priority=0,
            state=state,
            due_at=EARLY,
        )

    for urlkey, capture in [("herald.example/1", linking), ("echo.example/1", copying)]:
        case.insert(
            "cluster",
            cluster="herald.example/1",
            urlkey=urlkey,
            capture=capture,
            site=urlkey.split("/")[0],
            similarity=1.0 if capture == linking else 0.8,
        )
        case.insert("indicator", capture=capture, site=urlkey.split("/")[0], detector="analytics", value="UA-1")
    for urlkey in ("fake.example/x", "paper.example/x"):
        case.insert(
            "indicator",
            capture=case.capture(urlkey, EARLY),
            site=urlkey.split("/")[0],
            detector="analytics",
            value="UA-2",
        )
    graph(case.db)
    rank(case.db)
    return case


# question: the rows it gives, each as the columns named
ANSWERS: dict[str, tuple[str, list[tuple]]] = {
    "most-referencing-sites": (
        "rank site pages stories found_by frontier_left",
        [
            (1, "echo.example", 2, 2, "copy attribution", 2),
            (2, "herald.example", 2, 2, "link archive_link attribution", 0),
            (3, "late.example", 1, 1, "excerpt", 0),
            (4, "times.example", 1, 1, "attribution", 0),
        ],
    ),
    "reach-by-rule": ("rule pages sites", [("linked", 1, 1), ("standard", 6, 4), ("wide", 6, 4)]),
    "ranks-by-rule": (
        "site linked standard wide best worst",
        [
            ("echo.example", None, 1, 1, 1, 1),
            ("herald.example", 1, 2, 2, 1, 2),
            ("late.example", None, 3, 3, 3, 3),
            ("times.example", None, 4, 4, 4, 4),
        ],
    ),
    "pages-that-carry": (
        "page story kind",
        [
            ("echo.example/1", "flood", "copy"),
            ("echo.example/2", "fire", "attribution"),
            ("echo.example/2", "fire", "copy"),
            ("herald.example/1", "flood", "archive_link"),
            ("herald.example/1", "flood", "link"),
            ("herald.example/2", "fire", "attribution"),
            ("late.example/1", "flood", "excerpt"),
            ("times.example/1", "flood", "attribution"),
        ],
    ),
    "domains-per-story": (
        "story site pages kinds",
        [
            ("fire", "echo.example", 1, "attribution,copy"),
            ("fire", "herald.example", 1, "attribution"),
            ("flood", "echo.example", 1, "copy"),
            ("flood", "herald.example", 1, "archive_link,link"),
            ("flood", "late.example", 1, "excerpt"),
            ("flood", "times.example", 1, "attribution"),
        ],
    ),
    "stories-by-reach": (
        "story pages sites languages pages_disputing",
        [("flood", 4, 4, 2, 3), ("fire", 2, 2, 2, 0), ("unread", 0, 0, 0, 0)],
    ),
    "once-or-repeatedly": (
        "stories_carried sites pages which",
        [(2, 2, 4, "echo.example herald.example"), (1, 2, 2, "late.example times.example")],
    ),
    "sites-that-share-stories": ("site_a site_b shared", [("echo.example", "herald.example", 2)]),
    "who-references-whom": ("source target target_role pages", [("herald.example", "fake.example", "lookalike", 1)]),
    "who-carried-first": (
        "story place site before_next",
        [
            ("fire", 1, "herald.example", 0),
            ("flood", 1, "herald.example", 1),
            ("flood", 2, "echo.example", 0),
            ("flood", 3, "late.example", 1),
            ("flood", 4, "times.example", 0),
        ],
    ),
    "carried-by-month": ("month pages sites stories", [(None, 1, 1, 1), ("2017-05", 5, 4, 2)]),
    "languages": ("language pages sites stories", [("en", 4, 3, 2), ("fa", 2, 1, 2)]),
    "copies-without-credit": (
        "url kind",
        [("https://echo.example/1", "copy"), ("https://late.example/1", "excerpt")],
    ),
    "debunks": (
        "site stance evidence",
        [
            ("check.example", "disputes", "This is a fake."),
            ("herald.example", "corrects", ""),
            ("paper.example", "corrects", ""),
        ],
    ),
    "carried-and-disputed": ("story site pages_disputing pages_counted", [("flood", "herald.example", 1, 1)]),
    "mainstream-pickup": ("site story counted", [("times.example", "flood", 1)]),
    "left-out": (
        "rule mentions decisive",
        [
            ("stance_corrects", 2, 1),
            ("zone_nav", 2, 1),
            ("imitated_outlet", 1, 0),
            ("role_platform", 1, 0),
            ("stance_disputes", 1, 1),
        ],
    ),
    "to-read-first": (
        "url rank certainty",
        [
            ("https://echo.example/1", 1, 1.0),
            ("https://echo.example/2", 1, 1.0),
            ("https://herald.example/1", 2, 1.0),
            ("https://late.example/1", 3, 1.0),
            ("https://times.example/1", 4, 1.0),
        ],
    ),
    "coverage": (
        "site rank captured asked due refused",
        [
            ("echo.example", 1, 2, 2, 2, 1),
            ("herald.example", 2, 3, 4, 0, 0),
            ("late.example", 3, 1, 1, 0, 0),
            ("times.example", 4, 1, 1, 0, 0),
            ("check.example", None, 1, 1, 0, 0),
            ("fake.example", None, 2, 3, 0, 0),
            ("feed.example", None, 0, 0, 0, 0),
            ("paper.example", None, 2, 2, 0, 0),
        ],
    ),
    "failures": (
        "site outcome status urls",
        [
            ("echo.example", "http_error", 404, 1),
            ("fake.example", "dns_error", None, 1),
            ("herald.example", "timeout", None, 1),
        ],
    ),
    "carrying-pages-gone": ("url story outcome status", [("https://echo.example/1", "flood", "http_error", 404)]),
    "redirects-of-story-addresses": (
        "story outcome to_imitated",
        [("fire", "redirect", 0), ("flood", "ok", None), ("flood", "redirect", 1), ("flood", "dns_error", None)],
    ),
    "links-to-dead-addresses": (
        "site kind address outcome",
        [
            ("herald.example", "archive_link", "fake.example/flood", "dns_error"),
            ("herald.example", "link", "fake.example/flood", "dns_error"),
        ],
    ),
    "behind-wrappers": ("kind wrapper pages", [("archive_link", "archive.org", 1)]),
    "clusters": (
        "cluster title sites pages least_similarity mentions",
        [("herald.example/1", "On herald.example/1", 2, 2, 0.8, 2)],
    ),
    "shared-indicators": (
        "value sites ranked_sites on_outlet which",
        [("UA-1", 2, 2, 0, "echo.example herald.example"), ("UA-2", 2, 0, 1, "fake.example paper.example")],
    ),
    "shared-addresses": (
        "ip site_a site_b sites_there overlap",
        [("192.0.2.1", "echo.example", "herald.example", 2, 1), ("192.0.2.9", "late.example", "times.example", 4, 1)],
    ),
    "off-site-canonicals": ("site canonical_url to_outlet", [("fake.example", "https://paper.example/real", 1)]),
}


@pytest.mark.parametrize("name", [question.name for question in questions()])
def test_the_answer(case, name):
    columns, rows = ask(case.db, name)
    wanted, answer = ANSWERS[name]
    picked = [columns.index(column) for column in wanted.split()]
    assert [tuple(row[n] for n in picked) for row in rows] == answer


def test_there_is_a_file_for_each_answer():
    assert {question.name for question in questions()} == set(ANSWERS)


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_a_file_is_a_question_and_one_select_in_a_fixed_order(question):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", question.name)
    assert question.question.endswith("?")
    assert re.match(r"SELECT|WITH", question.sql)
    assert question.sql.count(";") == 1
    assert "ORDER BY" in question.sql.rsplit("FROM", 1)[1]


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_a_case_where_nothing_was_found_yet_has_an_answer_too(question):
    columns, rows = ask(SmallCase().db, question.name)
    assert columns
    assert list(rows) == []


def test_a_question_that_is_none_is_named_with_what_is_close():
    with pytest.raises(ValueError, match="no question 'languges'; did you mean languages"):
        ask(SmallCase().db, "languges")
    with pytest.raises(ValueError, match=r"there are behind-wrappers, .*who-references-whom"):
        ask(SmallCase().db, "zzz")


def test_a_file_without_a_question_is_refused():
    with pytest.raises(ValueError, match=r"analysis/queries/mute\.sql:1: no question"):
        read("mute", "SELECT 1;")


@pytest.mark.parametrize(
    "canonical, off_site",
    [
        ("a.example/2", False),
        ("m.a.example/1", False),
        ("b.example/1", True),
        ("nota.example/1", True),
        ("a.example.b.example/1", True),
    ],
)
def test_an_address_is_off_site_where_its_host_is_not_the_sites(canonical, off_site):
    case = SmallCase()
    case.article("a.example/1", canonical_url=f"https://{canonical}", canonical_urlkey=canonical)
    assert bool(list(ask(case.db, "off-site-canonicals")[1])) is off_site


def test_a_shared_address_overlaps_only_where_both_were_there_on_a_day():
    case = SmallCase()
    for urlkey, at in [("a.example/1", EARLY), ("b.example/1", EARLY), ("c.example/1", LATE)]:
        case.capture(urlkey, at, ip="192.0.2.1")
        case.mention(urlkey, "s")
    rank(case.db)
    columns, rows = ask(case.db, "shared-addresses")
    overlap = {
        (row[columns.index("site_a")], row[columns.index("site_b")]): row[columns.index("overlap")] for row in rows
    }
    assert overlap == {("a.example", "b.example"): 1, ("a.example", "c.example"): 0, ("b.example", "c.example"): 0}
