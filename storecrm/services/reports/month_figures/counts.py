"""Counts that are gathered query by query: of an offer, of a day, of all together.

counts = Counts(session)
counts.add(Coupon.issued_on, select(number("issued")).select_from(Coupon))
DayFigures(day=day, **counts.of(day))"""

from typing import Any

from sqlalchemy import distinct, func
from sqlalchemy.orm import Session


def number(name: str) -> Any:
    """How many rows there are, under the figure's name."""
    return func.count().label(name)


def different(column: Any, name: str) -> Any:
    """How many different values a column has."""
    count = func.count(distinct(column))
    return count.label(name)


def total(column: Any, name: str) -> Any:
    """The sum of a column."""
    return func.sum(column).label(name)


class Counts:
    """Whole numbers by a key, each under the name that its query gave it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[Any, dict[str, Any]] = {}

    def add(self, key: Any, query: Any) -> None:
        """Count; `key` is the column that says whose a row is, None counts all together."""
        if key is not None:
            query = query.add_columns(key.label("of_key")).group_by(key)
        for row in self._session.execute(query).mappings():
            figures = dict(row)
            whose = figures.pop("of_key", None)
            counted = self._found.setdefault(whose, {})
            # a sum of nothing is NULL here, and zero on paper
            for name, value in figures.items():
                counted[name] = int(value or 0)

    def of(self, key: Any) -> dict[str, Any]:
        """The figures of one key by their names; those that were never counted are missing."""
        return self._found.get(key, {})
