"""The graph that people look at: the sites that carry a story, and whose stories they carry.

A node is a site that carries a story by the standard rule, a site that such a story stood on (a lookalike, as a
rule), or `story:ID` where no site of a story is known. Edges are those of table `edge` between these nodes: the kinds
of mention that count, and beside them the plain `reference`, which shows who points at whom for any reason at all.
An edge's weight is a number of pages of that kind. A page may stand under several kinds, so weights of different
kinds must not be added up; `pages` and `referring_pages` of a node count each page once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from sqlite3 import Connection

from analysis.clean import one_line
from analysis.layout import FEW, layout

LABEL = 80  # characters: a longer label hides the graph
VALUE = 1_000  # characters of any other text in a graph file
UNLISTED = "unlisted"  # role of a site that carries a story and that sites.csv does not name
STORY = "story"  # role of a node story:ID

ABOUT = (
    "The sites that carry inauthentic stories, and the sites whose stories they carry. An edge is of one kind; its"
    " weight is the number of distinct pages of that kind. A page may stand under several kinds: do not add them up."
    " Edges of kind reference are any link between two sites of the graph."
)

# After Okabe and Ito (2008): told apart by people who see fewer colours, too.
COLOURS = {
    "amplifier": "#d55e00",
    UNLISTED: "#e69f00",
    "source": "#cc79a7",
    "outlet": "#009e73",
    "factchecker": "#117733",
    "lookalike": "#0072b2",
    STORY: "#56b4e9",
    "platform": "#8c8c8c",
    "control": "#b3b3b3",
    "ignore": "#cccccc",
}
MEANING = {
    "amplifier": "amplifier, as the case names it",
    UNLISTED: "carries a story; not named in the case",
    "source": "source that others copy from",
    "outlet": "outlet that was imitated",
    "factchecker": "fact-checker",
    "lookalike": "lookalike, on which a story stood",
    STORY: "story of which no site is known",
    "platform": "platform",
    "control": "control",
    "ignore": "left aside",
}


# The columns of a node and of an edge in graph files: one type a column, whatever the rows hold.
NODE_COLUMNS = {
    "role": "string",
    "rank": "integer",
    "pages": "integer",
    "stories": "integer",
    "pages_confirmed": "integer",
    "pages_amplifies": "integer",
    "pages_unclear": "integer",
    "links": "integer",
    "copies": "integer",
    "referring_pages": "integer",
    "pagerank": "double",
}
EDGE_COLUMNS = {"first_seen": "string", "last_seen": "string"}


@dataclass(frozen=True, slots=True)
class Node:
    """A site of the graph. The counts are those of table `ranking`, 0 for a site that only stories stood on."""

    site: str
    label: str
    role: str
    rank: int | None
    pages: int
    stories: int
    pages_confirmed: int
    pages_amplifies: int
    pages_unclear: int
    links: int
    copies: int
    referring_pages: int  # distinct pages that carry a story which stood on this site
    pagerank: float | None

    @property
    def size(self) -> float:
        """Of its disc: the area grows with the pages, from 4 for none."""
        return round(4 + 3 * math.sqrt(min(max(self.pages, self.referring_pages), 1_000)), 2)

    @property
    def colour(self) -> str:
        """By role, as #rrggbb."""
        return COLOURS[self.role]


@dataclass(frozen=True, slots=True)
class Edge:
    """A row of table `edge`."""

    source: str
    target: str
    kind: str
    weight: int
    first_seen: str
    last_seen: str


MEMBER = """
    member AS MATERIALIZED (
        SELECT source AS site FROM edge WHERE kind <> 'reference'
        UNION SELECT target FROM edge WHERE kind <> 'reference'
        UNION SELECT site FROM ranking
    )
"""

NODES = f"""
    WITH {MEMBER},
    referring AS MATERIALIZED (
        SELECT target, count(DISTINCT page) AS pages FROM page_domain GROUP BY target
    )
    SELECT member.site, coalesce(site_now.name, story.title, ''),
           CASE WHEN story.story IS NOT NULL THEN '{STORY}' ELSE ifnull(site_now.role, '{UNLISTED}') END,
           ranking.rank, ifnull(ranking.pages, 0), ifnull(ranking.stories, 0), ifnull(ranking.pages_confirmed, 0),
           ifnull(ranking.pages_amplifies, 0), ifnull(ranking.pages_unclear, 0), ifnull(ranking.links, 0),
           ifnull(ranking.copies, 0), ifnull(referring.pages, 0), ranking.pagerank
    FROM member
    LEFT JOIN ranking ON ranking.site = member.site
    LEFT JOIN site_now ON site_now.site = member.site
    LEFT JOIN referring ON referring.target = member.site
    LEFT JOIN story ON member.site LIKE 'story:%' AND story.story = substr(member.site, 7)
    ORDER BY max(ifnull(ranking.pages, 0), ifnull(referring.pages, 0)) DESC, member.site
"""

EDGES = f"""
    WITH {MEMBER}
    SELECT source, target, kind, weight, first_seen, last_seen FROM edge
    WHERE kind <> 'reference'
       OR (source IN (SELECT site FROM member) AND target IN (SELECT site FROM member))
    ORDER BY source, target, kind
"""

PAIRS = """
    SELECT source, target, max(weight) FROM edge
    WHERE kind <> 'reference' GROUP BY source, target ORDER BY source, target
"""


def nodes(db: Connection) -> Iterator[Node]:
    """The nodes, those of most pages first, then by name."""
    for site, name, *rest in db.execute(NODES):
        yield Node(site, one_line(name, LABEL) or one_line(site, LABEL), *rest)


def edges(db: Connection) -> Iterator[Edge]:
    """The edges, by source, target and kind."""
    for row in db.execute(EDGES):
        yield Edge(*row)


def pairs(db: Connection) -> Iterator[tuple[str, str, int]]:
    """Who carries whose stories: source, target, and the pages of the heaviest kind."""
    yield from db.execute(PAIRS)


def placed(db: Connection) -> list[tuple[Node, tuple[float, float]]]:
    """The nodes, each with its place in the picture."""
    found = list(nodes(db))
    ties = list(pairs(db)) if len(found) <= FEW else []
    return list(zip(found, layout([(node.site, node.size) for node in found], ties), strict=True))


def written(row: Node | Edge, column: str) -> str | None:
    """The value of a column as a file holds it; None where there is none."""
    value = getattr(row, column)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return one_line(value, VALUE) if isinstance(value, str) else repr(value)
