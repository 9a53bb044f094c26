"""The import of sales: receipts that are new, further lines of those that are here, and lines that
name another member than their receipt has."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storecrm.ledger import points, sales
from storecrm.models import database, tables
from storecrm.models.sale import Sale, SaleLine
from storecrm.services.exports import receipt_discounts
from storecrm.services.imports.loaders import returned_receipts, sales_points
from storecrm.services.imports.loaders.base import Loader, OnlyOurs, Parsed, Row
from storecrm.services.imports.loaders.listed_receipts import (
    AMOUNT,
    BACK,
    HEAD,
    PHONE,
    PIECES,
    PRODUCT,
    WHO,
    FreshReceipt,
    Line,
    ReceiptKey,
    Receipts,
    by_receipt,
    original_of,
)
from storecrm.services.imports.loaders.sale_articles import SaleArticles
from storecrm.services.imports.loaders.sale_lines import SaleLines
from storecrm.services.members import tier_qualification
from storecrm.values import ARRIVING, MAX_POINTS, WHOLE, ImportId, money_text

_GOODS = slice(PRODUCT, BACK)
"""What of a line is a column of the store's."""
_KEY = (Sale.store, Sale.receipt_no, Sale.business_date)
_KNOWN = select(Sale.id, *_KEY, Sale.member_id)
_HEAD_COLUMNS = ("id", "receipt_no", "store", "channel", "member_id", "business_date")
_SALE_COLUMNS = (*_HEAD_COLUMNS, "occurred_at", "touched_at", "gross", "net")
_LINE_COLUMNS = ("sale_id", "line_no", "product_id", "quantity", "unit_price", "discount", "amount")


