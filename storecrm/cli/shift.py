"""shift: the shift sheet of the person who acts."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli.arguments import amount, noun, period, several, writes
from storecrm.cli.context import CommandContext
from storecrm.cli.goods import counted_pieces
from storecrm.cli.json_form.values import facts, money, rows
from storecrm.services import files
from storecrm.services.files import Target
from storecrm.services.printing import shift_slip
from storecrm.services.printing.slip import require_layout
from storecrm.services.till import shifts
from storecrm.services.till.shifts import ShiftSheet

_WHOSE = ("staff", "till", "business_date", "since", "until", "bills")
_SUMS = ("net", "given", "points_paid", "register_discount", "difference")
_ACTS = ("undone", "returns", "returned_net", "attached", "late_amounts", "refused")
_COUPON = ("offer_code", "offer=name", "count", "discount", "counted")


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "shift", "the shift sheet of the person who acts")
    show = verbs.add_parser("show")
    _paper_arguments(show)
    show.set_defaults(go=_show)
    close = verbs.add_parser("close", help="hand over")
    register = "what the other register says was given away"
    close.add_argument("--register-discount", help=register)
    several(close, "--counted", metavar="OFFER:PIECES")
    _paper_arguments(close)
    close.set_defaults(go=_close)
    listed = verbs.add_parser("list")
    period(listed)
    listed.set_defaults(go=_list)


def _paper_arguments(command: Any) -> None:
    command.add_argument("--print", dest="file", type=Path, metavar="FILE.pdf")
    command.add_argument("--layout", default="slip-80")
    writes(command)


def _show(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    _require_paper(here, o)
    return _answer(here, shifts.sheet(here.open), o)


def _close(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    _require_paper(here, o)
    # both are checked before the shift ends
    register = amount(here, o.register_discount)
    counted = counted_pieces(o.counted)
    done = shifts.hand_over(here.open, register_discount=register, counted=counted)
    return _answer(here, done, o)


def _require_paper(here: CommandContext, o: argparse.Namespace) -> None:
    """A paper that cannot be written must not end the shift."""
    if o.file:
        require_layout(o.layout)
        files.require(Target(o.file, shift_slip.KIND, here.open.name, o.overwrite))


def _answer(here: CommandContext, sheet: ShiftSheet, o: argparse.Namespace) -> dict[str, Any]:
    body = {"ok": True} | _sheet(here, sheet)
    if not o.file:
        return body
    shift_slip.write(
        here.open,
        sheet=sheet,
        file=o.file,
        words=here.words,
        layout=o.layout,
        overwrite=o.overwrite,
    )
    return body | {"file": str(o.file)}


def _list(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = shifts.handed_over(here.open, first=o.first, last=o.last)
    return {"ok": True, "shifts": [_sheet(here, sheet) for sheet in found]}


def _sheet(here: CommandContext, sheet: ShiftSheet) -> dict[str, Any]:
    body = facts(sheet, (*_WHOSE, *_SUMS, *_ACTS), here.words)
    body["coupons"] = rows(sheet.coupons, _COUPON, here.words)
    body["paper_difference"] = sheet.paper_difference
    taken = {kind: money(paid, here.words) for kind, paid in sheet.tenders.items()}
    return body | {"tenders": taken, "overrides": sheet.overrides}
