"""Articles from a list; those that another import made of their numbers are taken over."""

from typing import Any, ClassVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.product import Product
from storecrm.models.scannable import Scannable
from storecrm.services.imports.loaders.base import Loader, Parsed, cell, key_cell, yes
from storecrm.values import ImportId, Kind, barcode_twin, clean_text, scan_key

_FLAGS: dict[str, Any] = {"no_points": 0, "no_promotion": 0, "medicine": "", "to_complete": 0}


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
    key = scan_key(barcode)
    return (key, twin) if (twin := barcode_twin(key)) else (key,)


class ProductsLoader(Loader):
    """products: key is sku. A barcode stands for one article; one that comes later scans too,
    beside the one that is shown."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[str, int] = {}
        self.bearers: dict[str, str] = {}
        self.unscanned: set[str] = set()

    WAITS: ClassVar = True

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        sku = key_cell(cells, "sku")
        if not sku:
            raise ValueError("sku:missing")
        row: dict[str, Any] = {"sku": sku, "barcode": key_cell(cells, "barcode")}
        row |= {
            name: clean_text(cells.get(name) or "", 120) for name in ("name", "category", "brand")
        }
        row |= {name: cell(cells, name, self._price) for name in ("price", "cost")}
        return row | {
            "no_points": cell(cells, "no_points", yes),
            "no_promotion": cell(cells, "no_promotion", yes),
            "medicine": cell(cells, "medicine", _medicine),
            "to_complete": cell(cells, "to_complete", yes),
        }

    def _price(self, text: str) -> int:
        amount = self.cells.money(text)
        if amount < 0:
            raise ValueError("negative")
        return amount

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        skus = {row["sku"] for _, row in part}
        known = {
            p.sku: p
            for p in session.execute(
                select(Product.__table__).where(database.among(session, Product.sku, skus))
            )
        }
        self._bearers(session, part)
        fresh = []
        for number, row in part:
            if self._is_odd(number, row):
                continue
            if (now := known.get(row["sku"])) is None:
                fresh.append(row)
            elif now.arriving:
                self._take_over(session, now, row, batch)
            else:
                self._update(session, now, row, batch)
        self.counts["created"] += len(fresh)
        if fresh and batch is not None:
            ids = session.scalars(
                insert(Product).returning(Product.id, sort_by_parameter_order=True),
                [
                    row
                    | {"import_id": batch}
                    | {name: row[name] or usual for name, usual in _FLAGS.items()}
                    for row in fresh
                ],
            )
            keys = [
                (scan_key(row["barcode"]), Kind.PRODUCT.value, made)
                for made, row in zip(ids, fresh, strict=True)
                if row["barcode"]
            ]
            database.bulk_insert(session, Scannable.__table__, ("key", "kind", "target_id"), keys)

    def _take_over(
        self, session: Session, now: Any, row: dict[str, Any], batch: ImportId | None
    ) -> None:
        """An article that an import which cannot end made of its number, and that nobody has seen,
        is this list's own."""
        self.counts["created"] += 1
        if batch is None:
            return
        said = (
            row
            | {name: row[name] or usual for name, usual in _FLAGS.items()}
            | {"arriving": 0, "import_id": batch}
        )
        session.execute(update(Product).where(Product.id == now.id).values(**said))
        if row["barcode"]:
            key = (scan_key(row["barcode"]), Kind.PRODUCT.value, now.id)
            database.bulk_insert(session, Scannable.__table__, ("key", "kind", "target_id"), [key])

    def _bearers(self, session: Session, part: list[Parsed]) -> None:
        """Which article each barcode of a chunk stands for already."""
        asked = {
            form for _, row in part if row["barcode"] for form in _forms(row["barcode"])
        } - self.bearers.keys()
        held = select(Scannable.key, Product.sku).join(Product, Product.id == Scannable.target_id)
        held = held.where(
            Scannable.kind == Kind.PRODUCT, database.among(session, Scannable.key, asked)
        )
        self.bearers |= {key: sku for key, sku in session.execute(held)}

    def _is_odd(self, number: int, row: dict[str, Any]) -> bool:
        """True for a row that is a problem: an article twice, or a barcode that stands for another
        one."""
        sku, forms = row["sku"], _forms(row["barcode"]) if row["barcode"] else ()
        if sku in self.seen:
            self.problem(
                number, "sku", "twice_in_file", sku, first=str(self.seen[sku]), who=row["name"]
            )
            return True
        self.seen[sku] = number
        other = next(
            (self.bearers[form] for form in forms if self.bearers.get(form, sku) != sku), None
        )
        if other is not None:
            self.problem(
                number,
                "barcode",
                "barcode_of_another",
                row["barcode"],
                other=other,
                who=row["name"],
            )
            return True
        if forms and self.bearers.keys().isdisjoint(forms):
            self.unscanned.add(sku)
        self.bearers |= dict.fromkeys(forms, sku)
        return False

    def _update(
        self, session: Session, now: Any, row: dict[str, Any], batch: ImportId | None
    ) -> None:
        # what was made out of its number is as good as blank, and complete once a list names it
        keep = self.on_existing == "fill" and not now.to_complete
        if now.to_complete and row["name"] and row["to_complete"] is None:
            row = row | {"to_complete": 0}
        diff = {
            n: v
            for n, v in row.items()
            if v not in (None, "")
            and v != getattr(now, n)
            and not (keep and getattr(now, n) not in (None, "", _FLAGS.get(n)))
        }
        scans = now.sku in self.unscanned
        if not (diff or scans) or self.on_existing == "skip":
            self.counts["unchanged"] += 1
            return
        self.counts["updated"] += 1
        if batch is None:
            return
        if diff:
            self.change(
                session,
                batch,
                "product",
                {"id": now.id},
                {name: getattr(now, name) for name in diff},
                diff,
            )
            session.execute(update(Product).where(Product.id == now.id).values(**diff))
        if scans:
            key = scan_key(row["barcode"])
            self.change(
                session,
                batch,
                "scannable",
                {"key": key, "kind": Kind.PRODUCT.value},
                None,
                {"target_id": now.id},
            )
            database.bulk_insert(
                session,
                Scannable.__table__,
                ("key", "kind", "target_id"),
                [(key, Kind.PRODUCT.value, now.id)],
            )
