"""Segments, the lists kept of them, and their sizes over time; sales are summed up by member from
an index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
STRICT = {"sqlite_strict": True}


def upgrade() -> None:
    """Three tables, one wider index."""
    op.drop_index("ix_sale_member", "sale")
    op.create_index(
        "ix_sale_member",
        "sale",
        ["member_id", "business_date", "net", "state", "voids_id", "returns_id"],
    )
    op.create_table(
        "segment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("fixed", BIG, nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.CheckConstraint("fixed IN (0, 1)", name="ck_segment_fixed"),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name="fk_segment_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_segment"),
        sa.UniqueConstraint("code", name="uq_segment_code"),
        **STRICT,
    )
    op.create_table(
        "segment_member",
        sa.Column("segment_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name="fk_segment_member_segment_id"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_segment_member_member_id"),
        sa.PrimaryKeyConstraint("segment_id", "member_id", name="pk_segment_member"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_segment_member_member_id", "segment_member", ["member_id"])
    op.create_table(
        "segment_size",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("business_date", DAY, nullable=False),
        sa.Column("members", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_segment_size"),
        **STRICT,
    )
    op.create_index("uq_segment_size_day", "segment_size", ["code", "business_date"], unique=True)
