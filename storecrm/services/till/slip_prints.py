"""Which receipts went to paper already: a second slip of one bears a copy mark, so that it is no
second receipt."""

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, repeatable
from storecrm.values import SaleId

_SLIP = tables.slip_print.c
_OF_SALE = _SLIP.sale_id == bindparam("sale")
_PRINTED = Hot(select(_SLIP.sale_id).where(_OF_SALE))
_ONE_MORE = Hot(update(tables.slip_print).where(_OF_SALE).values(prints=_SLIP.prints + 1))


def printed(session: Session, sale: SaleId) -> bool:
    """True when a slip of this receipt was made before."""
    return _PRINTED.first(session, sale=sale) is not None


@repeatable
def note(store: Store, *, sale: SaleId) -> None:
    """Remember that a slip was made."""
    rights.require(store, Right.SELL)
    with store.write() as session:
        # the first slip is counted by a row of its own
        if not _ONE_MORE.run(session, sale=sale):
            first = {"sale_id": sale, "first_at": store.clock.now(), "prints": 1}
            session.execute(insert(tables.slip_print).values(first))
