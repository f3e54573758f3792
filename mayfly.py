"""The command line: a command a stage, each a few lines; the only file that knows both halves.

Results go to stdout (a table on a terminal, CSV in a pipe, JSON on request), progress and warnings to stderr. Every
import that costs time stands inside the command that needs it.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from crawler.case import Case
    from crawler.crawl import Result

HERE = Path(__file__).resolve().parent
DONE, ERROR, BAD_INPUT, NO_SPACE, INTERRUPTED, PAGE_LIMIT, TIME_LIMIT, HELD = 0, 1, 2, 3, 11, 14, 15, 20
CODES = {
    "finished": DONE,
    "page_limit": PAGE_LIMIT,
    "time_limit": TIME_LIMIT,
    "interrupted": INTERRUPTED,
    "no_space": NO_SPACE,
}  # any other reason is an error
SYNTHETIC = "Synthetic data: a reconstruction made for demonstration and tests. No page in it exists."
EVERY = 60  # seconds between two lines of progress where there is no terminal


def plug_ins(folder: str, suffix: str) -> list[str]:
    """The names of the files in a folder of plug-ins: what can be chosen."""
    return sorted(file.stem for file in (HERE / folder).glob(f"[a-z]*{suffix}"))


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────


def clean(text: str) -> str:
    """Text from the web as it may be shown: no control character reaches a terminal. All output goes through here."""
    from analysis.clean import clean

    return clean(text)


def escaped(text: str) -> str:
    """JSON as it may be shown: the same characters, escaped, so that nothing is lost."""
    from analysis.clean import UNFIT

    return UNFIT.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def say(text: str) -> None:
    """A line about what happens, to stderr."""
    click.echo(clean(text), err=True)


def show(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], as_json: bool = False, as_table: bool = False
) -> None:
    """Rows, to stdout: a table on a terminal (or `as_table`), CSV in a pipe, or JSON."""
    if as_json:
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        click.echo(escaped(json.dumps(records, ensure_ascii=False, indent=2)))
    elif as_table or sys.stdout.isatty():
        _table(columns, rows)
    else:
        _csv(columns, rows)


NARROWEST = 10  # characters of a column that can still be read


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table; where its columns would be too narrow to read, a small one for each row."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else 118)
    kept = list(rows)
    cells = [[clean(_cell(value)).replace("\n", " ") for value in row] for row in kept]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    if sum(min(width, NARROWEST) + 2 for width in widths) <= console.width:
        table = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False)
        for number, column in enumerate(columns):
            numeric = all(isinstance(row[number], int | float | None) for row in kept)
            table.add_column(Text(column), justify="right" if numeric else "left", overflow="fold")
        for row in cells:
            table.add_row(*map(Text, row))
        console.print(table)
        return
    for row in cells:
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for column, cell in zip(columns, row, strict=True):
            table.add_row(Text(column), Text(cell))
        console.print(table)
        console.print()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([defused(clean(value)) if isinstance(value, str) else value for value in row])


def defused(text: str) -> str:
    """A cell that a spreadsheet would take for a formula, made text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


class Progress:
    """What is done of how much: a bar with rate and time left on a terminal, a line a minute elsewhere."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.begun = self.told = monotonic()
        self.bar: Any = None
        self.task: Any = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            left = TimeRemainingColumn(elapsed_when_finished=True)
            rate = TextColumn("{task.fields[rate]}", markup=False)
            columns = TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), rate, left
            self.bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self.task = self.bar.add_task(self.what, total=None, rate="")
            self.bar.start()
        return self

    def __call__(self, done: int, total: int) -> None:
        now = monotonic()
        rate = done / max(now - self.begun, 1e-9)
        if self.bar:
            self.bar.update(self.task, completed=done, total=total, rate=f"{rate:,.0f}/s")
        elif now - self.told >= EVERY:
            self.told = now
            minutes = (total - done) / max(rate, 1e-9) / 60
            say(f"mayfly: {self.what}: {done:,} of {total:,}, {rate:,.1f}/s, {minutes:,.0f} min left")

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()


# ── the case ─────────────────────────────────────────────────────────────────────────────────────────────────────


class State:
    """What main() must know of the command that runs."""

    output: Path | None = None  # where its results go
    debug: bool = False


state = State()


def case_of(name: str, output: Path | None) -> Case:
    """The case, read and checked."""
    from crawler.case import read

    case = read(name, output)
    state.output = case.output
    return case


@contextmanager
def writing(name: str, output: Path | None) -> Iterator[tuple[sqlite3.Connection, Case]]:
    """The case's database, for one that writes: held, and its stories and sites as the files have them now."""
    from analysis.database import connect
    from crawler.case import load
    from crawler.database import connect as migrate
    from crawler.lock import held

    case = case_of(name, output)
    crawled(case)
    with held(case.output):
        migrate(case.output / "case.db").close()
        db = connect(case.output / "case.db")
        try:
            load(db, case)
            yield db, case
        finally:
            db.close()


