"""Numbers with zeros in front, told by the text of a sheet: the same as a close look tells, or
nothing."""

import io
import random

import pytest

from storecrm.services.imports.formats import styled_numbers
from storecrm.services.imports.formats.workbook_cells import Close

ZEROS = {"1": 5, "3": 8}
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet><sheetData>'
TAIL = "</sheetData></worksheet>"


def sheet(*cells):
    body = "".join(f'<row r="{at}">{row}</row>' for at, row in enumerate(cells, 1))
    return f"{HEAD}{body}{TAIL}".encode()


def test_zeros_of_a_format_are_told():
    """A number, a number of its kind, one of another style, one with a part, a text."""
    data = sheet(
        '<c r="A1" s="1"><v>123</v></c><c r="B1" s="3" t="n"><v>7</v></c><c r="C1" s="2"><v>5</v></c>',
        '<c r="A2" s="1"><v>0.5</v></c><c r="AZ2" s="1"><v>9</v></c><c r="C2" s="1" t="s"><v>4</v></c>',
    )
    assert styled_numbers.of(data, ZEROS) == {0: {0: "00123", 1: "00000007"}, 1: {51: "00009"}}


@pytest.mark.parametrize(
    "odd",
    [
        '<c r="A1" s="1"><v>12345678901234567</v></c>',
        '<c r="A1" s="1"><v>1E+20</v></c>',
        '<c r="A1" t="e"><v>#N/A</v></c>',
        '<c r="A1" s="1"><f>B1</f></c>',
        '<c r="A1" s="1"> <v>5</v></c>',
        '<c s="1" r="A1"><v>5</v></c>',
    ],
)
def test_what_is_written_in_another_way_is_looked_at_closely(odd):
    """An error, a formula or a number too long says more than its value."""
    assert styled_numbers.of(sheet(odd), ZEROS) is None


def test_it_tells_the_same_as_a_close_look():
    """Both ways may be taken of one file, and its cells must not depend on which it was."""
    chance = random.Random(3)
    for _ in range(200):
        rows = []
        for at in range(1, chance.randrange(2, 6)):
            cells = ""
            for column in "ABC":
                style, kind = chance.choice(("", ' s="1"', ' s="2"')), chance.choice(("", ' t="n"'))
                value = chance.choice((chance.randrange(99_999), 0.25, -3, 0))
                cells += f'<c r="{column}{at}"{style}{kind}><v>{value}</v></c>'
            rows.append(cells)
        data = sheet(*rows)
        assert styled_numbers.of(data, ZEROS) == Close(ZEROS).read(io.BytesIO(data))
