"""The pool gives what extract() gives, and a page that hangs or kills its worker costs only itself."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawler.extract import extract
from crawler.page import Page
from crawler.pool import MEMORY, Pool

WHEN = "2020-01-01T00:00:00Z"


def page(body: bytes, url: str = "http://news.example/a") -> Page:
    return Page(url, 200, (("Content-Type", "text/html"),), body, WHEN)


HONEST = page(b"<html><body><p>A paragraph with <a href='http://other.example/x'>a link</a>.</p></body></html>")
SLOW = page(b"<html><body>" + b"<b>x</b><br>" * 1_000_000 + b"</body></html>")


def workers(parent: int) -> set[int]:
    """The worker processes that a process has started."""
    found = set()
    for thread in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in map(int, thread.read_text().split()):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.add(child)
    return found


def alive(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc, as on Linux")


@pytest.fixture(scope="module")
def pool():
    pool = Pool(workers=1, seconds=20)
    yield pool
    pool.close()


def test_the_pool_gives_what_extract_gives(pool):
    assert pool.submit(HONEST).result(30) == extract(HONEST)


def test_archives_of_the_case_are_known_to_the_workers():
    archives = frozenset(("archive.example",))
    copy = page(b"<p>See <a href='http://archive.example/web/2017/http://fake.example/x'>a copy</a> of it.</p>")
    pool = Pool(workers=1, archives=archives)
    facts = pool.submit(copy).result(30)
    pool.close()
    assert facts == extract(copy, archives)


def test_a_page_that_takes_too_long_costs_only_itself():
    pool = Pool(workers=1, seconds=1)
    results = [pool.submit(given) for given in (HONEST, SLOW, HONEST)]
    assert [future.result(60).extraction for future in results] == ["ok", "timeout", "ok"]
    pool.close()


@linux
def test_a_page_that_kills_its_worker_costs_only_itself():
    others = workers(os.getpid())
    pool = Pool(workers=1, seconds=60)
    slow = pool.submit(SLOW)
    time.sleep(0.5)
    for worker in workers(os.getpid()) - others:
        os.kill(worker, signal.SIGKILL)
    assert slow.result(60).extraction == "crash"
    assert pool.submit(HONEST).result(60).extraction == "ok"
    pool.close()


@linux
def test_a_worker_may_take_two_gigabytes_and_no_more(pool):
    pool.submit(HONEST).result(60)
    limits = [Path(f"/proc/{worker}/limits").read_text() for worker in workers(os.getpid())]
    assert limits
    for text in limits:
        assert re.search(rf"Max address space +{MEMORY} ", text)


@linux
@pytest.mark.parametrize("deadly, left", [(signal.SIGKILL, 0), (signal.SIGINT, 2)])
def test_workers_die_with_their_parent_and_leave_ctrl_c_to_it(deadly, left):
    program = (
        "import signal, time\n"
        "from crawler.pool import Pool\n"
        "if __name__ == '__main__':\n"
        "    pool = Pool(workers=2)\n"
        "    signal.signal(signal.SIGINT, lambda *_: print('interrupted', flush=True))\n"
        "    print('ready', flush=True)\n"
        "    while True: time.sleep(1)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "ready\n"
        found = workers(parent.pid)
        assert len(found) == 2
        for process in {parent.pid} | (found if deadly == signal.SIGINT else set()):
            os.kill(process, deadly)
        if deadly == signal.SIGINT:
            assert parent.stdout.readline() == "interrupted\n"
        else:
            parent.wait(30)
            while any(map(alive, found)):  # the test's own time limit ends this where they live on
                time.sleep(0.05)
        assert sum(map(alive, found)) == left
        parent.kill()
