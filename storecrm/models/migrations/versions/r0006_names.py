"""Names found by name, not by member: a key stands once for everybody of that name. Columns that
are mostly empty are indexed sparsely."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

BY_KEY = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    """The new table from the old one."""
    columns = (
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
    )
    op.create_table(
        "name_key", *columns, sa.PrimaryKeyConstraint("key", "name", name="pk_name_key"), **BY_KEY
    )
    bind = op.get_bind()
    known = bind.execute(
        sa.text(
            "SELECT DISTINCT k.key, m.name FROM member_key k JOIN member m ON m.id = k.member_id "
            "WHERE m.state = 'live' AND m.name <> '' ORDER BY k.key, m.name"
        )
    )
    for part in known.partitions(5000):
        if rows := [{"key": key, "name": name} for key, name in part if _of_this_name(key, name)]:
            bind.execute(sa.text("INSERT INTO name_key (key, name) VALUES (:key, :name)"), rows)
    op.drop_table("member_key")
    op.create_index("ix_member_name", "member", ["name"])
    for table, column in (
        ("member", "referred_by"),
        ("point_entry", "sale_id"),
        ("point_entry", "coupon_id"),
    ):
        op.drop_index(f"ix_{table}_{column}", table)
        filled = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_{table}_{column}", table, [column], sqlite_where=filled, postgresql_where=filled
        )


def _of_this_name(key: str, name: str) -> bool:
    """False for what is left of an earlier name: no part of this one, and no initials of Chinese
    signs."""
    spoken = key.isascii() and not name.isascii()
    return spoken or key.replace(" ", "") in name.casefold().replace(" ", "")
