"""stock and shift, and what the counter adds to sale, coupon, member and staff."""

import argparse
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from storecrm.cli import json_form
from storecrm.cli.context import CommandContext
from storecrm.cli.shop import day_of, number, writes
from storecrm.domain.tenders import Tender
from storecrm.errors import BadInput
from storecrm.services import files
from storecrm.services.coupons import paper_stock
from storecrm.services.coupons.paper_stock import StockCard
from storecrm.services.files import Target
from storecrm.services.loyalty import stamp_cards
from storecrm.services.members import verification
from storecrm.services.members.verification import Proof, ProofLevel
from storecrm.services.printing import emergency_list, receipt_slip, shift_slip
from storecrm.services.printing.slip import require_layout
from storecrm.services.reports import enrolment, supplier_sheet
from storecrm.services.till import (
    clock_check,
    day_board,
    late_member,
    overrides,
    receipt_numbers,
    receipts,
    shifts,
)
from storecrm.services.till.overrides import Approval
from storecrm.services.till.shifts import ShiftSheet
from storecrm.values import Money, PaperAct, TenderKind, parse_money

ACTS = {"hand-out": PaperAct.HANDED_OUT, "take-in": PaperAct.RETURNED, "void": PaperAct.VOIDED}


def commands(top: Any) -> None:
    """Register the commands of these nouns."""
    stock = top.add_parser("stock", help="printed coupons by serial").add_subparsers(
        dest="verb", required=True
    )
    show = stock.add_parser("show")
    show.set_defaults(go=lambda here, o: _card(paper_stock.card(here.open, batch=o.batch)))
    show.add_argument("--batch", type=number, required=True)
    for verb in ACTS:
        one = stock.add_parser(verb)
        one.add_argument("--batch", type=number, required=True)
        one.add_argument("--serials", required=True, metavar="FIRST-LAST")
        one.add_argument(
            "--channel", default="", help="which way they go: street, partner, counter ..."
        )
        one.add_argument("--person", default="")
        one.set_defaults(go=_move)
    clock = top.add_parser("clock", help="what day it is").add_subparsers(
        dest="verb", required=True
    )
    confirm = clock.add_parser(
        "confirm", help="say that DATE is today, after the computer's clock was moved far"
    )
    confirm.add_argument("day", type=day_of, metavar="DATE")
    confirm.set_defaults(go=_confirm)
    shift = top.add_parser("shift", help="the shift sheet of the person who acts").add_subparsers(
        dest="verb", required=True
    )
    now = shift.add_parser("show")
    close = shift.add_parser("close", help="hand over")
    close.add_argument("--register-discount", help="what the other register says was given away")
    close.add_argument("--counted", action="append", default=[], metavar="OFFER:PIECES")
    for one in (now, close):
        one.add_argument("--print", dest="file", type=Path, metavar="FILE.pdf")
        one.add_argument("--layout", default="slip-80")
        writes(one)
        one.set_defaults(go=_shift)
    listed = shift.add_parser("list")
    listed.add_argument("--from", dest="first", type=day_of, required=True)
    listed.add_argument("--to", dest="last", type=day_of, required=True)
    listed.set_defaults(
        go=lambda here, o: {
            "ok": True,
            "shifts": [
                _sheet(here, s) for s in shifts.handed_over(here.open, first=o.first, last=o.last)
            ],
        }
    )


def receipt_argument(command: Any, *, maybe: bool = False) -> None:
    """The receipt that a command is about; a number that begins anew every day is told apart by
    date and store."""
    command.add_argument("receipt", nargs="?" if maybe else None)
    command.add_argument(
        "--date",
        dest="receipt_date",
        type=day_of,
        help="which of several receipts of this number: its day",
    )
    command.add_argument(
        "--branch", dest="receipt_store", default="", help="with --date: its store"
    )


def receipt_of(o: argparse.Namespace) -> str:
    """The receipt as it was named."""
    return receipt_numbers.chosen(o.receipt, o.receipt_date, o.receipt_store)


def proves(command: Any, what: str = "lets somebody use their own card") -> None:
    """The option of every command that uses points or a named coupon."""
    command.add_argument(
        "--proof",
        action="append",
        default=[],
        metavar="CARD|PHONE|PASSWORD",
        help="what the member showed or said; a manager needs none",
    )
    approves(command, what)


def approves(command: Any, what: str, *, reason: bool = True) -> None:
    """The options of every command that needs a second person's word for `what`."""
    command.add_argument(
        "--approved-by", metavar="NAME", help=f"a manager who {what} (PIN in STORECRM_APPROVER_PIN)"
    )
    if reason:
        command.add_argument("--reason", default="", help="why, for whoever approves")


def word_of(here: CommandContext, o: argparse.Namespace) -> Approval | None:
    """The word of whom `--approved-by` names."""
    if not o.approved_by:
        return None
    return overrides.approve(
        here.open,
        name=o.approved_by,
        pin=os.environ.get("STORECRM_APPROVER_PIN", ""),
        reason=o.reason,
    )


