"""What a sale is paid with: cash with its change, and everything that is not cash. storecrm writes it down, it moves no money."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotPossible
from storecrm.models.hot import Hot
from storecrm.models.sale import SaleTender
from storecrm.values import MAX_MONEY, Money, SaleId, TenderKind, money_text

_T: Any = SaleTender.__table__
_NEW = Hot(insert(_T))
_OF = Hot(select(_T.c.kind, _T.c.amount, _T.c.given, _T.c.pair_id).where(_T.c.sale_id == bindparam("sale")).order_by(_T.c.kind))


@dataclass(frozen=True)
class Tender:
    """Money offered: for cash what was handed over, else the exact amount."""

    kind: TenderKind
    amount: Money


@dataclass(frozen=True)
class Paid:
    """What one kind of tender paid of a sale; `given` is the cash handed over."""

    kind: TenderKind
    amount: Money
    given: Money | None = None

    @property
    def change(self) -> Money:
        """What went back over the counter."""
        return Money(0 if self.given is None else self.given - self.amount)


def settle(net: int, offered: Sequence[Tender], digits: int = 2) -> list[Paid]:
    """Share the offered tenders out over what is due; only cash gives change.

    Raises:
        BadInput: tender (an impossible amount), tender_twice.
        NotPossible: tender_short (facts: short), tender_over (more than is due without cash).
    """
    if len({tender.kind for tender in offered}) != len(offered):
        raise BadInput("tender_twice")
    for tender in offered:
        if not 0 < tender.amount < MAX_MONEY:
            raise BadInput("tender", where=tender.kind.value)
    exact = sum(tender.amount for tender in offered if tender.kind is not TenderKind.CASH)
    cash = sum(tender.amount for tender in offered if tender.kind is TenderKind.CASH)
    if exact > net:
        raise NotPossible("tender_over", over=money_text(exact - net, digits))
    if exact + cash < net:
        raise NotPossible("tender_short", short=money_text(net - exact - cash, digits))
    paid = [Paid(tender.kind, tender.amount) for tender in offered if tender.kind is not TenderKind.CASH]
    return [*paid, Paid(TenderKind.CASH, Money(net - exact), Money(cash))] if cash else paid


def write(session: Session, sale: SaleId, paid: Sequence[Paid], pair: SaleId | None = None) -> None:
    """Keep what a sale was paid with."""
    _NEW.many(session, ({"sale_id": sale, "kind": p.kind, "amount": p.amount, "given": p.given, "pair_id": pair} for p in paid))


def of(session: Session, sale: SaleId) -> tuple[Paid, ...]:
    """What a sale was paid with; empty when another register took the money."""
    return tuple(Paid(TenderKind(row.kind), row.amount, row.given) for row in _OF.rows(session, sale=sale))


def way_back(session: Session, sale: SaleId) -> TenderKind | None:
    """How money of a sale goes back unless somebody says otherwise: as it came, in cash when it came in several ways; None when another
    register took it."""
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
