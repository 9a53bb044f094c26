"""Rows read one after the other: of a million of them a few are in memory."""

from typing import Any

from sqlalchemy import Result, Row
from sqlalchemy.orm import Session

AT_ONCE = 5000
"""Rows that are fetched at once."""


def streamed(session: Session, query: Any) -> Result[Any]:
    """The rows of a query, fetched part by part."""
    return session.execute(query.execution_options(yield_per=AT_ONCE))


class Beside:
    """Rows that belong to others, walked beside them: `owner` is the column that says whose they
    are, and they are asked for in its order; those of one owner come in the order of `then`."""

    def __init__(self, session: Session, query: Any, owner: Any, *then: Any) -> None:
        self._of = owner.key
        rows = streamed(session, query.order_by(owner, *then))
        self.close = rows.close
        self._rows = iter(rows)
        self._next = next(self._rows, None)
        self._owner = 0
        self._found = list[Row[Any]]()

    def of(self, owner: int) -> list[Row[Any]]:
        """The rows of one owner."""
        if owner == self._owner:
            return self._found
        self._owner = owner
        self._found = []
        while self._next is not None:
            now = getattr(self._next, self._of)
            if now > owner:
                break
            # those of owners who were passed over are nobody's
            if now == owner:
                self._found.append(self._next)
            self._next = next(self._rows, None)
        return self._found
