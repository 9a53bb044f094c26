"""Which sheet of a workbook, or table of a page, a person asked for."""

from collections.abc import Sequence

from storecrm.services.imports.formats.workbook_guard import Refuse

_DIGITS = 6


def by_number(names: Sequence[str], asked: str) -> str:
    """The name of the one with that number, 1 the first.

    Raises:
        Refuse: sheet_unknown (facts: known).
    """
    # a longer number is no place among them
    if asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS:
        number = int(asked)
        if 1 <= number <= len(names):
            return names[number - 1]
    known = ", ".join(names)
    raise Refuse("sheet_unknown", where=asked[:40], known=known[:400])
