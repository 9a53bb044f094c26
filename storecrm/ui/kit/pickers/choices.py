"""What can be chosen in a box with a search, and who finds it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One answer: `value` is what the program means by it, `text` how it is called, `detail` what
    tells it from one of the same name."""

    value: object
    text: str
    detail: str = ""


Find = Callable[[str], Sequence[Choice]]
"""Finds what fits a few letters, the best first; for "" what is usual. It runs on a lane and may
refuse with a StoreError."""
