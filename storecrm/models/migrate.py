"""Versions of the file: what it is, whether this program may open it, and how it becomes the newest.

`application_id` marks our SQLite files; alembic's own table holds the revision. All steps of one upgrade run in one transaction.
"""

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from storecrm.errors import StorageTrouble
from storecrm.models import database

APPLICATION_ID = 0x53435231
_SCRIPTS = Path(__file__).parent / "migrations"


def scripts() -> ScriptDirectory:
    """The migration scripts in their order."""
    return ScriptDirectory(str(_SCRIPTS))


def newest() -> str:
    """The revision this program writes."""
    return scripts().get_current_head() or ""


def current(engine: Engine) -> str | None:
    """The revision the database stands at, None when it is empty.

    Raises:
        StorageTrouble: foreign_file (not one of ours), newer_store (made by a newer program), damaged, unreachable.
    """
    with database.trouble(engine):
        if engine.dialect.name == "sqlite" and not _ours(Path(str(engine.url.database))):
            return None
        with engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in {script.revision for script in scripts().walk_revisions()}:
        raise StorageTrouble("newer_store", where=str(engine.url.database), revision=revision)
    return revision


def _ours(path: Path) -> bool:
    """Looks without changing a byte: a file that is not ours keeps its journal mode."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    try:
        look: Any = driver.connect(f"file:{path}?mode=ro", uri=True)
        try:
            marked = look.execute("PRAGMA application_id").fetchone()[0]
        finally:
            look.close()
    except driver.DatabaseError as error:
        if "unable to open" in str(error).lower():
            raise StorageTrouble("read_only", where=str(path)) from error
        raise StorageTrouble("foreign_file", where=str(path)) from error
    if marked != APPLICATION_ID:
        raise StorageTrouble("foreign_file", where=str(path))
    return True


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision in one transaction: all steps or none."""
    directory = scripts()
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
