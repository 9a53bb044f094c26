"""The shop itself, its rules, its tills, and the highest clock ever seen."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, STRICT_BY_KEY, Base
from storecrm.values import Day, Moment, Money, ShopId, StaffId, TillId


class Shop(Base):
    """One row: who we are. `clock_high` is the latest `recorded_at` ever written (the clock guard).
    `decimals` of the currency are kept from the first day on: every amount in the file is counted
    in them. `region` is where a phone without a country code is from. `sealed` is 1 once what was
    there before the seals of services.sealing is covered by them; `offers_changed` counts the
    changes of offers: what a program remembers of them holds as long as it stands. `counted` is the
    time by which allowances are counted (services.store.counted), written down when the wall clock
    stood at `counted_wall` and the steady one at `counted_steady`; 0 before the first."""

    __tablename__ = "shop"
    # a store is one shop
    __table_args__ = (CheckConstraint("id = 1", name="single"), STRICT)

    id: Mapped[ShopId] = mapped_column(primary_key=True)
    uid: Mapped[str]
    name: Mapped[str]
    store: Mapped[str]
    currency: Mapped[str]
    timezone: Mapped[str]
    demo: Mapped[int] = mapped_column(default=0)
    audit_key: Mapped[str]
    clock_high: Mapped[Moment]
    created_at: Mapped[Moment]
    sealed: Mapped[int] = mapped_column(server_default="0")
    offers_changed: Mapped[int] = mapped_column(server_default="0")
    counted: Mapped[Moment] = mapped_column(server_default="0")
    counted_wall: Mapped[Moment] = mapped_column(server_default="0")
    counted_steady: Mapped[Moment] = mapped_column(server_default="0")
    decimals: Mapped[int] = mapped_column(server_default="2")
    region: Mapped[str] = mapped_column(server_default="")


class Rule(Base):
    """One of the shop's own rules, set by the owner; absent means the default of
    domain.shop_rules."""

    __tablename__ = "rule"
    __table_args__ = (STRICT_BY_KEY,)

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Till(Base):
    """A place where things are scanned."""

    __tablename__ = "till"
    __table_args__ = (STRICT,)

    id: Mapped[TillId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class ShiftClose(Base):
    """A shift that was handed over: what the sheet said then (`sheet`, JSON), what the other
    register and the paper count said."""

    __tablename__ = "shift_close"
    __table_args__ = (Index("ix_shift_close_day", "business_date"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    till_id: Mapped[TillId] = mapped_column(ForeignKey("till.id"))
    staff_id: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"))
    business_date: Mapped[Day]
    since: Mapped[Moment]
    at: Mapped[Moment]
    register_discount: Mapped[Money | None]
    counted: Mapped[str] = mapped_column(default="{}")
    sheet: Mapped[str]
