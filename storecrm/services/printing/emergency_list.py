"""The list of emergency codes for the safe: one line a code, with room to write down who used it
and why."""

from collections.abc import Sequence
from pathlib import Path

from storecrm.i18n import Catalogue
from storecrm.services import rights, shop_settings
from storecrm.services.files import Target
from storecrm.services.printing import page
from storecrm.services.printing.page import A4, BOLD, Face, PaperSheet
from storecrm.services.rights import Right
from storecrm.services.store import Store

PER_PAGE = 22
KIND = "emergency codes"
_TITLE = Face(8, BOLD)
_CODE = Face(5, BOLD)
_PLAIN = Face(4)
_USED = Face(3)


def write(
    store: Store, *, codes: Sequence[str], file: Path, words: Catalogue, overwrite: bool = False
) -> None:
    """Print the codes; they are kept nowhere else in words.

    Raises:
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.RULES)
    most = words.money(shop_settings.of(store).emergency_most, short=True)
    target = Target(file, KIND, store.name, overwrite)
    name = words.t("Emergency codes")
    sheet = PaperSheet(target, *A4, f"{store.shop.name} {name}")
    used = words.t("Date ________  Coupon ________  Name ________  Why ________________")
    for number, code in enumerate(codes):
        place = number % PER_PAGE
        if place == 0:
            if number:
                sheet.next_page()
            _head(sheet, store, words, most)
        y = 62 + place * 10
        # read aloud and typed in groups of four
        groups = (code[i : i + 4] for i in range(0, len(code), 4))
        sheet.line(20, y, f"{number + 1}", _PLAIN)
        sheet.line(32, y, " ".join(groups), _CODE)
        sheet.line(85, y, used, _USED, room=105)
    sheet.save()


def _head(sheet: PaperSheet, store: Store, words: Catalogue, most: str) -> None:
    sheet.line(20, 24, words.t("Emergency codes"), _TITLE)
    printed = words.stamp(store.clock.now())
    sheet.line(20, 33, f"{store.shop.name} · {store.shop.store} · {printed}", _PLAIN)
    said = words.t(
        "For the safe. Each code takes one coupon whose date or limit says no, up to {most},"
        " when no manager can be reached. Older lists are void.",
        most=most,
    )
    lines = page.wrapped(said, _PLAIN.font, _PLAIN.size, 170, 2)
    sheet.lines(20, 42, lines, _PLAIN, leading=6)
