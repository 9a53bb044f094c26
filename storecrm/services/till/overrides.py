"""A rule is set aside for one coupon: a manager's PIN on the spot, the cashier's own small
allowance, or an emergency code from the safe. Always with a reason, always written down with the
people."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy.orm import Session

from storecrm.domain.offers.rule import OfferRule
from storecrm.errors import BadInput, NotAllowed, NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.models import database
from storecrm.models.hot import Hot
from storecrm.models.redemption import EmergencyCode, Redemption
from storecrm.models.staff import Staff
from storecrm.services import allowances, rights, shop_settings
from storecrm.services.allowances import AllowanceKind
from storecrm.services.rights import Right
from storecrm.services.staff import accounts, own_card, throttle
from storecrm.services.staff.own_card import SecondPerson
from storecrm.services.staff.throttle import Secret
from storecrm.services.store import Store, new_request
from storecrm.values import (
    Day,
    Moment,
    Money,
    OfferKind,
    Override,
    Refusal,
    RefusalCode,
    StaffId,
    clean_text,
    money_text,
)

_R: Any = Redemption.__table__
_E: Any = EmergencyCode.__table__
MAY_BE_SET_ASIDE = frozenset(
    {
        RefusalCode.EXPIRED,
        RefusalCode.NOT_STARTED,
        RefusalCode.MEMBER_LIMIT,
        RefusalCode.DAILY_LIMIT,
    }
)
"""Dates and limits; never that a coupon was used, cancelled, is somebody else's or has no
effect."""
CODE_DIGITS = 12
STANDS = own_card.STANDS
"""How long a word waits for its coupon."""
_LATER = _R.alias()
WORD = and_(
    _R.c.override != Override.NONE,
    ~select(_LATER.c.id)
    .where(
        _LATER.c.sale_id == _R.c.sale_id,
        _LATER.c.coupon_id == _R.c.coupon_id,
        _LATER.c.id > _R.c.id,
        _LATER.c.override == _R.c.override,
    )
    .exists(),
)
"""A use on somebody's word. A coupon whose bill was put aside is used anew when the bill goes on:
that is the same word."""
_USE_CODE = Hot(
    update(_E)
    .where(_E.c.id == bindparam("which"), _E.c.used_at.is_(None), _E.c.voided_at.is_(None))
    .values(used_at=bindparam("at"), used_by=bindparam("by"), redemption_id=bindparam("redemption"))
)


@dataclass(frozen=True)
class Approval:
    """On whose word a rule is set aside, and why: for one coupon of one bill, within minutes of
    being given. `most` is what an emergency code may cost, `code` which one it is; `renews` is the
    use for which the word was given already, when the bill was put aside meanwhile: it is not spent
    twice. `number` tells the word apart, `given_at` is None for one that stands already."""

    staff: StaffId
    reason: str
    how: Override = Override.MANAGER
    most: Money | None = None
    code: int = 0
    renews: int = 0
    number: str = field(default_factory=new_request)
    given_at: Moment | None = None


@dataclass(frozen=True)
class OverrideAllowance:
    """What a cashier may set aside alone: days after the end, money below the minimum, how often a
    day; `left` of them."""

    days: timedelta
    short: Money
    left: int

    def covers(self, refused: Refusal, today: Day) -> bool:
        """True when this refusal is small enough."""
        if refused.code is RefusalCode.EXPIRED:
            return refused.day is not None and today - refused.day <= self.days
        return refused.code is RefusalCode.MIN_SPEND and (refused.short or 0) <= self.short


def approve(store: Store, *, name: str, pin: str, reason: str) -> Approval:
    """A manager's or owner's word for one act of the person at the till.

    Raises:
        BadInput: reason_missing.
        NotFound: staff.
        NotAllowed: wrong_pin, disabled, no_pin, right_missing.
        Throttled: pin_wait.
    """
    rights.require(store, Right.REDEEM)
    why = _reason(reason)
    actor = store.actor
    assert actor is not None
    who = accounts.sign_in(store, name=name, pin=pin, till=actor.till_name).actor
    if who is None or not rights.may(who.role, Right.VOID_LATER):
        raise NotAllowed(
            "right_missing", right=Right.VOID_LATER.value, role=who.role.value if who else ""
        )
    return Approval(who.staff, why, given_at=store.clock.now())


def second(word: Approval | None) -> SecondPerson | None:
    """A manager's word as a second person's, for the own card of who acts; no other word is one."""
    if word is None or word.how is not Override.MANAGER or word.given_at is None:
        return None
    return SecondPerson(word.staff, word.reason, word.given_at)


def allow(store: Store, *, reason: str) -> Approval:
    """The person at the till sets a small thing aside alone; how small and how often is checked
    when the coupon is taken.

    Raises:
        BadInput: reason_missing.
    """
    rights.require(store, Right.REDEEM)
    return Approval(store.staff, _reason(reason), Override.ALLOWANCE, given_at=store.clock.now())


def emergency(store: Store, *, code: str, reason: str) -> Approval:
    """A one-time code from the safe, when no manager can be reached. It is used up with the coupon
    it is for.

    Raises:
        BadInput: reason_missing.
        NotFound: emergency_code (unknown, used, or replaced by newer ones).
        Throttled: guess_wait.
    """
    rights.require(store, Right.REDEEM)
    why = _reason(reason)
    digits = "".join(c for c in code if c.isdigit())
    tried = throttle.reserve(
        store, kind=Secret.EMERGENCY, subject=store.staff, where="", till=store.till
    )
    with store.write() as session:
        row = session.execute(
            select(_E).where(
                _E.c.mac == _mac(store, digits), _E.c.used_at.is_(None), _E.c.voided_at.is_(None)
            )
        ).first()
        wrong = throttle.settle(session, store, tried, right=row is not None)
        if row is None:
            audit.log(session, store, "emergency_code_wrong", in_a_row=wrong)
    if row is None:
        raise NotFound("emergency_code")
    return Approval(
        store.staff, why, Override.EMERGENCY, row.most, row.id, given_at=store.clock.now()
    )


def _reason(text: str) -> str:
    why = clean_text(text, 200)
    if not why:
        raise BadInput("reason_missing")
    return why


def _mac(store: Store, digits: str) -> str:
    return hmac.new(
        bytes.fromhex(store.shop.audit_key), f"emergency:{digits}".encode(), hashlib.sha256
    ).hexdigest()


def new_codes(store: Store, *, count: int = 10) -> list[str]:
    """Emergency codes for the safe, each for one coupon up to the rule `emergency_most`; the ones
    before are void. They are shown once: the store keeps only what is needed to know them again.

    Raises:
        BadInput: emergency_count.
    """
    rights.require(store, Right.RULES)
    if not 1 <= count <= 50:
        raise BadInput("emergency_count", where=str(count))
    codes = [
        "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS)) for _ in range(count)
    ]
    with store.write() as session:
        now, most = store.clock.now(), shop_settings.current(session).emergency_most
        unused = (_E.c.used_at.is_(None), _E.c.voided_at.is_(None))
        session.execute(update(_E).where(*unused).values(voided_at=now))
        rows = [
            {
                "mac": _mac(store, c),
                "code_tail": c[-4:],
                "most": most,
                "made_at": now,
                "made_by": store.staff,
            }
            for c in codes
        ]
        session.execute(insert(_E), rows)
        audit.log(session, store, "emergency_codes_made", count=count, most=most)
    return codes


def allowance(session: Session, store: Store) -> OverrideAllowance:
    """What the person at the till may still set aside alone today; one coupon on one bill counts
    once, taken back or not."""
    shop = shop_settings.current(session)
    left = shop.allowance_per_shift - allowances.used(session, store, AllowanceKind.WORD)
    return OverrideAllowance(shop.allowance_days, shop.allowance_short, max(0, left))


def left_over(
    session: Session, store: Store, refusals: list[Refusal], approval: Approval | None
) -> list[Refusal]:
    """The refusals that stand against this word. A minimum is not set aside, it is measured
    leniently."""
    if approval is None or not refusals:
        return refusals
    if approval.how is not Override.ALLOWANCE:
        return [refused for refused in refusals if refused.code not in MAY_BE_SET_ASIDE]
    # counted and set aside by one till at a time
    database.lock_row(session, Staff, store.staff)
    small, today = allowance(session, store), store.clock.today()
    return [
        refused
        for refused in refusals
        if refused.code is RefusalCode.MIN_SPEND or not small.covers(refused, today)
    ]


def small_enough(session: Session, store: Store, refusals: list[Refusal]) -> bool:
    """True when the person at the till may set all of these aside alone."""
    if not {refused.code for refused in refusals} <= {RefusalCode.EXPIRED, RefusalCode.MIN_SPEND}:
        return False
    # counted and set aside by one till at a time
    database.lock_row(session, Staff, store.staff)
    small, today = allowance(session, store), store.clock.today()
    return small.left > 0 and all(small.covers(refused, today) for refused in refusals)


def lenient(session: Session, store: Store, rule: OfferRule, how: str) -> OfferRule:  # noqa: ARG001
    """The rule as it is judged on a person's own allowance: a little less to spend is enough."""
    if how != Override.ALLOWANCE or not rule.min_spend or rule.kind is OfferKind.EVERY_THRESHOLD:
        return rule
    short = shop_settings.current(session).allowance_short
    return replace(rule, min_spend=Money(max(1, rule.min_spend - short)))


