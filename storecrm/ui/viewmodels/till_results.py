"""What the till shows: results, the strip, and what its small cards ask. No widgets, no store."""

from collections.abc import Callable
from dataclasses import dataclass, field

from storecrm.i18n import Catalogue
from storecrm.services.loyalty.stamp_cards import StampCard
from storecrm.services.members.registry import MemberView
from storecrm.services.till.coupon_check import CouponVerdict
from storecrm.ui.viewmodels.till_customer import Customer
from storecrm.values import Money, Points, RefusalCode, masked_phone
from storecrm.wording.offers import benefit

LOOK = {
    RefusalCode.ALREADY_REDEEMED: "used",
    RefusalCode.ON_THIS_BILL: "info",
    RefusalCode.AMOUNT_REQUIRED: "info",
    RefusalCode.MEMBER_REQUIRED: "info",
    RefusalCode.NOT_FOUND: "unknown",
    RefusalCode.CHECKSUM: "unknown",
    RefusalCode.PAYMENT_CODE: "unknown",
    RefusalCode.AMBIGUOUS: "unknown",
    RefusalCode.THROTTLED: "unknown",
}
ICON = {
    "ok": "circle-check",
    "used": "alert-triangle",
    "bad": "alert-octagon",
    "info": "user-scan",
    "unknown": "zoom-question",
    "idle": "scan",
}


@dataclass(frozen=True)
class Choice:
    """A way on, its words and what it does. It is chosen by its number with Enter, or by a key of
    its own, which then has no number."""

    text: str
    act: Callable[[], None]
    key: str = ""


@dataclass(frozen=True)
class Result:
    """What the panel shows: a look, the state, the big line, what to do, facts, numbered
    choices."""

    look: str
    title: str
    big: str = ""
    todo: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    choices: tuple[Choice, ...] = field(default=(), compare=False)
    icon: str = ""
    seconds: int = 0


@dataclass(frozen=True)
class Strip:
    """The bill strip: amount, what is taken off, member, what is due."""

    amount: Money | None = None
    coupons: tuple[tuple[str, Money], ...] = ()
    due: Money | None = None
    member: str = ""
    open: bool = False


@dataclass(frozen=True)
class ApproveAsk:
    """Who may approve, and what is refused; `own` asks for the reason alone, and a code from the
    safe does for one coupon (`safe`)."""

    names: tuple[str, ...]
    what: str
    own: bool = False
    safe: bool = True


@dataclass(frozen=True)
class MoreAsk:
    """What the card of points knows: the balance, the most that may be used now and what that is
    worth, the member's stamp cards when the pieces must be counted by hand, and what was typed
    before."""

    active: Points
    most: Points
    step: int
    worth: Money
    cards: tuple[StampCard, ...]
    points_used: int
    no_points: Money
    member: bool
    customer: Customer | None = None


def who(member: MemberView) -> str:
    """Name and masked phone."""
    phone = masked_phone(member.phone) if member.phone.startswith("+") else member.phone
    return f"{member.name} {phone}".strip()


def offer_line(coupon: CouponVerdict, words: Catalogue) -> str:
    """A coupon as one of the numbered ways on."""
    return f"{coupon.offer_name}  {benefit(coupon.rule, words)}" + (
        f"  -{words.money(coupon.discount)}" if coupon.discount else ""
    )
