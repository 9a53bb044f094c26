"""What a till, a safe and a large shop were found to lack: columns, indexes and guards, one step a
concern."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from storecrm.models import guards, kept
from storecrm.models.migrations.rewording import reword_checks, unique_to_index
from storecrm.values import region_of_zone

revision = "0007"
down_revision = "0006"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Each step stands alone and may run in any order."""
    for step in (_growth, _pricing, _bills, _members, _trail, _throttle, _imports):
        step()


def _growth() -> None:
    """Indexes that keep an act at the till as cheap in a large shop as in a small one: right for
    SQLite without statistics, which believes of every index that few rows bear one value, an empty
    one too."""
    op.drop_index("uq_sale_receipt", "sale")
    op.create_index(
        "uq_sale_receipt", "sale", ["receipt_no", "store", "business_date"], unique=True
    )
    for table, column in (("sale", "voids_id"), ("point_entry", "reverses_id")):
        unique_to_index(table, column)
        op.drop_index(f"uq_{table}_{column}", table)
        _sparse(table, [column], name=f"uq_{table}_{column}", unique=True)
    for table, column in _MOSTLY_EMPTY:
        op.drop_index(f"ix_{table}_{column}", table)
        _sparse(table, [column])
    for table in ("redemption", "refused_scan"):
        op.drop_index(f"ix_{table}_day", table)
        op.create_index(f"ix_{table}_day", table, ["business_date", "till_id"])
    op.drop_index("ix_sale_step_sale_id", "sale_step")
    op.create_index("ix_sale_step_sale", "sale_step", ["sale_id", "offer_id"])
    op.drop_index("ix_redemption_offer_member", "redemption")
    _sparse("redemption", ["member_id"])
    _sparse("redemption", ["till_id", "recorded_at"])
    _sparse("sale", ["till_id", "business_date"], name="ix_sale_till_day")
    _sparse("sale", ["till_id", "touched_at"], name="ix_sale_till_touched")
    _sparse("sale", ["attached_by", "attached_at"])
    _sparse("member", ["merged_into"])
    _sparse("stamp_entry", ["coupon_id"])
    _sparse("stamp_entry", ["reverses_id"])
    _partial("ix_sale_suspended", "sale", ["state", "till_id"], "state = 'suspended'")
    _partial(
        "ix_scannable_target", "scannable", ["target_id"], "kind = 'member' OR kind = 'product'"
    )
    op.create_index("ix_name_key_name", "name_key", ["name"])
    _lots_swept()
    _offers_used()
    _figures_of_members()
    for statement in kept.statements(op.get_bind().dialect.name):
        op.execute(statement)


