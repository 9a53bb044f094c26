"""Another register numbers its receipts anew every day: nobody returns or voids the wrong one
silently."""

from datetime import date

import pytest

from storecrm.errors import Conflict, NotFound
from storecrm.services.imports import run
from storecrm.services.till import exchanges, receipt_numbers, receipts, returns, voids
from storecrm.services.till.bill_lines import LineIn
from storecrm.values import Money
from tests.cli.test_cli import shop  # noqa: F401 - the fixture

ROWS = """receipt_no,sold_at,sku,quantity,unit_price,store
17,2026-11-20 10:00,M,1,12.00,河东
17,2026-11-21 10:00,M,2,12.00,河东
17,2026-11-21 11:00,M,3,12.00,河西
18,2026-11-21 12:00,M,4,12.00,河西
"""


def load(store, tmp_path):
    goods, sales = tmp_path / "goods.csv", tmp_path / "sales.csv"
    goods.write_text("sku,name,price\nM,Milk,12.00\n", "utf-8")
    sales.write_text(ROWS, "utf-8")
    run.load(store, kind="products", path=goods)
    run.load(store, kind="sales", path=sales)


@pytest.mark.both
def test_which_receipt_is_asked(manager, tmp_path):
    """Show, return and void name the days and stores there are; each of them names one."""
    load(manager, tmp_path)
    acts = (
        lambda: receipts.show(manager, receipt="17"),
        lambda: returns.return_goods(manager, receipt="17"),
        lambda: returns.preview(manager, receipt="17"),
        lambda: voids.void(manager, receipt="17"),
        lambda: exchanges.exchange(manager, receipt="17", lines=[], taken=[LineIn("M")]),
    )
    for act in acts:
        with pytest.raises(Conflict) as asked:
            act()
        assert asked.value.code == "ambiguous"
    candidates = asked.value.facts["candidates"]
    assert [(c.receipt, c.business_date.day, c.store, c.net) for c in candidates] == [
        ("17@2026-11-21@河西", 21, "河西", 3_600),
        ("17@2026-11-21@河东", 21, "河东", 2_400),
        ("17@2026-11-20", 20, "河东", 1_200),
    ]
    assert [receipts.show(manager, receipt=one.receipt).net for one in candidates] == [
        3_600,
        2_400,
        1_200,
    ]
    assert receipts.show(manager, receipt="18").net == 4_800


@pytest.mark.both
def test_the_one_that_was_chosen_comes_back(manager, tmp_path):
    """A return and an exchange stay with it to the end."""
    load(manager, tmp_path)
    oldest = receipt_numbers.chosen("17", date(2026, 11, 20))
    assert returns.return_goods(manager, receipt=oldest).cash == 1_200
    swapped = exchanges.exchange(
        manager, receipt="17@2026-11-21@河东", lines=[], taken=[LineIn("M")]
    )
    assert swapped.difference == Money(1_200 - 2_400)
    for none in ("17@2026-11-19", "17@2026-11-20@河西", "19@2026-11-20", "17@2026-13-40"):
        with pytest.raises(NotFound):
            receipts.show(manager, receipt=none)


def test_the_command_line_asks_and_is_told(shop, tmp_path):  # noqa: F811
    """The candidates stand in the answer; date and store choose."""
    goods, sales = tmp_path / "goods.csv", tmp_path / "sales.csv"
    goods.write_text("sku,name,price\nM,Milk,12.00\n", "utf-8")
    sales.write_text(ROWS, "utf-8")
    shop("import", "products", str(goods))
    shop("import", "sales", str(sales))
    error = shop("sale", "show", "17", status=3)["error"]
    assert error["code"] == "ambiguous" and error["candidates"][2] == {
        "receipt": "17@2026-11-20",
        "date": "2026-11-20",
        "store": "河东",
        "net": "12.00",
    }
    assert shop("sale", "show", "17", "--date", "2026-11-20")["net"] == "12.00"
    assert (
        shop("sale", "return", "17", "--date", "2026-11-21", "--branch", "河西")["cash"] == "36.00"
    )
