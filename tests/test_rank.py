"""The ranking: order, counts, intervals, and what each place rests on."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.graph import graph
from analysis.rank import Carriage, Place, intervals, pageranks, places, rank, shared_places
from tests.small_case import SmallCase


def ranked(case: SmallCase, columns: str) -> list[tuple]:
    graph(case.db)
    rank(case.db)
    return case.rows(f"SELECT {columns} FROM ranking ORDER BY rank")


def test_more_pages_first_then_more_stories_then_the_name():
    case = SmallCase()
    for page, story in [
        ("two.example/1", "s"),
        ("two.example/2", "s"),
        ("zed.example/1", "s"),
        ("zed.example/1", "t"),
        ("c.example/1", "s"),
        ("b.example/1", "t"),
    ]:
        case.mention(page, story)
    assert ranked(case, "rank, site, pages, stories") == [
        (1, "two.example", 2, 1),
        (2, "zed.example", 1, 2),
        (3, "b.example", 1, 1),
        (4, "c.example", 1, 1),
    ]


def test_a_page_is_counted_once_however_many_links_copies_and_twins_it_has():
    case = SmallCase()
    for kind in ("link", "copy", "text_url"):
        case.mention("a.example/1", "s", kind)
    case.mention("a.example/print/1", "s", "copy", page="a.example/1")
    case.mention("a.example/1", "t", "link")
    assert ranked(case, "pages, stories, links, copies") == [(1, 2, 1, 1)]


def test_stances_are_shown_apart_and_add_up_to_the_pages():
    case = SmallCase()
    case.mention("a.example/1", "s", "link", stance="amplifies")
    case.mention("a.example/1", "s", "copy")
    case.mention("a.example/2", "s", "copy")
    case.mention("a.example/3", "s", "copy", stance="disputes")
    assert ranked(case, "pages, pages_amplifies, pages_unclear, pages_confirmed") == [(2, 1, 1, 0)]


def test_what_a_place_rests_on():
    case = SmallCase()
    case.site("a.example", "amplifier", name="The A", until="2017-12-31")
    case.site("a.example", "outlet", since="2018-01-01")
    case.mention("a.example/1", "s", "copy", published_at="2017-03-05")
    case.mention("a.example/1", "s", "link", published_at="2017-03-05")
    case.mention("a.example/2", "s", "attribution", published_at="2017-03-02T23:00:00-05:00")
    case.mention("a.example/3", "s", "copy", published_at="2017-03-03T01:00:00+00:00")
    case.mention("a.example/4", "s", "copy", published_at="2016-01-01", stance="disputes")
    for page in ("a.example/1", "a.example/1", "a.example/9"):
        case.article(page)
    case.article("a.example/tag", page_type="listing")
    gone = case.capture("a.example/gone", outcome="http_error", status=404)
    case.insert("article", capture=gone, page_type="article", text="Not found.")
    for n, state in enumerate(["due", "due", "done", "failed", "refused"]):
        case.insert(
            "frontier",
            urlkey=f"a.example/{n}",
            url=f"https://a.example/{n}",
            site="a.example",
            depth=0,
            priority=0,
            state=state,
            due_at="2020-01-01T00:00:00Z",
        )
    assert ranked(case, "name, role, found_by, first_published_at, articles_captured, frontier_left") == [
        ("The A", "outlet", "link copy attribution", "2017-03-03T01:00:00+00:00", 2, 2)
    ]


def test_each_rule_has_its_ranking():
    case = SmallCase()
    case.mention("a.example/1", "s", "link")
    case.mention("b.example/1", "s", "copy")
    case.mention("b.example/2", "s", "copy")
    case.mention("c.example/1", "s", "retelling")
    rank(case.db)
    assert case.rows("SELECT * FROM ranking_by_rule ORDER BY rule, rank") == [
        ("linked", 1, "a.example", 1, 1),
        ("standard", 1, "b.example", 2, 1),
        ("standard", 2, "a.example", 1, 1),
        ("wide", 1, "b.example", 2, 1),
        ("wide", 2, "a.example", 1, 1),
        ("wide", 3, "c.example", 1, 1),
    ]
    assert rank(case.db, "linked") == [Place(1, "a.example", 1, 1)]
    assert [place.site for place in rank(case.db)] == ["b.example", "a.example"]


def test_a_rule_that_is_none_is_named_with_what_is_close():
    with pytest.raises(ValueError, match="no rule 'standart'; did you mean standard"):
        rank(SmallCase().db, "standart")


def test_a_case_where_nothing_is_carried_has_an_empty_ranking():
    case = SmallCase()
    case.mention("a.example/1", "s", zone="nav")
    assert ranked(case, "*") == []


def test_a_second_run_replaces_the_first():
    case = SmallCase()
    case.mention("a.example/1", "s")
    assert ranked(case, "*") == ranked(case, "*")
    case.db.execute("DELETE FROM mention")
    assert ranked(case, "*") == []
    assert case.rows("SELECT * FROM ranking_by_rule") == []


def carried(counts: dict[str, dict[str, int]]) -> list[Carriage]:
    """Carriages of so many pages of each story by each site."""
    return sorted(
        (
            Carriage(site, f"{site}/{story}/{n}", story)
            for site, of in counts.items()
            for story, pages in of.items()
            for n in range(pages)
        ),
        key=lambda one: (one.site, one.page, one.story),
    )


def test_a_place_won_on_many_stories_is_surer_than_one_won_on_a_single_story():
    stories = [f"s{n:02}" for n in range(20)]
    found = intervals(
        carried(
            {
                "steady.example": dict.fromkeys(stories, 3),
                "lucky.example": {"s00": 40},
                "small.example": dict.fromkeys(stories, 1),
            }
        ),
        stories,
    )
    assert found["steady.example"] == (1, 2)  # overtaken where s00 is drawn twice
    assert found["lucky.example"] == (1, 3)  # not drawn at all in a third of the samples
    assert found["small.example"] == (2, 3)


def test_equal_sites_share_their_range_of_places():
    found = intervals(
        carried({site: {"s": 1, "t": 1} for site in ("a.example", "b.example", "c.example")}), ["s", "t"]
    )
    assert set(found.values()) == {(1, 3)}


def test_with_one_story_the_interval_is_the_rank():
    found = intervals(carried({"a.example": {"s": 2}, "b.example": {"s": 1}}), ["s"])
    assert found == {"a.example": (1, 1), "b.example": (2, 2)}


def test_a_page_counts_once_on_average_whether_it_carries_one_story_or_ten():
    stories = [f"s{n}" for n in range(10)]
    of_all = [Carriage("a.example", f"a.example/{page}", story) for page in range(9) for story in stories]
    of_one_each = carried({"b.example": dict.fromkeys(stories, 1)})
    # nine pages with every story are nine in each sample; ten pages with a story each are ten
    assert intervals([*of_all, *of_one_each], stories) == {"a.example": (2, 2), "b.example": (1, 1)}


def test_an_interval_is_widened_to_hold_the_rank():
    stories = [f"s{n:02}" for n in range(60)]
    steady = {"steady.example": dict.fromkeys(stories, 1)}
    # forty sites are a page behind, each thanks to one story: in every sample some are ahead
    behind = intervals(carried({**steady, **{f"{story}.example": {story: 59} for story in stories[:40]}}), stories)
    assert behind["steady.example"][0] == 1
    assert behind["steady.example"][1] > 10
    # forty sites are a page ahead, each thanks to one story: in every sample some are behind
    ahead = intervals(carried({**steady, **{f"{story}.example": {story: 61} for story in stories[:40]}}), stories)
    assert ahead["steady.example"][0] < 31
    assert ahead["steady.example"][1] == 41


def test_places_are_by_pages_then_by_stories_and_equals_share_them():
    pages = np.array([0.3, 2.0, 0.3, 0.3, 0.1 + 0.2, 0.5])
    best, worst = shared_places(pages, np.array([2, 1, 1, 3, 1, 1]))
    assert best.tolist() == [4, 1, 5, 3, 5, 2]
    assert worst.tolist() == [4, 1, 6, 3, 6, 2]


COUNTS = st.dictionaries(
    st.sampled_from([f"{letter}.example" for letter in "abcdef"]),
    st.dictionaries(st.sampled_from(["s", "t", "u", "v"]), st.integers(1, 4), min_size=1),
    min_size=1,
)


@settings(max_examples=20, deadline=None)
@given(COUNTS)
def test_an_interval_holds_the_rank_and_lies_among_the_places(counts):
    all_carried = carried(counts)
    found = intervals(all_carried, ["s", "t", "u", "v"])
    assert found == intervals(all_carried, ["v", "u", "t", "s"]), "the order of the stories decides nothing"
    for place in places(all_carried):
        low, high = found[place.site]
        assert 1 <= low <= place.rank <= high <= len(counts)


def test_pagerank_is_that_of_the_site_graph_where_kinds_of_one_pair_are_not_added_up():
    case = SmallCase()
    for source, target, kind, weight in [
        ("a.example", "b.example", "reference", 5),
        ("a.example", "b.example", "link", 3),
        ("b.example", "c.example", "copy", 1),
        ("a.example", "c.example", "copy", 2),
    ]:
        case.insert("edge", source=source, target=target, kind=kind, weight=weight, first_seen="", last_seen="")
    wanted = nx.DiGraph()
    wanted.add_weighted_edges_from(
        [("a.example", "b.example", 5), ("b.example", "c.example", 1), ("a.example", "c.example", 2)]
    )
    wanted.add_node("alone.example")
    found = pageranks(case.db, ["alone.example"])
    assert found == pytest.approx(nx.pagerank(wanted))
    assert sum(found.values()) == pytest.approx(1)
