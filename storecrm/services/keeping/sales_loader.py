"""The import of sales: one row a line, a receipt's lines together."""

from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any, ClassVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.product import Product
from storecrm.models.sale import Sale, SaleLine
from storecrm.services import wording
from storecrm.services.keeping import origins, receipt_lines, sales_points
from storecrm.services.keeping.loading import Loader, Parsed, Row, Worded, cell, key_text, whole
from storecrm.values import ARRIVING, Day, ImportId, business_date, clean_text

ReceiptKey = tuple[str, str, Day]
"""Store, number and local day."""


class Receipt:
    """A receipt as far as the file was read: its sale (0 while only counting), its member, how many of its lines came, and whether this
    import made it. `named` is the member that is written down already."""

    __slots__ = ("lines", "member", "named", "ours", "sale")

    def __init__(self, sale: int, member: int | None, *, ours: bool) -> None:
        self.sale, self.member, self.named, self.ours = sale, member, member, ours
        self.lines = 0


class SalesLoader(Loader):
    """sales: one row per line; key is store + receipt_no + local date + line order."""

    TOTALS: ClassVar = {"amount": 8}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.products: dict[str, int | None] = {}
        self.receipts: dict[ReceiptKey, Receipt] = {}
        self.begun: dict[ReceiptKey, Receipt] = {}
        self.heads: dict[tuple[str, str, str, str], tuple[Any, ...]] = {}
        self.pieces: dict[str, int] = {"": 1000}
        self.amounts: dict[str, int] = {}
        with self.store.read() as session:
            self.products = {sku: product for sku, product in session.execute(select(Product.sku, Product.id))} | {"": None}

    def parse(self, rows: list[Row]) -> list[Parsed]:
        """As for every kind, but by place: a year of lines is a million rows."""
        places = {name: place for place, name in self.columns.items()}
        width = max(self.columns) + 1
        # one blank cell behind the last stands for every column the file does not have
        cells_of = itemgetter(*(places.get(name, width) for name in _SALES))
        found: list[Parsed] = []
        more = [(name, places[name]) for name in _MORE if name in places]
        blank, heads, products, pieces, amounts = [""], self.heads, self.products, self.pieces, self.amounts
        for number, row in rows:
            cells = cells_of(row + blank) if len(row) == width else cells_of((row + blank * width)[:width] + blank)
            receipt, sold_at, member, sku, quantity, price, off, amount, store, channel, phone = cells
            try:
                if price or off:
                    raise KeyError(price)
                # almost every part of a line was read before in another one
                number_, at, day, shop, way = heads[receipt, sold_at, store, channel]
                parts = (products[sku], pieces[quantity], None, 0, amounts[amount])
                line = (number_, at, day, member.strip(), *parts, shop, way, phone.strip())
            except KeyError:
                try:
                    line = self._line_of(cells)
                except ValueError as error:
                    column, _, kind = str(error).partition(":")
                    self.problem(number, column, kind or "not_valid", dict(zip(_SALES, cells, strict=True)).get(column, ""))
                    continue
            if more:
                try:
                    line = self._with_more(line, {name: row[place].strip() for name, place in more if place < len(row)})
                except ValueError as error:
                    column, _, kind = str(error).partition(":")
                    self.problem(number, column, kind, next((row[place] for name, place in more if name == column), ""))
                    continue
            found.append((number, line))
        return found

    def _with_more(self, line: tuple[Any, ...], cells: dict[str, str]) -> tuple[Any, ...]:
        """A line on the business date that the file says, and, of goods that came back, how: (part, all or no_receipt; the receipt they
        were sold on, its date, its line)."""
        day = cell(cells, "business_date", self.cells.day_of) or line[2]
        back = cell(cells, "returns", _RETURNS)
        if back is None:
            return *line[:2], day, *line[3:]
        of_line = cell(cells, "returns_line", whole)
        original = (key_text(cells.get("returns_receipt", "")), cell(cells, "returns_date", self.cells.day_of), of_line)
        return *line[:2], day, *line[3:], (back, *original)

    def _line_of(self, cells: tuple[str, ...]) -> tuple[Any, ...]:
        """(receipt, instant, day, member, product, thousandths, unit price, discount, amount, store, channel, phone)."""
        receipt, sold_at, member, sku, quantity, price, off, amount, store, channel, phone = cells
        head = self.heads.get((receipt, sold_at, store, channel)) or self._head(receipt, sold_at, store, channel)
        pieces = self.pieces.get(quantity)
        if pieces is None:
            pieces = self.pieces[quantity] = self._read("quantity", quantity, self.cells.quantity)
        each = self._read("unit_price", price, self.cells.money) if price else None
        less = self._read("discount", off, self.cells.money) if off else 0
        total = self.amounts.get(amount)
        if total is None:
            if amount:
                total = self._read("amount", amount, self.cells.money)
                if len(self.amounts) < 200_000:
                    self.amounts[amount] = total
            elif each is None:
                raise ValueError("amount:missing")
            else:
                total = _half_up(each, pieces) - less
        product = self.products.get(sku)
        if product is None and sku:
            product = self.products.get(self._read("sku", sku, key_text))
            if product is None:
                raise ValueError("sku:unknown")
        return head[0], head[1], head[2], member.strip(), product, pieces, each, less, total, head[3], head[4], phone.strip()

    def _read(self, column: str, text: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(text)
        except ValueError as error:
            raise ValueError(f"{column}:{error}") from None

    def _head(self, receipt: str, sold_at: str, store: str, channel: str) -> tuple[Any, ...]:
        """What the lines of one receipt share, read once."""
        number = self._read("receipt_no", receipt, key_text)
        if not number:
            raise ValueError("receipt_no:missing")
        if not sold_at.strip():
            raise ValueError("sold_at:missing")
        at, day = self._read("sold_at", sold_at, self.cells.at)
        shop = clean_text(store, 60) or self.store.shop.store
        found = (number, at, day or business_date(at, self.cells.zone, 0), shop, clean_text(channel, 40) or "store")
        if len(self.heads) > 50_000:
            self.heads.clear()
        self.heads[receipt, sold_at, store, channel] = found
        return found

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:  # noqa: ARG002
        groups = self._groups(part)
        self._prefetch(session, groups)
        people = self.members_by(session, {text for _, row in part for text in (row[_WHO], row[_PHONE]) if text})
        fresh: dict[ReceiptKey, list[Parsed]] = {}
        for key, lines in groups.items():
            receipt = self.receipts.get(key)
            if taken := self._taken(key, receipt or self._receipt(key), lines, people):
                if receipt is None:
                    fresh[key] = taken
                else:
                    self._go_on(session, key, receipt, taken, batch)
        self._create(session, fresh, batch)

    def _groups(self, part: list[Parsed]) -> dict[ReceiptKey, list[Parsed]]:
        """The lines of a chunk by their receipt, in the order of the file."""
        groups: dict[ReceiptKey, list[Parsed]] = {}
        for parsed in part:
            row = parsed[1]
            groups.setdefault((row[9], row[0], row[2]), []).append(parsed)
        return groups

    def _prefetch(self, session: Session, groups: dict[ReceiptKey, list[Parsed]]) -> None:
        wanted = {*groups, *(original for lines in groups.values() if (original := _original(lines)))}
        unknown = {receipt for store, receipt, day in wanted if (store, receipt, day) not in self.receipts}
        query = select(Sale.id, Sale.store, Sale.receipt_no, Sale.business_date, Sale.member_id)
        for sale, store, receipt, day, member in session.execute(query.where(database.among(session, Sale.receipt_no, unknown))):
            self.receipts.setdefault((store, receipt, day), Receipt(sale, member, ours=False))

    def _receipt(self, key: ReceiptKey) -> Receipt:
        """A receipt that is new; what becomes of it is known with its lines."""
        found = self.begun[key] = Receipt(0, None, ours=True)
        return found

    def _taken(self, key: ReceiptKey, receipt: Receipt, lines: list[Parsed], people: dict[str, int]) -> list[Parsed]:
        """The lines of one receipt that name its member, or none; the others are problems. The member may stand on any of its lines."""
        taken = list[Parsed]()
        for number, row in lines:
            who, phone = people.get(row[_WHO]), people.get(row[_PHONE])
            if (row[_WHO] or row[_PHONE]) and who is None and phone is None:
                self.problem(number, "member_no" if row[_WHO] else "phone", "unknown", row[_WHO] or row[_PHONE])
            elif who and phone and who != phone:
                self.problem(number, "phone", "phone_of_another", row[_PHONE])
            elif (member := who or phone) and receipt.member not in (None, member):
                kind = "receipt_two_members" if receipt.ours else "receipt_other_member"
                self.problem(number, "member_no" if row[_WHO] else "phone", kind, row[_WHO] or row[_PHONE])
            elif member and receipt.member is None and not receipt.ours:
                self.problem(number, "member_no" if row[_WHO] else "phone", "receipt_no_member", row[_WHO] or row[_PHONE])
            else:
                receipt.member = member or receipt.member
                taken.append((number, row))
        return taken

    def _create(self, session: Session, fresh: dict[ReceiptKey, list[Parsed]], batch: ImportId | None) -> None:
        self.counts["created"] += sum(len(lines) for lines in fresh.values())
        for key, lines in fresh.items():
            receipt = self.receipts[key] = self.begun[key]
            receipt.lines, receipt.named = len(lines), receipt.member
        self.begun.clear()
        if not fresh or batch is None:
            return
        now, staff, ids = self.store.clock.now(), self.store.staff, database.next_ids(session, Sale.__table__, len(fresh))
        sales, rows = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
        for sale, (key, lines) in zip(ids, fresh.items(), strict=True):
            store, number, day = key
            first, receipt = lines[0][1], self.receipts[key]
            receipt.sale = sale
            net = sum(line[1][8] for line in lines)
            facts = (number, store, first[10], staff, receipt.member, day.isoformat(), first[1], first[1], now, net, net, batch)
            sales.append((sale, *facts))
            rows += [(sale, n, *row[4:9]) for n, (_, row) in enumerate(lines, 1)]
        database.bulk_insert(session, Sale.__table__, _SALE_COLUMNS, [sale + _SALE_FIXED for sale in sales])
        database.bulk_insert(session, SaleLine.__table__, _LINE_COLUMNS, rows)
        self._link_returns(session, fresh)

    def _link_returns(self, session: Session, fresh: dict[ReceiptKey, list[Parsed]]) -> None:
        """Receipts of goods that came back name the one they were sold on; one that is not here came back without."""
        for key, lines in fresh.items():
            if (back := _back(lines[0])) is None:
                continue
            sale, original = self.receipts[key].sale, self.receipts.get(_original(lines) or key)
            if original is None or original.sale == sale:
                session.execute(update(Sale).where(Sale.id == sale).values(closed_by="no_receipt"))
                continue
            session.execute(update(Sale).where(Sale.id == sale).values(closed_by=_CLOSED_BY[back[0]], returns_id=original.sale))
            for n, of_line in [(n, told[3]) for n, line in enumerate(lines, 1) if (told := _back(line)) and told[3]]:
                mine = (SaleLine.sale_id == sale, SaleLine.line_no == n)
                session.execute(update(SaleLine).where(*mine).values(returns_line=of_line))

    def _go_on(self, session: Session, key: ReceiptKey, receipt: Receipt, lines: list[Parsed], batch: ImportId | None) -> None:
        """Further lines of a receipt that is here: of an earlier chunk, or of an earlier time."""
        seen = receipt.lines
        receipt.lines += len(lines)
        if not receipt.ours:
            self._compare(session, key, receipt.sale, lines, seen)
            return
        self.counts["created"] += len(lines)
        if batch is not None:
            rows = [(receipt.sale, n, *row[4:9]) for n, (_, row) in enumerate(lines, seen + 1)]
            database.bulk_insert(session, SaleLine.__table__, _LINE_COLUMNS, rows)
            more = sum(row[8] for _, row in lines)
            values: dict[str, Any] = {"gross": Sale.gross + more, "net": Sale.net + more}
            if receipt.named != receipt.member:
                receipt.named = values["member_id"] = receipt.member
            session.execute(update(Sale).where(Sale.id == receipt.sale).values(**values))

    def _compare(self, session: Session, key: ReceiptKey, sale: int, lines: list[Parsed], seen: int) -> None:
        asked = select(SaleLine.__table__).where(SaleLine.sale_id == sale, SaleLine.line_no > seen)
        stored = {line.line_no: line for line in session.execute(asked)}
        for n, (number, row) in enumerate(lines, seen + 1):
            now = stored.get(n)
            if now is not None and _same(session, now, row):
                self.counts["unchanged"] += 1
            else:
                self.problem(number, "receipt_no", "receipt_differs", key[1])

    def closing(self, batch: ImportId) -> Iterator[Callable[[Session], None]]:
        """With `earn`: what the sales give, once every line of each is written."""
        return sales_points.steps(self.store, self.rules, batch) if self.earn else iter(())


def _same(session: Session, now: Any, row: tuple[Any, ...]) -> bool:
    """True when a stored line is the one that the file says, by its price or by what was paid for it."""
    if (now.product_id, now.quantity) != (row[4], row[5]):
        return False
    if row[8] == now.amount:
        return True
    return bool(row[8] == receipt_lines.paid(session, now.sale_id)[now.line_no])


def _back(parsed: Parsed) -> Any:
    """What a line says of goods that came back, None for others."""
    return parsed[1][-1] if len(parsed[1]) > _PHONE + 1 else None


def _original(lines: list[Parsed]) -> ReceiptKey | None:
    """The receipt that these goods were sold on, as receipts are known."""
    back = _back(lines[0])
    return (lines[0][1][9], back[1], back[2]) if back and back[1] and back[2] else None


_RETURNS = Worded(wording.RETURNS)
_CLOSED_BY = {word: closed for closed, word in origins.RETURNS.items()}
_MORE = ("business_date", "returns", "returns_receipt", "returns_date", "returns_line")
_SALES = ("receipt_no", "sold_at", "member_no", "sku", "quantity", "unit_price", "discount", "amount", "store", "channel", "phone")
_WHO, _PHONE = 3, 11
"""Where a line names its member."""
_SALE_COLUMNS = (
    "id",
    "receipt_no",
    "store",
    "channel",
    "staff_id",
    "member_id",
    "business_date",
    "occurred_at",
    "touched_at",
    "recorded_at",
    "gross",
    "net",
    "import_id",
    "state",
    "discount",
    "points_paid",
    "no_points",
    "trace",
    "closed_by",
)
_SALE_FIXED = (ARRIVING, 0, 0, 0, "[]", "import")
_LINE_COLUMNS = ("sale_id", "line_no", "product_id", "quantity", "unit_price", "discount", "amount")


def _half_up(price: int, quantity: int) -> int:
    """price x thousandths, rounded half-up once, also for returns."""
    whole = price * quantity
    return (abs(whole) + 500) // 1000 * (1 if whole >= 0 else -1)
