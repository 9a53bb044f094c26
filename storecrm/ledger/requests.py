"""Request numbers: an act that is asked for again is answered as the first time, not done again."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.errors import Conflict
from storecrm.models.hot import Hot
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale

_SALE: Any = Sale.__table__
_R: Any = Redemption.__table__
_SALE_OF = Hot(
    select(_SALE.c.id, _SALE.c.receipt_no, _SALE.c.returns_id, _SALE.c.request_hash).where(
        _SALE.c.request_no == bindparam("request")
    )
)
_USE_OF = Hot(
    select(_R.c.sale_id, _R.c.request_hash).where(_R.c.request_no == bindparam("request"))
)


def same_request(found: Any, request: str, asked: str) -> Any:
    """What was done for a request number before, if it was the same act.

    Raises:
        Conflict: request_conflict (the number was used for something else).
    """
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
