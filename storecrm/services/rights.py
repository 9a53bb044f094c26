"""Who may do what: one table, checked by the first line of every verb. Unknown is denied."""

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import NotAllowed
from storecrm.models import database
from storecrm.models.hot import Hot
from storecrm.models.shop import Rule
from storecrm.models.staff import Staff
from storecrm.values import Actor, Role

if TYPE_CHECKING:
    from storecrm.services.store import Store


_STAFF: Any = Staff.__table__
_RULE: Any = Rule.__table__
_HOUR = select(_RULE.c.value).where(_RULE.c.key == ShopRules.close_hour.key).scalar_subquery()
_NOW = Hot(
    select(_STAFF.c.disabled, _STAFF.c.name, _STAFF.c.role, _HOUR.label("closes")).where(
        _STAFF.c.id == bindparam("staff")
    )
)


@lru_cache(maxsize=32)
def _close_hour(kept: str | None) -> int:
    """What the store says of the hour at which its day ends."""
    return ShopRules.of(
        {} if kept is None else {ShopRules.close_hour.key: kept}, digits=0
    ).close_hour


class Right(StrEnum):
    """What a verb asks for."""

    SELL = "sell"
    REDEEM = "redeem"
    REGISTER = "register"
    FIND = "find"
    UNDO = "undo"
    VOID_LATER = "void_later"
    RETURN = "return"
    ADJUST = "adjust"
    TIERS = "tiers"
    ISSUE_ONE = "issue_one"
    OFFERS = "offers"
    BATCHES = "batches"
    PRINT = "print"
    IMPORT = "import"
    FULL_PHONES = "full_phones"
    TAGS = "tags"
    ERASE = "erase"
    OWN_TODAY = "own_today"
    REPORTS = "reports"
    EXPORT_MEMBERS = "export_members"
    EXPORT = "export"
    STAFF = "staff"
    RULES = "rules"
    RESTORE = "restore"
    BACKUP = "backup"
    AUDIT = "audit"
    KEEP_HOUSE = "keep_house"
    VERIFY = "verify"
    DAY_TOTALS = "day_totals"


_CASHIER = {
    Right.SELL,
    Right.REDEEM,
    Right.REGISTER,
    Right.FIND,
    Right.UNDO,
    Right.OWN_TODAY,
    Right.KEEP_HOUSE,
}
_MANAGER = _CASHIER | {
    Right.VOID_LATER,
    Right.RETURN,
    Right.ADJUST,
    Right.ISSUE_ONE,
    Right.OFFERS,
    Right.BATCHES,
    Right.PRINT,
    Right.IMPORT,
    Right.FULL_PHONES,
    Right.TAGS,
    Right.REPORTS,
    Right.EXPORT,
    Right.VERIFY,
    Right.DAY_TOTALS,
    Right.BACKUP,
}
ALLOWED: dict[Role, frozenset[Right]] = {
    Role.CASHIER: frozenset(_CASHIER),
    Role.MANAGER: frozenset(_MANAGER),
    Role.OWNER: frozenset(Right),
}


def may(role: Role | None, right: Right) -> bool:
    """True when `role` holds `right`; nobody holds nothing."""
    return role is not None and right in ALLOWED.get(role, frozenset())


def holds(actor: Actor | None, right: Right) -> bool:
    """True when the person who acts holds `right`; nobody holds nothing."""
    return may(actor.role if actor else None, right)


def require(store: "Store", right: Right) -> None:
    """Refuse unless the person bound to `store` holds `right`, as things are now: whoever was
    disabled, or is somebody else since, acts no more in any window. The shop's close hour is looked
    at with it, so that every window counts the same days.

    Raises:
        NotAllowed: no_actor (nobody is signed in), session_over (this person no longer works here
            as who signed in), right_missing.
    """
    if store.actor is None:
        raise NotAllowed("no_actor")
    with database.trouble(store.engine):
        now = _NOW.look(store.engine, staff=store.actor.staff)
    if now is None or now.disabled or (now.name, now.role) != (store.actor.name, store.actor.role):
        raise NotAllowed("session_over", where=store.actor.name)
    store.clock.close_hour = _close_hour(now.closes)
    if not may(store.actor.role, right):
        raise NotAllowed("right_missing", right=right.value, role=store.actor.role.value)
