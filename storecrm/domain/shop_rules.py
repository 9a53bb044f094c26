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

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from functools import cached_property, lru_cache, partial
from typing import Any, Generic, TypeVar, overload

from storecrm.domain import points, rfm
from storecrm.domain.points import EarnRate, PointsExpiry
from storecrm.domain.rfm import RfmGroup
from storecrm.values import CLOSE_HOUR, Day, Money, Percent, Points, Role, money_text, parse_money

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

NO_LIMIT, NO_OFFER = "*", "-"
"""How the store, files and commands write that nothing is set."""
_FINEST = 4
"""No currency has more decimals."""


class Group(StrEnum):
    """Where an owner looks for a setting."""

    EARNING = "earning"
    PAYING = "paying"
    TILL = "till"
    COUPONS = "coupons"
    RETURNS = "returns"
    STAFF = "staff"
    MEMBERS = "members"
    FRIENDS = "friends"
    KNOWING = "knowing"
    SHOP = "shop"


class Unit(StrEnum):
    """What a value counts."""

    NONE = ""
    POINTS = "points"
    MONEY = "money"
    PERCENT = "percent"
    DAYS = "days"
    MONTHS = "months"
    MINUTES = "minutes"
    OCLOCK = "oclock"
    TIMES = "times"
    COUPONS = "coupons"
    MEMBERS = "members"
    COPIES = "copies"


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


@dataclass(frozen=True)
class VisitSpan:
    """How long after a visit: `days` for everybody, or `gaps` times a member's own mean gap between
    visits, and `days` then for members whose gap is not known yet."""

    days: int
    gaps: float | None = None


class Setting(ABC, Generic[T]):
    """One declaration. On `ShopRules` itself it gives the declaration, on one of its objects the
    typed value."""

    nothing = ""
    """What is written where nothing is set, "" where something always is."""

    def __init__(
        self,
        key: str,
        default: str,
        *,
        group: Group,
        unit: Unit = Unit.NONE,
        set_by: Role = Role.OWNER,
    ) -> None:
        self.key, self.default = key, default
        self.group, self.unit, self.set_by = group, unit, set_by
        self.name = key

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, rules: None, owner: type) -> "Setting[T]": ...
    @overload
    def __get__(self, rules: "ShopRules", owner: type) -> T: ...
    def __get__(self, rules: "ShopRules | None", owner: type) -> "Setting[T] | T":
        if rules is None:
            return self
        value = self.read(rules.text[self.key], rules.digits)
        # read once: the object's own entry is found before this one from now on
        rules.__dict__[self.name] = value
        return value

    @property
    def title(self) -> str:
        """The id of its title."""
        return f"rule.{self.key}"

    @property
    def help(self) -> str:
        """The id of the sentence that says what it does."""
        return f"rule.{self.key}.help"

    def said(self, choice: str) -> str:
        """The id of the words for one of its choices."""
        return f"rule.{self.key}.{choice}"

    def choices(self, digits: int) -> tuple[str, ...]:
        """Every value that it takes, empty where they are not a short list."""
        return ()

    def initial(self, digits: int) -> str:
        """What holds where nothing is set."""
        return self.default

    @abstractmethod
    def read(self, text: str, digits: int) -> T:
        """The value of what the store holds.

        Raises:
            ValueError: this is no value of it.
        """

    def check(self, text: str, digits: int) -> str:
        """What is written down when somebody sets `text`.

        Raises:
            ValueError: it may not be set to this.
        """
        self.read(text, digits)
        return text

    def allowed(self, digits: int) -> str:
        """What it takes, in signs that need no language."""
        return ", ".join(self.choices(digits))

    def kept(self, text: str, digits: int) -> str:
        """The text that holds where the store says `text`: the default for what cannot be read."""
        try:
            self.read(text, digits)
        except ValueError:
            return self.initial(digits)
        return text


class Whole(Setting[T]):
    """A whole number within bounds, both included."""

    def __init__(
        self,
        key: str,
        default: int,
        *,
        low: int,
        high: int,
        of: Callable[[int], T],
        group: Group,
        unit: Unit,
    ) -> None:
        super().__init__(key, str(default), group=group, unit=unit)
        self.low, self.high, self._of = low, high, of

    def read(self, text: str, digits: int) -> T:
        return self._of(_whole(text))

    def check(self, text: str, digits: int) -> str:
        count = _whole(text)
        if not self.low <= count <= self.high:
            raise ValueError(text)
        return str(count)

    def allowed(self, digits: int) -> str:
        return f"{self.low}–{self.high}"


