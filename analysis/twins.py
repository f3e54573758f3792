"""Twins: print, AMP, mobile and paginated versions of a page are one page.

Pages are twins if they stand on one site and either say so (their `rel=canonical`) or have the same text. What a
page declares is a claim: across sites it is a sign of impersonation and joins nothing, and on one site it joins only
what the texts confirm, because careless templates declare one address for every page. Versions in another language
have another text, and stay pages of their own.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from analysis.passages import Text
from analysis.shingles import weight, words
from analysis.sightings import READ, Capture
from analysis.stories import SEPARATOR

SAME = 0.9  # of the shorter text's shingles stand in the longer: a print version leaves out a caption or two
WORDS, LETTERS = 50, 100  # shorter texts are equal by chance: a caption, a notice of cookies
HEADLINE = 4  # words: a title that stands on the parts of one article; shorter may be the site's name
DIVIDER = re.compile("[/?&]")  # between the parts of a urlkey
NUMBERED = re.compile(r"(?:[a-z_-]*[/=])?\d{1,2}")  # what the second part's urlkey has more than the first's


@dataclass(frozen=True)
class Version:
    """A page, by its text and what it declares to be its main address."""

    urlkey: str
    site: str
    page_type: str
    canonical: str | None
    title: str
    text: str

    @cached_property
    def compared(self) -> Text:
        return Text(self.text)

    @property
    def shingles(self) -> set[tuple[str, ...]]:
        return self.compared.shingles

    @cached_property
    def fold(self) -> tuple[str, ...]:
        return tuple(self.compared.words)

    @property
    def is_long(self) -> bool:
        return weight(self.compared.letter, WORDS, LETTERS) >= 1


def pages(db: sqlite3.Connection, captures: Iterable[Capture], stories: Mapping[str, set[str]]) -> dict[str, str]:
    """The urlkey that each captured page is counted under: its own, or that of the twin that stands for all.

    `captures` holds one capture a page; `stories` says which stories each urlkey mentions, for pages of equal
    text are one only where they carry a story in common.
    """
    captures = list(captures)
    found = {version.urlkey: version for version in versions(db, [capture.id for capture in captures])}
    main = {
        version.urlkey: version
        for version in canonicals(db, {version.canonical for version in found.values() if version.canonical})
        if version.urlkey not in found
    }
    group = {urlkey: urlkey for urlkey in (*found, *main)}

    def root(urlkey: str) -> str:
        while group[urlkey] != urlkey:
            urlkey = group[urlkey]
        return urlkey

    for a, b in (*declared(found, found | main), *equal(found, stories)):
        group[root(a)] = root(b)
    members: dict[str, list[str]] = defaultdict(list)
    for urlkey in group:
        members[root(urlkey)].append(urlkey)
    everywhere = found | main
    standing = {top: representative([everywhere[urlkey] for urlkey in twins]) for top, twins in members.items()}
    return {
        capture.urlkey: standing[root(capture.urlkey)] if capture.urlkey in group else capture.urlkey
        for capture in captures
    }


def versions(db: sqlite3.Connection, captures: list[int]) -> Iterator[Version]:
    for row in db.execute(
        """
        SELECT capture.urlkey, site, page_type, canonical_urlkey, ifnull(title, ''), text
        FROM capture JOIN article ON article.capture = capture.id
        WHERE capture.id IN (SELECT value FROM json_each(?))
        """,
        [json.dumps(captures)],
    ):
        yield Version(*row)


def canonicals(db: sqlite3.Connection, urlkeys: set[str]) -> Iterator[Version]:
    """The declared main pages themselves, where they were captured: as they were last seen."""
    for row in db.execute(
        """
        SELECT urlkey, site, page_type, canonical_urlkey, title, text FROM (
            SELECT capture.urlkey, site, page_type, canonical_urlkey, ifnull(title, '') AS title, text,
                   row_number() OVER (
                       PARTITION BY capture.urlkey
                       ORDER BY fetched_at DESC, ifnull(digest, '') DESC, url DESC, capture.id) AS place
            FROM capture JOIN article ON article.capture = capture.id
            WHERE capture.urlkey IN (SELECT value FROM json_each(?))
              AND outcome IN (SELECT value FROM json_each(?))
        ) WHERE place = 1
        """,
        [json.dumps(sorted(urlkeys)), json.dumps(READ)],
    ):
        yield Version(*row)


def declared(found: Mapping[str, Version], known: Mapping[str, Version]) -> Iterator[tuple[str, str]]:
    """Pairs of twins that declare the same main address, or of which one declares the other."""
    claims: dict[tuple[str, str], list[Version]] = defaultdict(list)
    for version in found.values():
        if version.canonical:
            claims[version.site, version.canonical].append(version)
    for (site, canonical), twins in sorted(claims.items()):
        main = known.get(canonical)
        if main is not None:
            yield from ((twin.urlkey, canonical) for twin in twins if main.site == site and are_twins(twin, main))
        else:
            readable = sorted((twin for twin in twins if twin.text), key=order)
            yield from ((twin.urlkey, readable[0].urlkey) for twin in readable[1:] if alike(twin, readable[0]))


def equal(found: Mapping[str, Version], stories: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Pairs of pages of one site and type with the same words, and a story in common."""
    near: dict[tuple[str, str, str], list[Version]] = defaultdict(list)
    for version in found.values():
        for story in stories.get(version.urlkey, ()):
            near[version.site, version.page_type, story].append(version)
    for versions in near.values():
        if len(versions) == 1:
            continue
        same: dict[tuple[str, ...], str] = {}
        for version in versions:
            if version.is_long and same.setdefault(version.fold, version.urlkey) != version.urlkey:
                yield version.urlkey, same[version.fold]


