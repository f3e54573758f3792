"""Pool: worker processes that extract pages, with a hard limit on the time and memory that a page may take.

trafilatura never raises, but some pages keep it busy for minutes; then the worker is killed, and a new one takes its
place. pebble does that (Python's own pool cannot); it adds under 1 ms to a page in the main process.
"""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import resource
import signal
import sys
from concurrent.futures import CancelledError, Future
from functools import partial

from pebble import ProcessExpired, ProcessPool

from crawler.page import Page
from crawler.records import Facts

MEMORY = 2 * 1024**3  # bytes of address space that a worker may take
PAGES = 2000  # of a worker's life: memory that hostile pages have blown up goes back; costs under 2 %

_DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG of Linux' prctl(2)


class Pool:
    """Worker processes for `extract`, warm before the constructor returns: start it before a reactor.

    They leave Ctrl-C to their parent and die with it, even where it is killed. `archives` are hosts of web archives
    that the case names.
    """

    def __init__(self, workers: int = 2, seconds: float = 10, archives: frozenset[str] = frozenset()) -> None:
        self.seconds = seconds
        self.archives = archives
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=PAGES,
            initializer=_begin,
            initargs=(os.getpid(),),
            context=multiprocessing.get_context("spawn"),
        )
        for future in [self._pool.submit(_nothing, None) for _ in range(workers)]:
            future.result()

    def submit(self, page: Page) -> Future[Facts]:
        """The page's facts, later. What goes wrong is told in Facts.extraction, `timeout` or `crash`; only a pool
        that is closed before the page's turn raises CancelledError."""
        result: Future[Facts] = Future()
        result.set_running_or_notify_cancel()
        self._pool.submit(_extract, self.seconds, page, self.archives).add_done_callback(
            partial(_settle, result, self.seconds)
        )
        return result

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _settle(result: Future[Facts], seconds: float, future: Future[Facts]) -> None:
    try:
        facts = future.result()
    except CancelledError as error:
        result.set_exception(error)
        return
    except TimeoutError:
        facts = Facts(extraction="timeout", detail=f"no end after {seconds:g} s")
    except ProcessExpired as error:
        facts = Facts(extraction="crash", detail=f"the worker died, exit code {error.exitcode}")
    except Exception as error:  # noqa: BLE001  (whatever comes back from a worker concerns one page)
        facts = Facts(extraction="crash", detail=f"{type(error).__name__}: {error}"[:300])
    result.set_result(facts)


def _extract(page: Page, archives: frozenset[str]) -> Facts:
    from crawler.extract import extract

    return extract(page, archives)


def _nothing() -> None:
    """Done as soon as a worker is ready."""


def _begin(parent: int) -> None:
    """Begin a worker: tied to its parent, bounded, quiet, and with all that it needs loaded.

    Where there is no prctl a worker ends with the page it is at, when it finds the pipe to its parent closed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it died before that took effect
            os._exit(1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable(logging.CRITICAL)  # libraries complain of pages; what matters is in Facts.detail
    words = b"<p>The committee met on 3 March 2017 and will meet again. " * 10
    _extract(Page("http://warm.example/a", 200, (), b"<html><body>" + words, "2020-01-01T00:00:00Z"), frozenset())
