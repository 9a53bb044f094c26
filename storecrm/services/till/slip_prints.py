"""Which receipts went to paper already: a second slip of one bears a copy mark, so that it is no
second receipt."""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storecrm.models.sale import SlipPrint
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store, repeatable
from storecrm.values import SaleId

_P: Any = SlipPrint.__table__


def printed(session: Session, sale: SaleId) -> bool:
    """True when a slip of this receipt was made before."""
    return session.scalar(select(_P.c.sale_id).where(_P.c.sale_id == sale)) is not None


@repeatable
def note(store: Store, *, sale: SaleId) -> None:
    """Remember that a slip was made."""
    rights.require(store, Right.SELL)
    with store.write() as session:
        again: Any = session.execute(
            update(_P).where(_P.c.sale_id == sale).values(prints=_P.c.prints + 1)
        )
        if not again.rowcount:
            session.execute(insert(_P).values(sale_id=sale, first_at=store.clock.now(), prints=1))
