"""Who was found, and the coupons that can be used."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storecrm.domain.recommendation import Suggestion
from storecrm.i18n import Catalogue
from storecrm.services.coupons.issue import CouponView
from storecrm.services.loyalty.tiers import TierStanding
from storecrm.services.members.verification import ProofLevel, Question
from storecrm.services.members.views import MemberView
from storecrm.services.till.coupon_terms import CouponVerdict
from storecrm.ui.presenters.till.screen import (
    Choice,
    ChooseMember,
    Fact,
    Screen,
    Take,
    note,
    success,
    who,
)
from storecrm.values import grouped
from storecrm.wording import labels
from storecrm.wording.offers import benefit, tier_sentence

COUPONS = 3
"""How many of the member's coupons are offered by number."""

PEOPLE = 6
"""How many members are offered by number."""


@dataclass(frozen=True)
class FoundMember:
    """A member with what the till wants to know: active points, usable coupons, the tier, how the
    member was found, and what is likely to be liked."""

    member: MemberView
    active: int
    coupons: tuple[CouponVerdict, ...]
    tier: TierStanding | None = None
    how: ProofLevel = ProofLevel.TAIL
    likes: tuple[Suggestion, ...] = ()


def offer_line(coupon: CouponVerdict, w: Catalogue) -> str:
    """A coupon as one of the numbered ways on."""
    said = f"{coupon.offer_name}  {benefit(coupon.rule, w)}"
    return f"{said}  -{w.money(coupon.discount)}" if coupon.discount else said


def with_coupons(
    screen: Screen, coupons: Sequence[CouponVerdict], w: Catalogue, *, amount_known: bool
) -> Screen:
    """The screen with the member's coupons as ways on, unless it has some of its own. One that
    does not come to anything for the amount is not offered."""
    # a refusal's own ways on go before
    if screen.choices:
        return screen
    usable = list(coupons)
    if amount_known:
        usable = [coupon for coupon in coupons if coupon.discount is not None]
    choices = tuple(_take(coupon, w) for coupon in usable[:COUPONS])
    return replace(screen, choices=choices)


def _take(coupon: CouponVerdict, w: Catalogue) -> Choice:
    return Choice(offer_line(coupon, w), Take(str(coupon.code)))


def coupons_said(count: int, w: Catalogue) -> str:
    """How to use the coupons that are offered."""
    if not count:
        return w.t("No coupon to use. Go on with the bill.")
    return w.n(
        "1 coupon can be used: type 1, then Enter.",
        "{count} coupons can be used: type a number, then Enter.",
        count,
    )


def member_card(found: FoundMember, choices: tuple[Choice, ...], w: Catalogue) -> Screen:
    """The member with what can be used now; what the shop wants to be said stands largest."""
    member = found.member
    todo = coupons_said(len(choices), w)
    screen = note("info", member.title, todo, big=member.alert, icon="user-scan")
    return replace(screen, facts=tuple(_known(found, w)), choices=choices)


def _known(found: FoundMember, w: Catalogue) -> list[Fact]:
    points = (w.t("Points"), w.number(found.active))
    facts = [points, (w.t("Member"), who(found.member))]
    if found.likes:
        names = w.listed(article.name for article in found.likes)
        facts.append((w.t("Offer next"), names))
    tier = found.tier
    # a shop without tiers has nothing to say of them
    if tier is not None and (tier.tier or tier.next_tier):
        standing = tier_sentence(tier.tier, tier.next_tier, tier.short, w)
        facts.append((w.t("Tier"), standing))
    return facts


def nobody(w: Catalogue) -> Screen:
    """No member is called so."""
    return note("unknown", w.t("NOT A MEMBER"), w.t("Press F4 to register."), icon="user-search")


def which_one(found: Sequence[FoundMember], w: Catalogue) -> Screen:
    """Several members fit what was typed."""
    todo = w.t("Type its number, then Enter.")
    screen = note("info", w.t("WHICH ONE?"), todo, icon="user-search")
    choices = [Choice(who(one.member), ChooseMember(one)) for one in found[:PEOPLE]]
    return replace(screen, choices=tuple(choices))


def goods_of_another(w: Catalogue) -> Screen:
    """Goods on the bill stay one member's."""
    todo = w.t("Let this bill be paid, or put it aside with F6.")
    return note("info", w.t("ANOTHER MEMBER"), todo)


def registered(member: MemberView, gift: CouponView | None, w: Catalogue) -> Screen:
    """A new member, with the welcome gift."""
    facts = []
    if gift is not None:
        coupon = f"{gift.offer_name} · {grouped(gift.code)}"
        facts.append((w.t("Welcome gift"), coupon))
        facts.append((w.t("Usable from"), w.day(gift.valid_from)))
    facts.append((w.t("Member"), who(member)))
    return success(w.t("REGISTERED"), member.title, facts=facts)


def bill_stays_with(owner: MemberView | None, w: Catalogue) -> str:
    """Who was registered meanwhile does not take the bill over."""
    return w.t("This bill stays with {name}.", name=owner.title if owner else "")


def question(asked: Question, w: Catalogue) -> str:
    """What the cashier compares before points are used."""
    if not (asked.surname and asked.birthday):
        return w.t("Ask the member for the password.")
    # a lunar birthday is said in the form in which the member says it
    birthday = labels.birthday(asked.birthday, asked.calendar, w)
    return w.t(
        "Ask for surname and birthday. In the file: {surname}, {birthday}.",
        surname=asked.surname,
        birthday=birthday,
    )
