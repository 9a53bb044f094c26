"""The suppliers' sheet: one sheet a supplier with every discount it pays a share of, its sum, and a
line to sign."""

from pathlib import Path
from typing import Any

from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.files import Target
from storecrm.services.reports import supplier_claims
from storecrm.services.reports.supplier_claims import Claim
from storecrm.services.reports.workbook import Book, SheetColumn, writing
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import WHOLE, Day, Money


def write(
    store: Store, *, first: Day, last: Day, file: Path, words: Catalogue, overwrite: bool = False
) -> dict[str, Money]:
    """Write the workbook; returns what each supplier owes.

    Raises:
        BadInput: period.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.REPORTS)
    found = supplier_claims.claims(store, first=first, last=last)
    owed: dict[str, Money] = {}
    with writing(
        Target(file, "report suppliers", store.name, overwrite), words, store.shop.name
    ) as book:
        for name in dict.fromkeys(claim.supplier for claim in found):
            mine = [claim for claim in found if claim.supplier == name]
            owed[name] = Money(sum(claim.owed for claim in mine))
            sheet = book.details(_title(name, len(owed)), columns(book), mine)
            _sign(
                book,
                sheet,
                len(mine) + 3,
                f"{store.shop.name} · {words.day(first)} – {words.day(last)}",
            )
        if not owed:
            book.details(words.t("Suppliers"), columns(book), [])
    return owed


def columns(book: Book) -> tuple[SheetColumn, ...]:
    """A claim, cell by cell."""
    t = book.words.t
    return (
        SheetColumn(t("Supplier"), lambda c: c.supplier, width=18),
        SheetColumn(t("Date"), lambda c: c.business_date, "day", 12),
        SheetColumn(t("Receipt"), lambda c: c.receipt_no, width=20),
        SheetColumn(t("Serial"), lambda c: c.serial, width=9),
        SheetColumn(t("Offer"), lambda c: c.offer, width=22),
        SheetColumn(t("Article"), lambda c: c.product, width=22),
        SheetColumn(t("Discount"), lambda c: c.discount, "money", 12, True),
        SheetColumn(t("Supplier's share"), _share, "rate", 11),
        SheetColumn(t("Owed"), lambda c: c.owed, "money", 12, True),
    )


def _share(claim: Claim) -> float:
    return claim.share / WHOLE


def _title(name: str, number: int) -> str:
    """A sheet's name: at most 31 characters, none of those that a workbook forbids."""
    kept = "".join(c for c in name if c not in "[]:*?/\\'").strip()[:26]
    return f"{number} {kept}".strip()


def _sign(book: Book, sheet: Any, row: int, period: str) -> None:
    t = book.words.t
    sheet.write_string(row, 0, period, book.styles["plain"])
    sheet.write_string(row + 2, 0, t("Shop") + " ____________", book.styles["plain"])
    sheet.write_string(row + 2, 4, t("Supplier") + " ____________", book.styles["plain"])
    sheet.write_string(row + 2, 6, t("Date") + " ____________", book.styles["plain"])
