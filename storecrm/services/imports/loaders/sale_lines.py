"""How a list of sales is read: one row a line, a receipt's lines together.

Almost every part of a line was read before in another one: receipts by what their lines share, and
articles, pieces and amounts by their texts.
"""

import re
from collections.abc import Callable
from datetime import date
from operator import itemgetter
from typing import Any

from storecrm.services.imports.cells import Cells
from storecrm.services.imports.loaders.base import Parsed, Row
from storecrm.services.imports.loaders.cell_readers import Worded, cell, key_text, whole
from storecrm.services.imports.loaders.listed_receipts import HEAD, Head, Line, share_discounts
from storecrm.services.imports.loaders.sale_articles import SaleArticles
from storecrm.values import MAX_MONEY, Day, Moment, business_date, clean_text
from storecrm.wording.returns import RETURNS

_OF_RECEIPT = ("receipt_no", "sold_at", "store", "channel")
_OF_LINE = ("member_no", "phone", "sku", "quantity", "unit_price", "discount", "amount")
_COLUMNS = (*_OF_RECEIPT, *_OF_LINE)
"""The columns of a line, in the order in which it is taken apart."""
_MORE = ("business_date", "returns", "returns_receipt", "returns_date", "returns_line")
"""Columns that few lists have."""
_PLAIN_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_A_SECOND = 1_000_000
_DAY_LESS_A_SECOND = 86_399 * _A_SECOND
_AMOUNTS_KEPT = 50_000
"""Texts of amounts that are remembered."""
_RETURNS = Worded(RETURNS)

Begin = tuple[Moment, Day]
"""The instant at which a day begins, and the day."""
Complain = Callable[[int, str, str, str], None]
"""Notes a problem: row, column, kind, what the cell says."""


