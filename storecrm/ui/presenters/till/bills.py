"""Amounts, promotions, the open bill and its end."""

from collections.abc import Sequence
from dataclasses import replace

from storecrm.domain.tenders import Paid
from storecrm.errors import PriceChanged
from storecrm.i18n import Catalogue
from storecrm.services.members.views import MemberView
from storecrm.services.till.coupon_terms import CouponVerdict
from storecrm.services.till.day_board import Waiting
from storecrm.services.till.receipts import BillView, GivenCoupon, StepView, TakenCoupon
from storecrm.ui.presenters.till.screen import (
    FACTS,
    Choice,
    Do,
    Fact,
    Screen,
    missing_for,
    note,
    step_name,
    success,
    who,
)
from storecrm.values import Money, grouped
from storecrm.wording import labels

# --- amounts ---


def not_an_amount(w: Catalogue) -> Screen:
    """What was typed cannot be read as money."""
    return note("bad", w.t("NOT AN AMOUNT"), w.t("Type it like 128 or 128.50."))


def no_amount_of_zero(w: Catalogue) -> Screen:
    """Nothing is sold for nothing."""
    return note("bad", w.t("NOT AN AMOUNT"), w.t("An amount is more than zero."))


def far_above_usual(amount: Money, w: Catalogue) -> Screen:
    """A slip of the finger is asked for once more."""
    todo = w.t("{amount}? Type it once more to confirm.", amount=w.money(amount))
    return note("info", w.t("REALLY?"), todo)


def amount_typed(amount: Money, w: Catalogue) -> Screen:
    """An amount begins a bill."""
    todo = w.t("Scan a coupon or a member card; + closes the bill.")
    return note("info", w.t("AMOUNT"), todo, big=w.money(amount), icon="cash")


def no_bill_yet(w: Catalogue) -> Screen:
    """Points need an amount to be used for."""
    todo = w.t("Type the amount or scan goods first.")
    return note("info", w.t("NO BILL YET"), todo, icon="cash")


def missing_amounts(waiting: Sequence[Waiting], w: Catalogue) -> Screen:
    """Bills that closed without an amount, the newest first; it is the one to fill in."""
    if not waiting:
        done = w.t("No bill of today waits for its amount.")
        return note("info", w.t("ALL AMOUNTS ARE IN"), done, icon="list-details")
    newest = w.time(waiting[0].at)
    todo = w.t("Type the amount of this bill into the amount box.")
    screen = note("info", w.t("AMOUNT MISSING"), todo, big=newest, icon="list-details")
    return replace(screen, facts=tuple(_waiting(bill, w) for bill in waiting[:FACTS]))


def _waiting(bill: Waiting, w: Catalogue) -> Fact:
    off = w.money(bill.discount)
    return w.time(bill.at), f"-{off}  {grouped(bill.receipt_no)}"


# --- what closing would come to ---


def quote_facts(quote: BillView, w: Catalogue) -> tuple[Fact, ...]:
    """What is taken off, and what is missing for more."""
    taken = [_taken_off(step, w) for step in quote.steps]
    facts = taken + missing_for(quote, w)
    return tuple(facts[:FACTS])


def _taken_off(step: StepView, w: Catalogue) -> Fact:
    return step_name(step, w), w.money(-step.amount)


def promotion(quote: BillView, w: Catalogue) -> Screen:
    """Promotions take something off an amount without any coupon."""
    gross = quote.gross or Money(0)
    net = quote.net or Money(0)
    off = _take_off(gross - net, w)
    todo = _key_the_discount(gross, net, w)
    screen = note("ok", w.t("PROMOTION"), todo, big=off, icon="discount")
    return replace(screen, facts=quote_facts(quote, w))


def _take_off(off: int, w: Catalogue) -> str:
    return w.t("Take {amount} off", amount=w.money(off))


def _key_the_discount(gross: Money, net: Money, w: Catalogue) -> str:
    before = w.money(gross)
    after = w.money(net)
    return w.t(
        "{before} → {after}. Key the discount into the register.", before=before, after=after
    )


def price_changed(error: PriceChanged, w: Catalogue) -> Screen:
    """Another sum than the one shown: the customer hears it first."""
    before = w.money(error.was)
    after = w.money(error.now)
    todo = w.t(
        "{before} was shown, it is {after} now. Tell the customer; Enter takes it.",
        before=before,
        after=after,
    )
    screen = note("bad", w.t("PRICE CHANGED"), todo, big=after, icon="discount")
    take = Choice(w.t("Take the new sum"), Do.CLOSE)
    return replace(screen, choices=(take,))


# --- the open bill ---


def still_open(w: Catalogue) -> Screen:
    """Enter on the empty box while a bill lies there."""
    return note("info", w.t("OPEN BILL"), w.t("+ closes it, F8 drops it."))


def found_open(bill: BillView, w: Catalogue) -> Screen:
    """A bill that the last end of the program left open."""
    todo = w.t("This bill was open when the program ended.")
    names = _coupon_names(bill, w)
    screen = note("info", w.t("OPEN BILL"), todo, big=names, icon="history")
    finish = Choice(w.t("Finish it"), Do.CLOSE)
    take_back = Choice(w.t("Take it back"), Do.UNDO)
    return replace(screen, choices=(finish, take_back))


