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
    FACTS,
    SUCCESS_S,
    Choice,
    ChooseMember,
    Screen,
    Take,
    note,
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
    if screen.choices:
        return screen
    usable = [one for one in coupons if one.discount is not None or not amount_known]
    choices = tuple(Choice(offer_line(one, w), Take(str(one.code))) for one in usable[:COUPONS])
    return replace(screen, choices=choices)


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
    facts = [(w.t("Points"), w.number(found.active)), (w.t("Member"), who(found.member))]
    if found.likes:
        facts.append((w.t("Offer next"), w.listed(one.name for one in found.likes)))
    tier = found.tier
    if tier is not None and (tier.tier or tier.next_tier):
        facts.append((w.t("Tier"), tier_sentence(tier.tier, tier.next_tier, tier.short, w)))
    return Screen(
        look="info",
        title=found.member.title,
        big=found.member.alert,
        todo=coupons_said(len(choices), w),
        facts=tuple(facts),
        choices=choices,
        icon="user-scan",
    )


def nobody(w: Catalogue) -> Screen:
    """No member is called so."""
    return note("unknown", w.t("NOT A MEMBER"), w.t("Press F4 to register."), icon="user-search")


def which_one(found: Sequence[FoundMember], w: Catalogue) -> Screen:
    """Several members fit what was typed."""
    choices = tuple(Choice(who(one.member), ChooseMember(one)) for one in found[:PEOPLE])
    return Screen(
        look="info",
        title=w.t("WHICH ONE?"),
        todo=w.t("Type its number, then Enter."),
        choices=choices,
        icon="user-search",
    )


def goods_of_another(w: Catalogue) -> Screen:
    """Goods on the bill stay one member's."""
    todo = w.t("Let this bill be paid, or put it aside with F6.")
    return note("info", w.t("ANOTHER MEMBER"), todo)


def registered(member: MemberView, gift: CouponView | None, w: Catalogue) -> Screen:
    """A new member, with the welcome gift."""
    facts = []
    if gift is not None:
        facts.append((w.t("Welcome gift"), f"{gift.offer_name} · {grouped(gift.code)}"))
        facts.append((w.t("Usable from"), w.day(gift.valid_from)))
    facts.append((w.t("Member"), who(member)))
    return Screen(
        look="ok",
        title=w.t("REGISTERED"),
        big=member.title,
        facts=tuple(facts[:FACTS]),
        icon="circle-check",
        seconds=SUCCESS_S,
    )


def bill_stays_with(owner: MemberView | None, w: Catalogue) -> str:
    """Who was registered meanwhile does not take the bill over."""
    return w.t("This bill stays with {name}.", name=owner.title if owner else "")


def question(asked: Question, w: Catalogue) -> str:
    """What the cashier compares before points are used."""
    if not (asked.surname and asked.birthday):
        return w.t("Ask the member for the password.")
    return w.t(
        "Ask for surname and birthday. In the file: {surname}, {birthday}.",
        surname=asked.surname,
        birthday=labels.birthday(asked.birthday, asked.calendar, w),
    )
