"""An offer tried on what was sold counts a receipt as the till would."""

import pytest

from storecrm.services.imports import run
from storecrm.services.offers import backtest
from storecrm.services.till import open_bill
from storecrm.services.till.bill_lines import LineIn
from storecrm.values import Quantity
from tests import build

pytestmark = pytest.mark.both


def test_what_the_till_gives_to_nobody_is_no_cost_of_the_trial(owner, tmp_path):
    """A medicine is never a gift; the trial made its own lines and counted it as one."""
    goods = tmp_path / "goods.csv"
    goods.write_text(
        "sku,name,category,price,medicine\nRX1,片剂,药品,18.00,rx\nT1,茶,茶,9.00,\n", "utf-8"
    )
    run.load(owner, kind="products", path=goods)
    for sku in ("RX1", "T1"):
        open_bill.record(owner, lines=[LineIn(sku, Quantity(2000))])
    unsaid = dict.fromkeys(("value", "min_spend", "valid_days"))
    build.offer(owner, "TWO", kind="buy_get", buy=1, get=1, automatic=True, **unsaid)
    today = owner.clock.today()
    tried = backtest.try_out(owner, code="TWO", first=today, last=today)
    sold = [open_bill.record(owner, lines=[LineIn(sku, Quantity(2000))]) for sku in ("RX1", "T1")]
    assert [bill.discount for bill in sold] == [0, 900]
    assert (tried.receipts, tried.qualified, tried.cost) == (2, 1, 900)
