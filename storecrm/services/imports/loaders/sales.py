"""The import of sales: one row a line, a receipt's lines together.

A list may hold millions of lines: a line is a small tuple that shares what its receipt says, and a
receipt that was read is a few numbers.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, ClassVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storecrm.domain import row_references
from storecrm.ledger import points, sales
from storecrm.models import database
from storecrm.models.product import SHOWN, Product
from storecrm.models.sale import Sale, SaleLine
from storecrm.services.exports import receipt_discounts
from storecrm.services.imports.loaders import sales_points
from storecrm.services.imports.loaders.base import (
    Loader,
    OnlyOurs,
    Parsed,
    Row,
    Worded,
    cell,
    key_text,
    whole,
)
from storecrm.services.members import tier_qualification
from storecrm.values import (
    ARRIVING,
    MAX_MONEY,
    MAX_POINTS,
    WHOLE,
    Day,
    ImportId,
    Moment,
    business_date,
    clean_text,
    money_text,
    share_out,
)
from storecrm.wording.returns import RETURNS

ReceiptKey = tuple[str, str, Day]
"""Store, number and local day."""
Head = tuple[ReceiptKey, Moment, str]
"""What the lines of a receipt share: its key, its instant and its channel."""
_HEAD, _WHO, _PHONE, _PRODUCT, _PIECES, _OFF, _AMOUNT, _BACK = 0, 1, 2, 3, 4, 6, 7, 8
"""Where a parsed line holds what: head, member, phone, product, thousandths, unit price, discount,
amount, and of goods that came back how."""


class Receipts:
    """The receipts of the file so far: the sale of each (0 while only counting), its member (0:
    none), how many of its lines came, and whether this import made it."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self.sales, self.members, self.lines, self.ours = (
            array("q"),
            array("q"),
            array("l"),
            array("b"),
        )
        self.nets = array("q")

    def place(self, key: ReceiptKey) -> int | None:
        """Where a receipt stands; None for one that was not met yet."""
        # 64 bits: two of a million receipts meet once in a hundred million files
        return self._places.get(hash(key))

    def add(
        self,
        key: ReceiptKey,
        sale: int,
        member: int | None,
        *,
        lines: int,
        ours: bool,
        net: int = 0,
    ) -> None:
        self._places[hash(key)] = len(self.sales)
        self.sales.append(sale)
        self.members.append(member or 0)
        self.lines.append(lines)
        self.ours.append(ours)
        self.nets.append(net)


