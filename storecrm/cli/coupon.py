"""coupon: issue, print, check, redeem."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli import proofs
from storecrm.cli.arguments import (
    amount,
    expected_sum,
    noun,
    number,
    period,
    request_no,
    several,
    writes,
)
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form import bills
from storecrm.cli.json_form.values import facts
from storecrm.errors import BadFile, BadInput, UsageError
from storecrm.services import files
from storecrm.services.analytics import segments
from storecrm.services.coupons import batches
from storecrm.services.coupons import issue as coupons
from storecrm.services.coupons.issue import CouponView
from storecrm.services.files import Target
from storecrm.services.printing import coupon_layouts, coupon_sheet
from storecrm.services.till import coupon_check, day_board, open_bill, overrides, voids
from storecrm.services.till.day_board import RefusedRow
from storecrm.services.till.posting import Closing
from storecrm.values import scan_key

_CHECKED = ("code", "offer_code", "offer=offer_name", "valid_to", "discount")
_COUPON = ("code", "offer_code", "state", "batch", "serial", "valid_from", "valid_to", "issued_on")


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "coupon", "issue, print, check, redeem")
    _issue_command(verbs)
    refused = verbs.add_parser("refused", help="scans that gave nothing, with their reasons")
    period(refused, required=False)
    refused.set_defaults(go=_refused)
    _print_command(verbs)
    lost = "a lost named coupon under a new code; the old one is void"
    again = verbs.add_parser("reissue", help=lost)
    again.add_argument("code")
    again.set_defaults(go=_reissue)
    _void_command(verbs)
    _counter_commands(verbs)
    show = verbs.add_parser("show")
    show.add_argument("code")
    show.set_defaults(go=_show)


def _issue_command(verbs: Any) -> None:
    issue = verbs.add_parser("issue")
    issue.add_argument("--offer", required=True)
    issue.add_argument("--count", type=number, default=0)
    several(issue, "--member")
    issue.add_argument("--members-file", type=Path)
    everybody = "to every member that this segment has now"
    issue.add_argument("--segment", default="", help=everybody)
    asleep = "works only once its serial is handed out"
    issue.add_argument("--activate", action="store_true", help=asleep)
    _paper_arguments(issue, required=False)
    issue.set_defaults(go=_issue)


def _print_command(verbs: Any) -> None:
    again = verbs.add_parser("print")
    again.add_argument("--batch", required=True, type=number)
    _paper_arguments(again, required=True)
    marked = "once more, each coupon marked as a copy"
    again.add_argument("--copy", action="store_true", help=marked)
    again.set_defaults(go=_print)


def _paper_arguments(command: Any, *, required: bool) -> None:
    command.add_argument("--print", dest="file", type=Path, required=required, metavar="FILE.pdf")
    command.add_argument("--layout", default="a4-3x7")
    # a sheet of labels that was begun is used up
    command.add_argument("--first-cell", type=number, default=1)
    writes(command)


def _void_command(verbs: Any) -> None:
    void = verbs.add_parser("void")
    void.add_argument("code", nargs="?")
    void.add_argument("--batch", type=number)
    void.add_argument("--reason", default="")
    void.set_defaults(go=_void)


def _counter_commands(verbs: Any) -> None:
    """What the counter does with a coupon that somebody shows."""
    check = verbs.add_parser("check")
    _shown_arguments(check)
    check.set_defaults(go=_check)
    redeem = verbs.add_parser("redeem")
    _shown_arguments(redeem)
    _redeem_arguments(redeem)
    redeem.set_defaults(go=_redeem)
    undo = verbs.add_parser("undo")
    undo.add_argument("code")
    undo.set_defaults(go=_undo)


def _shown_arguments(command: Any) -> None:
    command.add_argument("code")
    command.add_argument("--amount")
    command.add_argument("--member")


def _redeem_arguments(redeem: Any) -> None:
    manager = "sets dates and limits aside, or lets somebody use their own card"
    proofs.proof_arguments(redeem, manager)
    request_no(redeem)
    expected_sum(redeem, "--expect-net", "the sum that was shown")
    own = "on the own small allowance, with --reason"
    redeem.add_argument("--allowance", action="store_true", help=own)
    safe = "from the list in the safe, with --reason"
    redeem.add_argument("--emergency-code", metavar="CODE", help=safe)


def _issue(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    to = list(o.member)
    if o.segment and (to or o.members_file or o.count or o.activate):
        alone = "--segment stands alone: no --count, no --member, no --members-file, no --activate"
        raise UsageError("usage", reason=alone)
    if o.members_file:
        to += _members_of(o.members_file)
    if o.file:
        # what cannot be printed is not issued
        coupon_layouts.require(o.layout, o.first_cell)
        files.require(Target(o.file, coupon_sheet.KIND, here.open.name, o.overwrite))
    if o.segment:
        batch = segments.issue(here.open, code=o.segment, offer=o.offer)
    else:
        batch = coupons.issue(here.open, offer=o.offer, count=o.count, to=to, activate=o.activate)
    codes = batches.codes_of(here.open, batch=batch.id)
    body = {"ok": True, "batch": batch.id, "count": batch.count, "codes": codes}
    return body | (_to_paper(here, batch.id, o) if o.file else {})


def _members_of(file: Path) -> list[str]:
    """The first column of a file, whatever stands beside it.

    Raises:
        BadFile: no_file.
    """
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile("no_file", where=str(file)) from error
    stripped = (line.strip() for line in lines)
    return [line.split(",")[0] for line in stripped if line]


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
    # only what lies on paper counts as printed
    batches.mark_printed(here.open, batch=batch, count=len(found))
    body = {"file": str(o.file), "pages": pages, "printed": len(found), "copy": copy}
    return body | {"unprintable": coupon_sheet.unprintable(found)}


def _void(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if (o.code is None) == (o.batch is None):
        raise BadInput("code_or_batch")
    if o.code is not None:
        view = coupons.void(here.open, code=o.code, reason=o.reason)
        return {"ok": True} | facts(view, ("code", "state"))
    batch = batches.void_batch(here.open, batch=o.batch, reason=o.reason)
    return {"ok": True} | facts(batch, ("batch=id", "state", "voided", "redeemed"))


def _check(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    sum_shown = amount(here, o.amount)
    found = coupon_check.check(here.open, code=o.code, amount=sum_shown, member=o.member)
    return {"ok": True} | facts(found, _CHECKED, here.words)


def _redeem(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    approval = word = proofs.approval_of(here, o)
    # a manager's word goes before the list in the safe, that before the own allowance
    if word is None and o.emergency_code:
        approval = overrides.emergency(here.open, code=o.emergency_code, reason=o.reason)
    elif word is None and o.allowance:
        approval = overrides.allow(here.open, reason=o.reason)
    proof = proofs.proof_of(here, o.member, o.proof, word)
    view = open_bill.record(
        here.open,
        amount=amount(here, o.amount),
        member=o.member,
        coupons=[o.code],
        request_no=o.request_no or None,
        approval=approval,
        closing=Closing(expect=amount(here, o.expect_net), proof=proof),
    )
    return bills.redeemed(view, here.words, scan_key(o.code))


def _undo(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = voids.undo_coupon(here.open, code=o.code)
    return bills.redeemed(view, here.words, scan_key(o.code))


def _reissue(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _answer(coupons.reissue(here.open, code=o.code))


def _show(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _answer(coupons.show(here.open, code=o.code))


def _answer(view: CouponView) -> dict[str, Any]:
    return {"ok": True, **facts(view, _COUPON), "member_no": view.member_no or None}


def _refused(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    scans = day_board.refused(here.open, first=o.first, last=o.last)
    return {"ok": True, "refused": [_refused_scan(here, scan) for scan in scans]}


def _refused_scan(here: CommandContext, scan: RefusedRow) -> dict[str, Any]:
    who = facts(scan, ("at", "till", "staff"), here.words)
    # a whole code in a list could be used by whoever reads it
    what = {"code": f"…{scan.code_tail}", "offer": scan.offer}
    return who | what | {"reasons": [reason.value for reason in scan.reasons]}
