"""The graph of sites: which edges there are, how heavy, from when to when."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.graph import graph
from tests.small_case import SmallCase


def edges(case: SmallCase, *kinds: str) -> list[tuple]:
    graph(case.db)
    rows = case.rows("SELECT source, target, kind, weight FROM edge ORDER BY source, target, kind")
    return [row for row in rows if not kinds or row[2] in kinds]


def test_an_edge_weighs_the_distinct_pages_that_link():
    case = SmallCase()
    for page in ("a.example/1", "a.example/2"):
        capture = case.article(page)
        case.reference(capture, "b.example/x")
        case.reference(capture, "b.example/y")
    assert edges(case) == [("a.example", "b.example", "reference", 2)]


def test_only_the_body_links():
    case = SmallCase()
    capture = case.article("a.example/1")
    for zone in ("nav", "footer", "aside", "comments", "head"):
        case.reference(capture, "b.example/x", zone)
    assert edges(case) == []


def test_a_site_has_no_edge_to_itself():
    case = SmallCase()
    case.reference(case.article("a.example/1"), "a.example/2")
    case.mention("c.example/1", "s", target="c.example/s")
    case.story("s", "c.example/s")
    assert edges(case) == []


def test_the_latest_capture_decides_whether_an_edge_stands_and_all_decide_since_when():
    case = SmallCase()
    first = case.article("a.example/1", "2017-01-01T00:00:00Z")
    case.reference(first, "kept.example/")
    case.reference(first, "dropped.example/")
    case.reference(case.article("a.example/1", "2018-01-01T00:00:00Z"), "kept.example/")
    case.capture("a.example/1", "2019-01-01T00:00:00Z", "http_error", status=404)
    graph(case.db)
    assert case.rows("SELECT source, target, weight, first_seen, last_seen FROM edge") == [
        ("a.example", "kept.example", 1, "2017-01-01T00:00:00Z", "2018-01-01T00:00:00Z")
    ]


@pytest.mark.parametrize(
    "outcome, links",
    [
        ("ok", True),
        ("too_large", True),
        ("bad_encoding", True),  # what was read of a page counts
        ("http_error", False),
        ("challenged", False),
        ("blocked", False),
    ],
)
def test_a_page_links_where_it_could_be_read(outcome, links):
    case = SmallCase()
    case.reference(case.capture("a.example/1", outcome=outcome), "b.example/x")
    assert bool(edges(case)) is links


def lookalikes(case: SmallCase) -> None:
    case.story("s", "zfake.example/s", "fake.example/s", "community.example/s", "archive.example/fake.example/s")
    case.story("nowhere", "community.example/n")
    case.site("fake.example", "lookalike")
    case.site("zfake.example", "lookalike")
    case.site("community.example", "source")


def test_a_mention_points_at_the_lookalike_that_it_links():
    case = SmallCase()
    lookalikes(case)
    case.mention("a.example/1", "s", "link", target="zfake.example/s")
    case.mention("a.example/2", "s", "link", target="community.example/s")
    assert edges(case) == [("a.example", "community.example", "link", 1), ("a.example", "zfake.example", "link", 1)]


def test_a_mention_that_links_none_points_at_the_storys_first_lookalike_by_name():
    case = SmallCase()
    lookalikes(case)
    case.mention("a.example/1", "s", "copy")
    case.mention("a.example/1", "s", "archive_link", target="archive.example/fake.example/s")
    assert edges(case) == [("a.example", "fake.example", "archive_link", 1), ("a.example", "fake.example", "copy", 1)]


def test_a_story_that_stood_on_no_known_lookalike_stands_for_itself():
    case = SmallCase()
    lookalikes(case)
    case.mention("a.example/1", "nowhere", "copy")
    case.mention("a.example/1", "unheard of", "excerpt")
    assert edges(case) == [("a.example", "story:nowhere", "copy", 1), ("a.example", "story:unheard of", "excerpt", 1)]


def test_twins_weigh_as_one_page_and_what_does_not_count_as_none():
    case = SmallCase()
    lookalikes(case)
    case.mention("a.example/1", "s", "copy")
    case.mention("a.example/amp/1", "s", "copy", page="a.example/1")
    case.mention("a.example/2", "s", "copy", stance="disputes")
    case.mention("b.example/2", "s", "copy", zone="aside")
    assert edges(case) == [("a.example", "fake.example", "copy", 1)]


def test_an_edge_of_mentions_lasts_from_its_first_sight_to_its_last():
    case = SmallCase()
    lookalikes(case)
    late = case.article("a.example/1", "2019-01-01T00:00:00Z")
    case.mention("a.example/1", "s", "copy", first_seen="2018-01-01T00:00:00Z", capture=late)
    case.mention("a.example/2", "s", "copy", first_seen="2017-01-01T00:00:00Z", capture=0)
    graph(case.db)
    assert case.rows("SELECT first_seen, last_seen FROM edge") == [("2017-01-01T00:00:00Z", "2019-01-01T00:00:00Z")]


def test_the_view_page_domain_names_page_and_domain():
    case = SmallCase()
    lookalikes(case)
    case.mention("a.example/1", "s", "copy")
    assert case.rows("SELECT urlkey, url, site, story, target, kind FROM page_domain") == [
        ("a.example/1", "https://a.example/1", "a.example", "s", "fake.example", "copy")
    ]


CAPTURES = st.lists(
    st.tuples(
        st.sampled_from(["a.example/1", "a.example/2", "b.example/1"]),
        st.sampled_from(["2017-01-01T00:00:00Z", "2018-01-01T00:00:00Z"]),
        st.sets(st.sampled_from(["a.example/x", "b.example/x", "c.example/x"])),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(CAPTURES)
def test_the_order_of_capture_changes_nothing_and_a_second_run_neither(captures):
    def made(order):
        case = SmallCase()
        for page, at, links in order:
            capture = case.article(page, at)
            for link in sorted(links):
                case.reference(capture, link)
        graph(case.db)
        graph(case.db)
        return case.rows("SELECT * FROM edge ORDER BY source, target, kind")

    assert made(captures) == made(captures[::-1])
