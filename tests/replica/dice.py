"""Chance that falls the same way on every machine and in every version of Python."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Chance from a seed and a name; two names have nothing in common.

    Only `Random.random()` is promised to give the same sequence in later versions of Python, so all else is made
    of it.
    """

    def __init__(self, *names: object) -> None:
        self._random = Random("/".join(map(str, names)))

    def below(self, n: int) -> int:
        return int(self._random.random() * n)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def shuffled(self, things: Sequence[T]) -> list[T]:
        found = list(things)
        for last in range(len(found) - 1, 0, -1):
            other = self.below(last + 1)
            found[last], found[other] = found[other], found[last]
        return found

    def some(self, things: Sequence[T], count: int) -> list[T]:
        return self.shuffled(things)[:count]
