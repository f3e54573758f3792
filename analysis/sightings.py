"""Sightings: one capture shows that its page speaks of one story in one way.

Everything that finds mentions (links, copies, and what is still to come) yields sightings; `mentions` folds them
into one row for each story, page and kind, whatever order they came in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

ZONES = ("body", "aside", "comments", "nav", "footer", "head")  # the best first: only the body ever counts
READ = ("ok", "too_large", "bad_encoding")  # outcomes: a page cut short shows what stands before the cut
STRONGER = {"excerpt": "copy"}  # a page that copies a text carries every passage of it: that is said once


@dataclass(frozen=True, slots=True)
class Capture:
    """What a capture says of its page, but for the text."""

    id: int
    urlkey: str
    url: str
    site: str
    fetched_at: str
    digest: str
    page_type: str
    published_at: str | None
    published_from: str | None
    published_to: str | None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A capture shows its page speaking of a story. `place` orders several on one page: the first is kept."""

    story: str
    kind: str
    zone: str
    capture: Capture
    certainty: float
    evidence: str
    place: int = 0
    target: str | None = None
    similarity: float | None = None
    containment: float | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A page speaks of a story in one way: the sighting that proves it, and when that was first seen."""

    sighting: Sighting
    first_seen: str


def mentions(sightings: Iterable[Sighting]) -> list[Mention]:
    """One mention for each (story, urlkey, kind), in that order.

    The best zone wins, then the latest capture that shows the mention there, then the first place on the page.
    `first_seen` is the earliest capture that shows it in that zone: what stood in a menu first and in the body
    later was first seen in the body later.
    """
    found: dict[tuple[str, str, str], list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        found[sighting.story, sighting.capture.urlkey, sighting.kind].append(sighting)
    chosen = []
    for (story, urlkey, kind), group in sorted(found.items()):
        if (story, urlkey, STRONGER.get(kind)) in found:
            continue
        zone = min((sighting.zone for sighting in group), key=ZONES.index)
        group = [sighting for sighting in group if sighting.zone == zone]
        latest = max(age(sighting.capture) for sighting in group)
        best = min(
            (sighting for sighting in group if age(sighting.capture) == latest),
            key=lambda sighting: (sighting.place, sighting.target or "", sighting.evidence, sighting.capture.id),
        )
        chosen.append(Mention(best, min(sighting.capture.fetched_at for sighting in group)))
    return chosen


def age(capture: Capture) -> tuple[str, str, str]:
    """Orders captures by time; by content and address, never by row id, where the times are equal."""
    return capture.fetched_at, capture.digest, capture.url
