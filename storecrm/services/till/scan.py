"""What was scanned: one look-up for every key, and honest words for what is not ours."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from storecrm.errors import CouponRefused
from storecrm.ledger import audit
from storecrm.models.hot import Hot
from storecrm.models.member import LostCard, Member
from storecrm.models.offer import Offer
from storecrm.models.redemption import RefusedScan
from storecrm.models.scannable import Scannable
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.staff import throttle
from storecrm.services.store import Store, Topic
from storecrm.services.till import overrides
from storecrm.values import Kind, Refusal, RefusalCode, barcode_twin, damm, is_payment_code, own_kind, scan_key, tail

_S: Any = Scannable.__table__
_R: Any = RefusedScan.__table__
_M: Any = Member.__table__
_LOOK = Hot(select(_S.c.kind, _S.c.target_id).where(_S.c.key == bindparam("key")))
_LOST: Any = Hot(select(LostCard.__table__.c.member_id).where(LostCard.__table__.c.key == bindparam("key")))
_SEEN: Any = Hot(select(_M.c.id).where(_M.c.id == bindparam("member"), _M.c.state == "live"))
_ON_THE_WAY = {RefusalCode.ON_THIS_BILL, RefusalCode.AMOUNT_REQUIRED, RefusalCode.MEMBER_REQUIRED}
"""What a scan waits for: by itself no refusal."""


@dataclass(frozen=True)
class Hit:
    """What a key stands for."""

    kind: Kind
    target: int
    key: str


def resolve(session: Session, text: str, want: Kind | None = None) -> Hit:
    """The one thing `text` stands for (of kind `want` when given).

    Raises:
        CouponRefused: payment_code, ambiguous, card_lost, checksum, not_found.
    """
    key = scan_key(text)
    if is_payment_code(key):
        raise CouponRefused([Refusal(RefusalCode.PAYMENT_CODE)])
    rows = [row for row in _rows(session, key) if want is None or row.kind == want]
    if any(row.kind == Kind.MEMBER for row in rows):
        # somebody of a list that is just being imported is nobody yet
        rows = [row for row in rows if row.kind != Kind.MEMBER or _SEEN.first(session, member=row.target_id) is not None]
    if len(rows) > 1:
        raise CouponRefused([Refusal(RefusalCode.AMBIGUOUS)], coupon=key)
    if rows:
        return Hit(Kind(rows[0].kind), rows[0].target_id, key)
    if _LOST.scalar(session, key=key) is not None:
        raise CouponRefused([Refusal(RefusalCode.CARD_LOST)], coupon=key)
    if own_kind(key) and damm(key) != 0:
        raise CouponRefused([Refusal(RefusalCode.CHECKSUM)], coupon=key)
    raise CouponRefused([Refusal(RefusalCode.NOT_FOUND)], coupon=key)


def _rows(session: Session, key: str) -> list[Any]:
    """What a key stands for, the article of a barcode written the other way too."""
    rows = list(_LOOK.rows(session, key=key))
    if not rows and (twin := barcode_twin(key)):
        rows = [row for row in _LOOK.rows(session, key=twin) if row.kind == Kind.PRODUCT]
    return rows


def is_guess(error: CouponRefused) -> bool:
    """True for a well-formed code of ours that does not exist: the only misses that count towards the throttle."""
    return (
        error.refusals[0].code in (RefusalCode.NOT_FOUND, RefusalCode.THROTTLED)
        and own_kind(error.coupon) is Kind.COUPON
        and damm(error.coupon) == 0
    )


def guard(session: Session, store: Store, code: str, *, missed: bool = False) -> None:
    """Refuse coupon scans at a till that tried too many codes, whether `code` is one or not; managers are not held up.

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
        if is_guess(error) and _LOOK.first(session, key=error.coupon) is None:
            throttle.note_code(session, store)
        offer = None if error.view is None else session.scalar(select(Offer.id).where(Offer.code == error.view.offer_code))
        row = {"at": store.clock.now(), "business_date": store.clock.today(), "till_id": store.till, "staff_id": store.staff}
        session.execute(insert(_R), row | {"code_tail": tail(scan_key(text)), "reasons": ",".join(codes), "offer_id": offer})


def lift_throttle(store: Store, *, name: str, pin: str, reason: str) -> None:
    """A manager vouches for the till and the person at it: their wrong codes are forgiven, and it is written down by whom and why.

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
