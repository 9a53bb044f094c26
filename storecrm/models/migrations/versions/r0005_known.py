"""Members known: further phones, lost cards, merges, referrals, rules for tags, addresses never
written to, stages noted, what was learned."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
STRICT = {"sqlite_strict": True}
BY_KEY = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    """Columns, tables, and the one change that the ledger allows."""
    _columns()
    _people()
    _tags()
    _learned()
    _let_entries_follow_their_lot()


def _column(name: str, kind: Any, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null)


def _refers(table: str, *pairs: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_{table}_{name}")
        for name, target in pairs
    ]


def _table(
    name: str,
    columns: Sequence[sa.Column[Any]],
    key: Sequence[str],
    refers: Sequence[tuple[str, str]] = (),
    *more: sa.Constraint,
    by_key: bool,
) -> None:
    parts = [
        *columns,
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
        *_refers(name, *refers),
        *more,
    ]
    op.create_table(name, *parts, **(BY_KEY if by_key else STRICT))


def _columns() -> None:
    big = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for name in ("alert", "guardian"):
        op.add_column("member", sa.Column(name, sa.Text(), server_default="", nullable=False))
    for name in ("referred_by", "merged_into"):
        op.execute(
            f"ALTER TABLE member ADD COLUMN {name} {big} CONSTRAINT fk_member_{name} REFERENCES member (id)"
        )
    op.create_index("ix_member_referred_by", "member", ["referred_by"])
    op.add_column(
        "import_batch", sa.Column("totals", sa.Text(), server_default="{}", nullable=False)
    )


def _people() -> None:
    text = sa.Text()
    _table(
        "member_phone",
        [
            _column("phone", text),
            _column("member_id", BIG),
            _column("phone_tail", text),
            _column("note", text),
            _column("at", BIG),
        ]
        + [_column("staff_id", BIG, null=True)],
        ["phone"],
        [("member_id", "member"), ("staff_id", "staff")],
        by_key=True,
    )
    op.create_index("ix_member_phone_member_id", "member_phone", ["member_id"])
    op.create_index("ix_member_phone_phone_tail", "member_phone", ["phone_tail"])
    _table(
        "lost_card",
        [
            _column("key", text),
            _column("member_id", BIG),
            _column("at", BIG),
            _column("staff_id", BIG, null=True),
        ],
        ["key"],
        [("member_id", "member"), ("staff_id", "staff")],
        by_key=True,
    )
    op.create_index("ix_lost_card_member_id", "lost_card", ["member_id"])
    _table(
        "member_merge",
        [
            _column("id", BIG),
            _column("survivor_id", BIG),
            _column("merged_id", BIG),
            _column("before", text),
            _column("at", BIG),
        ]
        + [_column("staff_id", BIG, null=True), _column("undone_at", BIG, null=True)],
        ["id"],
        [("survivor_id", "member"), ("merged_id", "member"), ("staff_id", "staff")],
        by_key=False,
    )
    for name in ("survivor_id", "merged_id"):
        op.create_index(f"ix_member_merge_{name}", "member_merge", [name])
    _table(
        "not_duplicate",
        [_column("first_id", BIG), _column("second_id", BIG)],
        ["first_id", "second_id"],
        [("first_id", "member"), ("second_id", "member")],
        by_key=True,
    )
    op.create_index("ix_not_duplicate_second_id", "not_duplicate", ["second_id"])
    _table(
        "referral",
        [
            _column("id", BIG),
            _column("referrer_id", BIG),
            _column("friend_id", BIG),
            _column("state", text),
            _column("registered_on", DAY),
        ]
        + [_column("rewarded_on", DAY, null=True), _column("sale_id", BIG, null=True)],
        ["id"],
        [("referrer_id", "member"), ("friend_id", "member"), ("sale_id", "sale")],
        sa.CheckConstraint("state IN ('waiting', 'rewarded', 'capped')", name="ck_referral_state"),
        sa.UniqueConstraint("friend_id", name="uq_referral_friend_id"),
        by_key=False,
    )
    op.create_index("ix_referral_referrer_id", "referral", ["referrer_id"])
    op.create_index("ix_referral_sale_id", "referral", ["sale_id"])
    _table(
        "suppression",
        [
            _column("channel", text),
            _column("address_mac", text),
            _column("reason", text),
            _column("at", BIG),
        ]
        + [_column("staff_id", BIG, null=True), _column("import_id", BIG, null=True)],
        ["channel", "address_mac"],
        [("staff_id", "staff"), ("import_id", "import_batch")],
        by_key=True,
    )
    _table(
        "look_up",
        [_column("staff_id", BIG), _column("hour", BIG), _column("searches", BIG)],
        ["staff_id", "hour"],
        [("staff_id", "staff")],
        by_key=True,
    )
    _table(
        "stage_change",
        [
            _column("id", BIG),
            _column("member_id", BIG),
            _column("business_date", DAY),
            _column("was", text),
            _column("stage", text),
        ],
        ["id"],
        [("member_id", "member")],
        by_key=False,
    )
    op.create_index("ix_stage_change_member", "stage_change", ["member_id", "id"])
    op.create_index("ix_stage_change_day", "stage_change", ["business_date"])
    _table(
        "import_mapping",
        [
            _column("name", text),
            _column("kind", text),
            _column("columns", text),
            _column("at", BIG),
            _column("staff_id", BIG, null=True),
        ],
        ["name"],
        [("staff_id", "staff")],
        by_key=False,
    )


def _tags() -> None:
    big = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    day = "TEXT" if op.get_bind().dialect.name == "sqlite" else "DATE"
    text = sa.Text()
    _table(
        "tag",
        [
            _column("name", text),
            _column("group_name", text),
            _column("colour", text),
            _column("days", BIG, null=True),
            _column("rule", text),
        ]
        + [_column("made_at", BIG), _column("made_by", BIG, null=True)],
        ["name"],
        [("made_by", "staff")],
        sa.CheckConstraint("days IS NULL OR days >= 1", name="ck_tag_days"),
        by_key=True,
    )
    op.add_column("member_tag", sa.Column("by_rule", BIG, server_default="0", nullable=False))
    op.execute(f"ALTER TABLE member_tag ADD COLUMN set_on {day}")
    op.execute(
        f"ALTER TABLE member_tag ADD COLUMN set_by {big} CONSTRAINT fk_member_tag_set_by REFERENCES staff (id)"
    )
    op.execute(f"ALTER TABLE member_tag ADD COLUMN expires_on {day}")


def _learned() -> None:
    _table(
        "product_pair",
        [_column("first_id", BIG), _column("second_id", BIG), _column("receipts", BIG)],
        ["first_id", "second_id"],
        [("first_id", "product"), ("second_id", "product")],
        by_key=True,
    )
    op.create_index("ix_product_pair_second_id", "product_pair", ["second_id"])
    _table(
        "learned",
        [
            _column("what", sa.Text()),
            _column("first_day", DAY),
            _column("last_day", DAY),
            _column("counted", BIG),
        ]
        + [_column("parameters", sa.Text()), _column("at", BIG)],
        ["what"],
        [],
        sa.CheckConstraint("what IN ('pairs', 'value')", name="ck_learned_what"),
        by_key=False,
    )


_KEPT = (
    "id",
    "lot_id",
    "kind",
    "points",
    "business_date",
    "at",
    "sale_id",
    "staff_id",
    "reverses_id",
    "reason",
    "import_id",
    "coupon_id",
)


def _let_entries_follow_their_lot() -> None:
    """Entries stay as they were written; only whose they are follows the lot they are in, when two
    records of a person become one."""
    if op.get_bind().dialect.name == "postgresql":
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _KEPT)
        op.execute(
            "CREATE OR REPLACE FUNCTION point_entry_append_only() RETURNS trigger AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' OR {changed} OR NEW.member_id <> (SELECT member_id FROM point_lot WHERE id = OLD.lot_id) "
            "THEN RAISE EXCEPTION 'append-only'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql"
        )
        return
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _KEPT)
    op.execute("DROP TRIGGER point_entry_no_update")
    op.execute(
        f"CREATE TRIGGER point_entry_no_update BEFORE UPDATE ON point_entry WHEN {changed} "
        "OR NEW.member_id IS NOT (SELECT member_id FROM point_lot WHERE id = OLD.lot_id) BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    )
