"""The rules of the design, each a test: what may import what, one writer a table, everything documented."""

from __future__ import annotations

import ast
import re
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import mayfly
from tests import docs

ROOT = Path(__file__).parent.parent
HALVES = ("crawler", "analysis")
MODULES = sorted(path for half in HALVES for path in (ROOT / half).rglob("*.py"))
DETECTORS = sorted(
    path
    for folder in ("references", "indicators")
    for path in (ROOT / "crawler" / folder).glob("*.py")
    if path.stem != "__init__"
)


def name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tracked() -> list[Path]:
    """The files of the project; without git, everything that is no product of a run."""
    git = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if git.returncode == 0:
        return [ROOT / file for file in git.stdout.split("\0") if file and (ROOT / file).is_file()]
    products = {".venv", "output", "__pycache__", ".git"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not products & set(path.relative_to(ROOT).parts)]


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it, and every name from such a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports by full name"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_the_design_names_every_module() -> None:
    tree = (ROOT / "DESIGN.md").read_text(encoding="utf-8").split("## 2.")[1].split("## 3.")[0]
    top = [path for half in HALVES for path in sorted((ROOT / half).glob("*.py")) if path.stem != "__init__"]
    assert [path.name for path in top if not re.search(rf"\b{path.name}\b", tree)] == []


# ── what may know what ──


@pytest.mark.parametrize(("half", "other"), [HALVES, HALVES[::-1]])
def test_the_two_halves_share_no_python(half: str, other: str) -> None:
    offenders = {
        name(path): sorted(found)
        for path in MODULES
        if name(path).split(".")[0] == half
        if (found := {one for one in imports(path) if one.split(".")[0] in (other, "mayfly")})
    }
    assert offenders == {}


@pytest.mark.parametrize("path", DETECTORS, ids=name)
def test_a_detector_knows_the_page_and_nothing_else_of_ours(path: Path) -> None:
    ours = {one for one in imports(path) if one.split(".")[0] in (*HALVES, "mayfly")}
    assert ours <= {"crawler.page", "crawler.page.Page"}


def test_there_are_detectors_of_both_sorts() -> None:
    assert {path.parent.name for path in DETECTORS} == {"references", "indicators"}


NETWORK = {
    "aiohttp",
    "ftplib",
    "http",
    "httpx",
    "requests",
    "scrapy",
    "smtplib",
    "socket",
    "ssl",
    "twisted",
    "urllib",
    "urllib3",
}
URLS = {"ada_url", "tldextract", "urllib", "w3lib", "yarl"}


def test_the_analysis_opens_no_socket_and_parses_no_url() -> None:
    offenders = {
        name(path): sorted(found)
        for path in MODULES
        if name(path).startswith("analysis")
        if (found := {one for one in imports(path) if one.split(".")[0] in NETWORK | URLS})
    }
    assert offenders == {}


# ── one writer a table ──

WRITES = re.compile(r"\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|DELETE\s+FROM|UPDATE(?:\s+OR\s+\w+)?)\s+\"?(\w+)")
# The facts of a page are written in one place and replaced when the detectors have changed; the frontier is filled by
# the crawl alone. Whoever else appears here would be a second opinion on the same rows.
TOGETHER = {
    "article": {"crawler.store", "crawler.rebuild"},
    "reference": {"crawler.store", "crawler.rebuild"},
    "indicator": {"crawler.store", "crawler.rebuild"},
    "claim_review": {"crawler.store", "crawler.rebuild"},
    "capture": {"crawler.store", "crawler.rebuild"},
}


def tables(schema: str) -> set[str]:
    return set(re.findall(r"^CREATE TABLE (\w+)", (ROOT / schema).read_text(encoding="utf-8"), re.MULTILINE))


def writers() -> dict[str, set[str]]:
    found = defaultdict(set)
    for path in [*MODULES, ROOT / "mayfly.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for table in WRITES.findall(node.value):
                    found[table].add(name(path))
    return found


@pytest.mark.parametrize("half", HALVES)
def test_a_table_has_one_writer(half: str) -> None:
    found = writers()
    wrong = {
        table: sorted(found[table])
        for table in tables(f"{half}/schema.sql")
        if not (found[table] <= TOGETHER.get(table, set()) or len(found[table]) == 1)
    }
    assert wrong == {}


@pytest.mark.parametrize(("half", "other"), [HALVES, HALVES[::-1]])
def test_a_half_writes_its_own_tables_only(half: str, other: str) -> None:
    found = writers()
    assert {
        table: found[table]
        for table in tables(f"{half}/schema.sql")
        if any(one.startswith(other) for one in found[table])
    } == {}


# ── importing does nothing ──

IMPORT_ALL = """
import sys
allowed = []
def audit(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.fork", "os.mkdir", "sqlite3.connect"):
        print(event, arguments)
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        print(event, arguments)
sys.addaudithook(audit)
import importlib
for module in sys.argv[1:]:
    importlib.import_module(module)
"""


def test_importing_does_nothing(tmp_path: Path) -> None:
    modules = [name(path) for path in MODULES] + ["mayfly"]
    run = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT_ALL, *modules],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "numba")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    made = [
        line for line in run.stdout.splitlines() if "/dev/null" not in line and str(tmp_path / "numba") not in line
    ]
    assert (run.returncode, run.stderr) == (0, "")
    assert made == []  # but the compiler's cache, as Python has its own
    assert {path.name for path in tmp_path.iterdir()} <= {"numba"}


