"""The page that people look at: one HTML file, complete in itself, that asks nothing of the network.

It holds no script, and a policy that forbids any. What the web wrote is escaped, cleaned of control characters and
cut to a length, all of it in one place (`shown`), so that nothing can be forgotten. Addresses of stories and
lookalikes are shown defanged and are never links.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from analysis.clean import CUT, clean
from analysis.files import same_text, snapshot, write
from analysis.report.content import content
from analysis.report.picture import picture

HERE = Path(__file__).parent
OURS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
LONGEST = 2_000  # characters of any text on the page


def report(
    db: Connection,
    path: Path,
    *,
    title: str,
    question: str | None = None,
    banner: str | None = None,
    period: str | None = None,
) -> Path:
    """Write the report on the case in `db` to `path`, and return it. The same database gives the same bytes.

    `title`, `question` and `period` are those of the case; `banner` must stand on the page of a synthetic one.
    """
    with snapshot(db):
        html = page(title=title, question=question, banner=banner, period=period, **content(db), picture=picture(db))
    return write(path, [html], partial(same_text, written=html))


def page(**values: Any) -> str:
    """The page, from the template."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["number"] = "{:,}".format
    environment.filters["time"] = time
    style = Markup((HERE / "style.css").read_text(encoding="utf-8"))  # noqa: S704 (our own file)
    return environment.get_template("template.html").render(style=style, **values)


def time(text: str) -> str:
    """A time of ours, 2018-11-05T06:12:55Z, as people write it: 2018-11-05 06:12 UTC. Other text stays as it is."""
    return f"{text[:10]} {text[11:16]} UTC" if OURS.fullmatch(text) else text


def shown(value: object) -> object:
    """What the template shows of a value: text is cleaned and cut; escaping follows."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return clean(value if len(value) <= LONGEST else value[:LONGEST] + CUT)
