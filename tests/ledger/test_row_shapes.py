"""What a row needs is said once, and no writer can forget a column."""

import pytest
from sqlalchemy import Column, Integer, MetaData

from storecrm.ledger import coupons, point_entries, redemptions, sales, stamps
from storecrm.ledger.row_shapes import RowShape
from storecrm.services.coupons import issue
from storecrm.services.till import open_bill, returns, voids
from storecrm.values import Money
from tests import build

SHAPES = {
    "sale": sales.SALE,
    "sale_line": sales.LINE,
    "redemption": redemptions.REDEMPTION,
    "batch": coupons.BATCH,
    "coupon": coupons.COUPON,
    "point_lot": point_entries.LOT,
    "point_entry": point_entries.ENTRY,
    "stamp_entry": stamps.STAMP,
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_what_stands_when_nothing_is_said_fits_its_column(shape):
    """A blank NULL in a column that takes none would fail at the till."""
    empty = {name for name, value in shape.blank.items() if value is None}
    assert [
        column.name for column in shape.table.c if column.name in empty and not column.nullable
    ] == []


def test_a_column_that_nobody_names_is_no_row():
    """A writer hears at once what it forgot, and what is called otherwise."""
    shape = sales.LINE
    line = {"sale_id": 1, "line_no": 1, "product_id": None, "quantity": 1000, "unit_price": None}
    with pytest.raises(TypeError, match="missing .*amount"):
        shape.row(line)
    with pytest.raises(TypeError, match="unknown .*colour"):
        shape.row({**line, "amount": 1, "colour": "red"})
    with pytest.raises(TypeError, match="no .*colour"):
        RowShape(shape.table, colour="red")


def _widened(shape):
    """The shape of the same table with one more column that takes no NULL."""
    table = shape.table.to_metadata(MetaData())
    table.append_column(Column("grown", Integer, nullable=False))
    return RowShape(table, **shape.blank)


def _record(store, folder, sold=""):
    return open_bill.record(store, amount=Money(5_000))


def _void(store, folder, sold):
    voids.void(store, receipt=sold)


def _return(store, folder, sold):
    returns.return_goods(store, receipt=sold)


def _return_without_receipt(store, folder, sold):
    returns.without_receipt(store, amount=Money(500), reason="x")


def _import(store, folder, sold):
    build.bring(store, folder, "sales", "receipt_no,sold_at,amount\nR1,2026-11-01 10:00,12.00\n")


@pytest.mark.parametrize("write", [_record, _void, _return, _return_without_receipt, _import])
@pytest.mark.parametrize("shape", ["SALE", "LINE"])
def test_a_new_column_stops_every_writer_of_sales_until_it_is_named(
    manager, tmp_path, monkeypatch, write, shape
):
    """Two lists of columns once drifted apart: the till knew a column that the import forgot."""
    sold = _record(manager, tmp_path).receipt_no
    monkeypatch.setattr(sales, shape, _widened(getattr(sales, shape)))
    with pytest.raises(TypeError, match="missing .*grown"):
        write(manager, tmp_path, sold)


def _by_hand(store, folder):
    issue.issue(store, offer="A20", count=2)


def _by_list(store, folder):
    build.bring(store, folder, "coupons", "code,offer_code\nOLD-1,A20\n")


@pytest.mark.parametrize("write", [_by_hand, _by_list])
@pytest.mark.parametrize("shape", ["BATCH", "COUPON"])
def test_a_new_column_stops_every_writer_of_coupons_until_it_is_named(
    manager, tmp_path, monkeypatch, write, shape
):
    """Batches of an import say the same as those that are issued here."""
    build.offer(manager, valid_days=30)
    monkeypatch.setattr(coupons, shape, _widened(getattr(coupons, shape)))
    with pytest.raises(TypeError, match="missing .*grown"):
        write(manager, tmp_path)
