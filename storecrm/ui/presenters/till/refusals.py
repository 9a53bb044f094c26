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
    AskManager,
    Choice,
    ConfirmDay,
    Do,
    Fact,
    NextCustomer,
    OwnWord,
    PrintSlip,
    Screen,
    Swap,
    Take,
    note,
)
from storecrm.values import Day, Moment, Refusal, RefusalCode, ean_ok, grouped
from storecrm.wording.errors import cure, sentence
from storecrm.wording.offers import benefit
from storecrm.wording.refusals import refusal_title, refusal_todo

WAITS_FOR = (RefusalCode.AMOUNT_REQUIRED, RefusalCode.MEMBER_REQUIRED)
"""A coupon so refused is taken as soon as what is missing is known."""
_MISREAD = (RefusalCode.CHECKSUM, RefusalCode.AMBIGUOUS, RefusalCode.PAYMENT_CODE)
_UNKNOWN = (RefusalCode.NOT_FOUND, RefusalCode.THROTTLED, *_MISREAD)
_INFO = (RefusalCode.ON_THIS_BILL, *WAITS_FOR)
_LOOKS = {RefusalCode.ALREADY_REDEEMED: "used"}
LOOK = _LOOKS | dict.fromkeys(_INFO, "info") | dict.fromkeys(_UNKNOWN, "unknown")
"""Refusals that are not simply bad."""

PROOF = ("proof_card", "proof_second", "own_card")
"""Errors after which somebody has to be proven first."""


@dataclass(frozen=True)
class AtTheTill:
    """What the way past a refusal depends on: goods on the bill, a till that sells goods, one that
    prints slips, how often in a row a code was misread, and what time it is."""

    goods: bool = False
    sells_goods: bool = False
    prints: bool = False
    misreads: int = 0
    now: Moment | None = None


# --- coupons ---


def coupon_refused(error: CouponRefused, at: AtTheTill, w: Catalogue) -> Screen:
    """The first reason is the title; the others stand among the facts with their cure."""
    first = error.refusals[0]
    view = error.view
    look = LOOK.get(first.code, "bad")
    facts = [_further(other, w) for other in reversed(error.refusals[1:3])]
    big = grouped(error.coupon)
    if view is not None:
        big = benefit(view.rule, w)
        facts += bills.coupon_facts(view, w)
    # what waits for an amount or a member is no fault
    icon = "cash" if look == "info" else ""
    screen = note(look, refusal_title(first, w), _todo(error, at, w), big=big, icon=icon)
    return replace(screen, facts=tuple(facts[:FACTS]), choices=_ways(error, at, w))


def _further(other: Refusal, w: Catalogue) -> Fact:
    return refusal_title(other, w), refusal_todo(other, w)


def _todo(error: CouponRefused, at: AtTheTill, w: Catalogue) -> str:
    first = error.refusals[0]
    view = error.view
    is_scoped = view is not None and view.rule.scoped
    if first.code is RefusalCode.AMOUNT_REQUIRED and is_scoped:
        return w.t("Type the amount of the goods it is for, then Enter.")
    if first.code is RefusalCode.CHECKSUM and at.misreads > 1:
        return w.t("Ask for a brighter, larger picture, or type the digits.")
    if first.code is RefusalCode.NOT_FOUND and ean_ok(error.coupon):
        if at.sells_goods:
            return w.t(
                "No article has this barcode. Type its price, or ask the manager to import it."
            )
        return w.t("This is an article's barcode. Scan goods at the register.")
    return refusal_todo(first, w, at.now)


def _ways(error: CouponRefused, at: AtTheTill, w: Catalogue) -> tuple[Choice, ...]:
    """The numbered ways on, the best for the customer first; a slip that a power cut kept from
    coming out stands before all."""
    first = error.refusals[0]
    code = error.coupon
    what = refusal_title(first, w)
    choices = _other_coupons(error, at, w)
    if error.own:
        choices.append(Choice(w.t("On my own word"), OwnWord(code, what)))
    codes = {refused.code for refused in error.refusals}
    # the panel has room for three ways, and a manager is the last resort
    if codes <= overrides.MAY_BE_SET_ASIDE and len(choices) < 3:
        choices.append(_manager(AskManager(code, what), w))
    if first.code is RefusalCode.THROTTLED:
        choices.append(_manager(AskManager(code, what, lifts=True), w))
    if at.prints and first.receipt is not None:
        slip = Choice(w.t("Print the slip"), PrintSlip(first.receipt))
        choices.insert(0, slip)
    return tuple(choices)


def _manager(ask: AskManager, w: Catalogue) -> Choice:
    return Choice(w.t("Manager approves"), ask)


def _other_coupons(error: CouponRefused, at: AtTheTill, w: Catalogue) -> list[Choice]:
    """Instead of the coupons on the bill, on the next bill, or a better one of the member's."""
    if error.refusals[0].code is RefusalCode.NOT_STACKABLE:
        instead = Choice(w.t("Use this one instead"), Swap(error.coupon))
        # goods on the bill are this customer's
        if at.goods:
            return [instead]
        return [instead, Choice(w.t("Next customer"), NextCustomer(error.coupon))]
    best = error.best
    if best is None:
        return []
    words = w.t("Use {offer} instead", offer=best.offer_name)
    if best.discount is not None:
        words += f" ({w.money(best.discount)})"
    return [Choice(words, Take(str(best.code)))]


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
        way = _manager(AskManager("", what, own_card=True), w)
        screen = note("bad", what, cure(NotAllowed("own_card"), w))
        return replace(screen, choices=(way,))
    todo = w.t("Ask the member before you go on.")
    if code == "proof_card":
        todo = w.t("Scan the card, or type the whole phone.")
    return note("info", w.t("IS IT THE MEMBER?"), todo, icon="user-scan")


# --- the clock ---


def which_day(today: Day, w: Catalogue) -> Screen:
    """The computer's clock is not believed: the person says what day it is."""
    day = w.day(today)
    yes = Choice(w.t("Yes, it is {day}", day=day), ConfirmDay(today))
    no = Choice(w.t("No"), Do.CLOCK_IS_WRONG)
    todo = w.t("Is this the day today? The clock of this computer was moved.")
    screen = note("info", w.t("WHAT DAY IS IT?"), todo, big=day, icon="history")
    return replace(screen, choices=(yes, no))


def clock_is_wrong(w: Catalogue) -> Screen:
    """Nothing is sold on a wrong day."""
    todo = w.t("Call the manager: this computer's clock has to be set.")
    return note("bad", w.t("CLOCK WRONG"), todo)


def day_confirmed(w: Catalogue) -> Screen:
    """The day stands; what was asked for is asked once more."""
    todo = w.t("Do it once more, please. It is written down with your name.")
    return note("info", w.t("THANK YOU"), todo, icon="check")
