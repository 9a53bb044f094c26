"""python -m benchmarks
[redeem|issue|price|paper|window|start|lists|known|people|receipts|journey|recommend|value] or
growth [1k 10k 100k 200k] or density [rooms]."""

import sys

from benchmarks import known, lists, paper, people, price, receipts, till, window


def _journey() -> None:
    from benchmarks import journey  # needs the extra "benchmarks"

    journey.journey()


def _recommend() -> None:
    from benchmarks import learning

    learning.recommend()


def _value() -> None:
    from benchmarks import learning

    learning.value()


def _growth() -> None:
    from benchmarks import growth  # builds shops of up to two million sales: asked for by name only

    growth.growth()


def _density() -> None:
    from benchmarks import density  # a count of the text, asked for by name only

    density.density(sys.argv[2:])


ALL = {
    "redeem": till.redeem,
    "issue": till.issue,
    "price": price.run,
    "paper": paper.paper,
    "window": window.window,
    "start": window.start,
    "lists": lists.lists,
    "known": known.known,
    "people": people.people,
    "receipts": receipts.receipts,
    "journey": _journey,
    "recommend": _recommend,
    "value": _value,
}

if sys.argv[1:2] == ["growth"]:
    _growth()
elif sys.argv[1:2] == ["density"]:
    _density()
else:
    for name in sys.argv[1:] or ALL:
        ALL[name]()
