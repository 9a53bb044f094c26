"""Request numbers: an act that is asked for again is answered as the first time, not done again."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.errors import Conflict
from storecrm.models import tables
from storecrm.models.hot import Hot

_NUMBERS = (tables.sale.c.id, tables.sale.c.receipt_no, tables.sale.c.returns_id)
_SALES = select(*_NUMBERS, tables.sale.c.request_hash)
_SALE_OF = Hot(_SALES.where(tables.sale.c.request_no == bindparam("request")))
_USES = select(tables.redemption.c.sale_id, tables.redemption.c.request_hash)
_USE_OF = Hot(_USES.where(tables.redemption.c.request_no == bindparam("request")))


def same_request(found: Any, request: str, asked: str) -> Any:
    """What was done for a request number before, if it was the same act.

    Raises:
        Conflict: request_conflict (the number was used for something else).
    """
    # the hash covers what was asked for, so that a number says one act
    if found is not None and found.request_hash != asked:
        raise Conflict("request_conflict", where=request)
    return found


def of_request(session: Session, request: str | None, asked: str) -> Any:
    """The sale that a request number made before (id, receipt_no, returns_id), or None.

    Raises:
        Conflict: request_conflict.
    """
    if request is None:
        return None
    return same_request(_SALE_OF.first(session, request=request), request, asked)


def use_of_request(session: Session, request: str, asked: str) -> Any:
    """The use of a coupon that a request number made before (sale_id), or None.

    Raises:
        Conflict: request_conflict.
    """
    return same_request(_USE_OF.first(session, request=request), request, asked)
