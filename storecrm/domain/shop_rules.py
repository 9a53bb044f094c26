"""What a shop may set: each setting is declared here once, with everything that follows from it.

A declaration says its key (as files, commands and the store write it), its kind (how text is
checked and read), default, bounds or choices, unit, group and who may set it; the ids of its title,
its help and the words of its choices follow from the key. The window, `rules`, `check` and the
manual are made from it. Code reads the typed object:

    shop = ShopRules.of({"idle_close_minutes": "5"}, digits=2)
    shop.idle_close               ->  timedelta(minutes=5)
    ShopRules.idle_close.key      ->  "idle_close_minutes"

Invariant: `ShopRules.of` never raises. What a store holds that no setting reads (written by another
    version or by
another hand) gives way to the default, and an amount finer than the currency is rounded up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cached_property, lru_cache, partial
from typing import Any

from storecrm.domain import points, rfm
from storecrm.domain.points import EarnRate
from storecrm.domain.setting_kinds import (
    FINEST,
    NO_LIMIT,
    NO_OFFER,
    Amount,
    Choice,
    Coin,
    Expiry,
    Group,
    Groups,
    Limit,
    OfferCode,
    Setting,
    Span,
    Unit,
    Whole,
    YesNo,
    rounded_up,
)
from storecrm.values import CLOSE_HOUR, Day, Money, Percent, Points


class TierPrice(StrEnum):
    """A member's price beside promotions: on top of each other, or the lower of the two."""

    BOTH = "both"
    LOWER = "lower"


class TierWindow(StrEnum):
    """Which spend makes a tier: of the last 365 days, or of the calendar year."""

    ROLLING = "rolling"
    CALENDAR = "calendar"


class Shortfall(StrEnum):
    """What becomes of earned points that are spent already when their goods come back."""

    DEBT = "debt"
    CASH = "cash"
    PENDING = "pending"
    FORGIVE = "forgive"


class TillMode(StrEnum):
    """A till beside another register, or the register itself."""

    COMPANION = "companion"
    REGISTER = "register"


class ScaleCodes(StrEnum):
    """What the last figure on a scale's label says."""

    NONE = "none"
    WEIGHT = "weight"
    PRICE = "price"


class SlipPolicy(StrEnum):
    """After which bills a slip comes out by itself."""

    NEVER = "never"
    COUPON = "coupon"
    ALWAYS = "always"


def _days(count: int) -> timedelta:
    return timedelta(days=count)


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _points(count: int) -> Points:
    return Points(count)


def _percent(count: int) -> Percent:
    return Percent(count)


_count_points = partial(Whole[Points], of=_points, unit=Unit.POINTS)
_count_percent = partial(Whole[Percent], of=_percent, unit=Unit.PERCENT)
_count_days = partial(Whole[timedelta], of=_days, unit=Unit.DAYS)
_count_minutes = partial(Whole[timedelta], of=_minutes, unit=Unit.MINUTES)
_count_times = partial(Whole[int], of=int, unit=Unit.TIMES)


