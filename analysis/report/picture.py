"""The picture of the graph: discs, lines and names, as numbers for an SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from analysis.layout import layout
from analysis.sitegraph import COLOURS, MEANING, Node, nodes, pairs

DRAWN = 220  # nodes: those of most pages; more hide each other
LETTERS = 28  # of a name
HEIGHT = 13.0  # of the letters, in the units of the places
WIDE = 0.58  # of a letter's height: how wide letters are on average
MARGIN = 24.0
ALWAYS = 30  # names of the largest discs, which may lie on lines and discs, though not on each other


@dataclass(frozen=True, slots=True)
class Disc:
    """A site."""

    x: float
    y: float
    radius: float
    colour: str
    tip: str  # shown when the mouse rests on it


@dataclass(frozen=True, slots=True)
class Line:
    """A site carries stories of another."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a site, where there is room for it."""

    x: float
    y: float
    anchor: str  # start, middle or end
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture."""

    box: str  # viewBox
    discs: tuple[Disc, ...]
    lines: tuple[Line, ...]
    names: tuple[Name, ...]
    legend: tuple[tuple[str, str, int], ...]  # colour, meaning, how many
    left_out: int  # nodes that are not drawn


def picture(db: Connection) -> Picture:
    """The sites of most pages, and whose stories they carry."""
    found = list(nodes(db))
    kept = found[:DRAWN]
    drawn = {node.site for node in kept}
    ties = [pair for pair in pairs(db) if pair[0] in drawn and pair[1] in drawn]
    places = layout([(node.site, node.size) for node in kept], ties)
    at = dict(zip((node.site for node in kept), places, strict=True))
    discs = tuple(
        Disc(round(x, 1), round(y, 1), node.size, node.colour, tip(node))
        for node, (x, y) in zip(kept, places, strict=True)
    )
    lines = tuple(
        Line(
            round(at[a][0], 1),
            round(at[a][1], 1),
            round(at[b][0], 1),
            round(at[b][1], 1),
            round(0.6 + math.log2(weight), 2),
        )
        for a, b, weight in ties
    )
    names = named(kept, places)
    roles = [node.role for node in kept]
    legend = tuple((COLOURS[role], MEANING[role], roles.count(role)) for role in COLOURS if role in roles)
    return Picture(box(kept, places, names), discs, lines, names, legend, len(found) - len(kept))


def tip(node: Node) -> str:
    """What a disc stands for, in words."""
    said = f"{node.label} ({node.site})" if node.label != node.site else node.site
    if node.rank is not None:
        return f"{said}: place {node.rank}, {node.pages} pages carry {node.stories} stories"
    return f"{said}: {node.referring_pages} pages carry its stories"


def named(kept: Sequence[Node], places: Sequence[tuple[float, float]]) -> tuple[Name, ...]:
    """Names for as many discs as have room, the largest first: right of the disc, left, below, above, or on it."""
    discs = [(x - n.size, y - n.size, x + n.size, y + n.size) for n, (x, y) in zip(kept, places, strict=True)]
    written: list[Room] = []
    names = []
    for number, (node, (x, y)) in enumerate(zip(kept, places, strict=True)):
        text = node.label if len(node.label) <= LETTERS else node.label[: LETTERS - 1] + "…"
        choices = rooms(text, x, y, node.size + 3)
        others = discs[:number] + discs[number + 1 :]
        free = [choice for choice in choices if not covers(choice[1], written)]
        best = next((choice for choice in free if not covers(choice[1], others)), None)
        if best is None and number < ALWAYS and free:
            best = min(free, key=lambda choice: sum(overlap(choice[1], other) for other in others))
        if best:
            anchor, room = best
            written.append(room)
            where = {"start": room[0], "end": room[2], "middle": (room[0] + room[2]) / 2}[anchor]
            names.append(Name(round(where, 1), round(room[3] - HEIGHT * 0.2, 1), anchor, text))
    return tuple(names)


Room = tuple[float, float, float, float]  # left, top, right, bottom


def rooms(text: str, x: float, y: float, far: float) -> list[tuple[str, Room]]:
    """Where a name may stand, the best first: how it is anchored, and the room it takes."""
    wide = len(text) * HEIGHT * WIDE
    lefts = (
        ("start", x + far, y + HEIGHT * 0.35),
        ("end", x - far - wide, y + HEIGHT * 0.35),
        ("middle", x - wide / 2, y + far + HEIGHT * 0.8),
        ("middle", x - wide / 2, y - far),
        ("middle", x - wide / 2, y + HEIGHT * 0.35),
    )
    return [(anchor, (left, low - HEIGHT * 0.8, left + wide, low + HEIGHT * 0.2)) for anchor, left, low in lefts]


def covers(room: Room, others: Sequence[Room]) -> bool:
    """Whether a room lies on any of the others."""
    return any(overlap(room, other) for other in others)


def overlap(one: Room, other: Room) -> bool:
    """Whether two rectangles share a spot."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def box(kept: Sequence[Node], places: Sequence[tuple[float, float]], names: Sequence[Name]) -> str:
    """The part of the plane that holds everything, as a viewBox."""
    xs, ys = [0.0], [0.0]
    for node, (x, y) in zip(kept, places, strict=True):
        xs += [x - node.size, x + node.size]
        ys += [y - node.size, y + node.size]
    for name in names:
        wide = len(name.text) * HEIGHT * WIDE
        xs += {"start": [name.x + wide], "end": [name.x - wide], "middle": [name.x - wide / 2, name.x + wide / 2]}[
            name.anchor
        ]
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return f"{left:.0f} {top:.0f} {max(xs) - left + MARGIN:.0f} {max(ys) - top + MARGIN:.0f}"
