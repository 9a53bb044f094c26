"""A workbook in one hand: styles, detail sheets with head, totals and print set-up; written whole
or not at all."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any

from storecrm.errors import NotPossible
from storecrm.i18n import Catalogue
from storecrm.services import files
from storecrm.services.files import Target

BY_VALUE = "by value"
"""The style of a column whose cells each say what they are."""
MOST_ROWS = 1_048_575
"""Rows that a sheet holds below its titles."""
LONGEST_NAME = 31
"""Signs that a sheet's name holds."""
ACCENT, SOFT, LINE = "#3A45D0", "#EEF1F5", "#D3DAE2"
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """Text a workbook can hold: no controls, no lone surrogates, at most 32,000 characters."""
    return _BAD.sub("�", text)[:32_000]


def sheet_name(text: str, most: int = LONGEST_NAME) -> str:
    """A sheet's name: at most `most` signs, none of those that a workbook forbids."""
    kept = "".join(sign for sign in text if sign not in "[]:*?/\\'")
    return clean(kept).strip()[:most].strip()


def column_letter(place: int) -> str:
    """The name of a column, 0 is A (up to ZZ)."""
    before, last = divmod(place, 26)
    letter = chr(65 + last)
    return chr(64 + before) + letter if before else letter


Reader = Callable[[Any], Any]
"""How a row is read for one column."""


@dataclass(frozen=True)
class SheetColumn:
    """A column of a detail sheet: its title, how a row is read, the number style, the width, and
    whether it is summed."""

    title: str
    read: Reader
    style: str = "text"
    width: float = 12
    total: bool = False


class SheetColumns:
    """The columns of a detail sheet, told one after another from the left. Titles are keys of the
    catalogue; what stands in a column is a field of the row by its name, or read by a function."""

    def __init__(self, words: Catalogue) -> None:
        self._words = words
        self.told: list[SheetColumn] = []

    def add(
        self,
        title: str,
        read: str | Reader,
        width: float = 12,
        *,
        style: str = "text",
        total: bool = False,
    ) -> None:
        """One more column to the right."""
        reader = attrgetter(read) if isinstance(read, str) else read
        column = SheetColumn(
            title=self._words.t(title), read=reader, style=style, width=width, total=total
        )
        self.told.append(column)

    def count(
        self, title: str, read: str | Reader, width: float = 11, *, total: bool = False
    ) -> None:
        """A column of whole numbers."""
        self.add(title, read, width, style="int", total=total)

    def count_sum(self, title: str, read: str | Reader, width: float = 11) -> None:
        """A column of whole numbers with their sum below."""
        self.count(title, read, width, total=True)

    def money(
        self, title: str, read: str | Reader, width: float = 12, *, total: bool = False
    ) -> None:
        """A column of money in minor units."""
        self.add(title, read, width, style="money", total=total)

    def money_sum(self, title: str, read: str | Reader, width: float = 12) -> None:
        """A column of money with its sum below."""
        self.money(title, read, width, total=True)

    def rate(self, title: str, read: str | Reader, width: float = 11) -> None:
        """A column of parts of one."""
        self.add(title, read, width, style="rate")


def _style_of(value: Any) -> str:
    if isinstance(value, Decimal | float):
        return "plain"
    if isinstance(value, int):
        return "int"
    return "day" if isinstance(value, date) else "text"


