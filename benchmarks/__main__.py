"""python -m benchmarks [redeem|issue|price|paper|window|start|known|people|journey|recommend|value]."""

import sys

from benchmarks import known, paper, people, price, till, window


def _journey() -> None:
    from benchmarks import journey  # needs the extra "benchmarks"

    journey.journey()


def _recommend() -> None:
    from benchmarks import learning

    learning.recommend()


def _value() -> None:
    from benchmarks import learning

    learning.value()


ALL = {
    "redeem": till.redeem,
    "issue": till.issue,
    "price": price.run,
    "paper": paper.paper,
    "window": window.window,
    "start": window.start,
    "known": known.known,
    "people": people.people,
    "journey": _journey,
    "recommend": _recommend,
    "value": _value,
}

for name in sys.argv[1:] or ALL:
    ALL[name]()