@contextmanager
def reading(name: str, output: Path | None) -> Iterator[tuple[sqlite3.Connection, Case]]:
    """The case's database, for one that only reads: also while a crawl writes to it."""
    from analysis.database import connect

    case = case_of(name, output)
    crawled(case)
    db = connect(case.output / "case.db")
    try:
        db.execute("PRAGMA query_only = ON")
        yield db, case
    finally:
        db.close()


def crawled(case: Case) -> None:
    """Stop where there is nothing yet to work on."""
    if not (case.output / "case.db").exists():
        stop(f"{case.output / 'case.db'}: nothing crawled yet; run `mayfly crawl {case.name}` first")


def banner(case: Case) -> str | None:
    """What must stand on everything that comes out of a case that is not real."""
    return SYNTHETIC if case.synthetic else None


def stop(line: str, code: int = ERROR) -> NoReturn:
    """End with one line that says what is wrong, where, and what to do."""
    say(line if line.startswith("mayfly: ") else f"mayfly: {line}")
    raise click.exceptions.Exit(code)


# ── options that several commands share ──────────────────────────────────────────────────────────────────────────


class WithArchives(click.Command):
    """A command whose option `--from` takes several files: `--from a.warc.gz b.warc.gz`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(one_by_one(args)))


def one_by_one(args: Sequence[str]) -> Iterator[str]:
    """Repeat `--from` before each of its files: what follows it and is a file, or is called like an archive."""
    taking = False
    for n, word in enumerate(args):
        if n and args[n - 1] == "--from":
            taking = True
        elif (
            taking and not word.startswith("-") and (Path(word).is_file() or word.endswith((".warc", ".gz", ".wacz")))
        ):
            yield "--from"
        else:
            taking = False
        yield word


CASE = click.argument("case")
OUTPUT = click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="Where results go, instead of output/NAME."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Results as JSON.")


Command = Callable[..., None]


def crawling(command: Command) -> Command:
    """The options of a crawl."""
    for option in reversed(
        (
            click.option(
                "--from", "archives", multiple=True, metavar="FILE...", type=click.Path(path_type=Path),
                help="Read WARC or WACZ files instead of the live web.",
            ),
            click.option(
                "--spider", type=click.Choice(plug_ins("crawler/spiders", ".py")), help="Where to go.  [site]"
            ),
            click.option("--hops", type=click.IntRange(min=0), help="How far spider snowball goes outward.  [2]"),
            click.option("--pages", type=click.IntRange(min=0), help="Stop there; the next run goes on."),
            click.option("--minutes", type=click.FloatRange(min=0), help="Stop there; the next run goes on."),
            click.option(
                "--allow-private", multiple=True, metavar="CIDR", callback=networks,
                help="A private network that may be asked all the same, 127.0.0.0/8.",
            ),
            click.option("--round", "done", type=int, default=0, hidden=True, help="Rounds of snowball behind us."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


def networks(_ctx: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Check networks."""
    from ipaddress import ip_network

    for network in given:
        try:
            ip_network(network)
        except ValueError as error:
            raise click.BadParameter(f"{error}; write 127.0.0.0/8") from None
    return given


# ── the commands ─────────────────────────────────────────────────────────────────────────────────────────────────


