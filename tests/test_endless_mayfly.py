"""The real campaign's case says only what public sources say, row by row, and can be used as it stands."""

from __future__ import annotations

import csv
import os
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "seeds" / "endless-mayfly"
DATA = Path(os.environ.get("MAYFLY_DATA", ROOT.parent / "shared" / "data")) / "campaign"
NAMES_WITHOUT_DOMAIN = (
    "Yemen Press", "Middle East Press", "Podaci Dana", "Liberty Fighters", "Real Nienovosti", "Rasid",
)  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    with (CASE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def recorded(name: str) -> list[dict[str, str]]:
    """Rows of the collected sources, which are not part of the project."""
    if not (DATA / name).is_file():
        pytest.skip(f"no collected sources at {DATA}")
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["stories.csv", "sites.csv"])
def test_every_row_names_its_source(name: str) -> None:
    for row in rows(name):
        sources = row["source"].split()
        assert sources, row
        assert all(re.match(r"https?://[^/]+/", source) for source in sources), row


def test_the_files_are_a_case_without_errors() -> None:
    from crawler.case import read

    case = read(CASE)
    assert len({row.story for row in case.stories}) == 12
    assert not any(case.unknown_columns.values())
    assert not case.synthetic


def test_a_person_must_choose_what_the_other_side_sees() -> None:
    settings = tomllib.loads((CASE / "case.toml").read_text(encoding="utf-8"))
    assert "egress" not in settings
    assert {"title", "question", "period"} <= settings.keys()


@pytest.mark.parametrize("name", NAMES_WITHOUT_DOMAIN)
def test_a_name_without_a_known_domain_stays_a_note(name: str) -> None:
    assert name in (CASE / "README.md").read_text(encoding="utf-8").replace("\n", " ")
    assert all(row["name"] != name for row in rows("sites.csv"))


def test_the_homoglyph_stands_in_punycode() -> None:
    assert "theguardıan.com".encode("idna").decode() == "xn--theguardan-4ub.com"
    assert any(row["site"] == "xn--theguardan-4ub.com" and row["role"] == "lookalike" for row in rows("sites.csv"))


def test_every_victim_is_an_outlet_of_the_case_and_no_lookalike() -> None:
    sites = rows("sites.csv")
    role = {row["site"]: row["role"] for row in sites}
    victims = {row["impersonates"] for row in [*sites, *rows("stories.csv")]} - {""}
    assert {role.get(victim) for victim in victims} == {"outlet"}
    assert all(row["impersonates"] for row in sites if row["role"] == "lookalike")


def test_a_site_has_one_role() -> None:
    sites = [row["site"] for row in rows("sites.csv")]
    assert len(sites) == len(set(sites))


def test_every_story_can_be_traced_by_something() -> None:
    for row in rows("stories.csv"):
        assert row["url"] or row["title"] or row["quotes"] or row["claim"], row


def test_every_collected_story_and_confirmed_lookalike_is_in_the_case() -> None:
    assert {row["story_id"] for row in recorded("stories.csv")} == {row["story"] for row in rows("stories.csv")}
    confirmed = {
        row["domain"].encode("idna").decode()
        for row in recorded("lookalike_domains.csv")
        if row["confidence"].startswith("confirmed") and "." in row["domain"]
    }
    assert confirmed == {row["site"] for row in rows("sites.csv") if row["role"] == "lookalike"}


def test_no_debunking_page_stands_on_a_site_that_would_be_counted() -> None:
    counted = {row["site"] for row in rows("sites.csv") if row["role"] == "amplifier"}
    for page in recorded("reference_pages.csv"):
        if page["reference_type"].startswith(("debunk", "correction", "denial", "research")):
            host = page["domain"]
            assert not any(host == site or host.endswith("." + site) for site in counted), page["url"]
