"""GraphML, for igraph, yEd, Cytoscape and networkx: the same graph of sites as in GEXF, without colours.

Written line by line, with a declared type for each column, and an id for each edge, so that two sites may be joined
by several kinds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from sqlite3 import Connection
from xml.sax.saxutils import escape, quoteattr

from analysis.clean import identifier, one_line
from analysis.files import same_elements, snapshot, write
from analysis.sitegraph import ABOUT, EDGE_COLUMNS, NODE_COLUMNS, Edge, Node, edges, placed, written

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
NAMES = 100_000  # kept quoted: a site has many edges
TYPES = {"string": "string", "integer": "long", "double": "double"}
OF_NODE = {"label": "string", **NODE_COLUMNS, "x": "double", "y": "double"}
OF_EDGE = {"kind": "string", "weight": "integer", **EDGE_COLUMNS}


def export(db: Connection, folder: Path, banner: str | None) -> Path:
    """Write graph.graphml. `banner` goes into the description, and into the graph's attribute `banner`."""
    counts: Counter[str] = Counter()
    with snapshot(db):
        return write(folder / "graph.graphml", lines(db, banner, counts), partial(same_elements, written=counts))


def lines(db: Connection, banner: str | None, counts: Counter[str]) -> Iterator[str]:
    """The file, line by line; `counts` comes to hold how many nodes and edges there are."""
    said = one_line(banner, 1_000) if banner else ""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="{NAMESPACE}">\n'
    yield f"<desc>{escape(f'{said} {ABOUT}'.strip())}</desc>\n"
    for what, columns in (("node", OF_NODE), ("edge", OF_EDGE)):
        for column, kind in columns.items():
            yield f'<key id="{what}_{column}" for="{what}" attr.name="{column}" attr.type="{TYPES[kind]}"/>\n'
    if said:
        yield '<key id="banner" for="graph" attr.name="banner" attr.type="string"/>\n'
    yield '<graph id="sites" edgedefault="directed">\n'
    if said:
        yield f'<data key="banner">{escape(said)}</data>\n'
    for node, (x, y) in placed(db):
        counts["node"] += 1
        place = f'<data key="node_x">{x:.2f}</data><data key="node_y">{y:.2f}</data>'
        yield f"<node id={name(node.site)}>{data('node', node, ['label', *NODE_COLUMNS])}{place}</node>\n"
    for edge in edges(db):
        ends = f"source={name(edge.source)} target={name(edge.target)}"
        yield f'<edge id="{counts["edge"]}" {ends}>{data("edge", edge, OF_EDGE)}</edge>\n'
        counts["edge"] += 1
    yield "</graph>\n</graphml>\n"


@lru_cache(NAMES)
def name(site: str) -> str:
    """The id of a node, quoted."""
    return quoteattr(identifier(site))


def data(what: str, row: Node | Edge, columns: Iterable[str]) -> str:
    """The values that the row has."""
    values = ((column, written(row, column)) for column in columns)
    return "".join(f'<data key="{what}_{column}">{escape(value)}</data>' for column, value in values if value)
