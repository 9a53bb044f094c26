"""sale, offer and coupon."""

import argparse
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from storecrm.cli import json_form, till
from storecrm.cli.context import CommandContext
from storecrm.cli.shop import day_of, number, writes
from storecrm.errors import BadFile, BadInput, UsageError
from storecrm.services import files
from storecrm.services.analytics import segments
from storecrm.services.coupons import batches
from storecrm.services.coupons import issue as coupons
from storecrm.services.coupons.issue import CouponView
from storecrm.services.files import Target
from storecrm.services.offers import backtest, design
from storecrm.services.printing import coupon_layouts, coupon_sheet
from storecrm.services.till import (
    coupon_check,
    exchanges,
    open_bill,
    overrides,
    parked_bills,
    receipts,
    returned_goods,
    returns,
    voids,
)
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.values import Money, Quantity, TenderKind, parse_money, scan_key
from storecrm.wording.offers import rule_sentence


def commands(top: Any) -> None:
    """Register the commands of these nouns."""
    _sale_commands(
        top.add_parser("sale", help="bills and receipts").add_subparsers(dest="verb", required=True)
    )
    _offer_commands(
        top.add_parser("offer", help="what a coupon gives").add_subparsers(
            dest="verb", required=True
        )
    )
    _coupon_commands(
        top.add_parser("coupon", help="issue, print, check, redeem").add_subparsers(
            dest="verb", required=True
        )
    )


def _sale_commands(verbs: Any) -> None:
    record = verbs.add_parser("record")
    record.add_argument("--amount")
    record.add_argument("--line", action="append", default=[], metavar="SKU:QTY[:PRICE]")
    record.add_argument("--member")
    record.add_argument("--coupon", action="append", default=[])
    record.add_argument("--points", type=number, default=0)
    till.proves(record)
    record.add_argument("--no-points-amount")
    record.add_argument(
        "--tender",
        action="append",
        default=[],
        metavar="KIND:AMOUNT",
        help="cash, wechat, alipay, card or other",
    )
    record.add_argument(
        "--stamps",
        action="append",
        default=[],
        metavar="OFFER:PIECES",
        help="counted by hand, without lines",
    )
    record.add_argument("--request-no")
    record.add_argument(
        "--expect-net",
        metavar="SUM",
        help="the sum that was shown: another one is refused (price_changed)",
    )
    record.add_argument("--dry-run", action="store_true")
    record.set_defaults(go=_record)
    show = verbs.add_parser("show")
    till.receipt_argument(show)
    show.set_defaults(
        go=lambda here, o: json_form.bill(
            receipts.show(here.open, receipt=till.receipt_of(o)), here.words
        )
    )
    void = verbs.add_parser("void")
    till.receipt_argument(void)
    void.add_argument("--reason", default="")
    void.set_defaults(
        go=lambda here, o: json_form.bill(
            voids.void(here.open, receipt=till.receipt_of(o), reason=o.reason), here.words
        )
    )
    till.sale_commands(verbs)
    aside = verbs.add_parser("suspend", help="put a bill aside; its coupons and points are held")
    aside.add_argument("--amount")
    aside.add_argument("--line", action="append", default=[], metavar="SKU:QTY[:PRICE]")
    aside.add_argument("--member")
    aside.add_argument("--coupon", action="append", default=[])
    aside.add_argument("--points", type=number, default=0)
    till.proves(aside)
    aside.set_defaults(go=_suspend)
    go_on = verbs.add_parser("resume", help="sell a suspended bill")
    go_on.add_argument("receipt")
    go_on.add_argument("--points", type=number)
    till.proves(go_on)
    go_on.add_argument("--request-no")
    go_on.add_argument(
        "--expect-net",
        metavar="SUM",
        help="the sum that was shown: another one is refused (price_changed)",
    )
    go_on.set_defaults(go=_resume)
    drop = verbs.add_parser("drop", help="give a suspended bill up")
    drop.add_argument("receipt")
    drop.set_defaults(
        go=lambda here, o: json_form.bill(
            parked_bills.drop(here.open, receipt=o.receipt), here.words
        )
    )
    verbs.add_parser("suspended", help="the bills put aside").set_defaults(
        go=lambda here, _: {
            "ok": True,
            "suspended": [
                json_form.bill(view, here.words) for view in parked_bills.waiting(here.open)
            ],
        }
    )
    back = verbs.add_parser("return", help="goods that come back; without --line everything")
    till.receipt_argument(back, maybe=True)
    back.add_argument("--line", action="append", default=[], metavar="N:QTY")
    back.add_argument(
        "--preview", action="store_true", help="say what would happen, change nothing"
    )
    back.add_argument("--request-no")
    ways = ("cash", "wechat", "alipay", "card", "other")
    back.add_argument(
        "--back-by", default="", choices=ways, help="how the money goes back (else as it came)"
    )
    back.add_argument("--amount", help="without a receipt: cash only, no points, no coupon")
    back.add_argument("--reason", default="")
    back.add_argument(
        "--expect-cash",
        metavar="SUM",
        help="the cash that the preview said: another one is refused (price_changed)",
    )
    back.set_defaults(go=_return)
    swap = verbs.add_parser("exchange", help="goods for other goods; only the difference is paid")
    till.receipt_argument(swap)
    swap.add_argument(
        "--line",
        action="append",
        default=[],
        metavar="N:QTY",
        help="what comes back; without it everything",
    )
    swap.add_argument("--take", action="append", default=[], metavar="SKU:QTY[:PRICE]")
    swap.add_argument(
        "--back-by",
        default="",
        choices=ways,
        help="how the difference goes over the counter (else as the money came)",
    )
    swap.add_argument("--tender", action="append", default=[], metavar="KIND:AMOUNT")
    swap.add_argument("--preview", action="store_true")
    swap.add_argument("--request-no")
    swap.add_argument(
        "--expect-difference",
        metavar="SUM",
        help="what the preview said: another one is refused (price_changed)",
    )
    swap.set_defaults(go=_exchange)
    fill = verbs.add_parser("amount", help="the amount of a bill that closed without one")
    till.receipt_argument(fill)
    fill.add_argument("amount")
    fill.set_defaults(
        go=lambda here, o: json_form.bill(
            open_bill.fill_amount(
                here.open, receipt=till.receipt_of(o), amount=_need(here, o.amount)
            ),
            here.words,
        )
    )


