"""Small made-up webs, written straight into a case's tables: what the analysis is tested on."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
VOWELS, CONSONANTS = "aeiou", "bdfgklmnprstv"


def prose(seed: str, count: int) -> str:
    """So many made-up words, the same for the same seed; two seeds share no passage."""
    draw = random.Random(seed)
    found = ["".join(draw.choice(CONSONANTS) + draw.choice(VOWELS) for _ in range(4)) for _ in range(count)]
    return " ".join(found)


class Web:
    """A case's database, filled a row at a time. Each method says one thing about the world."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        for schema in ("crawler/schema.sql", "analysis/schema.sql"):
            self.db.executescript((ROOT / schema).read_text(encoding="utf-8"))
        self.db.execute(
            "INSERT INTO crawl (id, spider, source, settings, version, started_at) "
            "VALUES (1, 'site', 'archive', '{}', '0', '2020-01-01T00:00:00Z')"
        )

    def insert(self, table: str, **values: Any) -> int:
        columns, places = ", ".join(values), ", ".join("?" * len(values))
        cursor = self.db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(values.values()))
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def story(self, story: str, *titles: str, text: str | None = None, complete: int = 1) -> None:
        self.insert(
            "story", story=story, title=titles[0] if titles else "", titles=json.dumps(titles), claim="",
            quotes="[]", extra="{}",
        )  # fmt: skip
        if text is not None:
            self.text(story, text, complete=complete)

    def text(self, story: str, text: str, source: str = "story.txt", complete: int = 1) -> None:
        self.insert("story_text", story=story, language="en", text=text, complete=complete, source=source)

    def address(self, story: str, urlkey: str, kind: str = "original") -> None:
        self.insert("story_url", story=story, url=f"https://{urlkey}", urlkey=urlkey, site=site_of(urlkey), kind=kind)

    def site(self, site: str, role: str, since: str | None = None, until: str | None = None) -> None:
        self.insert(
            "site",
            site=site,
            role=role,
            aliases="[]",
            start="[]",
            since=since,
            until=until,
            robots="obey",
            extra="{}",
        )

    def capture(self, urlkey: str, at: str = "2020-01-01", outcome: str = "ok", to: str | None = None) -> int:
        moment = at if "T" in at else f"{at}T00:00:00Z"
        return self.insert(
            "capture", crawl=1, url=f"https://{urlkey}", urlkey=urlkey, site=site_of(urlkey), outcome=outcome,
            redirect_url=to and f"https://{to}", redirect_urlkey=to, source="archive", fetched_at=moment,
            digest="sha256:" + hashlib.sha256(f"{urlkey} {moment}".encode()).hexdigest(),
        )  # fmt: skip

    def page(
        self, urlkey: str, text: str = "", at: str = "2020-01-01", outcome: str = "ok", **article: str | None
    ) -> int:
        capture = self.capture(urlkey, at, outcome)
        canonical = article.pop("canonical", None)
        self.insert(
            "article", capture=capture, text=text, page_type=article.pop("page_type", "article"),
            canonical_urlkey=canonical, canonical_url=canonical and f"https://{canonical}", **article,
        )  # fmt: skip
        return capture

    def redirect(self, urlkey: str, to: str, at: str = "2020-01-01") -> int:
        return self.capture(urlkey, at, "redirect", to)

    def points(
        self, capture: int, urlkey: str, zone: str = "body", detector: str = "hyperlink",
        wrapper: str | None = None, anchor: str = "here", context: str = "Read it here.",
    ) -> None:  # fmt: skip
        number = self.db.execute("SELECT count(*) FROM reference WHERE capture = ?", [capture]).fetchone()[0]
        self.insert(
            "reference", capture=capture, n=number, detector=detector, zone=zone, url=f"https://{urlkey}",
            urlkey=urlkey, site=site_of(urlkey), anchor=anchor, context=context, wrapper=wrapper,
        )  # fmt: skip

    def reviews(self, capture: int, rating: str | None = "False") -> None:
        self.insert("claim_review", capture=capture, n=0, rating=rating)

    def mentions(self, *columns: str, where: str = "1") -> list[Any]:
        """The rows of `mention`, in order; a single column as plain values."""
        rows = self.db.execute(
            f"SELECT {', '.join(columns)} FROM mention WHERE {where} ORDER BY story, urlkey, kind"
        ).fetchall()
        return [row[0] for row in rows] if len(columns) == 1 else rows


def site_of(urlkey: str) -> str:
    """Good enough for hosts under .example: the last two labels."""
    return ".".join(urlkey.partition("/")[0].partition("?")[0].split(".")[-2:])