class InOrder(click.Group):
    """Commands in the order of the work, not of the alphabet."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. A reader that has read enough (`| head`) is no error."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what Python flushes at its end
            result = DONE
        return result


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 118})
@click.option("--debug", is_flag=True, help="Show where in the program an unexpected error arose.")
def cli(debug: bool) -> None:
    """From a list of inauthentic articles to a map of who amplified them, with the evidence behind every edge.

    CASE is a folder with stories.csv and sites.csv, or its name under seeds/. `mayfly COMMAND --help` says more.
    """
    state.debug = debug


@cli.command()
@OUTPUT
def demo(output: Path | None) -> None:
    """The whole job on the bundled replica; no network needed."""
    case = case_of("replica", output)
    whole_job(Crawl("replica", output, archives=(case.folder / "web.warc.gz",)))
    summary("replica", output, as_table=True)
    next_steps(case)


@cli.command()
@click.argument("name")
def new(name: str) -> None:
    """Make a case folder, its files headed and explained."""
    from crawler.new import new

    folder = new(name)
    click.echo(clean(f"{folder}: stories.csv, sites.csv, case.toml and a README.md that explains them"))


@cli.command()
@CASE
@OUTPUT
@JSON
def check(case: str, output: Path | None, as_json: bool) -> None:
    """Say what each story can be traced by, and what is missing."""
    from crawler.check import Finding, check

    findings = check(case_of(case, output))
    show(Finding.columns(), (finding.cells() for finding in findings), as_json)


@cli.command(cls=WithArchives)
@CASE
@OUTPUT
@crawling
@JSON
def run(case: str, output: Path | None, as_json: bool, **options: Any) -> None:
    """Crawl, then every stage, then exports and report."""
    code = whole_job(Crawl(case, output, command="run", **options))
    summary(case, output, as_json)
    raise click.exceptions.Exit(code)


@cli.command(cls=WithArchives)
@CASE
@OUTPUT
@crawling
@JSON
def crawl(case: str, output: Path | None, as_json: bool, **options: Any) -> None:
    """Fetch what is due, from the live web or from archives."""
    result, code = Crawl(case, output, command="crawl", **options).go()
    show(("outcome", "captures"), sorted(result.outcomes.items()), as_json)
    raise click.exceptions.Exit(code)


@cli.command()
@CASE
@OUTPUT
def extract(case: str, output: Path | None) -> None:
    """Apply today's detectors to everything ever captured."""
    from crawler.rebuild import extract

    with writing(case, output) as (db, read), Progress("extract") as progress:
        unreadable = extract(db, read.output / "archive", frozenset(read.archives), progress)
    for line in unreadable:
        say(f"mayfly: {line}")
    raise click.exceptions.Exit(ERROR if unreadable else DONE)


@cli.command()
@CASE
@OUTPUT
@JSON
def trace(case: str, output: Path | None, as_json: bool) -> None:
    """Find the pages that speak of each story: table `mention`."""
    from analysis.trace import trace

    with writing(case, output) as (db, _), Progress("trace") as progress:
        kinds = trace(db, progress)
    show(("kind", "mentions"), kinds.items(), as_json)


@cli.command()
@CASE
@OUTPUT
@JSON
def cluster(case: str, output: Path | None, as_json: bool) -> None:
    """Group articles that share most of their words: table `cluster`."""
    from dataclasses import asdict

    from analysis.cluster import cluster

    with writing(case, output) as (db, _), Progress("cluster") as progress:
        counts = cluster(db, progress)
    show(("count", "n"), asdict(counts).items(), as_json)


@cli.command()
@CASE
@OUTPUT
@JSON
def graph(case: str, output: Path | None, as_json: bool) -> None:
    """Build the graph of sites: table `edge`."""
    from analysis.graph import graph

    with writing(case, output) as (db, _):
        graph(db)
        rows = db.execute("SELECT kind, count(*), sum(weight) FROM edge GROUP BY kind ORDER BY kind").fetchall()
    show(("kind", "edges", "pages"), rows, as_json)


