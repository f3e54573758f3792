"""The replica's web on loopback: an HTTP proxy that answers for every host as the last capture of a page says.

    with serving(made()) as (proxy, server):  # "http://127.0.0.1:40123"
        ...  # egress = proxy; server.asked says what was asked for

It also answers requests that name the host in their Host header only. A host that the web does not know is a bad
gateway, as a proxy says where a name does not resolve; an unknown page of a known host is not found. What has changed
since its first capture is here as it is now: some counted pages are gone, and some no longer carry their link.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

from tests.replica.model import REASONS, Capture, key
from tests.replica.web import Web

LONGEST_HEAD = 65_536  # bytes of a request


def answers(web: Web) -> dict[str, Capture]:
    """The latest capture of every urlkey."""
    return {key(capture.url): capture for capture in sorted(web.captures, key=lambda capture: capture.when)}


def bare(status: int, reason: str) -> bytes:
    """A response that says no more than its status."""
    return f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n".encode()


class Server:
    """Answers requests, and remembers which URLs were asked for, in order."""

    def __init__(self, web: Web) -> None:
        self.answers = answers(web)
        self.hosts = {capture.url.split("/")[2].removeprefix("www.") for capture in self.answers.values()}
        self.asked: list[str] = []

    def answer(self, method: str, url: str) -> bytes:
        """A whole response to a request for an absolute URL."""
        self.asked.append(url)
        capture = self.answers.get(key(url)) if method in ("GET", "HEAD") else None
        if capture is None:
            return bare(*self.refusal(method, url))
        fields = "".join(f"{name}: {value}\r\n" for name, value in capture.headers)
        head = f"HTTP/1.1 {capture.status} {REASONS[capture.status]}\r\n{fields}\r\n".encode()
        return head if method == "HEAD" else head + capture.body

    def refusal(self, method: str, url: str) -> tuple[int, str]:
        if method not in ("GET", "HEAD"):
            return 405, "Method Not Allowed"
        host = url.split("/")[2].removeprefix("www.").partition(":")[0]
        return (404, "Not Found") if host in self.hosts else (502, "Bad Gateway")

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after another on a connection."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                request, *fields = head.split("\r\n")
                method, target, _ = request.split(" ", 2)
                host = next((field[5:].strip() for field in fields if field.lower().startswith("host:")), "")
                writer.write(self.answer(method, target if "://" in target else f"http://{host}{target}"))
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
            pass  # the other side has gone, or speaks something else: nothing more to say to it
        finally:
            writer.close()


@contextmanager
def serving(web: Web) -> Iterator[tuple[str, Server]]:
    """Serve the web on a free port of loopback, from a thread; yields the proxy's URL and the server."""
    server, port = Server(web), Queue[int]()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        listening = await asyncio.start_server(server.converse, "127.0.0.1", 0, limit=LONGEST_HEAD)
        port.put(listening.sockets[0].getsockname()[1])
        await stop.wait()
        listening.close()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()], daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port.get(timeout=10)}", server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=10)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
