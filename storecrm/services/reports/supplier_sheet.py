"""The suppliers' sheet: one sheet a supplier with every discount it pays a share of, its sum, and a
line to sign."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from storecrm.i18n import Catalogue, m
from storecrm.services import rights
from storecrm.services.files import Target
from storecrm.services.reports import supplier_claims
from storecrm.services.reports.supplier_claims import Claim
from storecrm.services.reports.workbook import (
    LONGEST_NAME,
    Book,
    SheetColumn,
    SheetColumns,
    sheet_name,
    writing,
)
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import WHOLE, Day, Money

_ROOM = LONGEST_NAME - 5
"""Signs of a sheet's name that its number leaves."""


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
    target = Target(file, "report suppliers", store.name, overwrite)
    signed = f"{store.shop.name} · {words.day(first)} – {words.day(last)}"
    owed: dict[str, Money] = {}
    with writing(target, words, store.shop.name) as book:
        for name in dict.fromkeys(claim.supplier for claim in found):
            mine = [claim for claim in found if claim.supplier == name]
            owed[name] = Money(sum(claim.owed for claim in mine))
            sheet = book.details(_title(name, len(owed)), columns(book), mine)
            _sign(book, sheet, len(mine) + 3, signed)
        # a workbook has one sheet at the least
        if not owed:
            book.details(words.t("Suppliers"), columns(book), [])
    return owed


def columns(book: Book) -> Sequence[SheetColumn]:
    """A claim, cell by cell."""
    columns = SheetColumns(book.words)
    columns.add(m("Supplier"), "supplier", 18)
    columns.add(m("Date"), "business_date", style="day")
    columns.add(m("Receipt"), "receipt_no", 20)
    columns.add(m("Serial"), "serial", 9)
    columns.add(m("Offer"), "offer", 22)
    columns.add(m("Article"), "product", 22)
    columns.money_sum(m("Discount"), "discount")
    columns.rate(m("Supplier's share"), _share)
    columns.money_sum(m("Owed"), "owed")
    return columns.told


def _share(claim: Claim) -> float:
    return claim.share / WHOLE


def _title(name: str, number: int) -> str:
    """A sheet's name: the supplier's after its number."""
    kept = sheet_name(name, _ROOM)
    return f"{number} {kept}".strip()


def _sign(book: Book, sheet: Any, row: int, period: str) -> None:
    t, plain = book.words.t, book.styles["plain"]
    line = " ____________"
    # where both sign, with the day they did
    sheet.write_string(row, 0, period, plain)
    sheet.write_string(row + 2, 0, t("Shop") + line, plain)
    sheet.write_string(row + 2, 4, t("Supplier") + line, plain)
    sheet.write_string(row + 2, 6, t("Date") + line, plain)
