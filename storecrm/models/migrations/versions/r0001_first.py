"""The first store: every table as of version 0.1, frozen."""

import sqlalchemy as sa
from alembic import op

from storecrm.models.base import guards

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "rule",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rule"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scannable",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("key", "kind", name="pk_scannable"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shop",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("demo", BIG, nullable=False),
        sa.Column("audit_key", sa.Text(), nullable=False),
        sa.Column("clock_high", BIG, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_shop_single"),
        sa.PrimaryKeyConstraint("id", name="pk_shop"),
        sqlite_strict=True,
    )
    op.create_table(
        "staff",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("badge", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.Column("pin_length", BIG, nullable=False),
        sa.Column("demo_pin", sa.Text(), nullable=True),
        sa.Column("disabled", BIG, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.CheckConstraint("role IN ('cashier', 'manager', 'owner')", name="ck_staff_role"),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("badge", name="uq_staff_badge"),
        sa.UniqueConstraint("name", name="uq_staff_name"),
        sqlite_strict=True,
    )
    op.create_table(
        "till",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_till"),
        sa.UniqueConstraint("name", name="uq_till_name"),
        sqlite_strict=True,
    )
    op.create_table(
        "audit",
        sa.Column("id", BIG, nullable=False),
        sa.Column("till_id", BIG, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_audit_staff_id"),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name="fk_audit_till_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("till_id", "seq", name="uq_audit_till_id_seq"),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_head",
        sa.Column("till_id", BIG, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name="fk_audit_head_till_id"),
        sa.PrimaryKeyConstraint("till_id", name="pk_audit_head"),
        sqlite_strict=True,
    )
    op.create_table(
        "import_batch",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created", BIG, nullable=False),
        sa.Column("updated", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.CheckConstraint("state IN ('writing', 'done', 'undone')", name="ck_import_batch_state"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_import_batch_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_import_batch"),
        sqlite_strict=True,
    )
    op.create_table(
        "pin_try",
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("till_id", BIG, nullable=False),
        sa.Column("wrong", BIG, nullable=False),
        sa.Column("free_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_pin_try_staff_id"),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name="fk_pin_try_till_id"),
        sa.PrimaryKeyConstraint("staff_id", "till_id", name="pk_pin_try"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "day_total",
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("day", DAY, nullable=False),
        sa.Column("net_sales", BIG, nullable=False),
        sa.Column("receipts", BIG, nullable=False),
        sa.Column("import_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name="fk_day_total_import_id"),
        sa.PrimaryKeyConstraint("store", "day", name="pk_day_total"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "import_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.id"], name="fk_import_change_import_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_change"),
        sqlite_strict=True,
    )
    op.create_index("ix_import_change_import_id", "import_change", ["import_id"], unique=False)
    op.create_table(
        "member",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_no", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column(
            "phone_tail",
            sa.Text(),
            sa.Computed("substr(phone, length(phone) - 3)", persisted=True),
            nullable=True,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("birthday", sa.Text(), nullable=False),
        sa.Column("birthday_type", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("tier_until", DAY, nullable=True),
        sa.Column("opening_spent", BIG, nullable=True),
        sa.Column("opening_visits", BIG, nullable=True),
        sa.Column("opening_last_visit", DAY, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("registered_on", DAY, nullable=False),
        sa.Column("registered_by", BIG, nullable=True),
        sa.Column("recorded_at", BIG, nullable=False),
        sa.Column("import_id", BIG, nullable=True),
        sa.CheckConstraint("state IN ('live', 'erased')", name="ck_member_state"),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name="fk_member_import_id"),
        sa.ForeignKeyConstraint(["registered_by"], ["staff.id"], name="fk_member_registered_by"),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.UniqueConstraint("member_no", name="uq_member_member_no"),
        sqlite_strict=True,
    )
    op.create_index("ix_member_phone_tail", "member", ["phone_tail"], unique=False)
    op.create_index("ix_member_registered_on", "member", ["registered_on"], unique=False)
    op.create_index(
        "uq_member_phone_live",
        "member",
        ["phone"],
        unique=True,
        sqlite_where=sa.text("state = 'live'"),
        postgresql_where=sa.text("state = 'live'"),
    )
    op.create_table(
        "offer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("import_id", BIG, nullable=True),
        sa.CheckConstraint("state IN ('running', 'stopped')", name="ck_offer_state"),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name="fk_offer_created_by"),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name="fk_offer_import_id"),
        sa.PrimaryKeyConstraint("id", name="pk_offer"),
        sa.UniqueConstraint("code", name="uq_offer_code"),
        sqlite_strict=True,
    )
    op.create_table(
        "product",
        sa.Column("id", BIG, nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("price", BIG, nullable=True),
        sa.Column("cost", BIG, nullable=True),
        sa.Column("no_points", BIG, nullable=False),
        sa.Column("import_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name="fk_product_import_id"),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
        sa.UniqueConstraint("sku", name="uq_product_sku"),
        sqlite_strict=True,
    )
    op.create_index("ix_product_category", "product", ["category"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("granted", BIG, nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("import_id", BIG, nullable=True),
        sa.CheckConstraint("granted IN (0, 1)", name="ck_consent_granted"),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name="fk_consent_import_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_consent_member_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_consent_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
        sqlite_strict=True,
    )
    op.create_index("ix_consent_member_id", "consent", ["member_id"], unique=False)
    op.create_table(
        "member_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_member_key_member_id"),
        sa.PrimaryKeyConstraint("key", "member_id", name="pk_member_key"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_member_key_member_id", "member_key", ["member_id"], unique=False)
    op.create_table(
        "member_tag",
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_member_tag_member_id"),
        sa.PrimaryKeyConstraint("member_id", "tag", name="pk_member_tag"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "offer_version",
        sa.Column("id", BIG, nullable=False),
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.Column("cap", BIG, nullable=True),
        sa.Column("min_spend", BIG, nullable=True),
        sa.Column("valid_from", DAY, nullable=True),
        sa.Column("valid_to", DAY, nullable=True),
        sa.Column("valid_days", BIG, nullable=True),
        sa.Column("limit_total", BIG, nullable=True),
        sa.Column("limit_per_member", BIG, nullable=True),
        sa.Column("uses_allowed", BIG, nullable=True),
        sa.Column("bearer", BIG, nullable=False),
        sa.CheckConstraint(
            "kind IN ('percent_off', 'amount_off', 'threshold_off', 'external')",
            name="ck_offer_version_kind",
        ),
        sa.CheckConstraint(
            "value >= 0 AND (kind <> 'percent_off' OR value <= 10000)",
            name="ck_offer_version_value",
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name="fk_offer_version_offer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_offer_version"),
        sa.UniqueConstraint("offer_id", "version", name="uq_offer_version_offer_id_version"),
        sqlite_strict=True,
    )
    op.create_table(
        "point_lot",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("expires_on", DAY, nullable=True),
        sa.Column("opened_on", DAY, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_point_lot_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_point_lot"),
        sqlite_strict=True,
    )
    op.create_index("ix_point_lot_member_id", "point_lot", ["member_id"], unique=False)
    op.create_table(
        "refused_scan",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("business_date", DAY, nullable=False),
        sa.Column("till_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("code_tail", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("offer_id", BIG, nullable=True),
        sa.Column("guess", BIG, nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name="fk_refused_scan_offer_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_refused_scan_staff_id"),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name="fk_refused_scan_till_id"),
        sa.PrimaryKeyConstraint("id", name="pk_refused_scan"),
        sqlite_strict=True,
    )
    op.create_index("ix_refused_scan_day", "refused_scan", ["business_date"], unique=False)
    op.create_index("ix_refused_scan_till", "refused_scan", ["till_id", "at"], unique=False)
    op.create_table(
        "sale",
        sa.Column("id", BIG, nullable=False),
        sa.Column("receipt_no", sa.Text(), nullable=False),
        sa.Column("request_no", sa.Text(), nullable=True),
        sa.Column("request_hash", sa.Text(), nullable=True),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("till_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("business_date", DAY, nullable=False),
        sa.Column("occurred_at", BIG, nullable=False),
        sa.Column("touched_at", BIG, nullable=False),
        sa.Column("recorded_at", BIG, nullable=False),
        sa.Column("gross", BIG, nullable=True),
        sa.Column("discount", BIG, nullable=False),
        sa.Column("points_paid", BIG, nullable=False),
        sa.Column("net", BIG, nullable=True),
        sa.Column("no_points", BIG, nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("voids_id", BIG, nullable=True),
        sa.Column("import_id", BIG, nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'posted', 'voided', 'dropped')", name="ck_sale_state"
        ),
        sa.CheckConstraint(
            "gross IS NULL OR net = gross - discount - points_paid", name="ck_sale_net"
        ),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name="fk_sale_import_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_sale_member_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_sale_staff_id"),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name="fk_sale_till_id"),
        sa.ForeignKeyConstraint(["voids_id"], ["sale.id"], name="fk_sale_voids_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sale"),
        sa.UniqueConstraint("request_no", name="uq_sale_request_no"),
        sa.UniqueConstraint("voids_id", name="uq_sale_voids_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_sale_day", "sale", ["business_date", "state", "net"], unique=False)
    op.create_index("ix_sale_member", "sale", ["member_id", "business_date", "net"], unique=False)
    op.create_index(
        "uq_sale_open_at_till",
        "sale",
        ["till_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_sale_receipt", "sale", ["store", "receipt_no", "business_date"], unique=True
    )
    op.create_table(
        "batch",
        sa.Column("id", BIG, nullable=False),
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("count", BIG, nullable=False),
        sa.Column("bearer", BIG, nullable=False),
        sa.Column("issued_on", DAY, nullable=False),
        sa.Column("issued_at", BIG, nullable=False),
        sa.Column("issued_by", BIG, nullable=True),
        sa.Column("printed", BIG, nullable=False),
        sa.Column("import_id", BIG, nullable=True),
        sa.CheckConstraint("state IN ('issuing', 'ready', 'voided')", name="ck_batch_state"),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name="fk_batch_import_id"),
        sa.ForeignKeyConstraint(["issued_by"], ["staff.id"], name="fk_batch_issued_by"),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name="fk_batch_offer_id"),
        sa.ForeignKeyConstraint(["version_id"], ["offer_version.id"], name="fk_batch_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sqlite_strict=True,
    )
    op.create_index("ix_batch_offer_id", "batch", ["offer_id"], unique=False)
    op.create_table(
        "offer_scope",
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("import_id", BIG, nullable=True),
        sa.CheckConstraint("field IN ('product', 'category')", name="ck_offer_scope_field"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.id"], name="fk_offer_scope_import_id"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["offer_version.id"], name="fk_offer_scope_version_id"
        ),
        sa.PrimaryKeyConstraint("version_id", "field", "value", name="pk_offer_scope"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "point_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("lot_id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("points", BIG, nullable=False),
        sa.Column("business_date", DAY, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("sale_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("reverses_id", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("import_id", BIG, nullable=True),
        sa.CheckConstraint(
            "kind IN ('opening', 'earn', 'burn', 'expire', 'adjust', 'reverse')",
            name="ck_point_entry_kind",
        ),
        sa.CheckConstraint(
            "points BETWEEN -1000000000 AND 1000000000 AND points <> 0", name="ck_point_entry_range"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.id"], name="fk_point_entry_import_id"
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["point_lot.id"], name="fk_point_entry_lot_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_point_entry_member_id"),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["point_entry.id"], name="fk_point_entry_reverses_id"
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_point_entry_sale_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_point_entry_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_point_entry"),
        sa.UniqueConstraint("reverses_id", name="uq_point_entry_reverses_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_point_entry_day", "point_entry", ["business_date", "kind"], unique=False)
    op.create_index("ix_point_entry_lot_id", "point_entry", ["lot_id"], unique=False)
    op.create_index("ix_point_entry_member_id", "point_entry", ["member_id"], unique=False)
    op.create_index("ix_point_entry_sale_id", "point_entry", ["sale_id"], unique=False)
    op.create_table(
        "sale_line",
        sa.Column("sale_id", BIG, nullable=False),
        sa.Column("line_no", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("unit_price", BIG, nullable=True),
        sa.Column("discount", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_sale_line_product_id"),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_sale_line_sale_id"),
        sa.PrimaryKeyConstraint("sale_id", "line_no", name="pk_sale_line"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "coupon",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("serial", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("valid_from", DAY, nullable=False),
        sa.Column("valid_to", DAY, nullable=False),
        sa.Column("uses_allowed", BIG, nullable=True),
        sa.Column("issued_on", DAY, nullable=False),
        sa.Column("voided_at", BIG, nullable=True),
        sa.Column("voided_by", BIG, nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('issued', 'redeemed', 'voided')", name="ck_coupon_state"),
        sa.CheckConstraint("uses_allowed IS NULL OR uses_allowed >= 1", name="ck_coupon_uses"),
        sa.CheckConstraint("valid_from <= valid_to", name="ck_coupon_dates_in_order"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_coupon_batch_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_coupon_member_id"),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name="fk_coupon_offer_id"),
        sa.ForeignKeyConstraint(["voided_by"], ["staff.id"], name="fk_coupon_voided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_coupon"),
        sa.UniqueConstraint("code", name="uq_coupon_code"),
        sqlite_strict=True,
    )
    op.create_index("ix_coupon_batch", "coupon", ["batch_id", "serial"], unique=False)
    op.create_index("ix_coupon_member_id", "coupon", ["member_id"], unique=False)
    op.create_index("ix_coupon_offer_issued", "coupon", ["offer_id", "issued_on"], unique=False)
    op.create_table(
        "redemption",
        sa.Column("id", BIG, nullable=False),
        sa.Column("coupon_id", BIG, nullable=False),
        sa.Column("use_no", BIG, nullable=False),
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("sale_id", BIG, nullable=True),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("till_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("business_date", DAY, nullable=False),
        sa.Column("recorded_at", BIG, nullable=False),
        sa.Column("discount", BIG, nullable=False),
        sa.Column("confirmed_scope", BIG, nullable=False),
        sa.Column("request_no", sa.Text(), nullable=True),
        sa.Column("request_hash", sa.Text(), nullable=True),
        sa.Column("redemption_no", sa.Text(), nullable=True),
        sa.Column("receipt_no", sa.Text(), nullable=False),
        sa.Column("reversed_at", BIG, nullable=True),
        sa.Column("reversed_on", DAY, nullable=True),
        sa.Column("reversed_by", BIG, nullable=True),
        sa.Column("reverse_reason", sa.Text(), nullable=False),
        sa.Column("import_id", BIG, nullable=True),
        sa.CheckConstraint("discount >= 0 AND use_no >= 1", name="ck_redemption_range"),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name="fk_redemption_coupon_id"),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name="fk_redemption_import_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_redemption_member_id"),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name="fk_redemption_offer_id"),
        sa.ForeignKeyConstraint(["reversed_by"], ["staff.id"], name="fk_redemption_reversed_by"),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_redemption_sale_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_redemption_staff_id"),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name="fk_redemption_till_id"),
        sa.PrimaryKeyConstraint("id", name="pk_redemption"),
        sa.UniqueConstraint("redemption_no", name="uq_redemption_redemption_no"),
        sa.UniqueConstraint("request_no", name="uq_redemption_request_no"),
        sqlite_strict=True,
    )
    op.create_index("ix_redemption_day", "redemption", ["business_date"], unique=False)
    op.create_index(
        "ix_redemption_offer_day", "redemption", ["offer_id", "business_date"], unique=False
    )
    op.create_index(
        "ix_redemption_offer_member", "redemption", ["offer_id", "member_id"], unique=False
    )
    op.create_index("ix_redemption_reversed_on", "redemption", ["reversed_on"], unique=False)
    op.create_index("ix_redemption_sale_id", "redemption", ["sale_id"], unique=False)
    op.create_index(
        "uq_redemption_live_use",
        "redemption",
        ["coupon_id", "use_no"],
        unique=True,
        sqlite_where=sa.text("reversed_at IS NULL"),
        postgresql_where=sa.text("reversed_at IS NULL"),
    )
    op.create_table(
        "allocation",
        sa.Column("redemption_id", BIG, nullable=False),
        sa.Column("line_no", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name="fk_allocation_redemption_id"
        ),
        sa.PrimaryKeyConstraint("redemption_id", "line_no", name="pk_allocation"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    for table in ("audit", "point_entry"):
        for statement in guards(table, op.get_bind().dialect.name):
            op.execute(statement)
