"""Pages that lead to a story: by hyperlink, written-out address, archived copy, wrapper, embed or redirect."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from analysis.sightings import READ, Capture, Sighting
from analysis.stories import Story

HOPS = 10  # redirects followed from an address that is linked: what the crawler follows, too
ARCHIVE = "archive"  # the names of the crawler's wrapper rules for web archives begin with it
KINDS = {"text_url": "text_url", "embed": "embed"}  # by detector; any other points as a hyperlink does


class Way(NamedTuple):
    """How an address leads to a story: it is the story's own, an archived copy's, or one that redirects there."""

    story: str
    target: str  # the story's address that it ends at
    how: str  # original, archive, redirect


def ways(stories: Iterable[Story], forwards: Mapping[str, set[str]]) -> dict[str, list[Way]]:
    """Every address that leads to a story, and to which; `forwards` says where an address sent its visitors.

    An address leads to a story if any of its captures did: the redirect is the evidence, wherever it points today.
    An address of a story is never a hop to another one.
    """
    stories = list(stories)
    before: dict[str, set[str]] = defaultdict(set)
    own = frozenset().union(*(story.addresses for story in stories))
    for urlkey, targets in forwards.items():
        if urlkey not in own:
            for target in targets:
                before[target].add(urlkey)
    found: dict[str, list[Way]] = defaultdict(list)
    for story in stories:
        for address in sorted(story.addresses):
            how = "original" if address in story.originals else "archive"
            found[address].append(Way(story.story, address, how))
        for hop, end in forwarding(story.addresses, before).items():
            found[hop].append(Way(story.story, end, "redirect"))
    return dict(found)


def forwarding(addresses: Iterable[str], before: Mapping[str, set[str]]) -> dict[str, str]:
    """Addresses that lead to one of `addresses` by up to ten hops, each with the nearest that it ends at."""
    found: dict[str, str] = {}
    ends = {address: address for address in addresses}
    for _ in range(HOPS):
        farther: dict[str, str] = {}
        for urlkey, end in sorted(ends.items(), key=lambda pair: (pair[1], pair[0])):
            for hop in before.get(urlkey, set()) - found.keys():
                farther.setdefault(hop, end)
        found |= farther
        ends = farther
    return found


def forwards(db: sqlite3.Connection) -> dict[str, set[str]]:
    """Where each address was ever seen to send its visitors, by a redirect or otherwise."""
    found: dict[str, set[str]] = defaultdict(set)
    for urlkey, target in db.execute(
        "SELECT DISTINCT urlkey, redirect_urlkey FROM capture WHERE redirect_urlkey NOT NULL"
    ):
        found[urlkey].add(target)
    return found


def kind(detector: str, wrapper: str | None, how: str) -> str:
    """The kind of mention that a reference makes: what it leads through comes before how it is written."""
    if how == "archive" or (wrapper or "").startswith(ARCHIVE):
        return "archive_link"
    if how == "redirect" or wrapper:
        return "wrapped_link"
    return KINDS.get(detector, "link")


def links(db: sqlite3.Connection, stories: Iterable[Story]) -> Iterator[Sighting]:
    """A sighting for each reference that leads to a story, and each redirect.

    A story's own page gives none of itself, whatever it links to. Certainty is 1: the address is there.
    """
    stories = list(stories)
    leading = ways(stories, forwards(db))
    own = {story.story: story.addresses for story in stories}
    yield from referenced(db, leading, own)
    yield from redirected(db, leading, own)


def referenced(
    db: sqlite3.Connection, leading: dict[str, list[Way]], own: dict[str, frozenset[str]]
) -> Iterator[Sighting]:
    for row in db.execute(
        """
        SELECT reference.urlkey, reference.n, reference.detector, reference.zone, reference.wrapper,
               CASE WHEN trim(reference.context) <> '' THEN reference.context
                    WHEN trim(reference.anchor) <> '' THEN reference.anchor
                    ELSE reference.url END,
               capture.id, capture.urlkey, capture.url, capture.site, capture.fetched_at, ifnull(capture.digest, ''),
               ifnull(article.page_type, 'article'),
               article.published_at, article.published_from, article.published_to
        FROM reference
        JOIN capture ON capture.id = reference.capture
        LEFT JOIN article ON article.capture = capture.id
        WHERE reference.urlkey IN (SELECT value FROM json_each(?))
          AND capture.outcome IN (SELECT value FROM json_each(?))
        """,
        [json.dumps(sorted(leading)), json.dumps(READ)],
    ):
        urlkey, place, detector, zone, wrapper, words, *facts = row
        capture = Capture(*facts)
        for way in leading[urlkey]:
            if capture.urlkey not in own[way.story]:
                made = kind(detector, wrapper, way.how)
                yield Sighting(way.story, made, zone, capture, 1.0, words, place, way.target)


def redirected(
    db: sqlite3.Connection, leading: dict[str, list[Way]], own: dict[str, frozenset[str]]
) -> Iterator[Sighting]:
    """A page that sends its visitors to the story. It has no text, so it stands in no better zone than the head."""
    for row in db.execute(
        """
        SELECT redirect_url, redirect_urlkey,
               id, urlkey, url, site, fetched_at, ifnull(digest, ''), 'article', NULL, NULL, NULL
        FROM capture
        WHERE redirect_urlkey IN (SELECT value FROM json_each(?))
        """,
        [json.dumps(sorted(leading))],
    ):
        url, urlkey, *facts = row
        capture = Capture(*facts)
        near = {way.story for way in leading.get(capture.urlkey, ()) if way.how == "redirect"}  # in ten hops
        for way in leading[urlkey]:
            if way.story in near and capture.urlkey not in own[way.story]:
                yield Sighting(way.story, "redirect", "head", capture, 1.0, f"redirects to {url}", target=way.target)
