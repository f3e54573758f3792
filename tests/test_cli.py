"""The command line, run as a user runs it: verbs, options, exit codes, and what is printed where."""

from __future__ import annotations

import csv
import errno
import gzip
import json
import os
import pty
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import mayfly
from crawler.lock import held

ROOT = Path(__file__).parent.parent
MAYFLY = [sys.executable, str(ROOT / "mayfly.py")]
STORY = " ".join(f"The keeper of gate {n} wrote that the water rose by {n * n} spans." for n in range(60))
OVERRIDE = "\u202e"  # the text after it is shown from right to left


def run(*words: object, cwd: Path, code: int = 0, **options: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*MAYFLY, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr
    return done


def page(title: str, body: str) -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body><main><article><h1>{title}</h1>{body}</article></main></body></html>".encode()


PAGES = {
    "https://amplifier.example/": page(
        "Front page", '<p><a href="/a">one</a></p><p><a href="/b">two</a></p><p><a href="/c">three</a></p>'
    ),
    "https://amplifier.example/a": page(
        "From our readers",
        f'<p>{OVERRIDE}Our readers sent us <a href="https://lookalike.example/dam">a report on the dam</a>, and it is remarkable.</p>'
        * 3,
    ),
    "https://amplifier.example/b": page("The dam will break", f"<p>{STORY}</p>"),
    "https://amplifier.example/c": page(
        "Something else", f"<p>{'Nothing of the kind was seen in the valley that year. ' * 20}</p>"
    ),
}


def write_warc(path: Path, pages: dict[str, bytes]) -> None:
    """A WARC as any archive would have it: a gzip member a record."""
    with path.open("wb") as file:
        for number, (url, body) in enumerate(pages.items()):
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
            head = (
                f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\n"
                f"WARC-Date: 2017-03-05T10:00:00Z\r\nWARC-Target-URI: {url}\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0))


def write_case(folder: Path, toml: str = "synthetic = true\n") -> Path:
    folder.mkdir(parents=True)
    (folder / "stories.csv").write_text(
        f"story,url,title,text\ndam,https://lookalike.example/dam,=HYPERLINK {OVERRIDE}[red] title,dam.txt\n",
        encoding="utf-8",
    )
    (folder / "dam.txt").write_text(STORY, encoding="utf-8")
    (folder / "sites.csv").write_text(
        "site,role,name,impersonates\namplifier.example,amplifier,The [red]Amplifier,\n"
        "lookalike.example,lookalike,,outlet.example\noutlet.example,outlet,The Outlet,\n",
        encoding="utf-8",
    )
    (folder / "case.toml").write_text(toml, encoding="utf-8")
    write_warc(folder / "web.warc.gz", PAGES)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a case that the whole job was run on."""
    home = tmp_path_factory.mktemp("home")
    write_case(home / "seeds" / "dam")
    done = run("run", "dam", "--from", "seeds/dam/web.warc.gz", cwd=home)
    assert "2 pages on 1 domains reference the stories." in done.stderr
    return home


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with a case on which nothing was run yet."""
    write_case(tmp_path / "seeds" / "dam")
    return tmp_path


# ── what there is ──

VERBS = "demo new check run crawl extract trace cluster graph rank analyse query export report status verify"


def test_the_verbs_are_those_of_the_design_in_the_order_of_the_work(tmp_path: Path) -> None:
    listed = run("--help", cwd=tmp_path).stdout.split("Commands:")[1]
    assert re.findall(r"^  (\w+) ", listed, re.MULTILINE) == VERBS.split()


@pytest.mark.parametrize(
    ("verb", "options"),
    [
        ("crawl", "--from --spider --pages --minutes --hops --allow-private --output --json"),
        ("run", "--from --spider --pages --minutes --hops --allow-private --output --json"),
        ("rank", "--rule --output --json"),
        ("export", "--format --output"),
        *((verb, "--output --json") for verb in ("check", "trace", "cluster", "graph", "query", "status", "verify")),
        *((verb, "--output") for verb in ("demo", "extract", "analyse", "report")),
    ],
)
def test_a_verb_has_the_options_of_the_design(verb: str, options: str) -> None:
    known = {word for option in mayfly.cli.commands[verb].params for word in option.opts}
    assert set(options.split()) <= known


LOADED = """
import sys
import mayfly
for words in [["--help"], *([name, "--help"] for name in mayfly.cli.commands)]:
    mayfly.cli.main(words, prog_name="mayfly", standalone_mode=False)
heavy = {"scrapy", "twisted", "networkx", "numpy", "numba", "scipy", "trafilatura", "lxml", "datasketch", "sqlite_utils", "rich"}
print("loaded:", *sorted(heavy & set(sys.modules)))
"""


def test_help_loads_nothing_that_takes_long(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.splitlines()[-1] == "loaded:"


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("crawl x --from a.warc.gz", "crawl x --from a.warc.gz"),
        ("crawl x --from a.warc.gz b.wacz", "crawl x --from a.warc.gz --from b.wacz"),
        ("crawl --from a.warc.gz b.warc x --json", "crawl --from a.warc.gz --from b.warc x --json"),
        ("crawl --from a b", "crawl --from a b"),
        ("crawl x --from a.warc.gz --pages 5", "crawl x --from a.warc.gz --pages 5"),
        ("crawl x --from a.warc.gz --from b.gz c.gz", "crawl x --from a.warc.gz --from b.gz --from c.gz"),
    ],
)
def test_several_archives_follow_one_option(given: str, taken: str) -> None:
    assert list(mayfly.one_by_one(given.split())) == taken.split()


# ── ways to end ──


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("check damm", "damm: no such case; did you mean 'dam'?"),
        ("check nowhere-else", "nowhere-else: no such case; there are: "),
        ("crawl", "mayfly: Missing argument 'CASE'."),
        ("crawl dam --pages many", "mayfly: Invalid value for '--pages'"),
        ("crawl dam --allow-private 10.0.0.0/99", "mayfly: Invalid value for '--allow-private'"),
        ("crawl dam --spider spinne", "mayfly: Invalid value for '--spider'"),
        ("crawl dam --speed 9", "mayfly: No such option"),
        ("crawll dam", "mayfly: No such command 'crawll'."),
        ("crawl dam", "seeds/dam/case.toml: a live crawl needs `egress`"),
        ("crawl dam --from gone.warc.gz", "mayfly: gone.warc.gz: "),
        ("crawl dam --from seeds/dam/dam.txt", "mayfly: "),
        ("rank dam --rule strict", "mayfly: Invalid value for '--rule'"),
        ("export dam --format xlsx", "mayfly: Invalid value for '--format'"),
        ("query dam coverag", "mayfly: no question 'coverag'; did you mean coverage"),
        ("new dam", "seeds/dam: is there already"),
        ("new a/b", "'a/b' cannot be a case's name"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(empty: Path, words: str, line: str) -> None:
    done = run(*words.split(), cwd=empty, code=2)
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_malformed_row_stops_the_command_with_its_line_and_exit_code_2(empty: Path) -> None:
    (empty / "seeds" / "dam" / "stories.csv").write_text("story,url\ndam,x\ndam,https://a.example/,y\n")
    done = run("check", "dam", cwd=empty, code=2)
    assert [line.split(" ")[0] for line in done.stderr.splitlines()] == [
        "seeds/dam/stories.csv:2:",
        "seeds/dam/stories.csv:3:",
    ]


@pytest.mark.parametrize(
    "verb",
    ["extract", "trace", "cluster", "graph", "rank", "analyse", "query", "export", "report", "status", "verify"],
)
def test_a_verb_that_comes_too_early_says_what_comes_first(empty: Path, verb: str) -> None:
    words = ["query", "dam", "coverage"] if verb == "query" else [verb, "dam"]
    done = run(*words, cwd=empty, code=1)
    assert done.stderr == "mayfly: output/dam/case.db: nothing crawled yet; run `mayfly crawl dam` first\n"
    assert not (empty / "output").exists()


def test_a_case_that_another_run_holds_is_exit_code_20(home: Path) -> None:
    with held(home / "output" / "dam"):
        done = run("trace", "dam", cwd=home, code=20)
        assert re.fullmatch(
            rf"mayfly: output/dam: another run \(process {os.getpid()}, since \S+Z\) holds this case; .*\n",
            done.stderr,
        )
        assert run("query", "dam", "coverage", cwd=home).stdout  # who only reads does not wait


@pytest.mark.parametrize(("option", "code"), [(["--pages", "1"], 14), (["--minutes", "0"], 15)])
def test_a_limit_has_its_exit_code_and_the_next_run_goes_on(empty: Path, option: list[str], code: int) -> None:
    archive = ["--from", "seeds/dam/web.warc.gz"]
    done = run("crawl", "dam", *archive, *option, cwd=empty, code=code)
    assert done.stderr.endswith("`mayfly crawl dam` goes on\n")
    run("crawl", "dam", *archive, cwd=empty)
    db = sqlite3.connect(empty / "output" / "dam" / "case.db")
    assert db.execute("SELECT urlkey FROM capture WHERE outcome = 'ok' ORDER BY urlkey").fetchall() == [
        ("amplifier.example",), ("amplifier.example/a",), ("amplifier.example/b",), ("amplifier.example/c",),
    ]  # fmt: skip
    db.close()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 3),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), 3),
        (sqlite3.OperationalError("database or disk is full"), 3),
        (PermissionError(errno.EACCES, "Permission denied", "seeds/x"), 1),
        (sqlite3.DatabaseError("database disk image is malformed"), 1),
        (ZeroDivisionError("division by zero"), 1),
    ],
)
def test_an_error_is_one_line_and_its_exit_code(
    error: Exception, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mayfly.state, "output", tmp_path)
    line, found = mayfly.explained(error)
    assert found == code
    assert "\n" not in line


