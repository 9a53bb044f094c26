"""The keys between rows, the guards and the shape of the file itself."""

from functools import lru_cache

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from storecrm.models import database, guards, kept, migrate

_NAMED = 100
"""Dangling rows that are counted at the most."""
_DANGLING = text("PRAGMA foreign_key_check")
_SHAPE = text("SELECT type || ' ' || name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
_TRIGGERS = text(
    "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND t.tgenabled = 'O' "
    "AND c.relnamespace = current_schema()::regnamespace"
)
_BODIES = text(
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
)


def dangling(engine: Engine) -> list[str]:
    """Rows that refer to one that is not there (SQLite; PostgreSQL refuses them itself): "table
    row"."""
    if engine.dialect.name != "sqlite":
        return []
    with database.reading(engine) as session:
        rows = session.execute(_DANGLING).fetchmany(_NAMED)
        return [f"{row[0]} {row[1]}" for row in rows]


def wrong_shape(engine: Engine) -> list[str]:
    """Tables, indexes, triggers and views that are missing, changed or not of this program."""
    with database.reading(engine) as session:
        if engine.dialect.name != "sqlite":
            return _wrong_guards(session)
        found = _shape(session)
    wanted = _wanted()
    every = wanted.keys() | found.keys()
    return sorted(name for name in every if wanted.get(name) != found.get(name))


def _shape(session: Session) -> dict[str, str]:
    """What makes each thing in the file, by its type and name."""
    shape = dict[str, str]()
    for name, sql in session.execute(_SHAPE):
        # however it is broken into lines
        shape[name] = " ".join((sql or "").split())
    return shape


@lru_cache(maxsize=1)
def _wanted() -> dict[str, str]:
    """The shape that all steps of the migration lead to."""
    engine = create_engine("sqlite://", module=driver)
    migrate.upgrade(engine)
    with Session(engine) as session:
        return _shape(session)


def _wrong_guards(session: Session) -> list[str]:
    """PostgreSQL: the triggers there, switched on, and what they call."""
    there = set(session.scalars(_TRIGGERS))
    says = {row.proname: row.prosrc.strip() for row in session.execute(_BODIES)}
    triggers = guards.triggers("postgresql") | kept.triggers("postgresql")
    wrong = triggers.keys() ^ there
    functions = guards.functions() | kept.functions()
    for name, body in functions.items():
        if says.get(name) != body:
            wrong.add(name)
    return sorted(wrong)
