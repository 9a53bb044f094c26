"""Articles from a list; those that another import made of their numbers are taken over."""

from collections.abc import Iterable
from typing import Any, ClassVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.models.product import Product
from storecrm.models.scannable import Scannable
from storecrm.services.imports.loaders.base import Loader, Parsed, make_scannable, said_in
from storecrm.services.imports.loaders.cell_readers import cell, key_cell, yes
from storecrm.values import ImportId, Kind, barcode_twin, clean_text, scan_key

_FLAGS: dict[str, Any] = {"no_points": 0, "no_promotion": 0, "medicine": "", "to_complete": 0}
"""What an article is where a list says nothing."""
_IS_FOUND = Product.id == Scannable.target_id
_IS_BARCODE = Scannable.kind == Kind.PRODUCT
_FOUND = select(Scannable.key, Product.sku).join(Product, _IS_FOUND)
_BEARERS = _FOUND.where(_IS_BARCODE)
_PUT = insert(Product).returning(Product.id, sort_by_parameter_order=True)

MEDICINE = {
    "rx": "rx",
    "处方药": "rx",
    "otc_a": "otc_a",
    "甲类": "otc_a",
    "甲类非处方药": "otc_a",
    "otc_b": "otc_b",
    "乙类": "otc_b",
    "乙类非处方药": "otc_b",
}


def _medicine(text: str) -> str:
    try:
        return MEDICINE[clean_text(text).casefold()]
    except KeyError:
        raise ValueError("unknown") from None


def _forms(barcode: str) -> tuple[str, ...]:
    """The keys that are this barcode: itself, and the other way of writing it."""
    if not barcode:
        return ()
    key = scan_key(barcode)
    twin = barcode_twin(key)
    return (key, twin) if twin else (key,)


