"""Which sale the number of a receipt means, and whether something can be done to it.

Ours are unique; those of another system may begin anew every day, and are then named with their
date, and their store if need be ("17@2026-11-22", "17@2026-11-22@Riverside").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.errors import Conflict, NotFound
from storecrm.models import database, tables
from storecrm.models.sale import Sale
from storecrm.values import ARRIVING, Code, Day, Money, SaleId, SaleState, own_kind, scan_key

_SALE = tables.sale.c
_WITH_DAY = re.compile(r"(.+?)@(\d{4}-\d\d-\d\d)(?:@(.+))?")
MOST_CHOICES = 20
_BY_ID = select(tables.sale).where(_SALE.id == bindparam("sale"))
# a sale that is just being imported is nobody's yet
_ARRIVED = _SALE.state != ARRIVING


@dataclass(frozen=True)
class ReceiptChoice:
    """One of several receipts of the same number; `receipt` names it alone (see `chosen`)."""

    receipt: str
    business_date: Day
    store: str
    net: Money | None


def chosen(receipt: str, day: Day | None, store: str = "") -> str:
    """A receipt of another system by its number and its day, and by its store where several have
    that number on that day."""
    if day is None:
        return receipt
    return "@".join(part for part in (receipt.strip(), day.isoformat(), store) if part)


def row_of(session: Session, receipt: str) -> Any:
    """The stored row of a receipt, by our number or another system's, with its day where that is
    named too.

    Raises:
        NotFound: receipt.
        Conflict: ambiguous (facts: candidates, the newest first).
    """
    rows = _rows(session, receipt)
    said = None if rows else _WITH_DAY.fullmatch(receipt.strip())
    if said is not None:
        rows = _rows(session, said[1], said[2], said[3] or "")
    if not rows:
        raise NotFound("receipt", where=receipt[:40])
    if len(rows) > 1:
        raise Conflict("ambiguous", where=receipt[:40], candidates=_choices(rows))
    return rows[0]


def _choices(rows: Sequence[Any]) -> list[ReceiptChoice]:
    days = [row.business_date for row in rows]
    choices = []
    for row in rows[:MOST_CHOICES]:
        # the store is part of the name only where the day does not tell them apart
        store = row.store if days.count(row.business_date) > 1 else ""
        choice = ReceiptChoice(
            receipt=chosen(row.receipt_no, row.business_date, store),
            business_date=row.business_date,
            store=row.store,
            net=row.net,
        )
        choices.append(choice)
    return choices


def _day(text: str) -> Day | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _rows(session: Session, receipt: str, day: str = "", store: str = "") -> list[Any]:
    key = scan_key(receipt)
    number = key if own_kind(key) else receipt.strip()
    query = select(tables.sale).where(_SALE.receipt_no == number, _ARRIVED)
    if day:
        query = query.where(_SALE.business_date == _day(day))
    if store:
        query = query.where(_SALE.store == store)
    newest = query.order_by(_SALE.business_date.desc(), _SALE.id.desc())
    # one more than is shown says that there are several
    return list(session.execute(newest.limit(MOST_CHOICES + 1)).all())


def row_of_sale(session: Session, sale: SaleId) -> Any:
    """The stored row of a sale that is there."""
    return session.execute(_BY_ID, {"sale": sale}).one()


def locked(session: Session, row: Any) -> Any:
    """The row again, held until the end of the transaction: nobody at another till acts on this
    sale meanwhile."""
    database.lock_row(session, Sale, row.id)
    return row_of_sale(session, row.id)


def require_posted(row: Any) -> None:
    """Refuse what is no posted sale.

    Raises:
        Conflict: sale_state (it was taken back), sale_suspended, not_a_sale (a mirror image).
    """
    receipt: Code = row.receipt_no
    if row.state == SaleState.SUSPENDED:
        raise Conflict("sale_suspended", where=receipt)
    if row.voids_id is not None:
        raise Conflict("not_a_sale", where=receipt)
    if row.state != SaleState.POSTED:
        raise Conflict("sale_state", where=receipt, state=row.state)
