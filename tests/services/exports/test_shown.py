"""What a table shows goes out as it is shown: columns, rows, order; by right, and written down."""

import csv
import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from storecrm.errors import BadInput, Cancelled, Conflict, NotAllowed
from storecrm.i18n import Catalogue
from storecrm.models.audit import AuditEntry
from storecrm.services.exports.shown import CellKind, ShownColumn, ShownTable, export_shown
from storecrm.values import Money, moment
from storecrm.wording import audit

COLUMNS = (
    ShownColumn("code", "Coupon", CellKind.CODE, 160),
    ShownColumn("member", "Full name", personal=True),
    ShownColumn("phone", "Phone", CellKind.PHONE, personal=True),
    ShownColumn("net", "Net", CellKind.MONEY),
    ShownColumn("uses", "Uses", CellKind.NUMBER),
    ShownColumn("day", "Issued", CellKind.DAY),
    ShownColumn("at", "Used", CellKind.MOMENT),
)
AT = datetime.fromisoformat("2026-11-22T06:26:00+08:00")
ROWS = (
    ("2112345678901234", "=李", "13800138000", Money(123_450), 3, date(2026, 11, 22), moment(AT)),
    ("2112345678909876", "-王", "+8613900139000", None, Decimal("2.5"), None, AT),
)
TABLE = ShownTable("Coupons: A/B", COLUMNS, ROWS)


@pytest.fixture
def words(owner):
    return Catalogue("en", "CNY", owner.clock.zone)


def lines(file):
    with file.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.reader(source))


def trail(store):
    with store.read() as session:
        written = select(AuditEntry.facts).where(AuditEntry.action == "table_exported")
        return [json.loads(facts) for facts in session.scalars(written)]


def test_text_holds_what_the_table_shows(owner, words, tmp_path):
    """Titles, rows and order as shown; amounts that add up, and no cell that is a formula."""
    file = tmp_path / "shown.csv"
    assert export_shown(owner, table=TABLE, file=file, words=words).rows == 2
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert lines(file) == [
        [column.title for column in COLUMNS],
        [
            "2112345678901234",
            "'=李",
            "13800138000",
            "1234.50",
            "3",
            "2026-11-22",
            "2026-11-22 06:26",
        ],
        ["2112345678909876", "'-王", "'+8613900139000", "", "2.5", "", "2026-11-22 06:26"],
    ]


def test_a_workbook_holds_values_that_add_up_and_sort(owner, words, tmp_path):
    """A code keeps its last digit, money is a number, a day is a day."""
    file = tmp_path / "shown.xlsx"
    export_shown(owner, table=TABLE, file=file, words=words)
    sheet = load_workbook(file).active
    assert sheet.title == "Coupons AB"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = datetime(2026, 11, 22, 6, 26)
    assert rows[0] == [column.title for column in COLUMNS]
    assert rows[1] == [
        "2112345678901234", "=李", "13800138000", 1234.5, 3, datetime(2026, 11, 22), at,
    ]  # fmt: skip
    assert [cell or None for cell in rows[2]] == [
        "2112345678909876", "-王", "+8613900139000", None, 2.5, None, at,
    ]  # fmt: skip
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_percentage_stays_one_in_a_workbook(owner, words, tmp_path):
    """12 % is read as 12 %, and computes as a fraction."""
    file = tmp_path / "rates.xlsx"
    columns = (ShownColumn("rate", "Redemption rate", CellKind.PERCENT),)
    export_shown(owner, table=ShownTable("Offers", columns, [(0.45,), (None,)]), file=file,
                 words=words)  # fmt: skip
    cell = load_workbook(file).active["A2"]
    assert cell.value == 0.45 and cell.number_format == "0.0%"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_persons_go_out_only_with_the_right_to_export_members(manager, words, tmp_path, ending):
    """A manager gets the rest, and is told what is missing."""
    file = tmp_path / f"shown.{ending}"
    done = export_shown(manager, table=TABLE, file=file, words=words)
    assert done.left_out == ("Full name", "Phone")
    if ending == "csv":
        assert lines(file)[0] == ["Coupon", "Net", "Uses", "Issued", "Used"]
    else:
        titles = [cell.value for cell in load_workbook(file).active[1]]
        assert titles == ["Coupon", "Net", "Uses", "Issued", "Used"]
    assert trail(manager) == [{"table": "Coupons: A/B", "rows": 2, "personal": []}]


def test_nothing_goes_out_where_every_column_is_about_persons(manager, words, tmp_path):
    people = ShownTable("Members", COLUMNS[1:3], [row[1:3] for row in ROWS])
    with pytest.raises(NotAllowed) as refused:
        export_shown(manager, table=people, file=tmp_path / "people.csv", words=words)
    assert refused.value.facts["right"] == "export_members"
    assert not (tmp_path / "people.csv").exists() and trail(manager) == []


def test_a_cashier_takes_no_table_home(cashier, words, tmp_path):
    with pytest.raises(NotAllowed):
        export_shown(cashier, table=TABLE, file=tmp_path / "shown.csv", words=words)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_trail_says_which_columns_were_about_persons(owner, words, tmp_path, language):
    export_shown(owner, table=TABLE, file=tmp_path / "shown.csv", words=words)
    (facts,) = trail(owner)
    said = audit.sentence("table_exported", facts, "陈", Catalogue(language))
    assert "Coupons: A/B" in said and "2" in said and "Full name" in said and "Phone" in said


def test_another_table_is_not_written_over(owner, words, tmp_path):
    """The next one of the same table is; what else lies there is asked about first."""
    file = tmp_path / "shown.xlsx"
    for _ in range(2):
        export_shown(owner, table=TABLE, file=file, words=words)
    other = ShownTable("Offers", COLUMNS[:1], [("A20",)])
    with pytest.raises(Conflict):
        export_shown(owner, table=other, file=file, words=words)
    export_shown(owner, table=other, file=file, words=words, overwrite=True)
    assert load_workbook(file).active.title == "Offers"
    with pytest.raises(BadInput):
        export_shown(owner, table=other, file=tmp_path / "shown.pdf", words=words)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rows_are_read_as_they_are_written_until_somebody_stops(owner, words, tmp_path, ending):
    """However long the list is; what was stopped leaves no file."""
    file, seen = tmp_path / f"long.{ending}", []
    table = ShownTable("Long", COLUMNS[:1], ((f"{n}",) for n in range(1_200)), 1_200)

    def stopped(done, total):
        seen.append((done, total))
        if done > 500:
            raise Cancelled()

    with pytest.raises(Cancelled):
        export_shown(owner, table=table, file=file, words=words, progress=stopped)
    assert seen == [(1, 1_200), (501, 1_200)]
    assert list(tmp_path.glob("*long*")) == [] and trail(owner) == []
