"""What articles, the trail, settings and imports keep more of."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Each step stands alone and may run in any order."""
    for step in (_articles, _trail, _settings, _imports):
        step()


def _articles() -> None:
    """Articles of an unfinished import, and the sales that name an article."""
    op.add_column("product", sa.Column("arriving", BIG, nullable=False, server_default="0"))
    named = sa.text("product_id IS NOT NULL")
    op.create_index(
        "ix_sale_line_product_id",
        "sale_line",
        ["product_id"],
        sqlite_where=named,
        postgresql_where=named,
    )


def _trail() -> None:
    """What the trail is read by: who, what, and which row it is about."""
    for name, columns in (
        ("at", ["at", "id"]),
        ("staff", ["staff_id", "at", "id"]),
        ("action", ["action", "at", "id"]),
        ("staff_action", ["staff_id", "action", "at", "id"]),
    ):
        op.create_index(f"ix_audit_{name}", "audit", columns)
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in _ABOUT:
        fact = (
            f"json_extract(facts, '$.{name}')"
            if sqlite
            else f"(CAST(CAST(facts AS JSONB) ->> '{name}' AS {_ABOUT[name]}))"
        )
        op.execute(
            f"CREATE INDEX ix_audit_{name} ON audit ({fact}, at, id) WHERE {fact} IS NOT NULL"
        )


_ABOUT = {
    **dict.fromkeys(("member", "survivor", "merged", "friend", "referrer"), "BIGINT"),
    **dict.fromkeys(("sale", "back", "coupon", "instead_of", "redemption", "batch"), "BIGINT"),
    "offer": "TEXT",
}


def _settings() -> None:
    """What the shop has settled."""


def _imports() -> None:
    """What imports keep of themselves."""
