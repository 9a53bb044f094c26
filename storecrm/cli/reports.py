"""report: the figures of a period."""

import argparse
from typing import Any

from storecrm.cli.arguments import noun, output, period
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.period import report
from storecrm.cli.json_form.values import money, rows
from storecrm.services.reports import enrolment, month_workbook, promotion_figures, supplier_sheet

_PROMOTION = ("offer_code", "offer=offer_name", "campaign", "sales", "members", "sales_net")
_RECRUITER = ("name", "registered", "effective", "bonus", "handed_out", "used")


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "report")
    month = verbs.add_parser("promotions", help="the workbook of a period")
    period(month)
    output(month)
    month.add_argument("--lang", dest="report_lang", choices=("en", "zh_CN"))
    month.set_defaults(go=_promotions)
    suppliers = verbs.add_parser("suppliers", help="what suppliers owe for promotions")
    period(suppliers)
    output(suppliers)
    suppliers.set_defaults(go=_suppliers)
    brought = "who brought new members, and handed out coupons that were used"
    people = verbs.add_parser("recruiting", help=brought)
    period(people)
    people.set_defaults(go=_recruiting)


def _promotions(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # the workbook may be for somebody who reads another language
    words = here.words.into(o.report_lang) if o.report_lang else here.words
    figures = month_workbook.write(
        here.open, first=o.first, last=o.last, file=o.output, words=words, overwrite=o.overwrite
    )
    # promotions without a coupon have figures of their own
    found = promotion_figures.figures(here.open, first=o.first, last=o.last)
    automatic = rows(found, (*_PROMOTION, "discount"), here.words)
    return report(figures, here.words) | {"promotions": automatic, "file": str(o.output)}


def _suppliers(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    claims = supplier_sheet.write(
        here.open,
        first=o.first,
        last=o.last,
        file=o.output,
        words=here.words,
        overwrite=o.overwrite,
    )
    owed = {name: money(claim, here.words) for name, claim in claims.items()}
    return {"ok": True, "file": str(o.output), "owed": owed}


def _recruiting(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    people = enrolment.figures(here.open, first=o.first, last=o.last)
    return {"ok": True, "people": rows(people, _RECRUITER, here.words)}