@cli.command()
@CASE
@OUTPUT
@click.option("--rule", type=click.Choice(plug_ins("analysis/rules", ".sql")), help="What counts.  [standard]")
@JSON
def rank(case: str, output: Path | None, rule: str | None, as_json: bool) -> None:
    """Rank the sites that reference the stories: table `ranking`."""
    from analysis.rank import rank

    with writing(case, output) as (db, read):
        places = rank(db, rule or read.rule or "standard")
    show(
        ("rank", "site", "pages", "stories"),
        [(one.rank, one.site, one.pages, one.stories) for one in places],
        as_json,
    )


@cli.command()
@CASE
@OUTPUT
def analyse(case: str, output: Path | None) -> None:
    """All the stages, in order: trace, cluster, graph, rank."""
    with writing(case, output) as (db, _):
        stages(db)


@cli.command()
@CASE
@click.argument("name", required=False)
@OUTPUT
@JSON
def query(case: str, name: str | None, output: Path | None, as_json: bool) -> None:
    """Answer a question of analysis/queries/, or list them."""
    from analysis.query import ask, questions

    if name is None:
        show(("name", "question"), [(one.name, one.question) for one in questions()], as_json)
        return
    if name not in plug_ins("analysis/queries", ".sql"):
        from analysis.query import unknown

        raise click.UsageError(unknown("question", name, plug_ins("analysis/queries", ".sql")))
    with reading(case, output) as (db, _):
        columns, rows = ask(db, name)
        show(columns, rows, as_json)


@cli.command()
@CASE
@OUTPUT
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(plug_ins("analysis/exports", ".py")),
    help="[each of them]",
)
def export(case: str, output: Path | None, formats: tuple[str, ...]) -> None:
    """Write files for other programs."""
    with reading(case, output) as (db, read):
        for path in exports(db, read, formats):
            click.echo(clean(str(path)))


@cli.command()
@CASE
@OUTPUT
def report(case: str, output: Path | None) -> None:
    """Write the page that people look at: report.html."""
    with reading(case, output) as (db, read):
        click.echo(clean(str(page(db, read))))


@cli.command()
@CASE
@OUTPUT
@JSON
def status(case: str, output: Path | None, as_json: bool) -> None:
    """Show where the crawl stands: refused, failed, due, done.

    What was refused or failed comes first, with the reason; then what waits, the runs and the sites."""
    from crawler.status import status

    with reading(case, output) as (db, _):
        tables = status(db)
    if as_json:
        whole = {
            table.heading: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in tables
        }
        click.echo(escaped(json.dumps(whole, ensure_ascii=False, indent=2)))
        return
    for table in tables:
        click.echo(f"# {table.heading}")
        show(table.columns, table.rows)
        click.echo()


@cli.command()
@CASE
@OUTPUT
@JSON
def verify(case: str, output: Path | None, as_json: bool) -> None:
    """Check that every fact has its WARC record, and its digest holds."""
    from crawler.verify import verify

    with reading(case, output) as (db, read), Progress("verify") as progress:
        findings = [
            (one.where, one.what, one.capture, one.url) for one in verify(db, read.output / "archive", progress)
        ]
        captures = db.execute("SELECT count(*) FROM capture").fetchone()[0]
    if findings or as_json:
        show(("where", "what", "capture", "url"), findings, as_json)
    if findings:
        stop(f"{len(findings):,} things do not hold; each is named above, with its place")
    say(f"mayfly: every fact of {captures:,} captures resolves to a record whose digest holds")


# ── what commands are made of ────────────────────────────────────────────────────────────────────────────────────


