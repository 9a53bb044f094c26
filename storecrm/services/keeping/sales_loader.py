"""The import of sales: one row a line, a receipt's lines together."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any, ClassVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.product import Product
from storecrm.models.sale import Sale, SaleLine
from storecrm.services.keeping import waiting
from storecrm.services.keeping.loading import Loader, Parsed, Row, key_text
from storecrm.services.people import own_card
from storecrm.services.till import points
from storecrm.values import ARRIVING, WHOLE, Day, EntryKind, ImportId, MemberId, Money, business_date, clean_text


class SalesLoader(Loader):
    """sales: one row per line; key is store + receipt_no + local date + line order."""

    TOTALS: ClassVar = {"amount": 8}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.products: dict[str, int | None] = {}
        self.receipts: dict[tuple[str, str, Day], list[int]] = {}
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
        blank, heads, products, pieces, amounts = [""], self.heads, self.products, self.pieces, self.amounts
        for number, row in rows:
            cells = cells_of(row + blank) if len(row) == width else cells_of((row + blank * width)[:width] + blank)
            receipt, sold_at, member, sku, quantity, price, off, amount, store, channel = cells
            try:
                if price or off:
                    raise KeyError(price)
                # almost every part of a line was read before in another one
                number_, at, day, shop, way = heads[receipt, sold_at, store, channel]
                line = (number_, at, day, member.strip(), products[sku], pieces[quantity], None, 0, amounts[amount], shop, way)
            except KeyError:
                try:
                    line = self._line_of(cells)
                except ValueError as error:
                    column, _, kind = str(error).partition(":")
                    self.problem(number, column, kind or "not_valid", dict(zip(_SALES, cells, strict=True)).get(column, ""))
                    continue
            found.append((number, line))
        return found

    def _line_of(self, cells: tuple[str, ...]) -> tuple[Any, ...]:
        """(receipt, instant, day, member, product, thousandths, unit price, discount, amount, store, channel)."""
        receipt, sold_at, member, sku, quantity, price, off, amount, store, channel = cells
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
            product = self.products.get(key_text(sku))
            if product is None:
                raise ValueError("sku:unknown")
        return head[0], head[1], head[2], member.strip(), product, pieces, each, less, total, head[3], head[4]

    def _read(self, column: str, text: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(text)
        except ValueError as error:
            raise ValueError(f"{column}:{error}") from None

    def _head(self, receipt: str, sold_at: str, store: str, channel: str) -> tuple[Any, ...]:
        """What the lines of one receipt share, read once."""
        number = key_text(receipt)
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
        people = self.members_by(session, {row[3] for _, row in part})
        groups: dict[tuple[str, str, Day], list[Parsed]] = {}
        for parsed in part:
            row = parsed[1]
            if row[3] and row[3] not in people:
                self.problem(parsed[0], "member_no", "unknown", row[3])
            else:
                groups.setdefault((row[9], row[0], row[2]), []).append(parsed)
        self._prefetch(session, groups)
        fresh = {key: lines for key, lines in groups.items() if key not in self.receipts}
        self._create(session, fresh, people, batch)
        for key, lines in groups.items():
            if key not in fresh:
                self._compare_or_append(session, key, lines, batch)

    def _prefetch(self, session: Session, groups: dict[tuple[str, str, Day], list[Parsed]]) -> None:
        unknown = {receipt for store, receipt, day in groups if (store, receipt, day) not in self.receipts}
        query = select(Sale.id, Sale.store, Sale.receipt_no, Sale.business_date).where(database.among(session, Sale.receipt_no, unknown))
        for sale, store, receipt, day in session.execute(query):
            # [sale, lines seen in this file, 0 = was there before]
            self.receipts.setdefault((store, receipt, day), [sale, 0, 0])

    def _create(self, session: Session, fresh: dict[Any, list[Parsed]], people: dict[str, int], batch: ImportId | None) -> None:
        self.counts["created"] += sum(len(lines) for lines in fresh.values())
        if not fresh or batch is None:
            for key, lines in fresh.items():
                self.receipts[key] = [0, len(lines), 1]
            return
        now, staff, before = self.store.clock.now(), self.store.staff, session.scalar(select(func.max(Sale.id))) or 0
        sales = []
        for (store, receipt, day), lines in fresh.items():
            first = lines[0][1]
            net = sum(line[1][8] for line in lines)
            sales.append(
                (receipt, store, first[10], staff, people.get(first[3]), day.isoformat(), first[1], first[1], now, net, net, batch)
            )
        database.bulk_insert(session, Sale.__table__, _SALE_COLUMNS, [sale + _SALE_FIXED for sale in sales])
        made = select(Sale.store, Sale.receipt_no, Sale.business_date, Sale.id).where(Sale.id > before, Sale.import_id == batch)
        ids = {(store, receipt, day): sale for store, receipt, day, sale in session.execute(made)}
        rows: list[tuple[Any, ...]] = []
        earning: list[tuple[MemberId, Any, int, Day]] = []
        for key, lines in fresh.items():
            sale = ids[key]
            self.receipts[key] = [sale, len(lines), 1]
            rows += [(sale, n, *row[4:9]) for n, (_, row) in enumerate(lines, 1)]
            if self.earn and (member := people.get(lines[0][1][3])):
                earning.append((MemberId(member), sale, sum(line[1][8] for line in lines), key[2]))
        self._give_points(session, earning, batch)
        database.bulk_insert(session, SaleLine.__table__, _LINE_COLUMNS, rows)

    def _give_points(self, session: Session, earning: list[tuple[MemberId, Any, int, Day]], batch: ImportId) -> None:
        """What the sales (member, sale, net, day) earn; a manager's file gives no more than the manager may."""
        rate = self.rules.earn(self.store.shop.digits)
        counts = [rate.earn(Money(max(0, net)), WHOLE) for _, _, net, _ in earning]
        points.require_gift(session, self.store, self.rules, counts, earned=True)
        own_card.require_not_among(session, self.store, (member for member, *_ in earning))
        owed = list[tuple[Any, ...]]()
        for (member, sale, _, day), count in zip(earning, counts, strict=True):
            if count:
                points.keep_rate(session, self.store, self.rules, sale)
                until, since = points.usable(self.rules, day)
                lasting = (until and until.isoformat(), since and since.isoformat())
                owed.append((member, EntryKind.EARN, count, day.isoformat(), *lasting, sale, ""))
        waiting.put(session, batch, waiting.POINTS, owed)

    def _compare_or_append(self, session: Session, key: tuple[str, str, Day], lines: list[Parsed], batch: ImportId | None) -> None:
        state = self.receipts[key]
        sale, seen, ours = state
        state[1] += len(lines)
        if ours:
            self.counts["created"] += len(lines)
            if batch is not None:
                database.bulk_insert(
                    session, SaleLine.__table__, _LINE_COLUMNS, [(sale, n, *row[4:9]) for n, (_, row) in enumerate(lines, seen + 1)]
                )
                more = sum(row[8] for _, row in lines)
                session.execute(update(Sale).where(Sale.id == sale).values(gross=Sale.gross + more, net=Sale.net + more))
            return
        stored = {
            line.line_no: line
            for line in session.execute(select(SaleLine.__table__).where(SaleLine.sale_id == sale, SaleLine.line_no > seen))
        }
        for n, (number, row) in enumerate(lines, seen + 1):
            now = stored.get(n)
            if now is not None and (now.product_id, now.quantity, now.amount) == (row[4], row[5], row[8]):
                self.counts["unchanged"] += 1
            else:
                self.problem(number, "receipt_no", "receipt_differs", key[1])


_SALES = ("receipt_no", "sold_at", "member_no", "sku", "quantity", "unit_price", "discount", "amount", "store", "channel")
_SALE_COLUMNS = (
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
