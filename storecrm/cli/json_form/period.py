"""The figures of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storecrm.cli.json_form.values import facts
from storecrm.i18n import Catalogue

if TYPE_CHECKING:
    # a command loads what it does, not what others answer
    from storecrm.services.reports.month_figures import Figures, OfferFigures

_COUNTS = ("issued", "issued_to_date", "redemptions", "reversed", "members_redeeming")
_RATES = ("redemption_rate", "member_rate", "matured_rate")
_SALES = ("discount", "sales_with_coupon", "sales_with_coupon_net", "average_basket")
_FIGURES = (*_COUNTS, *_RATES, *_SALES, "members_issued_to_date")


def figures_row(row: OfferFigures, words: Catalogue) -> dict[str, Any]:
    return facts(row, _FIGURES, words)


def report(figures: Figures, words: Catalogue) -> dict[str, Any]:
    period = facts(figures, ("from=first", "to=last"))
    totals = figures_row(figures.totals, words)
    offers = [_offer(row, words) for row in figures.offers]
    return {"ok": True} | period | {"totals": totals, "offers": offers}


def _offer(row: OfferFigures, words: Catalogue) -> dict[str, Any]:
    name = facts(row, ("offer_code", "offer=offer_name", "campaign"))
    return name | figures_row(row, words)
