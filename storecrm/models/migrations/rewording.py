"""Changing the CHECK rules of tables that have rows."""

from collections.abc import Sequence

from alembic import op


def reword_checks(checks: Sequence[tuple[str, str, str, str]]) -> None:
    """Give CHECK rules (table, name, old text, new text) their new text.

    SQLite keeps a table's rules as text only: they are changed in place, as its manual (ALTER TABLE, section 7) describes, so that no
    table is copied and nothing that refers to it is touched.

    Raises:
        ValueError: a table does not say what the version before made it say.
    """
    if op.get_bind().dialect.name != "sqlite":
        for table, name, _, new in checks:
            op.drop_constraint(f"ck_{table}_{name}", table, type_="check")
            op.create_check_constraint(f"ck_{table}_{name}", table, new)
        return
    run = op.get_bind().exec_driver_sql
    version = int(run("PRAGMA schema_version").scalar() or 0)
    run("PRAGMA writable_schema = ON")
    for table, _, old, new in checks:
        found = run("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).scalar() or ""
        if old not in found:
            raise ValueError(f"{table} is not as the version before made it")
        run("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (found.replace(old, new, 1), table))
    run(f"PRAGMA schema_version = {version + 1}")
    run("PRAGMA writable_schema = OFF")
