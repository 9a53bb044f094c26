"""Lists of sales and of articles as any system may write them come back as they were meant: several
lines a receipt, goods that came back, quantities with decimals, times, prices, barcodes. Where one
cell is spoilt, this cell is named and no other."""

import datetime
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from storecrm.models.member import Member
from storecrm.models.product import Product
from storecrm.models.sale import Sale, SaleLine
from storecrm.models.scannable import Scannable
from storecrm.services.imports import reader, run
from storecrm.services.imports.mappings import Reading
from storecrm.services.imports.options import ImportOptions
from storecrm.values import Kind, as_datetime
from tests import build
from tests.conftest import SOAK
from tests.lists import Written
from tests.services.imports.formats.test_text_encoding import rows_in

LISTS = 2000 if SOAK else 30
NUMBER = ("#N/A", "#REF!", "1.38E+10")
SUM = ("12..5", "much", "#DIV/0!", "1,2,3,4")
PIECES = (1000, 1000, 2000, 12_000, 735, 1500, 50, -1000, -2000)
"""Thousandths; below nothing is goods that came back."""
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Sales(Written):
    """Receipts of one to four lines."""

    SPOILT = {
        "receipt_no": NUMBER, "sku": ("#REF!", "1.38E+10"), "Date": ("2022-02-30", "99/99/2022", "#NUM!"), "sold_at": ("2022-02-30 10:00", "#VALUE!"),
        "quantity": SUM, "unit_price": SUM, "discount": SUM, "amount": SUM, "member_no": ("NOBODY-1", "#N/A"),
    }  # fmt: skip

    def __init__(self, seed):
        super().__init__(seed)
        when = ["Date", "Time"] if self.joined else ["sold_at"]
        self.titles = [
            "receipt_no",
            *when,
            "member_no",
            "sku",
            "quantity",
            "unit_price",
            "discount",
            "amount",
            "remark",
        ]
        self.dates = []
        self.around = self.chance.choice(("-{}", "({})", "{}-"))
        for at in range(self.chance.choice((1, 3, 12))):
            self.receipt(f"{seed}-{at:05}")
        self.spoilt = self.spoil(self.SPOILT, {"Date": "sold_at"}) if seed % 3 == 0 else None

    def receipt(self, number):
        chance = self.chance
        day = datetime.date(
            2000 + chance.randrange(24), chance.randrange(1, 13), chance.randrange(1, 29)
        )
        self.dates.append(day)
        hour, minute = chance.randrange(24), chance.randrange(60)
        time = (
            f"{hour % 12 or 12}:{minute:02} {'AM' if hour < 12 else 'PM'}"
            if self.way == "american"
            else f"{hour:02}:{minute:02}"
        )
        member = chance.choice(("", "M-1"))
        for _ in range(chance.randrange(1, 5)):
            pieces, price = (
                chance.choice(PIECES),
                chance.choice((None, chance.randrange(1, 500_000))),
            )
            off, cents = chance.choice((0, 0, 150)), chance.randrange(10_000_000)
            paid = -cents if pieces < 0 else cents
            sku = chance.choice(("", f"T-{chance.randrange(9)}", f"{chance.randrange(9):06}"))
            between = chance.choice(("\n", "\r\n", self.sign, " "))
            cells = {
                "receipt_no": number, "Date": self.day(day), "Time": time, "sold_at": f"{self.day(day)} {time}",
                "member_no": member or chance.choice(("", self.nothing)), "sku": sku, "quantity": self.pieces(pieces),
                "unit_price": "" if price is None else self.money(price), "discount": self.money(off) if off else "",
                "amount": self.signed(paid), "remark": f"{chance.choice(self.words)}{between}{chance.choice(self.words)}",
            }  # fmt: skip
            self.rows.append([cells[title] for title in self.titles])
            self.meant.append(
                (number, day, datetime.time(hour, minute), member, sku, pieces, price, off, paid)
            )

    def pieces(self, count):
        """A quantity as a till writes it."""
        return f"{count / 1000:g}".replace(".", self.point)

    def signed(self, cents):
        """An amount, below nothing in one of three ways."""
        return self.money(cents) if cents >= 0 else self.around.format(self.money(-cents))

    def come(self, store):
        """What a store holds of these, in the order of the receipts."""
        asked = (
            select(
                Sale.receipt_no, Sale.business_date, Sale.occurred_at, Member.member_no, Product.sku,
                SaleLine.quantity, SaleLine.unit_price, SaleLine.discount, SaleLine.amount,
            )
            .join(SaleLine, SaleLine.sale_id == Sale.id)
            .outerjoin(Product, Product.id == SaleLine.product_id)
            .outerjoin(Member, Member.id == Sale.member_id)
            .where(Sale.receipt_no.in_({row[0] for row in self.meant}))
            .order_by(Sale.receipt_no, SaleLine.line_no)
        )  # fmt: skip
        with store.read() as session:
            rows = session.execute(asked).all()
        return [
            (no, day, as_datetime(at, SHANGHAI).time(), who or "", sku or "", *more)
            for no, day, at, who, sku, *more in rows
        ]


