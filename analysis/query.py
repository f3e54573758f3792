"""Questions for people: each a file of analysis/queries/, a comment that asks and a SELECT that answers."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUERIES = Path(__file__).with_name("queries")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answer."""

    name: str  # of the file, without .sql
    question: str  # in words: the first line of the file
    caveats: str  # what to bear in mind when reading the answer: the comment lines after it, or nothing
    sql: str  # one SELECT


def questions() -> list[Question]:
    """Every question that can be asked, by name."""
    return [read(path.stem, path.read_text(encoding="utf-8")) for path in sorted(QUERIES.glob("*.sql"))]


def read(name: str, text: str) -> Question:
    """Take a query file apart. Raises ValueError where it does not begin with a comment."""
    lines = text.splitlines()
    opening = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    if opening == 0:
        raise ValueError(f"analysis/queries/{name}.sql:1: no question; begin the file with a comment that asks it")
    question, *caveats = (line.removeprefix("--").strip() for line in lines[:opening])
    return Question(name, question, " ".join(caveats), "\n".join(lines[opening:]).strip())


def ask(db: sqlite3.Connection, name: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Answer the question of that name: the columns, and the rows as they come.

    Raises ValueError where there is no such question, with the names that are close.
    """
    known = {question.name: question for question in questions()}
    if name not in known:
        raise ValueError(unknown("question", name, list(known)))
    answer = db.execute(known[name].sql)
    return [column for column, *_ in answer.description], answer


def unknown(what: str, name: str, known: Sequence[str]) -> str:
    """One line for a name that is none of `known`: the close ones, or all of them."""
    close = difflib.get_close_matches(name, known, n=3)
    hint = f"did you mean {', '.join(close)}?" if close else f"there are {', '.join(known)}"
    return f"no {what} {name!r}; {hint}"