class Limit(Setting[int | None]):
    """At most so many, 1 to 1000; None is no limit."""

    most = 1000
    nothing = NO_LIMIT

    def read(self, text: str, digits: int) -> int | None:
        return None if text == NO_LIMIT else _whole(text)

    def check(self, text: str, digits: int) -> str:
        count = self.read(text, digits)
        if count is not None and not 1 <= count <= self.most:
            raise ValueError(text)
        return NO_LIMIT if count is None else str(count)

    def allowed(self, digits: int) -> str:
        return f"1–{self.most}, {NO_LIMIT}"


class Amount(Setting[Money]):
    """Money above zero, said in the decimals of the shop's currency; the default is declared in
    two."""

    def __init__(self, key: str, default: str, *, group: Group) -> None:
        super().__init__(key, default, group=group, unit=Unit.MONEY)

    def initial(self, digits: int) -> str:
        return _coarser(self.default, digits)

    def read(self, text: str, digits: int) -> Money:
        return parse_money(text, digits=digits)

    def check(self, text: str, digits: int) -> str:
        if self.read(text, digits) <= 0:
            raise ValueError(text)
        return text

    def allowed(self, digits: int) -> str:
        return f"12.{'5'.ljust(digits, '0')}" if digits else "12"

    def kept(self, text: str, digits: int) -> str:
        # an amount with more decimals than the currency has was once accepted
        try:
            self.read(text, digits)
        except ValueError:
            return _rounded_up(text, digits) or self.initial(digits)
        return text


class Coin(Setting[Money]):
    """The smallest coin that is taken, in minor units: 1, or 10 (角) and 100 (元) of a currency
    with two decimals."""

    _powers = {"0.1": -1, "1": 0}
    """Coins as powers of ten of the currency's whole unit."""

    def choices(self, digits: int) -> tuple[str, ...]:
        # coins that are more than the smallest unit: none in yen
        return ("none", *(name for name, power in self._powers.items() if power + digits > 0))

    def read(self, text: str, digits: int) -> Money:
        if text not in self.choices(digits):
            raise ValueError(text)
        return Money(1) if text == "none" else Money(int(10 ** (self._powers[text] + digits)))


class Choice(Setting[E]):
    """One of a short list."""

    def __init__(self, key: str, default: E, *, group: Group) -> None:
        super().__init__(key, default.value, group=group)
        self._of = type(default)

    def choices(self, digits: int) -> tuple[str, ...]:
        return tuple(one.value for one in self._of)

    def read(self, text: str, digits: int) -> E:
        return self._of(text)


class YesNo(Setting[bool]):
    """Yes or no."""

    def choices(self, digits: int) -> tuple[str, ...]:
        return ("yes", "no")

    def read(self, text: str, digits: int) -> bool:
        if text not in self.choices(digits):
            raise ValueError(text)
        return text == "yes"


class Expiry(Setting[PointsExpiry]):
    """Until when points live; some policies need a count behind them."""

    def read(self, text: str, digits: int) -> PointsExpiry:
        return PointsExpiry.parse(text)

    def allowed(self, digits: int) -> str:
        return ", ".join((*points.UNCOUNTED, *(f"{policy}:N" for policy in points.COUNTED)))


class OfferCode(Setting[str | None]):
    """The code of an offer; None is none."""

    nothing = NO_OFFER

    def read(self, text: str, digits: int) -> str | None:
        if not re.fullmatch(r"\S{1,40}", text):
            raise ValueError(text)
        return None if text == NO_OFFER else text

    def allowed(self, digits: int) -> str:
        return f"CODE, {NO_OFFER}"


class Span(Setting[VisitSpan]):
    """Days since a visit, or multiples ("2x") of a member's own gap between visits."""

    def read(self, text: str, digits: int) -> VisitSpan:
        if re.fullmatch(r"[1-9][0-9]{0,3}", text):
            return VisitSpan(int(text))
        if re.fullmatch(r"[1-9](\.[0-9])?x", text):
            return VisitSpan(int(self.default), float(text[:-1]))
        raise ValueError(text)

    def allowed(self, digits: int) -> str:
        return "30, 2x"


