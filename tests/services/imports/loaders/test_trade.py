"""Lists of articles, coupons, offers and day totals: one key is one thing, however it is written;
what cannot be is a row's problem."""

import pytest

from storecrm.errors import ImportRejected
from storecrm.services.coupons import code_lookup
from storecrm.services.imports import run as importing
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.till import basket
from storecrm.values import Kind
from tests import build

pytestmark = pytest.mark.both


@pytest.fixture
def load(owner, tmp_path):
    """Imports rows as a list of a kind."""

    def run(kind, titles, *rows, **how):
        file = tmp_path / f"{kind}.csv"
        file.write_text("\n".join([titles, *rows]) + "\n", "utf-8")
        return importing.load(
            owner, kind=kind, path=file, how=ImportOptions(**{"skip_bad": True} | how)
        )

    return run


def _said(done):
    return [(problem.row, problem.column, problem.kind) for problem in done.problems]


def _article(owner, code):
    found = basket.article(owner, code=code)
    return found and found.sku


def test_one_barcode_is_one_article(owner, load):
    """In one file, in a later one, and written as UPC-A or as EAN-13."""
    titles = "sku,barcode,name"
    done = load(
        "products",
        titles,
        "X1,6901234567892,a",
        "X2,6901234567892,b",
        "X3,012345678905,c",
        "X4,0012345678905,d",
        "X1,,e",
    )
    assert _said(done) == [
        (3, "barcode", "barcode_of_another"),
        (5, "barcode", "barcode_of_another"),
        (6, "sku", "twice_in_file"),
    ]
    assert [problem.facts for problem in done.problems[:2]] == [{"other": "X1"}, {"other": "X3"}]
    later = load("products", titles, "X5,0012345678905,e", "X3,0012345678905,c")
    assert _said(later) == [(2, "barcode", "barcode_of_another")]
    assert (later.created, later.unchanged) == (0, 1)
    assert [
        _article(owner, code) for code in ("012345678905", "0012345678905", "6901234567892")
    ] == ["X3", "X3", "X1"]
    with owner.read() as session:
        assert code_lookup.resolve(session, "0012345678905").kind is Kind.PRODUCT
    dry = load("products", titles, "Y1,4006381333931,a", "Y2,4006381333931,b", dry_run=True)
    assert (dry.created, _said(dry)) == (1, [(3, "barcode", "barcode_of_another")])


def test_a_barcode_that_comes_later_scans(owner, load):
    """The article stood without one; with roll back it does again."""
    load("products", "sku,name", "X1,a")
    assert _article(owner, "6901234567892") is None
    later = load("products", "sku,barcode", "X1,6901234567892")
    assert (later.updated, _article(owner, "6901234567892")) == (1, "X1")
    # a second one of the same article scans beside the first
    second = load("products", "sku,barcode", "X1,4006381333931")
    assert (second.updated, load("products", "sku,barcode", "X1,4006381333931").unchanged) == (1, 1)
    assert [_article(owner, code) for code in ("6901234567892", "4006381333931")] == ["X1", "X1"]
    importing.undo(owner, batch=second.batch)
    assert [_article(owner, code) for code in ("6901234567892", "4006381333931")] == ["X1", None]
    importing.undo(owner, batch=later.batch)
    assert _article(owner, "6901234567892") is None
    assert verify.verify(owner)[1] == []


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_coupon_code_is_read_without_its_case(owner, load, dry_run):
    """Twins are one code: the second row is a problem, dry or not, and the list again is
    unchanged."""
    build.offer(owner, "EXT", kind="amount_off", value="5", min_spend=None)
    rows = (
        "SAVE10,EXT",
        "save10,EXT",
        "2112-3456-7890-1234,EXT",
        "2112345678901234,EXT",
        "ＳＡＶＥ１１,EXT",
        "save11,EXT",
    )
    done = load("coupons", "code,offer_code", *rows, dry_run=dry_run)
    assert (done.created, _said(done)) == (3, [(row, "code", "twice_in_file") for row in (3, 5, 7)])
    with pytest.raises(ImportRejected):
        load("coupons", "code,offer_code", *rows, dry_run=dry_run, skip_bad=False)
    if not dry_run:
        assert load("coupons", "code,offer_code", "Save10,EXT").unchanged == 1
        with owner.read() as session:
            assert code_lookup.resolve(session, "sAvE10").kind is Kind.COUPON


def test_cut_and_overlong_codes_are_said_of_their_column(owner, load):
    """Never cut in silence: two might become one."""
    build.offer(owner, "EXT", kind="amount_off", value="5", min_spend=None)
    long = "x" * 121
    done = load(
        "coupons",
        "code,offer_code,uses_allowed",
        "2.2E+15,EXT,1",
        f"{long},EXT,1",
        "A1,EXT,0",
        "A2,EXT,-3",
        "A3,EXT,",
    )
    assert _said(done) == [
        (2, "code", "digits_cut"), (3, "code", "too_long"), (4, "uses_allowed", "out_of_range"), (5, "uses_allowed", "out_of_range")
    ]  # fmt: skip
    assert _said(load("products", "sku,barcode", "1.2E+13,", "X1,6.9E+12"))[:1] == [
        (2, "sku", "digits_cut")
    ]


def test_a_day_or_an_offer_twice_is_counted_once_dry_or_not(owner, load):
    """The same again says nothing new; another figure is a problem."""
    days = ("2026-10-01,100,3", "2026-10-01,100,3", "2026-10-01,200,3")
    offers = (
        "B1,满减,threshold_off,10,50,30",
        "B1,满减,threshold_off,10,50,30",
        "B1,满减,threshold_off,20,50,30",
    )
    for dry_run in (True, False):
        done = load("day-totals", "date,net_sales,receipts", *days, dry_run=dry_run)
        assert (done.created, done.unchanged, _said(done)) == (1, 1, [(4, "date", "twice_in_file")])
        made = load("offers", "code,name,kind,value,min_spend,valid_days", *offers, dry_run=dry_run)
        assert (made.created, made.unchanged, _said(made)) == (1, 1, [(4, "code", "offer_differs")])
