"""sale: bills and receipts."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli import goods, proofs, returns
from storecrm.cli.arguments import (
    amount,
    expected_sum,
    noun,
    number,
    request_no,
    several,
    sum_of,
    writes,
)
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form import bills
from storecrm.cli.receipt_argument import receipt_argument, receipt_of
from storecrm.errors import BadInput
from storecrm.services.printing import receipt_slip
from storecrm.services.till import late_member, open_bill, parked_bills, receipts, voids
from storecrm.services.till.posting import Closing
from storecrm.services.till.receipts import BillView

_SHOWN = "the sum that was shown"


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "sale", "bills and receipts")
    _record_command(verbs)
    _receipt_commands(verbs)
    _late_commands(verbs)
    _parking_commands(verbs)
    returns.commands_of_sale(verbs)
    # what another register took is typed afterwards
    fill = verbs.add_parser("amount", help="the amount of a bill that closed without one")
    receipt_argument(fill)
    fill.add_argument("amount")
    fill.set_defaults(go=_fill_amount)


def _record_command(verbs: Any) -> None:
    record = verbs.add_parser("record")
    goods.sold_arguments(record)
    record.add_argument("--points", type=number, default=0)
    proofs.proof_arguments(record)
    record.add_argument("--no-points-amount")
    ways = "cash, wechat, alipay, card or other"
    several(record, "--tender", metavar="KIND:AMOUNT", help=ways)
    by_hand = "counted by hand, without lines"
    several(record, "--stamps", metavar="OFFER:PIECES", help=by_hand)
    request_no(record)
    expected_sum(record, "--expect-net", _SHOWN)
    record.add_argument("--dry-run", action="store_true")
    record.set_defaults(go=_record)


def _receipt_commands(verbs: Any) -> None:
    show = verbs.add_parser("show")
    receipt_argument(show)
    show.set_defaults(go=_show)
    void = verbs.add_parser("void")
    receipt_argument(void)
    void.add_argument("--reason", default="")
    void.set_defaults(go=_void)


def _late_commands(verbs: Any) -> None:
    """What is done with a receipt after the customer has paid."""
    attach = verbs.add_parser("attach", help="give a posted sale its member")
    receipt_argument(attach)
    attach.add_argument("--member", required=True)
    attach.set_defaults(go=_attach)
    slip = verbs.add_parser("print", help="the customer's slip")
    receipt_argument(slip)
    slip.add_argument("--output", type=Path, required=True)
    slip.add_argument("--layout", default="slip-80")
    writes(slip)
    slip.set_defaults(go=_print)


def _parking_commands(verbs: Any) -> None:
    park = verbs.add_parser("suspend", help="put a bill aside; its coupons and points are held")
    goods.sold_arguments(park)
    park.add_argument("--points", type=number, default=0)
    proofs.proof_arguments(park)
    park.set_defaults(go=_park)
    resume = verbs.add_parser("resume", help="sell a suspended bill")
    resume.add_argument("receipt")
    resume.add_argument("--points", type=number)
    proofs.proof_arguments(resume)
    request_no(resume)
    expected_sum(resume, "--expect-net", _SHOWN)
    resume.set_defaults(go=_resume)
    discard = verbs.add_parser("drop", help="give a suspended bill up")
    discard.add_argument("receipt")
    discard.set_defaults(go=_discard)
    parked = verbs.add_parser("suspended", help="the bills put aside")
    parked.set_defaults(go=_parked)


def _answer(here: CommandContext, view: BillView) -> dict[str, Any]:
    return bills.bill(view, here.words)


def _record(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # a coupon alone may give something for nothing that is known yet
    if o.amount is None and not o.line and not o.coupon:
        raise BadInput("amount", where="")
    closing = Closing(
        points_used=o.points,
        no_points=sum_of(here, o.no_points_amount),
        expect=amount(here, o.expect_net),
        paid=goods.tenders(here, o.tender),
        pieces=goods.counted_pieces(o.stamps),
        proof=proofs.proof_said(here, o),
    )
    view = open_bill.record(
        here.open,
        amount=amount(here, o.amount),
        lines=goods.sold_lines(here, o.line),
        member=o.member,
        coupons=o.coupon,
        # an empty number is none
        request_no=o.request_no or None,
        dry_run=o.dry_run,
        closing=closing,
    )
    return _answer(here, view) | ({"dry_run": True} if o.dry_run else {})


def _show(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _answer(here, receipts.show(here.open, receipt=receipt_of(o)))


def _void(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = voids.void(here.open, receipt=receipt_of(o), reason=o.reason)
    return _answer(here, view)


def _attach(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = late_member.attach(here.open, receipt=receipt_of(o), member=o.member)
    return _answer(here, view)


def _print(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = receipt_slip.write(
        here.open,
        receipt=receipt_of(o),
        file=o.output,
        words=here.words,
        layout=o.layout,
        overwrite=o.overwrite,
    )
    codes = [given.code for given in view.given]
    body = {"ok": True, "receipt_no": view.receipt_no}
    return body | {"file": str(o.output), "coupons": codes}


def _fill_amount(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    told = sum_of(here, o.amount)
    view = open_bill.fill_amount(here.open, receipt=receipt_of(o), amount=told)
    return _answer(here, view)


def _park(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = parked_bills.suspend(
        here.open,
        amount=amount(here, o.amount),
        lines=goods.sold_lines(here, o.line),
        member=o.member,
        coupons=o.coupon,
        points_used=o.points,
        proof=proofs.proof_said(here, o),
    )
    return _answer(here, view)


def _resume(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = parked_bills.resume(
        here.open,
        receipt=o.receipt,
        points_used=o.points,
        request_no=o.request_no,
        expect=amount(here, o.expect_net),
        proof=proofs.proof_on_bill(here, o),
    )
    return _answer(here, view)


def _discard(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _answer(here, parked_bills.drop(here.open, receipt=o.receipt))


def _parked(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    waiting = parked_bills.waiting(here.open)
    return {"ok": True, "suspended": [_answer(here, view) for view in waiting]}
