"""Who may do what: one table, checked by the first line of every verb. Unknown is denied."""

from enum import StrEnum
from typing import TYPE_CHECKING

from storecrm.errors import NotAllowed
from storecrm.values import Actor, Role

if TYPE_CHECKING:
    from storecrm.services.store import Store


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
    VERIFY = "verify"
    DAY_TOTALS = "day_totals"


_CASHIER = {Right.SELL, Right.REDEEM, Right.REGISTER, Right.FIND, Right.UNDO, Right.OWN_TODAY, Right.BACKUP}
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
    """Refuse unless the person bound to `store` holds `right`.

    Raises:
        NotAllowed: no_actor (nobody is signed in) or right_missing.
    """
    if store.actor is None:
        raise NotAllowed("no_actor")
    if not may(store.actor.role, right):
        raise NotAllowed("right_missing", right=right.value, role=store.actor.role.value)
