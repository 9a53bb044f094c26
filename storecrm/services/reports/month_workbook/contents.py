"""What the sheets tell, all of it read in one look at the books: what happens at the tills
meanwhile is in all sheets or in none.

    with store.read() as session:
        contents = read(session, store, first, last)"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storecrm.services.progress import Progress, silent
from storecrm.services.reports import (
    exceptions,
    month_figures,
    promotion_figures,
    supplier_claims,
)
from storecrm.services.reports.exceptions import OverrideRow, PersonRow
from storecrm.services.reports.month_figures import Figures, RedemptionRow
from storecrm.services.reports.month_workbook import periods
from storecrm.services.reports.promotion_figures import PromotionFigures
from storecrm.services.reports.supplier_claims import Claim
from storecrm.services.store import Store
from storecrm.values import Day


@dataclass(frozen=True)
class Contents:
    """A period's figures beside those of the period before and of a year ago, and its details."""

    now: Figures
    before: Figures
    year: Figures
    redemptions: Sequence[RedemptionRow]
    promotions: Sequence[PromotionFigures]
    people: Sequence[PersonRow]
    overrides: Sequence[OverrideRow]
    claims: Sequence[Claim]


STEPS = 3


def read(
    session: Session, store: Store, first: Day, last: Day, progress: Progress = silent
) -> Contents:
    """Everything of a period, as of one moment; tells `progress` of each of its STEPS."""
    # the clock is read once: expiry and the cut-off of all three periods go by it
    moment = store.clock.now()
    now = month_figures.read(session, store, first, last, now=moment)
    progress(1, STEPS)
    before = month_figures.read(session, store, *periods.before(first, last), now=moment)
    year = month_figures.read(session, store, *periods.a_year_ago(first, last), now=moment)
    progress(2, STEPS)
    redemptions = month_figures.redemption_rows(session, first, last)
    progress(3, STEPS)
    return Contents(
        now=now,
        before=before,
        year=year,
        redemptions=redemptions,
        promotions=promotion_figures.read(session, first, last),
        people=exceptions.read_people(session, first, last),
        overrides=exceptions.read_overrides(session, first, last),
        claims=supplier_claims.read(session, store, first, last),
    )
