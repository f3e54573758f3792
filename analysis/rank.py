"""The most-referencing sites: each amplifier's place, how sure the place is, and what it rests on."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.query import unknown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RULES = Path(__file__).with_name("rules")
STANDARD = "standard"  # the rule of `ranking`, of the graph and of the view amplification

DRAWS = 1_000  # the ends of a 90 % interval move by less than a rank between seeds
SEED = 20190514  # any constant: the same case gives the same intervals
LOW, HIGH = 5, 95  # percentiles: a 90 % interval

DAMPING = 0.85  # PageRank's usual value (Brin and Page 1998)

LINKS = ("link", "text_url", "archive_link", "wrapped_link", "embed")
COPIES = ("copy", "excerpt")
KINDS = (*LINKS, *COPIES, "attribution", "retelling", "translation")  # the order of `found_by`


@dataclass(frozen=True, slots=True)
class Place:
    """A site's place under one rule (table `ranking_by_rule`, without the rule)."""

    rank: int
    site: str
    pages: int
    stories: int


@dataclass(frozen=True, slots=True)
class Carriage:
    """A page of a site carries a story. A page that carries two stories is two carriages and one page."""

    site: str
    page: str
    story: str


def rules() -> dict[str, str]:
    """The counting rules, each a SELECT over `mention`, by name, from the strictest to the widest."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(RULES.glob("*.sql"))}


def rank(db: sqlite3.Connection, rule: str = STANDARD) -> list[Place]:
    """Fill `ranking` by the standard rule and `ranking_by_rule` by all; return the places under `rule`.

    Sites are ordered by distinct pages, then by distinct stories, then by name; a site that carries nothing has no
    place. `pagerank` reads `edge`, so the stage `graph` goes first. `pages_confirmed` is 0 until people's verdicts
    are kept. One transaction; what stood there before is replaced. Raises ValueError where no rule has that name.
    """
    if rule not in rules():
        raise ValueError(unknown("rule", rule, list(rules())))
    with db:
        db.execute("BEGIN IMMEDIATE")
        db.execute("DELETE FROM ranking_by_rule")
        db.execute("DELETE FROM ranking")
        carried = {name: carriages(db, sql) for name, sql in rules().items()}
        for name in carried:
            db.executemany(
                "INSERT INTO ranking_by_rule (rule, rank, site, pages, stories) VALUES (?, ?, ?, ?, ?)",
                ([name, place.rank, place.site, place.pages, place.stories] for place in places(carried[name])),
            )
        fill_ranking(db, carried[STANDARD])
    return places(carried[rule])


def carriages(db: sqlite3.Connection, rule: str) -> list[Carriage]:
    """The distinct carriages that count by the SQL of a rule, sorted."""
    rows = db.execute(f"SELECT DISTINCT site, page, story FROM ({rule}) ORDER BY site, page, story")
    return [Carriage(*row) for row in rows]


def places(carried: Sequence[Carriage]) -> list[Place]:
    """Order the sites: most pages first, then most stories, then by name. `carried` is sorted and distinct."""
    counts = []
    for site, group in groupby(carried, key=lambda carriage: carriage.site):
        of_site = list(group)
        counts.append((site, len({one.page for one in of_site}), len({one.story for one in of_site})))
    counts.sort(key=lambda count: (-count[1], -count[2], count[0]))
    return [Place(number, *count) for number, count in enumerate(counts, start=1)]


def intervals(carried: Sequence[Carriage], stories: Collection[str]) -> dict[str, tuple[int, int]]:
    """The 90 % interval of each site's rank, had the campaign told other stories of its kind: (low, high).

    A bootstrap (Efron 1979) over `stories`, which are the sample; pages and sites are what they brought about. They
    are drawn with replacement, as many as there are, those that nobody carried included. A site's stories count as
    often as drawn. A page counts as often as the stories on it were drawn on average, so that each page is expected
    to count once, as it does in the ranking, whether it carries one story or ten (counting it where any is drawn
    would favour pages with many). Sites that come out equal share a range of places: names break ties in a list, and
    are no evidence of an order. So the low end is the 5th percentile of the best place that a site may claim, the
    high end the 95th of the worst, and both are widened to hold the rank itself. With one story there is nothing to
    resample, and the interval says nothing.
    """
    import numpy as np

    if not carried:
        return {}
    story_number = {story: number for number, story in enumerate(sorted(stories))}
    carriage_story = np.array([story_number[one.story] for one in carried])
    page_starts = starts([(one.site, one.page) for one in carried])
    page_stories = np.diff(page_starts, append=len(carried))
    site_starts = starts([carried[start].site for start in page_starts])
    by_story = sorted({(one.site, one.story) for one in carried})
    site_story = np.array([story_number[story] for _, story in by_story])
    story_starts = starts([site for site, _ in by_story])

    draw = np.random.Generator(np.random.PCG64(SEED))
    even = np.full(len(story_number), 1 / len(story_number))
    best = np.empty((DRAWS, len(site_starts)), dtype=np.int32)
    worst = np.empty_like(best)
    for n in range(DRAWS):
        drawn = draw.multinomial(len(story_number), even)
        pages = np.add.reduceat(drawn[carriage_story], page_starts) / page_stories
        best[n], worst[n] = shared_places(
            np.add.reduceat(pages, site_starts), np.add.reduceat(drawn[site_story], story_starts)
        )
    low = np.percentile(best, LOW, axis=0, method="lower")
    high = np.percentile(worst, HIGH, axis=0, method="higher")
    own = {place.site: place.rank for place in places(carried)}
    return {
        site: (min(int(a), own[site]), max(int(b), own[site]))
        for site, a, b in zip(sorted(own), low, high, strict=True)
    }


def starts(keys: Sequence[object]) -> NDArray[np.intp]:
    """Where each run of equal keys begins."""
    import numpy as np

    return np.array([n for n, key in enumerate(keys) if n == 0 or key != keys[n - 1]], dtype=np.intp)


def shared_places(
    pages: NDArray[np.float64], stories: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The best and the worst place, from 1, that each site may claim: by pages, then by stories, equals alike."""
    import numpy as np

    scores = np.rint(pages * 1e6).astype(np.int64) * (stories.max() + 1) + stories  # to a millionth of a page
    ascending = np.sort(scores)
    best = len(scores) - np.searchsorted(ascending, scores, side="right") + 1
    worst = len(scores) - np.searchsorted(ascending, scores, side="left")
    return best, worst


