"""A manager sets a rule aside for one coupon: PIN on the spot, a reason, both people written down."""

from dataclasses import dataclass

from storecrm.errors import BadInput, NotAllowed
from storecrm.services import rights
from storecrm.services.people import staff
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import RefusalCode, StaffId, clean_text

MAY_BE_SET_ASIDE = frozenset({RefusalCode.EXPIRED, RefusalCode.NOT_STARTED, RefusalCode.MEMBER_LIMIT, RefusalCode.DAILY_LIMIT})
"""Dates and limits; never that a coupon was used, cancelled, is somebody else's or has no effect."""


@dataclass(frozen=True)
class Approval:
    """Who set a rule aside, and why."""

    staff: StaffId
    reason: str


def approve(store: Store, *, name: str, pin: str, reason: str) -> Approval:
    """A manager's or owner's word for one act of the person at the till.

    Raises:
        BadInput: reason_missing.
        NotFound: staff.
        NotAllowed: wrong_pin, disabled, no_pin, right_missing.
        Throttled: pin_wait.
    """
    rights.require(store, Right.REDEEM)
    if not clean_text(reason, 200):
        raise BadInput("reason_missing")
    actor = store.actor
    assert actor is not None
    who = staff.sign_in(store, name=name, pin=pin, till=actor.till_name).actor
    if who is None or not rights.may(who.role, Right.VOID_LATER):
        raise NotAllowed("right_missing", right=Right.VOID_LATER.value, role=who.role.value if who else "")
    return Approval(who.staff, clean_text(reason, 200))
