"""A workbook in one hand: styles, detail sheets with head, totals and print set-up; written whole
or not at all."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
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
ACCENT, SOFT, LINE = "#3A45D0", "#EEF1F5", "#D3DAE2"
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """Text a workbook can hold: no controls, no lone surrogates, at most 32,000 characters."""
    return _BAD.sub("�", text)[:32_000]


def column_letter(place: int) -> str:
    """The name of a column, 0 is A (up to ZZ)."""
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


@dataclass(frozen=True)
class SheetColumn:
    """A column of a detail sheet: its title, how a row is read, the number style, the width, and
    whether it is summed."""

    title: str
    read: Callable[[Any], Any]
    style: str = "text"
    width: float = 12
    total: bool = False


class SheetColumns:
    """The columns of a detail sheet, told one after another from the left; titles are keys of the
    catalogue."""

    def __init__(self, words: Catalogue) -> None:
        self._words = words
        self.told: list[SheetColumn] = []

    def add(
        self,
        title: str,
        read: Callable[[Any], Any],
        width: float = 12,
        *,
        style: str = "text",
        total: bool = False,
    ) -> None:
        """One more column to the right."""
        self.told.append(
            SheetColumn(
                title=self._words.t(title), read=read, style=style, width=width, total=total
            )
        )

    def count(
        self, title: str, read: Callable[[Any], Any], width: float = 11, *, total: bool = False
    ) -> None:
        """A column of whole numbers."""
        self.add(title, read, width, style="int", total=total)

    def money(
        self, title: str, read: Callable[[Any], Any], width: float = 12, *, total: bool = False
    ) -> None:
        """A column of money in minor units."""
        self.add(title, read, width, style="money", total=total)

    def rate(self, title: str, read: Callable[[Any], Any], width: float = 11) -> None:
        """A column of parts of one."""
        self.add(title, read, width, style="rate")


def _style_of(value: Any) -> str:
    if isinstance(value, Decimal):
        return "plain"
    if isinstance(value, int):
        return "int"
    return "day" if isinstance(value, date) else "text"


class Book:
    """An open workbook. Money goes in as minor units and is shown in the shop's currency."""

    def __init__(self, raw: Any, words: Catalogue, footer: str) -> None:
        self.raw, self.words, self.footer = raw, words, footer
        font = {"font_name": "Microsoft YaHei" if words.chinese else "Calibri", "font_size": 10.5}
        money = f'"{words.symbol}"#,##0' + ("." + "0" * words.digits if words.digits else "")
        formats: dict[str, dict[str, Any]] = {
            "text": {"num_format": "@"},
            "money": {"num_format": money},
            "int": {"num_format": "#,##0"},
            "rate": {"num_format": "0.0%"},
        }
        formats |= {
            "day": {"num_format": "yyyy-mm-dd", "align": "center"},
            "stamp": {"num_format": "yyyy-mm-dd hh:mm"},
            "plain": {},
            "wrap": {"text_wrap": True, "valign": "top"},
        }
        self.styles = {name: raw.add_format(font | style) for name, style in formats.items()}
        bold = {"bold": True, "bg_color": SOFT, "top": 1, "top_color": LINE}
        self.totals = {name: raw.add_format(font | style | bold) for name, style in formats.items()}
        self.head = raw.add_format(
            font
            | {
                "bold": True,
                "font_color": "#FFFFFF",
                "bg_color": ACCENT,
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
            }
        )
        self.font = font
        self.dash = raw.add_format(font | {"align": "right"})

    def style(self, **options: Any) -> Any:
        """A style of one's own, on the book's font."""
        return self.raw.add_format(self.font | options)

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
            style, value = _style_of(value), float(value) if isinstance(value, Decimal) else value
        form = own or (self.totals if bold else self.styles)[style]
        if value is None:
            sheet.write_string(
                row, column, "—", self.dash if form is self.styles.get(style) else form
            )
        elif style == "money" and not isinstance(value, str):
            sheet.write_number(row, column, value / 10**self.words.digits, form)
        elif style == "day" and not isinstance(value, str):
            sheet.write_datetime(row, column, value, form)
        elif style == "stamp":
            sheet.write_datetime(
                row, column, self.words.local(value).replace(tzinfo=None, microsecond=0), form
            )
        elif isinstance(value, str):
            sheet.write_string(row, column, clean(value), form)
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
        sheet, count = self._sheet(title, columns), 0
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
        sheet, bold = self.raw.add_worksheet(title), self.raw.add_format({"bold": True})
        for place, name in enumerate(titles):
            sheet.set_column(place, place, 18, self.styles["text"])
            sheet.write_string(0, place, name, bold)
        sheet.freeze_panes(1, 0)

    def _total(self, sheet: Any, columns: Sequence[SheetColumn], rows: Sequence[Any]) -> None:
        last = len(rows) + 1
        for place, column in enumerate(columns):
            if not column.total:
                sheet.write_string(
                    last, place, self.words.t("Total") if place == 0 else "", self.totals["text"]
                )
                continue
            value = sum(column.read(row) or 0 for row in rows)
            letter = column_letter(place)
            shown = value / 10**self.words.digits if column.style == "money" else value
            sheet.write_formula(
                last, place, f"=SUM({letter}2:{letter}{last})", self.totals[column.style], shown
            )

    def page(self, sheet: Any, *, landscape: bool) -> None:
        """A4, one page wide, a footer with sheet, page and shop."""
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0 if landscape else 1)
        sheet.set_footer(f"&L&A&C&P / &N&R{self.footer.replace('&', '&&')}")


@contextmanager
def writing(target: Target, words: Catalogue, footer: str) -> Iterator[Book]:
    """A workbook that gets its name only when it is whole (see files.whole)."""
    # loaded here: the till's window must not wait for it
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with files.whole(target) as part, files.scratch("workbook") as rows:
        raw = xlsxwriter.Workbook(str(part), options | {"tmpdir": str(rows)})
        # what the next one of the same kind knows this one by
        raw.set_properties({"category": target.mark})
        try:
            yield Book(raw, words, footer)
            raw.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            # the library hands the system's own complaint on inside its own
            found = error.args[0] if error.args else None
            raise found if isinstance(found, OSError) else OSError(str(error)) from error
        finally:
            for sheet in raw.worksheets():
                _forget(sheet)


def _forget(sheet: Any) -> None:
    """The row file that a sheet keeps while it is written, when the book was not closed."""
    handle = getattr(sheet, "row_data_fh", None)
    if handle is not None and not handle.closed:
        handle.close()
        Path(sheet.row_data_filename).unlink(missing_ok=True)
