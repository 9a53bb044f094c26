"""How each person arranged the window."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "staff_preference",
        sa.Column("staff_id", BIG, nullable=False, autoincrement=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_preference_staff_id"),
        sa.PrimaryKeyConstraint("staff_id", "key", name="pk_staff_preference"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