def proof_of(
    here: CommandContext, member: str | None, said: list[str], word: Approval | None
) -> Proof:
    """What `--proof` says of the member, and who stands in for it that the card is the own one."""
    return replace(
        verification.shown(here.open, member=member, said=said), second=overrides.second(word)
    )


def proof_on_bill(
    here: CommandContext, receipt: str, said: list[str], word: Approval | None
) -> Proof:
    """What `--proof` says of the member on a bill that was put aside."""
    if not said:
        return Proof(ProofLevel.NONE, second=overrides.second(word))
    member = receipts.show(here.open, receipt=receipt).member
    return proof_of(here, member.member_no if member else None, said, word)


def sale_commands(verbs: Any) -> None:
    """What belongs under `sale`."""
    attach = verbs.add_parser("attach", help="give a posted sale its member")
    receipt_argument(attach)
    attach.add_argument("--member", required=True)
    attach.set_defaults(
        go=lambda here, o: json_form.bill(
            late_member.attach(here.open, receipt=receipt_of(o), member=o.member), here.words
        )
    )
    slip = verbs.add_parser("print", help="the customer's slip")
    receipt_argument(slip)
    slip.add_argument("--output", type=Path, required=True)
    slip.add_argument("--layout", default="slip-80")
    writes(slip)
    slip.set_defaults(go=_slip)


def coupon_commands(verbs: Any) -> None:
    """What belongs under `coupon`."""
    refused = verbs.add_parser("refused", help="scans that gave nothing, with their reasons")
    refused.add_argument("--from", dest="first", type=day_of)
    refused.add_argument("--to", dest="last", type=day_of)
    refused.set_defaults(go=_refused)


def member_commands(verbs: Any) -> None:
    """What belongs under `member`."""
    password = verbs.add_parser(
        "set-password", help="four to six digits for burning points; none takes it away"
    )
    password.add_argument("member")
    password.add_argument("password", nargs="?", default="")
    password.set_defaults(go=_password)
    cards = verbs.add_parser("stamps")
    cards.add_argument("member")
    cards.set_defaults(go=_stamps)


def staff_commands(verbs: Any) -> None:
    """What belongs under `staff`."""
    codes = verbs.add_parser(
        "emergency-codes", help="a new list for the safe; the list before is void"
    )
    codes.add_argument("--count", type=number, default=10)
    codes.add_argument("--output", type=Path, required=True, metavar="FILE.pdf")
    writes(codes)
    codes.set_defaults(go=_codes)


def report_commands(verbs: Any) -> None:
    """What belongs under `report`."""
    suppliers = verbs.add_parser("suppliers", help="what suppliers owe for promotions")
    suppliers.add_argument("--from", dest="first", required=True, type=day_of)
    suppliers.add_argument("--to", dest="last", required=True, type=day_of)
    suppliers.add_argument("--output", required=True, type=Path)
    writes(suppliers)
    suppliers.set_defaults(go=_suppliers)
    people = verbs.add_parser(
        "recruiting", help="who brought new members, and handed out coupons that were used"
    )
    people.add_argument("--from", dest="first", required=True, type=day_of)
    people.add_argument("--to", dest="last", required=True, type=day_of)
    people.set_defaults(go=_recruiting)


def pieces_of(texts: list[str]) -> dict[str, int]:
    """OFFER:PIECES as given on the command line.

    Raises:
        BadInput: counted, counted_twice.
    """
    found: dict[str, int] = {}
    for text in texts:
        code, _, count = text.rpartition(":")
        if not code or not re.fullmatch(r"[0-9]{1,6}", count):
            raise BadInput("counted", where=text[:40])
        if code in found:
            raise BadInput("counted_twice", where=code[:40])
        found[code] = int(count)
    return found


def tenders_of(here: CommandContext, texts: list[str]) -> list[Tender]:
    """KIND:AMOUNT as given on the command line.

    Raises:
        BadInput: tender.
    """
    found = []
    for text in texts:
        kind, _, amount = text.partition(":")
        try:
            found.append(
                Tender(TenderKind(kind), Money(parse_money(amount, digits=here.words.digits)))
            )
        except ValueError:
            raise BadInput("tender", where=text[:40]) from None
        if found[-1].kind is TenderKind.EXCHANGE:
            raise BadInput("tender", where=text[:40])
    return found


