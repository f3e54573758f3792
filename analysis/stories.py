"""What is known of each story: its headlines, addresses and texts."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

from analysis.shingles import words

SEPARATOR = re.compile(r"\s*[|·•»«]\s*|\s+[-–—:/]+\s+")  # between a page's headline and the name of its site
PARTS = 12  # of a title: more are no headline with a name, and comparing them all would take long


@dataclass(frozen=True, slots=True)
class StoryText:
    """A text of a story, and where it comes from: a file of the case, or the urlkey of a captured address."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """A story and what it can be traced by. Addresses are urlkeys: its own, and those of archived copies."""

    story: str
    headlines: tuple[str, ...]
    originals: frozenset[str]
    archived: frozenset[str]
    texts: tuple[StoryText, ...]

    @property
    def addresses(self) -> frozenset[str]:
        """Pages that are the story, and therefore no mention of it."""
        return self.originals | self.archived


def stories(db: sqlite3.Connection) -> list[Story]:
    """Every story of the case, by name."""
    addresses: dict[tuple[str, str], set[str]] = defaultdict(set)
    for story, kind, urlkey in db.execute("SELECT story, kind, urlkey FROM story_url"):
        addresses[story, kind].add(urlkey)
    texts: dict[str, list[StoryText]] = defaultdict(list)
    for story, source, text in db.execute("SELECT story, source, text FROM story_text ORDER BY story, source"):
        texts[story].append(StoryText(source, text))
    found = []
    for story, title, titles in db.execute("SELECT story, title, titles FROM story ORDER BY story"):
        headlines = tuple(dict.fromkeys(headline for headline in (title, *json.loads(titles)) if headline.strip()))
        known = texts[story] or captured_texts(db, story, headlines)
        originals, archived = frozenset(addresses[story, "original"]), frozenset(addresses[story, "archive"])
        found.append(Story(story, headlines, originals, archived, tuple(known)))
    return found


def captured_texts(db: sqlite3.Connection, story: str, headlines: tuple[str, ...]) -> list[StoryText]:
    """The texts that captures of the story's addresses hold, each once.

    Addresses outlive their articles: a capture serves only if it is a page of type `article` whose title is a
    headline of the story. A parked domain, a front page, a notice of removal must not become the story.
    """
    found: dict[tuple[str, ...], StoryText] = {}
    for urlkey, title, text in db.execute(
        """
        SELECT DISTINCT capture.urlkey, article.title, article.text
        FROM story_url
        JOIN capture ON capture.urlkey = story_url.urlkey
        JOIN article ON article.capture = capture.id
        WHERE story_url.story = ? AND capture.outcome = 'ok' AND article.page_type = 'article'
        ORDER BY capture.urlkey, article.text
        """,
        [story],
    ):
        if is_headline(title or "", headlines):
            found.setdefault(tuple(words(text)[0]), StoryText(urlkey, text))
    return list(found.values())


def is_headline(title: str, headlines: tuple[str, ...]) -> bool:
    """Whether a page's title is one of the headlines, with or without the name of the site before or after it."""
    parts = SEPARATOR.split(title)[:PARTS]
    runs = {tuple(words(" ".join(parts[a:b]))[0]) for a, b in combinations(range(len(parts) + 1), 2)}
    wanted = {tuple(words(headline)[0]) for headline in headlines}
    return not runs.isdisjoint(wanted - {()})
