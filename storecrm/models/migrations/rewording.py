"""Changing the rules of tables that have rows."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from alembic import op


def reword_checks(checks: Sequence[tuple[str, str, str, str]]) -> None:
    """Give CHECK rules (table, name, old text, new text) their new text.

    SQLite keeps a table's rules as text only: they are changed in place, as its manual (ALTER
    TABLE, section 7) describes, so that no table is copied and nothing that refers to it is
    touched.

    Raises:
        ValueError: a table does not say what the version before made it say.
    """
    if op.get_bind().dialect.name != "sqlite":
        for table, name, _, new in checks:
            op.drop_constraint(f"ck_{table}_{name}", table, type_="check")
            op.create_check_constraint(f"ck_{table}_{name}", table, new)
        return
    run = op.get_bind().exec_driver_sql
    with _schema_open():
        for table, _, old, new in checks:
            found = (
                run(
                    "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
                ).scalar()
                or ""
            )
            if old not in found:
                raise ValueError(f"{table} is not as the version before made it")
            run(
                "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?",
                (found.replace(old, new, 1), table),
            )


def unique_to_index(table: str, column: str) -> None:
    """Make of the rule that a column is unique (uq_TABLE_COLUMN) a unique index of that name, which
    can be dropped.

    SQLite keeps such a rule as a part of the table's text and an index without a text: the part
    goes, the index gets its text, its pages stay as they are. The rule must be the table's last, or
    the ones behind it would lose their number.

    Raises:
        ValueError: the table does not say what the version before made it say.
    """
    name, run = f"uq_{table}_{column}", op.get_bind().exec_driver_sql
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(name, table, type_="unique")
        op.create_index(name, table, [column], unique=True)
        return
    rule = re.compile(rf",\s*CONSTRAINT {name} UNIQUE \({column}\)")
    found = (
        run("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).scalar()
        or ""
    )
    behind = rule.split(found)
    if len(behind) != 2 or "UNIQUE (" in behind[1]:
        raise ValueError(f"{table} is not as the version before made it")
    last = run(
        "SELECT max(name) FROM sqlite_master WHERE tbl_name = ? AND name LIKE 'sqlite_autoindex_%'",
        (table,),
    ).scalar()
    with _schema_open():
        run(
            "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?",
            ("".join(behind), table),
        )
        text = f"CREATE UNIQUE INDEX {name} ON {table} ({column})"
        run(
            "UPDATE sqlite_master SET name = ?, sql = ? WHERE type = 'index' AND name = ?",
            (name, text, last),
        )


@contextmanager
def _schema_open() -> Iterator[None]:
    """The texts of the schema can be written to, and are read again afterwards."""
    run = op.get_bind().exec_driver_sql
    version = int(run("PRAGMA schema_version").scalar() or 0)
    run("PRAGMA writable_schema = ON")
    yield
    run(f"PRAGMA schema_version = {version + 1}")
    run("PRAGMA writable_schema = OFF")