def redeemed(bill: BillView, w: Catalogue, *, goods: bool) -> Screen:
    """The coupon taken last. Promotions may have changed with it: then the whole of it is said."""
    mine = bill.coupons[-1]
    off = mine.discount
    if bill.steps and bill.gross is not None:
        off = Money(bill.gross - (bill.net or 0))
    facts = [_member(bill.member, w)] if bill.member else []
    facts += coupon_facts(mine, w)
    # without goods somebody keys the discount into a register of its own
    big = w.t("{amount} off", amount=w.money(off)) if goods else _take_off(off, w)
    return success(w.t("REDEEMED"), big, _redeemed_todo(bill, w, goods=goods), facts)


def coupon_facts(coupon: TakenCoupon | CouponVerdict, w: Catalogue) -> list[Fact]:
    """What a coupon is, for whoever compares it with the paper."""
    offer = (w.t("Offer"), coupon.offer_name)
    code = (w.t("Code"), grouped(coupon.code))
    return [offer, code, (w.t("Valid to"), w.day(coupon.valid_to))]


def _member(member: MemberView, w: Catalogue) -> Fact:
    return w.t("Member"), who(member)


def _redeemed_todo(bill: BillView, w: Catalogue, *, goods: bool) -> str:
    if goods:
        return _before_and_after(bill, w)
    if bill.gross is not None:
        return _key_the_discount(bill.gross, bill.net or Money(0), w)
    return w.t("Key the discount into the register.")


def _before_and_after(bill: BillView, w: Catalogue) -> str:
    before = w.money(bill.gross or 0)
    after = w.money(bill.net or 0)
    return f"{before} → {after}"


def priced(bill: BillView, w: Catalogue) -> Screen:
    """The bill with another amount; its coupon may be handed back for it."""
    if bill.handed_back:
        why = w.t("The new amount is too small for it. The coupon can be used again.")
        return handed_back(offer_names(bill.handed_back, w), why, w)
    off = (bill.gross or 0) - (bill.net or 0)
    return success(w.t("BILL"), _take_off(off, w), _before_and_after(bill, w))


def handed_back(names: str, why: str, w: Catalogue) -> Screen:
    """Coupons that the bill could not keep."""
    return note("bad", w.t("HANDED BACK"), why, big=names, icon="arrow-back-up")


def offer_names(coupons: Sequence[TakenCoupon | CouponVerdict], w: Catalogue) -> str:
    """Coupons by what they are coupons of."""
    return w.listed(coupon.offer_name for coupon in coupons)


def _coupon_names(bill: BillView, w: Catalogue) -> str:
    return offer_names(bill.coupons, w)


# --- the end of a bill ---


def closed(bill: BillView, w: Catalogue, *, prints: bool) -> Screen:
    """The bill is posted: change or sum, what was given, earned and kept."""
    facts = [_tender(paid, w) for paid in bill.paid]
    facts += [(w.t("Give this coupon"), _gift(given)) for given in bill.given]
    if bill.member:
        facts.append(_member(bill.member, w))
    facts.append((w.t("Receipt"), grouped(bill.receipt_no)))
    screen = success(w.t("BILL CLOSED"), _change_or_sum(bill, w), _closed_todo(bill, w), facts)
    if not prints:
        return screen
    slip = Choice(w.t("Print the slip"), Do.PRINT_LAST, key="Ctrl+P")
    return replace(screen, choices=(slip,))


def _tender(paid: Paid, w: Catalogue) -> Fact:
    # what was handed over, as the customer saw it; of cards that is the amount
    given = paid.amount if paid.given is None else paid.given
    return w.t(labels.TENDERS[paid.kind]), w.money(given)


def _gift(given: GivenCoupon) -> str:
    return f"{given.offer_name} · {grouped(given.code)}"


def _change_or_sum(bill: BillView, w: Catalogue) -> str:
    """The money that the cashier has in hand now."""
    if bill.change:
        return w.t("Change {amount}", amount=w.money(bill.change))
    return "" if bill.net is None else w.money(bill.net)


def _closed_todo(bill: BillView, w: Catalogue) -> str:
    said = []
    if bill.price_kept:
        kept = w.money(bill.price_kept)
        said.append(
            w.t("The sum that was shown was kept, {amount} below the price now.", amount=kept)
        )
    if bill.closed_by == "idle":
        said.append(w.t("Closed by itself after a pause."))
    if bill.points_earned:
        said.append(_points_earned(bill, w))
    else:
        said.append(w.t("Next customer, please."))
    return " ".join(said)


def _points_earned(bill: BillView, w: Catalogue) -> str:
    return w.t("{points} points earned.", points=w.number(bill.points_earned))


def amount_kept(bill: BillView, w: Catalogue) -> Screen:
    """A bill of before got its amount."""
    amount = w.money(bill.gross or 0)
    return success(w.t("AMOUNT KEPT"), amount, _points_earned(bill, w))


def taken_back(bill: BillView, w: Catalogue) -> Screen:
    """The bill is as if it never was."""
    big = _coupon_names(bill, w)
    if not big and bill.gross:
        big = w.money(bill.gross)
    todo = w.t("Coupons and points are back where they were.")
    return note("info", w.t("TAKEN BACK"), todo, big=big, icon="arrow-back-up")


def nothing_to_take_back(w: Catalogue) -> Screen:
    """F8 reaches the last bill only."""
    todo = w.t("Older bills: ask the manager to void the receipt.")
    return note("info", w.t("NOTHING TO TAKE BACK"), todo, icon="arrow-back-up")


def no_receipt_yet(w: Catalogue) -> Screen:
    """Ctrl+P before anything was sold."""
    todo = w.t("Close a bill first, then print its slip.")
    return note("info", w.t("NO RECEIPT YET"), todo, icon="printer")
