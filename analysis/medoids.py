"""Clusters around medoids: every member is a copy of the one text that the cluster is named after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence


def medoids(copies: Sequence[int], pairs: Iterable[tuple[int, int, float]]) -> dict[int, tuple[int, float]]:
    """The cluster of every text that has one: its medoid, and its similarity to it.

    Texts are numbered in the order in which ties are broken. `copies[i]` is how many articles have text i, and
    `pairs` (a, b, similarity) the texts that are copies of each other: nothing else joins texts, so nobody is in
    a cluster because of what a third text shares with either.

    The text that is a copy of most articles becomes a medoid, then the next that is no copy of a medoid so far;
    each other text joins the most similar of its medoids. A text that stands alone has no cluster.
    """
    neighbours: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for a, b, similarity in pairs:
        neighbours[a].append((b, similarity))
        neighbours[b].append((a, similarity))
    degree = {text: copies[text] + sum(copies[other] for other, _ in near) for text, near in neighbours.items()}
    chosen: set[int] = set()
    reached: set[int] = set()
    for text in sorted(neighbours, key=lambda text: (-degree[text], text)):
        if text not in reached:
            chosen.add(text)
            reached.update(other for other, _ in neighbours[text])
    # Medoids are never copies of each other, or the second would have been reached: each is its own.
    result = {text: (text, 1.0) for text in chosen}
    for text in reached:
        near = [(-similarity, other) for other, similarity in neighbours[text] if other in chosen]
        similarity, medoid = min(near)
        result[text] = (medoid, -similarity)
    size: dict[int, int] = defaultdict(int)
    for text, count in enumerate(copies):
        size[result.setdefault(text, (text, 1.0))[0]] += count
    return {text: place for text, place in result.items() if size[place[0]] > 1}