class SalesLoader(Loader):
    """sales: one row per line; key is store + receipt_no + local date + line order."""

    TOTALS: ClassVar = {"amount": _AMOUNT}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.receipts = Receipts()
        self.only_ours = OnlyOurs(Sale.__table__)
        self.head: tuple[tuple[str, ...], Head] | None = None
        self.days: dict[str, tuple[Moment, Day] | None] = {}
        self.pieces: dict[str, int] = {"": 1000}
        self.amounts: dict[str, int] = {}
        with self.store.read() as session:
            goods = select(Product.sku, Product.id)
            self.products: dict[str, int | None] = {
                sku: product for sku, product in session.execute(goods.where(SHOWN))
            }
            # what an import that cannot end made, and nobody has seen
            self.stray: dict[str, int] = {
                sku: product for sku, product in session.execute(goods.where(~SHOWN))
            }
            steps = tier_qualification.ladder(session, self.store).steps if self.earn else ()
        self.best_tier = max((WHOLE, *(step.points_times for step in steps)))
        self.products[""] = None
        self.unmade: list[str] = []

    def parse(self, rows: list[Row]) -> list[Parsed]:
        """As for every kind, but by place: a year of lines is a million rows."""
        places = {name: place for place, name in self.columns.items()}
        width = max(self.columns) + 1
        # one blank cell behind the last stands for every column the file does not have
        cells_of = itemgetter(*(places.get(name, width) for name in _SALES))
        found: list[Parsed] = []
        more = [(name, places[name]) for name in _MORE if name in places]
        blank, products, pieces, amounts = [""], self.products, self.pieces, self.amounts
        shared, head = self.head or ((), None)
        for number, row in rows:
            cells = (
                cells_of(row + blank)
                if len(row) == width
                else cells_of((row + blank * width)[:width] + blank)
            )
            receipt, sold_at, store, channel, member, phone, sku, quantity, price, off, amount = (
                cells
            )
            try:
                if (said := (receipt, sold_at, store, channel)) != shared:
                    head = self._head(*said)
                    shared = said
                if price or off:
                    raise KeyError(price)
                # almost every part of a line was read before in another one
                line = (
                    head,
                    member.strip(),
                    phone.strip(),
                    products[sku],
                    pieces[quantity],
                    None,
                    0,
                    amounts[amount],
                )
            except KeyError:
                try:
                    line = (
                        head,
                        member.strip(),
                        phone.strip(),
                        *self._line_of(sku, quantity, price, off, amount),
                    )
                except ValueError as error:
                    self._odd(number, cells, error)
                    continue
            except ValueError as error:
                self._odd(number, cells, error)
                continue
            if more:
                said_more = {name: row[place].strip() for name, place in more if place < len(row)}
                try:
                    line = self._with_more(line, said_more)
                except ValueError as error:
                    column, _, kind = str(error).partition(":")
                    self.problem(number, column, kind, said_more.get(column, ""))
                    continue
            found.append((number, line))
        self.head = None if head is None else (shared, head)
        # where amounts are said they hold the discount already
        shares = "discount" in self.of_order and "amount" not in self.columns.values()
        return _shared_discounts(found) if shares else found

    def _with_more(self, line: tuple[Any, ...], cells: dict[str, str]) -> tuple[Any, ...]:
        """A line on the business date that the file says, and, of goods that came back, how: (part,
        all or no_receipt; the receipt they were sold on, its date, its line)."""
        (store, number, day), at, channel = line[_HEAD]
        head = (
            (store, number, cell(cells, "business_date", self.cells.day_of) or day),
            at,
            channel,
        )
        back = cell(cells, "returns", _RETURNS)
        if back is None:
            return head, *line[1:]
        of_line = cell(cells, "returns_line", whole)
        original = (
            cell(cells, "returns_receipt", key_text) or "",
            cell(cells, "returns_date", self.cells.day_of),
            of_line,
        )
        return head, *line[1:], (back, *original)

    def _odd(self, number: int, cells: tuple[str, ...], error: ValueError) -> None:
        column, _, kind = str(error).partition(":")
        self.problem(
            number,
            column,
            kind or "not_valid",
            dict(zip(_SALES, cells, strict=True)).get(column, ""),
        )

    def _line_of(
        self, sku: str, quantity: str, price: str, off: str, amount: str
    ) -> tuple[Any, ...]:
        """(product, thousandths, unit price, discount, amount)."""
        pieces = self.pieces.get(quantity)
        if pieces is None:
            pieces = self.pieces[quantity] = self._read("quantity", quantity, self.cells.quantity)
        each = self._read("unit_price", price, self.cells.money) if price else None
        less = self._read("discount", off, self.cells.money) if off else 0
        return self._product(sku), pieces, each, less, self._amount(amount, pieces, each, less)

    def _amount(self, amount: str, pieces: int, each: int | None, less: int) -> int:
        total = self.amounts.get(amount)
        if total is not None:
            return total
        if amount:
            total = self._read("amount", amount, self.cells.money)
            if len(self.amounts) < 50_000:
                self.amounts[amount] = total
        elif each is None:
            raise ValueError("amount:missing")
        else:
            total = _half_up(each, pieces) - less
        if abs(total) >= MAX_MONEY:
            raise ValueError("amount:out_of_range")
        return total

    def _product(self, sku: str) -> int | None:
        if sku not in self.products:
            tidy = self._read("sku", sku, key_text)
            if tidy not in self.products:
                if not self.new_products:
                    raise ValueError("sku:unknown")
                self.unmade.append(tidy)
                # stands for the article until it is written
                self.products[tidy] = -len(self.unmade)
            self.products[sku] = self.products[tidy]
        return self.products[sku]

    def _read(self, column: str, text: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(text)
        except ValueError as error:
            raise ValueError(f"{column}:{error}") from None

    def _head(self, receipt: str, sold_at: str, store: str, channel: str) -> Head:
        """What the lines of one receipt share, read once."""
        number = self._read("receipt_no", receipt, key_text)
        if not number:
            raise ValueError("receipt_no:missing")
        if not sold_at.strip():
            raise ValueError("sold_at:missing")
        at, day = self._time(sold_at)
        shop = clean_text(store, 60) or self.store.shop.store
        return (shop, number, day), at, clean_text(channel, 40) or "store"

    def _time(self, sold_at: str) -> tuple[Moment, Day]:
        """The instant and the local day."""
        plain = _PLAIN_TIME.fullmatch(sold_at)
        if plain is None or (facts := self._plain_day(plain[1])) is None:
            at, day = self._read("sold_at", sold_at, self.cells.at)
            return at, day or business_date(at, self.cells.zone, 0)
        midnight, day = facts
        return Moment(
            midnight + (int(plain[2]) * 3600 + int(plain[3]) * 60 + int(plain[4] or 0)) * 1_000_000
        ), day

    def _plain_day(self, text: str) -> tuple[Moment, Day] | None:
        """The instant at which a day begins that has 24 hours and is the shop's own; None for any
        other, whose times are read one by one."""
        if text not in self.days:
            try:
                (first, _), (last, _) = (
                    self.cells.at(f"{text} {time}") for time in ("00:00:00", "23:59:59")
                )
                own = self.cells.naive == self.cells.zone and last - first == 86_399_000_000
                self.days[text] = (first, date.fromisoformat(text)) if own else None
            except ValueError:
                self.days[text] = None
        return self.days[text]

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        groups = _groups(part)
        self._prefetch(session, groups)
        people = self.members_by(
            session, {text for _, row in part for text in (row[_WHO], row[_PHONE]) if text}
        )
        fresh: list[tuple[ReceiptKey, list[Parsed], int | None]] = []
        for key, lines in groups.items():
            place = self.receipts.place(key)
            before, ours = (
                (None, True)
                if place is None
                else (self.receipts.members[place] or None, bool(self.receipts.ours[place]))
            )
            taken, member = self._taken(lines, before, people, ours=ours)
            if self.earn and member and ours:
                taken = self._countable(taken, 0 if place is None else self.receipts.nets[place])
            if taken and place is None:
                fresh.append((key, taken, member))
            elif taken and place is not None:
                self._go_on(session, key, place, taken, member, batch)
        self._create(session, fresh, batch)

    def _prefetch(self, session: Session, groups: dict[ReceiptKey, list[Parsed]]) -> None:
        if self.only_ours.holds(session):
            return
        wanted = {
            *groups,
            *(original for lines in groups.values() if (original := _original(lines))),
        }
        unknown = {key[1] for key in wanted if self.receipts.place(key) is None}
        query = select(Sale.id, Sale.store, Sale.receipt_no, Sale.business_date, Sale.member_id)
        for sale, store, receipt, day, member in session.execute(
            query.where(database.among(session, Sale.receipt_no, unknown))
        ):
            if self.receipts.place((store, receipt, day)) is None:
                self.receipts.add((store, receipt, day), sale, member, lines=0, ours=False)

    def _taken(
        self, lines: list[Parsed], member: int | None, people: dict[str, int], *, ours: bool
    ) -> tuple[list[Parsed], int | None]:
        """The lines of one receipt that name its member, or none, and who that is; the others are
        problems. The member may stand on any of its lines."""
        taken, said, here = list[Parsed](), ("", ""), member
        for parsed in lines:
            row = parsed[1]
            if (now := (row[_WHO], row[_PHONE])) != said or now != ("", ""):
                who, phone = people.get(now[0]), people.get(now[1])
                here, said = who or phone, now
                if problem := _unlike(now, who, phone, member, ours=ours):
                    self.problem(parsed[0], *problem, now[0] or now[1])
                    continue
                member = here or member
            taken.append(parsed)
        return taken, member

    def _countable(self, lines: list[Parsed], before: int) -> list[Parsed]:
        """The lines of a receipt when its points can be kept; else each of them is a problem, at
        the best tier whoever bought."""
        net = abs(before + sum(row[_AMOUNT] for _, row in lines))
        if points.worth(self.rules, net, self.best_tier) <= MAX_POINTS:
            return lines
        for number, row in lines:
            amount = money_text(row[_AMOUNT], self.cells.digits)
            self.problem(number, "amount", "points_out_of_range", amount, most=str(MAX_POINTS))
        return []

    def _create(
        self,
        session: Session,
        fresh: list[tuple[ReceiptKey, list[Parsed], int | None]],
        batch: ImportId | None,
    ) -> None:
        self.counts["created"] += sum(len(lines) for _, lines, _ in fresh)
        if not fresh or batch is None:
            for key, lines, member in fresh:
                self._with_goods(session, lines, None)
                net = sum(row[_AMOUNT] for _, row in lines)
                self.receipts.add(key, 0, member, lines=len(lines), ours=True, net=net)
            return
        ids = database.next_ids(session, Sale.__table__, len(fresh))
        self.only_ours.wrote(ids)
        fresh = [
            (key, self._with_goods(session, lines, batch), member) for key, lines, member in fresh
        ]
        heads, rows = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
        for sale, (key, lines, member) in zip(ids, fresh, strict=True):
            (store, number, day), at, channel = lines[0][1][_HEAD]
            net = sum([row[_AMOUNT] for _, row in lines])
            self.receipts.add(key, sale, member, lines=len(lines), ours=True, net=net)
            heads.append((sale, number, store, channel, member, day.isoformat(), at, at, net, net))
            rows += [(sale, n, *row[_PRODUCT:_BACK]) for n, (_, row) in enumerate(lines, 1)]
        sales.write_many(
            session,
            _by_column(_SALE_COLUMNS, heads),
            _by_column(_LINE_COLUMNS, rows),
            till_id=None,
            staff_id=self.store.staff,
            recorded_at=self.store.clock.now(),
            import_id=batch,
            state=ARRIVING,
            closed_by="import",
        )
        self._link_returns(session, zip(ids, fresh, strict=True))

    def _with_goods(
        self, session: Session, lines: list[Parsed], batch: ImportId | None
    ) -> list[Parsed]:
        """Lines of one receipt with the articles that no list holds made out of their numbers."""
        if not self.unmade:
            return lines
        numbers = {
            self.unmade[-row[_PRODUCT] - 1]
            for _, row in lines
            if row[_PRODUCT] is not None and row[_PRODUCT] < 0
        }
        self.made |= numbers
        if batch is None:
            return lines
        for sku in sorted(numbers):
            made = self.products[sku]
            if made is not None and made < 0:
                self.products[sku] = self._make(session, sku, batch)
        return [
            (number, (*row[:_PRODUCT], self._now(row[_PRODUCT]), *row[_PRODUCT + 1 :]))
            for number, row in lines
        ]

    def _make(self, session: Session, sku: str, batch: ImportId) -> int:
        """An article of nothing but its number, which nobody knows before the import is at its
        end."""
        if (stray := self.stray.pop(sku, None)) is not None:
            session.execute(update(Product).where(Product.id == stray).values(import_id=batch))
            return stray
        values = {"sku": sku, "name": sku, "to_complete": 1, "arriving": 1, "import_id": batch}
        return session.execute(insert(Product).values(**values).returning(Product.id)).scalar_one()

    def _now(self, product: int | None) -> int | None:
        return (
            self.products[self.unmade[-product - 1]]
            if product is not None and product < 0
            else product
        )

    def _link_returns(
        self,
        session: Session,
        fresh: Iterable[tuple[int, tuple[ReceiptKey, list[Parsed], int | None]]],
    ) -> None:
        """Receipts of goods that came back name the one they were sold on; one that is not here
        came back without."""
        for sale, (key, lines, _) in fresh:
            if (back := _back(lines[0])) is None:
                continue
            place = self.receipts.place(_original(lines) or key)
            original = None if place is None else self.receipts.sales[place]
            if original in (None, sale):
                session.execute(update(Sale).where(Sale.id == sale).values(closed_by="no_receipt"))
                continue
            session.execute(
                update(Sale)
                .where(Sale.id == sale)
                .values(closed_by=_CLOSED_BY[back[0]], returns_id=original)
            )
            for n, of_line in [
                (n, told[3]) for n, line in enumerate(lines, 1) if (told := _back(line)) and told[3]
            ]:
                mine = (SaleLine.sale_id == sale, SaleLine.line_no == n)
                session.execute(update(SaleLine).where(*mine).values(returns_line=of_line))

    def _go_on(
        self,
        session: Session,
        key: ReceiptKey,
        place: int,
        lines: list[Parsed],
        member: int | None,
        batch: ImportId | None,
    ) -> None:
        """Further lines of a receipt that is here: of an earlier chunk, or of an earlier time."""
        sale, seen = self.receipts.sales[place], self.receipts.lines[place]
        self.receipts.lines[place] += len(lines)
        if not self.receipts.ours[place]:
            self._compare(session, key, sale, lines, seen)
            return
        self.counts["created"] += len(lines)
        more = sum(row[_AMOUNT] for _, row in lines)
        self.receipts.nets[place] += more
        lines = self._with_goods(session, lines, batch)
        if batch is not None:
            rows = [(sale, n, *row[_PRODUCT:_BACK]) for n, (_, row) in enumerate(lines, seen + 1)]
            sales.write_many_lines(session, _by_column(_LINE_COLUMNS, rows))
            values: dict[str, Any] = {
                "gross": Sale.gross + more,
                "net": Sale.net + more,
                "member_id": member,
            }
            session.execute(update(Sale).where(Sale.id == sale).values(**values))
        self.receipts.members[place] = member or 0

    def _compare(
        self, session: Session, key: ReceiptKey, sale: int, lines: list[Parsed], seen: int
    ) -> None:
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
    """True when a stored line is the one that the file says, by its price or by what was paid for
    it."""
    if (now.product_id, now.quantity) != (row[_PRODUCT], row[_PIECES]):
        return False
    if row[_AMOUNT] == now.amount:
        return True
    return bool(row[_AMOUNT] == receipt_discounts.paid(session, now.sale_id)[now.line_no])


def _back(parsed: Parsed) -> Any:
    """What a line says of goods that came back, None for others."""
    return parsed[1][_BACK] if len(parsed[1]) > _BACK else None


def _original(lines: list[Parsed]) -> ReceiptKey | None:
    """The receipt that these goods were sold on, as receipts are known."""
    back = _back(lines[0])
    return (lines[0][1][_HEAD][0][0], back[1], back[2]) if back and back[1] and back[2] else None


_RETURNS = Worded(RETURNS)
_CLOSED_BY = {word: closed for closed, word in row_references.RETURNS.items()}
_MORE = ("business_date", "returns", "returns_receipt", "returns_date", "returns_line")


def _groups(part: list[Parsed]) -> dict[ReceiptKey, list[Parsed]]:
    """The lines of a chunk by their receipt, in the order of the file."""
    groups: dict[ReceiptKey, list[Parsed]] = {}
    head, lines = None, list[Parsed]()
    for parsed in part:
        if parsed[1][_HEAD] is not head:
            head = parsed[1][_HEAD]
            lines = groups.setdefault(head[0], [])
        lines.append(parsed)
    return groups


def _shared_discounts(found: list[Parsed]) -> list[Parsed]:
    """The lines with what was taken off a whole receipt shared over them, by largest remainder over
    what each comes to."""
    shared = list[Parsed]()
    for _, group in groupby(found, key=lambda parsed: id(parsed[1][_HEAD])):
        lines = list(group)
        off = sum(row[_OFF] for _, row in lines)
        full = [row[_AMOUNT] + row[_OFF] for _, row in lines]
        parts = share_out(off, [max(0, amount) for amount in full])
        if not off or sum(parts) != off:
            shared += lines
            continue
        for (number, row), amount, part in zip(lines, full, parts, strict=True):
            shared.append((number, (*row[:_OFF], part, amount - part, *row[_BACK:])))
    return shared


def _unlike(
    said: tuple[str, str], who: int | None, phone: int | None, member: int | None, *, ours: bool
) -> tuple[str, str] | None:
    """(column, problem) of a line that names nobody known, two people, or another member than its
    receipt has; None when all is well."""
    column = "member_no" if said[0] else "phone"
    named = who or phone
    if named is None:
        return (column, "unknown") if any(said) else None
    if who and phone and who != phone:
        return "phone", "phone_of_another"
    if member is None:
        return None if ours else (column, "receipt_no_member")
    if named != member:
        return column, "receipt_two_members" if ours else "receipt_other_member"
    return None


_PLAIN_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_SALES = (
    "receipt_no",
    "sold_at",
    "store",
    "channel",
    "member_no",
    "phone",
    "sku",
    "quantity",
    "unit_price",
    "discount",
    "amount",
)
_SALE_COLUMNS = (
    "id",
    "receipt_no",
    "store",
    "channel",
    "member_id",
    "business_date",
    "occurred_at",
    "touched_at",
    "gross",
    "net",
)
_LINE_COLUMNS = ("sale_id", "line_no", "product_id", "quantity", "unit_price", "discount", "amount")


def _by_column(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    """Rows as the ledger takes them in bulk."""
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _half_up(price: int, quantity: int) -> int:
    """price x thousandths, rounded half-up once, also for returns."""
    whole = price * quantity
    return (abs(whole) + 500) // 1000 * (1 if whole >= 0 else -1)
