"""A capture's row, and the exchange that its WARC record holds: what was received, read back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from crawler import warc
from crawler.exchange import Exchange


def exchange(db: sqlite3.Connection, archive: Path, capture: int) -> Exchange:
    """The exchange of a capture. Raises warc.DamagedError or OSError where its record, or the one that it refers to,
    cannot be read."""
    url, fetched_at, ip, truncated, original, filename, offset, length = db.execute(
        "SELECT url, fetched_at, ip, truncated, revisit_of, warc_filename, warc_offset, warc_length "
        "FROM capture WHERE id = ?",
        [capture],
    ).fetchone()
    answer = _http(archive / filename, offset, length)
    payload = answer.payload
    if original is not None:
        where = db.execute(
            "SELECT warc_filename, warc_offset, warc_length FROM capture WHERE id = ?", [original]
        ).fetchone()
        payload = _http(archive / where[0], *where[1:]).payload
    return Exchange(
        url=url,
        fetched_at=fetched_at,
        status=answer.status,
        reason=answer.reason,
        headers=answer.headers,
        payload=payload,
        protocol=answer.protocol,
        ip=ip,
        truncated=truncated if truncated != "encoding" else None,  # that one the extraction finds again
    )


def _http(path: Path, offset: int, length: int) -> warc.Http:
    message = warc.read(path, offset, length).http
    if message is None:
        raise warc.DamagedError(f"{path.name}:{offset}: holds no HTTP message")
    return message
