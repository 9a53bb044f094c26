"""Goods on the bill, and bills that were put aside."""

from collections.abc import Sequence

from storecrm.i18n import Catalogue
from storecrm.services.till.receipts import BillView, LineView
from storecrm.ui.presenters.till.bills import handed_back
from storecrm.ui.presenters.till.screen import Choice, Screen, TakeUp, note
from storecrm.values import PIECE
from storecrm.wording.refusals import near

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
        return handed_back(w.listed(c.offer_name for c in bill.handed_back), why, w)
    line = changed_line(before, bill)
    if line is None:
        return None
    steps = [(s.offer_name or w.t("Promotion"), w.money(-s.amount)) for s in bill.steps]
    missing = [(name, near(refused, w)) for name, refused in bill.near]
    count = f"{line.quantity / PIECE:g} × {w.money(line.unit_price or 0)}"
    return Screen(
        look="idle",
        title=line.name or line.sku or w.t("Goods without a code"),
        todo=f"{count} = {w.money(line.amount)}",
        facts=(*steps[:2], *missing[:2]),
        icon="scan",
    )


def changed_line(before: BillView | None, now: BillView) -> LineView | None:
    """The first line that is new or another than before; else the newest."""
    old = {line.line_no: _touched(line) for line in before.lines} if before is not None else {}
    for line in now.lines:
        if old.get(line.line_no) != _touched(line):
            return line
    return now.lines[-1] if now.lines else None


def _touched(line: LineView) -> tuple[object, ...]:
    return (line.quantity, line.sku, line.amount)


def put_aside(bill: BillView, w: Catalogue) -> Screen:
    """The customer went for something."""
    todo = w.t("F6 takes it up again. Its coupons wait with it.")
    return note("info", w.t("PUT ASIDE"), todo, big=w.money(bill.net or 0), icon="history")


def waiting(bills: Sequence[BillView], w: Catalogue) -> Screen:
    """Which of the bills that wait is taken up."""
    if not bills:
        return note("info", w.t("NOTHING WAITS"), w.t("No bill was put aside."), icon="history")
    choices = tuple(
        Choice(
            f"{w.time(bill.at)}  {w.money(bill.net or 0)}  {_first_words(bill, w)}",
            TakeUp(str(bill.receipt_no)),
        )
        for bill in bills[:WAITING]
    )
    more = len(bills) - len(choices)
    return Screen(
        look="info",
        title=w.t("WHICH BILL?"),
        todo=w.t("Type its number, then Enter."),
        facts=((w.t("More of them"), str(more)),) if more > 0 else (),
        choices=choices,
        icon="history",
    )


def _first_words(bill: BillView, w: Catalogue) -> str:
    names = [line.name or line.sku for line in bill.lines if line.name or line.sku]
    if names:
        return names[0][:12]
    return bill.member.title if bill.member else w.t("Amount")


def taken_up(bill: BillView, w: Catalogue) -> Screen:
    """A bill goes on; coupons that do not apply any more are gone."""
    if bill.lost:
        why = w.t("It does not apply any more. Go on without it.")
        return handed_back(w.listed(c.offer_name for c in bill.lost), why, w)
    todo = w.t("Go on scanning, or close it.")
    return note("info", w.t("OPEN BILL"), todo, big=w.money(bill.net or 0), icon="history")