class Goods(Written):
    """Articles with prices and barcodes."""

    SPOILT = {
        "sku": NUMBER, "barcode": ("4.00638E+12", "#REF!"), "name": ("#NAME?",), "price": (*SUM, "-1"), "cost": SUM,
    }  # fmt: skip

    def __init__(self, seed):
        super().__init__(seed)
        self.titles = ["sku", "barcode", "name", "category", "brand", "price", "cost", "remark"]
        self.dates = []
        for at in range(self.chance.choice((1, 4, 12, 40))):
            self.article(f"{seed:05}{at:03}")
        self.spoilt = self.spoil(self.SPOILT) if seed % 3 == 0 else None

    def article(self, number):
        chance = self.chance
        name, more = chance.choice(self.words), chance.choice(self.words)
        price, cost = (
            chance.choice((None, 0, chance.randrange(10_000_000))),
            chance.choice((None, chance.randrange(10_000_000))),
        )
        barcode = chance.choice(("", f"69{number:0>11}"))
        between = chance.choice(("\n", self.sign, " "))
        cells = {
            "sku": f"0{number}", "barcode": barcode or chance.choice(("", self.nothing)), "name": f'{name} "{more}"', "category": more,
            "brand": chance.choice(("", self.nothing)), "price": chance.choice(("", self.nothing)) if price is None else self.money(price),
            "cost": "" if cost is None else self.money(cost), "remark": f"{name}{between}{more}",
        }  # fmt: skip
        self.rows.append([cells[title] for title in self.titles])
        self.meant.append((f"0{number}", barcode, f'{name} "{more}"', more, "", price, cost))

    def come(self, store):
        """What a store holds of these, each found by its barcode."""
        asked = select(
            Product.sku,
            Product.barcode,
            Product.name,
            Product.category,
            Product.brand,
            Product.price,
            Product.cost,
        )
        with store.read() as session:
            rows = session.execute(
                asked.where(Product.sku.in_({row[0] for row in self.meant})).order_by(Product.sku)
            ).all()
            scans = set(
                session.scalars(select(Scannable.key).where(Scannable.kind == Kind.PRODUCT))
            )
        assert {row.barcode for row in rows} - {""} <= scans
        return [tuple(row) for row in rows]


@pytest.fixture
def read_here(monkeypatch):
    """Files are read in this process, which is quicker; that the guarded child reads them the same
    is told elsewhere."""

    @contextmanager
    def rows_of(path, encoding="", _sheet=""):
        about, rows = rows_in(path, encoding)
        yield _Rows(rows, reader.About(**about))

    monkeypatch.setattr(reader, "rows_of", rows_of)


class _Rows:
    def __init__(self, rows, about):
        self.rows, self.about = rows, about

    def __iter__(self):
        yield self.rows


@pytest.mark.parametrize("part", range(3))
@pytest.mark.parametrize(("kind", "make"), [("sales", Sales), ("products", Goods)])
def test_a_list_of_trade_comes_back_as_it_was_meant(owner, tmp_path, read_here, kind, make, part):
    """The store holds what the lines say, each to the cent, the minute and the thousandth."""
    build.bring(owner, tmp_path, "members", "member_no,phone\nM-1,13800138001\n")
    file = tmp_path / "list.csv"
    for seed in range(part, LISTS, 3):
        sample = make(seed)
        sample.write(file)
        how = ImportOptions(
            skip_bad=True,
            encoding=sample.encoding,
            reading=sample.reading,
            new_products=kind == "sales",
        )
        found = run.load(owner, kind=kind, path=file, how=how)
        assert [(problem.row, problem.column) for problem in found.problems] == (
            [sample.spoilt] if sample.spoilt else []
        ), seed
        wanted = [
            row
            for at, row in enumerate(sample.meant, 2)
            if sample.spoilt is None or at != sample.spoilt[0]
        ]
        assert (found.created, found.left_out) == (len(wanted), ("remark",)), seed
        assert sample.come(owner) == wanted, seed


def test_the_sign_before_the_decimals_is_one_for_every_column(owner, tmp_path):
    """A quantity that stands before the amounts is read by what the amounts say, and 0,735 is 735
    in no country."""
    text = "receipt_no;sold_at;quantity;amount\nR1;2026-11-01 10:00;1,250;12,50\nR2;2026-11-01 10:00;0,735;1.234,50\n"
    build.bring(owner, tmp_path, "sales", text)
    with owner.read() as session:
        lines = session.execute(
            select(SaleLine.quantity, SaleLine.amount).order_by(SaleLine.sale_id)
        ).all()
    assert [tuple(line) for line in lines] == [(1250, 1250), (735, 123_450)]


def test_a_number_in_thousands_begins_with_a_figure(owner, tmp_path):
    """Where the decimal sign is said to be the point, 0,735 is a problem and not 735."""
    found = build.bring(
        owner,
        tmp_path,
        "sales",
        "receipt_no;sold_at;quantity;amount\nR1;2026-11-01 10:00;0,735;12.50\nR2;2026-11-01 10:00;1,735;12.50\n",
        skip_bad=True,
        reading=Reading(decimal="."),
    )
    assert [(problem.row, problem.column) for problem in found.problems] == [(2, "quantity")]


@pytest.mark.parametrize(
    ("kind", "text", "column"),
    [
        ("products", "sku,barcode\nA,6.90123E+12\n", "barcode"),
        (
            "sales",
            "receipt_no,sold_at,amount,returns,returns_receipt\nR1,2026-11-01 10:00,-5,part,2.02610010001234E+15\n",
            "returns_receipt",
        ),
    ],
)
def test_a_number_that_lost_its_digits_is_named_by_its_column(owner, tmp_path, kind, text, column):
    """A barcode or the number of a receipt that a spreadsheet cut scans and finds nothing: it is
    never taken."""
    found = build.bring(owner, tmp_path, kind, text, skip_bad=True)
    assert [(problem.row, problem.column, problem.kind) for problem in found.problems] == [
        (2, column, "digits_cut")
    ]
