"""The list of emergency codes for the safe: one line a code, with room to write down who used it
and why."""

from collections.abc import Sequence
from pathlib import Path

from storecrm.i18n import Catalogue
from storecrm.services import rights, shop_settings
from storecrm.services.files import Target
from storecrm.services.printing import page
from storecrm.services.rights import Right
from storecrm.services.store import Store

PER_PAGE = 22
KIND = "emergency codes"


def write(
    store: Store, *, codes: Sequence[str], file: Path, words: Catalogue, overwrite: bool = False
) -> None:
    """Print the codes; they are kept nowhere else in words.

    Raises:
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.RULES)
    most = words.money(shop_settings.of(store).emergency_most, short=True)
    sheet = page.PaperSheet(
        Target(file, KIND, store.name, overwrite),
        210,
        297,
        f"{store.shop.name} {words.t('Emergency codes')}",
    )
    for number, code in enumerate(codes):
        place = number % PER_PAGE
        if place == 0:
            if number:
                sheet.next_page()
            _head(sheet, store, words, most)
        y = 62 + place * 10
        shown = " ".join(code[i : i + 4] for i in range(0, len(code), 4))
        sheet.text(20, y, f"{number + 1}", size=4)
        sheet.text(32, y, shown, size=5, font=page.BOLD)
        sheet.text(
            85,
            y,
            words.t("Date ________  Coupon ________  Name ________  Why ________________"),
            size=3,
            room=105,
        )
    sheet.save()


def _head(sheet: page.PaperSheet, store: Store, words: Catalogue, most: str) -> None:
    sheet.text(20, 24, words.t("Emergency codes"), size=8, font=page.BOLD)
    sheet.text(
        20, 33, f"{store.shop.name} · {store.shop.store} · {words.stamp(store.clock.now())}", size=4
    )
    said = words.t(
        "For the safe. Each code takes one coupon whose date or limit says no, up to {most}, when no manager can be reached. Older lists are void.",
        most=most,
    )
    for line, part in enumerate(page.wrapped(said, page.REGULAR, 4, 170, 2)):
        sheet.text(20, 42 + line * 6, part, size=4)
