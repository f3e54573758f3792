"""Shared passages are found exactly: compared with a search by brute force, and with the index as it is used."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.passages import EXCERPT_WORDS, Automaton, Index, KnownText, Text, passing
from analysis.shingles import shingle_hashes, words
from tests.webs import prose

few = st.lists(st.sampled_from("abc"), max_size=30)
lines = st.lists(
    st.sampled_from(["dam", "Dam", "flood", "水", "坝", "เขื่อน", "12", "é", "—", "\n", "\u0301"]), max_size=60
)


def longest_by_brute_force(known: Sequence[str], page: Sequence[str]) -> tuple[int, int, int]:
    for size in range(min(len(known), len(page)), 0, -1):
        for start in range(len(page) - size + 1):
            for place in range(len(known) - size + 1):
                if page[start : start + size] == known[place : place + size]:
                    return start, place, size
    return 0, 0, 0


@given(few, few)
def test_the_longest_passage_is_the_one_that_brute_force_finds(known: list[str], page: list[str]) -> None:
    assert Automaton(known).longest(page, range(len(page) + 1)) == longest_by_brute_force(known, page)


def test_an_endless_repetition_costs_no_more_than_any_text() -> None:
    known = KnownText("no " * 20_000)
    found = known.compare(Text("no " * 20_000 + "yes"))
    assert found.passage.length == 20_000 / EXCERPT_WORDS


@given(st.lists(lines.map(" ".join), max_size=5))
@settings(max_examples=50, deadline=None)
def test_texts_hashed_together_have_the_hashes_of_each(texts: list[str]) -> None:
    page, hashes = passing(texts, np.ones(1, np.bool_))  # a filter that drops nothing
    for number, text in enumerate(texts):
        assert hashes[page == number].tolist() == shingle_hashes(text).tolist()


@given(st.integers(0, 200), st.integers(0, 60), st.integers(0, 80))
@settings(max_examples=100, deadline=None)
def test_no_excerpt_escapes_the_index(start: int, size: int, before: int) -> None:
    text = prose("known", 250)
    known = KnownText(text)
    page = f"{prose('before', before)} {' '.join(text.split()[start : start + size])} {prose('after', 30)}"
    ((candidates),) = Index([KnownText(prose("other", 90)), known]).candidates([page])
    length = known.compare(Text(page)).passage.length
    assert length == min(size, 250 - start) / EXCERPT_WORDS
    assert length < 1 or candidates == [1]


def test_no_excerpt_escapes_the_index_where_words_and_letters_mix() -> None:
    text = "".join(f"坝{chr(0x4E00 + n)} IUVM{n} " if n % 3 == 0 else chr(0x5E00 + n) for n in range(150))
    index, known = Index([KnownText(text)]), KnownText(text)
    places = words(text)[1]
    for start in range(60):
        for end in range(start + EXCERPT_WORDS, start + 55):
            page = text[places[start, 0] : places[end, 1]]
            if known.compare(Text(page)).passage.length >= 1:
                assert list(index.candidates([page])) == [[0]]


def test_a_repetition_is_an_excerpt_though_it_has_a_single_shingle() -> None:
    known = KnownText(prose("x", 50) + " no" * 30)
    assert list(Index([known]).candidates(["no " * 25])) == [[0]]
    assert known.compare(Text("no " * 25)).passage.length == 1


def test_an_index_of_nothing_finds_nothing() -> None:
    assert list(Index([]).candidates(["a b c d e f", ""])) == [[], []]
    assert list(Index([KnownText("too short")]).candidates(["too short"])) == [[]]
    assert list(Index([KnownText(prose("x", 50))]).candidates([])) == []


@pytest.mark.parametrize(
    ("text", "headline", "left"),
    [
        ("Dam to break\nIt will break.", "Dam to break", "it will break"),
        ("DAM  TO BREAK!\nIt will break.", "“Dam to break”", "it will break"),
        ("By Nobody\nDam to break\nIt will.", "Dam to break", "by nobody it will"),
        ("By Nobody\nIt will.\nDam to break", "Dam to break", "by nobody it will"),
        ("The dam to break is ours.", "Dam to break", "the dam to break is ours"),  # a phrase of the body
        ("Dam to break is what they say.", "Dam to break", "dam to break is what they say"),
        ("A dam that is to break soon is what they say.", "A dam that is to break soon", "is what they say"),
        ("It will break.", "", "it will break"),
        ("It will break.", "—", "it will break"),
        ("Dam to break", "Dam to break", ""),
    ],
)
def test_a_headline_is_left_out_of_the_text(text: str, headline: str, left: str) -> None:
    known = KnownText(text, [headline])
    assert " ".join(" ".join(known.words[a:b]) for a, b in known.pieces) == left


def test_places_are_those_of_the_original_characters() -> None:
    known, page = "Then: “ﬁrst Straße”, déjà vu. End", "y — FIRST STRASSE DÉJÀ VU! z"
    found = KnownText(known).compare(Text(page)).passage
    assert page[found.start : found.end] == "FIRST STRASSE DÉJÀ VU"
    assert known[found.known_start : found.known_end] == "ﬁrst Straße”, déjà vu"
