"""A bill begins: a sale with its lines, open at this till, and the member who joins it."""

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from storecrm.errors import Conflict
from storecrm.ledger import sales
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.members import registry
from storecrm.services.store import Store, require_clock
from storecrm.services.till import bill_prices
from storecrm.services.till.bill_lines import Basket
from storecrm.values import MemberId, SaleId, SaleState

_USE = tables.redemption.c
_SET_MEMBER = Hot(
    update(tables.sale)
    .where(tables.sale.c.id == bindparam("sale"))
    .values(member_id=bindparam("person"))
)
_SET_MEMBER_OF_USES = Hot(
    update(tables.redemption)
    .where(
        _USE.sale_id == bindparam("sale"),
        _USE.member_id.is_(None),
        _USE.reversed_at.is_(None),
    )
    .values(member_id=bindparam("person"))
)


def person_of(session: Session, store: Store, member: str | None) -> MemberId | None:
    """The member meant by a number, card or phone; None for nobody.

    Raises:
        NotFound: member.
    """
    return registry.resolve(session, store, member) if member else None


def start(
    session: Session,
    store: Store,
    person: MemberId | None,
    basket: Basket,
    request: str | None,
    asked: str | None,
) -> SaleId:
    """A new sale with its lines: open at this till, or (with `asked`) a whole bill that is posted
    at once."""
    require_clock(session, store)
    # a whole bill is never "open": another one may be open at the same till
    state = SaleState.OPEN if asked is None else SaleState.POSTED
    sale = sales.new_sale(
        session,
        store,
        state=state,
        member=person,
        gross=basket.gross,
        net=basket.gross,
        request_no=request,
        request_hash=asked,
    )
    sales.write_lines(session, sale, basket.stored)
    return sale


def join_sale(session: Session, sale: SaleId, person: MemberId) -> None:
    """The open bill becomes this member's, its coupons' uses too.

    Raises:
        Conflict: other_member.
    """
    present = bill_prices.MEMBER_OF.scalar(session, sale=sale)
    if present is not None and present != person:
        raise Conflict("other_member")
    # what was taken while the bill was nobody's is the member's too
    if present is None:
        _SET_MEMBER.run(session, sale=sale, person=person)
        give_uses(session, sale, person)


def give_uses(session: Session, sale: SaleId, person: MemberId) -> None:
    """The uses of coupons on a sale that are nobody's are this member's."""
    _SET_MEMBER_OF_USES.run(session, sale=sale, person=person)
