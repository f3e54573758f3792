"""A case: what a researcher says of one investigation, read from its folder and checked strictly.

The folder holds `stories.csv`, `sites.csv` and, where wanted, `case.toml`; DESIGN.md section 4 describes them. A file
that is wrong stops the command with a line for each error: which file, which line, what to write instead.
"""

from __future__ import annotations

import csv
import difflib
import io
import ipaddress
import json
import re
import sqlite3
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.urls import identify
from crawler.wrappers import unwrap

ROOT = Path(__file__).resolve().parent.parent  # of the checkout, where seeds/ and output/ are
ROLES = ("amplifier", "lookalike", "source", "factchecker", "control", "outlet", "platform", "ignore")
CRAWLED = ("amplifier", "lookalike", "source", "factchecker", "control")  # by the spider `site`
STORY_COLUMNS = (
    "story", "url", "archive_url", "title", "language", "claim", "quotes", "published", "impersonates", "text",
    "note", "source",
)  # fmt: skip
SITE_COLUMNS = (
    "site", "role", "name", "aliases", "start", "impersonates", "publisher", "country", "languages", "robots",
    "note", "source",
)  # fmt: skip
PERIOD_COLUMNS = ("from", "until")  # optional in sites.csv: when a role held
LONGEST_TEXT = 1_000_000  # bytes: an article is a thousandth of it; more is the wrong file
LONGEST_FILE = 100_000_000  # bytes of a CSV file


