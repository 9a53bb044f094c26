"""The shop's own rules: each with its default, its check and a place where it works."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import cast, delete, insert, literal_column, select, union_all
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotFound
from storecrm.models.hot import Hot
from storecrm.models.shop import Rule, Shop
from storecrm.services import audit, rights, sealing
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import CLOSE_HOUR, Day, EarnRate, Money, money_text, parse_money


def _whole(text: str, low: int, high: int) -> str:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise ValueError(text)
    return str(int(text))


def _limit(text: str) -> str:
    return "*" if text == "*" else _whole(text, 1, 1000)


def _amount(text: str, digits: int) -> str:
    if parse_money(text, digits=digits) <= 0:
        raise ValueError(text)
    return text


_COINS = {"0.1": -1, "1": 0}
"""What amounts can be rounded down to, as powers of ten of the currency's whole unit."""


def _coins(digits: int) -> tuple[str, ...]:
    """The coins that are more than the smallest unit of the currency: none in yen."""
    return ("none", *(name for name, power in _COINS.items() if power + digits > 0))


def _coin(text: str, digits: int) -> str:
    return _one_of(text, _coins(digits))


_IN_MONEY = (_amount, _coin)
"""Checks that read their text in the shop's currency."""


def _expiry(text: str) -> str:
    if not re.fullmatch(r"next_year_end|never|(days|months|idle_months):[1-9]\d{0,3}", text):
        raise ValueError(text)
    return text


def _offer_code(text: str) -> str:
    if not re.fullmatch(r"\S{1,40}", text):
        raise ValueError(text)
    return text


