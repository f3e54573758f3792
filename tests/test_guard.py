"""Nothing is asked of our own network, by whatever name, and nothing goes round the proxy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.addresses import networks
from crawler.guard import Guard
from tests.small_web import page, prose, write_case
from tests.test_crawl import mayfly, outcomes, rows
from tests.web import serve

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.0.0.5/",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/",
        "http://app.localhost/",
        "http://printer.local/",
        "http://metadata.google.internal/",
        "http://a.example:22/",
        "http://a.example:6379/",
        "http://a.example:8080/",
    ],
)
def test_refused(url: str) -> None:
    assert Guard((), None, frozenset()).objection(url)


@pytest.mark.parametrize("url", ["http://a.example/", "https://a.example:443/x", "http://93.184.216.34/"])
def test_let_through(url: str) -> None:
    assert Guard((), None, frozenset()).objection(url) is None


def test_a_port_of_the_case_and_a_network_that_is_allowed_are_let_through() -> None:
    guard = Guard(networks(["127.0.0.0/8"]), None, frozenset({8080}))
    assert guard.objection("http://127.0.0.1:8080/") is None
    assert guard.objection("http://10.0.0.1:8080/")


def test_a_proxy_does_not_open_private_addresses() -> None:
    assert Guard((), "http://127.0.0.1:8118", frozenset()).objection("http://127.0.0.1/")
    assert Guard((), "http://127.0.0.1:8118", frozenset()).objection("http://a.example/") is None


RESOLVE = """
import sys
from twisted.internet import asyncioreactor
asyncioreactor.install()
from twisted.internet import reactor
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.protocol import Factory, Protocol
from crawler.addresses import networks
from crawler.guard import GuardResolver, refused_names

name, port, allowed, proxy = sys.argv[1], int(sys.argv[2]), networks(sys.argv[3].split()), sys.argv[4] or None
reactor.installNameResolver(GuardResolver(reactor.nameResolver, allowed, proxy))
def end(what):
    print(what, refused_names.get(name, ""))
    reactor.stop()
d = HostnameEndpoint(reactor, name.encode(), port).connect(Factory.forProtocol(Protocol))
d.addCallbacks(lambda _: end("connected"), lambda failure: end(type(failure.value).__name__))
reactor.run()
"""


def resolved(name: str, port: int, allowed: str = "", proxy: str = "") -> str:
    """What becomes of a connection to a name, in a process of its own (it has but one reactor)."""
    run = subprocess.run(
        [sys.executable, "-c", RESOLVE, name, str(port), allowed, proxy],
        capture_output=True, text=True, timeout=60, cwd=ROOT, check=False,
    )  # fmt: skip
    return run.stdout.strip()


def test_a_name_that_stands_for_a_private_address_is_not_connected_to() -> None:
    with serve({}) as web:
        assert resolved("localhost", web.port).startswith("DNSLookupError localhost is the private address")
        assert resolved("localhost", web.port, allowed="127.0.0.0/8 ::1/128").startswith("connected")


def test_with_a_proxy_no_other_name_is_resolved_here() -> None:
    with serve({}) as web:
        assert resolved("localhost", web.port, proxy="localhost").startswith("connected")
        refused = resolved("localhost", web.port, allowed="127.0.0.0/8 ::1/128", proxy="proxy.example")
        assert refused.startswith("DNSLookupError localhost would be asked for without the proxy")


def test_a_live_crawl_refuses_a_site_on_this_machine_unless_told_otherwise(tmp_path: Path) -> None:
    pages = {}
    with serve(pages) as web:
        home = f"http://127.0.0.1:{web.port}/"
        pages[home] = page("Home", f"<p>{prose('home')}</p>")
        case = write_case(tmp_path / "case", [], 'egress = "direct"\ndelay = 0\n')
        (case / "sites.csv").write_text(
            f"site,role,start,source\n127.0.0.1,amplifier,{home},made up\n", encoding="utf-8"
        )
        (case / "stories.csv").write_text("story,title\nS1,A story\n", encoding="utf-8")
        assert mayfly("crawl", case, "--output", tmp_path / "refused").returncode == 0
        assert outcomes(tmp_path / "refused") == {home: "blocked_private"}
        assert rows(tmp_path / "refused", "SELECT state FROM frontier") == [("refused",)]
        assert web.hits == []
        allowed = mayfly("crawl", case, "--output", tmp_path / "allowed", "--allow-private", "127.0.0.0/8")
        assert allowed.returncode == 0, allowed.stderr
        assert outcomes(tmp_path / "allowed")[home] == "ok"
        assert rows(tmp_path / "allowed", f"SELECT ip FROM capture WHERE url = '{home}'") == [("127.0.0.1",)]
