"""A full disk stops a run with one clear line, and loses nothing: with room, the same command goes on."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.small_web import page, prose, sites, small_web, write_case
from tests.test_crawl import MAYFLY, ROOT
from tests.web import serve


def private_mounts() -> bool:
    run = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
    )
    return run.returncode == 0


def test_a_crawl_on_a_full_disk_stops_and_goes_on_with_room(tmp_path: Path) -> None:
    try:
        possible = private_mounts()
    except FileNotFoundError:
        possible = False
    if not possible:
        pytest.skip("no private mounts here (unshare -rm), so no small disk to fill")
    web_pages = small_web(4, 8)
    for n in range(4):  # random enough that they do not compress away
        web_pages[f"https://site{n}.example/4.html"] = page("Long", f"<p>{prose(f'long {n}', 60_000)}</p>")
    disk = tmp_path / "disk"
    disk.mkdir()
    with serve(web_pages) as web:
        case = write_case(tmp_path / "case", sites(4), f'egress = "{web.proxy}"\ndelay = 0\n')
        crawl, verify = (
            shlex.join([*MAYFLY, verb, str(case), "--output", str(disk / "out")]) for verb in ("crawl", "verify")
        )
        script = f"""
            mount -t tmpfs -o size=1m tmpfs {disk}
            {crawl} >/dev/null 2>{tmp_path}/first; echo first $?
            mount -o remount,size=200m {disk}
            {crawl} >/dev/null 2>{tmp_path}/second; echo second $?
            {verify} >{tmp_path}/verify; echo verify $?
        """
        run = subprocess.run(
            ["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, timeout=250, cwd=ROOT, check=False
        )
    first = (tmp_path / "first").read_text(encoding="utf-8").splitlines()
    assert run.stdout.split("\n")[:3] == ["first 3", "second 0", "verify 0"], (run.stdout, run.stderr, first)
    assert "no space left" in first[-1]
    assert len(first) == 2, "what the other side will see, and what is wrong"
    known = {url for url, answer in web_pages.items() if answer.status == 200 and url.startswith("https://site")}
    assert known <= set(web.urls())