class SaleLines:
    """Reads the rows of a list of sales; what a file says once holds for its later parts."""

    def __init__(
        self, cells: Cells, own_store: str, articles: SaleArticles, complain: Complain
    ) -> None:
        self._cells = cells
        self._own_store = own_store
        self._articles = articles
        self._complain = complain
        self._shared: tuple[str, ...] = ()
        self._head: Head | None = None
        self._days = dict[str, Begin | None]()
        # a line without a number of pieces is one piece
        self._pieces = {"": 1000}
        self._amounts: dict[str, int] = {}

    def parse(
        self, places: dict[str, int], rows: list[Row], *, of_order: frozenset[str]
    ) -> list[Parsed]:
        """The lines of some rows; `places` says where the columns stand, `of_order` which of them
        speak of the whole receipt."""
        width = max(places.values()) + 1
        # one blank cell behind the last stands for every column the file does not have
        cells_of = itemgetter(*(places.get(name, width) for name in _COLUMNS))
        more = [(name, places[name]) for name in _MORE if name in places]
        found = list[Parsed]()
        blank = [""]
        # names of this function are found fastest: a year of lines is a million rows
        products = self._articles.known
        pieces = self._pieces
        amounts = self._amounts
        shared = self._shared
        head = self._head
        for number, row in rows:
            if len(row) != width:
                row = (row + blank * width)[:width]
            cells = cells_of(row + blank)
            said = cells[:4]
            member, phone, sku, quantity, price, off, amount = cells[4:]
            line: Line | None
            try:
                if said != shared:
                    head = self._head_of(*said)
                    shared = said
                if price or off:
                    raise KeyError(price)
                of_line = products[sku], pieces[quantity], None, 0, amounts[amount]
                line = (head, member.strip(), phone.strip(), *of_line)
            except KeyError:
                line = self._read_line(number, head, cells)
            except ValueError as error:
                self._complain_of(number, cells, error)
                continue
            if line is not None and more:
                line = self._with_more(number, line, row, more)
            if line is not None:
                found.append((number, line))
        self._shared = shared
        self._head = head
        # where amounts are said they hold the discount already
        shares = "discount" in of_order and "amount" not in places
        return share_discounts(found) if shares else found

    def _read_line(self, number: int, head: Head | None, cells: tuple[str, ...]) -> Line | None:
        """A line with a part that was not read before; None for one with a problem."""
        member, phone, *of_line = cells[4:]
        try:
            read = self._line_of(*of_line)
        except ValueError as error:
            self._complain_of(number, cells, error)
            return None
        return (head, member.strip(), phone.strip(), *read)

    def _complain_of(self, number: int, cells: tuple[str, ...], error: ValueError) -> None:
        column, _, kind = str(error).partition(":")
        said = dict(zip(_COLUMNS, cells, strict=True))
        self._complain(number, column, kind or "not_valid", said.get(column, ""))

    # --- columns that few lists have ---

    def _with_more(
        self, number: int, line: Line, row: list[str], more: list[tuple[str, int]]
    ) -> Line | None:
        """A line on the business date that the file says, and, of goods that came back, how (see
        listed_receipts.BACK); None for one with a problem."""
        said = dict[str, str]()
        for name, place in more:
            if place < len(row):
                said[name] = row[place].strip()
        try:
            head = self._on_business_date(line[HEAD], said)
            back = self._back(said)
        except ValueError as error:
            column, _, kind = str(error).partition(":")
            self._complain(number, column, kind, said.get(column, ""))
            return None
        of_line = line[1:]
        return (head, *of_line, back) if back else (head, *of_line)

    def _on_business_date(self, head: Head, said: dict[str, str]) -> Head:
        (store, number, day), at, channel = head
        own = cell(said, "business_date", self._cells.day_of)
        return (store, number, own or day), at, channel

    def _back(self, said: dict[str, str]) -> tuple[Any, ...] | None:
        """(part, all or no_receipt; the receipt they were sold on, its date, its line) of goods
        that came back."""
        how = cell(said, "returns", _RETURNS)
        if how is None:
            return None
        of_line = cell(said, "returns_line", whole)
        receipt = cell(said, "returns_receipt", key_text)
        day = cell(said, "returns_date", self._cells.day_of)
        return how, receipt or "", day, of_line

    # --- of a line ---

    def _line_of(self, sku: str, quantity: str, price: str, off: str, amount: str) -> Line:
        """(product, thousandths, unit price, discount, amount)."""
        pieces = self._pieces.get(quantity)
        if pieces is None:
            pieces = _read("quantity", quantity, self._cells.quantity)
            self._pieces[quantity] = pieces
        each = _read("unit_price", price, self._cells.money) if price else None
        less = _read("discount", off, self._cells.money) if off else 0
        product = self._articles.of(sku)
        paid = self._amount(amount, pieces, each, less)
        return product, pieces, each, less, paid

    def _amount(self, text: str, pieces: int, each: int | None, less: int) -> int:
        amount = self._amounts.get(text)
        if amount is not None:
            return amount
        if text:
            amount = int(_read("amount", text, self._cells.money))
            if len(self._amounts) < _AMOUNTS_KEPT:
                self._amounts[text] = amount
        elif each is None:
            raise ValueError("amount:missing")
        else:
            amount = _half_up(each, pieces) - less
        if abs(amount) >= MAX_MONEY:
            raise ValueError("amount:out_of_range")
        return amount

    # --- of a receipt ---

    def _head_of(self, receipt: str, sold_at: str, store: str, channel: str) -> Head:
        """What the lines of one receipt share, read once."""
        number = _read("receipt_no", receipt, key_text)
        if not number:
            raise ValueError("receipt_no:missing")
        if not sold_at.strip():
            raise ValueError("sold_at:missing")
        at, day = self._time(sold_at)
        shop = clean_text(store, 60) or self._own_store
        way = clean_text(channel, 40) or "store"
        return (shop, number, day), at, way

    def _time(self, sold_at: str) -> tuple[Moment, Day]:
        """The instant and the local day."""
        plain = _PLAIN_TIME.fullmatch(sold_at)
        begun = self._plain_day(plain[1]) if plain else None
        if plain is None or begun is None:
            at, day = _read("sold_at", sold_at, self._cells.at)
            return at, day or business_date(at, self._cells.zone, 0)
        midnight, day = begun
        hours = int(plain[2])
        minutes = int(plain[3])
        seconds = int(plain[4] or 0)
        since = (hours * 60 + minutes) * 60 + seconds
        return Moment(midnight + since * _A_SECOND), day

    def _plain_day(self, text: str) -> Begin | None:
        """The instant at which a day begins that has 24 hours and is the shop's own; None for any
        other, whose times are read one by one."""
        if text not in self._days:
            self._days[text] = self._begin_of(text)
        return self._days[text]

    def _begin_of(self, text: str) -> Begin | None:
        try:
            first, _ = self._cells.at(f"{text} 00:00:00")
            last, _ = self._cells.at(f"{text} 23:59:59")
            own = self._cells.naive == self._cells.zone
            # where the clock is changed a day has 23 hours or 25
            if own and last - first == _DAY_LESS_A_SECOND:
                return first, date.fromisoformat(text)
        except ValueError:
            return None
        return None


def _read(column: str, text: str, reader: Callable[[str], Any]) -> Any:
    try:
        return reader(text)
    except ValueError as error:
        raise ValueError(f"{column}:{error}") from None


def _half_up(price: int, quantity: int) -> int:
    """price x thousandths, rounded half-up once, also for returns."""
    thousandths = price * quantity
    rounded = (abs(thousandths) + 500) // 1000
    return rounded if thousandths >= 0 else -rounded