def standing(session: Session, store: Store, approval: Approval | None) -> Approval | None:
    """The word, unless it was used already (whatever became of that use) or was given too long ago:
    then the coupon is judged without."""
    if approval is None or approval.renews:
        return approval
    late = (
        approval.given_at is not None and not 0 <= store.clock.now() - approval.given_at <= STANDS
    )
    spent = select(_R.c.id).where(_R.c.approval_no == approval.number)
    return None if late or session.scalar(spent) is not None else approval


def require_left(session: Session, store: Store, approval: Approval | None) -> None:
    """Refuse when the person's own allowance of today is used up.

    Raises:
        NotAllowed: allowance_used.
    """
    if (
        approval is not None
        and approval.how is Override.ALLOWANCE
        and not approval.renews
        and not allowance(session, store).left
    ):
        raise NotAllowed("allowance_used", most=shop_settings.current(session).allowance_per_shift)


def _said_before(session: Session, redemption: int) -> bool:
    """True when the word for this coupon was given on this bill before, whatever became of it."""
    same = (
        _LATER.c.sale_id == _R.c.sale_id,
        _LATER.c.coupon_id == _R.c.coupon_id,
        _LATER.c.override == _R.c.override,
    )
    earlier = select(_LATER.c.id).where(*same, _LATER.c.id < _R.c.id, _R.c.id == redemption)
    return session.scalar(earlier.limit(1)) is not None


