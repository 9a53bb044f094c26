"""What the least and the greatest, the oddest and the longest cell of every column comes to: a row
that is taken, or a problem that is named."""

import itertools

import pytest

from storecrm.domain.list_columns import COLUMNS
from storecrm.i18n import Catalogue
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.wording.errors import problem
from tests import build

pytestmark = pytest.mark.both
BASE = {
    "products": {"sku": "S{n}", "name": "茶", "price": "5"},
    "members": {"member_no": "N{n}", "name": "甲", "phone": ""},
    "opt-outs": {"phone": "138{n:08d}"},
    "points": {"member_no": "M{n}", "points": "5"},
    "offers": {
        "code": "O{n}",
        "name": "券",
        "kind": "amount_off",
        "value": "5",
        "valid_days": "30",
    },
    "offer-products": {"offer_code": "B20", "sku": "TEA"},
    "consents": {
        "member_no": "M{n}",
        "channel": "sms",
        "purpose": "promotion",
        "granted": "yes",
        "answered_at": "2026-11-01 10:00",
    },
    "referrals": {"member_no": "M{n}", "referred_by": "M0"},
    "stamps": {"member_no": "M{n}", "offer_code": "CARD", "stamps": "3"},
    "coupons": {"code": "C{n}", "offer_code": "A20"},
    "sales": {
        "receipt_no": "R{n}",
        "sold_at": "2026-11-01 10:00",
        "member_no": "M{n}",
        "sku": "TEA",
        "amount": "5",
    },
    "redemptions": {"code": "USE{n}", "redeemed_at": "2026-11-01 10:00", "discount": "5"},
    "day-totals": {"date": "2026-11-01", "net_sales": "5", "receipts": "3", "store": "店{n}"},
}
"""A row of each kind that is taken, numbered."""
NUMBERS = (
    "0",
    "-0",
    "-1",
    "0.001",
    "1000000000",
    "1000000001",
    "-1000000001",
    "9999999999",
    "9999999999.99",
    "10000000000",
    "9" * 19,
    "9" * 40,
)
DAYS = (
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "0001-01-01 00:00",
    "9999-12-31 23:59:59",
    "1900-01-01",
    "2999-01-01",
    "1970-01-01T00:00:00Z",
)
ODD = (
    "NaN",
    "-Infinity",
    "1e308",
    "٣",
    "½",
    "a" * 5000,
    "\u202e1",
    "'",
    "=1+1",
    "*",
    "是",
    "M0,M1",
)
MOST = len(NUMBERS + DAYS + ODD) * max(map(len, COLUMNS.values()))


def rows(kind):
    """Each column with each of the cells, the others as they are in a row that is taken."""
    titles = list(dict.fromkeys([*BASE[kind], *COLUMNS[kind]]))
    yield titles
    for n, (column, cell) in enumerate(itertools.product(titles, NUMBERS + DAYS + ODD)):
        row = {name: text.format(n=n) for name, text in BASE[kind].items()} | {column: cell}
        yield [row.get(name, "") for name in titles]
    yield [BASE[kind].get(name, "").format(n=MOST - 1) for name in titles]


@pytest.fixture
def shop(owner, tmp_path):
    """Members, an article, an offer and coupons that the rows name."""
    build.goods(owner, TEA="5")
    build.offer(owner)
    build.offer(owner, "B20")
    build.offer(
        owner,
        "CARD",
        kind="stamps",
        value=None,
        min_spend=None,
        buy=5,
        reward="A20",
        categories=["茶"],
        automatic=True,
    )
    build.bring(
        owner,
        tmp_path,
        "members",
        "member_no,name\n" + "".join(f"M{n},甲{n}\n" for n in range(MOST)),
    )
    build.bring(
        owner,
        tmp_path,
        "coupons",
        "code,offer_code\n" + "".join(f"USE{n},A20\n" for n in range(MOST)),
    )
    return owner


@pytest.mark.parametrize("kind", COLUMNS)
def test_every_cell_is_taken_or_named(shop, tmp_path, kind, backend):
    """No value of a list meets a rule of the database that no problem spoke of before."""
    file = tmp_path / "extremes.csv"
    lines = [[cell.replace('"', '""') for cell in row] for row in rows(kind)]
    file.write_text("".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in lines), "utf-8")
    seen = run.load(
        shop, kind=kind, path=file, how=ImportOptions(dry_run=True, skip_bad=True, earn=True)
    )
    done = run.load(shop, kind=kind, path=file, how=ImportOptions(skip_bad=True, earn=True))
    assert done.rows == len(lines) - 1 and 0 < done.rejected == seen.rejected < done.rows
    assert all(problem.kind and problem.row for problem in done.problems)
    if backend == "sqlite":
        assert verify.verify(shop)[1] == []


def test_a_receipt_of_more_points_than_can_be_kept_is_named(owner, tmp_path):
    """Each of its lines is a problem with what to do, in the rehearsal as in the import; the other
    receipts come in."""
    build.bring(owner, tmp_path, "members", "member_no,name\nM0,甲\n")
    text = "receipt_no,sold_at,member_no,amount\n"
    text += "R1,2026-11-01,M0,600000000\nR1,2026-11-01,M0,600000000\nR2,2026-11-01,M0,9\nR3,2026-11-01,,1200000000\n"
    for how in ({"dry_run": True}, {}):
        done = build.bring(owner, tmp_path, "sales", text, skip_bad=True, earn=True, **how)
        assert [(found.row, found.column, found.kind) for found in done.problems] == [
            (at, "amount", "points_out_of_range") for at in (2, 3)
        ]
        assert (done.created, done.totals["amount"]) == (2, 120_000_000_900)
    said = problem(done.problems[0], Catalogue("en"))
    assert "1000000000" in said and "without points" in said
    assert points_account.show(owner, member="M0").active == 9
