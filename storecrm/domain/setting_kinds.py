"""Kinds of settings: how each reads what the store holds, checks what somebody sets, and says what
it takes.

    Limit("coupons_per_bill", "1", group=Group.COUPONS).read("*", 2)   ->  None
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Generic, Protocol, TypeVar, overload

from storecrm.domain import points, rfm
from storecrm.domain.points import PointsExpiry
from storecrm.domain.rfm import RfmGroup
from storecrm.values import Money, Role, money_text, parse_money

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
NO_LIMIT = "*"
NO_OFFER = "-"
"""How the store, files and commands write that nothing is set."""
FINEST = 4
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


@dataclass(frozen=True)
class VisitSpan:
    """How long after a visit: `days` for everybody, or `gaps` times a member's own mean gap between
    visits, and `days` then for members whose gap is not known yet."""

    days: int
    gaps: float | None = None


class Settable(Protocol):
    """What settings stand on: the shop's rules."""

    @property
    def text(self) -> Mapping[str, str]: ...
    @property
    def digits(self) -> int: ...


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
        self.key = key
        self.default = default
        self.group = group
        self.unit = unit
        self.set_by = set_by
        self.name = key

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, rules: None, owner: type) -> "Setting[T]": ...
    @overload
    def __get__(self, rules: "Settable", owner: type) -> T: ...
    def __get__(self, rules: "Settable | None", owner: type) -> "Setting[T] | T":
        if rules is None:
            return self
        # a text that cannot be read was replaced when the rules were made
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
        self.low = low
        self.high = high
        self._of = of

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
        example = 12 * 10**digits + 5 * 10**digits // 10
        return money_text(example, digits) if digits else "12"

    def kept(self, text: str, digits: int) -> str:
        # an amount with more decimals than the currency has was once accepted
        try:
            self.read(text, digits)
        except ValueError:
            return rounded_up(text, digits) or self.initial(digits)
        return text


class Coin(Setting[Money]):
    """The smallest coin that is taken, in minor units: 1, or 10 (角) and 100 (元) of a currency
    with two decimals."""

    _powers = {"0.1": -1, "1": 0}
    """Coins as powers of ten of the currency's whole unit."""

    def choices(self, digits: int) -> tuple[str, ...]:
        # coins that are more than the smallest unit: none in yen
        larger = [name for name, power in self._powers.items() if power + digits > 0]
        return "none", *larger

    def read(self, text: str, digits: int) -> Money:
        if text not in self.choices(digits):
            raise ValueError(text)
        if text == "none":
            return Money(1)
        power = self._powers[text] + digits
        return Money(int(10**power))


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
        counted = [f"{policy}:N" for policy in points.COUNTED]
        return ", ".join((*points.UNCOUNTED, *counted))


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
    finest = parse_money(text, digits=FINEST)
    exact = Decimal(finest).scaleb(digits - FINEST)
    minor = int(exact.to_integral_value(ROUND_CEILING))
    return money_text(max(1, minor), digits)


def rounded_up(text: str, digits: int) -> str:
    """The same of what a store holds, "" for what is no amount at all."""
    try:
        return _coarser(text, digits)
    except ValueError:
        return ""
