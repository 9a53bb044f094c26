"""Amounts, promotions, the open bill and its end."""

from collections.abc import Sequence

from storecrm.errors import PriceChanged
from storecrm.i18n import Catalogue
from storecrm.services.till.day_board import Waiting
from storecrm.services.till.receipts import BillView
from storecrm.ui.presenters.till.screen import (
    FACTS,
    SUCCESS_S,
    Choice,
    Do,
    Screen,
    note,
    step_name,
    who,
)
from storecrm.values import Money, grouped
from storecrm.wording import labels
from storecrm.wording.refusals import near

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
    return note(
        "info", w.t("NO BILL YET"), w.t("Type the amount or scan goods first."), icon="cash"
    )


def missing_amounts(waiting: Sequence[Waiting], w: Catalogue) -> Screen:
    """Bills that closed without an amount, the newest first; it is the one to fill in."""
    if not waiting:
        done = w.t("No bill of today waits for its amount.")
        return note("info", w.t("ALL AMOUNTS ARE IN"), done, icon="list-details")
    facts = tuple(
        (w.time(bill.at), f"-{w.money(bill.discount)}  {grouped(bill.receipt_no)}")
        for bill in waiting[:FACTS]
    )
    return Screen(
        look="info",
        title=w.t("AMOUNT MISSING"),
        big=w.time(waiting[0].at),
        todo=w.t("Type the amount of this bill into the amount box."),
        facts=facts,
        icon="list-details",
    )


# --- what closing would come to ---


def quote_facts(quote: BillView, w: Catalogue) -> tuple[tuple[str, str], ...]:
    """What is taken off, and what is missing for more."""
    taken = [(step_name(step, w), w.money(-step.amount)) for step in quote.steps]
    missing = [(name, near(refused, w)) for name, refused in quote.near]
    return tuple((taken + missing)[:FACTS])


def promotion(quote: BillView, w: Catalogue) -> Screen:
    """Promotions take something off an amount without any coupon."""
    gross, net = quote.gross or Money(0), quote.net or Money(0)
    return Screen(
        look="ok",
        title=w.t("PROMOTION"),
        big=w.t("Take {amount} off", amount=w.money(gross - net)),
        todo=_key_the_discount(gross, net, w),
        facts=quote_facts(quote, w),
        icon="discount",
    )


def _key_the_discount(gross: Money, net: Money, w: Catalogue) -> str:
    return w.t(
        "{before} → {after}. Key the discount into the register.",
        before=w.money(gross),
        after=w.money(net),
    )


def price_changed(error: PriceChanged, w: Catalogue) -> Screen:
    """Another sum than the one shown: the customer hears it first."""
    todo = w.t(
        "{before} was shown, it is {after} now. Tell the customer; Enter takes it.",
        before=w.money(error.was),
        after=w.money(error.now),
    )
    return Screen(
        look="bad",
        title=w.t("PRICE CHANGED"),
        big=w.money(error.now),
        todo=todo,
        choices=(Choice(w.t("Take the new sum"), Do.CLOSE),),
        icon="discount",
    )


# --- the open bill ---


def still_open(w: Catalogue) -> Screen:
    """Enter on the empty box while a bill lies there."""
    return note("info", w.t("OPEN BILL"), w.t("+ closes it, F8 drops it."))


def found_open(bill: BillView, w: Catalogue) -> Screen:
    """A bill that the last end of the program left open."""
    return Screen(
        look="info",
        title=w.t("OPEN BILL"),
        big=_coupon_names(bill, w),
        todo=w.t("This bill was open when the program ended."),
        choices=(Choice(w.t("Finish it"), Do.CLOSE), Choice(w.t("Take it back"), Do.UNDO)),
        icon="history",
    )


def redeemed(bill: BillView, w: Catalogue, *, goods: bool) -> Screen:
    """The coupon taken last. Promotions may have changed with it: then the whole of it is said."""
    mine = bill.coupons[-1]
    off = mine.discount
    if bill.steps and bill.gross is not None:
        off = Money(bill.gross - (bill.net or 0))
    facts = [
        (w.t("Offer"), mine.offer_name),
        (w.t("Code"), grouped(mine.code)),
        (w.t("Valid to"), w.day(mine.valid_to)),
    ]
    if bill.member:
        facts.insert(0, (w.t("Member"), who(bill.member)))
    big = w.t("{amount} off", amount=w.money(off))
    if not goods:
        big = w.t("Take {amount} off", amount=w.money(off))
    return Screen(
        look="ok",
        title=w.t("REDEEMED"),
        big=big,
        todo=_redeemed_todo(bill, w, goods=goods),
        facts=tuple(facts),
        icon="circle-check",
        seconds=SUCCESS_S,
    )


def _redeemed_todo(bill: BillView, w: Catalogue, *, goods: bool) -> str:
    if goods:
        return _before_and_after(bill, w)
    if bill.gross is not None:
        return _key_the_discount(bill.gross, bill.net or Money(0), w)
    return w.t("Key the discount into the register.")


def _before_and_after(bill: BillView, w: Catalogue) -> str:
    return f"{w.money(bill.gross or 0)} → {w.money(bill.net or 0)}"


def priced(bill: BillView, w: Catalogue) -> Screen:
    """The bill with another amount; its coupon may be handed back for it."""
    if bill.handed_back:
        why = w.t("The new amount is too small for it. The coupon can be used again.")
        return handed_back(w.listed(c.offer_name for c in bill.handed_back), why, w)
    return Screen(
        look="ok",
        title=w.t("BILL"),
        big=w.t("Take {amount} off", amount=w.money((bill.gross or 0) - (bill.net or 0))),
        todo=_before_and_after(bill, w),
        icon="circle-check",
        seconds=SUCCESS_S,
    )


def handed_back(names: str, why: str, w: Catalogue) -> Screen:
    """Coupons that the bill could not keep."""
    return note("bad", w.t("HANDED BACK"), why, big=names, icon="arrow-back-up")


def _coupon_names(bill: BillView, w: Catalogue) -> str:
    return w.listed(coupon.offer_name for coupon in bill.coupons)


# --- the end of a bill ---


def closed(bill: BillView, w: Catalogue, *, prints: bool) -> Screen:
    """The bill is posted: change or sum, what was given, earned and kept."""
    facts = [
        (w.t(labels.TENDERS[p.kind]), w.money(p.amount if p.given is None else p.given))
        for p in bill.paid
    ]
    facts += [
        (w.t("Give this coupon"), f"{one.offer_name} · {grouped(one.code)}") for one in bill.given
    ]
    if bill.member:
        facts.append((w.t("Member"), who(bill.member)))
    facts.append((w.t("Receipt"), grouped(bill.receipt_no)))
    big = "" if bill.net is None else w.money(bill.net)
    if bill.change:
        big = w.t("Change {amount}", amount=w.money(bill.change))
    slip = Choice(w.t("Print the slip"), Do.PRINT_LAST, key="Ctrl+P")
    return Screen(
        look="ok",
        title=w.t("BILL CLOSED"),
        big=big,
        todo=_closed_todo(bill, w),
        facts=tuple(facts[:FACTS]),
        choices=(slip,) if prints else (),
        icon="circle-check",
        seconds=SUCCESS_S,
    )


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
    return Screen(
        look="ok",
        title=w.t("AMOUNT KEPT"),
        big=w.money(bill.gross or 0),
        todo=_points_earned(bill, w),
        icon="circle-check",
        seconds=SUCCESS_S,
    )


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