# ── everything is documented ──


@pytest.mark.parametrize("path", [*MODULES, ROOT / "mayfly.py"], ids=name)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring
    assert docstring.splitlines()[0].endswith((".", ":", "?")), "the first line is a sentence"


def undocumented(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if public and isinstance(node, ast.ClassDef) and not ast.get_docstring(node):
            yield f"{name(path)}.{node.name}"


def test_a_public_class_says_what_it_is() -> None:
    assert [one for path in MODULES for one in undocumented(path)] == []


@pytest.mark.parametrize("path", DETECTORS, ids=name)
def test_a_plug_in_is_a_docstring_and_one_function(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    assert public == ["detect"]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "analysis").glob("*/*.sql")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_a_query_and_a_rule_begin_with_what_they_answer(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert re.match(r"-- \S.*[.?:,\w]$", first)


@pytest.mark.parametrize("command", mayfly.cli.commands.values(), ids=lambda command: command.name)
def test_a_command_says_what_it_does_in_a_sentence(command: mayfly.click.Command) -> None:
    assert (command.help or "").split("\n")[0].endswith(".")
    assert all(
        option.help
        for option in command.params
        if isinstance(option, mayfly.click.Option) and option.name != "as_json"
    )


def columns_without_comment(schema: Path) -> Iterator[str]:
    """Columns whose line has no comment."""
    table = ""
    for line in schema.read_text(encoding="utf-8").splitlines():
        if found := re.match(r"CREATE TABLE (\w+)", line):
            table = found[1]
        elif table and line.startswith(")"):
            table = ""
        elif table and (found := re.match(r"    (\w+) (?:TEXT|INTEGER|REAL|BLOB)", line)) and "--" not in line:
            yield f"{table}.{found[1]}"


@pytest.mark.parametrize("half", HALVES)
def test_a_column_has_its_comment(half: str) -> None:
    assert list(columns_without_comment(ROOT / half / "schema.sql")) == []


@pytest.mark.parametrize("half", HALVES)
def test_a_table_has_its_comment(half: str) -> None:
    text = (ROOT / half / "schema.sql").read_text(encoding="utf-8")
    for found in re.finditer(r"^CREATE (?:TABLE|VIEW) (\w+)", text, re.MULTILINE):
        assert text[: found.start()].rstrip("\n").splitlines()[-1].startswith("--"), found[1]


def test_the_comments_of_the_schema_reach_the_database(tmp_path: Path) -> None:
    from crawler.database import connect

    db = connect(tmp_path / "case.db")
    (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'capture'").fetchone()
    db.close()
    assert "-- the address that answered" in sql


def test_the_readme_names_every_command_and_exit_code() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [command for command in mayfly.cli.commands if f"mayfly {command}" not in readme] == []
    assert [
        code
        for code in sorted({*mayfly.CODES.values(), mayfly.ERROR, mayfly.BAD_INPUT, mayfly.HELD})
        if f"| {code} |" not in readme
    ] == []


def test_the_generated_parts_of_the_readme_are_current() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert docs.current(readme) == readme, "run `make docs`"


def test_the_first_two_commands_of_the_readme_are_make_demo_and_make_test() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^    (\w[^\n]*)$", readme, re.MULTILINE)
    assert [command.split("#")[0].strip() for command in commands[:2]] == ["make demo", "make test"]


# ── what no file may hold ──

REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "npmjs" + ".",
    "crates" + ".io",
    "anaconda" + ".org",
    "proxy.golang" + ".org",
]
MACHINE = re.compile(r"(?<![\w./>-])/(?:root|work|home/\w+|tmp/\w+|Users/\w+)(?:/|\b)")


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        try:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_file_names_a_package_registry() -> None:
    assert [(str(path), host) for path, text in texts() for host in REGISTRIES if host in text] == []


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    this = Path(__file__).relative_to(ROOT)
    assert [(str(path), found[0]) for path, text in texts() if path != this for found in MACHINE.finditer(text)] == []


def test_the_lock_files_name_no_host_and_hash_everything() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "://" not in text
        packages = re.findall(r"^(\S+)==\S+(?:[^\n\\]*)(\\?)$", text, re.MULTILINE)
        assert len(packages) > 50
        assert [package for package, goes_on in packages if not goes_on] == []


def test_the_runtime_lock_is_a_part_of_the_development_lock() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^\S+==[^\\\n]+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_the_database_of_a_case_keeps_its_tables_strict(tmp_path: Path) -> None:
    from crawler.database import connect

    connect(tmp_path / "case.db").close()
    db = sqlite3.connect(tmp_path / "case.db")
    tables = db.execute(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    ).fetchall()
    db.close()
    assert [table for table, strict in tables if not strict and not table.startswith(("sqlite_", "_"))] == []
