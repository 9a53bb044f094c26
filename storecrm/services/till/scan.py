"""What was scanned: one look-up for every key, and honest words for what is not ours."""

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from storecrm.errors import CouponRefused
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import rights
from storecrm.services.coupons import code_lookup
from storecrm.services.coupons.code_lookup import CodeTarget
from storecrm.services.rights import Right
from storecrm.services.staff import throttle
from storecrm.services.store import Store, Topic
from storecrm.services.till import overrides
from storecrm.values import Kind, Refusal, RefusalCode, damm, own_kind, scan_key, tail

_OFFER = Hot(select(tables.offer.c.id).where(tables.offer.c.code == bindparam("code")))
_ON_THE_WAY = {RefusalCode.ON_THIS_BILL, RefusalCode.AMOUNT_REQUIRED, RefusalCode.MEMBER_REQUIRED}
"""What a scan waits for: by itself no refusal."""


def identify(store: Store, *, text: str) -> CodeTarget:
    """What a scanned or typed text stands for.

    Raises:
        CouponRefused: payment_code, ambiguous, card_lost, checksum, not_found.
    """
    rights.require(store, Right.SELL)
    with store.read() as session:
        return code_lookup.resolve(session, text)


def is_guess(error: CouponRefused) -> bool:
    """True for a well-formed code of ours that does not exist: the only misses that count towards
    the throttle."""
    unknown = (RefusalCode.NOT_FOUND, RefusalCode.THROTTLED)
    if error.refusals[0].code not in unknown:
        return False
    # a slip of the finger breaks the check digit
    return own_kind(error.coupon) is Kind.COUPON and damm(error.coupon) == 0


def guard(session: Session, store: Store, code: str, *, missed: bool = False) -> None:
    """Refuse coupon scans at a till that tried too many codes, whether `code` is one or not;
    managers are not held up.

    Raises:
        CouponRefused: throttled.
    """
    if store.actor is None or rights.may(store.actor.role, Right.VOID_LATER):
        return
    guesses = throttle.codes_tried(session, store)
    if guesses > throttle.CODES or (missed and guesses >= throttle.CODES):
        raise CouponRefused([Refusal(RefusalCode.THROTTLED)], coupon=code)


def log_refused(store: Store, error: CouponRefused, text: str) -> None:
    """Keep a refused scan with its reasons; a payment code leaves no trace."""
    codes = [refusal.code.value for refusal in error.refusals]
    if RefusalCode.PAYMENT_CODE in codes or set(codes) <= _ON_THE_WAY:
        return
    with store.write(Topic.COUPONS) as session:
        # a coupon of ours that was held up is none
        if is_guess(error) and not code_lookup.is_known(session, error.coupon):
            throttle.note_code(session, store)
        offer = None
        if error.view is not None:
            offer = _OFFER.scalar(session, code=error.view.offer_code)
        row = {
            "at": store.clock.now(),
            "business_date": store.clock.today(),
            "till_id": store.till,
            "staff_id": store.staff,
            "code_tail": tail(scan_key(text)),
            "reasons": ",".join(codes),
            "offer_id": offer,
        }
        session.execute(insert(tables.refused_scan), row)


def lift_throttle(store: Store, *, name: str, pin: str, reason: str) -> None:
    """A manager vouches for the till and the person at it: their wrong codes are forgiven, and it
    is written down by whom and why.

    Raises:
        BadInput: reason_missing.
        NotFound: staff.
        NotAllowed: wrong_pin, disabled, no_pin, right_missing.
        Throttled: pin_wait.
    """
    rights.require(store, Right.REDEEM)
    word = overrides.approve(store, name=name, pin=pin, reason=reason)
    with store.write(Topic.COUPONS) as session:
        throttle.forgive_codes(session, store)
        audit.log(session, store, "throttle_lifted", by=word.staff, reason=word.reason)
