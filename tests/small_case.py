"""A case made by hand, row by row: what the tests of counting, ranking and queries read."""

from __future__ import annotations

import sqlite3

from analysis.database import SCHEMA as ANALYSIS
from crawler.database import SCHEMA as CRAWLER

NOW = "2020-01-01T00:00:00Z"


class SmallCase:
    """A database in memory, and a method for each sort of row; what a test does not say has a plain default."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.executescript(CRAWLER.read_text(encoding="utf-8"))
        self.db.executescript(ANALYSIS.read_text(encoding="utf-8"))
        self.insert("crawl", id=1, spider="site", source="live", settings="{}", version="0", started_at=NOW)

    def insert(self, table: str, **values: object) -> None:
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        self.db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values()))

    def rows(self, sql: str, *values: object) -> list[tuple]:
        return self.db.execute(sql, values).fetchall()

    def site(self, site: str, role: str, **values: object) -> None:
        self.insert(
            "site",
            **{"site": site, "role": role, "aliases": "[]", "start": "[]", "robots": "obey", "extra": "{}", **values},
        )

    def story(self, story: str, *addresses: str, impersonates: str | None = None) -> None:
        self.insert(
            "story",
            story=story,
            title=f"The title of {story}",
            titles="[]",
            claim="",
            quotes="[]",
            impersonates=impersonates,
            extra="{}",
        )
        for urlkey in addresses:
            kind = "archive" if urlkey.startswith("archive.example/") else "original"
            self.insert(
                "story_url", story=story, url=f"https://{urlkey}", urlkey=urlkey, site=urlkey.split("/")[0], kind=kind
            )

    def capture(self, urlkey: str, at: str = NOW, outcome: str = "ok", **values: object) -> int:
        number = self.rows("SELECT ifnull(max(id), 0) + 1 FROM capture")[0][0]
        self.insert(
            "capture",
            **{
                "id": number,
                "crawl": 1,
                "url": f"https://{urlkey}",
                "urlkey": urlkey,
                "site": urlkey.split("/")[0],
                "outcome": outcome,
                "fetched_at": at,
                "source": "live",
                **values,
            },
        )
        return number

    def article(self, urlkey: str, at: str = NOW, **values: object) -> int:
        """A page captured, with its article."""
        capture = self.capture(urlkey, at)
        self.insert("article", **{"capture": capture, "page_type": "article", "text": "Words.", **values})
        return capture

    def reference(self, capture: int, urlkey: str, zone: str = "body", **values: object) -> None:
        n = self.rows("SELECT count(*) FROM reference WHERE capture = ?", capture)[0][0]
        self.insert(
            "reference",
            **{
                "capture": capture,
                "n": n,
                "detector": "hyperlink",
                "zone": zone,
                "url": f"https://{urlkey}",
                "urlkey": urlkey,
                "site": urlkey.split("/")[0],
                "anchor": "",
                "context": "",
                **values,
            },
        )

    def mention(self, urlkey: str, story: str, kind: str = "link", **values: object) -> None:
        self.insert(
            "mention",
            **{
                "story": story,
                "urlkey": urlkey,
                "url": f"https://{urlkey}",
                "site": urlkey.split("/")[0],
                "kind": kind,
                "zone": "body",
                "stance": "unclear",
                "certainty": 1.0,
                "page": urlkey,
                "page_type": "article",
                "capture": 0,
                "evidence": "",
                "first_seen": NOW,
                **values,
            },
        )