def _move(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    shape_ = re.fullmatch(r"([0-9]{1,7})(?:-([0-9]{1,7}))?", o.serials)
    if shape_ is None:
        raise BadInput("serials_shape", where=o.serials[:20])
    first, last = int(shape_[1]), int(shape_[2] or shape_[1])
    done = paper_stock.move(
        here.open,
        batch=o.batch,
        act=ACTS[o.verb],
        first=first,
        last=last,
        channel=o.channel,
        person=o.person,
    )
    return _card(done)


def _card(card: StockCard) -> dict[str, Any]:
    body = {
        name: getattr(card, name)
        for name in (
            "batch",
            "count",
            "printed",
            "activate",
            "in_stock",
            "out",
            "returned",
            "voided",
            "redeemed",
        )
    }
    ways = [
        {
            "channel": w.channel,
            "person": w.person,
            "out": w.out,
            "returned": w.returned,
            "voided": w.voided,
            "redeemed": w.redeemed,
        }
        for w in card.ways
    ]
    return {"ok": True, **body, "ways": ways}


def _shift(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.file:
        # a paper that cannot be written must not end the shift
        require_layout(o.layout)
        files.require(Target(o.file, shift_slip.KIND, here.open.name, o.overwrite))
    if o.verb == "show":
        done = shifts.sheet(here.open)
    else:
        said = o.register_discount
        try:
            register = None if said is None else parse_money(said, digits=here.words.digits)
        except ValueError:
            raise BadInput("amount", where=said[:40]) from None
        done = shifts.hand_over(here.open, register_discount=register, counted=pieces_of(o.counted))
    if o.file:
        shift_slip.write(
            here.open,
            sheet=done,
            file=o.file,
            words=here.words,
            layout=o.layout,
            overwrite=o.overwrite,
        )
    return {"ok": True, **_sheet(here, done)} | ({"file": str(o.file)} if o.file else {})


def _sheet(here: CommandContext, sheet: ShiftSheet) -> dict[str, Any]:
    def money(amount: int | None) -> str | None:
        return json_form.money(amount, here.words)

    return {
        "staff": sheet.staff,
        "till": sheet.till,
        "business_date": sheet.business_date.isoformat(),
        "since": json_form.instant(sheet.since, here.words),
        "until": json_form.instant(sheet.until, here.words),
        "bills": sheet.bills,
        "net": money(sheet.net),
        "given": money(sheet.given),
        "points_paid": money(sheet.points_paid),
        "register_discount": money(sheet.register_discount),
        "difference": money(sheet.difference),
        "undone": sheet.undone,
        "returns": sheet.returns,
        "returned_net": money(sheet.returned_net),
        "attached": sheet.attached,
        "late_amounts": sheet.late_amounts,
        "refused": sheet.refused,
        "coupons": [
            {
                "offer_code": c.offer_code,
                "offer": c.name,
                "count": c.count,
                "discount": money(c.discount),
                "counted": c.counted,
            }
            for c in sheet.coupons
        ],
        "paper_difference": sheet.paper_difference,
        "tenders": {kind: money(amount) for kind, amount in sheet.tenders.items()},
        "overrides": sheet.overrides,
    }


def _confirm(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    clock_check.confirm_day(here.open, day=o.day)
    return {"ok": True, "day": o.day.isoformat()}


def _slip(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = receipt_slip.write(
        here.open,
        receipt=receipt_of(o),
        file=o.output,
        words=here.words,
        layout=o.layout,
        overwrite=o.overwrite,
    )
    return {
        "ok": True,
        "receipt_no": view.receipt_no,
        "file": str(o.output),
        "coupons": [g.code for g in view.given],
    }


def _refused(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    rows = day_board.refused(here.open, first=o.first, last=o.last)
    return {
        "ok": True,
        "refused": [
            {
                "at": json_form.instant(r.at, here.words),
                "till": r.till,
                "staff": r.staff,
                "code": f"…{r.code_tail}",
                "offer": r.offer,
            }
            | {"reasons": [reason.value for reason in r.reasons]}
            for r in rows
        ],
    }


def _password(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    verification.set_password(here.open, member=o.member, password=o.password)
    return {"ok": True, "password": bool(o.password)}


def _stamps(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    cards = [
        {
            "offer_code": c.offer_code,
            "offer": c.name,
            "stamps": c.stamps,
            "needed": c.needed,
            "next_end": c.next_end.isoformat() if c.next_end else None,
        }
        for c in stamp_cards.cards(here.open, member=o.member)
    ]
    return {"ok": True, "cards": cards}


def _codes(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    files.require(Target(o.output, emergency_list.KIND, here.open.name, o.overwrite))
    codes = overrides.new_codes(here.open, count=o.count)
    emergency_list.write(
        here.open, codes=codes, file=o.output, words=here.words, overwrite=o.overwrite
    )
    return {"ok": True, "count": len(codes), "file": str(o.output)}


def _suppliers(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    owed = supplier_sheet.write(
        here.open,
        first=o.first,
        last=o.last,
        file=o.output,
        words=here.words,
        overwrite=o.overwrite,
    )
    return {
        "ok": True,
        "file": str(o.output),
        "owed": {name: json_form.money(amount, here.words) for name, amount in owed.items()},
    }


def _recruiting(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    rows = [
        {
            "name": r.name,
            "registered": r.registered,
            "effective": r.effective,
            "bonus": json_form.money(r.bonus, here.words),
            "handed_out": r.handed_out,
            "used": r.used,
        }
        for r in enrolment.figures(here.open, first=o.first, last=o.last)
    ]
    return {"ok": True, "people": rows}
