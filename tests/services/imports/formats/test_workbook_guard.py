"""Files made to bring the reader down: each is refused with a code, in little memory."""

import marshal
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from storecrm.errors import BadFile
from storecrm.services.imports import reader
from tests import old_books

ROOT = Path(__file__).resolve().parents[4]
MOST = 300
"""Megabytes that a refusal may take."""
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
ONE = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
FAR = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'


def book(
    folder: Path,
    rows: str,
    items: str = "",
    *,
    sheet: str = "worksheets/sheet1.xml",
    before: str = "",
    head: str = HEAD,
) -> Path:
    """A workbook written by hand, its sheet under any name."""
    file = folder / "book.xlsx"
    types = f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    first = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    links = f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="{sheet}"/>'
    links += f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    sheets = f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", f"{HEAD}<Relationships {PACKAGE}>{first}</Relationships>")
        archive.writestr("xl/workbook.xml", HEAD + sheets)
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f"{HEAD}<Relationships {PACKAGE}>{links}</Relationships>"
        )
        archive.writestr(
            f"xl/{sheet}",
            f"{before}{head}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
        )
        archive.writestr(
            "xl/sharedStrings.xml", f"{HEAD}<sst {MAIN}>{items or '<si><t>a</t></si>'}</sst>"
        )
    return file


def shown(times: int, columns: str = "ABCDEFGHIJ", mark: str = 't="s"') -> str:
    """Rows whose cells all show the first shared text."""
    rows = range(1, times // len(columns) + 1)
    return "".join(
        f'<row r="{n}">' + "".join(f'<c r="{c}{n}" {mark}><v>0</v></c>' for c in columns) + "</row>"
        for n in rows
    )


CORNERS = (
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="100000"><c r="IV100000"><v>1</v></c></row>'
)
LONG = "<si><t>" + "a" * 32_000 + "</t></si>"
BOOKS = {
    "a shared text of 60 MB": (
        lambda f: book(f, ONE, f"<si><t>{'a' * 60_000_000}</t></si>"),
        "too_large",
    ),
    "the same in pieces": (
        lambda f: book(f, ONE, "<si>" + f"<r><t>{'a' * 100_000}</t></r>" * 600 + "</si>"),
        "too_large",
    ),
    "a text of 60 MB in its cell": (
        lambda f: book(
            f, f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"a" * 60_000_000}</t></is></c></row>'
        ),
        "too_large",
    ),
    "an attribute of 60 MB": (
        lambda f: book(f, f'<row r="1"><c r="A1" x="{"a" * 60_000_000}"><v>1</v></c></row>'),
        "too_large",
    ),
    "a long text in 300,000 cells": (lambda f: book(f, shown(300_000), LONG), "too_large"),
    "the same in other quotes": (
        lambda f: book(f, shown(300_000, mark="t='s'"), LONG),
        "too_large",
    ),
    "the same with spaces": (lambda f: book(f, shown(100_000, mark='t = "s"'), LONG), "too_large"),
    "three million shared texts": (
        lambda f: book(f, ONE, "<si><t>a</t></si>" * 3_000_000),
        "too_large",
    ),
    "a far cell in a part of another name": (
        lambda f: book(f, FAR, sheet="worksheets/sheet1.dat"),
        "too_large",
    ),
    "a far cell in binary": (lambda f: book(f, FAR, sheet="worksheets/sheet1.bin"), "too_large"),
    "a far cell behind a picture": (
        lambda f: book(f, FAR, sheet="media/image1.png", before="\x89PNG\r\n\x1a\n"),
        "unsafe_file",
    ),
    "a far cell behind words": (lambda f: book(f, FAR, before="words "), "unsafe_file"),
    "a million cells in one row": (
        lambda f: book(f, "<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>"),
        "too_many_columns",
    ),
    "a million cells with a prefix": (
        lambda f: book(
            f,
            "<x:row>" + "<x:c><x:v>1</x:v></x:c>" * 1_000_000 + "</x:row>",
            head=HEAD + f"<x:a {MAIN.replace('=', ':x=', 1)}/>",
        ),
        "too_many_columns",
    ),
    "cells in far corners": (lambda f: book(f, CORNERS), "too_large"),
    "the same, otherwise written": (lambda f: book(f, CORNERS.replace('"', "'")), "too_large"),
    "the same without places": (
        lambda f: book(
            f, "<row>" + "<c><v>1</v></c>" * 256 + '</row><row r="100000"><c><v>1</v></c></row>'
        ),
        "too_large",
    ),
    "a second place in a cell": (
        lambda f: book(f, FAR.replace("<c r", '<c r="A1" r')),
        "unsafe_file",
    ),
    "a second place in a row": (
        lambda f: book(f, '<row r="1" x="" r ="1048576"><c r="A1"><v>1</v></c></row>'),
        "unsafe_file",
    ),
    "a far cell behind a tab": (lambda f: book(f, FAR.replace("<c r", "<c\tr")), "too_large"),
    "a far cell with a prefix among times": (
        lambda f: book(
            f,
            "<row><c t='str'><v>7:00</v></c></row>" * 1_001
            + FAR.replace("<c ", "<x:c ").replace("</c>", "</x:c>"),
        ),
        "too_large",
    ),
    "three million cells": (
        lambda f: book(f, ("<row>" + "<c/>" * 250 + "</row>") * 12_000),
        "too_large",
    ),
}
LINES = {
    "a line of 200 MB": (b"x" * 200_000_000 + b"\n", "too_large"),
    "a cell of 60 MB in quotes": (b'"' + b"x" * 60_000_000 + b'"\n', "too_large"),
    "thirty million cells in a line": (b"x," * 30_000_000 + b"\n", "too_many_columns"),
    "the same in Chinese": ("张,".encode("gb18030") * 20_000_000 + b"\n", "too_many_columns"),
    "a row that never ends": (b'"\n",' * 12_000_000 + b"\n", "too_many_columns"),
}
PAGES = {
    "a page of cells": (lambda: b"<table><tr>" + b"<td>1<td>2<tr>" * 1_300_000, "too_large"),
    "a page of open tags": (lambda: b"<table><tr>" + b"<td " * 2_900_000, "too_large"),
    "a page of open comments": (lambda: b"<table>" + b"<!-- <tr> " * 1_400_000, "not_a_table"),
    "a page of one long text": (lambda: b"<table><tr><td>" + b"x" * 19_000_000, ""),
    "an old workbook with far corners": (
        lambda: old_books.book({"a": [[1], *[[]] * 65_000, [""] * 200 + ["far"]]}),
        "too_large",
    ),
    "an old workbook in circles": (
        lambda: old_books.file(b"x" * 6_000_000, following={9_000: 8_000}),
        "unsafe_file",
    ),
}
MEASURED = """
import sys
sys.path.insert(0, {root!r})
from storecrm.services.imports import reader
reader.main({file!r})
status = open("/proc/self/status").read()
print(status.split("VmHWM:")[1].split()[0], file=sys.stderr)
"""


