"""What `minet crawl` does with a page in the comparison: its links, and trafilatura's text in two processes.

Loaded by minet, in its own virtual environment: `minet crawl -m benchmarks.minet_spider:spider`. BENCHMARK_PORT is
the port on loopback behind every name; minet's command has no option for a proxy.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from trafilatura import bare_extraction

from benchmarks.web import to_loopback


def text(body: bytes, url: str) -> tuple[str | None, str | None, str | None]:
    """Title, date and main text of a page, found as in the comparison's other programs."""
    found: Any = bare_extraction(body, url=url, fast=True, include_comments=False, with_metadata=True)
    return (found.title, found.date, found.text) if found else (None, None, None)


pool = ProcessPoolExecutor(2)


def spider(_: Any, response: Any) -> tuple[dict[str, Any], None]:
    """A page's row; its links are counted and not followed."""
    found = pool.submit(text, response.body, response.end_url)
    links = response.links() if response.is_html else []
    title, date, body = found.result()
    return {"title": title, "date": date, "text": body, "links": len(links)}, None


to_loopback(int(os.environ["BENCHMARK_PORT"]))
