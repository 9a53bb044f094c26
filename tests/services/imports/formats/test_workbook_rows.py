"""Workbooks as people and programs write them: every cell comes in as it is seen, or says that it
cannot."""

import datetime
import zipfile

import openpyxl
import pytest
import xlsxwriter

from storecrm.errors import BadFile
from storecrm.i18n import Catalogue
from storecrm.services.imports import preview, reader, run
from storecrm.services.imports.options import ImportOptions
from storecrm.wording.errors import cure
from tests.services.imports.formats.test_workbook_guard import book


def rows_in(file, sheet=""):
    with reader.rows_of(file, sheet=sheet) as frames:
        return [row for frame in frames for row in frame]


def row(number, *cells):
    """A row of a sheet's own XML: (attributes, inside) of each cell."""
    inside = "".join(
        f'<c r="{chr(65 + at)}{number}" {marks}>{value}</c>'
        for at, (marks, value) in enumerate(cells)
    )
    return f'<row r="{number}">{inside}</row>'


def numbers(*values):
    return "".join(row(at, ("", f"<v>{value}</v>")) for at, value in enumerate(values, 1))


def test_long_numbers_come_as_they_are_written(tmp_path):
    """A number of 16 digits has no place in a value of a spreadsheet, and still stands in the
    file."""
    written = [
        "1234567890123456",
        "12345678901234567890",
        "-1234567890123451",
        "1234567890123450",
        "123456789012345",
        "13800138000",
    ]
    assert rows_in(book(tmp_path, numbers(*written))) == [[text] for text in written]


def test_digits_that_were_cut_say_so(tmp_path):
    """A spreadsheet that keeps 15 digits writes zeros for the rest: such a number is not handed on
    as if it were whole."""
    written = ["1234567890123450", "9876543210987600", "1.23456789012345E+17", "2E15"]
    found = rows_in(book(tmp_path, numbers(*written)))
    assert found == [
        ["1.23456789012345E+15"],
        ["9.87654321098760E+15"],
        ["1.23456789012345E+17"],
        ["2.00000000000000E+15"],
    ]


def test_a_cut_number_is_a_problem_of_its_row(manager, tmp_path):
    """Not a member with another number."""
    file = tmp_path / "cut.xlsx"
    sheet = openpyxl.Workbook()
    sheet.active.append(["member_no", "name"])
    sheet.active.append([1234567890123450, "a"])
    sheet.save(file)
    done = run.load(
        manager, kind="members", path=file, how=ImportOptions(dry_run=True, skip_bad=True)
    )
    first = done.problems[0]
    assert (first.row, first.column, first.kind, done.created) == (2, "member_no", "digits_cut", 0)


def test_zeros_that_a_format_shows_are_there(tmp_path):
    """00123 is what stands on the card; any other format leaves the number."""
    file = tmp_path / "zeros.xlsx"
    made = xlsxwriter.Workbook(str(file))
    sheet = made.add_worksheet()
    for at, (shown, value) in enumerate(
        (
            ("00000", 123),
            ("0000000000_ ", 7),
            ("0.00", 5),
            ("00000", 1234567),
            ("0%", 0.5),
            ("00000", "x"),
        )
    ):
        sheet.write(0, at, value, made.add_format({"num_format": shown}))
    made.close()
    assert rows_in(file) == [["00123", "0000000007", "5", "1234567", "0.5", "x"]]


def test_errors_and_formulas_without_a_value_are_not_blank(tmp_path):
    """What could not be worked out is not nothing: a member would have no points."""
    cells = [
        ('t="e"', "<f>1/0</f><v>#DIV/0!</v>"),
        ('t="e"', "<v>#N/A</v>"),
        ("", "<f>A1+1</f><v>3</v>"),
        ('t="str"', "<f>A1</f><v></v>"),
        ("", "<f>A1+1</f>"),
        ("", "<f>A1+1</f><v/>"),
        ("t='e'", "<v>#REF!</v>"),
    ]
    found = rows_in(
        book(tmp_path, row(1, *cells) + row(2, ("", "<v>1</v>")) + row(4, ("", "<f>A1</f>")))
    )
    assert found[0] == ["#DIV/0!", "#N/A", "3", "", "#FORMULA?", "#FORMULA?", "#REF!"]
    assert found[1][0] == "1" and not any(found[2]) and found[3] == ["#FORMULA?"]