class SalesLoader(Loader):
    """sales: one row per line; key is store + receipt_no + local date + line order."""

    TOTALS: ClassVar = {"amount": AMOUNT}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.receipts = Receipts()
        self.only_ours = OnlyOurs(tables.sale)
        with self.store.read() as session:
            self.articles = SaleArticles(session, self.made)
            # in the same look at the store, so that both are of one moment
            steps = tier_qualification.ladder(session, self.store).steps if self.earn else ()
        own_store = self.store.shop.store
        self.reading = SaleLines(self.cells, own_store, self.articles, self.problem)
        times = (step.points_times for step in steps)
        self.best_tier = max((WHOLE, *times))

    def parse(self, rows: list[Row]) -> list[Parsed]:
        """As for every kind, but by place: a year of lines is a million rows."""
        self.articles.may_make = self.new_products
        places = {name: place for place, name in self.columns.items()}
        return self.reading.parse(places, rows, of_order=self.of_order)

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        groups = by_receipt(part)
        self._prefetch(session, groups)
        named = {line[WHO] for _, line in part}
        named |= {line[PHONE] for _, line in part}
        named.discard("")
        people = self.members_by(session, named)
        fresh = list[FreshReceipt]()
        for key, lines in groups.items():
            place = self.receipts.place(key)
            if place is None:
                taken, member = self._fresh_lines(lines, people)
                if taken:
                    fresh.append((key, taken, member))
            else:
                taken, member = self._further_lines(lines, place, people)
                if taken:
                    self._go_on(session, key, place, taken, member, batch)
        self._create(session, fresh, batch)

    def _prefetch(self, session: Session, groups: dict[ReceiptKey, list[Parsed]]) -> None:
        """Note which receipts of a chunk are here already, those too that goods came back from."""
        if self.only_ours.holds(session):
            return
        wanted = set(groups)
        for lines in groups.values():
            original = original_of(lines)
            if original:
                wanted.add(original)
        numbers = self.receipts.unmet(wanted)
        named = database.among(session, Sale.receipt_no, numbers)
        for sale, store, receipt, day, member in session.execute(_KNOWN.where(named)):
            key = (store, receipt, day)
            if self.receipts.place(key) is None:
                self.receipts.add(key, sale, member, lines=0, ours=False)

    # --- whose it is ---

    def _fresh_lines(
        self, lines: list[Parsed], people: dict[str, int]
    ) -> tuple[list[Parsed], int | None]:
        """The lines that are taken of a receipt that is not here yet, and its member."""
        taken, member = self._taken(lines, None, people, ours=True)
        if self.earn and member:
            taken = self._countable(taken, 0)
        return taken, member

    def _further_lines(
        self, lines: list[Parsed], place: int, people: dict[str, int]
    ) -> tuple[list[Parsed], int | None]:
        """The same of further lines of a receipt that was met."""
        ours = bool(self.receipts.ours[place])
        before = self.receipts.members[place] or None
        taken, member = self._taken(lines, before, people, ours=ours)
        if self.earn and member and ours:
            taken = self._countable(taken, self.receipts.nets[place])
        return taken, member

    def _taken(
        self, lines: list[Parsed], member: int | None, people: dict[str, int], *, ours: bool
    ) -> tuple[list[Parsed], int | None]:
        """The lines of one receipt that name its member, or none, and who that is; the others are
        problems. The member may stand on any of its lines."""
        taken = list[Parsed]()
        nobody = ("", "")
        said = nobody
        here = member
        for parsed in lines:
            line = parsed[1]
            now = (line[WHO], line[PHONE])
            if now != said or now != nobody:
                who = people.get(now[0])
                phone = people.get(now[1])
                here = who or phone
                said = now
                problem = _unlike(now, who, phone, member, ours=ours)
                if problem:
                    names = now[0] or now[1]
                    self.problem(parsed[0], *problem, names)
                    continue
                member = here or member
            taken.append(parsed)
        return taken, member

    def _countable(self, lines: list[Parsed], before: int) -> list[Parsed]:
        """The lines of a receipt when its points can be kept; else each of them is a problem, at
        the best tier whoever bought."""
        net = abs(before + _net(lines))
        if points.worth(self.rules, net, self.best_tier) <= MAX_POINTS:
            return lines
        for number, line in lines:
            amount = money_text(line[AMOUNT], self.cells.digits)
            self.problem(number, "amount", "points_out_of_range", amount, most=str(MAX_POINTS))
        return []

    # --- new receipts ---

    def _create(self, session: Session, fresh: list[FreshReceipt], batch: ImportId | None) -> None:
        for _, lines, _ in fresh:
            self.counts["created"] += len(lines)
        if batch is None:
            for key, lines, member in fresh:
                self.articles.put_in(session, lines, None)
                net = _net(lines)
                self.receipts.add(key, 0, member, lines=len(lines), ours=True, net=net)
        elif fresh:
            self._write(session, fresh, batch)

    def _write(self, session: Session, fresh: list[FreshReceipt], batch: ImportId) -> None:
        # a stretch of numbers at once: each receipt is known before it is written
        ids = database.next_ids(session, tables.sale, len(fresh))
        self.only_ours.wrote(ids)
        ready = list[FreshReceipt]()
        for key, lines, member in fresh:
            with_goods = self.articles.put_in(session, lines, batch)
            ready.append((key, with_goods, member))
        made = list(zip(ids, ready, strict=True))
        self._write_receipts(session, made, batch)
        returned_receipts.link(session, self.receipts, made)

    def _write_receipts(
        self, session: Session, made: list[tuple[int, FreshReceipt]], batch: ImportId
    ) -> None:
        heads = list[Line]()
        rows = list[Line]()
        for sale, (key, lines, member) in made:
            _, first = lines[0]
            (store, number, day), at, channel = first[HEAD]
            net = sum([line[AMOUNT] for _, line in lines])
            count = len(lines)
            self.receipts.add(key, sale, member, lines=count, ours=True, net=net)
            day_said = day.isoformat()
            # a list says what was paid: gross and net are one
            heads.append((sale, number, store, channel, member, day_said, at, at, net, net))
            numbered = enumerate(lines, 1)
            rows += [(sale, n, *line[_GOODS]) for n, (_, line) in numbered]
        # what all of them share
        same = dict[str, Any](till_id=None, state=ARRIVING, closed_by="import")
        same["staff_id"] = self.store.staff
        same["recorded_at"] = self.store.clock.now()
        same["import_id"] = batch
        columns = _by_column(_SALE_COLUMNS, heads)
        sales.write_many(session, columns, _by_column(_LINE_COLUMNS, rows), **same)

    # --- receipts that are here ---

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
        sale = self.receipts.sales[place]
        seen = self.receipts.lines[place]
        self.receipts.lines[place] += len(lines)
        if not self.receipts.ours[place]:
            self._compare(session, key, sale, lines, seen)
            return
        self.counts["created"] += len(lines)
        more = _net(lines)
        self.receipts.nets[place] += more
        lines = self.articles.put_in(session, lines, batch)
        if batch is not None:
            numbered = enumerate(lines, seen + 1)
            rows = [(sale, n, *line[_GOODS]) for n, (_, line) in numbered]
            sales.write_many_lines(session, _by_column(_LINE_COLUMNS, rows))
            gross = Sale.gross + more
            net = Sale.net + more
            this = update(Sale).where(Sale.id == sale)
            session.execute(this.values(gross=gross, net=net, member_id=member))
        self.receipts.members[place] = member or 0

    def _compare(
        self, session: Session, key: ReceiptKey, sale: int, lines: list[Parsed], seen: int
    ) -> None:
        """Lines of a receipt of an earlier time must be those that are here."""
        further = (SaleLine.sale_id == sale, SaleLine.line_no > seen)
        asked = select(tables.sale_line).where(*further)
        stored = {line.line_no: line for line in session.execute(asked)}
        for n, (number, line) in enumerate(lines, seen + 1):
            now = stored.get(n)
            if now is not None and _same(session, now, line):
                self.counts["unchanged"] += 1
            else:
                self.problem(number, "receipt_no", "receipt_differs", key[1])

    def closing(self, batch: ImportId) -> Iterator[Callable[[Session], None]]:
        """With `earn`: what the sales give, once every line of each is written."""
        if not self.earn:
            return iter(())
        return sales_points.steps(self.store, self.rules, batch)


def _net(lines: list[Parsed]) -> int:
    return sum([line[AMOUNT] for _, line in lines])


def _same(session: Session, now: Any, line: Line) -> bool:
    """True when a stored line is the one that the file says, by its price or by what was paid for
    it."""
    if (now.product_id, now.quantity) != (line[PRODUCT], line[PIECES]):
        return False
    if line[AMOUNT] == now.amount:
        return True
    paid = receipt_discounts.paid(session, now.sale_id)
    return bool(line[AMOUNT] == paid[now.line_no])


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
    # a receipt of an earlier time keeps the member it has
    if member is None:
        return None if ours else (column, "receipt_no_member")
    if named != member:
        return column, "receipt_two_members" if ours else "receipt_other_member"
    return None


def _by_column(names: tuple[str, ...], rows: list[Line]) -> dict[str, tuple[Any, ...]]:
    """Rows as the ledger takes them in bulk."""
    columns = zip(*rows, strict=True)
    return dict(zip(names, columns, strict=True))
