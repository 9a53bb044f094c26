"""Totals of other tills from a list, a row for each day of a store."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storecrm.models import tables
from storecrm.models.day_total import DayTotal
from storecrm.services.imports.loaders.base import Loader, Parsed
from storecrm.services.imports.loaders.cell_readers import cell, whole
from storecrm.values import ImportId, clean_text

StoreDay = tuple[str, Any]
Figures = tuple[int, int]
"""Net sales and receipts."""


class DayTotalsLoader(Loader):
    """day-totals: key is store + date."""

    WAITS: ClassVar = True

    TOTALS: ClassVar = {"net_sales": "net_sales"}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen = dict[StoreDay, tuple[int, Figures]]()
        """Where in the file each day of a store stands, and what it says."""

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        day = cell(cells, "date", self.cells.day_of)
        if day is None:
            raise ValueError("date:missing")
        net = cell(cells, "net_sales", self.cells.money)
        receipts = cell(cells, "receipts", whole)
        if receipts is not None and receipts < 0:
            raise ValueError("receipts:negative")
        if net is None or receipts is None:
            raise ValueError("net_sales:missing" if net is None else "receipts:missing")
        # a list without stores is of this one
        named = clean_text(cells.get("store") or "", 60)
        store = named or self.store.shop.store
        return {"store": store, "day": day, "net_sales": net, "receipts": receipts}

    def freeze(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | {"day": row["day"].isoformat()}

    def thaw(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | {"day": date.fromisoformat(row["day"])}

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        for number, row in part:
            said = (row["store"], row["day"])
            figures = (row["net_sales"], row["receipts"])
            if said in self.seen:
                self._again(number, row, figures)
                continue
            self.seen[said] = (number, figures)
            same = select(tables.day_total).where(*_is_of(row))
            now = session.execute(same).first()
            if now is None:
                self.counts["created"] += 1
                if batch is not None:
                    session.execute(insert(DayTotal).values(**row, import_id=batch))
            elif (now.net_sales, now.receipts) == figures or self.on_existing != "replace":
                self.counts["unchanged"] += 1
            else:
                self.counts["updated"] += 1
                if batch is not None:
                    self._replace(session, now, row, batch)

    def _replace(self, session: Session, now: Any, row: dict[str, Any], batch: ImportId) -> None:
        key = {"store": row["store"], "day": row["day"]}
        before = {"net_sales": now.net_sales, "receipts": now.receipts}
        after = {name: row[name] for name in before}
        # noted first: what rolls back knows nothing else of the old figures
        self.change(session, batch, "day_total", key, before, after)
        same = update(DayTotal).where(*_is_of(row))
        session.execute(same.values(**after))

    def _again(self, number: int, row: dict[str, Any], figures: tuple[int, int]) -> None:
        """A day of a store that stands in the file already: the same figures say nothing new."""
        day = row["day"]
        first, before = self.seen[row["store"], day]
        if figures == before:
            self.counts["unchanged"] += 1
        else:
            said = day.isoformat()
            self.problem(number, "date", "twice_in_file", said, first=str(first))


def _is_of(row: dict[str, Any]) -> tuple[Any, Any]:
    is_of_store = DayTotal.store == row["store"]
    return is_of_store, DayTotal.day == row["day"]
