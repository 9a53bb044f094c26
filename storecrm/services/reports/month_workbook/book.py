"""The workbook's file, and its sheets in their order."""

from pathlib import Path

from storecrm.i18n import Catalogue
from storecrm.services import files, rights
from storecrm.services.files import Target
from storecrm.services.progress import Progress, silent
from storecrm.services.reports.month_figures import Figures
from storecrm.services.reports.month_workbook import contents, sheets
from storecrm.services.reports.month_workbook.cover import Cover
from storecrm.services.reports.month_workbook.definitions import definitions
from storecrm.services.reports.month_workbook.tie_out import tie_out
from storecrm.services.reports.workbook import writing
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import Day

KIND = "report promotions"
STEPS = contents.STEPS + 3


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
    require_period(first, last)
    progress(0, STEPS)

    def reading(done: int, _steps: int) -> None:
        progress(done, STEPS)

    with store.read() as session:
        found = contents.read(session, store, first, last, reading)
    # the file is written when nobody's rows are held any more
    with writing(target, words, store.shop.name) as book:
        Cover(book, store, found).write()
        sheets.offers(book, found.now)
        sheets.days(book, found.now)
        progress(STEPS - 2, STEPS)
        sheets.details(book, found)
        progress(STEPS - 1, STEPS)
        definitions(book)
        tie_out(book, found.now)
    progress(STEPS, STEPS)
    return found.now
