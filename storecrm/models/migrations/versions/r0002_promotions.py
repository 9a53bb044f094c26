"""Promotions, tier prices, returns, suspended bills, pending and exchanged points."""

import sqlalchemy as sa
from alembic import op

from storecrm.models.migrations.rewording import reword_checks

revision = "0002"
down_revision = "0001"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
CHECKS = (
    (
        "offer_version",
        "kind",
        "kind IN ('percent_off', 'amount_off', 'threshold_off', 'external')",
        "kind IN ('percent_off', 'amount_off', 'threshold_off', 'every_threshold', 'fixed_price', 'buy_get', 'nth_item', 'gift', "
        "'add_on', 'points_times', 'external')",
    ),
    (
        "offer_version",
        "value",
        "value >= 0 AND (kind <> 'percent_off' OR value <= 10000)",
        "value >= 0 AND (kind NOT IN ('percent_off', 'nth_item') OR value <= 10000)",
    ),
    (
        "sale",
        "state",
        "state IN ('open', 'posted', 'voided', 'dropped')",
        "state IN ('open', 'suspended', 'posted', 'voided', 'dropped')",
    ),
    (
        "sale",
        "net",
        "gross IS NULL OR net = gross - discount - points_paid",
        "gross IS NULL OR net = gross - discount - points_paid - rounding",
    ),
    (
        "coupon",
        "state",
        "state IN ('issued', 'redeemed', 'voided')",
        "state IN ('issued', 'reserved', 'redeemed', 'voided')",
    ),
    (
        "point_entry",
        "kind",
        "kind IN ('opening', 'earn', 'burn', 'expire', 'adjust', 'reverse')",
        "kind IN ('opening', 'earn', 'burn', 'exchange', 'expire', 'adjust', 'claw_back', 'restore', 'reverse')",
    ),
)


def upgrade() -> None:
    """Columns and tables first, then the widened rules."""
    _columns()
    _tables()
    reword_checks(CHECKS)


def _columns() -> None:
    plain = (
        ("offer_version", sa.Column("automatic", BIG, server_default="0", nullable=False)),
        ("offer_version", sa.Column("more", sa.Text(), server_default="{}", nullable=False)),
        ("sale", sa.Column("rounding", BIG, server_default="0", nullable=False)),
        ("sale", sa.Column("points_times", BIG, server_default="10000", nullable=False)),
        ("sale_line", sa.Column("returns_line", BIG, nullable=True)),
        ("point_lot", sa.Column("active_from", DAY, nullable=True)),
        ("redemption", sa.Column("approve_reason", sa.Text(), server_default="", nullable=False)),
        ("product", sa.Column("no_promotion", BIG, server_default="0", nullable=False)),
    )
    for table, column in plain:
        op.add_column(table, column)
    referring = (
        ("sale", "returns_id", "sale"),
        ("coupon", "by_sale", "sale"),
        ("point_entry", "coupon_id", "coupon"),
    )
    for table, name, target in (*referring, ("redemption", "approved_by", "staff")):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {name} {_integer()} CONSTRAINT fk_{table}_{name} REFERENCES {target} (id)"
        )
    for table, name, _ in referring:
        op.create_index(f"ix_{table}_{name}", table, [name])


def _integer() -> str:
    return "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"


def _tables() -> None:
    op.create_table(
        "sale_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("sale_id", BIG, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("offer_id", BIG, nullable=True),
        sa.Column("version_id", BIG, nullable=True),
        sa.Column("amount", BIG, nullable=False),
        sa.CheckConstraint(
            "step IN ('line', 'tier', 'order', 'points', 'rounding')", name="ck_sale_step_step"
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_sale_step_sale_id"),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name="fk_sale_step_offer_id"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["offer_version.id"], name="fk_sale_step_version_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sale_step"),
        sqlite_strict=True,
    )
    op.create_index("ix_sale_step_sale_id", "sale_step", ["sale_id"])
    op.create_index("ix_sale_step_offer", "sale_step", ["offer_id"])
    op.create_table(
        "step_share",
        sa.Column("step_id", BIG, nullable=False),
        sa.Column("line_no", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["sale_step.id"], name="fk_step_share_step_id"),
        sa.PrimaryKeyConstraint("step_id", "line_no", name="pk_step_share"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tier",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("threshold", BIG, nullable=False),
        sa.Column("off", BIG, nullable=False),
        sa.Column("points_times", BIG, nullable=False),
        sa.CheckConstraint(
            "threshold >= 0 AND off BETWEEN 0 AND 9999 AND points_times BETWEEN 0 AND 1000000",
            name="ck_tier_range",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tier"),
        sa.UniqueConstraint("name", name="uq_tier_name"),
        sa.UniqueConstraint("threshold", name="uq_tier_threshold"),
        sqlite_strict=True,
    )
    op.create_table(
        "tier_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("until", DAY, nullable=True),
        sa.Column("business_date", DAY, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_tier_change_member_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_tier_change_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tier_change"),
        sqlite_strict=True,
    )
    op.create_index("ix_tier_change_member", "tier_change", ["member_id", "id"])
