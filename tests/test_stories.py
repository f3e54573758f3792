"""What a story is known by, and which captured page may stand for it."""

from __future__ import annotations

import pytest

from analysis.stories import PARTS, is_headline, stories
from tests.webs import Web, prose


@pytest.mark.parametrize(
    ("title", "headline", "expected"),
    [
        ("The dam will break", "The dam will break", True),
        ("THE DAM WILL BREAK!", "“The dam will break”", True),
        ("The dam will break | The Tribune", "The dam will break", True),
        ("The Tribune – World – The dam will break", "The dam will break", True),
        ("The dam - a warning - The Tribune", "The dam - a warning", True),
        ("السد سينهار | المنبر", "السد سينهار", True),
        ("大坝将倒塌 - 论坛报", "大坝将倒塌", True),
        ("The dam will break soon", "The dam will break", False),
        ("The dam will not break", "The dam will break", False),
        ("Fact check: did they say the dam will break", "The dam will break", False),
        ("The Tribune", "The dam will break", False),
        ("", "", False),
        ("- | -", "|", False),
    ],
)
def test_a_title_is_a_headline_with_or_without_the_name_of_the_site(
    title: str, headline: str, expected: bool
) -> None:
    assert is_headline(title, (headline, "Some other headline")) == expected


def test_a_hostile_title_is_compared_no_further_than_its_first_parts() -> None:
    assert not is_headline("x | " * 50_000 + "The dam will break", ("The dam will break",))
    assert is_headline("x | " * (PARTS - 1) + "The dam will break", ("The dam will break",))


def test_captures_with_the_same_words_give_one_text() -> None:
    web = Web()
    web.story("dam", "The dam", "Le barrage")
    web.address("dam", "lookalike.example/dam")
    web.address("dam", "archive.example/1", kind="archive")
    web.page("lookalike.example/dam", prose("x", 90), at="2017-01-01", title="The dam")
    web.page("lookalike.example/dam", prose("x", 90).upper(), at="2017-01-02", title="The dam")
    web.page("archive.example/1", prose("y", 90), title="Le barrage")
    web.page("lookalike.example", prose("z", 90), title="The dam")  # not an address of the story
    (story,) = stories(web.db)
    assert [text.source for text in story.texts] == ["archive.example/1", "lookalike.example/dam"]
    assert story.headlines == ("The dam", "Le barrage")
    assert story.originals == {"lookalike.example/dam"}
    assert story.addresses == {"lookalike.example/dam", "archive.example/1"}


def test_a_story_may_be_known_by_nothing_but_its_name() -> None:
    web = Web()
    web.story("rumour")
    (story,) = stories(web.db)
    assert (story.headlines, story.addresses, story.texts) == ((), frozenset(), ())