def _offer_commands(verbs: Any) -> None:
    create = verbs.add_parser("create")
    create.add_argument("--file", required=True, type=Path)
    create.set_defaults(go=_create_offer)
    verbs.add_parser("list").set_defaults(
        go=lambda here, _: {
            "ok": True,
            "offers": [json_form.offer(o, here.words) for o in design.listed(here.open)],
        }
    )
    trial_ = verbs.add_parser(
        "try", help="on past receipts: how many would have qualified, what it would have cost"
    )
    trial_.add_argument("code")
    trial_.add_argument("--from", dest="first", type=day_of, required=True)
    trial_.add_argument("--to", dest="last", type=day_of, required=True)
    trial_.set_defaults(go=_try)
    explain = verbs.add_parser(
        "explain", help="the rule in both languages, and what it cannot be had together with"
    )
    explain.add_argument("code")
    explain.set_defaults(go=_explain)
    for verb in ("show", "stop", "resume"):
        one = verbs.add_parser(verb)
        one.add_argument("code")
        one.set_defaults(go=_one_offer)


def _coupon_commands(verbs: Any) -> None:
    issue = verbs.add_parser("issue")
    issue.add_argument("--offer", required=True)
    issue.add_argument("--count", type=number, default=0)
    issue.add_argument("--member", action="append", default=[])
    issue.add_argument("--members-file", type=Path)
    issue.add_argument("--segment", default="", help="to every member that this segment has now")
    issue.set_defaults(go=_issue)
    issue.add_argument(
        "--activate", action="store_true", help="works only once its serial is handed out"
    )
    till.coupon_commands(verbs)
    again = verbs.add_parser("print")
    again.add_argument("--batch", required=True, type=number)
    for command in (issue, again):
        command.add_argument(
            "--print", dest="file", type=Path, required=command is again, metavar="FILE.pdf"
        )
        command.add_argument("--layout", default="a4-3x7")
        command.add_argument("--first-cell", type=number, default=1)
        writes(command)
    again.add_argument(
        "--copy", action="store_true", help="once more, each coupon marked as a copy"
    )
    again.set_defaults(go=_print)
    again = verbs.add_parser(
        "reissue", help="a lost named coupon under a new code; the old one is void"
    )
    again.add_argument("code")
    again.set_defaults(go=lambda here, o: _coupon(coupons.reissue(here.open, code=o.code)))
    void = verbs.add_parser("void")
    void.add_argument("code", nargs="?")
    void.add_argument("--batch", type=number)
    void.add_argument("--reason", default="")
    void.set_defaults(go=_void)
    for verb, go in (("check", _check), ("redeem", _redeem)):
        one = verbs.add_parser(verb)
        one.add_argument("code")
        one.add_argument("--amount")
        one.add_argument("--member")
        if verb == "redeem":
            till.proves(one, "sets dates and limits aside, or lets somebody use their own card")
            one.add_argument("--request-no")
            one.add_argument(
                "--expect-net",
                metavar="SUM",
                help="the sum that was shown: another one is refused (price_changed)",
            )
            one.add_argument(
                "--allowance", action="store_true", help="on the own small allowance, with --reason"
            )
            one.add_argument(
                "--emergency-code", metavar="CODE", help="from the list in the safe, with --reason"
            )
        one.set_defaults(go=go)
    undo = verbs.add_parser("undo")
    undo.add_argument("code")
    undo.set_defaults(
        go=lambda here, o: json_form.redeemed(
            voids.undo_coupon(here.open, code=o.code), here.words, scan_key(o.code)
        )
    )
    show = verbs.add_parser("show")
    show.add_argument("code")
    show.set_defaults(go=_show_coupon)