class Groups(Setting[tuple[RfmGroup, ...]]):
    """The table of named groups of RFM scores."""

    def read(self, text: str, digits: int) -> tuple[RfmGroup, ...]:
        return rfm.groups(text)

    def allowed(self, digits: int) -> str:
        return "NAME R4-5 F1, …, NAME"


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(text)
    return int(text)


@lru_cache(maxsize=256)
def _coarser(text: str, digits: int) -> str:
    """The amount rounded up to what the currency can say, at least one of its smallest units."""
    exact = Decimal(parse_money(text, digits=_FINEST)).scaleb(digits - _FINEST)
    minor = int(exact.to_integral_value(ROUND_CEILING))
    return money_text(max(1, minor), digits)


def _rounded_up(text: str, digits: int) -> str:
    """The same of what a store holds, "" for what is no amount at all."""
    try:
        return _coarser(text, digits)
    except ValueError:
        return ""


def _days(count: int) -> timedelta:
    return timedelta(days=count)


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _points(count: int) -> Points:
    return Points(count)


def _percent(count: int) -> Percent:
    return Percent(count)


_count_points = partial(Whole[Points], of=_points, unit=Unit.POINTS)
_count_days = partial(Whole[timedelta], of=_days, unit=Unit.DAYS)
_count_minutes = partial(Whole[timedelta], of=_minutes, unit=Unit.MINUTES)


