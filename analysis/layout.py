"""Where the nodes of a picture lie: the same graph always gives the same picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

FEW = 400  # nodes that are laid out by force; more would take minutes and be read by nobody
WIDTH = 1_000.0  # of the picture, in the units of the positions
ROUNDS = 200
GOLDEN = math.pi * (3 - math.sqrt(5))  # the golden angle: no two seeds of a sunflower lie behind each other
GAP = 4.0  # between two discs
ASPECT = 1.4  # of the width to the height
SPREAD = 0.65  # power of the distance from the middle: 1 leaves the places as they are


def layout(sizes: Sequence[tuple[str, float]], pairs: Sequence[tuple[str, str, int]]) -> list[tuple[float, float]]:
    """A place for each node, given its name and the radius of its disc, and who is tied to whom how strongly.

    Few nodes are pulled and pushed (Fruchterman and Reingold 1991, by networkx) from the places of a sunflower, then
    moved apart until no disc lies on another; many keep their place in the sunflower.
    """
    places = [sunflower(n, len(sizes)) for n in range(len(sizes))]
    return apart(forced(sizes, pairs, places), [size for _, size in sizes]) if len(sizes) <= FEW else places


def sunflower(n: int, of: int) -> tuple[float, float]:
    """The place of seed number n: the first in the middle, all equally dense (Vogel 1979)."""
    far = WIDTH / 2 * max(1.0, math.sqrt(of / FEW)) * math.sqrt((n + 0.5) / max(of, 1))
    return far * math.cos(n * GOLDEN), far * math.sin(n * GOLDEN)


def forced(
    sizes: Sequence[tuple[str, float]], pairs: Sequence[tuple[str, str, int]], places: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    """The places after pull and push."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(name for name, _ in sizes)
    graph.add_weighted_edges_from(
        (a, b, math.log2(1 + weight)) for a, b, weight in pairs if a in graph and b in graph
    )
    if graph.number_of_edges() == 0:
        return places
    begin = {name: place for (name, _), place in zip(sizes, places, strict=True)}
    found = nx.spring_layout(
        graph, pos=begin, k=WIDTH / math.sqrt(len(sizes)), iterations=ROUNDS, scale=WIDTH / 2, seed=1, method="force"
    )
    return [spread(float(found[name][0]), float(found[name][1])) for name, _ in sizes]


def spread(x: float, y: float) -> tuple[float, float]:
    """The place, moved outward where the picture is dense, near its middle, and sideways: names are wide."""
    far = math.hypot(x, y) / (WIDTH / 2)
    return (x * ASPECT * far ** (SPREAD - 1), y * far ** (SPREAD - 1)) if far else (x, y)


def apart(places: list[tuple[float, float]], radii: list[float]) -> list[tuple[float, float]]:
    """The places, moved so that discs do not lie on each other, or barely so where many crowd."""
    import numpy as np

    if len(places) < 2:
        return places
    at = np.array(places)
    needed = np.add.outer(np.array(radii), np.array(radii)) + GAP
    np.fill_diagonal(needed, 0)
    for _ in range(ROUNDS):
        between = at[:, None, :] - at[None, :, :]
        distance = np.maximum(np.hypot(between[..., 0], between[..., 1]), 1e-6)
        overlap = np.maximum(needed - distance, 0)
        if not overlap.any():
            break
        at += (between / distance[..., None] * (overlap / 2)[..., None]).sum(axis=1) * 0.6
    return [(float(x), float(y)) for x, y in at]
