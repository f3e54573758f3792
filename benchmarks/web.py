"""The web of the benchmarks: real or made-up pages, served on loopback by a process of its own.

The server is an HTTP proxy that answers for every host, and a plain server to whoever asks it directly. It holds
ready answers in memory and does as little as possible for each, so that what is measured is the crawler.

    python -m benchmarks.web FOLDER      serve the pages that `keep` wrote there
    python -m benchmarks.web endless     serve made-up sites, each page linking to others of its site

It prints its port, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import csv
import gzip
import hashlib
import json
import os
import random
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("MAYFLY_DATA", ROOT.parent / "shared" / "data"))
SIZE = 100_000  # bytes of a generated page, about: real ones have a median of 118,000
SITES = 50  # of the endless web
ENDLESS_SIZE = 8_000  # bytes of text of its pages: what is measured there is memory, and not the reading of text
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Real:
    """A page: its address, what a server should say of it, and its bytes."""

    url: str
    content_type: str
    body: bytes


def pages(count: int) -> tuple[str, list[Real]]:
    """`count` pages and where they come from: real ones where they are at hand, generated ones elsewhere. Which ones,
    and their order, is decided by a hash of the address, so that sites and languages are mixed."""
    if (DATA / "miniweb" / "index.csv").exists():
        return "real pages of the mini web", list(_real(count))
    return "generated pages", [generated(number) for number in range(count)]


def _real(count: int) -> Iterator[Real]:
    where = DATA / "miniweb"
    with (where / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = [(plain(row["url"]), row) for row in csv.DictReader(file)]
    rows.sort(key=lambda pair: hashlib.sha256(pair[0].encode()).digest())
    for url, row in rows[:count]:
        yield Real(url, row["content_type"], gzip.decompress((where / row["file"]).read_bytes()))


def plain(url: str) -> str:
    """The address as every crawler asks for it: by http, as proxies see it, without what browsers take off."""
    from crawler.urls import absolute

    found = absolute(url, url)
    assert found, url
    return "http://" + found.partition("://")[2]


@cache
def vocabulary() -> list[str]:
    """20,000 made-up words."""
    rng = random.Random(1)
    letters = "eeeetttaaooiinnsshhrrddlluucmwfgypbvk"
    return ["".join(rng.choices(letters, k=rng.randint(2, 10))) for _ in range(20_000)]


def generated(number: int) -> Real:
    """A made-up page of a made-up site, built and sized as real ones are: 150 to 300 links, half of them in menus and
    boxes, two in five to other sites; 30 paragraphs; scripts, styles, metadata."""
    rng = random.Random(number)
    words = vocabulary()
    host = f"site{number % 250}.example"

    def text(low: int, high: int) -> str:
        return " ".join(rng.choices(words, k=rng.randint(low, high)))

    def link() -> str:
        where = host if rng.random() < 0.6 else f"site{rng.randrange(5000)}.example"
        return (
            f'<a class="item {text(1, 2)}" href="http://{where}/{text(1, 1)}/{rng.randrange(10**6)}/{text(1, 3)}'
            f'?ref={text(1, 1)}" title="{text(3, 8)}">{text(3, 9)}</a>'.replace("\n", " ")
        )

    count = rng.randint(150, 300)
    menu = "".join(f'<li class="menu-item">{link()}</li>' for _ in range(count // 4))
    card = '<div class="card"><h3>{}</h3><span>{}</span></div>'
    related = "".join(card.format(link(), text(3, 12)) for _ in range(count // 4))
    body = "".join(f"<p>{text(30, 80)} {link()} {text(5, 20)}</p>" for _ in range(30))
    footer = "".join(f"<li>{link()}</li>" for _ in range(count - 30 - 2 * (count // 4)))
    script = f"<script>var data = {{{text(300, 400)}}};</script>"
    head = (
        f'<meta charset="utf-8"><title>{text(5, 12)} | {host}</title>'
        f'<meta property="og:title" content="{text(5, 12)}">'
        f'<meta property="article:published_time" content="2017-03-{number % 28 + 1:02}T10:00:00Z">'
        f'<meta name="author" content="{text(2, 2)}"><style>{text(500, 600)}</style>'
    )
    page = (
        f'<!DOCTYPE html><html lang="en"><head>{head}{script}</head><body><header><nav><ul>{menu}</ul></nav></header>'
        f'<main><article><h1>{text(5, 12)}</h1>{body}</article><aside class="related">{related}</aside></main>'
        f"{script}<footer><ul>{footer}</ul></footer>"
    )
    filler = f"<script>/* {text(4, 8)} */</script>"
    page += filler * max(0, (SIZE - len(page)) // len(filler)) + "</body></html>"
    url = f"http://{host}/news/{number}/{words[number % len(words)]}"
    return Real(url, "text/html; charset=utf-8", page.encode())


def endless(target: str) -> bytes | None:
    """The answer at an address of the endless web: page m of site n links to the pages around it, to one far on and
    to two of other sites, so that the frontier grows."""
    site, _, path = target.removeprefix("http://").partition("/")
    if not path.isdigit() and path:
        return None
    number = int(path or 0)
    own = "".join(f'<li><a href="/{number * 4 + step}">part {number * 4 + step}</a></li>' for step in range(1, 5))
    away = "".join(f'<a href="http://away{number % 997}-{n}.example/{number}">source {n}</a> ' for n in range(2))
    title = f"Page {number} of {site}"
    start = number * 131 % 10_000
    words = vocabulary()
    text = " ".join(words[start : start + ENDLESS_SIZE // 8])
    return answer(
        "text/html; charset=utf-8",
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title></head><body><nav><ul>{own}</ul></nav>'
        f"<article><h1>{title}</h1><p>{away}</p><p>{number} {text}</p></article></body></html>".encode(),
    )


def endless_starts() -> list[str]:
    """The home pages of the endless web."""
    return [f"http://site{n}.example/" for n in range(SITES)]


def answer(content_type: str, body: bytes) -> bytes:
    """What goes over the wire."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode("latin-1") + body


