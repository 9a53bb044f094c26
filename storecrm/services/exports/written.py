"""Rows become a file: text in columns, or a workbook."""

import csv
import io
from collections.abc import Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any

from storecrm.domain import member_fields
from storecrm.domain.list_titles import title_of
from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.services import files
from storecrm.services.files import Target
from storecrm.services.reports import workbook
from storecrm.services.reports.workbook import SheetColumn
from storecrm.values.texts import guarded
from storecrm.wording import insight, labels
from storecrm.wording.returns import RETURNS


def is_text_file(file: Path) -> bool:
    """True for a list that is written as text, False for a workbook.

    Raises:
        BadInput: file_kind (the name ends like neither).
    """
    ending = file.suffix.casefold()
    if ending not in (".csv", ".xlsx"):
        raise BadInput("file_kind", where=file.name)
    return ending == ".csv"


def titles_of(columns: tuple[str, ...]) -> bytes:
    """The first line of a list as CSV: what the next one of the same kind knows it by."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(columns)
    return line.getvalue().encode("utf-8-sig")


def write_csv(target: Target, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> int:
    """Text with the titles that a list is read by; returns how many rows."""
    count = 0
    with (
        files.whole(target) as part,
        part.open("w", encoding="utf-8-sig", newline="", errors="replace") as sink,
    ):
        out = csv.writer(sink, quoting=csv.QUOTE_ALL)
        out.writerow(columns)
        for row in rows:
            texts = [workbook.clean(str(cell)) for cell in row]
            out.writerow(map(guarded, texts))
            count += 1
    return count


def write_xlsx(
    target: Target,
    columns: tuple[str, ...],
    rows: Iterator[tuple[Any, ...]],
    words: Catalogue,
    shop: str,
) -> int:
    """A workbook with the titles of a language and the shop's name at its foot; returns how many
    rows."""
    kind = target.kind.removeprefix("export ")
    shown = list[SheetColumn]()
    for at, name in enumerate(columns):
        title = title_of(kind, name, chinese=words.chinese)
        shown.append(_column(name, title, at, words))
    with workbook.writing(target, words, shop) as book:
        return book.stream(words.t("Export"), shown, rows)


def _column(name: str, title: str, at: int, words: Catalogue) -> SheetColumn:
    """A column as its values are: numbers that add up, days that sort, what has a name in words by
    that name, all else as text."""
    cell_of = itemgetter(at)
    called = _called(name, words)
    if called:
        by_name = lambda row: called.get(row[at], row[at])  # noqa: E731
        return SheetColumn(title, by_name, width=_WIDTH)
    if name in _AMOUNTS:
        # a workbook of ours is given the smallest unit, and shows the amount
        units = 10**words.digits
        minor = lambda row: "" if row[at] == "" else int(row[at] * units)  # noqa: E731
        return SheetColumn(title, minor, "money", width=_WIDTH)
    return SheetColumn(title, cell_of, workbook.BY_VALUE, width=_WIDTH)


def _called(name: str, words: Catalogue) -> Mapping[str, str]:
    """What a reader calls the answers of a column."""
    if name == "gender":
        return insight.texts_of(name, words) | {"": ""}
    if name == "birthday_type":
        return {"": "", "solar": words.t("solar"), "lunar": words.t("lunar")}
    if name in _YES_OR_NO:
        return {"yes": words.t("yes"), "no": words.t("no")}
    called = dict[str, str]()
    for answer, said in _WORDS.get(name, {}).items():
        called[str(answer)] = words.t(said)
    return called


# answers that have names in the catalogue
_WORDS: dict[str, Mapping[Any, str]] = {"returns": RETURNS}
_WORDS["kind"] = labels.ENTRY
_WORDS["state"] = labels.COUPON_STATES
_WORDS["referral_state"] = labels.REFERRALS
_OF_LINES = ("unit_price", "discount", "amount", "price", "cost")
_AMOUNTS = frozenset((*_OF_LINES, "net_sales", "net_90", "spent_to_date"))
_ANSWERED = (field for field in member_fields.EXPORTED if field.reads is member_fields.Reads.YES)
_OF_MEMBERS = tuple(field.column for field in _ANSWERED)
_OF_GOODS = ("no_points", "no_promotion", "handed_out")
_OF_OFFERS = ("bearer", "automatic", "members_only", "first_purchase", "skip_discounted")
_YES_OR_NO = frozenset(
    (*_OF_MEMBERS, "granted", "points_in_lots", *_OF_GOODS, *_OF_OFFERS, "stackable")
)
_WIDTH = 16
"""Signs of a column of a list."""
