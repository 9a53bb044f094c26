"""The shop's own rules: each with its default, its check and a place where it works."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotFound
from storecrm.models.hot import Hot
from storecrm.models.shop import Rule
from storecrm.services import audit, rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import Day, EarnRate, Money, parse_money


def _whole(text: str, low: int, high: int) -> str:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise ValueError(text)
    return str(int(text))


def _limit(text: str) -> str:
    return "*" if text == "*" else _whole(text, 1, 1000)


def _amount(text: str) -> str:
    if parse_money(text) <= 0:
        raise ValueError(text)
    return text


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


_CHECKS: dict[str, tuple[str, Callable[[str], str]]] = {
    "earn_points": ("1", partial(_whole, low=0, high=1000)),
    "earn_per": ("1.00", _amount),
    "points_per_unit": ("100", partial(_whole, low=1, high=100_000)),
    "points_step": ("100", partial(_whole, low=1, high=100_000)),
    "points_cap_percent": ("50", partial(_whole, low=0, high=100)),
    "points_expiry": ("next_year_end", _expiry),
    "points_pending_days": ("0", partial(_whole, low=0, high=365)),
    "rounding": ("none", partial(_one_of, allowed=("none", "0.1", "1"))),
    "tier_or_promotion": ("both", partial(_one_of, allowed=("both", "lower"))),
    "tier_window": ("rolling", partial(_one_of, allowed=("rolling", "calendar"))),
    "return_shortfall": ("debt", partial(_one_of, allowed=("debt", "cash", "pending", "forgive"))),
    "return_grace_days": ("30", partial(_whole, low=0, high=365)),
    "adjust_limit": ("500", partial(_whole, low=0, high=1_000_000)),
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
    "close_hour": ("4", partial(_whole, low=0, high=12)),
    "idle_close_minutes": ("3", partial(_whole, low=1, high=60)),
    "undo_minutes": ("10", partial(_whole, low=0, high=120)),
    "undo_per_shift": ("5", partial(_whole, low=0, high=100)),
    "backup_keep_daily": ("7", partial(_whole, low=1, high=90)),
}


@dataclass(frozen=True)
class Rules:
    """Every rule as text, with readers for the typed ones."""

    text: dict[str, str]

    def number(self, key: str) -> int:
        return int(self.text[key])

    def limit(self, key: str) -> int | None:
        """None means no limit."""
        return None if self.text[key] == "*" else int(self.text[key])

    def earn(self, digits: int) -> EarnRate:
        return EarnRate(self.number("earn_points"), parse_money(self.text["earn_per"], digits=digits))

    def round_to(self, digits: int) -> int:
        """The smallest coin that is taken, in minor units: 1, 10 (角) or 100 (元)."""
        return 1 if digits != 2 else {"none": 1, "0.1": 10, "1": 100}[self.text["rounding"]]

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


def _allowed(check: Callable[[str], str]) -> str:
    """What a check lets pass, as people write it."""
    if isinstance(check, partial) and check.func is _one_of:
        return ", ".join(check.keywords["allowed"])
    if isinstance(check, partial):
        return f"{check.keywords['low']}–{check.keywords['high']}"
    words: dict[Any, str] = {
        _limit: "1–1000, *",
        _amount: "12.50",
        _expiry: "next_year_end, never, days:N, months:N, idle_months:N",
        _offer_code: "CODE, -",
        _span: "30, 2x",
        _groups: "NAME R4-5 F1, …, NAME",
    }
    return words[check]


_RULE: Any = Rule.__table__
_ALL = Hot(select(_RULE.c.key, _RULE.c.value))


def current(session: Session) -> Rules:
    """The rules in force, read once a transaction."""
    if "rules" not in session.info:
        session.info["rules"] = _read(session)
    return session.info["rules"]  # type: ignore[no-any-return]


def _read(session: Session) -> Rules:
    return Rules({key: default for key, (default, _) in _CHECKS.items()} | {row.key: row.value for row in _ALL.rows(session)})


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
    try:
        kept = _CHECKS[key][1](value.strip())
        if key == "earn_per" and parse_money(kept, digits=store.shop.digits) <= 0:
            raise ValueError(kept)
    except ValueError:
        raise BadInput("rule_value", where=key, value=value[:40], default=_CHECKS[key][0], allowed=_allowed(_CHECKS[key][1])) from None
    with store.write(Topic.RULES) as session:
        session.execute(delete(Rule).where(Rule.key == key))
        session.execute(insert(Rule).values(key=key, value=kept))
        audit.log(session, store, "rule_set", key=key, value=kept)
        if key == "close_hour":
            store.clock.close_hour = int(kept)
        return current(session).text
