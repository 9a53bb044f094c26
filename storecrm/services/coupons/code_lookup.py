"""What a scanned or typed key stands for: one look-up for every kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.errors import CouponRefused
from storecrm.models import tables
from storecrm.models.hot import Hot
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

_TARGET = select(tables.scannable.c.kind, tables.scannable.c.target_id)
_LOOK = Hot(_TARGET.where(tables.scannable.c.key == bindparam("key")))
_OWNER = select(tables.lost_card.c.member_id)
_LOST = Hot(_OWNER.where(tables.lost_card.c.key == bindparam("key")))
_LIVE = select(tables.member.c.id).where(tables.member.c.state == "live")
_SEEN = Hot(_LIVE.where(tables.member.c.id == bindparam("member")))


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
    # the customer's own money is never looked up
    if is_payment_code(key):
        raise _refused(RefusalCode.PAYMENT_CODE)
    rows = [row for row in _rows(session, key) if want is None or row.kind == want]
    if any(row.kind == Kind.MEMBER for row in rows):
        rows = [row for row in rows if _is_seen(session, row)]
    if len(rows) > 1:
        raise _refused(RefusalCode.AMBIGUOUS, key)
    if rows:
        return CodeTarget(Kind(rows[0].kind), rows[0].target_id, key)
    if _LOST.scalar(session, key=key) is not None:
        raise _refused(RefusalCode.CARD_LOST, key)
    # one of our own numbers was misread or mistyped
    if own_kind(key) and damm(key) != 0:
        raise _refused(RefusalCode.CHECKSUM, key)
    raise _refused(RefusalCode.NOT_FOUND, key)


def _refused(code: RefusalCode, key: str = "") -> CouponRefused:
    return CouponRefused([Refusal(code)], coupon=key)


def _is_seen(session: Session, row: Any) -> bool:
    """False of somebody of a list that is just being imported, who is nobody yet."""
    if row.kind != Kind.MEMBER:
        return True
    return _SEEN.first(session, member=row.target_id) is not None


def is_known(session: Session, key: str) -> bool:
    """True of a key that stands for something, whatever its state."""
    return _LOOK.first(session, key=key) is not None


def _rows(session: Session, key: str) -> Sequence[Any]:
    """What a key stands for, the article of a barcode written the other way too."""
    rows = _LOOK.rows(session, key=key)
    twin = barcode_twin(key)
    if rows or not twin:
        return rows
    return [row for row in _LOOK.rows(session, key=twin) if row.kind == Kind.PRODUCT]