def _suspend(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = parked_bills.suspend(
        here.open,
        amount=_amount(here, o.amount),
        lines=[_line(here, text) for text in o.line],
        member=o.member,
        coupons=o.coupon,
        points_used=o.points,
        proof=till.proof_of(here, o.member, o.proof, till.word_of(here, o)),
    )
    return json_form.bill(view, here.words)


def _resume(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = parked_bills.resume(
        here.open,
        receipt=o.receipt,
        points_used=o.points,
        request_no=o.request_no,
        expect=_amount(here, o.expect_net),
        proof=till.proof_on_bill(here, o.receipt, o.proof, till.word_of(here, o)),
    )
    return json_form.bill(view, here.words)


def _return(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.receipt is None:
        if o.amount is None:
            raise UsageError(
                "usage", reason="sale return needs a receipt, or --amount with --reason"
            )
        if o.preview or o.line:
            raise UsageError(
                "usage", reason="without a receipt there is no --line and no --preview"
            )
        done = returns.without_receipt(
            here.open,
            amount=_need(here, o.amount),
            reason=o.reason,
            request_no=o.request_no or None,
        )
        return json_form.bill(done, here.words)
    if o.amount is not None or o.reason:
        raise UsageError(
            "usage",
            reason="with a receipt there is no --amount and no --reason: "
            "name lines with --line N:QTY",
        )
    lines = _backs(o.line)
    if o.preview:
        return json_form.returned(
            returns.preview(here.open, receipt=till.receipt_of(o), lines=lines), here.words
        ) | {"preview": True}
    return json_form.returned(
        returns.return_goods(
            here.open,
            receipt=till.receipt_of(o),
            lines=lines,
            request_no=o.request_no or None,
            way=_way(o),
            expect=_signed(here, o.expect_cash),
        ),
        here.words,
    )


def _way(o: argparse.Namespace) -> TenderKind | None:
    return TenderKind(o.back_by) if o.back_by else None


def _backs(texts: list[str]) -> list[returned_goods.ReturnLine]:
    """N:QTY as given on the command line."""
    lines = []
    for text in texts:
        number, _, pieces = text.partition(":")
        if not re.fullmatch(r"[0-9]{1,4}", number) or not re.fullmatch(
            r"[0-9]{1,6}(\.[0-9]{1,3})?", pieces
        ):
            raise BadInput("return_line", where=text[:40])
        lines.append(returned_goods.ReturnLine(int(number), Quantity(int(Decimal(pieces) * 1000))))
    return lines


def _exchange(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    backs, taken = _backs(o.line), [_line(here, text) for text in o.take]
    if o.preview:
        done = exchanges.preview(here.open, receipt=till.receipt_of(o), lines=backs, taken=taken)
    else:
        paid = till.tenders_of(here, o.tender)
        done = exchanges.exchange(
            here.open,
            receipt=till.receipt_of(o),
            lines=backs,
            taken=taken,
            paid=paid,
            request_no=o.request_no or None,
            way=_way(o),
            expect=_signed(here, o.expect_difference),
        )
    parts = {
        "back": json_form.returned(done.back, here.words),
        "sale": json_form.bill(done.sale, here.words),
    }
    body = {name: {k: v for k, v in part.items() if k != "ok"} for name, part in parts.items()}
    return {"ok": True, "difference": json_form.money(done.difference, here.words), **body} | (
        {"preview": True} if o.preview else {}
    )


def _try(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = backtest.try_out(here.open, code=o.code, first=o.first, last=o.last)
    return {
        "ok": True,
        "receipts": found.receipts,
        "qualified": found.qualified,
        "near": found.near,
        "cost": json_form.money(found.cost, here.words),
        "qualified_net": json_form.money(found.qualified_net, here.words),
    }


def _explain(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = design.show(here.open, code=o.code)
    both = {
        language: rule_sentence(view.rule, here.words.into(language))
        for language in ("zh_CN", "en")
    }
    found = backtest.collisions(here.open, rule=view.rule, besides=view.code)
    return {
        "ok": True,
        "code": view.code,
        "sentences": both,
        "collisions": [{"code": c.code, "name": c.name, "why": c.why} for c in found],
    }


def _amount(here: CommandContext, text: str | None) -> Money | None:
    if text is None:
        return None
    try:
        return parse_money(text, digits=here.words.digits)
    except ValueError:
        raise BadInput("amount", where=text[:40]) from None


def _signed(here: CommandContext, text: str | None) -> Money | None:
    """An amount that may go back to the customer: with a minus before it."""
    if text is None or not text.startswith("-"):
        return _amount(here, text)
    return Money(-_need(here, text[1:]))


def _need(here: CommandContext, text: str) -> Money:
    return _amount(here, text) or Money(0)


def _line(here: CommandContext, text: str) -> LineIn:
    parts = text.rsplit(":", 2) if text.count(":") >= 2 else text.rsplit(":", 1)
    if len(parts) < 2 or not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", parts[1]):
        raise BadInput("quantity", where=text[:40])
    try:
        quantity = Quantity(int(Decimal(parts[1]) * 1000))
    except InvalidOperation:
        raise BadInput("quantity", where=text[:40]) from None
    return LineIn(parts[0], quantity, _amount(here, parts[2]) if len(parts) == 3 else None)


def _record(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.amount is None and not o.line and not o.coupon:
        raise BadInput("amount", where="")
    view = open_bill.record(
        here.open,
        amount=_amount(here, o.amount),
        lines=[_line(here, text) for text in o.line],
        member=o.member,
        coupons=o.coupon,
        request_no=o.request_no or None,
        dry_run=o.dry_run,
        closing=Closing(
            points_used=o.points,
            no_points=_amount(here, o.no_points_amount) or Money(0),
            expect=_amount(here, o.expect_net),
            paid=till.tenders_of(here, o.tender),
            pieces=till.pieces_of(o.stamps),
            proof=till.proof_of(here, o.member, o.proof, till.word_of(here, o)),
        ),
    )
    return json_form.bill(view, here.words) | ({"dry_run": True} if o.dry_run else {})


def _create_offer(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    new = design.read_file(o.file, here.words.digits)
    return {"ok": True, **json_form.offer(design.create(here.open, new=new), here.words)}


def _one_offer(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.verb == "show":
        view = design.show(here.open, code=o.code)
    else:
        view = design.stop(here.open, code=o.code, running=o.verb == "resume")
    return {"ok": True, **json_form.offer(view, here.words)}


def _issue(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    to = list(o.member)
    if o.segment and (to or o.members_file or o.count or o.activate):
        raise UsageError(
            "usage",
            reason="--segment stands alone: no --count, no --member, no --members-file, "
            "no --activate",
        )
    if o.members_file:
        try:
            to += [
                line.strip().split(",")[0]
                for line in o.members_file.read_text("utf-8-sig").splitlines()
                if line.strip()
            ]
        except (OSError, UnicodeDecodeError) as error:
            raise BadFile("no_file", where=str(o.members_file)) from error
    if o.file:
        # what cannot be printed is not issued
        coupon_layouts.require(o.layout, o.first_cell)
        files.require(Target(o.file, coupon_sheet.KIND, here.open.name, o.overwrite))
    if o.segment:
        batch = segments.issue(here.open, code=o.segment, offer=o.offer)
    else:
        batch = coupons.issue(here.open, offer=o.offer, count=o.count, to=to, activate=o.activate)
    body = {
        "ok": True,
        "batch": batch.id,
        "count": batch.count,
        "codes": batches.codes_of(here.open, batch=batch.id),
    }
    return body | (_to_paper(here, batch.id, o) if o.file else {})


def _print(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return {"ok": True, "batch": o.batch} | _to_paper(here, o.batch, o)


def _to_paper(here: CommandContext, batch: int, o: argparse.Namespace) -> dict[str, Any]:
    copy = batches.is_copy(here.open, batch=batch, copy=getattr(o, "copy", False))
    found = coupons.to_print(here.open, batch=batch)
    pages = coupon_sheet.write(
        here.open,
        coupons=found,
        file=o.file,
        layout=o.layout,
        words=here.words,
        first_cell=o.first_cell,
        overwrite=o.overwrite,
        copy=copy,
    )
    batches.mark_printed(here.open, batch=batch, count=len(found))
    return {
        "file": str(o.file),
        "pages": pages,
        "printed": len(found),
        "copy": copy,
        "unprintable": coupon_sheet.unprintable(found),
    }


def _void(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if (o.code is None) == (o.batch is None):
        raise BadInput("code_or_batch")
    if o.code is not None:
        view = coupons.void(here.open, code=o.code, reason=o.reason)
        return {"ok": True, "code": view.code, "state": view.state.value}
    batch = batches.void_batch(here.open, batch=o.batch, reason=o.reason)
    return {
        "ok": True,
        "batch": batch.id,
        "state": batch.state.value,
        "voided": batch.voided,
        "redeemed": batch.redeemed,
    }


def _check(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = coupon_check.check(
        here.open, code=o.code, amount=_amount(here, o.amount), member=o.member
    )
    body = {
        "ok": True,
        "code": found.code,
        "offer_code": found.offer_code,
        "offer": found.offer_name,
        "valid_to": found.valid_to.isoformat(),
    }
    return body | {"discount": json_form.money(found.discount, here.words)}


def _redeem(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    approval = word = till.word_of(here, o)
    if word is None and o.emergency_code:
        approval = overrides.emergency(here.open, code=o.emergency_code, reason=o.reason)
    elif word is None and o.allowance:
        approval = overrides.allow(here.open, reason=o.reason)
    view = open_bill.record(
        here.open,
        amount=_amount(here, o.amount),
        member=o.member,
        coupons=[o.code],
        request_no=o.request_no or None,
        approval=approval,
        closing=Closing(
            expect=_amount(here, o.expect_net), proof=till.proof_of(here, o.member, o.proof, word)
        ),
    )
    return json_form.redeemed(view, here.words, scan_key(o.code))


def _show_coupon(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _coupon(coupons.show(here.open, code=o.code))


def _coupon(view: CouponView) -> dict[str, Any]:
    dates = {
        "valid_from": view.valid_from.isoformat(),
        "valid_to": view.valid_to.isoformat(),
        "issued_on": view.issued_on.isoformat(),
    }
    body = {
        "ok": True,
        "code": view.code,
        "offer_code": view.offer_code,
        "state": view.state.value,
        "batch": view.batch,
        "serial": view.serial,
    }
    return body | dates | {"member_no": view.member_no or None}