def _one_of(text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise ValueError(text)
    return text


def _span(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,3}|[1-9](\.[0-9])?x", text):
        raise ValueError(text)
    return text


_GROUP = re.compile(r"(\S{1,30})((?: [RFM][1-5](?:-[1-5])?){0,3})")
RFM_GROUPS = (
    "champions R4-5 F4-5 M4-5, loyal R3-5 F4-5, potential R4-5 F2-3, new R4-5 F1, attention R3 F2-3, fading R3 F1, "
    "cannot_lose R1-2 F4-5 M4-5, at_risk R1-2 F3-5, hibernating"
)


@dataclass(frozen=True)
class RfmGroup:
    """A named group: the lowest and highest score of each letter that it names; the first group that fits is the member's."""

    name: str
    ranges: tuple[tuple[str, int, int], ...]


def rfm_groups(text: str) -> list[RfmGroup]:
    """The table of groups as the rule writes it: "name R4-5 F1", by commas; the last one takes everybody else.

    Raises:
        ValueError: it is not of that form, a range is backwards, a name comes twice, or the last group leaves somebody out.
    """
    found = []
    for part in text.split(","):
        read = _GROUP.fullmatch(part.strip())
        if read is None:
            raise ValueError(part)
        ranges = tuple((piece[0].lower(), int(piece[1]), int(piece[-1])) for piece in read[2].split())
        if any(low > high for _, low, high in ranges) or len({letter for letter, *_ in ranges}) != len(ranges):
            raise ValueError(part)
        found.append(RfmGroup(read[1], ranges))
    if len({group.name for group in found}) != len(found) or found[-1].ranges:
        raise ValueError(text)
    return found


def _groups(text: str) -> str:
    rfm_groups(text)
    return text


_CHECKS: dict[str, tuple[str, Callable[..., str]]] = {
    "earn_points": ("1", partial(_whole, low=0, high=1000)),
    "earn_per": ("1.00", _amount),
    "points_per_unit": ("100", partial(_whole, low=1, high=100_000)),
    "points_step": ("100", partial(_whole, low=1, high=100_000)),
    "points_cap_percent": ("50", partial(_whole, low=0, high=100)),
    "points_expiry": ("next_year_end", _expiry),
    "points_pending_days": ("0", partial(_whole, low=0, high=365)),
    "rounding": ("none", _coin),
    "tier_or_promotion": ("both", partial(_one_of, allowed=("both", "lower"))),
    "tier_window": ("rolling", partial(_one_of, allowed=("rolling", "calendar"))),
    "return_shortfall": ("debt", partial(_one_of, allowed=("debt", "cash", "pending", "forgive"))),
    "return_grace_days": ("30", partial(_whole, low=0, high=365)),
    "adjust_limit": ("500", partial(_whole, low=0, high=1_000_000)),
    "adjust_limit_day": ("2000", partial(_whole, low=0, high=100_000_000)),
    "welcome_offer": ("-", _offer_code),
    "next_offer": ("-", _offer_code),
    "next_offer_from": ("0.01", _amount),
    "till_mode": ("companion", partial(_one_of, allowed=("companion", "register"))),
    "scale_codes": ("none", partial(_one_of, allowed=("none", "weight", "price"))),
    "member_proof": ("yes", partial(_one_of, allowed=("yes", "no"))),
    "second_proof_from": ("50.00", _amount),
    "allowance_days": ("3", partial(_whole, low=0, high=30)),
    "allowance_short": ("1.00", _amount),
    "allowance_per_shift": ("3", partial(_whole, low=0, high=50)),
    "emergency_most": ("50.00", _amount),
    "slip": ("coupon", partial(_one_of, allowed=("never", "coupon", "always"))),
    "coupons_per_bill": ("1", _limit),
    "coupons_per_member_day": ("*", _limit),
    "stage_new": ("30", _span),
    "stage_active": ("30", _span),
    "stage_dormant": ("60", _span),
    "stage_lost": ("180", _span),
    "look_ups_per_hour": ("120", _limit),
    "retention_months": ("*", _limit),
    "referral_points": ("0", partial(_whole, low=0, high=1_000_000)),
    "referral_friend_points": ("0", partial(_whole, low=0, high=1_000_000)),
    "referral_min_spend": ("39.00", _amount),
    "referral_hold_days": ("7", partial(_whole, low=0, high=365)),
    "referral_per_month": ("10", _limit),
    "recruit_days": ("30", partial(_whole, low=1, high=365)),
    "recruit_bonus": ("2.00", _amount),
    "pairs_days": ("365", partial(_whole, low=7, high=3650)),
    "rfm_days": ("365", partial(_whole, low=1, high=3650)),
    "rfm_groups": (RFM_GROUPS, _groups),
    "close_hour": (str(CLOSE_HOUR), partial(_whole, low=0, high=12)),
    "idle_close_minutes": ("3", partial(_whole, low=1, high=60)),
    "undo_minutes": ("10", partial(_whole, low=0, high=120)),
    "undo_per_shift": ("5", partial(_whole, low=0, high=100)),
    "backup_keep_daily": ("7", partial(_whole, low=1, high=90)),
}


@dataclass(frozen=True)
class Rules:
    """Every rule as text, with readers for the typed ones. `digits`: decimals of the shop's money, in which its amounts are said."""

    text: dict[str, str]
    digits: int = 2

    def number(self, key: str) -> int:
        return int(self.text[key])

    def limit(self, key: str) -> int | None:
        """None means no limit."""
        return None if self.text[key] == "*" else int(self.text[key])

    def amount(self, key: str) -> Money:
        """A rule that says an amount, in minor units."""
        return parse_money(self.text[key], digits=self.digits)

    def earn(self, digits: int) -> EarnRate:
        return EarnRate(self.number("earn_points"), parse_money(self.text["earn_per"], digits=digits))

    def round_to(self, digits: int) -> int:
        """The smallest coin that is taken, in minor units: 1, or 10 (角) and 100 (元) of a currency with two decimals."""
        coin = self.text["rounding"]
        return int(10 ** (_COINS[coin] + digits)) if coin in _coins(digits) and coin != "none" else 1

    def points_money(self, points: int, digits: int) -> Money:
        """What `points` are worth, rounded down."""
        return Money(points * 10**digits // self.number("points_per_unit"))

    @property
    def idle(self) -> bool:
        """True when points live as long as the member comes."""
        return self.text["points_expiry"].startswith("idle_months")

    def expires_on(self, day: Day) -> Day | None:
        """The last day on which points earned on `day` can be used."""
        policy, _, count = self.text["points_expiry"].partition(":")
        if policy == "never":
            return None
        if policy == "next_year_end":
            return date(day.year + 1, 12, 31)
        if policy == "idle_months":
            whole = day.year * 12 + day.month - 1 + int(count)
            year, month = divmod(whole, 12)
            return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        if policy == "days":
            return day + timedelta(days=int(count))
        months = day.year * 12 + day.month - 1 + int(count) + 1
        return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def _allowed(check: Callable[..., str], digits: int) -> str:
    """What a check lets pass, as people write it."""
    if check is _coin:
        return ", ".join(_coins(digits))
    if isinstance(check, partial) and check.func is _one_of:
        return ", ".join(check.keywords["allowed"])
    if isinstance(check, partial):
        return f"{check.keywords['low']}–{check.keywords['high']}"
    words: dict[Any, str] = {
        _limit: "1–1000, *",
        _amount: f"12.{'5'.ljust(digits, '0')}" if digits else "12",
        _expiry: "next_year_end, never, days:N, months:N, idle_months:N",
        _offer_code: "CODE, -",
        _span: "30, 2x",
        _groups: "NAME R4-5 F1, …, NAME",
    }
    return words[check]


_RULE: Any = Rule.__table__
_SHOP: Any = Shop.__table__
_ALL = Hot(union_all(select(_RULE.c.key, _RULE.c.value), select(literal_column("'decimals'"), cast(_SHOP.c.decimals, _RULE.c.value.type))))
"""The rules that were set, and in how many decimals they are said."""


def current(session: Session) -> Rules:
    """The rules in force, read once a transaction."""
    if "rules" not in session.info:
        session.info["rules"] = _read(session)
    return session.info["rules"]  # type: ignore[no-any-return]


def _read(session: Session) -> Rules:
    kept = {row.key: row.value for row in _ALL.rows(session)}
    digits = int(kept.pop("decimals", 2))
    for key, text in kept.items():
        if key in _CHECKS and _CHECKS[key][1] is _amount:
            kept[key] = _readable(text, digits)
    return Rules({key: _default(key, digits) for key in _CHECKS} | kept, digits)


@lru_cache(maxsize=1024)
def _default(key: str, digits: int) -> str:
    """What a rule says that nobody set; amounts in the shop's currency."""
    text, check = _CHECKS[key]
    return _coarser(text, digits) if check is _amount else text


@lru_cache(maxsize=256)
def _readable(text: str, digits: int) -> str:
    """An amount as it was kept; one with more decimals than the currency has, written before that was refused, is rounded up."""
    try:
        parse_money(text, digits=digits)
    except ValueError:
        return _coarser(text, digits)
    return text


def _coarser(text: str, digits: int) -> str:
    """The amount rounded up to what the currency can say, at least one of its smallest units."""
    minor = int(Decimal(parse_money(text, digits=_FINEST)).scaleb(digits - _FINEST).to_integral_value(ROUND_CEILING))
    return money_text(max(1, minor), digits)


_FINEST = 4
"""No currency has more decimals."""


def show(store: Store) -> dict[str, str]:
    """Every rule with its value."""
    rights.require(store, Right.SELL)
    with store.read() as session:
        return current(session).text


def set_rule(store: Store, *, key: str, value: str) -> dict[str, str]:
    """Change one rule; what is posted keeps what held then.

    Raises:
        NotFound: rule.
        BadInput: rule_value.
    """
    rights.require(store, Right.RULES)
    if key not in _CHECKS:
        raise NotFound("rule", where=key, known=", ".join(_CHECKS))
    check, digits = _CHECKS[key][1], store.shop.digits
    try:
        kept = check(value.strip(), digits) if check in _IN_MONEY else check(value.strip())
    except ValueError:
        allowed = _allowed(check, digits)
        raise BadInput("rule_value", where=key, value=value[:40], default=_default(key, digits), allowed=allowed) from None
    with store.write(Topic.RULES) as session:
        session.execute(delete(Rule).where(Rule.key == key))
        session.execute(insert(Rule).values(key=key, value=kept))
        audit.log(session, store, "rule_set", key=key, value=kept)
        sealing.seal(session, store, "rule", key)
        if key == "close_hour":
            store.clock.close_hour = int(kept)
        return current(session).text
