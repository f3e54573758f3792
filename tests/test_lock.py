"""One run at a time holds a case."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.lock import HeldError, held

HOLD = """
import sys, time
from pathlib import Path
from crawler.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
FORK = """
import os, sys, time
from pathlib import Path
from crawler.lock import held
with held(Path(sys.argv[1])):
    child = os.fork()
    if child == 0:
        print(os.getpid(), flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_told_who_holds_the_case_and_since_when(tmp_path: Path) -> None:
    with (
        held(tmp_path),
        pytest.raises(HeldError, match=rf"process {os.getpid()}, since 20\d\d-\d\d-\d\dT.*Z\) holds"),
        held(tmp_path),
    ):
        pass


def test_a_case_is_free_again_after_the_run(tmp_path: Path) -> None:
    for _ in range(2):
        with held(tmp_path):
            pass


def test_two_cases_do_not_hinder_each_other(tmp_path: Path) -> None:
    with held(tmp_path / "a"), held(tmp_path / "b"):
        pass


def test_a_run_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert run.stdout is not None
    assert run.stdout.readline() == b"held\n"
    with pytest.raises(HeldError, match=f"process {run.pid}"), held(tmp_path):
        pass
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    with held(tmp_path):
        pass


def test_a_child_of_a_killed_run_does_not_go_on_holding_the_case(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", FORK, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    child = int(run.stdout.readline())
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    os.kill(child, 0)  # raises where the child has died too
    with held(tmp_path):
        pass
    os.kill(child, signal.SIGKILL)