def _figures_of_members() -> None:
    """What members bought, summed up by housekeeping; a sale that comes, changes or goes makes its
    member's row stale."""
    day = sa.Text().with_variant(sa.Date(), "postgresql")
    days = [
        "newest",
        "first",
        "last",
        "year_from",
        "year_next",
        "year_first",
        "year_last",
        "recent_from",
        "old",
        "fresh",
    ]
    op.create_table(
        "member_figures",
        sa.Column("member_id", BIG, nullable=False, autoincrement=False),
        sa.Column("stale", BIG, nullable=False),
        *(sa.Column(name, day, nullable=True) for name in days),
        *(
            sa.Column(name, BIG, server_default="0", nullable=False)
            for name in ("visits", "net", "year_visits", "year_net")
        ),
        sa.PrimaryKeyConstraint("member_id", name="pk_member_figures"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    _partial("ix_member_figures_stale", "member_figures", ["member_id"], "stale = 1")
    op.create_index("ix_member_figures_year_net", "member_figures", ["year_net", "year_visits"])
    op.create_index("ix_member_figures_year_next", "member_figures", ["year_next"])
    op.create_table(
        "figures_step",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("value", BIG, nullable=False, autoincrement=False),
        sa.Column("below", BIG, nullable=False),
        sa.PrimaryKeyConstraint("what", "value", name="pk_figures_step"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO member_figures (member_id, stale) SELECT DISTINCT member_id, 1 FROM sale WHERE member_id IS NOT NULL"
    )


def _lots_swept() -> None:
    """The daily sweep looks at lots that have ended since it last looked, and at those in which
    something moved afterwards."""
    big = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE point_lot ADD COLUMN swept {big} DEFAULT '0' NOT NULL")
    _partial("ix_point_lot_due", "point_lot", ["expires_on"], "swept = 0")


def _offers_used() -> None:
    """What limited offers have given, kept with each use. A sale whose goods all came back is no
    use any more."""
    op.create_table(
        "offer_use",
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("given", BIG, nullable=False),
        sa.Column("uses", BIG, nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name="fk_offer_use_offer_id"),
        sa.PrimaryKeyConstraint("offer_id", name="pk_offer_use"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


_MOSTLY_EMPTY = (
    ("coupon", "by_sale"),
    ("coupon", "held_by"),
    ("coupon", "member_id"),
    ("redemption", "reversed_on"),
    ("redemption", "sale_id"),
    ("referral", "sale_id"),
    ("sale", "returns_id"),
    ("sale_tender", "pair_id"),
    ("stamp_entry", "sale_id"),
)


def _sparse(table: str, columns: Sequence[str], *, name: str = "", unique: bool = False) -> None:
    """An index of the rows in which the first of the columns is not empty."""
    _partial(
        name or f"ix_{table}_{columns[0]}",
        table,
        columns,
        f"{columns[0]} IS NOT NULL",
        unique=unique,
    )


def _partial(
    name: str, table: str, columns: Sequence[str], where: str, *, unique: bool = False
) -> None:
    held = sa.text(where)
    op.create_index(
        name, table, list(columns), unique=unique, sqlite_where=held, postgresql_where=held
    )


def _pricing() -> None:
    """What offers, coupons and returns need."""
    old, new = (
        f"step IN ('line', 'tier', 'order', 'points', 'rounding'{more})"
        for more in ("", ", 'earning'")
    )
    reword_checks((("sale_step", "step", old, new),))
    op.create_table(
        "product_facts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("no_points", BIG, nullable=False),
        sa.Column("no_promotion", BIG, nullable=False),
        sa.Column("medicine", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "medicine IN ('', 'rx', 'otc_a', 'otc_b')", name="ck_product_facts_medicine"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_product_facts"),
        sa.UniqueConstraint(
            "category", "brand", "no_points", "no_promotion", "medicine", name="uq_product_facts"
        ),
        sqlite_strict=True,
    )
    big = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE sale_line ADD COLUMN facts_id {big} CONSTRAINT fk_sale_line_facts_id REFERENCES product_facts (id)"
    )
    for name in ("earn_points", "earn_per"):
        op.add_column("sale", sa.Column(name, BIG, nullable=True))


def _bills() -> None:
    """What bills, points and receipts need."""
    op.add_column("sale", sa.Column("price_kept", BIG, server_default="0", nullable=False))
    op.add_column("sale_line", sa.Column("coupon_back", BIG, server_default="0", nullable=False))
    op.add_column("sale", sa.Column("filled_at", BIG, nullable=True))
    integer = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for name, target in (("filled_by", "staff"), ("filled_till", "till")):
        op.execute(
            f"ALTER TABLE sale ADD COLUMN {name} {integer} CONSTRAINT fk_sale_{name} REFERENCES {target} (id)"
        )
    op.add_column("sale", sa.Column("filled_cut", BIG, server_default="0", nullable=False))
    _sparse("sale", ["filled_by", "filled_at"])
    op.add_column("redemption", sa.Column("approval_no", sa.Text(), nullable=True))
    _sparse("redemption", ["approval_no"], name="uq_redemption_approval_no", unique=True)
    _coupons_back()


def _coupons_back() -> None:
    """Write down what went back of coupons' shares with goods that came back: each time the share
    of all that came back by then, less that of what had come back before."""
    rows = (
        op.get_bind()
        .execute(
            sa.text(
                "SELECT came.sale_id, came.line_no, -came.quantity AS came, line.sale_id AS first, line.line_no AS place, "
                "line.quantity AS whole, SUM(allocation.amount) AS share FROM sale_line came "
                "JOIN sale back ON back.id = came.sale_id AND back.returns_id IS NOT NULL "
                "JOIN sale_line line ON line.sale_id = back.returns_id AND line.line_no = came.returns_line "
                "JOIN redemption ON redemption.sale_id = line.sale_id "
                "JOIN allocation ON allocation.redemption_id = redemption.id AND allocation.line_no = line.line_no "
                "WHERE came.quantity < 0 AND line.quantity > 0 "
                "GROUP BY came.sale_id, came.line_no, came.quantity, line.sale_id, line.line_no, line.quantity ORDER BY came.sale_id"
            )
        )
        .all()
    )
    gone: dict[tuple[int, int], int] = {}
    for row in rows:
        before = gone.get((row.first, row.place), 0)
        after = gone[row.first, row.place] = before + row.came
        share = int(row.share)
        part = share * after // row.whole - share * before // row.whole
        op.get_bind().execute(
            sa.text(
                "UPDATE sale_line SET coupon_back = :part WHERE sale_id = :sale AND line_no = :line"
            ),
            {"part": -part, "sale": row.sale_id, "line": row.line_no},
        )


def _members() -> None:
    """What members, tiers and the shop's own row need."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("shop", sa.Column("decimals", big, server_default="2", nullable=False))
    op.add_column("batch", sa.Column("printed_at", big, nullable=True))
    op.add_column("batch", sa.Column("prints", big, server_default="0", nullable=False))
    op.execute("UPDATE batch SET prints = 1 WHERE printed > 0")
    _slip_prints(big)
    op.add_column("member", sa.Column("tier_by_hand", big, server_default="0", nullable=False))
    op.add_column(
        "member",
        sa.Column("tier_down_on", sa.Text().with_variant(sa.Date(), "postgresql"), nullable=True),
    )
    op.add_column("shop", sa.Column("region", sa.Text(), server_default="", nullable=False))
    bind = op.get_bind()
    for shop in bind.execute(sa.text("SELECT id, currency, timezone FROM shop")).all():
        # every amount in the file was counted in as many decimals as were known then
        decimals = 0 if shop.currency in ("JPY", "KRW", "VND") else 2
        facts = {
            "id": shop.id,
            "decimals": decimals,
            "region": region_of_zone(shop.timezone) or "CN",
        }
        bind.execute(
            sa.text("UPDATE shop SET decimals = :decimals, region = :region WHERE id = :id"), facts
        )


def _slip_prints(big: sa.types.TypeEngine[Any]) -> None:
    op.create_table(
        "slip_print",
        sa.Column("sale_id", big, nullable=False),
        sa.Column("first_at", big, nullable=False),
        sa.Column("prints", big, nullable=False),
        sa.PrimaryKeyConstraint("sale_id", name="pk_slip_print"),
        sa.ForeignKeyConstraint(
            ["sale_id"], ["sale.id"], name="fk_slip_print_sale_id", ondelete="CASCADE"
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _trail() -> None:
    """Guards that make tampering visible: keyed marks on the ledger's rows and on the heads of the
    trail, triggers, what was sealed."""
    op.add_column("point_entry", sa.Column("mac", sa.Text(), server_default="", nullable=False))
    for column in (
        sa.Column("seal", sa.Text(), server_default="", nullable=False),
        sa.Column("marked", BIG, server_default="0", nullable=False),
        sa.Column("marks", sa.Text(), server_default="", nullable=False),
    ):
        op.add_column("audit_head", column)
    op.add_column("shop", sa.Column("sealed", BIG, server_default="0", nullable=False))
    op.add_column("staff", sa.Column("member_id", BIG, nullable=True))
    op.add_column("shop", sa.Column("offers_changed", BIG, server_default="0", nullable=False))
    answered = sa.text("action IN ('restored', 'trail_accepted')")
    op.create_index(
        "ix_audit_answered", "audit", ["action"], sqlite_where=answered, postgresql_where=answered
    )
    for statement in guards.statements(op.get_bind().dialect.name):
        op.execute(statement)


def _throttle() -> None:
    """Waits that no clock and no name of a till lifts: wrong tries so far go on counting, a
    person's at all tills together."""
    op.create_table(
        "guess",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", BIG, nullable=False),
        sa.Column("till_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('pin', 'password', 'emergency', 'code')", name="ck_guess_kind"
        ),
        sa.CheckConstraint("state IN ('open', 'wrong')", name="ck_guess_state"),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name="fk_guess_till_id"),
        sa.PrimaryKeyConstraint("id", name="pk_guess"),
        sqlite_strict=True,
    )
    op.create_index("ix_guess_subject", "guess", ["kind", "subject", "at"])
    op.create_index("ix_guess_till", "guess", ["kind", "till_id", "at"])
    op.create_index("ix_guess_at", "guess", ["kind", "at"])
    op.create_table(
        "guess_wait",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", BIG, nullable=False, autoincrement=False),
        sa.Column("wrong", BIG, nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_guess_wait"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO guess_wait (kind, subject, wrong, since) SELECT 'pin', staff_id, max(wrong), 0 FROM pin_try GROUP BY staff_id"
    )
    op.execute(
        "INSERT INTO guess_wait (kind, subject, wrong, since) SELECT 'password', id, password_wrong, 0 FROM member WHERE password_wrong > 0"
    )
    op.drop_table("pin_try")
    op.drop_column("member", "password_wrong")
    op.drop_column("refused_scan", "guess")


_SALE_STATES = "'open', 'suspended', 'posted', 'voided', 'dropped'"


def _imports() -> None:
    """Rows of an unfinished import, and who must not come back by one."""
    reword_checks(
        (
            (
                "member",
                "state",
                "state IN ('live', 'erased')",
                "state IN ('live', 'erased', 'arriving')",
            ),
            (
                "sale",
                "state",
                f"state IN ({_SALE_STATES})",
                f"state IN ({_SALE_STATES}, 'arriving')",
            ),
            (
                "import_batch",
                "state",
                "state IN ('writing', 'done', 'undone')",
                "state IN ('writing', 'showing', 'done', 'undone')",
            ),
        )
    )
    _partial("ix_batch_issuing", "batch", ["id"], "state = 'issuing'")
    op.create_table(
        "import_waiting",
        sa.Column("id", BIG, nullable=False),
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("points", BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('points', 'uses')", name="ck_import_waiting_kind"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.id"], name="fk_import_waiting_import_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_waiting"),
        sqlite_strict=True,
    )
    op.create_index("ix_import_waiting_import_id", "import_waiting", ["import_id"])
    op.create_table(
        "erased_mark",
        sa.Column("mac", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("mac", name="pk_erased_mark"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
