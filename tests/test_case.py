"""What a case's files may say, and what is said back where they are wrong."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from crawler.case import CaseError, load, read, start_urls
from crawler.database import connect

STORIES = """\
story,url,archive_url,title,language,claim,quotes,published,impersonates,text,note,source,topic
dam,https://www.dailytribune.example.test/2017/dam?utm_source=x,,The dam will break,en,A dam was sabotaged.,"It will, he said|Nobody knows",2017-03-02,tribune.test,dam.txt,,field notes,water
dam,https://lejour.test/barrage,https://web.archive.org/web/20170401000000/https://lejour.test/barrage,Le barrage va céder,fr,,,2017-03,,,partial,,
grain,,,Grain prices were rigged,,,,,,,,,
"""
SITES = """\
site,role,name,aliases,start,impersonates,publisher,country,languages,robots,note,source,from,until,owner
amplifier.test,amplifier,The Amplifier,Amp|مكبر,https://amplifier.test/news https://amplifier.test/world,,,,,,,,2016,2018-02,Nobody
lookalike.test,lookalike,,,,tribune.test,,,,ignore,The operator blocks every archive.,,,,
tribune.test,outlet,The Tribune,Tribune,,,,,,,,,,,
t.me/channel,amplifier,,,,,,,,,,,,,
127.0.0.1,control,,,,,,,,,,,,,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case without faults."""
    made = tmp_path / "seeds" / "made-up"
    made.mkdir(parents=True)
    (made / "stories.csv").write_text(STORIES, encoding="utf-8")
    (made / "sites.csv").write_text(SITES, encoding="utf-8")
    (made / "dam.txt").write_text("The dam, say two engineers, will break within a year.\n", encoding="utf-8")
    return made


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    return connect(tmp_path / "case.db")


def errors(folder: Path) -> list[str]:
    with pytest.raises(CaseError) as caught:
        read(folder)
    return [error.replace(f"{folder}/", "") for error in caught.value.errors]


def write(folder: Path, file: str, text: str | bytes) -> None:
    (folder / file).write_bytes(text if isinstance(text, bytes) else text.encode())


# ── what is read ──


def test_a_case_is_named_after_its_folder_and_its_results_stand_beside_seeds(folder: Path) -> None:
    case = read(folder)
    assert case.name == "made-up"
    assert case.output == folder.parent.parent / "output" / "made-up"
    assert read(folder, "elsewhere").output == Path("elsewhere")


def test_a_case_is_found_by_its_name_under_seeds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent.parent)
    assert read("made-up").folder == Path("seeds/made-up")
    assert read("made-up").output == read("seeds/made-up").output == Path("output/made-up")


def test_an_unknown_name_is_answered_with_a_close_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent.parent)
    with pytest.raises(CaseError, match="made-upp: no such case; did you mean 'made-up'"):
        read("made-upp")


def test_columns_are_found_by_name_in_any_order_and_may_be_missing(folder: Path) -> None:
    write(folder, "stories.csv", "Title, STORY \nThe dam will break,dam\n")
    assert [(row.story, row.title, row.url) for row in read(folder).stories] == [("dam", "The dam will break", None)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_and_any_line_end_are_read(folder: Path, mark: bytes, line_end: str) -> None:
    write(folder, "stories.csv", mark + line_end.join(["story,title", "dam,Le barrage va céder", ",", ""]).encode())
    assert [(row.line, row.story, row.title) for row in read(folder).stories] == [(2, "dam", "Le barrage va céder")]


def test_line_numbers_count_lines_of_the_file_also_after_a_cell_of_several_lines(folder: Path) -> None:
    write(folder, "stories.csv", 'story,claim\na,"one\ntwo\u2028\nthree"\nb,x\nc\n')
    assert errors(folder) == [
        "stories.csv:6: 1 fields where the header has 2; a cell with a comma in it stands in quotation marks"
    ]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2016", "2016-01-01", "2016-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2017-02", "2017-02-01", "2017-02-28"),
        ("2017-12", "2017-12-01", "2017-12-31"),
        ("2017-05-04", "2017-05-04", "2017-05-04"),
        ("2017-05-04T10:00+02:00", "2017-05-04", "2017-05-04"),
    ],
)
def test_a_role_holds_from_the_first_day_to_the_last(folder: Path, written: str, first: str, last: str) -> None:
    write(folder, "sites.csv", f"site,role,from,until\na.test,amplifier,{written},{written}\n")
    assert [(row.since, row.until) for row in read(folder).sites] == [(first, last)]


@pytest.mark.parametrize(
    ("note", "complete"), [("", True), ("PARTIAL: first paragraph", False), ("from an impartial witness", True)]
)
def test_a_partial_text_is_marked_in_the_note(folder: Path, note: str, complete: bool) -> None:
    write(folder, "stories.csv", f"story,text,note\ndam,dam.txt,{note}\n")
    assert [row.complete for row in read(folder).stories] == [complete]


def test_settings_are_read_and_absent_ones_are_empty(folder: Path) -> None:
    write(
        folder,
        "case.toml",
        'title = "A dam"\negress = "direct"\nsynthetic = true\ndelay = 0.5\nshorteners = ["s.test"]',
    )
    case = read(folder)
    assert (case.title, case.egress, case.synthetic, case.delay) == ("A dam", "direct", True, 0.5)
    assert (case.shorteners, case.archives, case.pages, case.hops) == (("s.test",), (), None, None)


# ── what is refused ──

S, T, C = "stories.csv", "sites.csv", "case.toml"


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        (S, "", "stories.csv:1: no header; "),
        (S, "title\nx\n", "stories.csv:1: no column 'story'"),
        (
            S,
            "story;url\nx;y\n",
            "stories.csv:1: columns are separated by semicolons; save as CSV (UTF-8, separated by commas)",
        ),
        (S, "story\turl\nx\ty\n", "stories.csv:1: columns are separated by tabs"),
        (S, "story,title,title\nx,y,z\n", "stories.csv:1: two columns are named 'title'"),
        (S, "story,title\nx,y\n,z\n", "stories.csv:3: no story; every row needs one"),
        (S, "story,title\nx,y,z\n", "stories.csv:2: 3 fields where the header has 2"),
        (S, "story,\nx,y\n", "stories.csv:2: a cell in a column that has no name"),
        (S, 'story,title\nx,"y\n', "stories.csv:2: not CSV (unexpected end of data)"),
        (S, 'story,title\nx,"y"z"\n', "stories.csv:2: not CSV"),
        (S, b"story,title\nx,y\nz,caf\xe9\n", "stories.csv:3: not UTF-8 (byte 0xe9); save as UTF-8"),
        (S, "story,title\nx,a\x1b[31mb\n", "stories.csv:2: title has a control character"),
        (S, "story,url\nx,ftp://a.test/\n", "stories.csv:2: url 'ftp://a.test/' is not a web address"),
        (S, "story,url\nx,a.test/b\n", "stories.csv:2: url 'a.test/b' is not a web address"),
        (
            S,
            "story,url\nx,https://a.test/ https://b.test/\n",
            "stories.csv:2: url 'https://a.test/ https://b.test/' has a space",
        ),
        (S, "story,url\nx,https://[::1/\n", "stories.csv:2: url 'https://[::1/' is not a URL"),
        (S, "story,url\nx,https://?b\n", "stories.csv:2: url 'https://?b' has no usable host"),
        (
            S,
            "story,url\nx,https://web.archive.org/web/20170401000000/https://a.test/b\n",
            "stories.csv:2: url is a copy or redirect",
        ),
        (S, "story,published\nx,02.03.2017\n", "stories.csv:2: published '02.03.2017' is not a date; write 2017,"),
        (S, "story,published\nx,2017-02-29\n", "stories.csv:2: published '2017-02-29' is not a day of the calendar"),
        (S, "story,published\nx,2017-13\n", "stories.csv:2: published '2017-13' is not a day of the calendar"),
        (
            S,
            "story,published\nx,2017-03-02T10:00\n",
            "stories.csv:2: published '2017-03-02T10:00' is a time without an offset",
        ),
        (S, "story,published\nx,2017-03-02T25:00Z\n", "stories.csv:2: published '2017-03-02T25:00Z' is not a time"),
        (S, "story,language\nx,English\n", "stories.csv:2: language 'English' is not a language code; write en"),
        (
            S,
            "story,impersonates\nx,The Tribune\n",
            "stories.csv:2: impersonates 'The Tribune' is not a site; write a domain",
        ),
        (S, "story,text\nx,gone.txt\n", "stories.csv:2: text 'gone.txt' is not there"),
        (S, "story,text\nx,../outside.txt\n", "stories.csv:2: text '../outside.txt' is outside the case's folder"),
        (S, "story,text\nx,link.txt\n", "stories.csv:2: text 'link.txt' is outside the case's folder"),
        (S, "story,text\nx,empty.txt\n", "stories.csv:2: text 'empty.txt' is empty"),
        (
            S,
            "story,impersonates\nx,a.test\nx,b.test\n",
            "stories.csv:3: story 'x' impersonates 'b.test' here and 'a.test' in line 2",
        ),
        (
            S,
            "story,url\nx,https://a.test/b\nx,http://www.a.test/b/\n",
            "stories.csv:3: http://www.a.test/b/ stands in line 2 already",
        ),
        (
            S,
            "story,url\nx,https://a.test/b\ny,https://a.test/b#c\n",
            "stories.csv:3: https://a.test/b#c is an address of story 'x' too",
        ),
        (
            S,
            "story,url,archive_url\nx,https://a.test/b,\ny,,https://web.archive.org/web/2017/https://a.test/b\n",
            "stories.csv:3: https://a.test/b is an address of story 'x' too",
        ),
        (T, "site,role\na.test,amplifyer\n", "sites.csv:2: role 'amplifyer' is not one of amplifier, "),
        (T, "site,role\na.test,\n", "sites.csv:2: no role; every row needs one"),
        (T, "role\namplifier\n", "sites.csv:1: no column 'site'"),
        (T, "site,role\nThe Amplifier,amplifier\n", "sites.csv:2: site 'The Amplifier' is not a site"),
        (
            T,
            "site,role\nnews.a.test,amplifier\n",
            "sites.csv:2: site 'news.a.test' is only a part of the site 'a.test'",
        ),
        (
            T,
            "site,role,start\na.test,amplifier,https://b.test/\n",
            "sites.csv:2: start 'https://b.test/' is on the site 'b.test'",
        ),
        (T, "site,role,start\na.test,amplifier,news\n", "sites.csv:2: start 'news' is not a web address"),
        (T, "site,role,robots\na.test,amplifier,ignore\n", "sites.csv:2: robots is 'ignore' without a reason"),
        (T, "site,role,robots\na.test,amplifier,no\n", "sites.csv:2: robots 'no' is not one of obey, ignore"),
        (T, "site,role,from,until\na.test,source,2018,2017\n", "sites.csv:2: from 2018 is later than until 2017"),
        (T, "site,role,from\na.test,source,soon\n", "sites.csv:2: from 'soon' is not a date"),
        (T, "site,role\na.test,source\nwww.a.test,source\n", "sites.csv:3: 'a.test' is source in line 2 already"),
        (C, 'titel = "x"', "case.toml:1: 'titel' is not a setting; did you mean 'title'?"),
        (C, "\ntitle = 5", "case.toml:2: title is a line of text in quotation marks"),
        (C, "title = A dam", "case.toml:1: not TOML"),
        (C, 'egress = "socks5://127.0.0.1:9050"', 'case.toml:1: egress is "direct" or an HTTP proxy'),
        (C, 'contact = "a\\r\\nX: y"', "case.toml:1: contact is a line of text"),
        (C, "pages = -1", "case.toml:1: pages is a whole number, 0 or more"),
        (C, "pages = true", "case.toml:1: pages is a whole number, 0 or more"),
        (C, "delay = nan", "case.toml:1: delay is a number, 0 or more"),
        (C, 'synthetic = "yes"', "case.toml:1: synthetic is true or false"),
        (C, 'archives = "archive.test"', "case.toml:1: archives is a list of hosts"),
        (C, 'archives = ["https://archive.test/"]', "case.toml:1: archives is a list of hosts"),
        (C, 'allow_private = ["10.0.0.0/33"]', "case.toml:1: allow_private is a list of networks"),
        (C, 'rule = "strict"', "case.toml:1: rule is linked, standard or wide"),
        (C, "[delay]\na = 1", "case.toml:1: delay is a number"),
    ],
)
def test_a_malformed_file_is_answered_with_its_place_and_what_to_do(
    folder: Path, file: str, text: str | bytes, expected: str
) -> None:
    write(folder.parent, "outside.txt", "words")
    (folder / "link.txt").symlink_to(folder.parent / "outside.txt")
    write(folder, "empty.txt", " \n")
    write(folder, file, text)
    (error,) = errors(folder)
    assert error.startswith(expected)
    assert "\n" not in error


def test_a_role_nearly_right_is_answered_with_the_right_one(folder: Path) -> None:
    write(folder, "sites.csv", "site,role\na.test,amplifyer\n")
    (error,) = errors(folder)
    assert error == (
        "sites.csv:2: role 'amplifyer' is not one of amplifier, lookalike, source, factchecker, control, outlet, "
        "platform, ignore; did you mean 'amplifier'?"
    )


def test_all_errors_of_all_files_are_told_at_once_in_the_order_of_the_lines(folder: Path) -> None:
    write(folder, "stories.csv", "story,url,published\na,x,y\nb,https://b.test/,z\n")
    write(folder, "sites.csv", "site,role\na.test,x\n")
    write(folder, "case.toml", "x = 1")
    places = [error.split(" ")[0] for error in errors(folder)]
    assert places == ["stories.csv:2:", "stories.csv:2:", "stories.csv:3:", "sites.csv:2:", "case.toml:1:"]


@pytest.mark.parametrize("file", ["stories.csv", "sites.csv"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    (error,) = errors(folder)
    assert error.startswith(f"{file}: not there; `mayfly new NAME`")


# ── what reaches the database ──


def test_the_rows_of_a_story_become_one_story_with_its_addresses_and_texts(
    folder: Path, db: sqlite3.Connection
) -> None:
    load(db, read(folder))
    assert db.execute(
        "SELECT story, title, titles, claim, quotes, published_at, impersonates FROM story"
    ).fetchall() == [
        (
            "dam",
            "The dam will break",
            '["The dam will break", "Le barrage va céder"]',
            "A dam was sabotaged.",
            '["It will, he said", "Nobody knows"]',
            "2017-03-02",
            "tribune.test",
        ),
        ("grain", "Grain prices were rigged", '["Grain prices were rigged"]', "", "[]", None, None),
    ]
    assert db.execute("SELECT story, urlkey, kind FROM story_url ORDER BY kind, urlkey").fetchall() == [
        ("dam", "web.archive.org/web/20170401000000/https://lejour.test/barrage", "archive"),
        ("dam", "dailytribune.example.test/2017/dam", "original"),
        ("dam", "lejour.test/barrage", "original"),
    ]
    assert db.execute("SELECT story, language, text, complete, source FROM story_text").fetchall() == [
        ("dam", "en", "The dam, say two engineers, will break within a year.", 1, "dam.txt")
    ]


def test_an_archived_copy_is_two_addresses_the_copy_and_the_original_inside_it(
    folder: Path, db: sqlite3.Connection
) -> None:
    copy = "https://web.archive.org/web/20170401000000/http://a.test/b?utm_source=x"
    write(folder, "stories.csv", f"story,archive_url\nx,{copy}\n")
    load(db, read(folder))
    rows = db.execute("SELECT url, site, kind FROM story_url ORDER BY kind").fetchall()
    assert [(site, kind) for _, site, kind in rows] == [("archive.org", "archive"), ("a.test", "original")]
    assert rows[0][0] == copy


def test_what_mayfly_does_not_know_is_kept_as_json(folder: Path, db: sqlite3.Connection) -> None:
    load(db, read(folder))
    assert json.loads(db.execute("SELECT extra FROM story WHERE story = 'dam'").fetchone()[0]) == {
        "language": "en | fr", "note": "partial", "source": "field notes", "topic": "water",
    }  # fmt: skip
    assert json.loads(db.execute("SELECT extra FROM site WHERE site = 'amplifier.test'").fetchone()[0]) == {
        "owner": "Nobody"
    }


def test_a_site_reaches_the_database_with_its_role_and_period(folder: Path, db: sqlite3.Connection) -> None:
    load(db, read(folder))
    assert db.execute(
        "SELECT role, name, aliases, start, since, until, robots FROM site WHERE site = 'amplifier.test'"
    ).fetchall() == [
        (
            "amplifier",
            "The Amplifier",
            '["Amp", "مكبر"]',
            '["https://amplifier.test/news", "https://amplifier.test/world"]',
            "2016-01-01",
            "2018-02-28",
            "obey",
        )
    ]
    assert db.execute("SELECT impersonates, robots, note FROM site WHERE site = 'lookalike.test'").fetchone() == (
        "tribune.test", "ignore", "The operator blocks every archive.",
    )  # fmt: skip


def test_the_tables_say_what_the_files_say_now_however_often_they_are_loaded(
    folder: Path, db: sqlite3.Connection
) -> None:
    case = read(folder)
    load(db, case)
    once = list(db.iterdump())
    load(db, case)
    assert list(db.iterdump()) == once
    write(folder, "stories.csv", "story\nother\n")
    load(db, read(folder))
    assert db.execute("SELECT story FROM story").fetchall() == [("other",)]
    assert not db.execute("SELECT * FROM story_url UNION SELECT * FROM story_text").fetchall()


def test_the_order_of_rows_reaches_the_database_only_as_the_first_headline(
    folder: Path, db: sqlite3.Connection
) -> None:
    header, *rows = STORIES.splitlines()
    load(db, read(folder))
    forward = (
        db.execute("SELECT * FROM story_url ORDER BY story, urlkey").fetchall(),
        db.execute("SELECT published_at FROM story").fetchall(),
    )
    write(folder, "stories.csv", "\n".join([header, *reversed(rows)]) + "\n")
    load(db, read(folder))
    assert (
        db.execute("SELECT * FROM story_url ORDER BY story, urlkey").fetchall(),
        db.execute("SELECT published_at FROM story").fetchall(),
    ) == forward


# ── where a crawl starts ──


def test_a_crawl_starts_from_crawled_sites_and_every_story_address(folder: Path) -> None:
    assert [(start.url, start.site, start.file) for start in start_urls(read(folder))] == [
        ("https://amplifier.test/news", "amplifier.test", "sites.csv"),
        ("https://amplifier.test/world", "amplifier.test", "sites.csv"),
        ("https://lookalike.test/", "lookalike.test", "sites.csv"),
        ("https://t.me/channel", "t.me/channel", "sites.csv"),
        ("https://127.0.0.1/", "127.0.0.1", "sites.csv"),
        ("https://www.dailytribune.example.test/2017/dam?utm_source=x", "example.test", "stories.csv"),
        ("https://lejour.test/barrage", "lejour.test", "stories.csv"),
        ("https://web.archive.org/web/20170401000000/https://lejour.test/barrage", "archive.org", "stories.csv"),
    ]


@pytest.mark.parametrize("role", ["outlet", "platform", "ignore"])
def test_an_outlet_a_platform_and_an_ignored_site_are_not_crawled(folder: Path, role: str) -> None:
    write(folder, "stories.csv", "story\nx\n")
    write(folder, "sites.csv", f"site,role\na.test,{role}\n")
    assert list(start_urls(read(folder))) == []


def test_an_address_is_started_from_once(folder: Path) -> None:
    write(folder, "stories.csv", "story,url\nx,http://a.test/?utm_medium=y\n")
    write(folder, "sites.csv", "site,role\na.test,source\n")
    assert [start.url for start in start_urls(read(folder))] == ["https://a.test/"]
