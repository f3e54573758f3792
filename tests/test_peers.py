"""Other people's programs read what mayfly archives: warcio checks it, pywb replays it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small_web import STORY, small_web, write_case
from tests.test_crawl import mayfly
from tests.web import serve

ROOT = Path(__file__).parent.parent
PEERS = Path(os.environ.get("MAYFLY_PEERS", ROOT / ".peers")) / "bin"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The WARC file of a small crawl."""
    folder = tmp_path_factory.mktemp("peers")
    with serve(small_web(3, 8)) as web:
        toml = f'egress = "{web.proxy}"\ndelay = 0\n'
        case = write_case(folder / "case", [f"site{n}.example" for n in range(3)], toml)
        assert mayfly("crawl", case, "--output", folder / "out").returncode == 0
    (found,) = (folder / "out" / "archive").glob("*.warc.gz")
    return found


def test_warcio_finds_every_digest_in_order(archive: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(archive)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "fail" not in run.stdout


@pytest.fixture(scope="module")
def wayback(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """pywb, serving that archive."""
    if not (PEERS / "wayback").exists():
        pytest.skip("pywb is not at hand: `make peers` installs it into .peers")
    folder = tmp_path_factory.mktemp("pywb")
    for arguments in (["init", "mayfly"], ["add", "mayfly", str(archive)]):
        subprocess.run([str(PEERS / "wb-manager"), *arguments], cwd=folder, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([str(PEERS / "wayback"), "-b", "127.0.0.1", "-p", str(port)], cwd=folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/mayfly"
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize(
    "url",
    [
        STORY,
        "https://site1.example/",
        "https://site1.example/4.html",
        "https://site0.example/2.html",
        "https://site0.example/orphan",
    ],
)  # a story, a home page, a compressed page, a payload and its revisit
def test_pywb_replays_what_was_received(wayback: str, url: str) -> None:
    request = urllib.request.Request(f"{wayback}/2030id_/{url}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.read() == small_web(3, 8)[url].body


def test_pywb_replays_redirects_and_missing_pages_as_such(wayback: str) -> None:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_arguments: object) -> None:
            return None

    opener = urllib.request.build_opener(Stay)
    for url, status in (("https://bit.ly/one", 301), ("https://site1.example/gone1", 404)):
        with pytest.raises(urllib.error.HTTPError) as error:
            opener.open(f"{wayback}/2030id_/{url}", timeout=30)
        assert error.value.code == status
        error.value.close()
