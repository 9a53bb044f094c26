"""What the counter needs: tenders, stamps, overrides, paper stock, shifts, classes of medicine,
members' passwords."""

import sqlalchemy as sa
from alembic import op

from storecrm.models.migrations.rewording import reword_checks

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
STRICT = {"sqlite_strict": True}
KINDS = "kind IN ('percent_off', 'amount_off', 'threshold_off', 'every_threshold', 'fixed_price', 'buy_get', 'nth_item', 'gift', "


def upgrade() -> None:
    """Columns, tables, the widened rule."""
    _columns()
    _tables()
    _stamps()
    old, new = (
        KINDS + f"'add_on', 'points_times', {more}'external')" for more in ("", "'stamps', ")
    )
    reword_checks((("offer_version", "kind", old, new),))


def _columns() -> None:
    big = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.add_column("sale", sa.Column("attached_at", BIG, nullable=True))
    op.execute(
        f"ALTER TABLE sale ADD COLUMN attached_by {big} CONSTRAINT fk_sale_attached_by REFERENCES staff (id)"
    )
    op.execute(
        f"ALTER TABLE coupon ADD COLUMN held_by {big} CONSTRAINT fk_coupon_held_by REFERENCES sale (id)"
    )
    op.create_index("ix_coupon_held_by", "coupon", ["held_by"])
    op.execute("UPDATE coupon SET held_by = by_sale, by_sale = NULL WHERE state = 'reserved'")
    op.add_column("batch", sa.Column("activate", BIG, server_default="0", nullable=False))
    op.add_column("member", sa.Column("password_hash", sa.Text(), nullable=True))
    op.add_column("member", sa.Column("password_wrong", BIG, server_default="0", nullable=False))
    for table, name, words in (
        ("product", "medicine", "'', 'rx', 'otc_a', 'otc_b'"),
        ("redemption", "override", "'', 'manager', 'allowance', 'emergency'"),
    ):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {name} TEXT DEFAULT '' NOT NULL CONSTRAINT ck_{table}_{name} CHECK ({name} IN ({words}))"
        )
    # what was handed back while its bill was open bears no share of it
    op.execute(
        "DELETE FROM allocation WHERE redemption_id IN (SELECT id FROM redemption WHERE reverse_reason IN ('repriced', 'swapped'))"
    )
    op.execute("UPDATE redemption SET override = 'manager' WHERE approved_by IS NOT NULL")


def _refers(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_{table}_{name}")


def _tables() -> None:
    op.create_table(
        "sale_tender",
        sa.Column("sale_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("given", BIG, nullable=True),
        sa.Column("pair_id", BIG, nullable=True),
        sa.CheckConstraint(
            "kind IN ('cash', 'wechat', 'alipay', 'card', 'exchange', 'other')",
            name="ck_sale_tender_kind",
        ),
        _refers("sale_tender", "sale_id", "sale"),
        _refers("sale_tender", "pair_id", "sale"),
        sa.PrimaryKeyConstraint("sale_id", "kind", name="pk_sale_tender"),
        sqlite_with_rowid=False,
        **STRICT,
    )
    op.create_index("ix_sale_tender_pair_id", "sale_tender", ["pair_id"])
    op.create_table(
        "emergency_code",
        sa.Column("id", BIG, nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.Column("code_tail", sa.Text(), nullable=False),
        sa.Column("most", BIG, nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("voided_at", BIG, nullable=True),
        sa.Column("used_at", BIG, nullable=True),
        sa.Column("used_by", BIG, nullable=True),
        sa.Column("redemption_id", BIG, nullable=True),
        sa.CheckConstraint("most > 0", name="ck_emergency_code_most"),
        _refers("emergency_code", "made_by", "staff"),
        _refers("emergency_code", "used_by", "staff"),
        _refers("emergency_code", "redemption_id", "redemption"),
        sa.PrimaryKeyConstraint("id", name="pk_emergency_code"),
        sa.UniqueConstraint("mac", name="uq_emergency_code_mac"),
        **STRICT,
    )
    op.create_table(
        "paper_move",
        sa.Column("id", BIG, nullable=False),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("first_serial", BIG, nullable=False),
        sa.Column("last_serial", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("business_date", DAY, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.CheckConstraint("act IN ('handed_out', 'returned', 'voided')", name="ck_paper_move_act"),
        sa.CheckConstraint(
            "first_serial >= 1 AND first_serial <= last_serial", name="ck_paper_move_serials"
        ),
        _refers("paper_move", "batch_id", "batch"),
        _refers("paper_move", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name="pk_paper_move"),
        **STRICT,
    )
    op.create_index("ix_paper_move_batch", "paper_move", ["batch_id", "id"])
    op.create_table(
        "shift_close",
        sa.Column("id", BIG, nullable=False),
        sa.Column("till_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("business_date", DAY, nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("register_discount", BIG, nullable=True),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        _refers("shift_close", "till_id", "till"),
        _refers("shift_close", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name="pk_shift_close"),
        **STRICT,
    )
    op.create_index("ix_shift_close_day", "shift_close", ["business_date"])


def _stamps() -> None:
    op.create_table(
        "stamp_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stamps", BIG, nullable=False),
        sa.Column("business_date", DAY, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("expires_on", DAY, nullable=True),
        sa.Column("sale_id", BIG, nullable=True),
        sa.Column("coupon_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("reverses_id", BIG, nullable=True),
        sa.CheckConstraint(
            "kind IN ('stamp', 'card', 'take_back', 'reverse')", name="ck_stamp_entry_kind"
        ),
        sa.CheckConstraint("stamps <> 0", name="ck_stamp_entry_stamps"),
        _refers("stamp_entry", "member_id", "member"),
        _refers("stamp_entry", "offer_id", "offer"),
        _refers("stamp_entry", "version_id", "offer_version"),
        _refers("stamp_entry", "sale_id", "sale"),
        _refers("stamp_entry", "coupon_id", "coupon"),
        _refers("stamp_entry", "staff_id", "staff"),
        _refers("stamp_entry", "reverses_id", "stamp_entry"),
        sa.PrimaryKeyConstraint("id", name="pk_stamp_entry"),
        **STRICT,
    )
    op.create_index("ix_stamp_entry_member", "stamp_entry", ["member_id", "offer_id"])
    op.create_index("ix_stamp_entry_sale_id", "stamp_entry", ["sale_id"])
