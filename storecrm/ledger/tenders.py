"""What a sale is paid with: cash with its change, and everything that is not cash. storecrm writes
it down, it moves no money."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from storecrm.domain.tenders import Paid
from storecrm.models.hot import Hot
from storecrm.models.sale import SaleTender
from storecrm.values import Money, SaleId, TenderKind

_T: Any = SaleTender.__table__
_NEW = Hot(insert(_T))
_OF = Hot(
    select(_T.c.kind, _T.c.amount, _T.c.given, _T.c.pair_id)
    .where(_T.c.sale_id == bindparam("sale"))
    .order_by(_T.c.kind)
)


def write(session: Session, sale: SaleId, paid: Sequence[Paid], pair: SaleId | None = None) -> None:
    """Keep what a sale was paid with."""
    _NEW.many(
        session,
        (
            {"sale_id": sale, "kind": p.kind, "amount": p.amount, "given": p.given, "pair_id": pair}
            for p in paid
        ),
    )


def of(session: Session, sale: SaleId) -> tuple[Paid, ...]:
    """What a sale was paid with; empty when another register took the money."""
    return tuple(
        Paid(TenderKind(row.kind), row.amount, row.given) for row in _OF.rows(session, sale=sale)
    )


def way_back(session: Session, sale: SaleId) -> TenderKind | None:
    """How money of a sale goes back unless somebody says otherwise: as it came, in cash when it
    came in several ways; None when another register took it."""
    kinds = {paid.kind for paid in of(session, sale)}
    if not kinds:
        return None
    only = kinds.pop()
    return TenderKind.CASH if kinds or only is TenderKind.EXCHANGE else only


def exchanged(session: Session, sale: SaleId) -> bool:
    """True of a receipt that goods which came back helped to pay."""
    return any(paid.kind is TenderKind.EXCHANGE for paid in of(session, sale))


def mirror(session: Session, sale: SaleId, into: SaleId) -> None:
    """The opposite of every tender, for a sale that was taken back."""
    write(session, into, [Paid(paid.kind, Money(-paid.amount)) for paid in of(session, sale)])
