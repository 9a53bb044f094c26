"""The workbook's file, and its sheets in their order."""

from pathlib import Path

from storecrm.i18n import Catalogue
from storecrm.services import files, rights
from storecrm.services.files import Target
from storecrm.services.loyalty import points_account
from storecrm.services.progress import Progress, silent
from storecrm.services.reports import (
    exceptions,
    month_figures,
    promotion_figures,
    supplier_claims,
    supplier_sheet,
)
from storecrm.services.reports.month_figures import Figures
from storecrm.services.reports.month_workbook import periods, sheets
from storecrm.services.reports.month_workbook.cover import Compared, Cover
from storecrm.services.reports.month_workbook.definitions import definitions
from storecrm.services.reports.month_workbook.tie_out import tie_out
from storecrm.services.reports.workbook import writing
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day

KIND = "report promotions"
STEPS = 6


def write(
    store: Store,
    *,
    first: Day,
    last: Day,
    file: Path,
    words: Catalogue,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Figures:
    """Write the workbook of a period; returns its figures.

    Raises:
        BadInput: period.
        NotPossible, Conflict, StorageTrouble: see files.whole.
        Cancelled: `progress` said so; no file is left.
    """
    rights.require(store, Right.REPORTS)
    target = Target(file, KIND, store.name, overwrite)
    files.require(target)
    points_account.sweep(store)
    progress(0, STEPS)
    now = month_figures.figures(store, first=first, last=last)
    progress(1, STEPS)
    compared = Compared(
        now,
        _past(store, periods.before(first, last)),
        _past(store, periods.a_year_ago(first, last)),
    )
    progress(2, STEPS)
    rows = month_figures.redemption_rows(store, first=first, last=last)
    progress(3, STEPS)
    with writing(target, words, store.shop.name) as book:
        Cover(book, store, compared).write()
        sheets.offers(book, now)
        sheets.days(book, now)
        progress(4, STEPS)
        sheets.members(book, now)
        sheets.points(book, now)
        sheets.promotions(book, promotion_figures.figures(store, first=first, last=last))
        sheets.staff(book, exceptions.people(store, first=first, last=last))
        sheets.overrides(book, exceptions.overrides(store, first=first, last=last))
        claims = supplier_claims.claims(store, first=first, last=last)
        book.details(words.t("Suppliers"), supplier_sheet.columns(book), claims)
        sheets.redemptions(book, rows)
        progress(5, STEPS)
        definitions(book)
        tie_out(book, now)
    progress(6, STEPS)
    return now


def _past(store: Store, period: tuple[Day, Day]) -> Figures:
    first, last = period
    return month_figures.figures(store, first=first, last=last)