class Crawl:
    """A crawl as it was asked for; what is left out comes from case.toml."""

    def __init__(
        self,
        case: str,
        output: Path | None,
        *,
        command: str = "crawl",
        archives: tuple[Path, ...] = (),
        spider: str | None = None,
        hops: int | None = None,
        pages: int | None = None,
        minutes: float | None = None,
        allow_private: tuple[str, ...] = (),
        done: int = 0,
    ) -> None:
        self.name, self.given_output, self.command, self.archives, self.done = case, output, command, archives, done
        self.case = case_of(case, output)
        self.spider = spider or self.case.spider or "site"
        self.hops = hops if hops is not None else self.case.hops
        self.pages = pages if pages is not None else self.case.pages
        self.minutes = minutes if minutes is not None else self.case.minutes
        self.allow_private = allow_private

    def go(self) -> tuple[Result, int]:
        """Crawl; for snowball, round after round. How it ended, and the exit code."""
        from crawler.crawl import crawl

        begun = monotonic()
        result = crawl(
            self.case,
            spider=self.spider,
            archives=self.archives,
            pages=self.pages,
            minutes=self.minutes,
            hops=self.hops,
            allow_private=self.allow_private,
        )
        for line in result.warnings:
            say(f"mayfly: {line}")
        if self.spider == "snowball" and result.reason == "finished":
            self.next_round(sum(result.outcomes.values()), (monotonic() - begun) / 60)
        if result.reason != "finished":
            again = f"`mayfly {self.command} {self.name}` goes on"
            say(f"mayfly: the crawl ended early: {result.reason.replace('_', ' ')}; {again}")
        return result, CODES.get(result.reason, ERROR)

    def next_round(self, fetched: int, minutes: float) -> None:
        """Trace, and crawl on from the pages that were found to carry a story: at most one round a hop.

        A reactor cannot start twice, so the process starts anew in its place: same id, same terminal, no child.
        """
        from crawler.spiders.snowball import HOPS

        with writing(self.name, self.given_output) as (db, _), Progress("trace") as progress:
            from analysis.trace import trace

            trace(db, progress)
        if self.done >= (HOPS if self.hops is None else self.hops) or (self.done and not fetched):
            return
        words: list[object] = [
            sys.executable,
            HERE / "mayfly.py",
            *(["--debug"] if state.debug else []),
            self.command,
        ]
        words += [self.name, "--spider", "snowball", "--round", self.done + 1]
        words += ["--output", self.given_output] if self.given_output else []
        words += ["--hops", self.hops] if self.hops is not None else []
        words += ["--pages", max(self.pages - fetched, 0)] if self.pages is not None else []
        words += ["--minutes", max(self.minutes - minutes, 0)] if self.minutes is not None else []
        words += [word for path in self.archives for word in ("--from", path)]
        words += [word for network in self.allow_private for word in ("--allow-private", network)]
        say(f"mayfly: round {self.done + 1} done, {fetched:,} addresses; outward from the pages that carry a story")
        sys.stdout.flush()
        sys.stderr.flush()
        os.execv(sys.executable, [str(word) for word in words])  # noqa: S606 (no shell is meant)


def whole_job(asked: Crawl) -> int:
    """Crawl, then every stage, then exports and report; the exit code of the crawl."""
    _, code = asked.go()
    if code not in (DONE, PAGE_LIMIT, TIME_LIMIT):
        raise click.exceptions.Exit(code)
    with writing(asked.name, asked.given_output) as (db, case):
        stages(db)
        for path in (*exports(db, case, ()), page(db, case)):
            say(f"mayfly: wrote {path}")
    return code


def stages(db: sqlite3.Connection) -> None:
    """Every stage of the analysis, in order."""
    from analysis.cluster import cluster
    from analysis.graph import graph
    from analysis.rank import rank
    from analysis.trace import trace

    with Progress("trace") as progress:
        trace(db, progress)
    with Progress("cluster") as progress:
        cluster(db, progress)
    graph(db)
    rank(db)


def exports(db: sqlite3.Connection, case: Case, formats: Sequence[str]) -> Iterator[Path]:
    """Write the formats asked for, or all, into the output folder."""
    from importlib import import_module

    for name in formats or plug_ins("analysis/exports", ".py"):
        yield import_module(f"analysis.exports.{name}").export(db, case.output, banner(case))


def page(db: sqlite3.Connection, case: Case) -> Path:
    """Write report.html."""
    from analysis.report import report

    path = case.output / "report.html"
    report(db, path, title=case.title or case.name, question=case.question, banner=banner(case), period=case.period)
    return path


