"""A rule is set aside for one coupon: a manager's PIN on the spot, the cashier's own small
allowance, or an emergency code from the safe. Always with a reason, always written down with the
people."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import BindParameter, and_, bindparam, insert, select, update
from sqlalchemy.orm import Session

from storecrm.domain.offers.rule import OfferRule
from storecrm.errors import BadInput, NotAllowed, NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.models.hot import Hot
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

_USE = tables.redemption.c
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
_SMALL = frozenset({RefusalCode.EXPIRED, RefusalCode.MIN_SPEND})
"""What one's own allowance may set aside."""
CODE_DIGITS = 12
MOST_CODES = 50
STANDS = own_card.STANDS
"""How long a word waits for its coupon."""

_LATER = tables.redemption.alias("later")
_SAME_SALE = _LATER.c.sale_id == _USE.sale_id
_SAME_COUPON = _LATER.c.coupon_id == _USE.coupon_id
_SAME_WAY = _LATER.c.override == _USE.override
_SAME_WORD = and_(_SAME_SALE, _SAME_COUPON, _SAME_WAY)
_AFTER = _LATER.c.id > _USE.id
_SAID_AGAIN = select(_LATER.c.id).where(_SAME_WORD, _AFTER).exists()
WORD = and_(_USE.override != Override.NONE, ~_SAID_AGAIN)
"""A use on somebody's word. A coupon whose bill was put aside is used anew when the bill goes on:
that is the same word."""

_BEFORE = _LATER.c.id < _USE.id
_THE_USE = _USE.id == bindparam("redemption")
_SAME_WORDS = select(_LATER.c.id).where(_SAME_WORD, _BEFORE, _THE_USE)
_SAID_BEFORE = Hot(_SAME_WORDS.limit(1))
_ON_BILL = _USE.sale_id == bindparam("sale")
_OF_COUPON = _USE.coupon_id == bindparam("coupon")
_USES = select(tables.redemption).where(_ON_BILL, _OF_COUPON)
_LAST_USE = Hot(_USES.order_by(_USE.id.desc()).limit(1))
_BY_WORD = _USE.approval_no == bindparam("number")
_SPENT = Hot(select(_USE.id).where(_BY_WORD))

_SECRET = tables.emergency_code.c
_UNUSED = and_(_SECRET.used_at.is_(None), _SECRET.voided_at.is_(None))
_SAID = _SECRET.mac == bindparam("mac")
_CODE = Hot(select(tables.emergency_code).where(_SAID, _UNUSED))
_OF_USE = _SECRET.redemption_id == bindparam("which")
_MOST = Hot(select(_SECRET.most).where(_OF_USE))
_CODE_OF_USE = _SECRET.redemption_id == _USE.id
_LIVE = _USE.reversed_at.is_(None)
_CODES = select(_USE.coupon_id, _SECRET.most).join(tables.emergency_code, _CODE_OF_USE)
_CEILINGS = Hot(_CODES.where(_ON_BILL, _LIVE))
_VOID_CODES = Hot(update(tables.emergency_code).where(_UNUSED).values(voided_at=bindparam("now")))
_NEW_USE: BindParameter[int] = bindparam("redemption")
_THE_CODE = _SECRET.id == bindparam("which")
# of two tills that say the same code one has it
_USE_CODE = Hot(
    update(tables.emergency_code)
    .where(_THE_CODE, _UNUSED)
    .values(used_at=bindparam("at"), used_by=bindparam("by"), redemption_id=_NEW_USE)
)
_CARRY_CODE = Hot(update(tables.emergency_code).where(_OF_USE).values(redemption_id=_NEW_USE))


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
    # the manager signs in at this till, as who acts there stays who acts
    actor = store.actor
    assert actor is not None
    who = accounts.sign_in(store, name=name, pin=pin, till=actor.till_name).actor
    if who is None or not rights.may(who.role, Right.VOID_LATER):
        role = who.role.value if who else ""
        raise NotAllowed("right_missing", right=Right.VOID_LATER.value, role=role)
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
    digits = "".join(sign for sign in code if sign.isdigit())
    who = store.staff
    tried = throttle.reserve(store, kind=Secret.EMERGENCY, subject=who, where="", till=store.till)
    # looked up and counted in one act: a wrong code is a guess
    with store.write() as session:
        row = _CODE.first(session, mac=_mac(store, digits))
        wrong = throttle.settle(session, store, tried, right=row is not None)
        if row is None:
            audit.log(session, store, "emergency_code_wrong", in_a_row=wrong)
    if row is None:
        raise NotFound("emergency_code")
    now = store.clock.now()
    return Approval(who, why, Override.EMERGENCY, most=row.most, code=row.id, given_at=now)


def _reason(text: str) -> str:
    why = clean_text(text, 200)
    if not why:
        raise BadInput("reason_missing")
    return why


def _mac(store: Store, digits: str) -> str:
    """What the store keeps of a code: enough to know it again, not to say it."""
    key = bytes.fromhex(store.shop.audit_key)
    return hmac.new(key, f"emergency:{digits}".encode(), hashlib.sha256).hexdigest()


