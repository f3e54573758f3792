"""Times as they are written: ISO 8601 in UTC, to the second, ending in Z."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def iso(time: datetime) -> str:
    """`2017-03-02T10:00:00Z`; `time` must know its zone."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
