"""The frontier hands out what is due, fairly, and forgets nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import frontier
from crawler.database import connect
from crawler.frontier import MAX_HOPS, Due, Queue, Target

NOON = datetime(2017, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "case.db")
    yield connection
    connection.close()


def target(path: str, site: str = "a.example", priority: int = 0, depth: int = 0, hops: int = 0) -> Target:
    return Target(f"https://{site}/{path}", f"{site}/{path}", site, depth, priority, "sites.csv", hops)


def taken(queue: Queue, at: datetime = NOON) -> list[str]:
    """All that the queue hands out at that moment, each row done at once."""
    found = []
    while row := queue.next(at):
        found.append(row.urlkey)
        frontier.done(queue.db, row, "ok", None)
        queue.release(row)
    return found


def states(db: sqlite3.Connection) -> dict[str, tuple[str, str | None]]:
    return {key: (state, reason) for key, state, reason in db.execute("SELECT urlkey, state, reason FROM frontier")}


def test_within_a_site_priority_goes_first_then_the_order_of_discovery(db: sqlite3.Connection) -> None:
    frontier.add(db, [target("c"), target("b"), target("feed", priority=30), target("a")], NOON)
    assert taken(Queue(db, 1)) == ["a.example/feed", "a.example/c", "a.example/b", "a.example/a"]


def test_sites_take_turns_however_long_their_queues_are(db: sqlite3.Connection) -> None:
    frontier.add(db, [target(str(n), "long.example") for n in range(50)], NOON)
    frontier.add(db, [target(str(n), "short.example") for n in range(2)], NOON)
    first_four = [key.partition("/")[0] for key in taken(Queue(db, 1))[:4]]
    assert sorted(first_four) == ["long.example", "long.example", "short.example", "short.example"]


def test_more_sites_than_fit_in_memory_all_have_their_turn(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontier, "WINDOW", 3)
    frontier.add(db, [target(str(n), f"s{n % 10}.example") for n in range(100)], NOON)
    found = [key.partition("/")[0] for key in taken(Queue(db, 1))]
    assert len(found) == 100
    assert len(set(found[:10])) == 10, "each site once before any site twice"


def test_no_more_of_a_site_is_under_way_than_allowed(db: sqlite3.Connection) -> None:
    frontier.add(db, [target(str(n)) for n in range(5)], NOON)
    queue = Queue(db, 2)
    first, second = queue.next(NOON), queue.next(NOON)
    assert first
    assert second
    assert first != second
    assert queue.next(NOON) is None
    frontier.done(db, first, "ok", None)
    queue.release(first)
    third = queue.next(NOON)
    assert third
    assert third.urlkey not in (first.urlkey, second.urlkey)


def test_what_was_handed_out_and_not_written_down_is_handed_out_again_after_a_crash(db: sqlite3.Connection) -> None:
    frontier.add(db, [target("a")], NOON)
    assert Queue(db, 1).next(NOON)
    assert Queue(db, 1).next(NOON), "a new process knows nothing of the one that died"


def test_what_is_known_is_not_added_twice(db: sqlite3.Connection) -> None:
    frontier.add(db, [target("a")], NOON)
    assert taken(Queue(db, 1)) == ["a.example/a"]
    frontier.add(db, [target("a")], NOON)
    assert taken(Queue(db, 1)) == []


@given(st.permutations([(3, 0, 2), (1, 5, 9), (2, 40, 0)]))
def test_the_order_of_discovery_leaves_no_trace_in_depth_priority_and_hops(order: list[tuple[int, int, int]]) -> None:
    db = connect(Path(":memory:"))
    for depth, priority, hops in order:
        frontier.add(db, [target("a", priority=priority, depth=depth, hops=hops)], NOON)
    assert db.execute("SELECT depth, priority, hops FROM frontier").fetchall() == [(1, 40, 0)]
    db.close()


def test_a_failure_is_tried_again_after_growing_waits_and_then_given_up(db: sqlite3.Connection) -> None:
    frontier.add(db, [target("a")], NOON)
    queue, moment, waits = Queue(db, 1), NOON, []
    for _ in range(frontier.ATTEMPTS):
        while not (row := queue.next(moment)):
            moment += timedelta(seconds=1)
        waits.append((moment - NOON).total_seconds())
        frontier.failed(db, row, "timeout", "timeout", moment, retry=True)
        queue.release(row)
    assert waits == [0, 10, 70]
    assert states(db) == {"a.example/a": ("failed", "timeout")}
    frontier.revive(db, ["timeout"], moment)
    assert taken(queue, moment) == ["a.example/a"]


def test_a_site_that_asked_to_wait_is_left_alone_and_the_others_are_not(db: sqlite3.Connection) -> None:
    frontier.add(db, [target("1"), target("1", "b.example")], NOON)
    frontier.wait(db, "a.example", NOON + timedelta(hours=1), "retry_after")
    queue = Queue(db, 1)
    assert taken(queue) == ["b.example/1"]
    assert not queue.pending(NOON + timedelta(minutes=1))
    assert queue.pending(NOON + timedelta(hours=2))
    assert taken(queue, NOON + timedelta(hours=2)) == ["a.example/1"]


def test_a_shorter_wait_does_not_end_a_longer_one(db: sqlite3.Connection) -> None:
    frontier.wait(db, "a.example", NOON + timedelta(hours=2), "retry_after")
    frontier.wait(db, "a.example", NOON + timedelta(hours=1), "timeout")
    assert db.execute("SELECT until, reason FROM wait").fetchone() == ("2017-03-02T14:00:00Z", "retry_after")


@pytest.mark.parametrize(
    ("hops", "expected"), [(MAX_HOPS, ("due", None)), (MAX_HOPS + 1, ("refused", "too_many_hops"))]
)
def test_ten_hops_are_followed_and_the_eleventh_is_not(
    db: sqlite3.Connection, hops: int, expected: tuple[str, str | None]
) -> None:
    frontier.add(db, [target("a", hops=hops)], NOON)
    assert states(db)["a.example/a"] == expected


def test_an_address_reached_by_too_many_hops_is_fetched_when_it_is_linked_directly(db: sqlite3.Connection) -> None:
    frontier.add(db, [target("a", hops=MAX_HOPS + 1)], NOON)
    frontier.add(db, [target("a")], NOON)
    assert states(db)["a.example/a"] == ("due", None)


def test_a_redirect_to_another_spelling_of_the_same_address_is_followed_until_it_is_a_loop(
    db: sqlite3.Connection,
) -> None:
    frontier.add(db, [target("a")], NOON)
    queue, fetched = Queue(db, 1), []
    while row := queue.next(NOON):
        fetched.append(row.url)
        other = "http" if row.url.startswith("https") else "https"
        frontier.redirected_to_itself(db, row, f"{other}://a.example/a", NOON)
        queue.release(row)
    assert len(fetched) == MAX_HOPS + 1
    assert states(db)["a.example/a"] == ("refused", "too_many_hops")


def test_a_row_that_an_archive_holds_more_captures_of_comes_again(db: sqlite3.Connection) -> None:
    frontier.add(db, [target("a")], NOON)
    queue = Queue(db, 1)
    row = queue.next(NOON)
    assert isinstance(row, Due)
    frontier.again(db, row, "ok", "sha256:A", NOON)
    queue.release(row)
    assert queue.next(NOON) == row
