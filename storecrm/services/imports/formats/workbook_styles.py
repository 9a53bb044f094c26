"""Number formats of a workbook that show zeros in front of a number. Runs in the reader's child
process."""

import re
from collections.abc import Callable
from xml.parsers import expat


def each(data: bytes, short: str, then: Callable[[tuple[str, ...], dict[str, str]], None]) -> None:
    """Call `then` with the place (its own and the outer names) and the attributes of every element
    of one name."""
    outer: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        outer.append(tag.rpartition(":")[2])
        if outer[-1] == short:
            then(tuple(outer), attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: outer.pop()
    parser.Parse(data, True)


def zeros_of(styles: bytes) -> dict[str, int]:
    """The styles of a workbook whose number format shows zeros in front (00000), and how many
    digits it shows."""
    # formats stand before the styles that name them
    widths: dict[str, int] = {}
    found: dict[str, int] = {}
    place = 0

    def format_of(_: tuple[str, ...], attributes: dict[str, str]) -> None:
        width = zeros_shown(attributes.get("formatCode", ""))
        if width:
            widths[attributes.get("numFmtId", "")] = width

    def style(outer: tuple[str, ...], attributes: dict[str, str]) -> None:
        nonlocal place
        if outer[-2:-1] == ("cellXfs",):
            width = widths.get(attributes.get("numFmtId", ""))
            if width:
                found[str(place)] = width
            place += 1

    each(styles, "numFmt", format_of)
    if widths:
        each(styles, "xf", style)
    return found


def zeros_shown(code: str) -> int:
    """How many digits a number format shows at the least, when it shows nothing but digits; else
    0."""
    zeros = _ZEROS.match(code)
    return len(zeros[1]) if zeros else 0


_ZEROS = re.compile(r"(0{2,40})(?:_.)?(?:;.*)?$")
