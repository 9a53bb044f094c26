"""The tour: build the demo shop, then do the main job for real: print coupons, read them back from
the paper, redeem them once."""

import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import zxingcpp

from storecrm.domain.offers import reading
from storecrm.errors import BadInput, CouponRefused, NotPossible
from storecrm.i18n import Catalogue
from storecrm.models import database
from storecrm.services import file_lock, files
from storecrm.services.analytics import (
    basket_pairs,
    lifecycle_history,
    repurchase,
    segments,
    tag_rules,
)
from storecrm.services.coupons import batches, issue
from storecrm.services.demo import world
from storecrm.services.demo.world import Neighbour
from storecrm.services.demo.year import DAYS, Wall, Year
from storecrm.services.files import Target
from storecrm.services.integrity import verify
from storecrm.services.loyalty import points_account
from storecrm.services.members import registry, staff_cards, tags
from storecrm.services.members.verification import NOT_SHOWN
from storecrm.services.offers import design
from storecrm.services.printing import coupon_sheet, member_card
from storecrm.services.reports import month_figures, month_workbook
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails, Store
from storecrm.services.till import open_bill
from storecrm.services.till.posting import Closing
from storecrm.values import A_DAY, Code, Money, damm, own_kind

PRINTED = 21
_TODAY: dict[str, Any] = {
    "code": "TODAY20",
    "name": "满100减20",
    "campaign": "开业",
    "kind": "threshold_off",
    "value": "20",
    "min_spend": "100",
    "valid_days": 30,
}
_OF_BYGONE_DAYS = "SLIP"
"""The offer of which some coupons are over, unused."""
_PAPERS = {
    "coupons.pdf": coupon_sheet.KIND,
    "member-card.pdf": member_card.KIND,
    "report.xlsx": month_workbook.KIND,
}
_CODE_128 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128)
_ENDINGS = (".db", ".pdf", ".xlsx", "")
"""What an earlier tour left behind."""
Create = Callable[..., Store]


