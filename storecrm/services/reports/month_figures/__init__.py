"""The month's figures, each defined once: here, in the workbook's definitions, and in
docs/semantics.md.

Days are local business dates, both ends included. Live means not reversed. Each figure is its own
grouped query.

counted: which rows count.
counts: figures gathered query by query, by offer or day.
days: the figures day by day.
given_away: what was taken off besides coupons.
members: members and what they bought.
period: all figures of a period.
points: the points account.
redemption_list: every redemption, a line each.
redemption_rates: issued, redeemed and their rates, by offer and of all together.
shapes: what the figures are called.
tie_out: pairs that must be equal.
"""

from storecrm.services.reports.month_figures.period import figures, read
from storecrm.services.reports.month_figures.redemption_list import RedemptionRow, redemption_rows
from storecrm.services.reports.month_figures.shapes import Figures, OfferFigures

__all__ = ["Figures", "OfferFigures", "RedemptionRow", "figures", "read", "redemption_rows"]
