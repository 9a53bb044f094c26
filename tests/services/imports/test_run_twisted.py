"""Lists as nobody should write them: twins by case, width and spaces, far too long, far too large,
upside down. An import of any rows ends with what was taken or with a sentence, dry as for good, and
the books are in order."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storecrm.domain.list_columns import COLUMNS, NEEDED, NEEDED_ONE
from storecrm.errors import BadInput, NotAllowed, NotFound, NotPossible
from storecrm.services.imports import reader
from storecrm.services.imports import run as importing
from storecrm.services.imports.loaders.kinds import LOADERS
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.loyalty import tiers
from storecrm.values import BasisPoints, Money
from tests import build
from tests.conftest import SOAK

CODES = (
    "A1",
    "a1",
    "Ａ１",
    " A1 ",
    "A\u200b1",
    "0012345678905",
    "012345678905",
    "2112345678901234",
    "2112-3456-7890-1234",
    "M-1",
    "x" * 300,
)
NUMBERS = (
    "1",
    "0",
    "-1",
    "1.5",
    "999999999",
    "1000000000",
    "9" * 11,
    "99999999999999999999",
    "²",
    "１２",
    "1e30",
    "12,50",
    "-0",
    "2.2E+15",
)
MONEY = (*NUMBERS, "9999999999.99", "-9999999999.99", "￥3", "NaN", "Infinity", "1" * 40)
DAYS = (
    "2026-11-01",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "1/2/2026",
    "2026-11-01 23:59:59",
    "45000",
    "2199-12-31",
    "农历 8-15",
    "now",
)
PHONES = (
    "13800138000",
    "+86 138 0013 8000",
    "１３８００１３８０００",
    "13900139000",
    "138001380001",
    "1" * 60,
)
WORDS = (
    "",
    "王芳",
    "Jörg",
    "\U0001f600",
    "=1+1",
    "y" * 400,
    "\x00\x07",
    "yes",
    "no",
    "1",
    "*",
    "金卡",
    "lunar",
)
SHAPES = {
    "phone": PHONES, "points": NUMBERS, "visits": NUMBERS, "quantity": NUMBERS, "receipts": NUMBERS, "uses_allowed": NUMBERS, "serial": NUMBERS,
    "returns_line": NUMBERS,
}  # fmt: skip
for _column in (
    "spent_to_date",
    "unit_price",
    "discount",
    "amount",
    "price",
    "cost",
    "net_sales",
    "value",
    "min_spend",
):
    SHAPES[_column] = MONEY
for _column in (
    "sold_at",
    "date",
    "redeemed_at",
    "birthday",
    "registered_on",
    "last_visit",
    "tier_until",
    "points_expire_on",
    "earned_on",
):
    SHAPES[_column] = DAYS
for _column in (
    "expires_on",
    "issued_on",
    "valid_from",
    "valid_to",
    "active_from",
    "business_date",
    "returns_date",
):
    SHAPES[_column] = DAYS
for _column in (
    "member_no",
    "old_card_no",
    "sku",
    "barcode",
    "code",
    "offer_code",
    "receipt_no",
    "reference",
    "redemption_no",
    "coupon_code",
):
    SHAPES[_column] = CODES
SHAPES["kind"] = ("threshold_off", "amount_off", "percent_off", "gift", "points_times", "stamps")


@st.composite
def lists(draw):
    """A kind, its columns, and rows in which twins are likely."""
    kind = draw(st.sampled_from(sorted(LOADERS)))
    extra = draw(st.lists(st.sampled_from(COLUMNS[kind]), max_size=6, unique=True))
    columns = list(dict.fromkeys([*NEEDED[kind], *sorted(NEEDED_ONE[kind])[:1], *extra]))
    cells = [
        st.one_of(st.sampled_from(SHAPES.get(name, WORDS)), st.sampled_from((*WORDS, *CODES)))
        for name in columns
    ]
    usual = [st.sampled_from(SHAPES.get(name, WORDS)) for name in columns]
    rows = draw(st.lists(st.one_of(st.tuples(*usual), st.tuples(*cells)), min_size=1, max_size=9))
    how = {
        "skip_bad": draw(st.booleans()),
        "earn": draw(st.booleans()),
        "new_products": draw(st.booleans()),
    }
    return (
        kind,
        [columns, *map(list, rows)],
        how | {"on_existing": draw(st.sampled_from(("fill", "replace", "skip")))},
    )


@pytest.fixture
def from_rows(monkeypatch, tmp_path):
    """Lets an import read rows that are here already."""
    file = tmp_path / "list.csv"
    file.write_text("here")

    class Rows(list):
        about = reader.About("utf-8", ",")

    def give(rows):
        monkeypatch.setattr(
            reader, "rows_of", lambda *_, **__: contextlib.nullcontext(Rows([rows]))
        )
        return file

    return give


def test_any_list_ends_with_a_sentence(owner, from_rows):
    """What a file says is never a crash."""
    build.member(owner)
    build.goods(owner, A1="5")
    build.offer(owner, "A1", kind="amount_off", value="5", min_spend=None)
    tiers.keep(owner, name="金卡", threshold=Money(10**8), points_times=BasisPoints(15_000))

    @settings(max_examples=SOAK or 60)
    @given(lists())
    def run(told):
        kind, rows, how = told
        file, ended = from_rows(rows), (BadInput, NotFound, NotPossible, NotAllowed)
        for dry_run in (True, False):
            with contextlib.suppress(*ended):
                importing.load(
                    owner, kind=kind, path=file, how=ImportOptions(**how, dry_run=dry_run)
                )

    run()
    assert verify.verify(owner)[1] == []
