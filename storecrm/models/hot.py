"""Statements that a till runs all day: built as Core constants, compiled once for each dialect,
sent through the driver itself.

SQLAlchemy's own way to execute costs about 100 µs of CPU a statement, the driver 5 to 20; a
redemption has two dozen of them.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.orm import Session

_Convert = Callable[[Any], Any]


class Hot:
    """One select, insert, update or delete whose bind parameters have names. Rows are named
    tuples."""

    def __init__(self, statement: Any) -> None:
        self.statement = statement
        self._plans: dict[tuple[str, tuple[str, ...]], _Plan] = {}

    def rows(self, session: Session, **values: Any) -> list[Any]:
        """Every row of the answer."""
        plan, cursor = self._send(session, values)
        return [plan.row(found) for found in cursor.fetchall()]

    def first(self, session: Session, **values: Any) -> Any:
        """The first row of the answer, None when there is none."""
        plan, cursor = self._send(session, values)
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else plan.row(found)

    def one(self, session: Session, **values: Any) -> Any:
        """The one row that must be there.

        Raises:
            LookupError: there is none.
        """
        found = self.first(session, **values)
        if found is None:
            raise LookupError(str(self.statement))
        return found

    def scalar(self, session: Session, **values: Any) -> Any:
        """The first column of the first row, None when there is none."""
        found = self.first(session, **values)
        return None if found is None else found[0]

    def look(self, engine: Engine, **values: Any) -> Any:
        """The first row as it is this very moment, outside any transaction; None when there is
        none."""
        borrowed = engine.raw_connection()
        try:
            plan = self._plan(engine.dialect, values)
            cursor = send(borrowed.dbapi_connection, plan.sql, plan.bound(values))
            found = cursor.fetchone()
            cursor.close()
        finally:
            borrowed.close()
        return None if found is None else plan.row(found)

    def run(self, session: Session, **values: Any) -> int:
        """Change something; returns how many rows were changed."""
        _, cursor = self._send(session, values)
        return int(cursor.rowcount)

    def many(self, session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
        """The same change for several rows; all have the same keys."""
        for row in rows:
            self._send(session, row)

    def _send(self, session: Session, values: Mapping[str, Any]) -> tuple["_Plan", Any]:
        driver, dialect = session.info.get("driver") or _driver(session)
        plan = self._plan(dialect, values)
        return plan, send(driver, plan.sql, plan.bound(values))

    def _plan(self, dialect: Dialect, values: Mapping[str, Any]) -> "_Plan":
        names = tuple(values)
        key = (dialect.name, names)
        plan = self._plans.get(key)
        if plan is None:
            # two threads may both make one: either serves
            plan = self._plans.setdefault(key, _Plan(self.statement, dialect, names))
        return plan


def _driver(session: Session) -> tuple[Any, Dialect]:
    """The driver's connection under the session's transaction, which is begun by asking for it."""
    connection: Any = session.connection()
    driver = connection.connection.dbapi_connection, connection.dialect
    session.info["driver"] = driver
    return driver


def send(driver: Any, sql: str, values: Any) -> Any:
    """The one door to the driver, so that a measurement can listen at it."""
    return driver.execute(sql, values)


class _Plan:
    """A statement for one dialect and one set of names."""

    def __init__(self, statement: Any, dialect: Dialect, names: tuple[str, ...]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=names)
        self.sql = str(compiled)
        if compiled.insert_prefetch or compiled.update_prefetch or "POSTCOMPILE" in self.sql:
            raise TypeError(f"every value must be given by name: {self.sql}")
        self._order: list[str] | None = compiled.positiontup
        binds = compiled.binds.items()
        self._fixed = {name: bind.value for name, bind in binds if not bind.required}
        self._in: dict[str, _Convert] = {}
        for name, bind in binds:
            inwards = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if inwards:
                self._in[name] = inwards
        columns = list(compiled._result_columns)
        self._out: list[tuple[int, _Convert]] = []
        for place, column in enumerate(columns):
            kind = column.type.dialect_impl(dialect)
            outwards: _Convert | None = kind.result_processor(dialect, None)
            if outwards:
                self._out.append((place, outwards))
        names_of_row = [column.keyname for column in columns]
        self._shape: Any = namedtuple("Row", names_of_row, rename=True)  # type: ignore[misc]

    def bound(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them, in the order of their places."""
        given: Mapping[str, Any] = values
        if self._fixed or self._in:
            whole = {**self._fixed, **values}
            for name, convert in self._in.items():
                # what is fixed was converted when the statement was built
                if name in values:
                    whole[name] = convert(values[name])
            given = whole
        return given if self._order is None else [given[name] for name in self._order]

    def row(self, found: Any) -> Any:
        if not self._out:
            return self._shape._make(found)
        cells = list(found)
        for place, convert in self._out:
            cells[place] = convert(cells[place])
        return self._shape._make(cells)
