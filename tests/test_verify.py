"""Verification: nothing that is damaged or exchanged passes, and what is whole is never accused."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from crawler.database import connect
from crawler.exchange import Exchange
from crawler.verify import Finding, verify
from crawler.warc import Damage, Found, Original, exchange, members, original, payload_digest, records
from tests.test_warc import answer, writer

PAGES = 20


def page(number: int) -> Exchange:
    """A page that is not like the others, but that each fifth one is page 1 again."""
    words = random.Random(1 if number and number % 5 == 0 else number)
    text = " ".join("".join(words.choices("abcdefghij", k=words.randint(2, 9))) for _ in range(300))
    return answer(f"<p>{text}</p>".encode(), url=f"http://news.example/{number}")


class Case:
    """A case as a crawl leaves it: captures 1 to 20, of which 6, 11 and 16 are revisits of capture 2."""

    def __init__(self, folder: Path, limit: int = 1_000_000_000) -> None:
        self.archive = folder / "archive"
        self.db = connect(folder / "case.db")
        self.db.execute(
            "INSERT INTO crawl (id, spider, source, settings, version, started_at) "
            "VALUES (1, 'site', 'live', '{}', '0', '2017-03-02T10:00:00Z')"
        )
        known: dict[str, tuple[int, Original]] = {}
        with writer(self.archive, limit) as archive:
            for number in range(PAGES):
                got = page(number)
                digest = payload_digest(got.payload)
                first, of = known.get(digest, (None, None))
                at = archive.append(members(got, digest, of))
                self.db.execute(
                    "INSERT INTO capture (id, crawl, url, urlkey, site, outcome, status, digest, fetched_at, source, "
                    "revisit_of, warc_filename, warc_offset, warc_length) "
                    "VALUES (?, 1, ?, ?, 'news.example', 'ok', 200, ?, ?, 'live', ?, ?, ?, ?)",
                    [
                        number + 1,
                        got.url,
                        f"news.example/{number}",
                        digest,
                        got.fetched_at,
                        first,
                        at.filename,
                        at.offset,
                        at.length,
                    ],
                )
                known.setdefault(digest, (number + 1, original(self.archive / at.filename, at.offset)))

    @property
    def files(self) -> list[Path]:
        return sorted(self.archive.iterdir())

    def findings(self) -> list[Finding]:
        return list(verify(self.db, self.archive))

    def lines(self) -> list[str]:
        return [str(finding) for finding in self.findings()]

    def place(self, capture: int) -> tuple[Path, int, int]:
        """File, first byte and end of a capture's record."""
        name, offset, length = self.db.execute(
            "SELECT warc_filename, warc_offset, warc_length FROM capture WHERE id = ?", [capture]
        ).fetchone()
        return self.archive / name, offset, offset + length


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(tmp_path_factory.mktemp("case"))


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def test_a_whole_case_is_not_accused_whatever_the_size_of_its_files(whole, tmp_path):
    assert whole.findings() == []
    several = Case(tmp_path, limit=10_000)
    assert len(several.files) > 2
    assert several.findings() == []
    assert not several.db.in_transaction


def test_each_capture_is_read_back_as_received(whole):
    for number in range(PAGES):
        got, sent = exchange(whole.db, whole.archive, number + 1), page(number)
        assert (got.url, got.status, got.headers, got.payload) == (sent.url, sent.status, sent.headers, sent.payload)


def test_each_of_200_flipped_bits_is_found_and_everything_else_stays_readable(whole):
    (path,) = whole.files
    data = path.read_bytes()
    places = [(item.offset, item.offset + item.length) for item in records(path) if isinstance(item, Found)]
    assert places[-1][1] == len(data)
    dice = random.Random(20170302)
    try:
        for _ in range(200):
            byte, bit = dice.randrange(len(data)), dice.randrange(8)
            path.write_bytes(data[:byte] + bytes([data[byte] ^ 1 << bit]) + data[byte + 1 :])
            (hit,) = (place for place in places if place[0] <= byte < place[1])
            assert any(f": byte {hit[0]}: " in line for line in whole.lines()), (byte, bit)
            left = [(item.offset, item.offset + item.length) for item in records(path) if isinstance(item, Found)]
            assert set(places) - {hit} <= set(left), (byte, bit)
    finally:
        path.write_bytes(data)


