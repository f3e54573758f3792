"""Verification: nothing that is damaged or exchanged passes, and what is whole is never accused."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from crawler.database import connect
from crawler.exchange import Exchange
from crawler.verify import Finding, verify
from crawler.warc import Found, Original, members, original, payload_digest, records
from tests.test_warc import answer, writer


def page(number: int) -> Exchange:
    """A page that does not compress to nothing, and is not like the others."""
    words = random.Random(number)
    text = " ".join("".join(words.choices("abcdefghij", k=words.randint(2, 9))) for _ in range(400))
    return answer(f"<p>{text}</p>".encode(), url=f"http://news.example/{number}")


class Case:
    """A case with an archive, as a crawl writes it: pages 0 to 19, each fifth one a revisit of page 1."""

    def __init__(self, folder: Path, limit: int = 1_000_000_000) -> None:
        self.archive = folder / "archive"
        self.db = connect(folder / "case.db")
        self.db.execute("INSERT INTO crawl (id, spider, source, settings, version, started_at) VALUES (1, 'site', 'live', '{}', '0', '2017-03-02T10:00:00Z')")
        known: dict[str, tuple[int, Original]] = {}
        with writer(self.archive, limit) as archive:
            for number in range(20):
                exchange = page(1) if number % 5 == 0 and number else page(number)
                exchange = answer(exchange.payload, url=f"http://news.example/{number}")
                digest = payload_digest(exchange.payload)
                first, of = known.get(digest, (None, None))
                at = archive.append(members(exchange, digest, of))
                self.db.execute(
                    "INSERT INTO capture (id, crawl, url, urlkey, site, outcome, status, digest, fetched_at, source, revisit_of, warc_filename, warc_offset, warc_length) "
                    "VALUES (?, 1, ?, ?, 'news.example', 'ok', 200, ?, ?, 'live', ?, ?, ?, ?)",
                    [number + 1, exchange.url, f"news.example/{number}", digest, exchange.fetched_at, first, at.filename, at.offset, at.length],
                )
                known.setdefault(digest, (number + 1, original(self.archive / at.filename, at.offset)))

    @property
    def files(self) -> list[Path]:
        return sorted(self.archive.iterdir())

    def findings(self) -> list[Finding]:
        return list(verify(self.db, self.archive))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(tmp_path_factory.mktemp("case"))


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def test_a_whole_case_is_not_accused(whole):
    assert whole.findings() == []


def test_each_flipped_bit_is_found_and_everything_else_stays_readable(whole):
    (path,) = whole.files
    data = path.read_bytes()
    places = [(item.offset, item.offset + item.length) for item in records(path)]
    dice = random.Random(20170302)
    try:
        for _ in range(200):
            bit = dice.randrange(len(data) * 8)
            flipped = bytearray(data)
            flipped[bit // 8] ^= 1 << bit % 8
            path.write_bytes(flipped)
            begin, end = next(place for place in places if place[0] <= bit // 8 < place[1])
            findings = whole.findings()
            assert any(f": byte {begin}: " in str(finding) for finding in findings), (bit, findings)
            others = [place for place in places if place != (begin, end)]
            assert [(item.offset, item.offset + item.length) for item in records(path, strict=True) if isinstance(item, Found)] == others
    finally:
        path.write_bytes(data)
