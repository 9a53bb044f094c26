"""What a scanned or typed key stands for: one look-up for every kind."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.errors import CouponRefused
from storecrm.models.hot import Hot
from storecrm.models.member import LostCard, Member
from storecrm.models.scannable import Scannable
from storecrm.values import (
    Kind,
    Refusal,
    RefusalCode,
    barcode_twin,
    damm,
    is_payment_code,
    own_kind,
    scan_key,
)

_S: Any = Scannable.__table__
_M: Any = Member.__table__
_LOOK = Hot(select(_S.c.kind, _S.c.target_id).where(_S.c.key == bindparam("key")))
_LOST: Any = Hot(
    select(LostCard.__table__.c.member_id).where(LostCard.__table__.c.key == bindparam("key"))
)
_SEEN: Any = Hot(select(_M.c.id).where(_M.c.id == bindparam("member"), _M.c.state == "live"))


@dataclass(frozen=True)
class CodeTarget:
    """What a key stands for."""

    kind: Kind
    target: int
    key: str


def resolve(session: Session, text: str, want: Kind | None = None) -> CodeTarget:
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
        rows = [
            row
            for row in rows
            if row.kind != Kind.MEMBER or _SEEN.first(session, member=row.target_id) is not None
        ]
    if len(rows) > 1:
        raise CouponRefused([Refusal(RefusalCode.AMBIGUOUS)], coupon=key)
    if rows:
        return CodeTarget(Kind(rows[0].kind), rows[0].target_id, key)
    if _LOST.scalar(session, key=key) is not None:
        raise CouponRefused([Refusal(RefusalCode.CARD_LOST)], coupon=key)
    if own_kind(key) and damm(key) != 0:
        raise CouponRefused([Refusal(RefusalCode.CHECKSUM)], coupon=key)
    raise CouponRefused([Refusal(RefusalCode.NOT_FOUND)], coupon=key)


def is_known(session: Session, key: str) -> bool:
    """True of a key that stands for something, whatever its state."""
    return _LOOK.first(session, key=key) is not None


def _rows(session: Session, key: str) -> list[Any]:
    """What a key stands for, the article of a barcode written the other way too."""
    rows = list(_LOOK.rows(session, key=key))
    if not rows and (twin := barcode_twin(key)):
        rows = [row for row in _LOOK.rows(session, key=twin) if row.kind == Kind.PRODUCT]
    return rows