TOP = """
    SELECT rank, coalesce(name, site) AS name, site, pages, stories, links, copies,
           rank_low || ' to ' || rank_high AS "90 % interval"
    FROM ranking ORDER BY rank LIMIT 10
"""


def summary(name: str, output: Path | None, as_json: bool = False, as_table: bool = False) -> None:
    """The top ten, and how many pages and domains there are in all."""
    with reading(name, output) as (db, case):
        answer = db.execute(TOP)
        rows = answer.fetchall()
        pages, sites = db.execute("SELECT count(DISTINCT page), count(DISTINCT site) FROM amplification").fetchone()
    if case.synthetic:
        say(f"mayfly: {SYNTHETIC}")
    show([column for column, *_ in answer.description], rows, as_json, as_table)
    line = f"{pages:,} pages on {sites:,} domains reference the stories."
    click.echo(line, err=not as_table and not sys.stdout.isatty())


def next_steps(case: Case) -> None:
    """Where the files are, and what to do with them."""
    click.echo(
        clean(f"""
Everything is in {case.output}:
  report.html   the page to look at: open it in a browser
  graph.gexf    the graph: open it in Gephi
  case.db       every fact and every mention: SQLite
  archive/      the evidence: every response, as WARC

What now:
  mayfly query replica           questions that have an answer ready
  mayfly verify replica          every fact resolves to a record whose digest holds
  mayfly new my-case             a case of your own
""")
    )


# ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────


def main() -> None:
    """Run the command line; every way to end is one line and an exit code."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(ended())


def ended() -> int:
    """The exit code, after one line that says what to do where it is not 0."""
    try:
        code = cli.main(prog_name="mayfly", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except (KeyboardInterrupt, click.Abort):
        say("mayfly: interrupted; nothing is lost, run it again to go on")
        return INTERRUPTED
    except click.ClickException as error:
        help_for = (
            f" ({error.ctx.command_path} --help says more)"
            if isinstance(error, click.UsageError) and error.ctx
            else ""
        )
        say(f"mayfly: {error.format_message()}{help_for}")
        return BAD_INPUT
    except Exception as error:  # the last place to make a line of it
        if state.debug:
            raise
        line, code = explained(error)
        for one in line.splitlines():
            say(one)
        return code


def explained(error: Exception) -> tuple[str, int]:
    """What an error means to the user, in a line or more, and the exit code."""
    from crawler.case import CaseError

    if isinstance(error, CaseError):  # begins with file and line, as compilers do, so that editors can go there
        return str(error), BAD_INPUT
    line, code = in_a_line(error)
    return f"mayfly: {line}", code


def in_a_line(error: Exception) -> tuple[str, int]:
    """What any other error means."""
    from crawler.lock import HeldError

    where = state.output or Path()
    if isinstance(error, HeldError):
        return str(error), HELD
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in str(error):
        return f"{where}: no space left; make room and run it again, nothing that was committed is lost", NO_SPACE
    if type(error).__name__ == "NoSpaceError":
        return f"{error}; make room and run it again, nothing that was committed is lost", NO_SPACE
    if type(error).__name__ == "NotAnArchiveError":
        return str(error), BAD_INPUT
    if type(error).__name__ in ("ArchiveError", "UnreadableError"):  # both say what, where and what to do
        return str(error), ERROR
    if isinstance(error, OSError) and error.filename:
        return f"{os.fsdecode(error.filename)}: {error.strerror}", ERROR
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(
        error, sqlite3.ProgrammingError | sqlite3.IntegrityError
    ):
        return f"{where / 'case.db'}: {error}; `mayfly verify` says what is damaged", ERROR
    return (
        f"unexpected error ({type(error).__name__}: {str(error)[:200]}); details are in {traceback_file(error)}",
        ERROR,
    )


def traceback_file(error: BaseException) -> Path:
    """Write down where in the program an error arose."""
    import tempfile
    import traceback

    folder = state.output if state.output and state.output.is_dir() else None
    with tempfile.NamedTemporaryFile("w", prefix="error-", suffix=".txt", dir=folder, delete=False) as file:
        file.writelines(traceback.format_exception(error))
    return Path(file.name)


if __name__ == "__main__":
    main()
