"""Mentions: which pages speak of which story, in what way, and with what stance.

A page speaks of a story by leading to it (`analysis.links`) or by carrying its text (`analysis.copies`). Each such
observation is a sighting in one capture; a mention is what all captures of a page say together. Whatever stands in
a menu, a footer or a comment is recorded with its zone, whoever disputes the story with that stance: what counts is
decided later, by a rule.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import chain

from analysis.copies import Progress, copies
from analysis.links import links
from analysis.sightings import Capture, Mention, age, mentions
from analysis.stance import Stance, stances
from analysis.stories import stories
from analysis.twins import pages

SHOWN = 1_000  # characters of evidence: a sentence, or a passage and its place


def trace(db: sqlite3.Connection, progress: Progress | None = None) -> dict[str, int]:
    """Fill table `mention` from what was crawled, and say how many rows of each kind it has.

    The result depends on what was captured, not on its order nor on row ids. The table is replaced in one
    transaction, and nothing is locked while the pages are read. `progress` is told how many texts are done, of
    how many.
    """
    known = stories(db)
    found = mentions(chain(links(db, known), copies(db, known, progress)))
    judged = stances(db, {mention.sighting.capture.id: mention.sighting.capture for mention in found}.values())
    counted_under = twins(db, found)
    disputed = disputing(found, judged, counted_under)
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute("DELETE FROM mention")
        db.executemany(
            """
            INSERT INTO mention (story, urlkey, url, site, kind, zone, stance, certainty, similarity, containment,
                                 via, target, page, page_type, capture, evidence, published_at, first_seen)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?)
            """,
            (row(mention, judged[mention.sighting.capture.id], counted_under, disputed) for mention in found),
        )
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    return dict(sorted(Counter(mention.sighting.kind for mention in found).items()))


def twins(db: sqlite3.Connection, found: list[Mention]) -> dict[str, str]:
    """The urlkey that each page is counted under, judged by the latest capture that mentions a story."""
    latest: dict[str, Capture] = {}
    told: dict[str, set[str]] = defaultdict(set)
    for mention in found:
        capture = mention.sighting.capture
        told[capture.urlkey].add(mention.sighting.story)
        if capture.urlkey not in latest or age(capture) > age(latest[capture.urlkey]):
            latest[capture.urlkey] = capture
    return pages(db, latest.values(), told)


def disputing(
    found: list[Mention], judged: Mapping[int, Stance], counted_under: Mapping[str, str]
) -> dict[tuple[str, str], tuple[str, Stance]]:
    """For each story and page that disputes it: the first address that does, by name, and why.

    A page disputes a story if any of its twins does, or any capture of it that mentions the story: the AMP version
    of a debunk often comes without its markup.
    """
    disputed: dict[tuple[str, str], tuple[str, Stance]] = {}
    for mention in found:  # in the order of addresses
        capture = mention.sighting.capture
        if judged[capture.id].stance == "disputes":
            key = (mention.sighting.story, counted_under[capture.urlkey])
            disputed.setdefault(key, (capture.urlkey, judged[capture.id]))
    return disputed


def row(
    mention: Mention,
    stance: Stance,
    counted_under: Mapping[str, str],
    disputed: Mapping[tuple[str, str], tuple[str, Stance]],
) -> tuple[object, ...]:
    """The values of a row of `mention`, `via` left out: every mention so far is first-hand."""
    sighting, capture = mention.sighting, mention.sighting.capture
    page = counted_under[capture.urlkey]
    if stance.stance != "disputes" and (sighting.story, page) in disputed:
        where, other = disputed[sighting.story, page]
        stance = Stance(other.stance, f"so does {where}, the same page: {other.reason}")
    evidence = "\n".join(" ".join(line.split()) for line in sighting.evidence.strip().splitlines())[:SHOWN]
    return (
        sighting.story, capture.urlkey, capture.url, capture.site, sighting.kind, sighting.zone, stance.stance,
        sighting.certainty, sighting.similarity, sighting.containment, sighting.target,
        page, capture.page_type, capture.id,
        f"{evidence}\n{stance.stance}: {stance.reason}", capture.published_at, mention.first_seen,
    )  # fmt: skip