def are_twins(twin: Version, main: Version) -> bool:
    """Whether the texts bear out that `main` is the main address of `twin`.

    A front page or feed is the main address of nothing, and a list of articles of none of them. A page without
    text (not every AMP or print page yields one) is believed.
    """
    if main.page_type in ("home", "feed") or main.page_type not in (twin.page_type, "article"):
        return False
    return not twin.text or not main.text or alike(twin, main) or is_part(twin, main)


def alike(a: Version, b: Version) -> bool:
    """Whether nearly all of the shorter text stands in the longer."""
    least = min(len(a.shingles), len(b.shingles))
    return a.fold == b.fold or (least > 0 and len(a.shingles & b.shingles) >= SAME * least)


def is_part(twin: Version, main: Version) -> bool:
    """Whether `twin` is a further part of a paginated article: its address numbered, its headline the same."""
    added = addition(twin.urlkey, main.urlkey)
    return added is not None and NUMBERED.fullmatch(added) is not None and same_headline(twin.title, main.title)


def addition(longer: str, shorter: str) -> str | None:
    """What one urlkey has more than another, in one place: `page=2`, `page/2`; None where they differ otherwise."""
    a, b = DIVIDER.split(longer), DIVIDER.split(shorter)
    more = len(a) - len(b)
    place = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(b))
    if more < 1 or a[place + more :] != b[place:]:
        return None
    return "/".join(a[place : place + more])


def same_headline(a: str, b: str) -> bool:
    """Whether two titles have the same headline, but for a number, whatever name of the site comes after it."""
    short, long = sorted((words(SEPARATOR.split(title)[0])[0] for title in (a, b)), key=len)
    added = long[len(short) :]
    return (
        len(short) >= HEADLINE
        and long[: len(short)] == short
        and (not added or any(word.isdecimal() for word in added))
    )


def representative(twins: list[Version]) -> str:
    """The page that stands for its twins: one that they declare, else the shortest address, else by name."""
    named = {version.canonical for version in twins}
    return min([version for version in twins if version.urlkey in named] or twins, key=order).urlkey


def order(version: Version) -> tuple[int, str]:
    return len(version.urlkey), version.urlkey
