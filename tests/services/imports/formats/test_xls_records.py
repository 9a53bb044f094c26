"""What other programs name .xls: workbooks of Excel 97 to 2003, web pages, XML workbooks; and what
is no table at all."""

import random
import struct

import pytest

from storecrm.errors import BadFile
from storecrm.services.imports import reader, run
from storecrm.services.imports.formats import xls_records
from storecrm.services.imports.formats.workbook_guard import Refuse
from storecrm.services.imports.options import ImportOptions
from tests import old_books


def rows_in(file, sheet="", encoding=""):
    with reader.rows_of(file, encoding, sheet) as frames:
        return [row for frame in frames for row in frame]


def about(file):
    with reader.rows_of(file) as frames:
        return frames.about


def write(folder, body, name="list.xls"):
    file = folder / name
    file.write_bytes(body if isinstance(body, bytes) else body.encode("utf-8"))
    return file


TITLES, ANN = ["会员号", "手机", "姓名"], [123.0, 13800138000.0, "李小梅"]


def test_an_old_workbook_is_read_as_it_is_seen(manager, tmp_path):
    """Zeros that a format shows, errors, numbers in the short form, sheets: as in a new one."""
    cells = [
        TITLES,
        ANN,
        [old_books.ERROR_NA, old_books.FORMULA_DIV, "b"],
        [old_books.SHOWN_WIDE, 1234567890123450.0, old_books.HUNDREDTHS],
    ]
    file = write(
        tmp_path, old_books.book({"封面": [["会员"]], "会员": cells}, wide=[(1, 0), (3, 0)])
    )
    assert rows_in(file) == [
        TITLES,
        ["00123", "13800138000", "李小梅"],
        ["#N/A", "#DIV/0!", "b"],
        ["00042", "1.23456789012345E+15", "12.5"],
    ]
    assert (about(file).encoding, about(file).sheet, about(file).sheets) == (
        "xls",
        "会员",
        ("封面", "会员"),
    )
    assert rows_in(file, sheet="1") == [["会员"]]
    taken = run.load(
        manager,
        kind="members",
        path=write(tmp_path, old_books.book({"a": [TITLES, ANN]}), "a.xlsx"),
        how=ImportOptions(),
    )
    assert taken.created == 1


def test_an_old_workbook_that_hides_something_is_refused(tmp_path):
    """Encrypted, with macros, or of another program."""
    plain = old_books.book({"a": [TITLES]})
    secret = old_books.book({"a": [TITLES]}, head=old_books.record(0x2F, b"\x00" * 54))
    for body, code in (
        (secret, "unsafe_file"),
        (old_books.file(b"x" * 5000, "EncryptedPackage"), "unsafe_file"),
        (old_books.file(b"x" * 5000, "_VBA_PROJECT_CUR"), "unsafe_file"),
        (old_books.file(b"x" * 5000, "WordDocument"), "not_a_table"),
        (
            old_books.file(b"\x09\x08\x10\x00\x00\x06" + b"\x00" * 5000, following={3: 4, 5: 4}),
            "unsafe_file",
        ),
        (plain[:700], "not_a_table"),
        (old_books.book({"a": [[""] * 256 + ["far"]]}), "too_many_columns"),
        (old_books.book({"a": [*[[]] * 65_000, [""] * 200 + ["far"]]}), "too_large"),
    ):
        with pytest.raises(BadFile, match=code):
            rows_in(write(tmp_path, body))


def test_no_harm_in_an_old_workbook_does_more_than_refuse():
    """Bytes changed by chance anywhere: the look ends with a refusal or a list, never otherwise,
    and never runs in circles."""
    plain = old_books.book({"a": [TITLES, ANN] * 20}, wide=[(1, 0)])
    chance = random.Random(7)
    refused = 0
    for turn in range(600):
        body = bytearray(plain)
        for _ in range(chance.choice((1, 3, 20))):
            body[chance.randrange(512 if turn % 3 == 0 else len(body))] = chance.randrange(256)
        try:
            xls_records.look(
                bytes(body[: chance.randrange(len(body))] if turn % 7 == 0 else body), "a.xls"
            )
        except Refuse:
            refused += 1
    assert 0 < refused < 600


PAGE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body>
<table><tr><td colspan=3>会员资料</td></tr></table>
<table border=1><thead><TR><th>会员号<th>手机</th><th>姓名</tr></thead>
<tr><td>001</td><td style='mso-number-format:"\\@"'>138&nbsp;0013<br>8000</td><td> 李 &amp; 王
 </td></tr><tr><td rowspan="2">002<td>13900139000<td>b<tr><td colspan="2">c</table></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "big5"])