class CaseError(Exception):
    """The case's files cannot be used; one line for each error, each with file, line and what to do."""

    def __init__(self, errors: Iterable[str]) -> None:
        self.errors = tuple(errors)
        super().__init__(self.errors)

    def __str__(self) -> str:
        return "\n".join(self.errors)


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A row of stories.csv: one known address, text or language version of a story."""

    line: int
    story: str
    url: str | None
    archive_url: str | None
    title: str | None
    language: str | None
    claim: str | None
    quotes: tuple[str, ...]
    published: str | None
    impersonates: str | None
    text: str | None  # the file's name, as the row writes it
    words: str | None  # what that file says
    note: str | None
    source: str | None
    extra: Mapping[str, str]  # columns that mayfly does not know

    @property
    def complete(self) -> bool:
        """Whether the text is the whole story, as far as the note says."""
        return not re.search(r"\b(partial|incomplete)\b", self.note or "", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A row of sites.csv: a site in one role."""

    line: int
    site: str
    role: str
    name: str | None
    aliases: tuple[str, ...]
    start: tuple[str, ...]
    since: str | None  # a day; the file's column `from`
    until: str | None  # a day
    impersonates: str | None
    publisher: str | None
    country: str | None
    languages: str | None
    robots: str
    note: str | None
    source: str | None
    extra: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One investigation. Settings that case.toml leaves out are None or empty."""

    name: str
    folder: Path
    output: Path
    stories: tuple[StoryRow, ...]
    sites: tuple[SiteRow, ...]
    title: str | None = None
    question: str | None = None
    period: str | None = None
    egress: str | None = None  # `direct`, or an HTTP proxy's URL
    contact: str | None = None  # goes into the user agent
    synthetic: bool = False  # a banner on everything that comes out
    shorteners: tuple[str, ...] = ()  # hosts, beside those that mayfly knows
    archives: tuple[str, ...] = ()  # hosts, beside those that mayfly knows
    spider: str | None = None
    pages: int | None = None
    minutes: float | None = None
    hops: int | None = None
    delay: float | None = None  # seconds between two requests to a site
    allow_private: tuple[str, ...] = ()  # networks that the address guard lets through
    rule: str | None = None  # of `rank`
    unknown_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by file


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def read(folder: str | Path, output: str | Path | None = None) -> Case:
    """The case in `folder` (or the one of that name under seeds/); its results go to `output`.

    Raises CaseError with every error of the case's files.
    """
    found = find(folder)
    stories_file, sites_file, settings_file = (
        _File(found / name) for name in ("stories.csv", "sites.csv", "case.toml")
    )
    stories = [_story(row, found) for row in _rows(stories_file, STORY_COLUMNS, ("story",))]
    sites = [_site_row(row) for row in _rows(sites_file, (*SITE_COLUMNS, *PERIOD_COLUMNS), ("site", "role"))]
    settings = _settings(settings_file)
    _story_contradictions(stories_file, stories)
    _site_contradictions(sites_file, sites)
    errors = [error for file in (stories_file, sites_file, settings_file) for error in file.errors()]
    if errors:
        raise CaseError(errors)
    return Case(
        name=found.resolve().name,
        folder=found,
        output=Path(output) if output else _output(found),
        stories=tuple(stories),
        sites=tuple(sites),
        unknown_columns={file.path.name: file.unknown for file in (stories_file, sites_file)},
        **settings,
    )


def find(case: str | Path) -> Path:
    """The folder of a case, given as a folder or as a name under seeds/ (here, or in the checkout)."""
    given = Path(case)
    for folder in (given, Path("seeds") / given, ROOT / "seeds" / given):
        if (folder / "stories.csv").is_file() or (folder / "sites.csv").is_file():
            return folder
    if given.is_dir():
        raise CaseError([f"{given}: no stories.csv in this folder; `mayfly new NAME` makes a case to start from"])
    known = names()
    close = difflib.get_close_matches(str(case), known, 1)
    hint = (
        f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known) or 'none'}; `mayfly new` makes one"
    )
    raise CaseError([f"{case}: no such case; {hint}"])


def names() -> list[str]:
    """The cases under seeds/, here and in the checkout."""
    return sorted({file.parent.name for root in (Path(), ROOT) for file in (root / "seeds").glob("*/stories.csv")})


def spiders() -> list[str]:
    """The spiders that there are: the files of crawler/spiders/."""
    return sorted(file.stem for file in Path(__file__).with_name("spiders").glob("[a-z]*.py"))


def _output(folder: Path) -> Path:
    """output/NAME beside the `seeds` that the case stands in; for a folder elsewhere, here."""
    case = folder.resolve()
    beside = case.parent.parent if case.parent.name == "seeds" else Path.cwd()
    return Path("output", case.name) if beside == Path.cwd() else beside / "output" / case.name


class _File:
    """A file of the case and what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unknown: tuple[str, ...] = ()  # columns
        self._errors: list[tuple[int, str]] = []

    def wrong(self, line: int, what: str) -> None:
        """Note an error; line 0 is the file as a whole."""
        self._errors.append((line, what))

    def errors(self) -> list[str]:
        return [
            f"{self.path}:{line}: {what}" if line else f"{self.path}: {what}" for line, what in sorted(self._errors)
        ]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a CSV file, cells by column, spaces around them gone; the reading of a cell is a method each."""

    file: _File
    line: int
    cells: Mapping[str, str]
    extra: Mapping[str, str]

    def wrong(self, what: str) -> None:
        self.file.wrong(self.line, what)

    def text(self, column: str) -> str | None:
        return self.cells.get(column) or None

    def many(self, column: str, separator: str | None = "|") -> tuple[str, ...]:
        return tuple(part.strip() for part in self.cells.get(column, "").split(separator) if part.strip())

    def one_of(self, column: str, allowed: Sequence[str], default: str = "") -> str:
        value = self.text(column) or default
        if value not in allowed:
            close = difflib.get_close_matches(value.lower(), allowed, 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            self.wrong(f"{column} {value!r} is not one of {', '.join(allowed)}{hint}")
        return value

    def url(self, column: str) -> str | None:
        value = self.text(column)
        if value and (problem := _url_problem(value)):
            self.wrong(f"{column} {value!r} {problem}")
            return None
        return value

    def site(self, column: str) -> str | None:
        value = self.text(column)
        if not value:
            return None
        known = identify(value if "://" in value else f"https://{value}")
        if known is None or " " in value:
            self.wrong(f"{column} {value!r} is not a site; write a domain (example.org) or an account (t.me/name)")
            return None
        urlkey, site = known
        if urlkey.lower() != site:
            self.wrong(
                f"{column} {value!r} is only a part of the site {site!r}; write {site!r} if all of it is meant"
            )
        return site

    def moment(self, column: str) -> str | None:
        value = self.text(column)
        if value and (problem := _date_problem(value)):
            self.wrong(f"{column} {value!r} {problem}")
            return None
        return value

    def day(self, column: str, last: bool = False) -> str | None:
        """The first day of a year, month or day; its last day where `last`."""
        value = self.moment(column)
        return _day(value, last) if value else None


def _rows(file: _File, known: tuple[str, ...], required: tuple[str, ...]) -> Iterator[_Row]:
    """The rows of a CSV file with a header, strictly: what cannot be read is noted in `file`."""
    text = _text(file, LONGEST_FILE)
    if text is None:
        return
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(lines, [])]
        if not _header_is_right(file, header, required):
            return
        file.unknown = tuple(name for name in header if name and name not in known)
        line = lines.line_num + 1
        for cells in lines:
            if any(cell.strip() for cell in cells):  # spreadsheets leave empty rows behind
                yield from _row(file, line, header, [cell.strip() for cell in cells], known, required)
            line = lines.line_num + 1
    except csv.Error as error:
        file.wrong(max(lines.line_num, 1), f"not CSV ({error}); a quotation mark inside a cell is written twice")


def _row(
    file: _File, line: int, header: list[str], cells: list[str], known: tuple[str, ...], required: tuple[str, ...]
) -> Iterator[_Row]:
    if len(cells) != len(header):
        file.wrong(
            line,
            f"{len(cells)} fields where the header has {len(header)}; "
            "a cell with a comma in it stands in quotation marks",
        )
        return
    named = dict(zip(header, cells, strict=True))
    if named.pop("", ""):
        file.wrong(line, "a cell in a column that has no name; name the column in line 1")
    for column in required:
        if not named[column]:
            file.wrong(line, f"no {column}; every row needs one")
            return
    for column, cell in named.items():
        if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", cell):
            file.wrong(line, f"{column} has a control character in it; type the cell anew")
            return
    extra = {column: cell for column, cell in named.items() if column not in known and cell}
    yield _Row(file, line, named, extra)


def _header_is_right(file: _File, header: list[str], required: tuple[str, ...]) -> bool:
    if not any(header):
        file.wrong(1, f"no header; the first line names the columns, at the least {','.join(required)}")
    elif len(header) == 1 and re.search(r"[;\t]", header[0]):
        between = "semicolons" if ";" in header[0] else "tabs"
        file.wrong(
            1,
            f"columns are separated by {between}; save as CSV (UTF-8, separated by commas)",
        )
    else:
        for name in sorted({name for name in header if name and header.count(name) > 1}):
            file.wrong(1, f"two columns are named {name!r}; rename one")
        for name in required:
            if name not in header:
                file.wrong(1, f"no column {name!r}; the columns are {', '.join(header)}")
    return not file.errors()


def _text(file: _File, longest: int) -> str | None:
    """The text of a UTF-8 file, with or without a byte order mark."""
    try:
        if file.path.stat().st_size > longest:
            file.wrong(0, f"larger than {longest:,} bytes; this is another kind of file")
            return None
        raw = file.path.read_bytes()
    except FileNotFoundError:
        file.wrong(0, "not there; `mayfly new NAME` makes a case with every file headed and explained")
        return None
    except OSError as error:
        file.wrong(0, f"cannot be read ({error.strerror})")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        file.wrong(line, f"not UTF-8 (byte 0x{raw[error.start]:02x}); save as UTF-8")
        return None


def _story(row: _Row, folder: Path) -> StoryRow:
    url = row.url("url")
    if url and (inside := unwrap(url)):
        row.wrong(
            f"url is a copy or redirect ({inside[1]}) of {inside[0]}; write that, and put a copy into archive_url"
        )
    language = row.text("language")
    if language and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", language):
        row.wrong(f"language {language!r} is not a language code; write en, fr, zh, ...")
    return StoryRow(
        line=row.line,
        story=row.cells["story"],
        url=url,
        archive_url=row.url("archive_url"),
        title=row.text("title"),
        language=language,
        claim=row.text("claim"),
        quotes=row.many("quotes"),
        published=row.moment("published"),
        impersonates=row.site("impersonates"),
        text=row.text("text"),
        words=_words(row, folder),
        note=row.text("note"),
        source=row.text("source"),
        extra=row.extra,
    )


def _words(row: _Row, folder: Path) -> str | None:
    """What the file in the column `text` says; it stands in the folder, so that a case is complete in itself."""
    name = row.text("text")
    if name is None:
        return None
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        row.wrong(f"text {name!r} is outside the case's folder; copy the file into it")
        return None
    if not path.is_file():
        row.wrong(f"text {name!r} is not there; it names a file beside stories.csv")
        return None
    file = _File(path)
    words = _text(file, LONGEST_TEXT)
    for error in file.errors():
        row.wrong(f"text {error}")
    if words is not None and not words.strip():
        row.wrong(f"text {name!r} is empty; paste the story's words into it, or clear the cell")
    return words.strip() if words else None


def _site_row(row: _Row) -> SiteRow:
    site = row.site("site") or row.cells["site"]
    robots = row.one_of("robots", ("obey", "ignore"), "obey")
    if robots == "ignore" and not row.text("note"):
        row.wrong("robots is 'ignore' without a reason; write the reason into note (it is recorded with every run)")
    start = row.many("start", None)
    for url in start:
        if problem := _url_problem(url):
            row.wrong(f"start {url!r} {problem}")
        elif (other := _site_of(url)) != site:
            row.wrong(f"start {url!r} is on the site {other!r}; give {other!r} a row of its own")
    since, until = row.day("from"), row.day("until", last=True)
    if since and until and since > until:
        row.wrong(f"from {row.text('from')} is later than until {row.text('until')}")
    return SiteRow(
        line=row.line,
        site=site,
        role=row.one_of("role", ROLES),
        name=row.text("name"),
        aliases=row.many("aliases"),
        start=start,
        since=since,
        until=until,
        impersonates=row.site("impersonates"),
        publisher=row.text("publisher"),
        country=row.text("country"),
        languages=row.text("languages"),
        robots=robots,
        note=row.text("note"),
        source=row.text("source"),
        extra=row.extra,
    )


def _story_contradictions(file: _File, rows: list[StoryRow]) -> None:
    """Rows that are right each by itself and wrong together."""
    outlets: dict[str, StoryRow] = {}
    owners: dict[str, StoryRow] = {}  # of an address, by urlkey
    seen: dict[tuple[str | None, ...], StoryRow] = {}
    for row in rows:
        if row.impersonates:
            first = outlets.setdefault(row.story, row)
            if first.impersonates != row.impersonates:
                file.wrong(
                    row.line,
                    f"story {row.story!r} impersonates {row.impersonates!r} here and {first.impersonates!r} "
                    f"in line {first.line}; make two stories with one claim of them",
                )
        for address in addresses(row):
            owner = owners.setdefault(address.urlkey, row)
            if owner.story != row.story:
                file.wrong(
                    row.line,
                    f"{address.url} is an address of story {owner.story!r} too (line {owner.line}); keep one",
                )
        key = (row.story, row.url and _key(row.url), row.archive_url and _key(row.archive_url), row.text)
        if (row.url or row.archive_url) and (first := seen.setdefault(key, row)) is not row:
            file.wrong(
                row.line,
                f"{row.url or row.archive_url} stands in line {first.line} already; keep one of the two rows",
            )


def _site_contradictions(file: _File, rows: list[SiteRow]) -> None:
    seen: dict[tuple[str, str, str | None], int] = {}
    for row in rows:
        first = seen.setdefault((row.site, row.role, row.since), row.line)
        if first != row.line:
            file.wrong(row.line, f"{row.site!r} is {row.role} in line {first} already; keep one of the two rows")


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _url_problem(url: str) -> str | None:
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return "is not a URL"
    if scheme not in ("http", "https"):
        return "is not a web address; it begins with http:// or https://"
    if re.search(r"\s", url):
        return "has a space in it; write %20, or give each address a row of its own"
    return None if identify(url) else "has no usable host"


def _key(url: str) -> str:
    known = identify(url)
    return known[0] if known else url


def _site_of(name: str) -> str | None:
    """The site that a domain, an account or a URL belongs to."""
    known = identify(name if "://" in name else f"https://{name}")
    return known[1] if known else None


def _date_problem(value: str) -> str | None:
    if re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value):
        try:
            date.fromisoformat(_day(value))
        except ValueError:
            return "is not a day of the calendar"
        return None
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]", value):
        return "is not a date; write 2017, 2017-03, 2017-03-02 or 2017-03-02T10:00Z"
    try:
        offset = datetime.fromisoformat(value).tzinfo
    except ValueError:
        return "is not a time; write 2017-03-02T10:00Z, or the day alone"
    return None if offset else "is a time without an offset; write 2017-03-02T10:00Z or +02:00, or the day alone"


def _day(value: str, last: bool = False) -> str:
    """The first or last day of a year, month or day; of a time, its day."""
    year, month, day = [*value[:10].split("-"), "", ""][:3]
    if day:
        return value[:10]
    month = month or ("12" if last else "01")
    days = (
        (date(int(year) + (month == "12"), int(month) % 12 + 1, 1) - date(int(year), int(month), 1)).days
        if last
        else 1
    )
    return f"{year}-{month}-{days:02d}"


# ── case.toml ────────────────────────────────────────────────────────────────────────────────────────────────────


def _string(value: Any) -> str | None:
    return (
        None
        if isinstance(value, str) and value.strip() and value.isprintable()
        else "is a line of text in quotation marks"
    )


def _boolean(value: Any) -> str | None:
    return None if isinstance(value, bool) else "is true or false"


def _count(value: Any) -> str | None:
    return (
        None
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0
        else "is a whole number, 0 or more"
    )


def _number(value: Any) -> str | None:
    right = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
    return None if right else "is a number, 0 or more"


def _egress(value: Any) -> str | None:
    if value == "direct":
        return None
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        right = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    return None if right else 'is "direct" or an HTTP proxy, "http://127.0.0.1:8118"'


def _hosts(value: Any) -> str | None:
    hosts = value if isinstance(value, list) else [None]
    right = all(isinstance(host, str) and re.fullmatch(r"[\w-]+(\.[\w-]+)+", host) for host in hosts)
    return None if right else 'is a list of hosts, ["short.example"]'


def _networks(value: Any) -> str | None:
    try:
        for network in value if isinstance(value, list) else [None]:
            ipaddress.ip_network(str(network))
    except ValueError:
        return 'is a list of networks, ["127.0.0.0/8"]'
    return None


def _spider(value: Any) -> str | None:
    return None if value in spiders() else f"is one of {', '.join(spiders())}"


def _rule(value: Any) -> str | None:
    return None if value in ("linked", "standard", "wide") else "is linked, standard or wide"


# Each setting of case.toml and what is wrong with a value of it.
SETTINGS = {
    "title": _string,
    "question": _string,
    "period": _string,
    "egress": _egress,
    "contact": _string,
    "synthetic": _boolean,
    "shorteners": _hosts,
    "archives": _hosts,
    "spider": _spider,
    "pages": _count,
    "minutes": _number,
    "hops": _count,
    "delay": _number,
    "allow_private": _networks,
    "rule": _rule,
}


def _settings(file: _File) -> dict[str, Any]:
    """The settings of case.toml, named as the fields of Case; an absent file is no error."""
    if not file.path.exists():
        return {}
    text = _text(file, LONGEST_TEXT)
    if text is None:
        return {}
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        file.wrong(
            int(line[1]) if line else 0,
            f"not TOML ({error}); a setting is written name = value, text in quotation marks",
        )
        return {}
    for key, value in settings.items():
        if key not in SETTINGS:
            close = difflib.get_close_matches(key.lower().replace("-", "_"), SETTINGS, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(SETTINGS)}"
            file.wrong(_line_of(text, key), f"{key!r} is not a setting; {hint}")
        elif problem := SETTINGS[key](value):
            file.wrong(_line_of(text, key), f"{key} {problem}")
    return {
        key: tuple(value) if isinstance(value, list) else value for key, value in settings.items() if key in SETTINGS
    }


def _line_of(text: str, key: str) -> int:
    """The line that sets `key`, 0 where it cannot be told."""
    pattern = re.compile(rf"\s*(\[\s*)?[\"']?{re.escape(key)}[\"']?\s*[\].=]")
    return next((n for n, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 0)


# ── into the database ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Address:
    """An address of a story: its own, or an archived copy's."""

    url: str
    urlkey: str
    site: str
    kind: str  # original, archive