_FORMATS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@"},
    "int": {"num_format": "#,##0"},
    "rate": {"num_format": "0.0%"},
}
_FORMATS["day"] = {"num_format": "yyyy-mm-dd", "align": "center"}
_FORMATS["stamp"] = {"num_format": "yyyy-mm-dd hh:mm"}
_FORMATS["plain"] = {}
_FORMATS["wrap"] = {"text_wrap": True, "valign": "top"}
"""The styles of cells by their names, besides money, whose sign and decimals are the shop's."""
_TOTAL = {"bold": True, "bg_color": SOFT, "top": 1, "top_color": LINE}
_WHITE_ON_ACCENT = {"bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT}
_CENTRED = {"align": "center", "valign": "vcenter", "text_wrap": True}


class Book:
    """An open workbook. Money goes in as minor units and is shown in the shop's currency."""

    def __init__(self, raw: Any, words: Catalogue, footer: str) -> None:
        self.raw = raw
        self.words = words
        self.footer = footer
        # the fonts that every Excel has for the language
        name = "Microsoft YaHei" if words.chinese else "Calibri"
        self.unit = 10**words.digits
        self.font = {"font_name": name, "font_size": 10.5}
        formats = {"money": {"num_format": _money_format(words)}, **_FORMATS}
        self.styles = {name: self.style(**form) for name, form in formats.items()}
        self.totals = {name: self.style(**form, **_TOTAL) for name, form in formats.items()}
        self.head = self.style(**_WHITE_ON_ACCENT, **_CENTRED)
        self.dash = self.style(align="right")

    def style(self, **options: Any) -> Any:
        """A style of one's own, on the book's font."""
        options = self.font | options
        return self.raw.add_format(options)

    def put(
        self,
        sheet: Any,
        row: int,
        column: int,
        value: Any,
        style: str = "text",
        *,
        bold: bool = False,
        own: Any = None,
    ) -> None:
        """One cell by its kind; None is a dash, text never becomes a formula."""
        if style == BY_VALUE:
            style = _style_of(value)
            value = float(value) if isinstance(value, Decimal) else value
        known = self.totals if bold else self.styles
        form = own or known[style]
        if value is None:
            # a dash stands where the figures do, on the right
            form = self.dash if form is self.styles.get(style) else form
            sheet.write_string(row, column, "—", form)
        elif isinstance(value, str):
            sheet.write_string(row, column, clean(value), form)
        elif style == "stamp":
            local = self.words.local(value)
            shown = local.replace(tzinfo=None, microsecond=0)
            sheet.write_datetime(row, column, shown, form)
        elif style == "money":
            sheet.write_number(row, column, value / self.unit, form)
        elif style == "day":
            sheet.write_datetime(row, column, value, form)
        else:
            sheet.write_number(row, column, value, form)

    def details(
        self,
        title: str,
        columns: Sequence[SheetColumn],
        rows: Sequence[Any],
        *,
        landscape: bool = True,
    ) -> Any:
        """A sheet with one head row, one row a record, and a total row whose formulas carry their
        values."""
        sheet = self._sheet(title, columns)
        for number, row in enumerate(rows, 1):
            self._record(sheet, number, columns, row)
        if any(column.total for column in columns) and rows:
            self._total(sheet, columns, rows)
        self._finish(sheet, columns, len(rows), landscape=landscape)
        return sheet

    def stream(self, title: str, columns: Sequence[SheetColumn], rows: Iterable[Any]) -> int:
        """A sheet of records that are written as they come, however many there are; returns how
        many.

        Raises:
            NotPossible: sheet_full (facts: most).
        """
        sheet = self._sheet(title, columns)
        count = 0
        for row in rows:
            count += 1
            if count > MOST_ROWS:
                raise NotPossible("sheet_full", most=MOST_ROWS)
            self._record(sheet, count, columns, row)
        self._finish(sheet, columns, count, landscape=True)
        return count

    def _sheet(self, title: str, columns: Sequence[SheetColumn]) -> Any:
        """A new sheet with its titles."""
        sheet = self.raw.add_worksheet(title)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        sheet.set_row(0, 26)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.title, self.head)
        return sheet

    def _record(self, sheet: Any, number: int, columns: Sequence[SheetColumn], row: Any) -> None:
        for place, column in enumerate(columns):
            self.put(sheet, number, place, column.read(row), column.style)

    def _finish(
        self, sheet: Any, columns: Sequence[SheetColumn], rows: int, *, landscape: bool
    ) -> None:
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, rows), len(columns) - 1)
        sheet.repeat_rows(0)
        self.page(sheet, landscape=landscape)

    def form(self, title: str, titles: Sequence[str]) -> None:
        """A sheet to fill in: titles over columns of text."""
        sheet = self.raw.add_worksheet(title)
        bold = self.raw.add_format({"bold": True})
        for place, name in enumerate(titles):
            sheet.set_column(place, place, 18, self.styles["text"])
            sheet.write_string(0, place, name, bold)
        sheet.freeze_panes(1, 0)

    def _total(self, sheet: Any, columns: Sequence[SheetColumn], rows: Sequence[Any]) -> None:
        last = len(rows) + 1
        for place, column in enumerate(columns):
            if not column.total:
                title = self.words.t("Total") if place == 0 else ""
                sheet.write_string(last, place, title, self.totals["text"])
                continue
            letter = column_letter(place)
            formula = f"=SUM({letter}2:{letter}{last})"
            value = sum(column.read(row) or 0 for row in rows)
            # the formula carries its value, for readers that do not compute
            shown = value / self.unit if column.style == "money" else value
            style = self.totals[column.style]
            sheet.write_formula(last, place, formula, style, shown)

    def page(self, sheet: Any, *, landscape: bool) -> None:
        """A4, one page wide, a footer with sheet, page and shop."""
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        pages_high = 0 if landscape else 1
        sheet.fit_to_pages(1, pages_high)
        # a sign of command in the shop's name is doubled to be one
        name = self.footer.replace("&", "&&")
        sheet.set_footer(f"&L&A&C&P / &N&R{name}")


def _money_format(words: Catalogue) -> str:
    decimals = "." + "0" * words.digits if words.digits else ""
    return f'"{words.symbol}"#,##0{decimals}'


_OPTIONS = {
    # rows go to a file at once: a sheet of any length takes the same memory
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


@contextmanager
def writing(target: Target, words: Catalogue, footer: str) -> Iterator[Book]:
    """A workbook that gets its name only when it is whole (see files.whole)."""
    # loaded here: the till's window must not wait for it
    import xlsxwriter

    with files.whole(target) as part, files.scratch("workbook") as rows:
        options = {**_OPTIONS, "tmpdir": str(rows)}
        raw = xlsxwriter.Workbook(str(part), options)
        # what the next one of the same kind knows this one by
        raw.set_properties({"category": target.mark})
        try:
            yield Book(raw, words, footer)
            raw.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            # the library hands the system's own complaint on inside its own
            found = error.args[0] if error.args else None
            complaint = found if isinstance(found, OSError) else OSError(str(error))
            raise complaint from error
        finally:
            for sheet in raw.worksheets():
                _forget(sheet)


def _forget(sheet: Any) -> None:
    """The row file that a sheet keeps while it is written, when the book was not closed."""
    handle = getattr(sheet, "row_data_fh", None)
    if handle is not None and not handle.closed:
        handle.close()
        Path(sheet.row_data_filename).unlink(missing_ok=True)
