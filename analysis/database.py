"""The case's database, as the analysis opens it: the crawler's tables to read, its own to write."""

from __future__ import annotations

import sqlite3
from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.sql")


def connect(path: Path) -> sqlite3.Connection:
    """Open the database at `path`, with the tables of the analysis in it.

    Transactions are explicit (`BEGIN IMMEDIATE`). Raises FileNotFoundError where nothing was crawled yet.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path}: nothing crawled yet; run `mayfly crawl` first")
    db = sqlite3.connect(path, timeout=60, isolation_level=None)
    db.execute("PRAGMA foreign_keys = ON")
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'mention'").fetchone():
        db.executescript("BEGIN IMMEDIATE;" + SCHEMA.read_text(encoding="utf-8") + "COMMIT;")
    return db
