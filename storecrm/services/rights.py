"""Who may do what: one table, checked by the first line of every verb. Unknown is denied."""

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import NotAllowed
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.values import Actor, Role

if TYPE_CHECKING:
    from storecrm.services.store import Store


_STAFF = tables.staff.c
_RULE = tables.rule.c
_IS_HOUR = _RULE.key == ShopRules.close_hour.key
_HOUR = select(_RULE.value).where(_IS_HOUR).scalar_subquery()
_PERSON = (_STAFF.disabled, _STAFF.name, _STAFF.role)
# the close hour comes with the person: no verb costs a second statement
_NOW = Hot(select(*_PERSON, _HOUR.label("closes")).where(_STAFF.id == bindparam("staff")))


@lru_cache(maxsize=32)
def _close_hour(kept: str | None) -> int:
    """What the store says of the hour at which its day ends."""
    said = {} if kept is None else {ShopRules.close_hour.key: kept}
    # money is not asked for here, so its decimals do not matter
    return ShopRules.of(said, digits=0).close_hour


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
_ABOUT_SALES = {Right.VOID_LATER, Right.RETURN, Right.ADJUST, Right.DAY_TOTALS}
_ABOUT_OFFERS = {Right.ISSUE_ONE, Right.OFFERS, Right.BATCHES, Right.PRINT}
_ABOUT_MEMBERS = {Right.FULL_PHONES, Right.TAGS}
_ABOUT_DATA = {Right.IMPORT, Right.EXPORT, Right.REPORTS, Right.VERIFY, Right.BACKUP}
_MANAGER = _CASHIER | _ABOUT_SALES | _ABOUT_OFFERS | _ABOUT_MEMBERS | _ABOUT_DATA
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


def _is_same(actor: Actor, name: str, role: Role) -> bool:
    """True while the person is who signed in; an unattended till goes on with fewer rights than
    its person has."""
    return actor.name == name and ALLOWED[actor.role] <= ALLOWED[role]


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
    # looked at each time: an open window keeps nobody's rights
    with database.trouble(store.engine):
        now = _NOW.look(store.engine, staff=store.actor.staff)
    if now is None or now.disabled or not _is_same(store.actor, now.name, now.role):
        raise NotAllowed("session_over", where=store.actor.name)
    store.clock.close_hour = _close_hour(now.closes)
    if not may(store.actor.role, right):
        raise NotAllowed("right_missing", right=right.value, role=store.actor.role.value)
