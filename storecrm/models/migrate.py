"""Versions of the file: what it is, whether this program may open it, and how it becomes the
newest.

`application_id` marks our SQLite files; alembic's own table holds the revision. All steps of one
upgrade run in one transaction.
"""

import tempfile
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine, inspect, text

from storecrm.errors import StorageTrouble
from storecrm.models import database

APPLICATION_ID = 0x53435231
_SCRIPTS = Path(__file__).parent / "migrations"


def revisions() -> list[str]:
    """Every revision this program knows, oldest first: the scripts are named by them
    (r0001_first.py)."""
    return sorted(path.name[1:5] for path in (_SCRIPTS / "versions").glob("r*.py*"))


def newest() -> str:
    """The revision this program writes."""
    return revisions()[-1]


def current(engine: Engine) -> str | None:
    """The revision the database stands at, None when it is empty.

    Raises:
        StorageTrouble: foreign_file (not one of ours), wrong_key, newer_store (made by a newer
            program), damaged, unreachable.
    """
    with database.trouble(engine):
        if engine.dialect.name == "sqlite" and not _ours(engine):
            return None
        if not inspect(engine).has_table("alembic_version"):
            return None
        with engine.connect() as connection:
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision is not None and revision not in revisions():
        raise StorageTrouble("newer_store", where=str(engine.url.database), revision=revision)
    return revision


def _ours(engine: Engine) -> bool:
    """Looks without changing a byte: a file that is not ours keeps its journal mode."""
    path, options = Path(str(engine.url.database)), engine.get_execution_options()
    if not path.exists() or path.stat().st_size == 0:
        return False
    try:
        look: Any = driver.connect(
            database.address(path, "immutable=1" if options.get("sealed") else "mode=ro"), uri=True
        )
        try:
            database.unlock(look, options["key"])
            marked = look.execute("PRAGMA application_id").fetchone()[0]
        finally:
            look.close()
    except driver.DatabaseError as error:
        found = database.worded(error, str(path))
        if found is not None and (found.code != "damaged" or "malformed" in str(error).lower()):
            raise found from error
        raise StorageTrouble(
            "wrong_key" if options["key"] else "foreign_file", where=str(path)
        ) from error
    if marked != APPLICATION_ID:
        raise StorageTrouble("foreign_file", where=str(path))
    return True


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database to a revision, the newest, in one transaction: all steps or none. Programs
    that had an older store open write nothing more into it."""
    # loaded here: it is heavy, and a store that is up to date never needs it
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    directory = ScriptDirectory(str(_SCRIPTS))
    with (
        database.trouble(engine),
        engine.connect().execution_options(writing=True) as connection,
        connection.begin(),
    ):
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
            if inspect(connection).has_table("alembic_version"):
                database.begin_new_life(connection.connection.dbapi_connection)

        def steps(revision: Any, _context: Any) -> Any:
            return directory._upgrade_revs(to, revision)

        context = MigrationContext.configure(
            connection,
            opts={"fn": steps, "transactional_ddl": True, "transaction_per_migration": False},
        )
        with Operations.context(context):
            context.run_migrations()
        if (
            engine.dialect.name == "sqlite"
            and connection.execute(text("PRAGMA foreign_key_check")).first()
        ):
            raise StorageTrouble("damaged", where=str(engine.url.database))


@cache
def _schema_of(revision: str) -> dict[str, frozenset[str]]:
    """Tables and columns of a store of that revision: what the steps make of an empty file."""
    with tempfile.TemporaryDirectory(prefix="storecrm-schema-") as folder:
        engine = database.open_engine(str(Path(folder) / "empty.db"), "")
        try:
            upgrade(engine, revision)
            return _schema(engine)
        finally:
            engine.dispose()


def _schema(engine: Engine) -> dict[str, frozenset[str]]:
    with database.reading(engine) as session:
        found = session.execute(
            text(
                "SELECT m.name AS tab, c.name AS col "
                "FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
            )
        ).all()
    columns: dict[str, set[str]] = defaultdict(set)
    for row in found:
        columns[row.tab].add(row.col)
    return {table: frozenset(names) for table, names in columns.items()}


def lacking(engine: Engine, revision: str) -> str:
    """The first table or column that a SQLite store of `revision` should have and has not, "" when
    all are there."""
    found = _schema(engine)
    for table, columns in sorted(_schema_of(revision).items()):
        missing = sorted(columns - found.get(table, frozenset()))
        if table not in found:
            return table
        if missing:
            return f"{table}.{missing[0]}"
    return ""
