"""The mini web: real pages as captured, where they are at hand. They are never copied into the project."""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("MAYFLY_DATA", ROOT.parent / "shared" / "data"))


@dataclass(frozen=True)
class Real:
    """A real page: its address, what a server should say of it, and its bytes."""

    url: str
    content_type: str
    body: bytes


def folder(name: str) -> Path:
    """A folder of the real data; the test is skipped, with the reason, where it is absent."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"real data is not at hand: {name}; set MAYFLY_DATA to the folder that holds it")
    return path


def pages() -> Iterator[Real]:
    """The pages of the mini web, by address."""
    where = folder("miniweb")
    with (where / "index.csv").open(encoding="utf-8", newline="") as file:
        for row in sorted(csv.DictReader(file), key=lambda row: row["url"]):
            yield Real(row["url"], row["content_type"], gzip.decompress((where / row["file"]).read_bytes()))


def write_warc(path: Path, found: Iterator[Real], date: str = "2026-11-20T12:00:00Z") -> None:
    """Pack pages as a WARC, with warcio, as any other crawler would."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for page in found:
            headers = StatusAndHeaders("200 OK", [("Content-Type", page.content_type)], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                page.url, "response", payload=BytesIO(page.body), http_headers=headers,
                warc_headers_dict={"WARC-Date": date},
            )  # fmt: skip
            writer.write_record(record)
            record.raw_stream.close()


def write_case(folder: Path, found: list[Real], toml: str) -> Path:
    """A case in which each page is an address of a story, so that it is fetched and its links are not followed."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "stories.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["story", "url", "source"])
        writer.writerows([f"S{n:04}", page.url, "mini web"] for n, page in enumerate(found))
    (folder / "sites.csv").write_text("site,role,source\n", encoding="utf-8")
    (folder / "case.toml").write_text(toml, encoding="utf-8")
    return folder
