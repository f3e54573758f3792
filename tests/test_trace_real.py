"""Copies among real texts, where they are at hand: 1,000 of them, ten of which are known to be plagiarised."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analysis.trace import trace
from tests.webs import ROOT, Web

DATA = Path(os.environ.get("MAYFLY_DATA", ROOT.parent / "shared" / "data")) / "neardup"


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the near-duplicate sets; set MAYFLY_DATA to their folder")
def test_every_plagiarised_text_is_a_copy_and_no_other_is() -> None:
    articles = dict(
        line.split("\t", 1) for line in (DATA / "minhash_articles.tsv").read_text(encoding="utf-8").splitlines()
    )
    pairs = {tuple(line.split()) for line in (DATA / "minhash_truth_pairs.tsv").read_text().splitlines()}
    web = Web()
    for name, text in articles.items():
        web.page(f"{name}.example/article", text)
    for name in {first for first, _ in pairs}:
        web.story(name, "", text=articles[name])
        web.address(name, f"{name}.example/article")
    trace(web.db)
    found = web.mentions("story", "urlkey", where="kind = 'copy'")
    assert {(story, urlkey.partition(".")[0]) for story, urlkey in found} == pairs
