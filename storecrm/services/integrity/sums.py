"""Sums built again from their rows, and the wrong rows that a finding names."""

from typing import Any

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

_NAMED = 100
"""Wrong rows of a kind that are looked up at the most."""


def ids_of(session: Session, query: Any) -> list[Any]:
    """The ids that a query of wrong rows finds, as far as they are counted."""
    return list(session.scalars(query.limit(_NAMED)))


def totals(owner: Any, amount: Any, *where: Any) -> Subquery:
    """The sum of a column of those rows, as `total`, by the column `owner` that says whose they
    are."""
    total = func.sum(amount).label("total")
    return select(owner, total).where(*where).group_by(owner).subquery()


def counts(owner: Any, *where: Any) -> Subquery:
    """How many of those rows each has, as `total`."""
    total = func.count().label("total")
    return select(owner, total).where(*where).group_by(owner).subquery()


def total_of(sums: Subquery) -> Any:
    """The sum of one that an outer join brings, 0 where there is no row."""
    # SQL compares nothing with nothing
    return func.coalesce(sums.c.total, 0)
