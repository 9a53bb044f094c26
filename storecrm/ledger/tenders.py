"""What a sale is paid with: cash with its change, and everything that is not cash. storecrm writes
it down, it moves no money."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from storecrm.domain.tenders import Paid
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.values import Money, SaleId, TenderKind

_kind = tables.sale_tender.c.kind
_AMOUNTS = (tables.sale_tender.c.amount, tables.sale_tender.c.given)
_OF_SALE = tables.sale_tender.c.sale_id == bindparam("sale")
_NEW = Hot(insert(tables.sale_tender))
_TENDERS = select(_kind, *_AMOUNTS, tables.sale_tender.c.pair_id).order_by(_kind)
_OF = Hot(_TENDERS.where(_OF_SALE))


def write(session: Session, sale: SaleId, paid: Sequence[Paid], pair: SaleId | None = None) -> None:
    """Keep what a sale was paid with."""
    for tender in paid:
        _NEW.run(
            session,
            sale_id=sale,
            kind=tender.kind,
            amount=tender.amount,
            given=tender.given,
            pair_id=pair,
        )


def of(session: Session, sale: SaleId) -> tuple[Paid, ...]:
    """What a sale was paid with; empty when another register took the money."""
    return tuple(map(_paid, _OF.rows(session, sale=sale)))


def _paid(row: Any) -> Paid:
    return Paid(TenderKind(row.kind), row.amount, row.given)


def way_back(session: Session, sale: SaleId) -> TenderKind | None:
    """How money of a sale goes back unless somebody says otherwise: as it came, in cash when it
    came in several ways; None when another register took it."""
    kinds = {paid.kind for paid in of(session, sale)}
    if not kinds:
        return None
    first = kinds.pop()
    # goods that came back are no money that could go back
    in_cash = kinds or first is TenderKind.EXCHANGE
    return TenderKind.CASH if in_cash else first


def exchanged(session: Session, sale: SaleId) -> bool:
    """True of a receipt that goods which came back helped to pay."""
    return any(paid.kind is TenderKind.EXCHANGE for paid in of(session, sale))


def mirror(session: Session, sale: SaleId, into: SaleId) -> None:
    """The opposite of every tender, for a sale that was taken back."""
    opposite = [_opposite(paid) for paid in of(session, sale)]
    write(session, into, opposite)


def _opposite(paid: Paid) -> Paid:
    # no change is given back a second time
    return Paid(paid.kind, Money(-paid.amount))
