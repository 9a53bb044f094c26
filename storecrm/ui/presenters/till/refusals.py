"""Why not, and the ways past it: refusals that teach."""

from dataclasses import dataclass, replace

from storecrm.errors import (
    CouponRefused,
    NotAllowed,
    NotFound,
    PriceChanged,
    StorageTrouble,
    StoreError,
)
from storecrm.i18n import Catalogue
from storecrm.services.till import overrides
from storecrm.ui.presenters.till import bills, members
from storecrm.ui.presenters.till.screen import (
    FACTS,
    ICON,
    AskManager,
    Choice,
    ConfirmDay,
    Do,
    NextCustomer,
    OwnWord,
    PrintSlip,
    Screen,
    Swap,
    Take,
    note,
)
from storecrm.values import Day, RefusalCode, ean_ok, grouped
from storecrm.wording.errors import cure, sentence
from storecrm.wording.offers import benefit
from storecrm.wording.refusals import refusal_title, refusal_todo

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
"""Refusals that are not simply bad."""

WAITS_FOR = (RefusalCode.AMOUNT_REQUIRED, RefusalCode.MEMBER_REQUIRED)
"""A coupon so refused is taken as soon as what is missing is known."""

PROOF = ("proof_card", "proof_second", "own_card")
"""Errors after which somebody has to be proven first."""


@dataclass(frozen=True)
class AtTheTill:
    """What the way past a refusal depends on: goods on the bill, a till that sells goods, one that
    prints slips, and how often in a row a code was misread."""

    goods: bool = False
    sells_goods: bool = False
    prints: bool = False
    misreads: int = 0


# --- coupons ---


def coupon_refused(error: CouponRefused, at: AtTheTill, w: Catalogue) -> Screen:
    """The first reason is the title; the others stand among the facts with their cure."""
    first, view = error.refusals[0], error.view
    look = LOOK.get(first.code, "bad")
    facts: list[tuple[str, str]] = []
    for other in error.refusals[1:3]:
        facts.insert(0, (refusal_title(other, w), refusal_todo(other, w)))
    if view is not None:
        facts.append((w.t("Offer"), view.offer_name))
        facts.append((w.t("Code"), grouped(view.code)))
        facts.append((w.t("Valid to"), w.day(view.valid_to)))
    return Screen(
        look=look,
        title=refusal_title(first, w),
        big=benefit(view.rule, w) if view is not None else grouped(error.coupon),
        todo=_todo(error, at, w),
        facts=tuple(facts[:FACTS]),
        choices=_ways(error, at, w),
        icon="cash" if look == "info" else ICON[look],
    )


def _todo(error: CouponRefused, at: AtTheTill, w: Catalogue) -> str:
    first, view = error.refusals[0], error.view
    if first.code is RefusalCode.AMOUNT_REQUIRED and view is not None and view.rule.scoped:
        return w.t("Type the amount of the goods it is for, then Enter.")
    if first.code is RefusalCode.CHECKSUM and at.misreads > 1:
        return w.t("Ask for a brighter, larger picture, or type the digits.")
    if first.code is RefusalCode.NOT_FOUND and ean_ok(error.coupon):
        if at.sells_goods:
            return w.t(
                "No article has this barcode. Type its price, or ask the manager to import it."
            )
        return w.t("This is an article's barcode. Scan goods at the register.")
    return refusal_todo(first, w)


def _ways(error: CouponRefused, at: AtTheTill, w: Catalogue) -> tuple[Choice, ...]:
    """The numbered ways on, the best for the customer first; a slip that a power cut kept from
    coming out stands before all."""
    first, code = error.refusals[0], error.coupon
    what = refusal_title(first, w)
    choices = _other_coupons(error, at, w)
    if error.own:
        choices.append(Choice(w.t("On my own word"), OwnWord(code, what)))
    if {r.code for r in error.refusals} <= overrides.MAY_BE_SET_ASIDE and len(choices) < 3:
        choices.append(Choice(w.t("Manager approves"), AskManager(code, what)))
    if first.code is RefusalCode.THROTTLED:
        choices.append(Choice(w.t("Manager approves"), AskManager(code, what, lifts=True)))
    if at.prints and first.receipt is not None:
        choices.insert(0, Choice(w.t("Print the slip"), PrintSlip(first.receipt)))
    return tuple(choices)