def test_a_file_cut_at_any_place_is_found_and_what_is_lost_is_named(whole):
    (path,) = whole.files
    data = path.read_bytes()
    rows = dict(whole.db.execute("SELECT id, warc_offset + warc_length FROM capture"))
    dice = random.Random(7)
    try:
        for size in [0, 1, 5, 100, *(dice.randrange(len(data)) for _ in range(30))]:
            path.write_bytes(data[:size])
            named = {finding.capture for finding in whole.findings()}
            lost = {capture for capture, end in rows.items() if end > size}
            assert lost <= named, size
            revisits = {6, 11, 16} if 2 in lost else set()
            assert named - {None} == lost | revisits, size
    finally:
        path.write_bytes(data)


def test_two_records_that_changed_places_are_found(case):
    path, begin, end = case.place(3)
    _, other, after = case.place(4)
    data = path.read_bytes()
    path.write_bytes(data[:begin] + data[other:after] + data[end:other] + data[begin:end] + data[after:])
    findings = case.findings()
    assert {3, 4} <= {finding.capture for finding in findings}
    assert all(isinstance(item, Found) for item in records(path, strict=True))  # each record by itself is whole


def test_a_record_put_in_the_place_of_another_is_found(case):
    path, begin, end = case.place(3)
    forged = members(
        answer(b"<p>what was never said</p>", url=page(2).url, request=b""),
        payload_digest(b"<p>what was never said</p>"),
    )[0]
    data = path.read_bytes()
    path.write_bytes(data[:begin] + forged + data[end:])
    (line, *_) = [line for line in case.lines() if "(capture 3, http://news.example/2)" in line]
    assert f"{path.name}: byte {begin}: " in line


@pytest.mark.parametrize(
    "change, words, captures",
    [
        ("UPDATE capture SET url = 'http://news.example/other' WHERE id = 3", "the record is of another URL: http://news.example/2", {3}),
        ("UPDATE capture SET fetched_at = '2017-03-02T10:00:01Z' WHERE id = 3", "the record is of another time: 2017-03-02T10:00:00Z", {3}),
        ("UPDATE capture SET digest = 'sha256:AAAA' WHERE id = 3", "the payload's digest is sha256:", {3}),
        ("UPDATE capture SET digest = NULL WHERE id = 3", "the payload's digest is sha256:", {3}),
        ("UPDATE capture SET status = 404 WHERE id = 3", "the status is 200, not 404", {3}),
        ("UPDATE capture SET warc_length = warc_length - 1 WHERE id = 3", "bytes long, not", {3}),
        ("UPDATE capture SET warc_offset = warc_offset + 1 WHERE id = 3", "no record begins here, but inside the one at byte", {3}),
        ("UPDATE capture SET warc_offset = 10000000 WHERE id = 3", "the file ends before this record", {3}),
        ("UPDATE capture SET warc_offset = 0 WHERE id = 3", "the record is a warcinfo, not a response", {3}),
        ("UPDATE capture SET warc_filename = 'mayfly-20170302100000-00009.warc.gz' WHERE id = 3", "its record is missing with the file", {3}),
        ("UPDATE capture SET warc_length = NULL WHERE id = 3", "half a position", {3}),
        ("UPDATE capture SET revisit_of = NULL WHERE id = 6", "a revisit, and its original is not named", {6}),
        ("UPDATE capture SET revisit_of = 3 WHERE id = 6", "a revisit of capture 3, which has another digest", {6}),
        ("UPDATE capture SET revisit_of = 6 WHERE id = 11", "a revisit of capture 6, which holds no payload", {11}),
        (("INSERT INTO capture (id, crawl, url, urlkey, site, outcome, fetched_at, source) VALUES (99, 1, 'http://x.example/', 'x.example', 'x.example', 'timeout', '2017-03-02T10:00:00Z', 'live');"
         "INSERT INTO indicator VALUES (99, 'x.example', 'adsense', 'pub-1')"), "facts of a capture that has no record", {99}),
        ("PRAGMA foreign_keys = OFF; INSERT INTO indicator VALUES (77, 'x.example', 'adsense', 'pub-1')", "names a row of capture that is not there", {None, 77}),
    ],
)  # fmt: skip
def test_what_the_rows_say_is_compared_with_the_records(case, change, words, captures):
    case.db.executescript(change)
    findings = case.findings()
    assert any(words in str(finding) for finding in findings), [str(finding) for finding in findings]
    assert captures <= {finding.capture for finding in findings} <= captures | {None}


