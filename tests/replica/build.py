"""Write the replica's case: `python -m tests.replica.build` makes seeds/replica/ anew from the fixed seed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path

from tests.replica import plan
from tests.replica.carriers import make_carriers
from tests.replica.model import Site, Truth, Version
from tests.replica.oddities import render_elsewhere, render_oddities
from tests.replica.others import make_others
from tests.replica.particular import make_particular
from tests.replica.render import render_site
from tests.replica.sites import dress, make_sites
from tests.replica.stories import make_stories, render_lookalike, render_outlet
from tests.replica.warc import member, records
from tests.replica.web import Web

FOLDER = Path(__file__).parents[2] / "seeds" / "replica"
STORY_COLUMNS = (
    "story", "url", "archive_url", "title", "language", "claim", "quotes", "published", "impersonates", "text",
    "note", "source",
)  # fmt: skip
SITE_COLUMNS = (
    "site", "role", "name", "aliases", "start", "impersonates", "publisher", "country", "languages", "robots",
    "note", "source",
)  # fmt: skip
SOURCE = "replica: invented"
SETTINGS = """\
# A reconstruction for the demo and the tests: published totals and names, invented pages. README.md says which is which.
title = "Replica of the Endless Mayfly campaign"
question = "Which pages carried the stories, and which sites did so most?"
period = "2016-09/2018-11"
synthetic = true

# Hosts of the replica that work as shorteners and as a web archive.
shorteners = ["{}"]
archives = ["{}"]
"""


RENDER = {
    "lookalike": render_lookalike,
    "outlet": render_outlet,
    "platform": render_elsewhere,
    "ignore": render_elsewhere,
}


def made() -> Web:
    """The whole web, always the same."""
    web = Web()
    for make in (make_sites, make_stories, dress, make_carriers, make_particular, make_others):
        make(web)
    for site in web.sites.values():
        RENDER.get(site.role, render_site)(web, site)
    render_oddities(web)
    return web


def files(web: Web) -> dict[str, str]:
    """Every text file of the case, by its name."""
    found = {
        "stories.csv": table(STORY_COLUMNS, [story_row(version) for version in web.versions]),
        "sites.csv": table(SITE_COLUMNS, [site_row(web, site) for site in web.sites.values()]),
        "truth.csv": table([field.name for field in fields(Truth)], [astuple(truth) for truth in truths(web)]),
        "case.toml": SETTINGS.format('", "'.join(plan.SHORTENERS), plan.ARCHIVE),
    }
    for version in web.versions:
        if name := text_name(version):
            found[name] = "\n\n".join(version.listed) + "\n"
    return found


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([columns, *rows])
    return text.getvalue()


def text_name(version: Version) -> str | None:
    return f"texts/{version.story}.{version.language}.txt" if version.known in ("file", "partial") else None


def story_row(version: Version) -> tuple[str, ...]:
    quote = " ".join(version.paragraphs[-1].split()[:12]) if version.language != "zh" else version.paragraphs[-1][:24]
    note = {
        "partial": "partial: the first three paragraphs",
        "none": "known by its headline, a quote and its address only",
    }.get(version.known, "")
    return (
        version.story, version.url, version.archive_url or "", version.headline, iso(version.language),
        f"Invented: {version.headline}",
        quote.strip(" .,;:«»„“”"), version.day.isoformat(), version.outlet, text_name(version) or "", note, SOURCE,
    )  # fmt: skip


def site_row(web: Web, site: Site) -> tuple[str, ...]:
    imitated = {plan.domain(label): plan.domain(outlet) for label, outlet, _ in plan.LOOKALIKES}
    ten = {domain for _, domain, _, _ in plan.TEN}
    published = "name published; domain and pages invented" if site.site in ten else SOURCE
    note = site.note if site.role == "lookalike" else ""
    name = "" if site.role == "lookalike" else site.name
    return (
        site.site, site.role, name, "", site.home, imitated.get(site.site, ""), "", "", iso(site.language), "obey",
        note, published,
    )  # fmt: skip


def iso(language: str) -> str:
    return "sr" if language == "sh" else language


def truths(web: Web) -> list[Truth]:
    return sorted(web.truths, key=lambda truth: (truth.site, truth.urlkey, truth.url, truth.story, truth.zone))


def build(folder: Path = FOLDER) -> None:
    """Write every file of the case into `folder`."""
    web = made()
    (folder / "texts").mkdir(parents=True, exist_ok=True)
    for name, text in files(web).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    with (folder / "web.warc.gz").open("wb") as file:
        for record in records(web.captures):
            file.write(member(record))


if __name__ == "__main__":
    build()
