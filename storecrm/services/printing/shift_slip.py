"""The shift sheet on a slip, with the lines to sign."""

from pathlib import Path

from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.files import Target
from storecrm.services.printing.slip import Slip
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till.shifts import ShiftSheet
from storecrm.values import Override, TenderKind
from storecrm.wording import labels
from storecrm.wording.names import OVERRIDES

KIND = "shift"


def write(
    store: Store,
    *,
    sheet: ShiftSheet,
    file: Path,
    words: Catalogue,
    layout: str = "slip-80",
    overwrite: bool = False,
) -> None:
    """Print a shift.

    Raises:
        BadInput: layout.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.OWN_TODAY)
    slip = Slip(layout, f"{store.shop.name} {sheet.staff} {sheet.business_date}")
    slip.big(words.t("Shift sheet"), 5.0)
    slip.text(f"{store.shop.name} · {store.shop.store}", size=3.2, middle=True)
    slip.pair(sheet.staff, sheet.till, bold=True)
    slip.pair(words.stamp(sheet.since), words.stamp(sheet.until), size=2.8)
    for title, value in figures(sheet, words):
        if not title:
            slip.rule()
        else:
            slip.pair(title, value)
    slip.gap(6)
    slip.pair(words.t("Handed over") + " ________", words.t("Taken over") + " ________")
    slip.save(Target(file, KIND, store.name, overwrite))


def figures(sheet: ShiftSheet, words: Catalogue) -> list[tuple[str, str]]:
    """The lines of the sheet in order; ("", "") parts them."""
    lines = [
        ("", ""),
        (words.t("Bills"), words.number(sheet.bills)),
        (words.t("Sales less returns"), words.money(sheet.net)),
        (words.t("Given away in all"), words.money(sheet.given)),
        (words.t("…of it points"), words.money(sheet.points_paid)),
    ]
    if sheet.register_discount is not None and sheet.difference is not None:
        lines.append((words.t("The register says"), words.money(sheet.register_discount)))
        lines.append((words.t("Difference"), words.money(sheet.difference)))
    lines.append(("", ""))
    for coupon in sheet.coupons:
        counted = (
            "" if coupon.counted is None else words.t(" (counted {count})", count=coupon.counted)
        )
        lines.append((f"{coupon.name} × {coupon.count}{counted}", words.money(coupon.discount)))
    if sheet.paper_difference:
        lines.append((words.t("Paper counted more or less"), f"{sheet.paper_difference:+d}"))
    if sheet.tenders:
        lines.append(("", ""))
        lines += [
            (words.t(labels.TENDERS[TenderKind(kind)]), words.money(amount))
            for kind, amount in sorted(sheet.tenders.items())
        ]
    lines.append(("", ""))
    lines.append((words.t("Bills taken back"), words.number(sheet.undone)))
    lines.append(
        (words.t("Returns"), f"{words.number(sheet.returns)} · {words.money(sheet.returned_net)}")
    )
    if sheet.late_amounts:
        lines.append((words.t("Amounts that came later"), words.number(sheet.late_amounts)))
    lines.append((words.t("Members added afterwards"), words.number(sheet.attached)))
    lines.append((words.t("Refused scans"), words.number(sheet.refused)))
    lines += [
        (words.t(OVERRIDES[Override(how)]), words.number(count))
        for how, count in sorted(sheet.overrides.items())
    ]
    return lines
