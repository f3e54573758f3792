"""Print, AMP, mobile and paginated twins are one page; what only looks like a twin is not."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.trace import trace
from tests.webs import Web, prose

FAKE = "lookalike.example/dam"
TEXT = prose("an article", 120)
MAIN = "speaker.example/dam"
TITLE = "The dam will break within a year"


def counted(*pages: dict[str, Any], story: str = "dam") -> dict[str, str]:
    """What each of the pages is counted under. Each links to the story unless it says `link=False`."""
    web = Web()
    for name in {story, *(page.get("story", story) for page in pages)}:
        web.story(name, "")
        web.address(name, FAKE if name == story else f"lookalike.example/{name}")
    for page in pages:
        page = {"text": TEXT, **page}
        of = page.pop("story", story)
        link = page.pop("link", True)
        capture = web.page(**page)
        if link:
            web.points(capture, FAKE if of == story else f"lookalike.example/{of}")
    trace(web.db)
    return dict(web.mentions("urlkey", "page"))


def test_declared_twins_are_counted_under_the_page_that_they_declare() -> None:
    other = TEXT.rsplit(" ", 3)[0] + " photo by nobody"
    assert counted(
        {"urlkey": MAIN, "canonical": MAIN},
        {"urlkey": MAIN + "/amp", "canonical": MAIN, "text": other},
        {"urlkey": "m." + MAIN, "canonical": MAIN, "text": other},
        {"urlkey": MAIN + "?print=1", "canonical": MAIN, "text": TEXT + " printed today"},
    ) == {MAIN: MAIN, MAIN + "/amp": MAIN, "m." + MAIN: MAIN, MAIN + "?print=1": MAIN}


def test_the_declared_page_stands_for_its_twin_though_it_mentions_nothing_itself() -> None:
    assert counted(
        {"urlkey": MAIN + "-a-longer-address", "link": False},
        {"urlkey": MAIN, "canonical": MAIN + "-a-longer-address"},
    ) == {MAIN: MAIN + "-a-longer-address"}


def test_where_the_declared_page_was_not_captured_the_shortest_address_stands() -> None:
    other = TEXT + " print"
    assert counted(
        {"urlkey": MAIN + "/print", "canonical": "speaker.example/uncaptured", "text": other},
        {"urlkey": MAIN + "/amp", "canonical": "speaker.example/uncaptured"},
    ) == {MAIN + "/amp": MAIN + "/amp", MAIN + "/print": MAIN + "/amp"}


def test_pages_of_one_site_with_the_same_words_are_one() -> None:
    assert counted({"urlkey": MAIN}, {"urlkey": "speaker.example/world/dam", "text": TEXT.upper()}) == {
        MAIN: MAIN,
        "speaker.example/world/dam": MAIN,
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # another site: a canonical across sites is a sign of impersonation
        ({}, {"urlkey": "copy.example/dam", "canonical": MAIN}),
        ({}, {"urlkey": "copy.example/dam"}),
        # one site, another text: a careless template, a language version
        ({}, {"urlkey": "speaker.example/other", "canonical": MAIN, "text": prose("other", 120)}),
        ({}, {"urlkey": "speaker.example/fr/barrage", "text": prose("in French", 120)}),
        ({}, {"urlkey": "speaker.example/same", "text": TEXT.rsplit(" ", 1)[0] + " otherwise"}),
        # a front page or a list is the main address of no article
        ({"page_type": "home"}, {"urlkey": "speaker.example/x", "canonical": MAIN}),
        ({"page_type": "feed"}, {"urlkey": "speaker.example/x", "canonical": MAIN}),
        ({"page_type": "listing"}, {"urlkey": "speaker.example/x", "canonical": MAIN}),
        # short texts are equal by chance
        ({"text": "photo of the day"}, {"urlkey": "speaker.example/x", "text": "photo of the day"}),
        ({"text": ""}, {"urlkey": "speaker.example/x", "text": ""}),
        # equal, yet of different stories
        ({}, {"urlkey": "speaker.example/x", "story": "flood"}),
        # the same title, or an address that only begins alike, is no second part
        ({"title": TITLE}, {"urlkey": MAIN + "-2", "canonical": MAIN, "title": TITLE, "text": prose("2", 120)}),
        (
            {"title": TITLE},
            {"urlkey": MAIN + "?id=48213", "canonical": MAIN, "title": TITLE, "text": prose("2", 120)},
        ),
        ({"title": TITLE}, {"urlkey": MAIN + "/2", "canonical": MAIN, "title": "Grain", "text": prose("2", 120)}),
        (
            {"title": TITLE},
            {"urlkey": MAIN + "/2", "canonical": MAIN, "title": TITLE + " soon", "text": prose("2", 120)},
        ),
        ({"title": TITLE}, {"urlkey": MAIN + "/2/3", "canonical": MAIN, "title": TITLE, "text": prose("2", 120)}),
        ({"title": "Daily"}, {"urlkey": MAIN + "/2", "canonical": MAIN, "title": "Daily", "text": prose("2", 120)}),
    ],
)
def test_what_looks_like_a_twin_stays_a_page_of_its_own(first: dict[str, Any], second: dict[str, Any]) -> None:
    found = counted({"urlkey": MAIN, **first}, second)
    assert found == {MAIN: MAIN, second["urlkey"]: second["urlkey"]}


@pytest.mark.parametrize(
    ("main", "part"),
    [
        (MAIN, MAIN + "/2"),
        (MAIN, MAIN + "/page/2"),
        (MAIN, MAIN + "?page=2"),
        (MAIN + "?id=7", MAIN + "?id=7&page=2"),
        (MAIN + "?view=article", MAIN + "?start=20&view=article"),
        (MAIN + "?print=1", MAIN + "?page=2&print=1"),
    ],
)
@pytest.mark.parametrize("title", [TITLE, f"{TITLE} (2/3)", f"{TITLE} – page ۲", f"{TITLE} | The Daily Speaker"])
def test_the_parts_of_a_paginated_article_are_one_page(main: str, part: str, title: str) -> None:
    assert counted(
        {"urlkey": main, "title": TITLE},
        {"urlkey": part, "canonical": main, "title": title, "text": prose("part two", 100)},
    ) == {main: main, part: main}


def test_a_part_of_a_whole_page_is_its_twin() -> None:
    whole = TEXT + " " + prose("part two", 120)
    assert counted({"urlkey": MAIN, "text": whole}, {"urlkey": MAIN + "/p2", "canonical": MAIN}) == {
        MAIN: MAIN,
        MAIN + "/p2": MAIN,
    }


def test_one_canonical_declared_by_every_page_of_a_site_joins_none_of_them() -> None:
    pages = [
        {"urlkey": f"speaker.example/{n}", "canonical": "speaker.example", "text": prose(str(n), 100)}
        for n in range(5)
    ]
    for front in ([], [{"urlkey": "speaker.example", "page_type": "article", "text": prose("front", 90)}]):
        assert all(urlkey == page for urlkey, page in counted(*pages, *front).items())


def test_twins_of_twins_and_canonicals_in_a_circle_are_one_page() -> None:
    a, b, c = "speaker.example/a", "speaker.example/bb", "speaker.example/ccc"
    assert counted(
        {"urlkey": a, "canonical": b, "text": TEXT + " one"},
        {"urlkey": b, "canonical": c},
        {"urlkey": c, "canonical": a, "text": TEXT + " two"},
    ) == {a: a, b: a, c: a}