def test_an_unexpected_error_is_written_down_where_the_results_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mayfly.state, "output", tmp_path)
    try:
        divmod(1, 0)
    except ZeroDivisionError as error:
        line, _ = mayfly.explained(error)
    (file,) = tmp_path.iterdir()
    assert str(file) in line
    assert "test_an_unexpected_error" in file.read_text(encoding="utf-8")


def test_a_reader_that_has_read_enough_hears_nothing(home: Path) -> None:
    command = subprocess.Popen(
        [*MAYFLY, "query", "dam", "pages-that-carry"], cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.close()
    assert command.stderr.read() == b""
    assert command.wait() == 0
    command.stderr.close()


# ── what is printed ──


def on_a_terminal(*words: object, cwd: Path) -> str:
    """What a command prints where stdout and stderr are a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "400"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [*MAYFLY, *map(str, words)], cwd=cwd, stdout=theirs, stderr=theirs, stdin=theirs, env=environment
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:  # EIO: the terminal has no one left to write to it
        pass
    os.close(ours)
    process.wait()
    return shown.decode()


def test_in_a_pipe_results_are_csv_and_nothing_else_is_on_stdout(home: Path) -> None:
    rows = list(csv.reader(run("query", "dam", "pages-that-carry", cwd=home).stdout.splitlines()))
    assert "title" in rows[0]
    assert sorted(row[rows[0].index("page")] for row in rows[1:]) == ["amplifier.example/a", "amplifier.example/b"]


def test_csv_holds_no_control_character_and_no_formula(home: Path) -> None:
    shown = run("query", "dam", "pages-that-carry", cwd=home).stdout
    assert OVERRIDE not in shown
    assert "'=HYPERLINK \N{REPLACEMENT CHARACTER}[red] title" in shown


def test_json_holds_what_was_found_and_shows_no_control_character(home: Path) -> None:
    shown = run("query", "dam", "pages-that-carry", "--json", cwd=home).stdout
    assert OVERRIDE not in shown
    assert f"=HYPERLINK {OVERRIDE}[red] title" in {row["title"] for row in json.loads(shown)}


def test_on_a_terminal_results_are_a_table_in_which_data_has_no_power(home: Path) -> None:
    shown = on_a_terminal("query", "dam", "most-referencing-sites", cwd=home)
    assert "The [red]Amplifier" in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)
    assert "─" in shown
    shown = on_a_terminal("query", "dam", "pages-that-carry", "--json", cwd=home)
    assert OVERRIDE not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("مكبر الصوت", "مكبر الصوت"),
        ("\x1b]0;title\x07", "\ufffd]0;title\ufffd"),
        ("\x9b31m", "\ufffd31m"),
        ("a\u202eb\u2066c", "a\ufffdb\ufffdc"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner that Persian needs
        ("line\nline\ttab", "line\nline\ttab"),
        ("\ud800", "\ufffd"),
    ],
)
def test_text_is_shown_without_what_steers_a_terminal(text: str, shown: str) -> None:
    assert mayfly.clean(text) == shown
    assert json.loads(mayfly.escaped(json.dumps(text, ensure_ascii=False))) == text


def test_a_message_on_stderr_is_cleaned_too(empty: Path) -> None:
    done = run("check", "nowhere\x1b[2Jelse", cwd=empty, code=2)
    assert "\x1b" not in done.stderr


# ── what the verbs do ──


def test_a_run_leaves_every_file_and_its_numbers_agree(home: Path) -> None:
    files = {path.name for path in (home / "output" / "dam").iterdir()}
    assert {"case.db", "archive", "graph.gexf", "ranking.csv", "report.html"} <= files
    (row,) = json.loads(run("rank", "dam", "--json", cwd=home).stdout)
    assert row == {"rank": 1, "site": "amplifier.example", "pages": 2, "stories": 1}
    assert json.loads(run("trace", "dam", "--json", cwd=home).stdout) == [
        {"kind": "copy", "mentions": 1},
        {"kind": "link", "mentions": 1},
    ]
    assert run("verify", "dam", cwd=home).stdout == ""


def test_what_is_synthetic_says_so_wherever_it_is_shown(home: Path) -> None:
    output = home / "output" / "dam"
    for file in ("graph.gexf", "graph.graphml", "report.html"):
        assert "Synthetic data" in (output / file).read_text(encoding="utf-8"), file


@pytest.mark.parametrize("verb", ["extract", "trace", "cluster", "graph", "rank", "analyse", "export", "report"])
def test_a_stage_can_be_run_twice_with_the_same_result(home: Path, verb: str) -> None:
    run(verb, "dam", cwd=home)
    once = tables(home)
    run(verb, "dam", cwd=home)
    assert tables(home) == once


def tables(home: Path) -> dict[str, list[tuple[object, ...]]]:
    db = sqlite3.connect(home / "output" / "dam" / "case.db")
    names = [
        name
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    ]
    found = {name: sorted(db.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names}
    db.close()
    return found


def test_every_question_has_an_answer(home: Path) -> None:
    listed = json.loads(run("query", "dam", "--json", cwd=home).stdout)
    assert len(listed) >= 10
    for question in listed:
        assert isinstance(json.loads(run("query", "dam", question["name"], "--json", cwd=home).stdout), list)


def test_a_query_cannot_change_the_case(home: Path) -> None:
    with (
        mayfly.reading(str(home / "seeds" / "dam"), home / "output" / "dam") as (db, _),
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        db.execute("DELETE FROM mention")


def test_results_go_where_they_are_told_to(empty: Path) -> None:
    run("crawl", "seeds/dam", "--from", "seeds/dam/web.warc.gz", "--output", "elsewhere", cwd=empty)
    assert (empty / "elsewhere" / "case.db").is_file()
    assert not (empty / "output").exists()
    assert run("status", "dam", "--output", "elsewhere", cwd=empty).stdout


def test_a_stage_sees_what_the_case_files_say_now(empty: Path) -> None:
    run("crawl", "dam", "--from", "seeds/dam/web.warc.gz", cwd=empty)
    (empty / "seeds" / "dam" / "stories.csv").write_text(
        "story,url\nother,https://amplifier.example/c\n", encoding="utf-8"
    )
    assert json.loads(run("trace", "dam", "--json", cwd=empty).stdout) == []


def test_status_leads_with_what_was_not_fetched_and_why(home: Path) -> None:
    shown = run("status", "dam", cwd=home).stdout
    assert shown.startswith("# not fetched, and why\n")
    assert "not_archived" in shown
    assert set(json.loads(run("status", "dam", "--json", cwd=home).stdout)) >= {"not fetched, and why", "sites"}


def test_verify_names_a_damaged_record_and_ends_with_1(empty: Path) -> None:
    run("crawl", "dam", "--from", "seeds/dam/web.warc.gz", cwd=empty)
    archive = max((empty / "output" / "dam" / "archive").glob("*.warc.gz"), key=lambda path: path.stat().st_size)
    raw = bytearray(archive.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    archive.write_bytes(bytes(raw))
    assert archive.name in run("verify", "dam", cwd=empty, code=1).stdout


# ── making and checking a case ──


def test_a_new_case_is_headed_explained_and_without_faults(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    run("new", "my-case", cwd=tmp_path)
    folder = tmp_path / "seeds" / "my-case"
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "case.toml", "sites.csv", "stories.csv"]
    assert (folder / "stories.csv").read_text() == (
        "story,url,archive_url,title,language,claim,quotes,published,impersonates,text,note,source\n"
    )
    assert (folder / "sites.csv").read_text() == (
        "site,role,name,aliases,start,impersonates,publisher,country,languages,robots,note,source\n"
    )
    told = json.loads(run("check", "my-case", "--json", cwd=tmp_path).stdout)
    assert [finding["about"] for finding in told] == ["stories.csv", "sites.csv", "case.toml"]


def test_a_new_case_can_be_filled_in_where_its_settings_stand(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    run("new", "my-case", cwd=tmp_path)
    toml = tmp_path / "seeds" / "my-case" / "case.toml"
    settings = re.sub(r'^# (\w+ = )(?=\S)(?!"")', r"\1", toml.read_text(), flags=re.MULTILINE)
    settings = settings.replace('egress = "direct"\n', "")
    toml.write_text(settings)
    run("check", "my-case", cwd=tmp_path)


def check(folder: Path) -> dict[str, dict[str, str]]:
    found = json.loads(run("check", folder, "--json", cwd=folder).stdout)
    return {finding.pop("about"): finding for finding in found}


def test_check_says_what_each_story_can_be_traced_by(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "c")
    (folder / "stories.csv").write_text(
        "story,url,archive_url,title,quotes,claim,text,note,impersonates\n"
        "a,https://lookalike.example/dam,https://web.archive.org/web/2017/https://lookalike.example/old,T,,,dam.txt,,outlet.example\n"
        "b,,,Only a headline,q|r,c,,,gone.example\n"
        "c,https://outlet.example/real,,,,,dam.txt,partial,\n",
        encoding="utf-8",
    )
    assert {about: found for about, found in check(folder).items() if about.startswith("story")} == {
        "story a": {
            "traced_by": "2 addresses, 1 archived copy, 1 text",
            "not_traced_by": "1 headline",
            "missing": "",
        },
        "story b": {
            "traced_by": "",
            "not_traced_by": "1 headline, 2 quotes, 1 claim",
            "missing": "CANNOT BE TRACED: it needs an address, an archived copy or a text; "
            "no row with role outlet for gone.example, which it impersonates",
        },
        "story c": {
            "traced_by": "1 address, 1 part of the text",
            "not_traced_by": "",
            "missing": "no archived copy; no complete text; no headline; its address is on outlet.example, which is said to be "
            "an outlet: an imitation's address is meant",
        },
    }


@pytest.mark.parametrize(
    ("sites", "about", "missing"),
    [
        ("a.example,lookalike,,,\n", "site a.example", "lookalike of nobody (line 2): impersonates is empty"),
        (
            "a.example,lookalike,b.example,,\n",
            "site a.example",
            "no row with role outlet for b.example, which it impersonates",
        ),
        (
            "a.example,source,,2016,2017\na.example,amplifier,,2017-06,\n",
            "site a.example",
            "is source in line 2 and amplifier in line 3 at one time; use from and until",
        ),
        ("a.example,outlet,,,\n", "sites.csv", "no site with a role that is crawled"),
    ],
)
def test_check_says_what_is_missing_in_sites(tmp_path: Path, sites: str, about: str, missing: str) -> None:
    folder = write_case(tmp_path / "c")
    (folder / "sites.csv").write_text(f"site,role,impersonates,from,until\n{sites}", encoding="utf-8")
    assert check(folder)[about]["missing"].startswith(missing)


def test_a_role_that_changed_is_no_contradiction(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "c")
    (folder / "sites.csv").write_text(
        "site,role,from,until\na.example,source,2016,2017-05\na.example,amplifier,2017-06,\n", encoding="utf-8"
    )
    assert "site a.example" not in check(folder)


def test_a_column_with_a_slip_in_its_name_is_pointed_out(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "c")
    (folder / "stories.csv").write_text("story,achive_url\na,\n", encoding="utf-8")
    assert check(folder)["stories.csv"]["missing"].endswith("did you mean 'archive_url'?")