def pageranks(db: sqlite3.Connection, sites: Sequence[str]) -> dict[str, float]:
    """PageRank of every site in the graph of `edge`, and of `sites` where they have no edge.

    An edge weighs what the heaviest of its kinds weighs: a page that links to a lookalike stands under `reference`
    and under `link`, and is one page.
    """
    import networkx as nx

    site_graph = nx.DiGraph()
    site_graph.add_nodes_from(sites)
    site_graph.add_weighted_edges_from(
        db.execute("SELECT source, target, max(weight) FROM edge GROUP BY source, target ORDER BY source, target")
    )
    return nx.pagerank(site_graph, alpha=DAMPING) if site_graph else {}


def fill_ranking(db: sqlite3.Connection, carried: Sequence[Carriage]) -> None:
    """Write `ranking`: each place with its interval, its PageRank and what it rests on."""
    ranked = places(carried)
    stories = {story for (story,) in db.execute("SELECT story FROM story")} | {one.story for one in carried}
    interval = intervals(carried, stories)
    pagerank = pageranks(db, sorted(place.site for place in ranked))
    db.execute("CREATE TEMP TABLE place (rank, site PRIMARY KEY, pages, stories, low, high, pagerank)")
    db.executemany(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            [place.rank, place.site, place.pages, place.stories, *interval[place.site], pagerank[place.site]]
            for place in ranked
        ),
    )
    db.execute(RANKING)
    db.execute("DROP TABLE place")


FOUND_BY = " || ".join(f"max(iif(kind = '{kind}', '{kind} ', ''))" for kind in KINDS)

# A date sorts by the day it begins: `2017` before `2017-03`, both before any day of that March; times in UTC.
# (A tuple of words is written in SQL as in Python.)
RANKING = f"""
    INSERT INTO ranking (rank, site, name, role, pages, stories, pages_confirmed, pages_amplifies, pages_unclear,
                         links, copies, rank_low, rank_high, pagerank, first_published_at, found_by,
                         articles_captured, frontier_left)
    WITH counted AS MATERIALIZED (
        SELECT site, page, kind, stance, published_at FROM amplification
    ),
    page AS (
        SELECT site, page,
               max(stance = 'amplifies') AS amplifies,
               max(kind IN {LINKS}) AS links,
               max(kind IN {COPIES}) AS copies
        FROM counted GROUP BY site, page
    ),
    carrying AS (
        SELECT site, sum(amplifies) AS amplifies, sum(NOT amplifies) AS unclear, sum(links) AS links,
               sum(copies) AS copies
        FROM page GROUP BY site
    ),
    dated AS (
        SELECT site, published_at, row_number() OVER (
            PARTITION BY site
            ORDER BY CASE WHEN length(published_at) > 10
                     THEN ifnull(strftime('%Y-%m-%dT%H:%M:%SZ', published_at), published_at)
                     ELSE published_at END, published_at
        ) AS place
        FROM counted WHERE published_at IS NOT NULL
    ),
    found AS (
        SELECT site, trim({FOUND_BY}) AS found_by FROM counted GROUP BY site
    )
    SELECT place.rank, place.site, site_now.name, site_now.role, place.pages, place.stories,
           0, carrying.amplifies, carrying.unclear, carrying.links, carrying.copies,
           place.low, place.high, place.pagerank, dated.published_at, found.found_by,
           (SELECT count(DISTINCT capture.urlkey) FROM capture JOIN article ON article.capture = capture.id
            WHERE capture.site = place.site AND capture.outcome = 'ok' AND article.page_type = 'article'),
           (SELECT count(*) FROM frontier WHERE frontier.site = place.site AND frontier.state = 'due')
    FROM place
    JOIN carrying ON carrying.site = place.site
    JOIN found ON found.site = place.site
    LEFT JOIN dated ON dated.site = place.site AND dated.place = 1
    LEFT JOIN site_now ON site_now.site = place.site
"""
