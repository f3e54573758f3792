"""A made-up web on loopback: an HTTP proxy that answers for every host, https included, and keeps a log."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import trustme


@dataclass(frozen=True)
class Answer:
    """What the web says at an address. `behave` is for what no status line can say: `reset`, `hang`, `cut`, `drip`."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    behave: str = ""


@dataclass(frozen=True)
class Hit:
    """A request that arrived."""

    url: str
    headers: Mapping[str, str]
    at: float  # seconds


NOT_FOUND = Answer(b"<html><title>404</title><p>Not here.</html>", 404)


@dataclass
class Web:
    """The web behind the proxy at `proxy`. `find` answers a URL (scheme, host and path as asked)."""

    find: Callable[[str], Answer | None]
    port: int = 0
    hits: list[Hit] = field(default_factory=list)

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def urls(self) -> list[str]:
        return [hit.url for hit in self.hits]


@contextmanager
def serve(web: Web | Mapping[str, Answer]) -> Iterator[Web]:
    """Serve a web, given as a function or by URL, in a thread of its own, until the block ends."""
    if not isinstance(web, Web):
        web = Web(web.get)
    authority = trustme.CA()
    contexts: dict[str, ssl.SSLContext] = {}
    loop = asyncio.new_event_loop()

    def context(host: str) -> ssl.SSLContext:
        if host not in contexts:
            contexts[host] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(host).configure_cert(contexts[host])
        return contexts[host]

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        origin = ""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, *rest = head.decode("latin-1").split("\r\n")
                method, target, _ = line.split(" ")
                headers = dict(row.split(": ", 1) for row in rest if row)
                if method == "CONNECT":
                    host = target.rpartition(":")[0]
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    await writer.drain()
                    await writer.start_tls(context(host))
                    origin = f"https://{host}"
                    continue
                url = target if "://" in target else (origin or f"http://{headers['Host']}") + target
                web.hits.append(Hit(url, headers, time.monotonic()))
                if not await answer(web.find(url) or NOT_FOUND, writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    server = loop.run_until_complete(asyncio.start_server(client, "127.0.0.1", 0, limit=1 << 20))
    web.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        asyncio.run_coroutine_threadsafe(end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def end(server: asyncio.Server) -> None:
    """Close the server, and every connection with it."""
    server.close()
    clients = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in clients:
        task.cancel()
    await asyncio.gather(*clients, return_exceptions=True)
    await asyncio.sleep(0)  # the transports close in the next turn of the loop


async def answer(what: Answer, writer: asyncio.StreamWriter) -> bool:
    """Write an answer; False where the connection is over."""
    if what.behave == "reset":
        writer.transport.abort()
        return False
    if what.behave == "hang":
        await asyncio.sleep(60)
        return False
    headers = "".join(f"{name}: {value}\r\n" for name, value in what.headers)
    writer.write(
        f"HTTP/1.1 {what.status} Whatever\r\n{headers}Content-Length: {len(what.body)}\r\n\r\n".encode("latin-1")
    )
    if what.behave == "cut":
        writer.write(what.body[: len(what.body) // 2])
        await writer.drain()
        return False
    writer.write(what.body)
    await writer.drain()
    return True
