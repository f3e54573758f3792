"""A debunk is told from an amplifier by who speaks, when, and by its own markup."""

from __future__ import annotations

import pytest

from analysis.sightings import Capture
from analysis.stance import Term, stance


def capture(published_from: str | None = None, published_to: str | None = None) -> Capture:
    return Capture(
        1, "a.example", "https://a.example", "a.example", "2019-06-01T00:00:00Z", "", "article", published_from,
        published_from, published_to,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("published", "term", "disputes"),
    [
        ((None, None), (None, None), True),
        ((None, None), ("2019-06-01", None), True),  # without a date, the day of the capture
        ((None, None), ("2019-06-02", None), False),
        ((None, None), (None, "2019-06-01"), True),
        ((None, None), (None, "2019-05-31"), False),
        (("2017-03-02T23:30:00Z", "2017-03-02T23:30:00Z"), ("2017-03-02", "2017-03-02"), True),
        (("2017-03-02T23:30:00Z", "2017-03-02T23:30:00Z"), ("2017-03-03", None), False),
        (("2017-03-02T23:30:00Z", "2017-03-02T23:30:00Z"), ("2015-01-01", "2016-12-31"), False),
        (("2017-01-01T00:00:00Z", "2017-12-31T23:59:59Z"), ("2017-07-01", None), True),  # a year, half of it
        (("2017-01-01T00:00:00Z", "2017-12-31T23:59:59Z"), ("2018", None), False),
        (("2017-01-01T00:00:00Z", "2017-12-31T23:59:59Z"), (None, "2017"), True),
    ],
)
def test_a_fact_checker_disputes_while_it_is_one(
    published: tuple[str | None, str | None], term: tuple[str | None, str | None], disputes: bool
) -> None:
    found = stance(capture(*published), [Term("1990", "1991"), Term(*term)], None)
    assert (found.stance == "disputes") == disputes


@pytest.mark.parametrize(("review", "expected"), [(None, "unclear"), ("", "disputes"), ("False", "disputes")])
def test_a_claim_review_disputes_whatever_its_rating(review: str | None, expected: str) -> None:
    assert stance(capture(), [], review).stance == expected


def test_a_reason_is_one_short_line_whatever_the_markup_holds() -> None:
    reason = stance(capture(), [], "False\n" * 1_000).reason
    assert "\n" not in reason
    assert len(reason) < 200
