"""The member's card, 90 x 54 mm, with the number as barcode."""

from pathlib import Path

from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.files import Target
from storecrm.services.members import registry
from storecrm.services.printing import barcodes, page
from storecrm.services.printing.barcodes import MM
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import grouped

KIND = "member card"
WIDE, TALL, MODULE = 90.0, 54.0, 0.375


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
    sheet = page.PaperSheet(
        Target(file, KIND, store.name, overwrite), WIDE, TALL, f"{store.shop.name} {who.member_no}"
    )
    sheet.canvas.setFillColorRGB(0.09, 0.11, 0.23)
    sheet.canvas.rect(0, (TALL - 24) * MM, WIDE * MM, 24 * MM, stroke=0, fill=1)
    sheet.canvas.setFillColorRGB(1, 1, 1)
    sheet.text(6, 10, store.shop.name, size=5.2, font=page.BOLD, room=WIDE - 12)
    sheet.text(6, 18.5, words.t("Member card"), size=3.6, room=40)
    sheet.text(WIDE - 6, 18.5, who.name, size=3.8, font=page.BOLD, room=36, align="right")
    sheet.canvas.setFillColorRGB(0, 0, 0)
    if barcodes.width(who.member_no, MODULE) <= WIDE:
        left = (WIDE - barcodes.width(who.member_no, MODULE)) / 2
        sheet.raw(
            barcodes.path(who.member_no, left=left, bottom=TALL - 44, module=MODULE, height=15)
        )
    sheet.text(
        WIDE / 2,
        49,
        grouped(who.member_no),
        size=3.6,
        font=page.BOLD,
        room=WIDE - 12,
        align="center",
    )
    sheet.save()
    return page.missing_glyphs(who.name)