# ── the server's process ─────────────────────────────────────────────────────────────────────────────────────────


class Connection(asyncio.Protocol):
    """A client: asks by absolute address, as of a proxy, or by path and `Host`."""

    def __init__(self, find: Callable[[str], bytes | None]) -> None:
        self.find = find
        self.pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.pending += data
        while (end := self.pending.find(b"\r\n\r\n")) >= 0:
            head, self.pending = self.pending[:end], self.pending[end + 4 :]
            target = head[head.index(b" ") + 1 : head.index(b" HTTP/")].decode("latin-1")
            if not target.startswith("http://"):
                lines = head.decode("latin-1").split("\r\n")[1:]
                host = next(line[5:].strip() for line in lines if line.lower().startswith("host:"))
                target = f"http://{host}{target}"
            self.transport.write(self.find(target) or NOT_FOUND)  # type: ignore[attr-defined]


async def _serve(find: Callable[[str], bytes | None]) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(find), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    os._exit(0)


def keep(found: Iterable[Real], folder: Path) -> None:
    """Write pages down for the server, and for whoever reads them without one."""
    with (folder / "pages.jsonl").open("w", encoding="ascii") as file:
        for number, page in enumerate(found):
            (folder / str(number)).write_bytes(page.body)
            file.write(json.dumps({"url": page.url, "content_type": page.content_type}) + "\n")


def kept(folder: Path, count: int | None = None) -> list[Real]:
    """The pages that were written down, or the first of them."""
    lines = (folder / "pages.jsonl").read_text(encoding="ascii").splitlines()[:count]
    rows = [json.loads(line) for line in lines]
    return [Real(**row, body=(folder / str(number)).read_bytes()) for number, row in enumerate(rows)]


# ── seen from the benchmark ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """Seconds of CPU time that it has taken so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def to_loopback(port: int) -> None:
    """Every name in this process stands for a port on loopback."""

    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    socket.getaddrinfo = resolve


@contextmanager
def served(what: Path | str) -> Iterator[Server]:
    """A server for a folder of pages, or for the `endless` web, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.web", str(what)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    try:
        yield Server(process.pid, int(process.stdout.readline()))
    finally:
        process.stdin.close()
        stop = threading.Timer(10, process.kill)
        stop.start()
        process.wait()
        stop.cancel()
        process.stdout.close()


if __name__ == "__main__":
    if sys.argv[1] == "endless":
        asyncio.run(_serve(endless))
    else:
        asyncio.run(_serve({p.url: answer(p.content_type, p.body) for p in kept(Path(sys.argv[1]))}.get))