@dataclass(frozen=True)
class ShopRules:
    """Every setting of a shop, typed. `text`: each as the store writes it; `digits`: decimals of
    the shop's money."""

    text: Mapping[str, str]
    digits: int = 2

    earn_points = _count_points("earn_points", 1, low=0, high=1000, group=Group.EARNING)
    earn_per = Amount("earn_per", "1.00", group=Group.EARNING)
    points_pending = _count_days("points_pending_days", 0, low=0, high=365, group=Group.EARNING)
    points_expiry = Expiry("points_expiry", points.NEXT_YEAR_END, group=Group.EARNING)

    points_per_unit = _count_points("points_per_unit", 100, low=1, high=100_000, group=Group.PAYING)
    points_step = _count_points("points_step", 100, low=1, high=100_000, group=Group.PAYING)
    points_cap = Whole(
        "points_cap_percent",
        50,
        low=0,
        high=100,
        of=_percent,
        unit=Unit.PERCENT,
        group=Group.PAYING,
    )
    member_proof = YesNo("member_proof", "yes", group=Group.PAYING)
    second_proof_from = Amount("second_proof_from", "50.00", group=Group.PAYING)

    till_mode = Choice("till_mode", TillMode.COMPANION, group=Group.TILL)
    rounding = Coin("rounding", "none", group=Group.TILL)
    scale_codes = Choice("scale_codes", ScaleCodes.NONE, group=Group.TILL)
    slip = Choice("slip", SlipPolicy.COUPON, group=Group.TILL)
    idle_close = _count_minutes("idle_close_minutes", 3, low=1, high=60, group=Group.TILL)

    coupons_per_bill = Limit("coupons_per_bill", "1", unit=Unit.COUPONS, group=Group.COUPONS)
    coupons_per_member_day = Limit(
        "coupons_per_member_day", NO_LIMIT, unit=Unit.COUPONS, group=Group.COUPONS
    )
    welcome_offer = OfferCode("welcome_offer", NO_OFFER, group=Group.COUPONS)
    next_offer = OfferCode("next_offer", NO_OFFER, group=Group.COUPONS)
    next_offer_from = Amount("next_offer_from", "0.01", group=Group.COUPONS)

    return_shortfall = Choice("return_shortfall", Shortfall.DEBT, group=Group.RETURNS)
    return_grace = _count_days("return_grace_days", 30, low=0, high=365, group=Group.RETURNS)

    undo_within = _count_minutes("undo_minutes", 10, low=0, high=120, group=Group.STAFF)
    undo_per_shift = Whole(
        "undo_per_shift", 5, low=0, high=100, of=int, unit=Unit.TIMES, group=Group.STAFF
    )
    allowance_days = _count_days("allowance_days", 3, low=0, high=30, group=Group.STAFF)
    allowance_short = Amount("allowance_short", "1.00", group=Group.STAFF)
    allowance_per_shift = Whole(
        "allowance_per_shift", 3, low=0, high=50, of=int, unit=Unit.TIMES, group=Group.STAFF
    )
    emergency_most = Amount("emergency_most", "50.00", group=Group.STAFF)
    look_ups_per_hour = Limit("look_ups_per_hour", "120", unit=Unit.MEMBERS, group=Group.STAFF)
    adjust_limit = _count_points("adjust_limit", 500, low=0, high=1_000_000, group=Group.STAFF)
    adjust_limit_day = _count_points(
        "adjust_limit_day", 2000, low=0, high=100_000_000, group=Group.STAFF
    )

    tier_or_promotion = Choice("tier_or_promotion", TierPrice.BOTH, group=Group.MEMBERS)
    tier_window = Choice("tier_window", TierWindow.ROLLING, group=Group.MEMBERS)
    retention_months = Limit("retention_months", NO_LIMIT, unit=Unit.MONTHS, group=Group.MEMBERS)
    recruit_days = _count_days("recruit_days", 30, low=1, high=365, group=Group.MEMBERS)
    recruit_bonus = Amount("recruit_bonus", "2.00", group=Group.MEMBERS)

    referral_points = _count_points(
        "referral_points", 0, low=0, high=1_000_000, group=Group.FRIENDS
    )
    referral_friend_points = _count_points(
        "referral_friend_points", 0, low=0, high=1_000_000, group=Group.FRIENDS
    )
    referral_min_spend = Amount("referral_min_spend", "39.00", group=Group.FRIENDS)
    referral_hold = _count_days("referral_hold_days", 7, low=0, high=365, group=Group.FRIENDS)
    referral_per_month = Limit("referral_per_month", "10", unit=Unit.MEMBERS, group=Group.FRIENDS)

    stage_new = Span("stage_new", "30", unit=Unit.DAYS, group=Group.KNOWING)
    stage_active = Span("stage_active", "30", unit=Unit.DAYS, group=Group.KNOWING)
    stage_dormant = Span("stage_dormant", "60", unit=Unit.DAYS, group=Group.KNOWING)
    stage_lost = Span("stage_lost", "180", unit=Unit.DAYS, group=Group.KNOWING)
    rfm_window = _count_days("rfm_days", 365, low=1, high=3650, group=Group.KNOWING)
    rfm_groups = Groups("rfm_groups", rfm.USUAL, group=Group.KNOWING)
    pairs_window = _count_days("pairs_days", 365, low=7, high=3650, group=Group.KNOWING)

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


SETTINGS: dict[str, Setting[Any]] = {
    one.key: one for one in vars(ShopRules).values() if isinstance(one, Setting)
}
"""Every declaration by its key, in the order in which an owner reads them."""


@lru_cache(maxsize=8)
def _initial(digits: int) -> dict[str, str]:
    return {key: setting.initial(digits) for key, setting in SETTINGS.items()}


@lru_cache(maxsize=1024)
def _kept(key: str, text: str, digits: int) -> str:
    return SETTINGS[key].kept(text, digits)


def unreadable(kept: Mapping[str, str], digits: int) -> dict[str, str]:
    """What a store holds that no setting can read, by key: the default holds instead."""
    return {
        key: text
        for key, text in kept.items()
        if key in SETTINGS and not _readable(SETTINGS[key], text, digits)
    }


def _readable(setting: Setting[Any], text: str, digits: int) -> bool:
    return (
        setting.kept(text, digits) == text
        or isinstance(setting, Amount)
        and bool(_rounded_up(text, digits))
    )


def sentences() -> Iterator[str]:
    """The id of everything that the declarations have words for, in each language."""
    for group in Group:
        yield f"rules.{group}"
    for setting in SETTINGS.values():
        yield setting.title
        yield setting.help
        for choice in setting.choices(_FINEST):
            yield setting.said(choice)
    for policy in (*points.UNCOUNTED, *points.COUNTED):
        yield ShopRules.points_expiry.said(policy)
