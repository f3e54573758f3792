"""The case's database: opened, made and migrated."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.sql")
VERSION = 1  # of crawler/schema.sql, kept in PRAGMA user_version


def connect(path: Path) -> sqlite3.Connection:
    """Open `path` for reading and writing, and bring its tables up to this version.

    Transactions are explicit (`BEGIN IMMEDIATE`). Raises ValueError where the file is not such a database or
    was written by a newer mayfly.
    """
    db = sqlite3.connect(path, timeout=60, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut
        db.execute("PRAGMA foreign_keys = ON")
        version = db.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        db.close()
        raise ValueError(f"{path}: not a database of mayfly ({error}); move it away and run again") from None
    if version > VERSION:
        db.close()
        raise ValueError(
            f"{path}: written by a newer mayfly (schema {version}, this one knows {VERSION}); update mayfly"
        )
    if version < VERSION:
        migrate(db, path)
    return db


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Apply what is missing, in one transaction; a copy of the file is made first where it holds anything."""
    import sqlite_utils
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("crawler")

    @migrations(name="schema_1")
    def schema_1(database: sqlite_utils.Database) -> None:
        for statement in statements(SCHEMA.read_text(encoding="utf-8")):
            database.execute(statement)
        database.execute("PRAGMA user_version = 1")

    if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(path, path.with_suffix(".before-migration.db"))
    migrations.apply(sqlite_utils.Database(db))


def statements(script: str) -> list[str]:
    """Split SQL text into its statements, comments kept (so that the schema in the file explains itself)."""
    found, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    return found
