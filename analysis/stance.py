"""Stance: whether a page passes a story on or disputes it, and why we say so.

What is known without reading the words: fact-checkers dispute what they mention, and a page that marks up a
ClaimReview reviews a claim. All else is `unclear`, which counts, and is shown apart from what is known to amplify.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from analysis.sightings import Capture


class Stance(NamedTuple):
    """A stance and its reason, in words for people."""

    stance: str
    reason: str


class Term(NamedTuple):
    """From when until when a site has a role: days, months or years; None where it is open."""

    since: str | None
    until: str | None


UNCLEAR = Stance("unclear", "nothing says whether the page passes the story on or disputes it")


def stances(db: sqlite3.Connection, captures: Iterable[Capture]) -> dict[int, Stance]:
    """The stance of each capture, by its id."""
    captures = list(captures)
    terms: dict[str, list[Term]] = defaultdict(list)
    for site, since, until in db.execute("SELECT site, since, until FROM site WHERE role = 'factchecker'"):
        terms[site].append(Term(since, until))
    reviews = dict(
        db.execute(
            """
            SELECT capture, coalesce(rating, claim, '') FROM claim_review
            WHERE capture IN (SELECT value FROM json_each(?)) ORDER BY capture, n DESC
            """,
            [json.dumps([capture.id for capture in captures])],
        )
    )
    return {capture.id: stance(capture, terms.get(capture.site, ()), reviews.get(capture.id)) for capture in captures}


def stance(capture: Capture, terms: Iterable[Term], review: str | None) -> Stance:
    """The stance of one capture. `terms` are its site's as a fact-checker; `review` is its ClaimReview's rating."""
    first, last = published(capture)
    if any(holds(term, first, last) for term in terms):
        return Stance("disputes", "the case lists the site as a fact-checker")
    if review is not None:
        rated = f", rated “{' '.join(review.split())[:100]}”" if review.strip() else ""
        return Stance("disputes", f"the page marks up a ClaimReview{rated}")
    return UNCLEAR


def published(capture: Capture) -> tuple[str, str]:
    """The interval in which the page was published; that of its capture where it does not say."""
    first = capture.published_from or capture.published_to or capture.fetched_at
    return first, capture.published_to or first


def holds(term: Term, first: str, last: str) -> bool:
    """Whether a term covers any of the time from `first` to `last`. A day covers all of its hours."""
    return (not term.since or last[: len(term.since)] >= term.since) and (
        not term.until or first[: len(term.until)] <= term.until
    )
