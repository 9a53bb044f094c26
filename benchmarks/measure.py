"""CPU time of a stretch of work, with its child processes."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Spent:
    """Seconds of CPU (own and children's) and of wall clock."""

    cpu: float = 0.0
    wall: float = 0.0


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@contextmanager
def spent() -> Iterator[Spent]:
    found, cpu, wall = Spent(), _cpu(), time.perf_counter()
    yield found
    found.cpu, found.wall = _cpu() - cpu, time.perf_counter() - wall


def ratio(name: str, ours: Spent, limit: Spent, goal: str) -> None:
    """One line of the result."""
    times_limit = ours.cpu / max(limit.cpu, 1e-9)
    print(
        f"{name}: ours {ours.cpu:.2f} s CPU, limit {limit.cpu:.2f} s CPU,"
        f" ratio {times_limit:.2f} (goal {goal}); wall {ours.wall:.2f} s / {limit.wall:.2f} s"
    )


def times(count: int, act: Callable[[int], object]) -> Spent:
    with spent() as found:
        for n in range(count):
            act(n)
    return found
