"""What files of other systems bring: how a file was read, what came together, what is written when
an import ends."""

import sqlalchemy as sa
from alembic import op

from storecrm.models.migrations.rewording import reword_checks

revision = "0008"
down_revision = "0007"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Each step stands alone and may run in any order."""
    for step in (_batches, _mappings, _goods, _staff):
        step()


def _batches() -> None:
    """Imports that came together, and what waits for the end of one."""
    # what was handed out in the shop that a list of coupons comes from
    big = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE paper_move ADD COLUMN import_id {big} CONSTRAINT fk_paper_move_import_id REFERENCES import_batch (id)"
    )
    op.create_table(
        "import_move",
        sa.Column("id", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("files", sa.Text(), server_default="[]", nullable=False),
        sa.CheckConstraint("state IN ('writing', 'done', 'undone')", name="ck_import_move_state"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_import_move_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_import_move"),
        sqlite_strict=True,
    )
    op.execute(
        f"ALTER TABLE import_batch ADD COLUMN move_id {big} CONSTRAINT fk_import_batch_move_id REFERENCES import_move (id)"
    )
    op.add_column("import_change", sa.Column("after", sa.Text(), nullable=True))
    op.add_column(
        "import_batch", sa.Column("trouble", sa.Text(), server_default="", nullable=False)
    )
    old = "kind IN ('points', 'uses')"
    reword_checks((("import_waiting", "kind", old, f"kind IN ({', '.join(map(repr, _WAITING))})"),))
    for table in _IMPORTED:
        held = sa.text("import_id IS NOT NULL")
        op.create_index(
            f"ix_{table}_import_id", table, ["import_id"], sqlite_where=held, postgresql_where=held
        )
    # a sale that was rolled back and that the ledger names is a bill of nothing
    rested = "state = 'dropped' AND import_id IS NOT NULL"
    op.execute(f"DELETE FROM sale_line WHERE sale_id IN (SELECT id FROM sale WHERE {rested})")
    op.execute(f"UPDATE sale SET gross = 0, net = 0 WHERE {rested}")


_IMPORTED = (
    "member",
    "product",
    "sale",
    "point_entry",
    "redemption",
    "consent",
    "suppression",
    "offer_scope",
)
_WAITING = ("points", "uses", "rows", "changes")


def _mappings() -> None:
    """How a file of another system is read."""


def _goods() -> None:
    """Articles that an import made out of nothing but their number."""
    op.add_column("product", sa.Column("to_complete", BIG, nullable=False, server_default="0"))


def _staff() -> None:
    """The time by which allowances are counted, and what each person used up of theirs."""
    for name in ("counted", "counted_wall", "counted_steady"):
        op.add_column("shop", sa.Column(name, BIG, nullable=False, server_default="0"))
    op.add_column("import_batch", sa.Column("counted_on", DAY))
    op.create_table(
        "allowance",
        sa.Column("staff_id", BIG, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", DAY, nullable=False),
        sa.Column("used", BIG, nullable=False),
        sa.CheckConstraint("kind IN ('points', 'undo', 'word')", name="ck_allowance_kind"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_allowance_staff_id"),
        sa.PrimaryKeyConstraint("staff_id", "kind", name="pk_allowance"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