def test_a_web_page_named_xls_is_read(charset, tmp_path):
    """As many programs of shops write what they call an Excel file."""
    page = PAGE.format(charset=charset).translate(
        str.maketrans("会员号资", "會員號資") if charset == "big5" else {}
    )
    page = page.replace("手机", "手機" if charset == "big5" else "手机")
    file = write(tmp_path, page.encode(charset))
    found = rows_in(file)
    assert [len(row) for row in found] == [3, 3, 3, 2] and found[0][2] == "姓名"
    assert found[1:] == [
        ["001", "138 0013 8000", "李 & 王"],
        ["002", "13900139000", "b"],
        ["", "c"],
    ]
    assert (about(file).encoding, about(file).sheet, about(file).sheets) == (
        "html",
        "2",
        ("1", "2"),
    )
    assert len(rows_in(file, sheet="1")) == 1


def test_a_page_without_its_encoding_is_weighed_like_any_text(tmp_path):
    body = PAGE.format(charset="").encode("gb18030").replace(b"charset=", b"")
    assert rows_in(write(tmp_path, body))[0][1] == "手机"
    assert rows_in(write(tmp_path, body), encoding="gb18030")[0][1] == "手机"
    with pytest.raises(BadFile, match="encoding"):
        rows_in(write(tmp_path, body), encoding="utf-8")


BOOK = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="z"><NumberFormat ss:Format="00000"/></Style></Styles>
<Worksheet ss:Name="会员"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">会员资料</Data></Cell><Cell><Data ss:Type="String">x</Data></Cell></Row>
<Row ss:Index="3"><Cell ss:StyleID="z"><Data ss:Type="Number">123</Data></Cell><Cell ss:Index="3"><Data ss:Type="DateTime">1990-05-17T00:00:00.000</Data></Cell></Row>
<Row><Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell ss:Formula="=A1"/><Cell><Data ss:Type="DateTime">2026-10-28T13:05:00.000</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">1234567890123450</Data></Cell><Cell><Data ss:Type="DateTime">1899-12-31T13:05:00.000</Data></Cell></Row>
{more}</Table></Worksheet></Workbook>"""


def test_an_xml_workbook_is_read(tmp_path):
    file = write(tmp_path, BOOK.format(more='<Row ss:Index="900000"><Cell ss:StyleID="z"/></Row>'))
    assert rows_in(file) == [
        ["会员资料", "", "x"],
        [],
        ["00123", "", "1990-05-17"],
        ["#N/A", "#FORMULA?", "2026-10-28 13:05:00"],
        ["1.23456789012345E+15", "13:05:00"],
    ]
    assert (about(file).encoding, about(file).sheet) == ("xml", "会员")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            BOOK.format(
                more='<Row ss:Index="900000"><Cell><Data ss:Type="String">a</Data></Cell></Row>'
            ),
            "too_large",
        ),
        (
            BOOK.format(
                more='<Row><Cell ss:Index="300"><Data ss:Type="String">a</Data></Cell></Row>'
            ),
            "too_many_columns",
        ),
        (
            BOOK.format(more="").replace("<?mso", '<!DOCTYPE a [<!ENTITY b "c">]><?mso'),
            "unsafe_file",
        ),
        (BOOK.format(more="<Row>"), "unsafe_file"),
        ("<table>" * 100 + "<tr><td>a", "unsafe_file"),
        ("<table><tr>" + "<td>a" * 300, "too_many_columns"),
        ("<table>" + "<tr><td>" * 1_600_000, "too_large"),
        ("<html><!-- " + "<a " * 500_000, "too_large"),
        ("<html>" + "<p>no table here" * 10, "not_a_table"),
        (b"%PDF-1.7\n" + b"text " * 100, "not_a_table"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_a_table"),
        (b"\xff\xd8\xff\xe0" + bytes(range(1, 256)) * 4, "not_a_table"),
        (random.Random(3).randbytes(4000).replace(b"\x00", b"\x01"), "not_a_table"),
        (random.Random(3).randbytes(4000), "not_a_table"),
        (struct.pack("<200I", *range(70_000, 70_200)), "not_a_table"),
    ],
)
def test_what_is_no_table_is_said_so(body, code, tmp_path):
    """Whatever it is named."""
    with pytest.raises(BadFile, match=code):
        rows_in(write(tmp_path, body))
