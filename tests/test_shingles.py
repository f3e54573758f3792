"""Words and shingles: any script, any spelling, the same hashes everywhere, places in the original text."""

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.shingles import INVISIBLE, LONGEST, fold, shingle_hashes, shingle_spans, tables, tokens, weight, words

SCRIPTS = "ab éßﬁİΣς'’ΐ\u0301\u0345\u0323 ¹½ａ １ мйё مَرْ שָׁ नमस्ते 한국ᄀ\u1161\u11a8 日本ｶﾞか\u3099 กำลัง \u200b\u00ad\ufe0f .,—_😀\ud800"
TEXT = st.text(alphabet=st.one_of(st.sampled_from(SCRIPTS), st.characters()), max_size=60)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Hello, World!", ["hello", "world"]),
        ("the ﬁnal Straße", ["the", "final", "strasse"]),
        ("ＡＢＣ １２", ["abc", "12"]),
        ("ΟΔΟΣ οδός", ["οδοσ", "οδόσ"]),
        ("cafe\u0301 café", ["café", "café"]),
        ("In 2017: 1,000 of 3", ["in", "2017", "1", "000", "of", "3"]),
        ("don't don’t donʼt", ["don", "t"] * 3),
        ("snake_case e-mail", ["snake", "case", "e", "mail"]),
        ("مَرْحَبًا بك", ["مَرْحَبًا", "بك"]),  # Arabic vowel signs
        ("שָׁלוֹם עולם", [unicodedata.normalize("NFKC", "שָׁלוֹם"), "עולם"]),  # Hebrew points
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),  # Devanagari vowel signs
        ("می\u200cخواهم", ["میخواهم"]),  # Persian, a zero-width non-joiner inside
        ("so\u00adft zero\u200bwidth \u202eright", ["soft", "zerowidth", "right"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("東京です", ["東", "京", "で", "す"]),
        ("ｶﾞｷﾞ", ["ガ", "ギ"]),  # halfwidth, with its mark
        ("か\u3099", ["が"]),
        ("ลัง", ["ลั", "ง"]),  # a Thai vowel sign stays on its letter
        ("東京でNATOが2017年", ["東", "京", "で", "nato", "が", "2017", "年"]),
        ("\u0301abc", ["abc"]),  # a mark on nothing
        ("😀 ... — \ud800", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text)[0] == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a ﬁne ß İx", ["a", "ﬁne", "ß", "İx"]),
        ("Ａ１, cafe\u0301!", ["Ａ１", "cafe\u0301"]),
        ("x½y", ["x½", "½y"]),  # folds to x1⁄2y: two words that share a character
        ("ﷺ", ["ﷺ"] * 4),  # one character, four words
        ("東ｶﾞ", ["東", "ｶﾞ"]),
        ("\u200bso\u00adft\u200b ok", ["so\u00adft", "ok"]),
    ],
)
def test_places_are_those_of_the_original_text(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in words(text)[1].tolist()] == expected


@given(TEXT)
@example("\u1fb3\u0301\u0323")
@example("a\u0345\u0301")
def test_folding_in_pieces_is_folding_the_whole(text: str) -> None:
    text = text[:LONGEST]
    visible = [ord(character) for character in fold(text) if tables().kind[ord(character)] != INVISIBLE]
    assert tokens(text).codes.tolist() == visible


@given(TEXT)
def test_every_word_stands_where_it_is_said_to_stand(text: str) -> None:
    found, places = words(text)
    assert places.dtype == np.int64
    assert places.shape == (len(found), 2)
    for word, (start, end) in zip(found, places.tolist(), strict=True):
        assert 0 <= start < end <= len(text)
        assert word in words(text[start:end])[0]
    assert places[:, 0].tolist() == sorted(places[:, 0].tolist())


@given(TEXT)
def test_decomposed_and_composed_spelling_share_their_hashes(text: str) -> None:
    other = unicodedata.normalize("NFD", text)
    assert shingle_hashes(text, 2).tolist() == shingle_hashes(other, 2).tolist()


@given(st.lists(st.sampled_from(["alpha", "beta", "γάμμα", "дельта", "é", "x1"]), max_size=12), st.integers(1, 6))
def test_equal_runs_of_words_have_equal_hashes_and_others_do_not(terms: list[str], k: int) -> None:
    hashes = shingle_hashes(" — ".join(terms), k).tolist()
    runs = [tuple(terms[place : place + k]) for place in range(len(terms) - k + 1)]
    assert len(hashes) == len(runs)
    assert len(set(hashes)) == len(set(runs))
    assert len(set(zip(runs, hashes, strict=True))) == len(set(runs))


@pytest.mark.parametrize(
    "text, spans",
    [
        ("one two three four five six", [(0, 5), (1, 6)]),
        ("one two three four", []),
        ("一二三四五六七八九", [(0, 8), (1, 9)]),
        ("一二三四五六七", []),
        ("one two 一二三四五六", [(0, 7)]),  # two words leave 3/5, five letters; one word leaves 4/5, seven letters
    ],
)
def test_a_shingle_is_five_words_or_eight_letters(text: str, spans: list[tuple[int, int]]) -> None:
    assert [tuple(span) for span in shingle_spans(text).tolist()] == spans
    assert len(shingle_hashes(text)) == len(spans)


def test_a_name_in_a_chinese_sentence_leaves_no_gap() -> None:
    text = "北京的记者昨天写道NATO将在明年离开"
    spans = shingle_spans(text)
    covered = {place for start, end in spans.tolist() for place in range(start, end)}
    assert covered == set(range(len(words(text)[0])))


def test_a_shingle_needs_a_word() -> None:
    with pytest.raises(ValueError, match="at least one word"):
        shingle_hashes("a b", 0)


def test_a_text_is_as_long_as_its_words_and_letters() -> None:
    assert weight(tokens("a b c").letter, 30, 60) == pytest.approx(0.1)
    assert weight(tokens("一二三 b").letter, 30, 60) == pytest.approx(3 / 60 + 1 / 30)


def test_hashes_never_change() -> None:
    """Signatures are kept in case.db between runs and machines: new values here need a new scheme there."""
    text = "The ﬁrst five words — then çà, дом 東京"
    assert shingle_hashes(text).dtype == np.uint64
    program = "import sys; from analysis.shingles import shingle_hashes; print(shingle_hashes(sys.argv[1]).tolist())"
    root = Path(__file__).parent.parent
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, text],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}, cwd=root, capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert outputs == {str(EXPECTED)}
    assert shingle_hashes(text).tolist() == EXPECTED


def test_long_runs_of_marks_are_cut_and_change_only_their_own_word() -> None:
    """Sorting a long run of marks takes quadratic time: such pages exist to stop readers like this one."""
    hostile = "before a" + "\u0315\u0300" * 100_000 + " after"
    found, places = words(hostile)
    assert [found[0], found[-1], len(found)] == ["before", "after", 3]
    assert hostile[places[1, 0] : places[1, 1]] == hostile[7:-6]
    assert LONGEST >= 30  # what the Unicode stream-safe format allows


EXPECTED: list[int] = [3623706502496220874, 7864684378481750209, 11085926669523928158, 13210984964094129418]