def _other_coupons(error: CouponRefused, at: AtTheTill, w: Catalogue) -> list[Choice]:
    """Instead of the coupons on the bill, on the next bill, or a better one of the member's."""
    if error.refusals[0].code is RefusalCode.NOT_STACKABLE:
        choices = [Choice(w.t("Use this one instead"), Swap(error.coupon))]
        if not at.goods:
            choices.append(Choice(w.t("Next customer"), NextCustomer(error.coupon)))
        return choices
    if error.best is None:
        return []
    words = w.t("Use {offer} instead", offer=error.best.offer_name)
    if error.best.discount is not None:
        words += f" ({w.money(error.best.discount)})"
    return [Choice(words, Take(str(error.best.code)))]


# --- other errors ---


def error_screen(error: StoreError, today: Day, w: Catalogue) -> Screen:
    """Any error that is neither a coupon's refusal nor a missing proof."""
    if error.code == "price_missing":
        todo = w.t("Type the price of this article, then Enter.")
        return note("info", w.t("NO PRICE"), todo, icon="cash")
    if error.code == "clock_suspect":
        return which_day(today, w)
    if error.code == "open_bill_other":
        look = Choice(w.t("Show that bill"), Do.SHOW_OPEN)
        return replace(plain(error, w), choices=(look,))
    if isinstance(error, PriceChanged):
        return bills.price_changed(error, w)
    if isinstance(error, StorageTrouble):
        todo = f"{sentence(error, w)} {cure(error, w)}"
        return note("unknown", w.t("NOT SAVED"), todo, icon="database-x")
    if isinstance(error, NotFound) and error.code == "member":
        return members.nobody(w)
    return plain(error, w)


def plain(error: StoreError, w: Catalogue) -> Screen:
    """The sentence of the error, and its cure."""
    return note("bad", sentence(error, w), cure(error, w))


def an_article(w: Catalogue) -> Screen:
    """Goods are scanned at a till that does not sell them."""
    return note("unknown", w.t("AN ARTICLE"), w.t("Scan goods at the register."))


def not_a_coupon(w: Catalogue) -> Screen:
    """A code that means nothing at the till."""
    return note("unknown", w.t("NOT A COUPON"), w.t("Scan the coupon or the member card."))


# --- proof ---


def proof_wanted(code: str, w: Catalogue) -> Screen:
    """Somebody has to be proven: the member by card, phone or answer, the own card by a second
    person (`code` is one of `PROOF`)."""
    if code == "own_card":
        what = w.t("YOUR OWN CARD")
        way = Choice(w.t("Manager approves"), AskManager("", what, own_card=True))
        return replace(note("bad", what, cure(NotAllowed("own_card"), w)), choices=(way,))
    todo = w.t("Ask the member before you go on.")
    if code == "proof_card":
        todo = w.t("Scan the card, or type the whole phone.")
    return note("info", w.t("IS IT THE MEMBER?"), todo, icon="user-scan")


# --- the clock ---


def which_day(today: Day, w: Catalogue) -> Screen:
    """The computer's clock is not believed: the person says what day it is."""
    choices = (
        Choice(w.t("Yes, it is {day}", day=w.day(today)), ConfirmDay(today)),
        Choice(w.t("No"), Do.CLOCK_IS_WRONG),
    )
    return Screen(
        look="info",
        title=w.t("WHAT DAY IS IT?"),
        big=w.day(today),
        todo=w.t("Is this the day today? The clock of this computer was moved."),
        choices=choices,
        icon="history",
    )


def clock_is_wrong(w: Catalogue) -> Screen:
    """Nothing is sold on a wrong day."""
    todo = w.t("Call the manager: this computer's clock has to be set.")
    return note("bad", w.t("CLOCK WRONG"), todo)


def day_confirmed(w: Catalogue) -> Screen:
    """The day stands; what was asked for is asked once more."""
    todo = w.t("Do it once more, please. It is written down with your name.")
    return note("info", w.t("THANK YOU"), todo, icon="check")