def measured(file: Path) -> tuple[str, int]:
    """What the reader's child said at last, and the most memory (MB) that it took."""
    code = MEASURED.format(root=str(ROOT), file=str(file))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert done.returncode == 0, done.stderr[-500:]
    said, at = {}, 0
    while at < len(done.stdout):
        length = int.from_bytes(done.stdout[at : at + 4], "little")
        said, at = marshal.loads(done.stdout[at + 4 : at + 4 + length]), at + 4 + length
    return said.get("error", ""), int(done.stderr.split()[-1]) // 1024


def refused(file: Path) -> str:
    with pytest.raises(BadFile) as error, reader.rows_of(file) as frames:
        for _ in frames:
            pass
    return error.value.code


linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


@linux
@pytest.mark.parametrize("case", BOOKS)
def test_no_workbook_brings_the_reader_down(case, tmp_path):
    """A kilobyte of zip can ask for gigabytes; what is refused is told by content, whatever a part
    is called."""
    make, code = BOOKS[case]
    file = make(tmp_path)
    said, most = measured(file)
    assert said == code and most <= MOST


@linux
@pytest.mark.parametrize("case", LINES)
def test_no_line_brings_the_reader_down(case, tmp_path):
    """A list is read as it comes; what never comes to the end of a row is not held."""
    body, code = LINES[case]
    file = tmp_path / "lines.csv"
    file.write_bytes(b"a,b\n" + body)
    try:
        said, most = measured(file)
        assert said == code and most <= MOST
    finally:
        os.truncate(file, 0)


@linux
@pytest.mark.parametrize("case", PAGES)
def test_no_file_named_xls_brings_the_reader_down(case, tmp_path):
    """What is no workbook of today is looked at in as little memory."""
    make, code = PAGES[case]
    file = tmp_path / "list.xls"
    file.write_bytes(make())
    said, most = measured(file)
    assert said == code and most <= MOST


def rows_in(file: Path) -> list[list[str]]:
    with reader.rows_of(file) as frames:
        return [row for frame in frames for row in frame]


def test_what_plain_programs_write_is_read_as_before(tmp_path):
    """The guard must not cost anybody a good list: long notes, shared words, cells without places,
    other quotes."""
    note = "n" * 30_000
    many = "".join(f"<si><t>word {n}</t></si>" for n in range(5_000)) + f"<si><t>{note}</t></si>"
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{n % 5_001}</v></c><c r="B{n}"><v>{n}</v></c></row>'
        for n in range(1, 20_001)
    )
    found = rows_in(book(tmp_path, rows, many))
    assert len(found) == 20_000 and found[4_999] == [note, "5000"]
    bare = rows_in(book(tmp_path, ("<row>" + "<c><v>7</v></c>" * 200 + "</row>") * 300))
    assert len(bare) == 300 and set(map(len, bare)) == {200}


def test_the_longest_row_that_is_promised_is_read(tmp_path):
    """256 cells of 64 kB each are a row; one more is not, and lines end in every way."""
    file = tmp_path / "long.csv"
    file.write_text(
        "a,b\r\n" + ",".join(["x" * 65_536] * 256) + "\r\n" + 'c,"two\r\nlines"\rlast,1',
        "utf-8",
        newline="",
    )
    found = rows_in(file)
    assert [len(row) for row in found] == [2, 256, 2, 2]
    assert found[2:] == [["c", "two\r\nlines"], ["last", "1"]]
    file.write_text(",".join(["x"] * 257), "utf-8")
    assert refused(file) == "too_many_columns"
    file.write_text("x" * 65_537, "utf-8")
    assert refused(file) == "broken_row"
