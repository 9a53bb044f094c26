"""What a person reads of a list that comes in: its columns, the rules that leave rows out, the ways
in which its cells are read."""

from collections.abc import Mapping

from PySide6.QtWidgets import QComboBox, QSizePolicy

from storecrm.domain.list_titles import CHINESE
from storecrm.i18n import Catalogue, m
from storecrm.services.imports.mappings import OWN, SHOP
from storecrm.services.imports.reader import ENCODINGS

STATES = {
    "writing": m("being written"),
    "showing": m("being shown"),
    "done": m("imported"),
    "undone": m("rolled back"),
}
_NAME_PARTS = {
    "given_name": m("given name"),
    "family_name": m("family name"),
    "variant": m("variant (behind the name)"),
}
_TIME_PARTS = {
    "sold_time": m("time (behind the day)"),
    "redeemed_time": m("time (behind the day)"),
}
_AMOUNT_PARTS = {"amount_back": m("amount given back")}
PART_NAMES = _NAME_PARTS | _TIME_PARTS | _AMOUNT_PARTS
"""Columns that are only a part of one of ours."""
DECIMALS = {
    OWN: m("decimal sign: as the cells say"),
    ".": m("decimal sign: 12.50"),
    ",": m("decimal sign: 12,50"),
}
_SAID_ORDERS = {
    OWN: m("dates: as each column says"),
    SHOP: m("dates: as usual where the shop is"),
}
_WRITTEN_ORDERS = {
    "mdy": m("dates: month, day, year"),
    "dmy": m("dates: day, month, year"),
    "ymd": m("dates: year, month, day"),
}
ORDERS = _SAID_ORDERS | _WRITTEN_ORDERS
ROUNDINGS = {
    OWN: m("parts of a point: ask"),
    "down": m("parts of a point: leave out"),
    "half_up": m("parts of a point: round"),
}
# what the old system says of a bill: such a one is none any more
_BILL_RULES = {
    "void": m("voided"),
    "refunded": m("refunded in full"),
    "unpaid": m("not paid"),
    "cancelled": m("cancelled"),
}
_RECORD_RULES = {"disabled": m("disabled"), "archived": m("archived")}
_SHEET_RULES = {
    "totals": m("totals"),
    "titles": m("titles said again"),
    "remark": m("remarks"),
    "lost_card": m("card reported lost: without its number"),
}
RULES = _BILL_RULES | _RECORD_RULES | _SHEET_RULES
"""What a person reads of the rules that leave rows out."""
TOLD = {
    "title": m("by its title"),
    "content": m("by its content"),
    "mapping": m("by the mapping"),
    "": "",
}


def column_name(column: str, words: Catalogue) -> str:
    """A column of ours in the reader's language."""
    if not column:
        return words.t("leave out")
    if column in PART_NAMES:
        return words.t(PART_NAMES[column])
    if not words.chinese:
        return column.replace("_", " ")
    titles = CHINESE.get(column, column)
    # the first of those under which the column is known
    return titles.split(",")[0]


def cell_column(column: str, words: Catalogue) -> str:
    """The column of a problem; none where the whole row is meant."""
    return column_name(column, words) if column else ""


def rule_name(name: str, words: Catalogue) -> str:
    """What a rule leaves out, in the reader's language; a mapping of one's own may have any
    name."""
    return words.t(RULES[name]) if name in RULES else name


def titled(titles: Mapping[str, str], words: Catalogue) -> dict[str, str]:
    """The same choices with their titles in the reader's language."""
    return {code: words.t(title) for code, title in titles.items()}


def encodings(words: Catalogue) -> dict[str, str]:
    """The encodings that a text may be in; first that it is found."""
    found = {"": words.t("found by itself")}
    return found | {code: code for code in ENCODINGS}


def choice_box(name: str, titles: Mapping[str, str], *, least: int) -> QComboBox:
    """One of some ways to read; beside others it shrinks to `least` signs."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(least)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    # what is cut is read whole
    box.currentTextChanged.connect(box.setToolTip)
    for code, title in titles.items():
        box.addItem(title, code)
    return box


def choose(box: QComboBox, code: object) -> None:
    """Show the choice with `code`; the first one where there is none such."""
    at = box.findData(code)
    box.setCurrentIndex(max(0, at))
