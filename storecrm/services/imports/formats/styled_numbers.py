"""Numbers that their format shows with zeros in front, told by the text of a sheet alone: a third
of the time that a walk through its elements takes.

Only of a sheet as nearly every program writes it; anything else is looked at element by element
(see workbook_cells).
"""

import re
from collections.abc import Mapping

from storecrm.services.imports.formats.sheet_patterns import is_placed
from storecrm.services.imports.formats.workbook_cells import Said, column_of

_MORE = (b't="e"', b"<f")
"""Errors and formulas may say more than their values."""
_LONG = re.compile(rb"<v>(?:[^<]{16}|[^<]*[eE&])")
"""A value that is more than a short number."""
# a place, a style, no kind or that of a number, and the value
_CELL = r'<c r="([A-Z]{1,3})(\d{1,7})" s="(%s)"(?: t="n")?>(?:<v>([^<]*)</v></c>)?'


def of(data: bytes, zeros: Mapping[str, int]) -> Said | None:
    """What such cells say, by the widths of the styles that show `zeros`; None where the sheet has
    to be looked at closely."""
    if not zeros or not is_placed(data) or _LONG.search(data):
        return None
    if any(mark in data for mark in _MORE):
        return None
    cells = re.compile(_CELL % "|".join(zeros), re.ASCII)
    said: Said = {}
    for letters, row, style, value in cells.findall(data.decode("latin-1")):
        # a cell that goes on in another way than with its value is unknown here
        if not value:
            return None
        if value.isdigit():
            at = said.setdefault(int(row) - 1, {})
            at[column_of(letters)] = value.zfill(zeros[style])
    return said
