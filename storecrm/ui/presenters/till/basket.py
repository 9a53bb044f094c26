"""Goods on the bill, and bills that were put aside."""

from collections.abc import Sequence
from dataclasses import replace

from storecrm.i18n import Catalogue
from storecrm.services.till.receipts import BillView, LineView, StepView
from storecrm.ui.presenters.till.bills import handed_back, offer_names
from storecrm.ui.presenters.till.screen import Choice, Fact, Screen, TakeUp, missing_for, note
from storecrm.values import PIECE

WAITING = 6
"""How many bills put aside are offered by number."""


def emptied(w: Catalogue) -> Screen:
    """The last line was taken out."""
    todo = w.t("Everything is off the bill again.")
    return note("info", w.t("EMPTY"), todo, icon="arrow-back-up")


def changed(before: BillView | None, bill: BillView, w: Catalogue) -> Screen | None:
    """The line that the last act touched, or the coupon that it cost; None without any line."""
    if bill.handed_back:
        why = w.t("It does not apply any more. It can be used again.")
        return handed_back(offer_names(bill.handed_back, w), why, w)
    line = changed_line(before, bill)
    if line is None:
        return None
    taken = [_taken_off(step, w) for step in bill.steps]
    missing = missing_for(bill, w)
    name = line.name or line.sku or w.t("Goods without a code")
    screen = note("idle", name, _counted(line, w), icon="scan")
    # two of each: a long bill must not hide what is missing
    return replace(screen, facts=(*taken[:2], *missing[:2]))


def _taken_off(step: StepView, w: Catalogue) -> Fact:
    return step.offer_name or w.t("Promotion"), w.money(-step.amount)


def _counted(line: LineView, w: Catalogue) -> str:
    pieces = f"{line.quantity / PIECE:g}"
    price = w.money(line.unit_price or 0)
    return f"{pieces} × {price} = {w.money(line.amount)}"


def changed_line(before: BillView | None, now: BillView) -> LineView | None:
    """The first line that is new or another than before; else the newest."""
    lines = before.lines if before is not None else ()
    old = {line.line_no: _touched(line) for line in lines}
    for line in now.lines:
        if old.get(line.line_no) != _touched(line):
            return line
    return now.lines[-1] if now.lines else None


def _touched(line: LineView) -> tuple[object, ...]:
    return (line.quantity, line.sku, line.amount)


def put_aside(bill: BillView, w: Catalogue) -> Screen:
    """The customer went for something."""
    todo = w.t("F6 takes it up again. Its coupons wait with it.")
    return note("info", w.t("PUT ASIDE"), todo, big=_due(bill, w), icon="history")


def _due(bill: BillView, w: Catalogue) -> str:
    return w.money(bill.net or 0)


def waiting(bills: Sequence[BillView], w: Catalogue) -> Screen:
    """Which of the bills that wait is taken up."""
    if not bills:
        return note("info", w.t("NOTHING WAITS"), w.t("No bill was put aside."), icon="history")
    choices = tuple(_take_up(bill, w) for bill in bills[:WAITING])
    todo = w.t("Type its number, then Enter.")
    screen = note("info", w.t("WHICH BILL?"), todo, icon="history")
    screen = replace(screen, choices=choices)
    more = len(bills) - len(choices)
    if more <= 0:
        return screen
    return replace(screen, facts=((w.t("More of them"), str(more)),))


def _take_up(bill: BillView, w: Catalogue) -> Choice:
    said = "  ".join((w.time(bill.at), _due(bill, w), _first_words(bill, w)))
    return Choice(said, TakeUp(str(bill.receipt_no)))


def _first_words(bill: BillView, w: Catalogue) -> str:
    """What tells a bill from others: its first goods, else its member."""
    for line in bill.lines:
        name = line.name or line.sku
        if name:
            return name[:12]
    return bill.member.title if bill.member else w.t("Amount")


def taken_up(bill: BillView, w: Catalogue) -> Screen:
    """A bill goes on; coupons that do not apply any more are gone."""
    if bill.lost:
        why = w.t("It does not apply any more. Go on without it.")
        return handed_back(offer_names(bill.lost, w), why, w)
    todo = w.t("Go on scanning, or close it.")
    return note("info", w.t("OPEN BILL"), todo, big=_due(bill, w), icon="history")