class ProductsLoader(Loader):
    """products: key is sku. A barcode stands for one article; one that comes later scans too,
    beside the one that is shown."""

    WAITS: ClassVar = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[str, int] = {}
        self.bearers: dict[str, str] = {}
        """The article that each barcode stands for."""
        self.unscanned: set[str] = set()
        """Articles whose barcode finds nothing yet."""

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        sku = key_cell(cells, "sku")
        if not sku:
            raise ValueError("sku:missing")
        row = dict[str, Any](sku=sku)
        row["barcode"] = key_cell(cells, "barcode")
        for name in ("name", "category", "brand"):
            row[name] = clean_text(cells.get(name) or "", 120)
        for name in ("price", "cost"):
            row[name] = cell(cells, name, self._price)
        for name in ("no_points", "no_promotion"):
            row[name] = cell(cells, name, yes)
        row["medicine"] = cell(cells, "medicine", _medicine)
        row["to_complete"] = cell(cells, "to_complete", yes)
        return row

    def _price(self, text: str) -> int:
        amount = self.cells.money(text)
        if amount < 0:
            raise ValueError("negative")
        return amount

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        skus = said_in(part, "sku")
        is_listed = database.among(session, Product.sku, skus)
        here = session.execute(select(tables.product).where(is_listed))
        known = {product.sku: product for product in here}
        self._look_up_barcodes(session, said_in(part, "barcode"))
        fresh = list[dict[str, Any]]()
        for number, row in part:
            if self._is_odd(number, row):
                continue
            now = known.get(row["sku"])
            if now is None:
                fresh.append(row)
            elif now.arriving:
                self._take_over(session, now, row, batch)
            else:
                self._update(session, now, row, batch)
        self.counts["created"] += len(fresh)
        if fresh and batch is not None:
            self._create(session, fresh, batch)

    def _look_up_barcodes(self, session: Session, barcodes: Iterable[str]) -> None:
        """Find which article each barcode of a chunk stands for already."""
        asked = {form for barcode in barcodes for form in _forms(barcode)}
        # a barcode of an earlier chunk is known
        asked -= self.bearers.keys()
        is_asked = database.among(session, Scannable.key, asked)
        for key, sku in session.execute(_BEARERS.where(is_asked)):
            self.bearers[key] = sku

    def _is_odd(self, number: int, row: dict[str, Any]) -> bool:
        """True for a row that is a problem: an article twice, or a barcode that stands for another
        one."""
        sku = row["sku"]
        name = row["name"]
        if sku in self.seen:
            first = str(self.seen[sku])
            self.problem(number, "sku", "twice_in_file", sku, first=first, who=name)
            return True
        self.seen[sku] = number
        barcode = row["barcode"]
        forms = _forms(barcode)
        # either way of writing it may be another's
        bearers = (self.bearers.get(form, sku) for form in forms)
        others = (bearer for bearer in bearers if bearer != sku)
        other = next(others, None)
        if other is not None:
            self.problem(number, "barcode", "barcode_of_another", barcode, other=other, who=name)
            return True
        if forms and self.bearers.keys().isdisjoint(forms):
            self.unscanned.add(sku)
        self.bearers |= dict.fromkeys(forms, sku)
        return False

    # --- writing ---

    def _create(self, session: Session, fresh: list[dict[str, Any]], batch: ImportId) -> None:
        made_by = {"import_id": batch}
        rows = [_complete(row) | made_by for row in fresh]
        ids = session.scalars(_PUT, rows)
        barcodes = list[tuple[str, int]]()
        for made, row in zip(ids, fresh, strict=True):
            if row["barcode"]:
                barcodes.append((scan_key(row["barcode"]), made))
        make_scannable(session, Kind.PRODUCT, barcodes)

    def _take_over(
        self, session: Session, now: Any, row: dict[str, Any], batch: ImportId | None
    ) -> None:
        """An article that an import which cannot end made of its number, and that nobody has seen,
        is this list's own."""
        self.counts["created"] += 1
        if batch is None:
            return
        # sales that named its number keep their article
        said = _complete(row) | {"arriving": 0, "import_id": batch}
        _write(session, now, said)
        if row["barcode"]:
            key = scan_key(row["barcode"])
            make_scannable(session, Kind.PRODUCT, [(key, now.id)])

    def _update(
        self, session: Session, now: Any, row: dict[str, Any], batch: ImportId | None
    ) -> None:
        # what was made out of its number is as good as blank, and complete once a list names it
        fills = self.on_existing == "fill" and not now.to_complete
        if now.to_complete and row["name"] and row["to_complete"] is None:
            row = row | {"to_complete": 0}
        diff = _news(now, row, fills=fills)
        scans = now.sku in self.unscanned
        if not (diff or scans) or self.on_existing == "skip":
            self.counts["unchanged"] += 1
            return
        self.counts["updated"] += 1
        if batch is None:
            return
        if diff:
            before = {name: getattr(now, name) for name in diff}
            self.change(session, batch, "product", {"id": now.id}, before, diff)
            _write(session, now, diff)
        if scans:
            key = scan_key(row["barcode"])
            found_by = {"key": key, "kind": Kind.PRODUCT.value}
            self.change(session, batch, "scannable", found_by, None, {"target_id": now.id})
            make_scannable(session, Kind.PRODUCT, [(key, now.id)])


def _write(session: Session, now: Any, values: dict[str, Any]) -> None:
    this = update(Product).where(Product.id == now.id)
    session.execute(this.values(**values))


def _complete(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a new article, with what is usual where the list says nothing."""
    complete = dict(row)
    for name, usual in _FLAGS.items():
        complete[name] = row[name] or usual
    return complete


def _news(now: Any, row: dict[str, Any], *, fills: bool) -> dict[str, Any]:
    """What a row says that the stored article `now` does not; one that only `fills` leaves what is
    neither blank nor usual."""
    diff = dict[str, Any]()
    for name, listed in row.items():
        old = getattr(now, name)
        kept = fills and old not in (None, "", _FLAGS.get(name))
        if listed not in (None, "") and listed != old and not kept:
            diff[name] = listed
    return diff
