"""How the cells of a list are read whatever list it is: numbers, codes, answers; a refusal names
the column."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from storecrm.i18n import LANGUAGES, Catalogue
from storecrm.values import clean_text

_CUT = re.compile(r"\d(?:\.\d+[eE]\+?|[eE]\+)\d{2,}")
"""A number as a spreadsheet shortens it: 2.2E+15; 5E12 is a code."""
KEY = 120
"""Signs of a code or number at the most: a longer one is not cut, two might become one."""
YES = {"1", "y", "yes", "true", "是", "同意", "√"}
NO = {"0", "n", "no", "false", "否", "不同意", "×"}


class Worded:
    """Reads a cell that says one of some answers, by its own name or by what it is called in any
    language. Raises ValueError: unknown."""

    def __init__(self, answers: Mapping[Any, str]) -> None:
        self._answers = answers
        self._known: dict[str, Any] = {}

    def __call__(self, text: str) -> Any:
        if not self._known:
            self._known = {str(answer): answer for answer in self._answers}
            for words in map(Catalogue, LANGUAGES):
                for answer, said in self._answers.items():
                    self._known[words.t(said).casefold()] = answer
        try:
            return self._known[clean_text(text).casefold()]
        except KeyError:
            raise ValueError("unknown") from None


def cell(cells: dict[str, str], name: str, reader: Callable[[str], Any]) -> Any:
    """The cell read, None when blank; the problem names the column."""
    text = (cells.get(name) or "").strip()
    if not text:
        return None
    try:
        return reader(text)
    except ValueError as error:
        raise ValueError(f"{name}:{error}") from None


def whole(text: str) -> int:
    """A whole number; 12.0 as spreadsheets write it is one, and 361分 or 12次 with what is counted.

    Raises:
        ValueError: not_whole.
    """
    tidy = text.replace(",", "").rstrip("分点次 ")
    tidy = tidy.removesuffix(".0").removesuffix(".00")
    # as many digits as any count has
    if not tidy.lstrip("-").isdecimal() or len(tidy) > 10:
        raise ValueError("not_whole")
    return int(tidy)


def counted(text: str) -> int:
    """How often something was done, or may be: once at the least.

    Raises:
        ValueError: not_whole, out_of_range.
    """
    count = whole(text)
    if count < 1:
        raise ValueError("out_of_range")
    return count


def key_text(text: str) -> str:
    """A code or number of another system keeps its shape; only controls and outer spaces go.

    Raises:
        ValueError: digits_cut (a spreadsheet wrote 2.2E+15 and lost the rest), too_long.
    """
    # most are plain digits
    if text.isascii() and text.isdigit() and len(text) <= KEY:
        return text
    if _CUT.fullmatch(text.strip()):
        raise ValueError("digits_cut")
    tidy = clean_text(text, KEY + 1)
    if len(tidy) > KEY:
        raise ValueError("too_long")
    return tidy


def who_of(cells: dict[str, str]) -> str:
    """Whose row it is, as the list names them: by number, else by phone.

    Raises:
        ValueError: "member_no:missing".
    """
    who = key_cell(cells, "member_no") or key_cell(cells, "phone")
    if not who:
        raise ValueError("member_no:missing")
    return who


def key_cell(cells: dict[str, str], name: str) -> str:
    """The code or number in a cell, "" when blank; the problem names the column."""
    return cell(cells, name, key_text) or ""


def yes(text: str) -> int:
    """1 for a yes, 0 for a no, in either language.

    Raises:
        ValueError: not_yes_no.
    """
    tidy = clean_text(text).casefold()
    if tidy in YES:
        return 1
    if tidy in NO:
        return 0
    raise ValueError("not_yes_no")