def test_days_times_and_money_are_read_by_their_value(tmp_path):
    """Whatever the format shows around it."""
    file = tmp_path / "formats.xlsx"
    made = xlsxwriter.Workbook(str(file))
    sheet = made.add_worksheet()
    values = [
        (datetime.datetime(2026, 10, 28), "yyyy/m/d", "2026-10-28"),
        (
            datetime.datetime(2026, 10, 28, 13, 5, 59),
            '[$-804]yyyy"年"m"月"d"日" h:mm',
            "2026-10-28 13:05:59",
        ),
        (datetime.time(13, 5), "h:mm AM/PM", "13:05:00"),
        (1.25, "[h]:mm:ss", "30:00:00"),
        (0.125, "0.0%", "0.125"),
        (1234.5, "¥#,##0.00;[Red]-¥#,##0.00", "1234.5"),
        (12, '0"days"', "12"),
        (13800138000, "0.00E+00", "13800138000"),
        (True, "General", "1"),
    ]
    for at, (value, shown, _) in enumerate(values):
        sheet.write(0, at, value, made.add_format({"num_format": shown}))
    made.close()
    assert rows_in(file) == [[said for _, _, said in values]]


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576" s="1"/></row>',
        '<row r="900000" s="1"><c r="A900000" s="1"></c></row>',
    ],
)
def test_a_far_cell_that_was_only_formatted_is_nothing(far, tmp_path):
    """Somebody coloured a whole column; nobody wrote anything there."""
    found = rows_in(book(tmp_path, row(1, ("", "<v>1</v>"), ("", "<v>2</v>")) + far))
    assert found == [["1", "2"]]


@pytest.mark.parametrize("inside", ["<v>1</v>", "<f>1</f>", "<is><t>a</t></is>"])
def test_a_far_cell_that_holds_something_is_refused(inside, tmp_path):
    with pytest.raises(BadFile, match="too_large"):
        rows_in(
            book(
                tmp_path,
                row(1, ("", "<v>1</v>")) + f'<row r="900000"><c r="A900000">{inside}</c></row>',
            )
        )
    with pytest.raises(BadFile, match="too_large"):
        rows_in(
            book(tmp_path, row(1, ("", "<v>1</v>")) + f'<row r="2"><c r="XFD2">{inside}</c></row>')
        )


def sheets(file, **pages):
    """A workbook of named sheets; a name with _ at its end is hidden."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in pages.items():
        sheet = made.create_sheet(name.rstrip("_"))
        sheet.sheet_state = "hidden" if name.endswith("_") else "visible"
        for cells in rows:
            sheet.append(cells)
    made.save(file)
    return file


ONE, TWO = (
    [["phone", "name"], ["13800138000", "a"]],
    [["phone", "name"], ["13900139000", "b"], ["13900139001", "c"]],
)


def test_further_sheets_are_named_and_chosen(manager, tmp_path):
    """The first is read, the answer names the other, and either can be asked for by its number or
    its name."""
    file = sheets(tmp_path / "two.xlsx", Jan=ONE, 二月=TWO, Lists_=ONE)
    found = preview.look(manager, kind="members", path=file)
    assert (found.sheet, found.sheets, found.rows) == ("Jan", ("Jan", "二月"), 1)
    for asked in ("2", "二月", " 二月"):
        assert preview.look(manager, kind="members", path=file, sheet=asked).rows == 2
    done = run.load(manager, kind="members", path=file, how=ImportOptions(sheet="2"))
    assert done.created == 2 and done.about.sheet == "二月" and done.about.other_sheets == ("Jan",)
    with pytest.raises(BadFile, match="sheet_unknown") as error:
        preview.look(manager, kind="members", path=file, sheet="4")
    for language in ("en", "zh_CN"):
        assert "Jan, 二月" in cure(error.value, Catalogue(language))


@pytest.mark.parametrize(
    "first", [[], [["会员资料"], ["制表：2026-11"], ["共 2 人"]], [["only", "one row"]]]
)
def test_the_sheet_with_the_table_is_taken(first, tmp_path):
    """An empty sheet or a cover stands before it."""
    file = sheets(tmp_path / "cover.xlsx", Cover=first, List=TWO)
    assert rows_in(file) == TWO and rows_in(file, sheet="1") == first
    assert rows_in(sheets(tmp_path / "2026.xlsx", List=ONE, **{"1": TWO}), sheet="1") == TWO


def test_a_workbook_by_another_name_is_a_workbook(tmp_path):
    """What a file is, it says itself."""
    file = sheets(tmp_path / "list.xlsx", List=ONE)
    other = file.rename(tmp_path / "list.csv")
    assert rows_in(other) == ONE
    text = tmp_path / "text.xlsx"
    text.write_text("phone,name\n13800138000,a\n", "utf-8")
    assert rows_in(text) == ONE
    packed = tmp_path / "packed.xlsx"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("list.csv", "phone,name\n")
    with pytest.raises(BadFile, match="not_a_table"):
        rows_in(packed)


def test_an_apostrophe_before_a_number_is_no_part_of_it(tmp_path):
    """A list that came through a spreadsheet keeps the one that another system wrote."""
    file = sheets(tmp_path / "a.xlsx", List=[["id", "note"], ["'7000000000001", "'tis"]])
    assert rows_in(file) == [["id", "note"], ["7000000000001", "'tis"]]