def test_a_record_that_no_row_names_is_checked_too_and_so_is_what_follows_the_last(case):
    path, begin, _ = case.place(3)
    data = bytearray(path.read_bytes())
    (before,) = (item for item in records(path) if isinstance(item, Found) and item.offset + item.length == begin)
    assert before.record.type == "request"
    data[before.offset + 40] ^= 1
    path.write_bytes(bytes(data) + b"what is this")
    assert [(finding.capture, finding.where.rpartition(" ")[2]) for finding in case.findings()] == [
        (None, str(before.offset)), (None, str(len(data))),
    ]  # fmt: skip


def test_a_damaged_original_is_named_and_so_are_its_revisits(case):
    path, begin, _ = case.place(2)
    data = bytearray(path.read_bytes())
    data[begin + 60] ^= 1
    path.write_bytes(data)
    lines = case.lines()
    assert [line.rpartition("(")[2] for line in lines] == [
        f"capture {n}, http://news.example/{n - 1})" for n in (2, 6, 11, 16)
    ]
    assert all("a revisit of capture 2, whose record does not hold" in line for line in lines[1:])


def test_a_missing_file_is_named_with_every_capture_in_it(tmp_path):
    case = Case(tmp_path, limit=10_000)
    gone = case.files[1]
    inside = {
        capture for (capture,) in case.db.execute("SELECT id FROM capture WHERE warc_filename = ?", [gone.name])
    }
    gone.unlink()
    findings = case.findings()
    assert str(findings[0]) == f"archive/{gone.name}: missing; bring the file back"
    assert {finding.capture for finding in findings} == inside | {None}


def test_a_case_without_an_archive_and_without_captures_is_whole(tmp_path):
    assert list(verify(connect(tmp_path / "case.db"), tmp_path / "archive")) == []


@pytest.mark.parametrize("table", ["capture", "capture_warc", "article", "capture_digest"])
def test_a_damaged_database_is_said_and_the_archive_is_read_all_the_same(tmp_path, table):
    case = Case(tmp_path)
    case.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (size,) = case.db.execute("PRAGMA page_size").fetchone()
    (root,) = case.db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
    case.db.close()
    with (tmp_path / "case.db").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    (archive,) = case.files
    end = archive.stat().st_size
    archive.write_bytes(archive.read_bytes() + b"more")
    case.db = connect(tmp_path / "case.db")
    lines = case.lines()
    assert any("the database is damaged" in line for line in lines)
    assert any(f"archive/{archive.name}: byte {end}: " in line for line in lines)


def test_a_finding_is_one_line_whatever_the_url(case):
    case.db.execute("UPDATE capture SET url = ? WHERE id = 3", ["http://news.example/\n\x1b[31mred\u202e"])
    assert all(line.isprintable() for line in case.lines())
    assert case.lines()


def test_progress_is_told_in_bytes(tmp_path):
    case = Case(tmp_path, limit=10_000)
    told: list[tuple[int, int]] = []
    assert list(verify(case.db, case.archive, lambda done, total: told.append((done, total)))) == []
    size = sum(path.stat().st_size for path in case.files)
    assert told == sorted(told)
    assert told[-1] == (size, size)


def test_damage_reads_as_a_line(whole):
    (path,) = whole.files
    assert str(Damage(path, 10, 30, "torn")) == f"{path}: byte 10: torn (20 bytes left out)"