def addresses(row: StoryRow) -> Iterator[Address]:
    """Every address that a row gives: its URL, the archived copy and the original inside the copy."""
    inside = unwrap(row.archive_url) if row.archive_url else None
    for url, kind in ((row.url, "original"), (row.archive_url, "archive"), (inside and inside[0], "original")):
        if url and (known := identify(url)):
            yield Address(url, *known, kind)


def load(db: sqlite3.Connection, case: Case) -> None:
    """Make the tables story, story_url, story_text and site say what the case's files say now, in one transaction."""
    stories: dict[str, list[StoryRow]] = {}
    for row in case.stories:
        stories.setdefault(row.story, []).append(row)
    db.execute("BEGIN IMMEDIATE")
    try:
        for table in ("story_text", "story_url", "story", "site"):
            db.execute(f"DELETE FROM {table}")
        for story, rows in sorted(stories.items()):
            _load_story(db, story, rows)
        db.executemany(
            """
            INSERT INTO site (site, role, name, aliases, start, since, until, impersonates, publisher, country,
                              languages, robots, note, source, extra)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                (
                    row.site, row.role, row.name, _json(row.aliases), _json(row.start), row.since, row.until,
                    row.impersonates, row.publisher, row.country, row.languages, row.robots, row.note, row.source,
                    _json(dict(row.extra)),
                )
                for row in case.sites
            ],
        )  # fmt: skip
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _load_story(db: sqlite3.Connection, story: str, rows: list[StoryRow]) -> None:
    titles = _distinct(row.title for row in rows)
    dates = sorted(
        _distinct(row.published for row in rows), key=lambda value: (_day(value, last=True), -len(value), value)
    )
    kept = {
        column: [cell for row in rows if (cell := _cells_kept(row).get(column))] for column in _columns_kept(rows)
    }
    db.execute(
        """
        INSERT INTO story (story, title, titles, claim, quotes, published_at, impersonates, extra)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            story,
            titles[0] if titles else "",
            _json(titles),
            " | ".join(_distinct(row.claim for row in rows)),
            _json(_distinct(quote for row in rows for quote in row.quotes)),
            dates[0] if dates else None,
            next((row.impersonates for row in rows if row.impersonates), None),
            _json({column: " | ".join(_distinct(cells)) for column, cells in kept.items()}),
        ],
    )
    known: dict[str, Address] = {}
    for row in rows:
        for address in addresses(row):
            known.setdefault(address.urlkey, address)
    db.executemany(
        "INSERT INTO story_url (story, url, urlkey, site, kind) VALUES (?, ?, ?, ?, ?)",
        [(story, address.url, address.urlkey, address.site, address.kind) for address in known.values()],
    )
    texts = {row.text: row for row in reversed(rows) if row.text}
    db.executemany(
        "INSERT INTO story_text (story, language, text, complete, source) VALUES (?, ?, ?, ?, ?)",
        [(story, row.language, row.words, int(row.complete), name) for name, row in sorted(texts.items())],
    )


