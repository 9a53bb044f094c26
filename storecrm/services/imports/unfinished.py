"""Imports and acts of moving in that never came to their end: a light look at each opening of a
store, which loads none of the loaders."""

from dataclasses import dataclass

from sqlalchemy import select

from storecrm.models import tables
from storecrm.services.store import Store

_BATCH = tables.import_batch.c
_MOVE = tables.import_move.c
RUNNING = ("writing", "showing")
"""States of an import that has not come to its end."""
_BATCHES = select(_BATCH.id).where(_BATCH.state.in_(RUNNING)).limit(1)
MOVES = select(_MOVE.id).where(_MOVE.state == "writing")
"""Acts of moving in that did not come to their end."""
_A_MOVE = MOVES.limit(1)


@dataclass(frozen=True)
class Left:
    """What runs just now, or was left by a crash."""

    batch: bool
    move: bool


def left_over(store: Store) -> Left:
    """Whether anything is there that did not come to its end."""
    # runs when the store is opened, before anybody has signed in
    with store.read() as session:
        batch = session.scalar(_BATCHES)
        move = session.scalar(_A_MOVE)
    return Left(batch=batch is not None, move=move is not None)
