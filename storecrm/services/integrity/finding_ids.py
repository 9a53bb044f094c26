"""How rows that are wrong are called in a finding."""

from typing import Any

from sqlalchemy.orm import Session


def ids_of(session: Session, query: Any) -> list[Any]:
    return list(session.scalars(query.limit(100)))
