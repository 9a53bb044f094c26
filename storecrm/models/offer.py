"""Offers and their frozen versions."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, STRICT_BY_KEY, Base, sparse
from storecrm.values import (
    Day,
    ImportId,
    Moment,
    Money,
    OfferId,
    OfferKind,
    OfferState,
    StaffId,
    VersionId,
)


class Offer(Base):
    """A promotion by its code; what it says stands in its versions, the newest one is in force for
    new issues."""

    __tablename__ = "offer"
    __table_args__ = (CheckConstraint("state IN ('running', 'stopped')", name="state"), STRICT)

    id: Mapped[OfferId] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    campaign: Mapped[str] = mapped_column(default="")
    state: Mapped[OfferState]
    created_at: Mapped[Moment]
    created_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    import_id: Mapped[ImportId | None] = mapped_column(ForeignKey("import_batch.id"))


class OfferVersion(Base):
    """What the offer says; unchanged once a batch was issued under it.

    `automatic` offers apply by themselves, without a coupon; `more` holds the rarer restrictions as
    JSON (see services.offers.design).
    """

    __tablename__ = "offer_version"
    __table_args__ = (
        # what was issued keeps the version that it was issued under
        UniqueConstraint("offer_id", "version"),
        CheckConstraint(
            "kind IN ('percent_off', 'amount_off', 'threshold_off', 'every_threshold', "
            "'fixed_price', 'buy_get', 'nth_item', 'gift', "
            "'add_on', 'points_times', 'stamps', 'external')",
            name="kind",
        ),
        CheckConstraint(
            # shares are in basis points: a coupon cannot give more than the whole
            "value >= 0 AND (kind NOT IN ('percent_off', 'nth_item') OR value <= 10000)",
            name="value",
        ),
        STRICT,
    )

    id: Mapped[VersionId] = mapped_column(primary_key=True)
    offer_id: Mapped[OfferId] = mapped_column(ForeignKey("offer.id"))
    version: Mapped[int]
    kind: Mapped[OfferKind]
    value: Mapped[int]
    cap: Mapped[Money | None]
    min_spend: Mapped[Money | None]
    valid_from: Mapped[Day | None]
    valid_to: Mapped[Day | None]
    valid_days: Mapped[int | None]
    limit_total: Mapped[int | None]
    limit_per_member: Mapped[int | None]
    uses_allowed: Mapped[int | None]
    bearer: Mapped[int]
    automatic: Mapped[int] = mapped_column(server_default="0")
    more: Mapped[str] = mapped_column(server_default="{}")


class OfferUse(Base):
    """What an offer with a budget or a limit has given so far, kept by triggers in the transaction
    of each use (see migrations), so that asking costs the same after any number of uses: `given` by
    its live coupons and its steps on live sales, `uses` by itself. A row is made when it is first
    asked for; `verify` counts it anew."""

    __tablename__ = "offer_use"
    __table_args__ = (STRICT_BY_KEY,)

    offer_id: Mapped[OfferId] = mapped_column(ForeignKey("offer.id"), primary_key=True)
    given: Mapped[int]
    uses: Mapped[int]


class OfferScope(Base):
    """A product or category the offer is for; no rows means everything."""

    __tablename__ = "offer_scope"
    __table_args__ = (
        CheckConstraint("field IN ('product', 'category')", name="field"),
        sparse("offer_scope", "import_id"),
        STRICT_BY_KEY,
    )

    version_id: Mapped[VersionId] = mapped_column(ForeignKey("offer_version.id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    import_id: Mapped[ImportId | None] = mapped_column(ForeignKey("import_batch.id"))
