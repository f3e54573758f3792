"""Pool: worker processes that extract pages, each page with a hard time limit."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
from concurrent.futures import Future, TimeoutError

from pebble import ProcessExpired, ProcessPool

from crawler.page import Page
from crawler.records import Facts

MEMORY = 2 * 1024**3  # bytes of address space a worker may take


class Pool:
    """Worker processes for `extract`. They run before the constructor returns."""

    def __init__(self, workers: int = 2, seconds: float = 10, archives: frozenset[str] = frozenset()) -> None:
        self.seconds = seconds
        self.archives = archives
        self._pool = ProcessPool(
            max_workers=workers, initializer=_begin, initargs=(os.getpid(),),
            context=multiprocessing.get_context("spawn"),
        )
        for future in [self._pool.submit(_warm, 60) for _ in range(workers)]:
            future.result()

    def submit(self, page: Page) -> Future[Facts]:
        """The page's facts, later. Never fails: `timeout` and `crash` are told in Facts.extraction."""
        result: Future[Facts] = Future()
        result.set_running_or_notify_cancel()

        def done(future: Future[Facts]) -> None:
            try:
                result.set_result(future.result())
            except TimeoutError:
                result.set_result(Facts(extraction="timeout", detail=f"no end after {self.seconds:g} s"))
            except (ProcessExpired, MemoryError) as error:
                result.set_result(Facts(extraction="crash", detail=str(error)[:200]))
            except BaseException as error:
                result.set_exception(error)

        self._pool.submit(_extract, self.seconds, page, self.archives).add_done_callback(done)
        return result

    def close(self) -> None:
        self._pool.stop()
        self._pool.join()


def _extract(page: Page, archives: frozenset[str] = frozenset()) -> Facts:
    from crawler.extract import extract

    return extract(page, archives)


def _warm() -> None:
    _extract(Page("http://warm.example/", 200, (), b"<html><body><p>warm</p></body></html>", "2020-01-01T00:00:00Z"))


def _begin(parent: int) -> None:
    """Make this process end with its parent, leave Ctrl-C to it, and take no more memory than it may."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
