"""What a column stands for by the look of its cells: only what cannot be anything else."""

import re
from collections.abc import Callable, Container, Sequence

from storecrm.services.members.personal_data import MOBILE
from storecrm.values import read_day

ENOUGH = 0.8
"""From what share of its filled cells a column is told by its content."""
ROWS, CELLS = 1000, 200
"""How many rows, and how many filled cells of a column, are looked at."""
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff·]{2,5}")
_GENDERS = ("男", "女", "f", "m", "male", "female")
Look = tuple[str, Callable[[str], bool]]


def _is_mobile(text: str) -> bool:
    """A mobile phone of China, with or without its country in front."""
    digits = re.sub(r"[\s-]", "", text).removeprefix("+").removeprefix("86")
    return MOBILE.fullmatch(digits) is not None


def _is_email(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None


def _is_gender(text: str) -> bool:
    return text.casefold() in _GENDERS


def _is_chinese_name(text: str) -> bool:
    return _CHINESE_NAME.fullmatch(text) is not None


def _is_day(first: int, last: int) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        # five digits are a serial number of a spreadsheet, a postal code, or anything
        if len(text) < 8 and text.isdigit():
            return False
        try:
            return first <= read_day(text).year <= last
        except ValueError:
            return False

    return fits


_PHONE: Look = ("phone", _is_mobile)
_EMAIL: Look = ("email", _is_email)
_GENDER: Look = ("gender", _is_gender)
_NAME: Look = ("name", _is_chinese_name)
# nobody registered in the years in which the members were born
_BIRTHDAY: Look = ("birthday", _is_day(1920, 2005))
_REGISTERED: Look = ("registered_on", _is_day(2006, 2100))
_OF_MEMBERS = (_PHONE, _EMAIL, _GENDER, _NAME, _BIRTHDAY, _REGISTERED)
_LOOKS = {"members": _OF_MEMBERS, "points": (_PHONE,), "opt-outs": (_PHONE, _EMAIL)}


def tell(
    kind: str,
    rows: Sequence[list[str]],
    region: str,
    found: dict[int, str],
    by: dict[int, str],
) -> None:
    """Add what no title says to `found` and `by` (see column_matching.Told)."""
    if kind not in _LOOKS:
        return
    filled = [row for row in rows if any(map(str.strip, row))]
    for place in range(max(map(len, filled), default=0)):
        if place not in by:
            cells = filled_cells(filled[:ROWS], place)
            name = _by_content(kind, cells, set(found.values()), region)
            if name:
                found[place] = name
                by[place] = "content"


def filled_cells(rows: Sequence[list[str]], place: int) -> list[str]:
    """What a column says, row by row, without its blank cells."""
    cells = [row[place].strip() for row in rows if place < len(row)]
    return list(filter(None, cells))


def _by_content(kind: str, cells: list[str], taken: Container[str], region: str) -> str:
    some = cells[:CELLS]
    if not some:
        return ""
    for name, fits in _LOOKS[kind]:
        # elsewhere a phone looks like any other number
        open_to_it = name not in taken and (name != "phone" or region == "CN")
        if open_to_it and sum(map(fits, some)) / len(some) >= ENOUGH:
            return name
    return ""
