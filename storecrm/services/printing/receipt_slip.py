"""The customer's slip: what was bought, what was taken off and why, what was paid, the points, and
the coupon for the next visit."""

from datetime import timedelta
from pathlib import Path

from storecrm.i18n import Catalogue, m
from storecrm.ledger import point_balances
from storecrm.services import rights
from storecrm.services.files import Target
from storecrm.services.printing.slip import Slip
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till import receipts, slip_prints
from storecrm.services.till.receipts import BillView, GivenCoupon
from storecrm.values import Money, SaleState, grouped, masked_phone
from storecrm.wording import labels
from storecrm.wording.offers import benefit, condition, rule_sentence

SOON = timedelta(days=60)
KIND = "receipt"


def write(
    store: Store,
    *,
    receipt: str,
    file: Path,
    words: Catalogue,
    layout: str = "slip-80",
    overwrite: bool = False,
) -> BillView:
    """Print one receipt to a slip, from the second time on with a copy mark; returns what it shows.

    Raises:
        NotFound: receipt.
        BadInput: layout.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.SELL)
    view = receipts.show(store, receipt=receipt)
    final = view.state is SaleState.POSTED
    with store.read() as session:
        copy = final and slip_prints.printed(session, view.id)
    mark = words.t("COPY") if copy else ""
    slip = Slip(layout, f"{store.shop.name} {view.receipt_no}", words)
    if mark:
        slip.big(mark, 6.0)
    _head(slip, store, view)
    _lines(slip, view)
    _sums(slip, view)
    _paid(slip, view)
    _member(slip, store, view)
    for coupon in view.given:
        _coupon(slip, coupon, mark)
    slip.rule()
    invoice = words.t("An invoice is made out for what was paid after discounts.")
    slip.text(invoice, size=2.6, middle=True)
    slip.save(Target(file, KIND, store.name, overwrite))
    # a bill that is still open may be printed again and again; each is the first
    if final:
        slip_prints.note(store, sale=view.id)
    return view


def _head(slip: Slip, store: Store, view: BillView) -> None:
    t = slip.words.t
    slip.big(store.shop.name, 4.6)
    slip.text(store.shop.store, size=3.4, middle=True)
    if view.returns:
        sold = t("Of receipt {receipt}", receipt=grouped(view.returns))
        slip.text(t("Return"), size=4.0, bold=True, middle=True)
        slip.text(sold, size=2.8, middle=True)
    elif view.state in (SaleState.VOIDED, SaleState.DROPPED):
        slip.text(t("TAKEN BACK"), size=4.0, bold=True, middle=True)
    slip.bars(view.receipt_no, grouped(view.receipt_no))
    moment = slip.words.stamp(view.at)
    # a bill of another system may say neither till nor staff
    place = f"{view.till} · {view.staff}".strip(" ·")
    slip.pair(moment, place, size=2.8)
    slip.rule()


def _lines(slip: Slip, view: BillView) -> None:
    if not view.goods:
        return
    words = slip.words
    for line in view.lines:
        name = line.name or line.sku or words.t("Goods without a code")
        slip.pair(name, words.money(line.amount))
        if line.unit_price is not None and (line.quantity != 1000 or line.share):
            each = words.money(line.unit_price)
            off = words.money(-line.share) if line.share > 0 else ""
            slip.pair(f"  {line.quantity / 1000:g} × {each}", off, size=2.8)
    slip.rule()


_AT_THE_END = ("points", "rounding")
"""Steps that come after the coupons."""


def _sums(slip: Slip, view: BillView) -> None:
    words = slip.words
    before = "—" if view.gross is None else words.money(view.gross)
    slip.pair(words.t("Before"), before)
    for step in view.steps:
        if step.step not in _AT_THE_END:
            name = step.offer_name or words.t(labels.STEPS[step.step])
            slip.pair(name, words.money(-step.amount))
    for coupon in view.coupons:
        # the end of the code tells coupons of one offer apart and lets nobody use one again
        name = f"{coupon.offer_name} …{coupon.code[-4:]}"
        slip.pair(name, words.money(-coupon.discount))
    for step in view.steps:
        if step.step in _AT_THE_END:
            off = Money(-step.amount)
            slip.money(labels.STEPS[step.step], off)


def _paid(slip: Slip, view: BillView) -> None:
    if view.net is not None and view.net < 0:
        slip.money(m("Paid back"), Money(-view.net), size=4.4, bold=True)
    elif view.net is not None:
        slip.money(m("To pay"), view.net, size=4.4, bold=True)
    for paid in view.paid:
        # cash is told as it was handed over, and the change below
        amount = paid.amount if paid.given is None else paid.given
        slip.money(labels.TENDERS[paid.kind], amount)
    if view.change:
        slip.money(m("Change due"), view.change, bold=True)


def _member(slip: Slip, store: Store, view: BillView) -> None:
    if view.member is None:
        return
    member, today = view.member, store.clock.today()
    with store.read() as session:
        now = point_balances.balance(session, member.id, today)
        soon = point_balances.expiring(session, member.id, today, today + SOON)
    slip.rule()
    # a slip is left lying about: nobody's whole number stands on it
    phone = masked_phone(member.phone) if member.phone.startswith("+") else member.phone
    shown = phone or f"…{member.member_no[-4:]}"
    slip.pair(slip.words.t("Member"), shown)
    if not view.returns:
        slip.count(m("Points of this bill"), view.points_earned)
    slip.count(m("Points now"), now.active)
    if now.pending:
        slip.count(m("Points that count later"), now.pending)
    if soon:
        slip.count(m("…of them end within 60 days"), soon)


def _coupon(slip: Slip, coupon: GivenCoupon, mark: str) -> None:
    words = slip.words
    title = words.t("Coupon")
    slip.rule()
    slip.text(f"{title} {mark}".strip(), size=3.4, middle=True)
    slip.big(benefit(coupon.rule, words), 11.0)
    slip.text(condition(coupon.rule, words), size=4.0, bold=True, middle=True)
    slip.bars(coupon.code, grouped(coupon.code))
    dates = (coupon.valid_from, coupon.valid_to)
    first, last = map(words.day, dates)
    slip.text(f"{first} – {last}", size=3.4, bold=True, middle=True)
    sentence = rule_sentence(coupon.rule, words, dates=dates)
    slip.text(sentence, size=2.6)
