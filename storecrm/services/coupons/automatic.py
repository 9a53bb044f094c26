"""Coupons that are given on an occasion: to a new member, with a sale, for points."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import NotFound, NotPossible
from storecrm.ledger import audit, coupons
from storecrm.models import tables
from storecrm.services import rights, shop_settings
from storecrm.services.coupons import issue
from storecrm.services.coupons.issue import CouponView
from storecrm.services.members import registry
from storecrm.services.members.registry import NewMember
from storecrm.services.members.views import MemberView
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import CouponId, MemberId, SaleId


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
        welcome_offer = shop_settings.current(session).welcome_offer
        given = _give(session, store, welcome_offer, view.id, None)
        if given is None:
            return Registered(view, None)
        [gift] = issue.views(session, tables.coupon.c.id == given)
        return Registered(view, gift)


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
        terms = issue.terms_of(session, store, code)
        # a named coupon needs its member, a bearer one a hand that takes it
        named = not terms.rule.bearer
        wanted = member is not None if named else present
        if wanted:
            whose = member if named else None
            made = coupons.issue(session, store, terms, member=whose, by_sale=sale)
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
        NotPossible: offer_stopped, offer_external, offer_automatic, offer_over, total_limit.
    """
    terms = issue.terms_of(session, store, code)
    return coupons.issue(session, store, terms, member=member, by_sale=by_sale)
