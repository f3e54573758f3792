"""Real pages give the same rows from a web archive and from the live web."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from crawler.urls import urlkey
from tests.miniweb import Real, pages, write_case, write_warc
from tests.test_crawl import mayfly
from tests.web import Answer, Web, serve


def by_urlkey(output: Path) -> dict[str, list[tuple[object, ...]]]:
    """What was made of the pages, under their urlkeys."""
    db = sqlite3.connect(output / "case.db")
    found = {}
    for table, columns in (
        ("article", ("page_type, title, author, published_at, published_from, published_to, language, site_name, "
                    "canonical_url, canonical_urlkey, text")),
        ("reference", "n, detector, zone, reference.url, reference.urlkey, reference.site, anchor, context, wrapper"),
        ("indicator", "detector, value"),
    ):  # fmt: skip
        found[table] = db.execute(
            f"SELECT capture.urlkey, {columns} FROM {table} JOIN capture ON capture.id = {table}.capture ORDER BY 1, 2, 3"
        ).fetchall()
    db.close()
    return found


@pytest.mark.timeout(900)
def test_an_archive_and_the_live_web_give_the_same_rows(tmp_path: Path) -> None:
    found = [page for page in pages() if page.body]
    archive = tmp_path / "miniweb.warc.gz"
    write_warc(archive, iter(found))
    by_key: dict[str | None, Real] = {urlkey(page.url): page for page in found}

    def find(url: str) -> Answer | None:
        page = by_key.get(urlkey(url))
        return Answer(page.body, headers=(("Content-Type", page.content_type),)) if page else None

    with serve(Web(find)) as web:
        case = write_case(tmp_path / "case", found, f'egress = "{web.proxy}"\ndelay = 0\n')
        live = mayfly("crawl", case, "--output", tmp_path / "live", timeout=800)
        assert live.returncode == 0, live.stderr
    replayed = mayfly("crawl", case, "--output", tmp_path / "archive", "--from", archive, timeout=800)
    assert replayed.returncode == 0, replayed.stderr
    one, other = by_urlkey(tmp_path / "live"), by_urlkey(tmp_path / "archive")
    assert {table: len(rows) for table, rows in one.items()} == {table: len(rows) for table, rows in other.items()}
    for table, rows in one.items():
        assert rows == other[table]
    assert len(one["article"]) > 800
    for output in ("live", "archive"):
        assert mayfly("verify", case, "--output", tmp_path / output, timeout=300).returncode == 0
