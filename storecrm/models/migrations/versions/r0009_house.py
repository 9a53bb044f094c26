"""What articles, the trail, settings and imports keep more of."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Each step stands alone and may run in any order."""
    for step in (_articles, _trail, _settings, _imports):
        step()


def _articles() -> None:
    """Articles, and what names them."""


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
        fact = f"json_extract(facts, '$.{name}')" if sqlite else f"(CAST(CAST(facts AS JSONB) ->> '{name}' AS {_ABOUT[name]}))"
        op.execute(f"CREATE INDEX ix_audit_{name} ON audit ({fact}, at, id) WHERE {fact} IS NOT NULL")


_ABOUT = {
    **dict.fromkeys(("member", "survivor", "merged", "friend", "referrer"), "BIGINT"),
    **dict.fromkeys(("sale", "back", "coupon", "instead_of", "redemption", "batch"), "BIGINT"),
    "offer": "TEXT",
}


def _settings() -> None:
    """What the shop has settled."""


def _imports() -> None:
    """What imports keep of themselves."""
