"""Pages that carry a story's text: near-duplicate copies of it, and excerpts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from analysis.passages import LEAST, Comparison, Index, KnownText, Text
from analysis.sightings import READ, Capture, Sighting
from analysis.stories import Story, StoryText

COPY = 0.6  # of the story's shingles. A Jaccard of 0.7 makes a copy too, and implies containment of at least 0.7
SHOWN = 500  # characters of the shared passage that are quoted as evidence
BATCH = 64  # texts looked up at once,
BATCH_CHARACTERS = 500_000  # and no more characters: a hostile page has millions

Progress = Callable[[int, int], None]
Row = tuple[Any, ...]


def copies(db: sqlite3.Connection, stories: Iterable[Story], progress: Progress | None = None) -> Iterator[Sighting]:
    """A sighting for each capture and story whose text it carries, whole (`copy`) or in part (`excerpt`).

    `progress` is told how many captured texts are done, of how many. A story's own page is no copy of it.
    """
    known = [(story, text, KnownText(text.text, story.headlines)) for story in stories for text in story.texts]
    if not known:
        return
    index = Index([text for _, _, text in known])
    # CROSS JOIN reads the texts in the order in which they lie in the file.
    captured = """
        FROM article CROSS JOIN capture ON capture.id = article.capture
        WHERE outcome IN (SELECT value FROM json_each(?))
    """
    number = db.execute(f"SELECT count(*) {captured}", [json.dumps(READ)]).fetchone()[0]
    done = 0
    rows = db.execute(
        f"""
        SELECT text, id, urlkey, url, site, fetched_at, ifnull(digest, ''), page_type,
               published_at, published_from, published_to {captured}
        """,
        [json.dumps(READ)],
    )
    for batch in batches(rows):
        for (text, *facts), candidates in zip(batch, index.candidates([row[0] for row in batch]), strict=True):
            if candidates:
                yield from compared(Capture(*facts), text, [known[place] for place in candidates])
        done += len(batch)
        if progress:
            progress(done, number)


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows whose first column is a text, some at a time."""
    batch: list[Row] = []
    characters = 0
    for row in rows:
        batch.append(row)
        characters += len(row[0])
        if len(batch) == BATCH or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def compared(capture: Capture, text: str, known: Sequence[tuple[Story, StoryText, KnownText]]) -> Iterator[Sighting]:
    """One sighting for each story of which the capture carries enough: by the best of its texts."""
    page = Text(text)
    best: dict[str, tuple[tuple[bool, float, float], Sighting]] = {}
    for story, source, against in known:
        if capture.urlkey in story.addresses:
            continue
        found = against.compare(page)
        copied = is_copy(found)
        if not copied and found.passage.length < 1:
            continue
        sighting = Sighting(
            story=story.story,
            kind="copy" if copied else "excerpt",
            zone="body",  # the text of a capture is its body
            capture=capture,
            certainty=certainty(found),
            evidence=quoted(text, found, source.source),
            place=found.passage.start,
            similarity=round(found.similarity, 6),
            containment=round(found.containment, 6),
        )
        order = (copied, found.containment, found.passage.length)
        if story.story not in best or order > best[story.story][0]:
            best[story.story] = (order, sighting)
    for _, sighting in best.values():
        yield sighting


def is_copy(found: Comparison) -> bool:
    """Six tenths of the story's shingles, and no fewer than an excerpt has: of a mere line, that share is little."""
    return found.containment >= COPY and found.shared >= LEAST


def certainty(found: Comparison) -> float:
    """How sure it is that the page carries this story's text.

    The share of the story that it carries, or half the length of the longest passage in excerpts, whichever is
    more: 25 words in a row give 0.5, and from 50 on nothing is left to doubt.
    """
    return round(min(1.0, max(found.containment, found.passage.length / 2)), 6)


def quoted(text: str, found: Comparison, source: str) -> str:
    """The longest passage shared, and where it stands on both sides."""
    passage = found.passage
    words = " ".join(text[passage.start : passage.end].split())
    shown = words if len(words) <= SHOWN else words[:SHOWN] + "…"
    return (
        f"{shown}\ncharacters {passage.start} to {passage.end} of the page's text, "
        f"{passage.known_start} to {passage.known_end} of {source}; "
        f"{found.containment:.0%} of the story's passages stand on the page"
    )
