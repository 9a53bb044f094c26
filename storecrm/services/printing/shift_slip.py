"""The shift sheet on a slip, with the lines to sign."""

from pathlib import Path

from storecrm.i18n import Catalogue, m
from storecrm.services import rights
from storecrm.services.files import Target
from storecrm.services.printing.slip import Slip
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till.shifts import ShiftSheet
from storecrm.values import Money, Override, TenderKind
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
    slip = Slip(layout, f"{store.shop.name} {sheet.staff} {sheet.business_date}", words)
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
    # who hands the drawer over and who takes it both sign
    handed = words.t("Handed over") + " ________"
    taken = words.t("Taken over") + " ________"
    slip.pair(handed, taken)
    slip.save(Target(file, KIND, store.name, overwrite))


def figures(sheet: ShiftSheet, words: Catalogue) -> list[tuple[str, str]]:
    """The lines of the sheet in order; ("", "") parts them."""
    lines = _Lines(words)
    _add_takings(lines, sheet)
    _add_coupons(lines, sheet)
    if sheet.tenders:
        lines.part()
        for kind, amount in sorted(sheet.tenders.items()):
            tender = TenderKind(kind)
            lines.money(labels.TENDERS[tender], amount)
    _add_unusual(lines, sheet)
    return lines.told


class _Lines:
    """Named figures one below another; titles are keys of the catalogue."""

    def __init__(self, words: Catalogue) -> None:
        self.words = words
        self.told: list[tuple[str, str]] = []

    def add(self, title: str, value: str) -> None:
        self.told.append((self.words.t(title), value))

    def money(self, title: str, amount: Money) -> None:
        self.add(title, self.words.money(amount))

    def count(self, title: str, number: int) -> None:
        self.add(title, self.words.number(number))

    def part(self) -> None:
        """What follows is of another kind."""
        self.told.append(("", ""))


def _add_takings(lines: _Lines, sheet: ShiftSheet) -> None:
    lines.part()
    lines.count(m("Bills"), sheet.bills)
    lines.money(m("Sales less returns"), sheet.net)
    lines.money(m("Given away in all"), sheet.given)
    lines.money(m("…of it points"), sheet.points_paid)
    # compared only where somebody typed what the register says
    if sheet.register_discount is not None and sheet.difference is not None:
        lines.money(m("The register says"), sheet.register_discount)
        lines.money(m("Difference"), sheet.difference)


def _add_coupons(lines: _Lines, sheet: ShiftSheet) -> None:
    words = lines.words
    lines.part()
    for coupon in sheet.coupons:
        counted = ""
        if coupon.counted is not None:
            counted = words.t(" (counted {count})", count=coupon.counted)
        title = f"{coupon.name} × {coupon.count}{counted}"
        lines.told.append((title, words.money(coupon.discount)))
    if sheet.paper_difference:
        lines.add(m("Paper counted more or less"), f"{sheet.paper_difference:+d}")


def _add_unusual(lines: _Lines, sheet: ShiftSheet) -> None:
    """What is looked at twice."""
    lines.part()
    lines.count(m("Bills taken back"), sheet.undone)
    returned = lines.words.money(sheet.returned_net)
    lines.add(m("Returns"), f"{lines.words.number(sheet.returns)} · {returned}")
    if sheet.late_amounts:
        lines.count(m("Amounts that came later"), sheet.late_amounts)
    lines.count(m("Members added afterwards"), sheet.attached)
    lines.count(m("Refused scans"), sheet.refused)
    for how, count in sorted(sheet.overrides.items()):
        override = Override(how)
        lines.count(OVERRIDES[override], count)