def tour(
    output: Path,
    *,
    count: int,
    seed: int,
    words: Catalogue,
    create: Create,
    close: Callable[[Store], None],
) -> dict[str, Any]:
    """Everything of the main job, in `output`; returns what `storecrm demo` answers.

    Raises:
        BadInput: output_not_empty (something else lies there).
    """
    # the demo store is made here, its people sign in with the PINs shown
    if output.exists() and not output.is_dir():
        raise BadInput("output_not_empty", where=str(output))
    output.mkdir(parents=True, exist_ok=True)
    store_file = output / "store.db"
    _require_own_folder(output, store_file)
    _make_room(store_file)
    wall = Wall(lambda: time.time_ns() // 1000)
    # both clocks are the tour's: waits are counted by it too
    shop = ShopDetails(name=world.SHOP, store=world.STORE, demo=True)
    store = create(str(store_file), shop=shop, wall=wall, steady=wall)
    try:
        return _Tour(store, output, wall, count, seed, words).go()
    finally:
        close(store)


def _require_own_folder(output: Path, store_file: Path) -> None:
    """Refuse a folder in which something lies that no tour wrote."""
    for path in output.iterdir():
        if path.suffix not in _ENDINGS and not path.name.startswith("store.db"):
            raise BadInput("output_not_empty", where=str(output))
    screens = output / "screens"
    # what lies behind a link is not ours
    if screens.is_symlink():
        raise BadInput("output_not_empty", where=str(screens))
    shots = {f"screens/{shot.name}": "screen" for shot in screens.glob("*.png")}
    for name, kind in (_PAPERS | shots).items():
        files.require(Target(output / name, kind, str(store_file)))


def _make_room(store_file: Path) -> None:
    """Remove the store of an earlier tour, and no other.

    Raises:
        BadInput: output_not_empty (the store of a real shop lies there, or something else under its
            name).
        Conflict: other_window (somebody looks at it).
    """
    if not store_file.exists() and not store_file.is_symlink():
        return
    if store_file.is_symlink() or not database.is_demo(str(store_file)):
        raise BadInput("output_not_empty", where=str(store_file))
    with file_lock.exclusive(str(store_file), "window"):
        for end in ("", "-wal", "-shm"):
            Path(f"{store_file}{end}").unlink(missing_ok=True)


class _Tour:
    """One walk through the shop."""

    def __init__(
        self, store: Store, output: Path, wall: Wall, count: int, seed: int, words: Catalogue
    ) -> None:
        self.store = store
        self.output = output
        self.wall = wall
        self.count = count
        shop = store.shop
        self.words = Catalogue(words.language, shop.currency, store.clock.zone, shop.digits)
        self.rng = random.Random(seed)
        self.today = store.clock.today()

    def go(self) -> dict[str, Any]:
        self.wall.at = self.store.clock.now() - (DAYS + 1) * A_DAY
        self._staff()
        people = self._fill()
        self.wall.at = 0
        points_account.sweep(self.owner)
        self._know()
        codes = self._print()
        redeemed, refused = self._redeem(codes)
        report = self._report()
        self._card(people[0].phone)
        _, findings = verify.verify(self.owner)
        # the paper works once and no second time
        as_wanted = redeemed == len(codes) and refused == {"already_redeemed": 1, "expired": 1}
        return {
            "ok": as_wanted and not findings,
            "members": registry.count(self.owner),
            "sales": report.recorded_receipts,
            "issued": self._issued(),
            "printed": PRINTED,
            "redeemed": redeemed,
            "refused": refused,
            "staff": _sign_ins(),
            "files": [str(self.output / name) for name in ("store.db", *_PAPERS)],
        }

    def _fill(self) -> Sequence[Neighbour]:
        """The year behind the shop; returns its members."""
        first, last = self.today - timedelta(days=DAYS), self.today - timedelta(days=1)
        people = world.people(self.rng, self.count, first, last)
        year = Year(
            owner=self.owner,
            cashiers=self.cashiers,
            manager=self.manager,
            wall=self.wall,
            people=people,
            today=self.today,
            rng=self.rng,
            scale=self.count / 2600,
        )
        year.fill()
        return people

    def _issued(self) -> int:
        return sum(batch.count for batch in batches.listed(self.owner, limit=10_000))

    def _staff(self) -> None:
        signed: list[Store] = []
        for name, role, pin in world.STAFF:
            # the first one is the owner, who takes on the others
            by = signed[0] if signed else self.store
            accounts.add(by, name=name, role=role, pin=pin)
            till = f"{1 + len(signed) % 2} 号收银台"
            signed.append(accounts.sign_in(self.store, name=name, pin=pin, till=till))
        self.owner, self.manager, *self.cashiers = signed
        for name, _, _ in world.STAFF:
            staff_cards.set_card(self.owner, name=name, member=None)

    def _know(self) -> None:
        """What a shop's computer does by itself over the nights: stages noted, a tag by rule, what
        goes together, who comes again."""
        tags.keep(self.manager, name="大客户", group="价值", colour="amber")
        tag_rules.set_rule(self.manager, name="大客户", rule=segments.BUILT_IN["high_value"])
        lifecycle_history.note(self.manager)
        basket_pairs.learn(self.manager)
        # a small demo shop has too few who came twice
        with suppress(NotPossible):
            repurchase.learn(self.manager)

    def _print(self) -> list[Code]:
        """Issue, print, and read the paper back with a barcode reader."""
        design.create(self.manager, new=reading.draft(_TODAY))
        batch = issue.issue(self.manager, offer=_TODAY["code"], count=PRINTED)
        paper = self.output / "coupons.pdf"
        sheet = issue.to_print(self.manager, batch=batch.id)
        coupon_sheet.write(
            self.manager, coupons=sheet, file=paper, layout="a4-3x7", words=self.words
        )
        batches.mark_printed(self.manager, batch=batch.id, count=len(sheet))
        read = read_codes(paper)
        printed = [coupon.code for coupon in sheet]
        return read if sorted(read) == sorted(printed) else []

    def _redeem(self, codes: list[Code]) -> tuple[int, dict[str, int]]:
        cashier = self.cashiers[0]
        redeemed = 0
        for code in codes:
            view = open_bill.record(
                cashier, amount=Money(12_800), coupons=[code], closing=Closing(proof=NOT_SHOWN)
            )
            redeemed += int(view.discount == 2000)
        used = codes[0] if codes else Code("")
        refused = {
            "already_redeemed": self._refused(cashier, used, "already_redeemed"),
            "expired": self._refused(cashier, self._expired(), "expired"),
        }
        return redeemed, refused

    def _refused(self, cashier: Store, code: Code, why: str) -> int:
        try:
            open_bill.record(
                cashier, amount=Money(12_800), coupons=[code], closing=Closing(proof=NOT_SHOWN)
            )
        except CouponRefused as error:
            reasons = [refusal.code.value for refusal in error.refusals]
            return int(why in reasons)
        return 0

    def _expired(self) -> Code:
        """An unused bearer coupon whose days are over."""
        batch = batches.listed(self.manager, offer=_OF_BYGONE_DAYS)[-1]
        unused = issue.to_print(self.manager, batch=batch.id)
        return next(coupon.code for coupon in unused if coupon.valid_to < self.today)

    def _report(self) -> Any:
        last = self.today.replace(day=1) - timedelta(days=1)
        first = date(last.year, last.month, 1)
        book = self.output / "report.xlsx"
        month_workbook.write(self.owner, first=first, last=last, file=book, words=self.words)
        since = self.today - timedelta(days=DAYS)
        return month_figures.figures(self.owner, first=since, last=self.today)

    def _card(self, phone: str) -> None:
        paper = self.output / "member-card.pdf"
        member_card.write(self.manager, member=phone, file=paper, words=self.words)


def _sign_ins() -> list[dict[str, str]]:
    """Who can sign in with what: a demo store says it."""
    return [{"name": name, "role": role.value, "pin": pin} for name, role, pin in world.STAFF]


def read_codes(paper: Path, dpi: int = 300) -> list[Code]:
    """Every code of ours on every page, as a scanner reads it from the paper: a reading that fails
    the check digit is a misread of print or noise, which the till refuses, and does not count."""
    found: list[Code] = []
    document = pypdfium2.PdfDocument(str(paper))
    try:
        for page in document:
            picture = page.render(scale=dpi / 72, grayscale=True).to_pil()
            hits = zxingcpp.read_barcodes(picture, formats=_CODE_128)
            texts = [hit.text for hit in hits]
            found += [Code(text) for text in texts if own_kind(text) and damm(text) == 0]
    finally:
        document.close()
    return found