def given_before(session: Session, store: Store, sale: int, coupon: int) -> Approval | None:
    """The word that was given for a coupon before its bill was put aside; it stands until the close
    of that day."""
    row = session.execute(
        select(_R)
        .where(_R.c.sale_id == sale, _R.c.coupon_id == coupon)
        .order_by(_R.c.id.desc())
        .limit(1)
    ).first()
    if row is None or not row.override or row.business_date != store.clock.today():
        return None
    most = session.scalar(select(_E.c.most).where(_E.c.redemption_id == row.id))
    return Approval(
        row.approved_by, row.approve_reason, Override(row.override), most, renews=row.id
    )


def ceilings(session: Session, sale: int) -> dict[int, int]:
    """What each coupon on this bill may take off at the most, by its id, where an emergency code
    stands for it."""
    query = select(_R.c.coupon_id, _E.c.most).join(_E, _E.c.redemption_id == _R.c.id)
    rows = session.execute(query.where(_R.c.sale_id == sale, _R.c.reversed_at.is_(None)))
    return {row.coupon_id: row.most for row in rows}


def spend(
    session: Session, store: Store, approval: Approval | None, redemption: int, discount: int
) -> None:
    """Use the word up with the coupon it was for: the emergency code, or one of the person's own
    few of today.

    Raises:
        NotPossible: emergency_over (facts: most).
        NotFound: emergency_code (somebody was faster).
    """
    if (
        approval is not None
        and approval.how is Override.ALLOWANCE
        and not _said_before(session, redemption)
    ):
        allowances.use(session, store, AllowanceKind.WORD)
    if approval is None or approval.how is not Override.EMERGENCY:
        return
    if approval.most is not None and discount > approval.most:
        raise NotPossible("emergency_over", most=money_text(approval.most, store.shop.digits))
    if approval.renews:
        session.execute(
            update(_E).where(_E.c.redemption_id == approval.renews).values(redemption_id=redemption)
        )
    elif (
        _USE_CODE.run(
            session,
            which=approval.code,
            at=store.clock.now(),
            by=store.staff,
            redemption=redemption,
        )
        != 1
    ):
        raise NotFound("emergency_code")
