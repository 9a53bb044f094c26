"""sale return and exchange: goods that come back."""

import argparse
from typing import Any

from storecrm.cli import goods
from storecrm.cli.arguments import expected_sum, request_no, several, signed_amount, sum_of
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form import bills
from storecrm.cli.json_form.values import money, part
from storecrm.cli.receipt_argument import receipt_argument, receipt_of
from storecrm.errors import UsageError
from storecrm.services.till import exchanges, returns
from storecrm.services.till.exchanges import Exchanged
from storecrm.values import TenderKind

_WAYS = ("cash", "wechat", "alipay", "card", "other")


def commands_of_sale(verbs: Any) -> None:
    """What belongs under `sale`."""
    _return_command(verbs)
    _exchange_command(verbs)


def _return_command(verbs: Any) -> None:
    back = verbs.add_parser("return", help="goods that come back; without --line everything")
    receipt_argument(back, maybe=True)
    several(back, "--line", metavar="N:QTY")
    look = "say what would happen, change nothing"
    back.add_argument("--preview", action="store_true", help=look)
    request_no(back)
    _way_argument(back, "how the money goes back (else as it came)")
    back.add_argument("--amount", help="without a receipt: cash only, no points, no coupon")
    back.add_argument("--reason", default="")
    expected_sum(back, "--expect-cash", "the cash that the preview said")
    back.set_defaults(go=_return)


def _exchange_command(verbs: Any) -> None:
    swap = verbs.add_parser("exchange", help="goods for other goods; only the difference is paid")
    receipt_argument(swap)
    several(swap, "--line", metavar="N:QTY", help="what comes back; without it everything")
    several(swap, "--take", metavar="SKU:QTY[:PRICE]")
    _way_argument(swap, "how the difference goes over the counter (else as the money came)")
    several(swap, "--tender", metavar="KIND:AMOUNT")
    swap.add_argument("--preview", action="store_true")
    request_no(swap)
    expected_sum(swap, "--expect-difference", "what the preview said")
    swap.set_defaults(go=_exchange)


def _way_argument(command: Any, say: str) -> None:
    command.add_argument("--back-by", default="", choices=_WAYS, help=say)


def _way(o: argparse.Namespace) -> TenderKind | None:
    return TenderKind(o.back_by) if o.back_by else None


def _return(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.receipt is None:
        return _without_receipt(here, o)
    # an amount of its own would be another sum than the receipt's
    if o.amount is not None or o.reason:
        said = "with a receipt there is no --amount and no --reason: name lines with --line N:QTY"
        raise UsageError("usage", reason=said)
    # without a line everything comes back
    lines = goods.returned_lines(o.line)
    receipt = receipt_of(o)
    if o.preview:
        seen = returns.preview(here.open, receipt=receipt, lines=lines)
        return bills.returned(seen, here.words) | {"preview": True}
    done = returns.return_goods(
        here.open,
        receipt=receipt,
        lines=lines,
        request_no=o.request_no or None,
        way=_way(o),
        expect=signed_amount(here, o.expect_cash),
    )
    return bills.returned(done, here.words)


def _without_receipt(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    """Cash for goods whose receipt is lost: an amount and a reason are all there is."""
    if o.amount is None:
        said = "sale return needs a receipt, or --amount with --reason"
        raise UsageError("usage", reason=said)
    # there are no lines that could be named
    if o.preview or o.line:
        said = "without a receipt there is no --line and no --preview"
        raise UsageError("usage", reason=said)
    cash = sum_of(here, o.amount)
    request = o.request_no or None
    done = returns.without_receipt(here.open, amount=cash, reason=o.reason, request_no=request)
    return bills.bill(done, here.words)


def _exchange(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    lines = goods.returned_lines(o.line)
    taken = goods.sold_lines(here, o.take)
    if o.preview:
        seen = exchanges.preview(here.open, receipt=receipt_of(o), lines=lines, taken=taken)
        return _exchanged(here, seen) | {"preview": True}
    done = exchanges.exchange(
        here.open,
        receipt=receipt_of(o),
        lines=lines,
        taken=taken,
        paid=goods.tenders(here, o.tender),
        request_no=o.request_no or None,
        way=_way(o),
        expect=signed_amount(here, o.expect_difference),
    )
    return _exchanged(here, done)


def _exchanged(here: CommandContext, done: Exchanged) -> dict[str, Any]:
    back = part(bills.returned(done.back, here.words))
    sale = part(bills.bill(done.sale, here.words))
    difference = money(done.difference, here.words)
    return {"ok": True, "difference": difference, "back": back, "sale": sale}
