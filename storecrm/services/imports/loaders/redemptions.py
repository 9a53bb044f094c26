"""Uses of coupons from a list: facts of another system, so that no rule is checked."""

from collections import Counter
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain import row_references
from storecrm.models import database
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.scannable import Scannable
from storecrm.services.imports import pending_rows
from storecrm.services.imports.loaders.base import Loader, Parsed, cell, key_cell
from storecrm.services.imports.loaders.coupons import of_this_program
from storecrm.values import BatchState, ImportId, Kind, business_date, scan_key


class RedemptionsLoader(Loader):
    """redemptions: facts of another system; no rule is checked."""

    TOTALS: ClassVar = {"discount": "discount"}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.repeats: Counter[tuple[str, str, str]] = Counter()
        self.taken: set[str] = set()

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        code, when, receipt = (
            key_cell(cells, "code"),
            (cells.get("redeemed_at") or "").strip(),
            key_cell(cells, "receipt_no"),
        )
        if not code:
            raise ValueError("code:missing")
        at, day = cell(cells, "redeemed_at", self.cells.at) or (None, None)
        if at is None:
            raise ValueError("redeemed_at:missing")
        self.repeats[code, when, receipt] += 1
        number = (
            key_cell(cells, "redemption_no")
            or f"={code}|{when}|{receipt}|{self.repeats[code, when, receipt]}"
        )
        discount = cell(cells, "discount", self.cells.money) or 0
        if discount < 0:
            raise ValueError("discount:negative")
        row = {
            "no": number,
            "code": code,
            "at": at,
            "day": cell(cells, "business_date", self.cells.day_of)
            or day
            or business_date(at, self.cells.zone, 0),
            "receipt": receipt,
            "discount": discount,
        }
        return row | {"member": (cells.get("member_no") or "").strip()}

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        known = set(
            session.scalars(
                select(Redemption.redemption_no).where(
                    Redemption.redemption_no.in_([row["no"] for _, row in part])
                )
            )
        )
        known |= self._own(session, [row["no"] for _, row in part])
        keys = {row["code"]: scan_key(row["code"]) for _, row in part}
        found = {
            c.key: c
            for c in session.execute(
                select(Scannable.key, Coupon.id, Coupon.member_id)
                .join(Coupon, Coupon.id == Scannable.target_id)
                .join(Batch, Batch.id == Coupon.batch_id)
                .where(
                    Scannable.kind == Kind.COUPON,
                    Scannable.key.in_(set(keys.values())),
                    Batch.state != BatchState.ISSUING,
                )
            )
        }
        people = self.members_by(session, {row["member"] for _, row in part})
        sales = {
            (s.receipt_no, s.business_date): s.id
            for s in session.execute(
                select(Sale.id, Sale.receipt_no, Sale.business_date).where(
                    Sale.receipt_no.in_({row["receipt"] for _, row in part if row["receipt"]})
                )
            )
        }
        fresh = []
        for number, row in part:
            coupon = found.get(keys[row["code"]])
            if row["no"] in known or row["no"] in self.taken:
                self.counts["unchanged"] += 1
            elif coupon is None:
                self.problem(
                    number,
                    "code",
                    "other_shop" if of_this_program(row["code"]) else "unknown",
                    row["code"],
                )
            elif row["member"] and row["member"] not in people:
                self.problem(number, "member_no", "unknown", row["member"])
            else:
                self.taken.add(row["no"])
                member, sale = (
                    people.get(row["member"], coupon.member_id),
                    sales.get((row["receipt"], row["day"])),
                )
                fresh.append(
                    (
                        coupon.id,
                        sale,
                        member,
                        row["at"],
                        row["day"].isoformat(),
                        row["discount"],
                        row["no"],
                        row["receipt"],
                    )
                )
        self.counts["created"] += len(fresh)
        if batch is not None:
            pending_rows.put(session, batch, pending_rows.USES, fresh)

    def _own(self, session: Session, numbers: list[str]) -> set[str | None]:
        """Which of the numbers are uses of this shop's own, as its own lists call them."""
        rows = {
            row: number
            for number in numbers
            if (row := row_references.own_row(self.store.shop.uid, "R", number)) is not None
        }
        return {
            rows[row]
            for row in session.scalars(
                select(Redemption.id).where(database.among(session, Redemption.id, list(rows)))
            )
        }
