"""python -m benchmarks [redeem|issue|price|paper|window|start|known|journey]."""

import sys

from benchmarks import known, paper, price, till, window


def _journey() -> None:
    from benchmarks import journey  # needs the extra "benchmarks"

    journey.journey()


ALL = {
    "redeem": till.redeem,
    "issue": till.issue,
    "price": price.run,
    "paper": paper.paper,
    "window": window.window,
    "start": window.start,
    "known": known.known,
    "journey": _journey,
}

for name in sys.argv[1:] or ALL:
    ALL[name]()
