"""How long work tells how far it is, and is stopped: a callable (done, total) that may raise
Cancelled."""

from collections.abc import Callable

Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Nobody watches."""