def _cells_kept(row: StoryRow) -> dict[str, str | None]:
    """What a row says beyond the columns of table `story`."""
    return {"language": row.language, "note": row.note, "source": row.source, **row.extra}


def _columns_kept(rows: list[StoryRow]) -> list[str]:
    return sorted({column for row in rows for column, cell in _cells_kept(row).items() if cell})


def _distinct(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# ── where to start ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Start:
    """An address that the crawl starts from."""

    url: str
    urlkey: str
    site: str
    file: str  # the seed file that names it


def start_urls(case: Case) -> Iterator[Start]:
    """What the spider `site` starts from: the crawled sites' start URLs or home pages, and every story address."""
    seen: set[str] = set()
    for url, file in _start_urls(case):
        known = identify(url)
        if known and known[0] not in seen:
            seen.add(known[0])
            yield Start(url, *known, file)


def _start_urls(case: Case) -> Iterator[tuple[str, str]]:
    for row in case.sites:
        if row.role in CRAWLED:
            for url in row.start or (home(row.site),):
                yield url, "sites.csv"
    for story in case.stories:
        for address in addresses(story):
            yield address.url, "stories.csv"


def home(site: str) -> str:
    """The home page of a site."""
    try:
        return f"https://[{ipaddress.IPv6Address(site)}]/"
    except ValueError:
        return f"https://{site}" if "/" in site else f"https://{site}/"