@dataclass(frozen=True)
class ShopRules:
    """Every setting of a shop, typed. `text`: each as the store writes it; `digits`: decimals of
    the shop's money."""

    text: Mapping[str, str]
    digits: int = 2

    # no points at all: nought of them for each unit
    earn_points = _count_points("earn_points", 1, low=0, high=1000, group=Group.EARNING)
    earn_per = Amount("earn_per", "1.00", group=Group.EARNING)
    points_pending = _count_days("points_pending_days", 0, low=0, high=365, group=Group.EARNING)
    points_expiry = Expiry("points_expiry", points.NEXT_YEAR_END, group=Group.EARNING)

    # at a hundred points a unit one point is the smallest coin
    points_per_unit = _count_points("points_per_unit", 100, low=1, high=100_000, group=Group.PAYING)
    points_step = _count_points("points_step", 100, low=1, high=100_000, group=Group.PAYING)
    points_cap = _count_percent("points_cap_percent", 50, low=0, high=100, group=Group.PAYING)
    member_proof = YesNo("member_proof", "yes", group=Group.PAYING)
    second_proof_from = Amount("second_proof_from", "50.00", group=Group.PAYING)

    # beside another register nothing is known of the goods
    till_mode = Choice("till_mode", TillMode.COMPANION, group=Group.TILL)
    rounding = Coin("rounding", "none", group=Group.TILL)
    scale_codes = Choice("scale_codes", ScaleCodes.NONE, group=Group.TILL)
    slip = Choice("slip", SlipPolicy.COUPON, group=Group.TILL)
    idle_close = _count_minutes("idle_close_minutes", 3, low=1, high=60, group=Group.TILL)

    # one coupon a bill is what most shops print on them
    coupons_per_bill = Limit("coupons_per_bill", "1", unit=Unit.COUPONS, group=Group.COUPONS)
    coupons_per_member_day = Limit(
        "coupons_per_member_day", NO_LIMIT, unit=Unit.COUPONS, group=Group.COUPONS
    )
    welcome_offer = OfferCode("welcome_offer", NO_OFFER, group=Group.COUPONS)
    next_offer = OfferCode("next_offer", NO_OFFER, group=Group.COUPONS)
    next_offer_from = Amount("next_offer_from", "0.01", group=Group.COUPONS)

    # points that are spent already cannot simply be taken
    return_shortfall = Choice("return_shortfall", Shortfall.DEBT, group=Group.RETURNS)
    return_grace = _count_days("return_grace_days", 30, low=0, high=365, group=Group.RETURNS)

    # bounds of what a cashier does without a manager
    undo_within = _count_minutes("undo_minutes", 10, low=0, high=120, group=Group.STAFF)
    undo_per_shift = _count_times("undo_per_shift", 5, low=0, high=100, group=Group.STAFF)
    allowance_days = _count_days("allowance_days", 3, low=0, high=30, group=Group.STAFF)
    allowance_short = Amount("allowance_short", "1.00", group=Group.STAFF)
    allowance_per_shift = _count_times("allowance_per_shift", 3, low=0, high=50, group=Group.STAFF)
    emergency_most = Amount("emergency_most", "50.00", group=Group.STAFF)
    look_ups_per_hour = Limit("look_ups_per_hour", "120", unit=Unit.MEMBERS, group=Group.STAFF)
    adjust_limit = _count_points("adjust_limit", 500, low=0, high=1_000_000, group=Group.STAFF)
    adjust_limit_day = _count_points(
        "adjust_limit_day", 2000, low=0, high=100_000_000, group=Group.STAFF
    )

    # what members have beside everybody else
    tier_or_promotion = Choice("tier_or_promotion", TierPrice.BOTH, group=Group.MEMBERS)
    tier_window = Choice("tier_window", TierWindow.ROLLING, group=Group.MEMBERS)
    retention_months = Limit("retention_months", NO_LIMIT, unit=Unit.MONTHS, group=Group.MEMBERS)
    recruit_days = _count_days("recruit_days", 30, low=1, high=365, group=Group.MEMBERS)
    recruit_bonus = Amount("recruit_bonus", "2.00", group=Group.MEMBERS)

    # nought by default: a shop says when it begins to reward
    referral_points = _count_points(
        "referral_points", 0, low=0, high=1_000_000, group=Group.FRIENDS
    )
    referral_friend_points = _count_points(
        "referral_friend_points", 0, low=0, high=1_000_000, group=Group.FRIENDS
    )
    referral_min_spend = Amount("referral_min_spend", "39.00", group=Group.FRIENDS)
    referral_hold = _count_days("referral_hold_days", 7, low=0, high=365, group=Group.FRIENDS)
    referral_per_month = Limit("referral_per_month", "10", unit=Unit.MEMBERS, group=Group.FRIENDS)

    # after which visits somebody is in which stage
    stage_new = Span("stage_new", "30", unit=Unit.DAYS, group=Group.KNOWING)
    stage_active = Span("stage_active", "30", unit=Unit.DAYS, group=Group.KNOWING)
    stage_dormant = Span("stage_dormant", "60", unit=Unit.DAYS, group=Group.KNOWING)
    stage_lost = Span("stage_lost", "180", unit=Unit.DAYS, group=Group.KNOWING)
    rfm_window = _count_days("rfm_days", 365, low=1, high=3650, group=Group.KNOWING)
    rfm_groups = Groups("rfm_groups", rfm.USUAL, group=Group.KNOWING)
    pairs_window = _count_days("pairs_days", 365, low=7, high=3650, group=Group.KNOWING)

    # the day that a shop counts ends in the night
    close_hour = Whole(
        "close_hour", CLOSE_HOUR, low=0, high=12, of=int, unit=Unit.OCLOCK, group=Group.SHOP
    )
    backup_keep_daily = Whole(
        "backup_keep_daily", 7, low=1, high=90, of=int, unit=Unit.COPIES, group=Group.SHOP
    )

    @classmethod
    def of(cls, kept: Mapping[str, str], digits: int) -> "ShopRules":
        """What holds where the store says `kept`; keys that are no setting are passed over."""
        text = dict(_initial(digits))
        # a newer version of the program may have written more
        for key, said in kept.items():
            if key in SETTINGS:
                text[key] = _kept(key, said, digits)
        return cls(text, digits)

    @cached_property
    def earn_rate(self) -> EarnRate:
        """`earn_points` points for each full `earn_per`."""
        return EarnRate(self.earn_points, self.earn_per)

    def points_money(self, count: int) -> Money:
        """What `count` points are worth, rounded down."""
        return Money(count * 10**self.digits // self.points_per_unit)

    def expires_on(self, day: Day) -> Day | None:
        """The last day on which points earned on `day` can be used."""
        return self.points_expiry.last_day(day)


_DECLARED = [one for one in vars(ShopRules).values() if isinstance(one, Setting)]
SETTINGS: dict[str, Setting[Any]] = {setting.key: setting for setting in _DECLARED}
"""Every declaration by its key, in the order in which an owner reads them."""


@lru_cache(maxsize=8)
def _initial(digits: int) -> dict[str, str]:
    return {key: setting.initial(digits) for key, setting in SETTINGS.items()}


@lru_cache(maxsize=1024)
def _kept(key: str, text: str, digits: int) -> str:
    return SETTINGS[key].kept(text, digits)


def unreadable(kept: Mapping[str, str], digits: int) -> dict[str, str]:
    """What a store holds that no setting can read, by key: the default holds instead."""
    known = {key: text for key, text in kept.items() if key in SETTINGS}
    return {key: text for key, text in known.items() if not _readable(SETTINGS[key], text, digits)}


def _readable(setting: Setting[Any], text: str, digits: int) -> bool:
    if setting.kept(text, digits) == text:
        return True
    # an amount finer than the currency is rounded up
    return isinstance(setting, Amount) and bool(rounded_up(text, digits))


def sentences() -> Iterator[str]:
    """The id of everything that the declarations have words for, in each language."""
    for group in Group:
        yield f"rules.{group}"
    for setting in SETTINGS.values():
        yield setting.title
        yield setting.help
        for choice in setting.choices(FINEST):
            yield setting.said(choice)
    for policy in (*points.UNCOUNTED, *points.COUNTED):
        yield ShopRules.points_expiry.said(policy)
