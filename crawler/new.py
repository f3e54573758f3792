"""A new case: a folder with every file headed, and explained in a page beside them."""

from __future__ import annotations

import re
from pathlib import Path

from crawler.case import CRAWLED, ROLES, ROOT, SITE_COLUMNS, STORY_COLUMNS, CaseError

SETTINGS = """\
# What the case is called, what it asks, and how its sites are crawled. Remove the # before a line to set it.
# title = ""
# question = ""
# period = "2017-01/2017-12"

# A live crawl needs one of these two: the crawled sites see your own address, or a proxy's.
# egress = "direct"
# egress = "http://127.0.0.1:8118"
# contact = ""              # goes into the user agent: whom a webmaster can write to

# delay = 1                 # seconds between two requests to a site
# pages = 10000             # stop after so many; the next run goes on
# minutes = 600
# spider = "site"           # or "snowball": outward from the pages that carry a story, so many hops:
# hops = 2
# shorteners = ["s.example"]    # hosts, beside those that mayfly knows
# archives = ["a.example"]
# rule = "standard"         # what `mayfly rank` shows: linked, standard or wide
# synthetic = true          # a banner on everything that comes out
"""

README = """\
# {name}

Fill in `stories.csv` and `sites.csv` with a spreadsheet or an editor (CSV, UTF-8, commas), then:

    mayfly check {name}     what is wrong or missing; what each story can be traced by
    mayfly run {name}       crawl, analyse, report (asks for `egress` in case.toml first)

## stories.csv: the inauthentic articles

A row for each known address, text or language version; rows that share `story` are one story. Only `story` must be
filled in; whatever else is known makes more of its pages findable.

| column | what to write |
|---|---|
| story | a short name of your choice, S01 or dam-collapse |
| url | its address, alive or dead |
| archive_url | the address of an archived copy |
| title | its headline |
| language | en, fr, ar, ... |
| claim | what it says, in a sentence of yours |
| quotes | passages known word for word, separated by \\| |
| published | 2017, 2017-03, 2017-03-02 or 2017-03-02T10:00Z |
| impersonates | the outlet it imitates: its domain |
| text | a file in this folder with the article's words; write `partial` into note where it is not all of them |
| note, source | for you and your readers |

## sites.csv: the sites that matter

| column | what to write |
|---|---|
| site | a domain (example.org) or an account (t.me/name) |
| role | {roles} |
| name, aliases | what it is called, in any language; aliases separated by \\| |
| start | where the crawl starts, several separated by spaces; empty: the home page |
| impersonates | of a lookalike: the outlet it imitates |
| publisher, country, languages | for you and your readers |
| robots | obey (or empty); `ignore` needs its reason in note |
| note, source | for you and your readers |
| from, until | optional columns: days between which the role held |

Crawled are the roles {crawled}. An `outlet` is the imitated original; a `source` is a site that others copy from; a
`control` is a site like the others that is not suspected. Columns of your own are kept.
"""


def new(name: str) -> Path:
    """Make the case `name` under seeds/ (here, or in the checkout); returns its folder.

    Raises CaseError where the name cannot be one, or where there is such a folder already.
    """
    if not re.fullmatch(r"[\w][\w.-]{0,99}", name):
        raise CaseError([f"{name!r} cannot be a case's name; use letters, digits, - and _"])
    seeds = Path("seeds") if Path("seeds").is_dir() else ROOT / "seeds"
    folder = seeds / name
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise CaseError([f"{folder}: is there already; choose another name, or edit its files"]) from None
    (folder / "stories.csv").write_text(",".join(STORY_COLUMNS) + "\n", encoding="utf-8")
    (folder / "sites.csv").write_text(",".join(SITE_COLUMNS) + "\n", encoding="utf-8")
    (folder / "case.toml").write_text(SETTINGS, encoding="utf-8")
    page = README.format(name=name, roles=", ".join(ROLES), crawled=", ".join(CRAWLED))
    (folder / "README.md").write_text(page, encoding="utf-8")
    return folder
