"""Versions of the file: what it is, whether this program may open it, and how it becomes the newest.

`application_id` marks our SQLite files; alembic's own table holds the revision. All steps of one upgrade run in one transaction.
"""

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine, inspect, text

from storecrm.errors import StorageTrouble
from storecrm.models import database

APPLICATION_ID = 0x53435231
_SCRIPTS = Path(__file__).parent / "migrations"


def revisions() -> list[str]:
    """Every revision this program knows, oldest first: the scripts are named by them (r0001_first.py)."""
    return sorted(path.name[1:5] for path in (_SCRIPTS / "versions").glob("r*.py*"))


def newest() -> str:
    """The revision this program writes."""
    return revisions()[-1]


def current(engine: Engine) -> str | None:
    """The revision the database stands at, None when it is empty.

    Raises:
        StorageTrouble: foreign_file (not one of ours), wrong_key, newer_store (made by a newer program), damaged, unreachable.
    """
    with database.trouble(engine):
        if engine.dialect.name == "sqlite" and not _ours(Path(str(engine.url.database)), engine.get_execution_options().get("key", "")):
            return None
        if not inspect(engine).has_table("alembic_version"):
            return None
        with engine.connect() as connection:
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision is not None and revision not in revisions():
        raise StorageTrouble("newer_store", where=str(engine.url.database), revision=revision)
    return revision


def _ours(path: Path, key: str) -> bool:
    """Looks without changing a byte: a file that is not ours keeps its journal mode."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    try:
        look: Any = driver.connect(f"file:{path}?mode=ro", uri=True)
        try:
            database.unlock(look, key)
            marked = look.execute("PRAGMA application_id").fetchone()[0]
        finally:
            look.close()
    except driver.DatabaseError as error:
        if "unable to open" in str(error).lower():
            raise StorageTrouble("read_only", where=str(path)) from error
        if "malformed" in str(error).lower():
            raise StorageTrouble("damaged", where=str(path)) from error
        raise StorageTrouble("wrong_key" if key else "foreign_file", where=str(path)) from error
    if marked != APPLICATION_ID:
        raise StorageTrouble("foreign_file", where=str(path))
    return True


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision in one transaction: all steps or none."""
    # loaded here: it is heavy, and a store that is up to date never needs it
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    directory = ScriptDirectory(str(_SCRIPTS))
    with database.trouble(engine), engine.connect().execution_options(writing=True) as connection, connection.begin():
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))

        def steps(revision: Any, _context: Any) -> Any:
            return directory._upgrade_revs("head", revision)

        context = MigrationContext.configure(connection, opts={"fn": steps, "transactional_ddl": True, "transaction_per_migration": False})
        with Operations.context(context):
            context.run_migrations()
        if engine.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
            raise StorageTrouble("damaged", where=str(engine.url.database))
