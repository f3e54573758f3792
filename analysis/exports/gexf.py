"""GEXF 1.3, for Gephi and Gephi Lite: the graph of sites with names, roles, sizes, colours and places.

Edges are typed (`kind`), so that two sites may be joined by links and by copies at once. The file is written line by
line, so that memory stays flat however many edges there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from sqlite3 import Connection
from xml.sax.saxutils import escape, quoteattr

from analysis.clean import identifier, one_line
from analysis.files import same_elements, snapshot, write
from analysis.sitegraph import ABOUT, EDGE_COLUMNS, NODE_COLUMNS, Edge, Node, edges, placed, written

NAMESPACE = "http://gexf.net/1.3"
VIZ = "http://gexf.net/1.3/viz"
SAME = 100_000  # texts kept quoted: a site has many edges, a day many sightings
quoted = lru_cache(SAME)(quoteattr)
LINK = "#b0552b"  # edges: the kinds that link to a story
EDGE_COLOURS = {"reference": "#d9d9d9", "copy": "#7a5195", "excerpt": "#7a5195", "attribution": "#a08a3c"}


def export(db: Connection, folder: Path, banner: str | None) -> Path:
    """Write graph.gexf. `banner` goes into the description, and each node is then marked `synthetic`."""
    counts: Counter[str] = Counter()
    with snapshot(db):
        return write(folder / "graph.gexf", lines(db, banner, counts), partial(same_elements, written=counts))


def lines(db: Connection, banner: str | None, counts: Counter[str]) -> Iterator[str]:
    """The file, line by line; `counts` comes to hold how many nodes and edges there are."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<gexf xmlns="{NAMESPACE}" xmlns:viz="{VIZ}" version="1.3">\n'
    about = f"{one_line(banner, 1_000)} {ABOUT}" if banner else ABOUT
    yield f"<meta><creator>mayfly</creator><description>{escape(about)}</description></meta>\n"
    yield '<graph defaultedgetype="directed" idtype="string">\n'
    yield '<attributes class="node">\n'
    for column, kind in NODE_COLUMNS.items():
        yield f'<attribute id="{column}" title="{column}" type="{kind}"/>\n'
    if banner:
        yield '<attribute id="synthetic" title="synthetic" type="boolean"/>\n'
    yield '</attributes>\n<attributes class="edge">\n'
    for column, kind in EDGE_COLUMNS.items():
        yield f'<attribute id="{column}" title="{column}" type="{kind}"/>\n'
    yield "</attributes>\n<nodes>\n"
    for node, place in placed(db):
        counts["node"] += 1
        yield node_line(node, place, synthetic=bool(banner))
    yield "</nodes>\n<edges>\n"
    for edge in edges(db):
        yield edge_line(counts["edge"], edge)
        counts["edge"] += 1
    yield "</edges>\n</graph>\n</gexf>\n"


def node_line(node: Node, place: tuple[float, float], synthetic: bool) -> str:
    """A node: its name, its counts, and how it is drawn."""
    x, y = place
    mark = '<attvalue for="synthetic" value="true"/>' if synthetic else ""
    return (
        f"<node id={name(node.site)} label={quoteattr(node.label)}>"
        f"<attvalues>{attributes(node, NODE_COLUMNS)}{mark}</attvalues>"
        f'{colour(node.colour)}<viz:position x="{x:.2f}" y="{y:.2f}" z="0.0"/><viz:size value="{node.size}"/>'
        "</node>\n"
    )


def edge_line(number: int, edge: Edge) -> str:
    """An edge of one kind; its label is the kind, for programs that do not read `kind`."""
    kind = quoteattr(identifier(edge.kind))
    return (
        f'<edge id="{number}" source={name(edge.source)} target={name(edge.target)} weight="{edge.weight}"'
        f" kind={kind} label={kind}><attvalues>{attributes(edge, EDGE_COLUMNS)}</attvalues>"
        f"{colour(EDGE_COLOURS.get(edge.kind, LINK))}</edge>\n"
    )


@lru_cache(SAME)
def name(site: str) -> str:
    """The id of a node, quoted."""
    return quoteattr(identifier(site))


def attributes(row: Node | Edge, columns: dict[str, str]) -> str:
    """The values that the row has."""
    values = ((column, written(row, column)) for column in columns)
    return "".join(f'<attvalue for="{column}" value={quoted(value)}/>' for column, value in values if value)


@lru_cache
def colour(code: str) -> str:
    """#rrggbb as Gephi reads it."""
    red, green, blue = bytes.fromhex(code[1:])
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
