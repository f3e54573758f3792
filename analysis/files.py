"""Files that are whole or not there: written beside the old one, read back, and only then put in its place."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from xml.parsers import expat


class UnreadableError(Exception):
    """A file that was just written does not read back as it was meant."""


def write(path: Path, pieces: Iterable[str], check: Callable[[Path], None]) -> Path:
    """Write the pieces to `path` as UTF-8, and return it.

    They go to a temporary file in the same folder, onto the disk, and through `check`, which raises where the file
    does not read back. Whatever goes wrong (a full disk, an interruption), the file that stood there before is
    untouched and the temporary one is gone. Raises OSError, or what `check` raises.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        check(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    to_disk(path.parent)
    return path


def to_disk(folder: Path) -> None:
    """Make a change of name in the folder survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def snapshot(db: Connection) -> Iterator[None]:
    """All reading inside sees the database at one moment, though a crawl may be writing to it."""
    if db.in_transaction:
        yield
        return
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("ROLLBACK")


def same_elements(draft: Path, written: Counter[str]) -> None:
    """Check a graph in XML: it parses, and holds as many elements `node` and `edge` as were written.

    Raises UnreadableError where it does not. Memory stays flat.
    """
    found: Counter[str] = Counter()

    def count(name: str, _: object) -> None:
        if name in ("node", "edge"):
            found[name] += 1

    parser = expat.ParserCreate()
    parser.ordered_attributes = True  # a list, which is faster to make
    parser.StartElementHandler = count
    try:
        with draft.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise UnreadableError(f"{draft.name} does not read back: {error}; the old file is kept") from None
    if found != written:
        raise UnreadableError(f"{draft.name} holds {dict(found)}, not {dict(written)}; the old file is kept")


def same_text(draft: Path, written: str) -> None:
    """Check a short file: it holds the text that was written. Raises UnreadableError where it does not."""
    if draft.read_bytes() != written.encode():
        raise UnreadableError(f"{draft.name} does not read back; the old file is kept")
