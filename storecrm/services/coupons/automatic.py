"""Coupons that are given on an occasion: to a new member, with a sale, for points."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.models import database
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.hot import Hot
from storecrm.models.offer import Offer, OfferVersion
from storecrm.models.scannable import Scannable
from storecrm.services import rights, shop_settings
from storecrm.services.coupons import issue
from storecrm.services.coupons.issue import CouponView
from storecrm.services.members import registry
from storecrm.services.members.registry import MemberView, NewMember
from storecrm.services.offers import design
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import (
    BatchState,
    CouponId,
    CouponState,
    Kind,
    MemberId,
    OfferKind,
    OfferState,
    SaleId,
    new_codes,
)

_B: Any = Batch.__table__
_C: Any = Coupon.__table__
_O: Any = Offer.__table__
_V: Any = OfferVersion.__table__
_K: Any = Scannable.__table__
_NEWEST = Hot(
    select(_O.c.id, _O.c.state, _V.c.id.label("version"))
    .join(_V, _V.c.offer_id == _O.c.id)
    .where(_O.c.code == bindparam("code"))
    .order_by(_V.c.version.desc())
    .limit(1)
)
_NEW_BATCH = Hot(insert(_B).returning(_B.c.id))
_NEW_COUPON = Hot(insert(_C).returning(_C.c.id))
_NEW_KEY = Hot(insert(_K))


@dataclass(frozen=True)
class Registered:
    """A member who was just taken up, and the welcome coupon, if there is one."""

    member: MemberView
    gift: CouponView | None


@repeatable
def register(store: Store, *, new: NewMember) -> MemberView:
    """Take up a member; see `welcome`."""
    rights.require(store, Right.REGISTER)
    return welcome(store, new=new).member


@repeatable
def welcome(store: Store, *, new: NewMember) -> Registered:
    """Take up a member and give the welcome coupon, when the rule `welcome_offer` names one.

    Raises:
        BadInput: phone_or_card, phone, birthday, email, gender.
        Conflict: phone_taken, card_taken.
    """
    rights.require(store, Right.REGISTER)
    with store.write(Topic.MEMBERS, Topic.COUPONS) as session:
        view = registry.add(session, store, new)
        given = _give(session, store, shop_settings.current(session).welcome_offer, view.id, None)
        return Registered(
            view, issue.views(session, _C.c.id == given)[0] if given is not None else None
        )


def after_sale(
    session: Session,
    store: Store,
    shop: ShopRules,
    member: MemberId | None,
    sale: SaleId,
    net: int,
    *,
    present: bool = True,
) -> None:
    """The next-purchase coupon, when the rule `next_offer` names one and enough was paid; a named
    one needs the member, one for whoever holds it that the customer is still here (`present`)."""
    if net >= shop.next_offer_from:
        _give(session, store, shop.next_offer, member, sale, present=present)


def _give(
    session: Session,
    store: Store,
    code: str | None,
    member: MemberId | None,
    sale: SaleId | None,
    *,
    present: bool = True,
) -> CouponId | None:
    """A gift never blocks a sale or a registration: an offer that is stopped, over or gone is
    written down and nothing is given."""
    if code is None:
        return None
    try:
        rule = design.frozen(session, store, _found(session, code).version)
        if present if rule.bearer else member is not None:
            made = issue_one(session, store, code, None if rule.bearer else member, sale)
            audit.log(session, store, "coupon_given", coupon=made, offer=code, sale=sale)
            return made
    except (NotFound, NotPossible) as error:
        audit.log(session, store, "coupon_not_given", offer=code, why=error.code, sale=sale)
    return None


def issue_one(
    session: Session,
    store: Store,
    code: str,
    member: MemberId | None,
    by_sale: SaleId | None = None,
) -> CouponId:
    """One coupon in a batch of its own, inside the caller's transaction; named when the member is
    given.

    Raises:
        NotFound: offer.
        NotPossible: offer_stopped, offer_external, offer_over, limit_total.
    """
    offer = _found(session, code)
    rule = design.frozen(session, store, offer.version)
    if offer.state == OfferState.STOPPED:
        raise NotPossible("offer_stopped", where=code)
    if rule.automatic or rule.kind is OfferKind.EXTERNAL:
        raise NotPossible("offer_automatic" if rule.automatic else "offer_external", where=code)
    if rule.limit_total is not None:
        database.lock_row(session, Offer, offer.id)
        given = select(func.coalesce(func.sum(_B.c.count), 0)).where(
            _B.c.offer_id == offer.id, _B.c.state != BatchState.VOIDED
        )
        issued = int(session.scalar(given) or 0)
        if issued >= rule.limit_total:
            raise NotPossible("total_limit", where=code, left=0, asked=1)
    today = store.clock.date()
    first, last = issue.validity(rule, today)
    batch = {
        "offer_id": offer.id, "version_id": offer.version, "state": BatchState.READY, "count": 1, "bearer": int(member is None), "issued_on": today,
        "issued_at": store.clock.now(), "issued_by": store.staff, "printed": 0,
    }  # fmt: skip
    batch_id = _NEW_BATCH.scalar(session, **batch)
    coupon = {
        "code": new_codes(Kind.COUPON, 1)[0], "batch_id": batch_id, "offer_id": offer.id, "serial": 1, "member_id": member, "state": CouponState.ISSUED,
        "valid_from": first, "valid_to": last, "uses_allowed": rule.uses_allowed, "issued_on": today, "void_reason": "", "by_sale": by_sale,
    }  # fmt: skip
    made = CouponId(_NEW_COUPON.scalar(session, **coupon))
    _NEW_KEY.run(session, key=coupon["code"], kind=Kind.COUPON, target_id=made)
    return made


def _found(session: Session, code: str) -> Any:
    """The offer called `code` (id, state) and its version in force for new issues.

    Raises:
        NotFound: offer.
    """
    found = _NEWEST.first(session, code=code)
    if found is None:
        raise NotFound("offer", where=code[:40])
    return found
