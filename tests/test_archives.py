"""A crawl from archives: every capture of a wanted address, with the archives' own times, however they come."""

from __future__ import annotations

from pathlib import Path

from tests.miniweb import Real, write_warc
from tests.small_web import STORY, page, prose, write_case
from tests.test_crawl import mayfly, rows

HTML = "text/html; charset=utf-8"
LOOKS = "SELECT fetched_at, outcome FROM capture WHERE urlkey = 'lookalike.example/2017/minister-resigns' ORDER BY 1"


def archive(path: Path, date: str, text: str) -> Path:
    """A WARC with one capture of the story's address."""
    write_warc(path, iter([Real(STORY, HTML, page("Minister resigns", f"<p>{prose(text)}</p>").body)]), date)
    return path


def test_archives_given_later_add_their_captures_and_repeat_none(tmp_path: Path) -> None:
    case = write_case(tmp_path / "case", [], "")
    first = archive(tmp_path / "first.warc.gz", "2017-03-02T10:00:00Z", "as it was")
    second = archive(tmp_path / "second.warc.gz", "2017-03-05T10:00:00Z", "as it was changed")
    for given in ([first], [first, second], [second]):
        run = mayfly("crawl", case, "--output", tmp_path / "out", "--from", *given)
        assert run.returncode == 0, run.stderr
    assert rows(tmp_path / "out", LOOKS) == [("2017-03-02T10:00:00Z", "ok"), ("2017-03-05T10:00:00Z", "ok")]
    assert mayfly("verify", case, "--output", tmp_path / "out").returncode == 0
