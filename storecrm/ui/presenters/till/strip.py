"""What the strip shows: the bill in one line, or the code that is being typed."""

from dataclasses import dataclass

from storecrm.domain import scan_entry
from storecrm.i18n import Catalogue
from storecrm.services.members.views import MemberView
from storecrm.services.till.receipts import BillView
from storecrm.ui.presenters.till.screen import step_name, who
from storecrm.values import Money, grouped


@dataclass(frozen=True)
class Strip:
    """The bill strip: amount, what is taken off, member, what is due."""

    amount: Money | None = None
    coupons: tuple[tuple[str, Money], ...] = ()
    due: Money | None = None
    member: str = ""
    open: bool = False


def strip(
    view: BillView | None, typed: Money | None, member: MemberView | None, w: Catalogue
) -> Strip:
    """The strip of this bill (or what closing it would come to), or of an amount alone."""
    amount = due = typed
    # a bill may lie open before its amount is known
    if view is not None and view.gross is not None:
        amount = view.gross
        due = view.net
    taken = () if view is None else _taken_off(view, w)
    is_open = view is not None or amount is not None
    name = who(member) if member else ""
    return Strip(amount=amount, coupons=taken, due=due, member=name, open=is_open)


def _taken_off(view: BillView, w: Catalogue) -> tuple[tuple[str, Money], ...]:
    coupons = [(coupon.offer_name, coupon.discount) for coupon in view.coupons]
    steps = [(step_name(step, w), step.amount) for step in view.steps]
    return (*coupons, *steps)


def line(shown: Strip, w: Catalogue) -> str:
    """Amount, coupons and member in one line."""
    empty = w.t("no amount yet") if shown.open else w.t("empty")
    amount = empty if shown.amount is None else w.money(shown.amount)
    parts = [w.t("This bill"), amount]
    for name, off in shown.coupons:
        parts.append(f"{name} -{w.money(off)}")
    if shown.member:
        parts.append(shown.member)
    return "  ›  ".join(parts)


def typed_code(digits: str, w: Catalogue) -> str:
    """A code that is being typed by fours, with what its check digit says; "" for anything
    shorter."""
    right = scan_entry.check_digit_right(digits)
    if right is not None:
        code = grouped(digits)
        if right:
            return w.t("{code}: Enter takes it", code=code)
        return w.t("{code}: a digit is wrong, compare with the paper", code=code)
    # as long as a code of another system may be
    if len(digits) > 11 and digits.isdigit():
        fours = [digits[at : at + 4] for at in range(0, len(digits), 4)]
        return " ".join(fours)
    return ""


def bare_amount(amount: Money, w: Catalogue) -> str:
    """An amount as it is typed, without sign and commas."""
    with_sign = w.money(amount)
    return with_sign.replace(w.symbol, "").replace(",", "")
