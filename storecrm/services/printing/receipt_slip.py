"""The customer's slip: what was bought, what was taken off and why, what was paid, the points, and
the coupon for the next visit."""

from datetime import timedelta
from pathlib import Path

from storecrm.i18n import Catalogue
from storecrm.ledger import point_balances
from storecrm.services import rights
from storecrm.services.files import Target
from storecrm.services.printing.slip import Slip
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till import receipts, slip_prints
from storecrm.services.till.receipts import BillView, GivenCoupon, LineView
from storecrm.values import SaleState, grouped, masked_phone
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
    slip = Slip(layout, f"{store.shop.name} {view.receipt_no}")
    if copy:
        slip.big(words.t("COPY"), 6.0)
    _head(slip, store, view, words)
    _lines(slip, view, words)
    _sums(slip, view, words)
    _member(slip, store, view, words)
    for coupon in view.given:
        _coupon(slip, coupon, words, words.t("COPY") if copy else "")
    slip.rule()
    slip.text(
        words.t("An invoice is made out for what was paid after discounts."), size=2.6, middle=True
    )
    slip.save(Target(file, KIND, store.name, overwrite))
    if final:
        slip_prints.note(store, sale=view.id)
    return view


def _head(slip: Slip, store: Store, view: BillView, words: Catalogue) -> None:
    slip.big(store.shop.name, 4.6)
    slip.text(store.shop.store, size=3.4, middle=True)
    if view.returns:
        slip.text(words.t("Return"), size=4.0, bold=True, middle=True)
        slip.text(
            words.t("Of receipt {receipt}", receipt=grouped(view.returns)), size=2.8, middle=True
        )
    elif view.state in (SaleState.VOIDED, SaleState.DROPPED):
        slip.text(words.t("TAKEN BACK"), size=4.0, bold=True, middle=True)
    slip.bars(view.receipt_no, grouped(view.receipt_no))
    slip.pair(words.stamp(view.at), f"{view.till} · {view.staff}".strip(" ·"), size=2.8)
    slip.rule()


def _lines(slip: Slip, view: BillView, words: Catalogue) -> None:
    if not view.goods:
        return
    for line in view.lines:
        slip.pair(
            line.name or line.sku or words.t("Goods without a code"), words.money(line.amount)
        )
        if line.unit_price is not None and (line.quantity != 1000 or line.share):
            slip.pair(
                f"  {line.quantity / 1000:g} × {words.money(line.unit_price)}",
                _off(line, words),
                size=2.8,
            )
    slip.rule()


def _off(line: LineView, words: Catalogue) -> str:
    return words.money(-line.share) if line.share > 0 else ""


def _sums(slip: Slip, view: BillView, words: Catalogue) -> None:
    slip.pair(words.t("Before"), "—" if view.gross is None else words.money(view.gross))
    late = [step for step in view.steps if step.step in ("points", "rounding")]
    for step in (step for step in view.steps if step not in late):
        slip.pair(step.offer_name or words.t(labels.STEPS[step.step]), words.money(-step.amount))
    for coupon in view.coupons:
        slip.pair(f"{coupon.offer_name} …{coupon.code[-4:]}", words.money(-coupon.discount))
    for step in late:
        slip.pair(words.t(labels.STEPS[step.step]), words.money(-step.amount))
    if view.net is not None and view.net < 0:
        slip.pair(words.t("Paid back"), words.money(-view.net), size=4.4, bold=True)
    elif view.net is not None:
        slip.pair(words.t("To pay"), words.money(view.net), size=4.4, bold=True)
    for paid in view.paid:
        slip.pair(
            words.t(labels.TENDERS[paid.kind]),
            words.money(paid.amount if paid.given is None else paid.given),
        )
    if view.change:
        slip.pair(words.t("Change due"), words.money(view.change), bold=True)


def _member(slip: Slip, store: Store, view: BillView, words: Catalogue) -> None:
    if view.member is None:
        return
    today = store.clock.today()
    with store.read() as session:
        now = point_balances.balance(session, view.member.id, today)
        soon = point_balances.expiring(session, view.member.id, today, today + SOON)
    slip.rule()
    phone = (
        masked_phone(view.member.phone) if view.member.phone.startswith("+") else view.member.phone
    )
    slip.pair(words.t("Member"), phone or f"…{view.member.member_no[-4:]}")
    if not view.returns:
        slip.pair(words.t("Points of this bill"), words.number(view.points_earned))
    slip.pair(words.t("Points now"), words.number(now.active))
    if now.pending:
        slip.pair(words.t("Points that count later"), words.number(now.pending))
    if soon:
        slip.pair(words.t("…of them end within 60 days"), words.number(soon))


def _coupon(slip: Slip, coupon: GivenCoupon, words: Catalogue, mark: str = "") -> None:
    slip.rule()
    slip.text(f"{words.t('Coupon')} {mark}".strip(), size=3.4, middle=True)
    slip.big(benefit(coupon.rule, words), 11.0)
    slip.text(condition(coupon.rule, words), size=4.0, bold=True, middle=True)
    slip.bars(coupon.code, grouped(coupon.code))
    slip.text(
        f"{words.day(coupon.valid_from)} – {words.day(coupon.valid_to)}",
        size=3.4,
        bold=True,
        middle=True,
    )
    slip.text(
        rule_sentence(coupon.rule, words, dates=(coupon.valid_from, coupon.valid_to)), size=2.6
    )
