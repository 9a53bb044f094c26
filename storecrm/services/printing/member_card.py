"""The member's card, 90 x 54 mm, with the number as barcode."""

from pathlib import Path

from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.files import Target
from storecrm.services.members import registry
from storecrm.services.printing import barcodes, page
from storecrm.services.printing.page import BOLD, Face, PaperSheet
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import grouped

KIND = "member card"
WIDE = 90.0
TALL = 54.0
MODULE = 0.375
_SHOP = Face(5.2, BOLD)
_WHAT = Face(3.6)
_NAME = Face(3.8, BOLD, "right")
_NUMBER = Face(3.6, BOLD, "center")


def write(
    store: Store, *, member: str, file: Path, words: Catalogue, overwrite: bool = False
) -> str:
    """Print one member's card to `file`; returns the signs of the name that the font does not have
    (a square stands for each).

    Raises:
        NotFound: member.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.FIND)
    who = registry.show(store, member=member)
    target = Target(file, KIND, store.name, overwrite)
    sheet = PaperSheet(target, WIDE, TALL, f"{store.shop.name} {who.member_no}")
    sheet.field(24)
    sheet.line(6, 10, store.shop.name, _SHOP, room=WIDE - 12)
    sheet.line(6, 18.5, words.t("Member card"), _WHAT, room=40)
    sheet.line(WIDE - 6, 18.5, who.name, _NAME, room=36)
    sheet.below_field()
    # a number of another system may be too long for bars; the digits are typed then
    if barcodes.width(who.member_no, MODULE) <= WIDE:
        sheet.bars(who.member_no, middle=WIDE / 2, top=29, height=15, module=MODULE)
    sheet.line(WIDE / 2, 49, grouped(who.member_no), _NUMBER, room=WIDE - 12)
    sheet.save()
    return page.missing_glyphs(who.name)
