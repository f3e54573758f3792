"""The snowball goes outward from pages that carry a story, a hop a round, and no further than it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_web import STORY, page, prose, write_case
from tests.test_crawl import mayfly, rows
from tests.web import Answer, serve


def carrier(name: str, *links: str) -> Answer:
    """A page that links to the story, and to other places."""
    anchors = " ".join(f"<a href='{link}'>{prose(link, 3)}</a>" for link in links)
    return page(
        name, f"<p>{prose(name)} <a href='{STORY}'>the report</a>.</p><p>{prose(name + ' 2', 40)} {anchors}</p>"
    )


WEB = {
    STORY: page("Minister resigns over secret pact", f"<p>{prose('story')}</p>"),
    "https://a.example/": page("Home", f"<p>{prose('home')} <a href='/one'>one</a></p>"),
    "https://a.example/one": carrier("One", "https://unknown.example/two", "https://bystander.example/none"),
    "https://unknown.example/two": carrier("Two", "https://farther.example/three"),
    "https://farther.example/three": carrier("Three", "https://farthest.example/four"),
    "https://farthest.example/four": carrier("Four"),
    "https://bystander.example/none": page(
        "None", f"<p>{prose('none')} <a href='https://beyond.example/five'>five</a></p>"
    ),
    "https://beyond.example/five": carrier("Five"),
}


@pytest.mark.parametrize(
    ("hops", "sites"),
    [
        (1, {"a.example", "unknown.example"}),
        (2, {"a.example", "unknown.example", "farther.example"}),
    ],
)
def test_carriers_are_found_so_many_hops_away(tmp_path: Path, hops: int, sites: set[str]) -> None:
    with serve(WEB) as web:
        case = write_case(tmp_path / "case", ["a.example"], f'egress = "{web.proxy}"\ndelay = 0\n')
        run = mayfly("run", case, "--output", tmp_path / "out", "--spider", "snowball", "--hops", hops)
        assert run.returncode == 0, run.stderr
        asked = set(web.urls())
    found = {site for (site,) in rows(tmp_path / "out", "SELECT DISTINCT site FROM amplification")}
    assert found == sites
    assert "https://bystander.example/none" in asked, "what a carrier points at is looked at"
    assert "https://beyond.example/five" not in asked, "what a bystander points at is not"
    depths = dict(rows(tmp_path / "out", "SELECT site, max(depth) FROM frontier GROUP BY site"))  # type: ignore[arg-type]
    assert depths["a.example"] == 0
    assert depths["unknown.example"] == 1