def new_codes(store: Store, *, count: int = 10) -> list[str]:
    """Emergency codes for the safe, each for one coupon up to the rule `emergency_most`; the ones
    before are void. They are shown once: the store keeps only what is needed to know them again.

    Raises:
        BadInput: emergency_count.
    """
    rights.require(store, Right.RULES)
    if not 1 <= count <= MOST_CODES:
        raise BadInput("emergency_count", where=str(count))
    codes = [_new_code() for _ in range(count)]
    with store.write() as session:
        most = shop_settings.current(session).emergency_most
        now = store.clock.now()
        # one sheet in the safe is good
        _VOID_CODES.run(session, now=now)
        same = {"most": most, "made_at": now, "made_by": store.staff}
        rows = [{"mac": _mac(store, code), "code_tail": code[-4:], **same} for code in codes]
        session.execute(insert(tables.emergency_code), rows)
        audit.log(session, store, "emergency_codes_made", count=count, most=most)
    return codes


def _new_code() -> str:
    return "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))


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
    # a manager's word and an emergency code reach as far as each other
    if approval.how is not Override.ALLOWANCE:
        return [refused for refused in refusals if refused.code not in MAY_BE_SET_ASIDE]
    small = _held_allowance(session, store)
    today = store.clock.today()
    return [
        refused
        for refused in refusals
        if refused.code is RefusalCode.MIN_SPEND or not small.covers(refused, today)
    ]


def small_enough(session: Session, store: Store, refusals: list[Refusal]) -> bool:
    """True when the person at the till may set all of these aside alone."""
    codes = {refused.code for refused in refusals}
    if not codes <= _SMALL:
        return False
    small = _held_allowance(session, store)
    today = store.clock.today()
    return small.left > 0 and all(small.covers(refused, today) for refused in refusals)


def _held_allowance(session: Session, store: Store) -> OverrideAllowance:
    """What is left of the allowance, counted and used by one till at a time."""
    database.lock_row(session, Staff, store.staff)
    return allowance(session, store)


def lenient(session: Session, store: Store, rule: OfferRule, how: str) -> OfferRule:  # noqa: ARG001
    """The rule as it is judged on a person's own allowance: a little less to spend is enough."""
    if how != Override.ALLOWANCE or not rule.min_spend:
        return rule
    # so much off from each so much on: there less to spend would be more to give
    if rule.kind is OfferKind.EVERY_THRESHOLD:
        return rule
    short = shop_settings.current(session).allowance_short
    enough = max(1, rule.min_spend - short)
    return replace(rule, min_spend=Money(enough))


def standing(session: Session, store: Store, approval: Approval | None) -> Approval | None:
    """The word, unless it was used already (whatever became of that use) or was given too long ago:
    then the coupon is judged without."""
    if approval is None or approval.renews:
        return approval
    if approval.given_at is not None:
        # a clock that was set back makes no word younger
        age = store.clock.now() - approval.given_at
        if not 0 <= age <= STANDS:
            return None
    spent = _SPENT.first(session, number=approval.number) is not None
    return None if spent else approval


def require_left(session: Session, store: Store, approval: Approval | None) -> None:
    """Refuse when the person's own allowance of today is used up.

    Raises:
        NotAllowed: allowance_used.
    """
    if approval is None or approval.how is not Override.ALLOWANCE or approval.renews:
        return
    if not allowance(session, store).left:
        most = shop_settings.current(session).allowance_per_shift
        raise NotAllowed("allowance_used", most=most)


def _said_before(session: Session, redemption: int) -> bool:
    """True when the word for this coupon was given on this bill before, whatever became of it."""
    return _SAID_BEFORE.first(session, redemption=redemption) is not None


def given_before(session: Session, store: Store, sale: int, coupon: int) -> Approval | None:
    """The word that was given for a coupon before its bill was put aside; it stands until the close
    of that day."""
    row = _LAST_USE.first(session, sale=sale, coupon=coupon)
    if row is None or not row.override or row.business_date != store.clock.today():
        return None
    return Approval(
        staff=row.approved_by,
        reason=row.approve_reason,
        how=Override(row.override),
        most=_MOST.scalar(session, which=row.id),
        renews=row.id,
    )


def ceilings(session: Session, sale: int) -> dict[int, int]:
    """What each coupon on this bill may take off at the most, by its id, where an emergency code
    stands for it."""
    return {row.coupon_id: row.most for row in _CEILINGS.rows(session, sale=sale)}


def spend(
    session: Session, store: Store, approval: Approval | None, redemption: int, discount: int
) -> None:
    """Use the word up with the coupon it was for: the emergency code, or one of the person's own
    few of today.

    Raises:
        NotPossible: emergency_over (facts: most).
        NotFound: emergency_code (somebody was faster).
    """
    if approval is None:
        return
    # counted once for one coupon on one bill
    if approval.how is Override.ALLOWANCE and not _said_before(session, redemption):
        allowances.use(session, store, AllowanceKind.WORD)
    if approval.how is Override.EMERGENCY:
        _spend_code(session, store, approval, redemption, discount)


def _spend_code(
    session: Session, store: Store, approval: Approval, redemption: int, discount: int
) -> None:
    if approval.most is not None and discount > approval.most:
        most = money_text(approval.most, store.shop.digits)
        raise NotPossible("emergency_over", most=most)
    if approval.renews:
        _CARRY_CODE.run(session, which=approval.renews, redemption=redemption)
        return
    now = store.clock.now()
    by = store.staff
    used = _USE_CODE.run(session, which=approval.code, at=now, by=by, redemption=redemption)
    if used != 1:
        raise NotFound("emergency_code")
