"""CSV, for spreadsheets and scripts: every table in a folder csv/, and ranking.csv beside it.

RFC 4180 in UTF-8, without a byte-order mark. Text that a spreadsheet would take for a formula gets a leading
apostrophe; numbers stay numbers. csv/README.txt, written with them, says what was changed.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from sqlite3 import Connection

from analysis.clean import CUT, clean
from analysis.files import UnreadableError, same_text, snapshot, write

CELL = 32_767  # UTF-16 units: what a cell of a spreadsheet can hold
VIEWS = ("amplification", "exclusion", "page_domain", "site_now")  # beside the tables: what counts, and why not
LEFT_OUT = ("signature", "verified_pair")  # the cache of `mayfly cluster`: binary, and of no use elsewhere
ORDERS = {"ranking": "rank", "ranking_by_rule": "rule, rank"}  # the others: by their key

# What opens a formula (OWASP, CSV injection), in full width too, also after spaces and quotes, which some programs
# drop; a tab or line end that leads is dropped by others.
FORMULA = re.compile(r"[\s\"'`“”‘’]*[=+\-@＝＋－＠]|[\t\r\n]")

README = """\
{banner}Every table of case.db, one a file. crawler/schema.sql and analysis/schema.sql say what each column means.

Comma-separated, UTF-8 without a byte-order mark, a header line. In Excel, use Data > From Text/CSV, choose UTF-8 and
keep columns as text, or dates and numbers inside text will be rewritten. An empty cell is an empty text or no value.

What differs from the database, which has everything as it was found:
- text that a spreadsheet would run as a formula has an apostrophe (') before it;
- control characters, and those that turn the direction of writing, are U+FFFD; a line end is a single LF;
- text over 32,767 characters, the most that a cell can hold, is cut and ends in "{cut}";
- tables {left_out} are the cache of a stage, and left out.
"""


def export(db: Connection, folder: Path, banner: str | None) -> Path:
    """Write csv/*.csv with a README.txt, and ranking.csv beside the folder; return the folder csv/.

    `banner` opens the README, and each row then has a last column `synthetic` that says yes.
    """
    into = folder / "csv"
    into.mkdir(exist_ok=True)
    with snapshot(db):
        for table in tables(db):
            write_table(db, table, into / f"{table}.csv", synthetic=bool(banner))
        write_table(db, "ranking", folder / "ranking.csv", synthetic=bool(banner))
    said = README.format(banner=f"{clean(banner)}\n\n" if banner else "", cut=CUT, left_out=" and ".join(LEFT_OUT))
    write(into / "README.txt", [said], partial(same_text, written=said))
    return into


def tables(db: Connection) -> list[str]:
    """The tables and views that are exported, by name."""
    known = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '[_]*'").fetchall()
    wanted = {name for (name,) in known if not name.startswith("sqlite_")} - set(LEFT_OUT)
    return sorted(wanted | set(VIEWS))


def write_table(db: Connection, table: str, path: Path, synthetic: bool) -> None:
    """Write one table, read it back and count."""
    answer = db.execute(f'SELECT * FROM "{table}" ORDER BY {order(db, table)}')
    header = [column for column, *_ in answer.description] + ["synthetic"] * synthetic
    counts: Counter[int] = Counter()  # rows, by how many cells they have
    write(path, lines(header, answer, synthetic, counts), partial(same_rows, written=counts))


def lines(
    header: list[str], rows: Iterable[tuple[object, ...]], synthetic: bool, counts: Counter[int]
) -> Iterator[str]:
    """The file, row by row; `counts` comes to hold how many there are of each width."""
    line = io.StringIO(newline="")
    writer = csv.writer(line, lineterminator="\r\n")
    mark: list[object] = ["yes"] * synthetic
    table: Iterable[list[object]] = ([*map(cell, row), *mark] for row in rows)
    for row in chain([list[object](header)], table):
        counts[len(row)] += 1
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def same_rows(draft: Path, written: Counter[int]) -> None:
    """Raise UnreadableError unless all rows read back with all their cells."""
    try:
        with draft.open(encoding="utf-8", newline="") as file:
            found = Counter(len(row) for row in csv.reader(file, strict=True))
    except csv.Error as error:
        raise UnreadableError(f"{draft.name} does not read back: {error}; the old file is kept") from None
    if found != written:
        raise UnreadableError(f"{draft.name} does not read back row by row; the old file is kept")


def cell(value: object) -> object:
    """A value as it may stand in a spreadsheet."""
    return fitting(defused(clean(value))) if isinstance(value, str) else value


def defused(text: str) -> str:
    """Text that stays text: what would be run as a formula gets a leading apostrophe."""
    return f"'{text}" if FORMULA.match(text) else text


def fitting(text: str) -> str:
    """Text that fits into a cell; what is cut ends in a mark."""
    if len(text) * 2 <= CELL or len(text.encode("utf-16-le")) <= CELL * 2:
        return text
    return text.encode("utf-16-le")[: (CELL - len(CUT)) * 2].decode("utf-16-le", errors="ignore") + CUT


def order(db: Connection, table: str) -> str:
    """What makes the rows come in the same order each time: the key, or where there is none, all columns."""
    columns = db.execute("SELECT name, pk FROM pragma_table_info(?) ORDER BY pk, cid", [table]).fetchall()
    key = [f'"{name}"' for name, pk in columns if pk]
    return ORDERS.get(table) or ", ".join(key or (f'"{name}"' for name, _ in columns))
