"""One loader a kind: reads cells, finds what is there already, writes what is new.

`parse` turns named cells into plain tuples and collects problems; `write` inserts one chunk under a batch; `compare` counts without writing.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from operator import itemgetter
from typing import Any

from sqlalchemy import func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotFound, NotPossible, StoreError
from storecrm.models import database
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.day_total import DayTotal
from storecrm.models.import_batch import ImportChange
from storecrm.models.member import Consent, Member, MemberKey, MemberTag
from storecrm.models.offer import Offer, OfferScope, OfferVersion
from storecrm.models.points import PointEntry
from storecrm.models.product import Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale, SaleLine
from storecrm.models.scannable import Scannable
from storecrm.services import rules
from storecrm.services.keeping.tables import Cells
from storecrm.services.people import members
from storecrm.services.store import Store
from storecrm.services.till import coupons, offers, points
from storecrm.values import (
    BatchState,
    Code,
    CouponState,
    Day,
    EntryKind,
    ImportId,
    Kind,
    MemberId,
    OfferState,
    Points,
    Problem,
    business_date,
    clean_text,
    new_codes,
    scan_key,
)

Row = tuple[int, list[str]]
Parsed = tuple[int, Any]
YES = {"1", "y", "yes", "true", "是", "同意", "√"}
NO = {"0", "n", "no", "false", "否", "不同意", "×"}


class Loader:
    """The common ground: counts, problems, and before-images of what is changed."""

    def __init__(self, store: Store, cells: Cells, on_existing: str, earn: bool) -> None:
        self.store, self.cells, self.on_existing, self.earn = store, cells, on_existing, earn
        self.counts: Counter[str] = Counter(created=0, updated=0, unchanged=0)
        self.problems: list[Problem] = []
        self.known: dict[str, Any] = {}
        self.columns: dict[int, str] = {}
        with store.read() as session:
            self.rules = rules.current(session)

    def read(self, cells: dict[str, str]) -> Any:
        """One row as the loader needs it. Raises ValueError("column:problem") or StoreError."""
        raise AssertionError("each kind reads its own rows")

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:
        """Insert what is new of `part`; `batch` is None when only counting."""
        raise AssertionError("each kind writes its own rows")

    def named(self, row: list[str]) -> dict[str, str]:
        """The cells of one row by their column."""
        return {name: row[place] for place, name in self.columns.items() if place < len(row)}

    def parse(self, rows: list[Row]) -> list[Parsed]:
        parsed = []
        for number, row in rows:
            cells = self.named(row)
            try:
                parsed.append((number, self.read(cells)))
            except StoreError as error:
                self.problem(number, _column_of(error.code), error.code, error.where)
            except ValueError as error:
                column, _, kind = str(error).partition(":")
                self.problem(number, column, kind or "not_valid", cells.get(column, ""))
        return parsed

    def compare(self, session: Session, part: list[Parsed], *, last: bool) -> None:
        self.write(session, part, None, last=last)

    def problem(self, row: int, column: str, kind: str, value: str = "", **facts: str) -> None:
        self.problems.append(Problem(row, column, kind, clean_text(value, 60), facts))

    def change(self, session: Session, batch: ImportId | None, table: str, key: dict[str, Any], before: Any) -> None:
        if batch is not None:
            row = {
                "import_id": batch,
                "table_name": table,
                "row_key": json.dumps(key, default=str),
                "before": json.dumps(before, default=str),
            }
            session.execute(insert(ImportChange).values(**row))

    def members_by(self, session: Session, numbers: set[str]) -> dict[str, int]:
        """Member ids by member number, card or phone, looked up once a text."""
        wanted = {text: scan_key(text) for text in numbers if text and text not in self.known}
        if wanted:
            query = select(Scannable.key, Scannable.target_id).where(Scannable.kind == Kind.MEMBER, Scannable.key.in_(set(wanted.values())))
            found = {key: target for key, target in session.execute(query)}
            for text, key in wanted.items():
                self.known[text] = found.get(key)
                if self.known[text] is None:
                    self.known[text] = self._by_phone(session, text)
        return {text: self.known[text] for text in numbers if self.known.get(text) is not None}

    def _by_phone(self, session: Session, text: str) -> int | None:
        try:
            phone = members.phone_of(text, self.store.shop.region)
        except BadInput:
            return None
        return session.scalar(select(Member.id).where(Member.phone == phone, Member.state == "live"))


def _column_of(code: str) -> str:
    return code if code in ("phone", "birthday", "email", "gender") else ""


def _cell(cells: dict[str, str], name: str, reader: Callable[[str], Any]) -> Any:
    """The cell read, None when blank; the problem names the column."""
    text = (cells.get(name) or "").strip()
    if not text:
        return None
    try:
        return reader(text)
    except ValueError as error:
        raise ValueError(f"{name}:{error}") from None


def _whole(text: str) -> int:
    tidy = text.replace(",", "")
    if not tidy.lstrip("-").isdigit() or len(tidy) > 10:
        raise ValueError("not_whole")
    return int(tidy)


def _key(text: str) -> str:
    """A code or number of another system keeps its shape; only controls and outer spaces go."""
    return clean_text(text, 120)


class MembersLoader(Loader):
    """members: key is member_no, else phone."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[str, int] = {}

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        phone = _cell(cells, "phone", lambda t: members.phone_of(t, self.store.shop.region))
        row: dict[str, Any] = {
            "member_no": _key(cells.get("member_no") or ""),
            "phone": phone,
            "card": _key(cells.get("old_card_no") or ""),
        }
        if not row["member_no"] and not phone and not row["card"]:
            raise ValueError("phone:missing")
        row["name"] = clean_text(cells.get("name") or "", 60)
        row["gender"] = members.gender_of(cells.get("gender") or "")
        row["birthday"] = members.birthday_of(cells.get("birthday") or "")
        row["email"] = members.email_of(cells.get("email") or "")
        row["birthday_type"] = {"": "", "solar": "solar", "lunar": "lunar", "公历": "solar", "农历": "lunar"}.get(
            clean_text(cells.get("birthday_type") or "").casefold(), "solar"
        )
        row["tier"] = clean_text(cells.get("tier") or "", 40)
        for name in ("registered_on", "points_expire_on", "tier_until", "last_visit"):
            row[name] = _cell(cells, name, self.cells.day_of)
        row["points"], row["visits"] = _cell(cells, "points", _whole), _cell(cells, "visits", _whole)
        if row["points"] is not None and not 0 <= row["points"] <= 10**9:
            raise ValueError("points:out_of_range")
        row["spent"] = _cell(cells, "spent_to_date", self.cells.money)
        row["tags"] = [
            tag for part in (cells.get("tags") or "").replace("，", ",").replace(";", ",").split(",") if (tag := clean_text(part, 40))
        ]
        row["consent"] = {channel: _cell(cells, f"consent_{channel}", _yes) for channel in ("sms", "email", "wechat")}
        row["evidence"] = clean_text(cells.get("consent_evidence") or "", 200)
        row["keys"] = members.search_keys(row["name"])
        return row

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:  # noqa: ARG002
        found = self._existing(session, part)
        fresh: list[dict[str, Any]] = []
        for number, row in part:
            key = row["member_no"] or row["phone"] or row["card"]
            if key in self.seen or (row["phone"] and row["phone"] in self.seen) or (row["card"] and row["card"] in self.seen):
                self.problem(
                    number,
                    "member_no" if row["member_no"] in self.seen else "phone",
                    "twice_in_file",
                    key,
                    first=str(self.seen.get(key) or self.seen.get(row["phone"]) or self.seen.get(row["card"])),
                )
                continue
            self.seen |= {name: number for name in (row["member_no"], row["phone"], row["card"]) if name}
            by_no, by_phone = found.get(row["member_no"] or ("" if row["phone"] else row["card"])), found.get(row["phone"])
            if row["card"] and found.get(row["card"], by_no or by_phone) != (by_no or by_phone):
                self.problem(number, "old_card_no", "card_of_another", row["card"])
            elif by_no and by_phone and by_no != by_phone:
                self.problem(number, "phone", "phone_of_another", row["phone"] or "")
            elif by_no or (by_phone and not row["member_no"]):
                self._update(session, number, MemberId(by_no or by_phone or 0), row, batch)
            elif by_phone:
                self.problem(number, "phone", "phone_of_another", row["phone"] or "")
            else:
                fresh.append(row)
        self.counts["created"] += len(fresh)
        if fresh and batch is not None:
            self._create(session, fresh, batch)

    def _existing(self, session: Session, part: list[Parsed]) -> dict[Any, int]:
        keys = {scan_key(text): text for _, row in part for text in (row["member_no"], row["card"]) if text}
        phones = [row["phone"] for _, row in part if row["phone"]]
        query = select(Scannable.key, Scannable.target_id).where(Scannable.kind == Kind.MEMBER, Scannable.key.in_(keys))
        found: dict[Any, int] = {keys[key]: target for key, target in session.execute(query)}
        query = select(Member.phone, Member.id).where(Member.phone.in_(phones), Member.state == "live")  # type: ignore[assignment]
        return found | {phone: member for phone, member in session.execute(query)}

    def _create(self, session: Session, fresh: list[dict[str, Any]], batch: ImportId) -> None:
        today, now = self.store.clock.today(), self.store.clock.now()
        rows = [
            {
                "member_no": Code(row["member_no"] or number),
                "phone": row["phone"],
                "name": row["name"],
                "gender": row["gender"],
                "birthday": row["birthday"],
                "birthday_type": row["birthday_type"] or "solar",
                "email": row["email"],
                "note": "",
                "tier": row["tier"],
                "tier_until": row["tier_until"],
                "opening_spent": row["spent"],
                "opening_visits": row["visits"],
                "opening_last_visit": row["last_visit"],
                "state": "live",
                "registered_on": row["registered_on"] or today,
                "registered_by": self.store.staff,
                "recorded_at": now,
                "import_id": batch,
            }
            for row, number in zip(fresh, new_codes(Kind.MEMBER, len(fresh)), strict=True)
        ]
        ids = list(session.scalars(insert(Member).returning(Member.id, sort_by_parameter_order=True), rows))
        scans: dict[str, int] = {}
        for member, row, made in zip(ids, rows, fresh, strict=True):
            scans[scan_key(str(row["member_no"]))] = member
            if made["card"]:
                scans[scan_key(made["card"])] = member
        database.bulk_insert(
            session, Scannable.__table__, ("key", "kind", "target_id"), [(k, Kind.MEMBER.value, m) for k, m in scans.items()]
        )
        keys = [(key, member) for member, row in zip(ids, fresh, strict=True) for key in row["keys"]]
        database.bulk_insert(session, MemberKey.__table__, ("key", "member_id"), keys)
        for member, row in zip(ids, fresh, strict=True):
            self._extras(session, member, row, batch)

    def _extras(self, session: Session, member: MemberId, row: dict[str, Any], batch: ImportId) -> bool:
        """Tags, consent and the opening lot; True when any was new."""
        changed = False
        known = set(session.scalars(select(MemberTag.tag).where(MemberTag.member_id == member))) if row["tags"] else set()
        for tag in dict.fromkeys(row["tags"]):
            if tag not in known:
                session.execute(insert(MemberTag).values(member_id=member, tag=tag))
                self.change(session, batch, "member_tag", {"member_id": member, "tag": tag}, None)
                changed = True
        for channel, granted in row["consent"].items():
            if granted is None:
                continue
            said = session.scalar(
                select(Consent.granted).where(Consent.member_id == member, Consent.channel == channel).order_by(Consent.id.desc()).limit(1)
            )
            if said != granted:
                given = {
                    "member_id": member,
                    "channel": channel,
                    "purpose": "promotion",
                    "granted": granted,
                    "text_version": "import",
                    "evidence": row["evidence"],
                }
                session.execute(insert(Consent).values(**given, staff_id=self.store.staff, at=self.store.clock.now(), import_id=batch))
                changed = True
        if row["points"]:
            changed |= self._opening(session, member, row, batch)
        return changed

    def _opening(self, session: Session, member: MemberId, row: dict[str, Any], batch: ImportId) -> bool:
        if self._opened(session, member) is not None:
            return False
        today = self.store.clock.today()
        expires = row["points_expire_on"] or self.rules.expires_on(today)
        lot = points.add_lot(
            session,
            self.store,
            member=member,
            kind=EntryKind.OPENING,
            points=Points(row["points"]),
            day=today,
            expires_on=expires,
            batch=batch,
        )
        return lot is not None

    def _opened(self, session: Session, member: MemberId) -> int | None:
        reversed_ = select(PointEntry.reverses_id).where(PointEntry.member_id == member, PointEntry.reverses_id.is_not(None))
        return session.scalar(
            select(PointEntry.points).where(
                PointEntry.member_id == member, PointEntry.kind == EntryKind.OPENING, PointEntry.id.not_in(reversed_)
            )
        )

    def _update(self, session: Session, number: int, member: MemberId, row: dict[str, Any], batch: ImportId | None) -> None:
        opened = self._opened(session, member) if row["points"] is not None else None
        if opened is not None and opened != row["points"]:
            self.problem(number, "points", "points_opened_before", str(row["points"]), before=str(opened))
            return
        if self.on_existing == "skip":
            self.counts["unchanged"] += 1
            return
        now = session.execute(select(Member.__table__).where(Member.id == member)).one()
        wanted = {
            "phone": row["phone"],
            "name": row["name"],
            "gender": row["gender"],
            "birthday": row["birthday"],
            "email": row["email"],
            "tier": row["tier"],
        }
        wanted |= {
            "birthday_type": row["birthday_type"],
            "tier_until": row["tier_until"],
            "opening_spent": row["spent"],
            "opening_visits": row["visits"],
        }
        wanted |= {"opening_last_visit": row["last_visit"], "registered_on": row["registered_on"]}
        keep = self.on_existing == "fill"
        diff = {
            n: value
            for n, value in wanted.items()
            if value not in (None, "") and value != getattr(now, n) and not (keep and getattr(now, n) not in (None, ""))
        }
        if batch is None:
            self.counts["updated" if diff else "unchanged"] += 1
            return
        if diff:
            self.change(session, batch, "member", {"id": member}, {name: getattr(now, name) for name in diff})
            session.execute(update(Member).where(Member.id == member).values(**diff))
            if "name" in diff:
                known = set(session.scalars(select(MemberKey.key).where(MemberKey.member_id == member)))
                database.bulk_insert(session, MemberKey.__table__, ("key", "member_id"), [(key, member) for key in row["keys"] - known])
        changed = self._extras(session, member, row, batch)
        self.counts["updated" if diff or changed else "unchanged"] += 1


def _yes(text: str) -> int:
    tidy = clean_text(text).casefold()
    if tidy in YES:
        return 1
    if tidy in NO:
        return 0
    raise ValueError("not_yes_no")


_FLAGS: dict[str, Any] = {"no_points": 0, "no_promotion": 0, "medicine": ""}
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


class ProductsLoader(Loader):
    """products: key is sku."""

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        sku = _key(cells.get("sku") or "")
        if not sku:
            raise ValueError("sku:missing")
        row: dict[str, Any] = {"sku": sku} | {
            name: clean_text(cells.get(name) or "", 120) for name in ("barcode", "name", "category", "brand")
        }
        row |= {name: _cell(cells, name, self._price) for name in ("price", "cost")}
        return row | {
            "no_points": _cell(cells, "no_points", _yes),
            "no_promotion": _cell(cells, "no_promotion", _yes),
            "medicine": _cell(cells, "medicine", _medicine),
        }

    def _price(self, text: str) -> int:
        amount = self.cells.money(text)
        if amount < 0:
            raise ValueError("negative")
        return amount

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:  # noqa: ARG002
        rows = {row["sku"]: row for _, row in part}
        known = {p.sku: p for p in session.execute(select(Product.__table__).where(Product.sku.in_(rows)))}
        fresh = []
        for number, row in part:
            if rows[row["sku"]] is not row:
                self.problem(number, "sku", "twice_in_file", row["sku"])
            elif (now := known.get(row["sku"])) is None:
                fresh.append(row)
            else:
                self._update(session, now, row, batch)
        self.counts["created"] += len(fresh)
        if fresh and batch is not None:
            ids = session.scalars(
                insert(Product).returning(Product.id, sort_by_parameter_order=True),
                [row | {"import_id": batch} | {name: row[name] or usual for name, usual in _FLAGS.items()} for row in fresh],
            )
            self._scans(session, zip(ids, fresh, strict=True))

    def _scans(self, session: Session, made: Any) -> None:
        keys = {scan_key(row["barcode"]): product for product, row in made if row["barcode"]}
        taken = set(session.scalars(select(Scannable.key).where(Scannable.kind == Kind.PRODUCT, Scannable.key.in_(keys))))
        database.bulk_insert(
            session,
            Scannable.__table__,
            ("key", "kind", "target_id"),
            [(k, Kind.PRODUCT.value, p) for k, p in keys.items() if k not in taken],
        )

    def _update(self, session: Session, now: Any, row: dict[str, Any], batch: ImportId | None) -> None:
        keep = self.on_existing == "fill"
        diff = {
            n: v
            for n, v in row.items()
            if v not in (None, "") and v != getattr(now, n) and not (keep and getattr(now, n) not in (None, "", _FLAGS.get(n)))
        }
        if not diff or self.on_existing == "skip":
            self.counts["unchanged"] += 1
            return
        self.counts["updated"] += 1
        if batch is not None:
            self.change(session, batch, "product", {"id": now.id}, {name: getattr(now, name) for name in diff})
            session.execute(update(Product).where(Product.id == now.id).values(**diff))


class SalesLoader(Loader):
    """sales: one row per line; key is store + receipt_no + local date + line order."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.products: dict[str, int | None] = {}
        self.receipts: dict[tuple[str, str, Day], list[int]] = {}
        self.heads: dict[tuple[str, str, str, str], tuple[Any, ...]] = {}
        self.pieces: dict[str, int] = {"": 1000}
        self.amounts: dict[str, int] = {}
        with self.store.read() as session:
            self.products = {sku: product for sku, product in session.execute(select(Product.sku, Product.id))} | {"": None}

    def parse(self, rows: list[Row]) -> list[Parsed]:
        """As for every kind, but by place: a year of lines is a million rows."""
        places = {name: place for place, name in self.columns.items()}
        width = max(self.columns) + 1
        # one blank cell behind the last stands for every column the file does not have
        cells_of = itemgetter(*(places.get(name, width) for name in _SALES))
        found: list[Parsed] = []
        blank, heads, products, pieces, amounts = [""], self.heads, self.products, self.pieces, self.amounts
        for number, row in rows:
            cells = cells_of(row + blank) if len(row) == width else cells_of((row + blank * width)[:width] + blank)
            receipt, sold_at, member, sku, quantity, price, off, amount, store, channel = cells
            try:
                if price or off:
                    raise KeyError(price)
                # almost every part of a line was read before in another one
                number_, at, day, shop, way = heads[receipt, sold_at, store, channel]
                line = (number_, at, day, member.strip(), products[sku], pieces[quantity], None, 0, amounts[amount], shop, way)
            except KeyError:
                try:
                    line = self._line_of(cells)
                except ValueError as error:
                    column, _, kind = str(error).partition(":")
                    self.problem(number, column, kind or "not_valid", dict(zip(_SALES, cells, strict=True)).get(column, ""))
                    continue
            found.append((number, line))
        return found

    def _line_of(self, cells: tuple[str, ...]) -> tuple[Any, ...]:
        """(receipt, instant, day, member, product, thousandths, unit price, discount, amount, store, channel)."""
        receipt, sold_at, member, sku, quantity, price, off, amount, store, channel = cells
        head = self.heads.get((receipt, sold_at, store, channel)) or self._head(receipt, sold_at, store, channel)
        pieces = self.pieces.get(quantity)
        if pieces is None:
            pieces = self.pieces[quantity] = self._read("quantity", quantity, self.cells.quantity)
        each = self._read("unit_price", price, self.cells.money) if price else None
        less = self._read("discount", off, self.cells.money) if off else 0
        total = self.amounts.get(amount)
        if total is None:
            if amount:
                total = self._read("amount", amount, self.cells.money)
                if len(self.amounts) < 200_000:
                    self.amounts[amount] = total
            elif each is None:
                raise ValueError("amount:missing")
            else:
                total = _half_up(each, pieces) - less
        product = self.products.get(sku)
        if product is None and sku:
            product = self.products.get(_key(sku))
            if product is None:
                raise ValueError("sku:unknown")
        return head[0], head[1], head[2], member.strip(), product, pieces, each, less, total, head[3], head[4]

    def _read(self, column: str, text: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(text)
        except ValueError as error:
            raise ValueError(f"{column}:{error}") from None

    def _head(self, receipt: str, sold_at: str, store: str, channel: str) -> tuple[Any, ...]:
        """What the lines of one receipt share, read once."""
        number = _key(receipt)
        if not number:
            raise ValueError("receipt_no:missing")
        if not sold_at.strip():
            raise ValueError("sold_at:missing")
        at, day = self._read("sold_at", sold_at, self.cells.at)
        shop = clean_text(store, 60) or self.store.shop.store
        found = (number, at, day or business_date(at, self.cells.zone, 0), shop, clean_text(channel, 40) or "store")
        if len(self.heads) > 50_000:
            self.heads.clear()
        self.heads[receipt, sold_at, store, channel] = found
        return found

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:  # noqa: ARG002
        people = self.members_by(session, {row[3] for _, row in part})
        groups: dict[tuple[str, str, Day], list[Parsed]] = {}
        for parsed in part:
            row = parsed[1]
            if row[3] and row[3] not in people:
                self.problem(parsed[0], "member_no", "unknown", row[3])
            else:
                groups.setdefault((row[9], row[0], row[2]), []).append(parsed)
        self._prefetch(session, groups)
        fresh = {key: lines for key, lines in groups.items() if key not in self.receipts}
        self._create(session, fresh, people, batch)
        for key, lines in groups.items():
            if key not in fresh:
                self._compare_or_append(session, key, lines, batch)

    def _prefetch(self, session: Session, groups: dict[tuple[str, str, Day], list[Parsed]]) -> None:
        unknown = [key for key in groups if key not in self.receipts]
        wanted = tuple_(Sale.store, Sale.receipt_no).in_({(store, receipt) for store, receipt, _ in unknown})
        query = select(Sale.id, Sale.store, Sale.receipt_no, Sale.business_date).where(wanted)
        for sale, store, receipt, day in session.execute(query):
            # [sale, lines seen in this file, 0 = was there before]
            self.receipts.setdefault((store, receipt, day), [sale, 0, 0])

    def _create(self, session: Session, fresh: dict[Any, list[Parsed]], people: dict[str, int], batch: ImportId | None) -> None:
        self.counts["created"] += sum(len(lines) for lines in fresh.values())
        if not fresh or batch is None:
            for key, lines in fresh.items():
                self.receipts[key] = [0, len(lines), 1]
            return
        now, staff, before = self.store.clock.now(), self.store.staff, session.scalar(select(func.max(Sale.id))) or 0
        sales = []
        for (store, receipt, day), lines in fresh.items():
            first = lines[0][1]
            net = sum(line[1][8] for line in lines)
            sales.append(
                (receipt, store, first[10], staff, people.get(first[3]), day.isoformat(), first[1], first[1], now, net, net, batch)
            )
        database.bulk_insert(session, Sale.__table__, _SALE_COLUMNS, [sale + _SALE_FIXED for sale in sales])
        made = select(Sale.store, Sale.receipt_no, Sale.business_date, Sale.id).where(Sale.id > before, Sale.import_id == batch)
        ids = {(store, receipt, day): sale for store, receipt, day, sale in session.execute(made)}
        rows: list[tuple[Any, ...]] = []
        for key, lines in fresh.items():
            sale = ids[key]
            self.receipts[key] = [sale, len(lines), 1]
            rows += [(sale, n, *row[4:9]) for n, (_, row) in enumerate(lines, 1)]
            if self.earn and (member := people.get(lines[0][1][3])):
                net = sum(line[1][8] for line in lines)
                points.earn(session, self.store, self.rules, member=MemberId(member), sale=sale, net=net, day=key[2], batch=batch)
        database.bulk_insert(session, SaleLine.__table__, _LINE_COLUMNS, rows)

    def _compare_or_append(self, session: Session, key: tuple[str, str, Day], lines: list[Parsed], batch: ImportId | None) -> None:
        state = self.receipts[key]
        sale, seen, ours = state
        state[1] += len(lines)
        if ours:
            self.counts["created"] += len(lines)
            if batch is not None:
                database.bulk_insert(
                    session, SaleLine.__table__, _LINE_COLUMNS, [(sale, n, *row[4:9]) for n, (_, row) in enumerate(lines, seen + 1)]
                )
                more = sum(row[8] for _, row in lines)
                session.execute(update(Sale).where(Sale.id == sale).values(gross=Sale.gross + more, net=Sale.net + more))
            return
        stored = {
            line.line_no: line
            for line in session.execute(select(SaleLine.__table__).where(SaleLine.sale_id == sale, SaleLine.line_no > seen))
        }
        for n, (number, row) in enumerate(lines, seen + 1):
            now = stored.get(n)
            if now is not None and (now.product_id, now.quantity, now.amount) == (row[4], row[5], row[8]):
                self.counts["unchanged"] += 1
            else:
                self.problem(number, "receipt_no", "receipt_differs", key[1])


_SALES = ("receipt_no", "sold_at", "member_no", "sku", "quantity", "unit_price", "discount", "amount", "store", "channel")
_SALE_COLUMNS = (
    "receipt_no",
    "store",
    "channel",
    "staff_id",
    "member_id",
    "business_date",
    "occurred_at",
    "touched_at",
    "recorded_at",
    "gross",
    "net",
    "import_id",
    "state",
    "discount",
    "points_paid",
    "no_points",
    "trace",
    "closed_by",
)
_SALE_FIXED = ("posted", 0, 0, 0, "[]", "import")
_LINE_COLUMNS = ("sale_id", "line_no", "product_id", "quantity", "unit_price", "discount", "amount")


def _half_up(price: int, quantity: int) -> int:
    """price x thousandths, rounded half-up once, also for returns."""
    whole = price * quantity
    return (abs(whole) + 500) // 1000 * (1 if whole >= 0 else -1)


class OffersLoader(Loader):
    """offers: key is code."""

    def read(self, cells: dict[str, str]) -> offers.Draft:
        return offers.draft({name: text.strip() for name, text in cells.items() if text.strip()}, self.cells.digits)

    def parse(self, rows: list[Row]) -> list[Parsed]:
        parsed = []
        for number, row in rows:
            try:
                parsed.append((number, self.read(self.named(row))))
            except BadInput as error:
                self.problem(number, error.where, error.code, str(error.facts.get("value", "")))
        return parsed

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:  # noqa: ARG002
        for number, new in part:
            try:
                offers.check_stored(session, new.code, new.rule)
            except (BadInput, NotFound) as error:
                self.problem(number, "reward" if isinstance(error, NotFound) else "gifts", error.code, error.where)
                continue
            offer = session.scalar(select(Offer).where(Offer.code == new.code))
            if offer is None:
                self.counts["created"] += 1
                if batch is not None:
                    offer = Offer(
                        code=new.code,
                        name=new.name,
                        campaign=new.campaign,
                        state=OfferState.RUNNING,
                        created_at=self.store.clock.now(),
                        created_by=self.store.staff,
                        import_id=batch,
                    )
                    session.add(offer)
                    session.flush()
                    offers.add_version(session, offer.id, new.rule)
                continue
            rule = offers.rule_of(session, offers.newest_version(session, offer.id))
            if (
                asdict(rule) | {"products": (), "categories": ()} == asdict(new.rule) | {"products": (), "categories": ()}
                and offer.name == new.name
            ):
                self.counts["unchanged"] += 1
            else:
                self.problem(number, "code", "offer_differs", new.code)


class OfferProductsLoader(Loader):
    """offer-products: the pair is the key."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        with self.store.read() as session:
            newest = select(func.max(OfferVersion.id)).group_by(OfferVersion.offer_id)
            self.versions = {
                code: version
                for code, version in session.execute(
                    select(Offer.code, OfferVersion.id)
                    .join(OfferVersion, OfferVersion.offer_id == Offer.id)
                    .where(OfferVersion.id.in_(newest))
                )
            }
            self.frozen = set(session.scalars(select(Offer.code).join(Batch, Batch.offer_id == Offer.id)))
            self.skus = set(session.scalars(select(Product.sku)))
            self.pairs = {
                (version, sku)
                for version, sku in session.execute(select(OfferScope.version_id, OfferScope.value).where(OfferScope.field == "product"))
            }

    def read(self, cells: dict[str, str]) -> tuple[int, str, bool]:
        code, sku = _key(cells.get("offer_code") or ""), _key(cells.get("sku") or "")
        if code not in self.versions:
            raise ValueError("offer_code:unknown")
        if sku not in self.skus:
            raise ValueError("sku:unknown")
        fresh = (self.versions[code], sku) not in self.pairs
        if fresh and code in self.frozen:
            raise ValueError("offer_code:offer_frozen")
        self.pairs.add((self.versions[code], sku))
        return self.versions[code], sku, fresh

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:  # noqa: ARG002
        fresh = [(version, "product", sku, batch) for _, (version, sku, new) in part if new]
        self.counts["created"] += len(fresh)
        self.counts["unchanged"] += len(part) - len(fresh)
        if batch is not None:
            database.bulk_insert(session, OfferScope.__table__, ("version_id", "field", "value", "import_id"), fresh)


class CouponsLoader(Loader):
    """coupons: key is code; one batch an offer."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.batches: dict[str, list[int]] = {}
        self.rules_by_offer: dict[str, tuple[int, int, Any]] = {}
        self.seen: set[str] = set()

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        code = _key(cells.get("code") or "")
        if not code:
            raise ValueError("code:missing")
        if code in self.seen:
            raise ValueError("code:twice_in_file")
        self.seen.add(code)
        uses = (cells.get("uses_allowed") or "").strip()
        allowed = None if uses == "*" else _cell(cells, "uses_allowed", _whole) or 1
        row = {
            "code": scan_key(code) if scan_key(code).isdigit() else code,
            "offer": _key(cells.get("offer_code") or ""),
            "member": (cells.get("member_no") or "").strip(),
            "uses": allowed,
        }
        return row | {"issued": _cell(cells, "issued_on", self.cells.day_of) or self.store.clock.today()}

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:
        known = set(session.scalars(select(Coupon.code).where(Coupon.code.in_([row["code"] for _, row in part]))))
        people = self.members_by(session, {row["member"] for _, row in part})
        fresh = []
        for number, row in part:
            if row["code"] in known:
                self.counts["unchanged"] += 1
            elif row["member"] and row["member"] not in people:
                self.problem(number, "member_no", "unknown", row["member"])
            elif (terms := self._terms(session, row["offer"])) is None:
                self.problem(number, "offer_code", "unknown", row["offer"])
            else:
                try:
                    fresh.append((row, terms, coupons.validity(terms[2], row["issued"])))
                except NotPossible:
                    self.problem(number, "issued_on", "after_offer_end", str(row["issued"]))
        self.counts["created"] += len(fresh)
        if batch is not None:
            self._create(session, fresh, people, batch)
            if last:
                for made, count in self.batches.values():
                    session.execute(update(Batch).where(Batch.id == made).values(state=BatchState.READY, count=count))

    def _terms(self, session: Session, code: str) -> tuple[int, int, Any] | None:
        if code not in self.rules_by_offer:
            offer = session.scalar(select(Offer.id).where(Offer.code == code))
            if offer is None:
                return None
            version = offers.newest_version(session, offer)
            self.rules_by_offer[code] = (offer, version, offers.rule_of(session, version))
        return self.rules_by_offer[code]

    def _create(self, session: Session, fresh: list[Any], people: dict[str, int], batch: ImportId) -> None:
        rows = []
        for row, (offer, version, _), (first, last) in fresh:
            if row["offer"] not in self.batches:
                head = {
                    "offer_id": offer,
                    "version_id": version,
                    "state": BatchState.ISSUING,
                    "count": 0,
                    "bearer": int(not row["member"]),
                    "issued_on": row["issued"],
                }
                made = session.execute(
                    insert(Batch)
                    .values(**head, issued_at=self.store.clock.now(), issued_by=self.store.staff, import_id=batch)
                    .returning(Batch.id)
                ).scalar_one()
                self.batches[row["offer"]] = [made, 0]
            holder = self.batches[row["offer"]]
            holder[1] += 1
            rows.append(
                {
                    "code": row["code"],
                    "batch_id": holder[0],
                    "offer_id": offer,
                    "serial": holder[1],
                    "member_id": people.get(row["member"]),
                    "void_reason": "",
                    "state": CouponState.ISSUED,
                    "valid_from": first,
                    "valid_to": last,
                    "uses_allowed": row["uses"],
                    "issued_on": row["issued"],
                }
            )
        if rows:
            ids = list(session.scalars(insert(Coupon).returning(Coupon.id, sort_by_parameter_order=True), rows))
            scans = [(scan_key(row["code"]), Kind.COUPON.value, coupon) for coupon, row in zip(ids, rows, strict=True)]
            database.bulk_insert(session, Scannable.__table__, ("key", "kind", "target_id"), scans)


class DayTotalsLoader(Loader):
    """day-totals: key is store + date."""

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        day = _cell(cells, "date", self.cells.day_of)
        if day is None:
            raise ValueError("date:missing")
        net, receipts = _cell(cells, "net_sales", self.cells.money), _cell(cells, "receipts", _whole)
        if net is None or receipts is None or receipts < 0:
            raise ValueError("net_sales:missing" if net is None else "receipts:missing")
        return {
            "store": clean_text(cells.get("store") or "", 60) or self.store.shop.store,
            "day": day,
            "net_sales": net,
            "receipts": receipts,
        }

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:  # noqa: ARG002
        for _, row in part:
            key = (DayTotal.store == row["store"], DayTotal.day == row["day"])
            now = session.execute(select(DayTotal.__table__).where(*key)).first()
            if now is None:
                self.counts["created"] += 1
                if batch is not None:
                    session.execute(insert(DayTotal).values(**row, import_id=batch))
            elif (now.net_sales, now.receipts) == (row["net_sales"], row["receipts"]) or self.on_existing != "replace":
                self.counts["unchanged"] += 1
            else:
                self.counts["updated"] += 1
                if batch is not None:
                    before = {"net_sales": now.net_sales, "receipts": now.receipts}
                    self.change(session, batch, "day_total", {"store": row["store"], "day": row["day"]}, before)
                    session.execute(update(DayTotal).where(*key).values(net_sales=row["net_sales"], receipts=row["receipts"]))


class RedemptionsLoader(Loader):
    """redemptions: facts of another system; no rule is checked."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.repeats: Counter[tuple[str, str, str]] = Counter()
        self.uses: dict[int, int] = {}

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        code, when, receipt = _key(cells.get("code") or ""), (cells.get("redeemed_at") or "").strip(), _key(cells.get("receipt_no") or "")
        if not code:
            raise ValueError("code:missing")
        at, day = _cell(cells, "redeemed_at", self.cells.at) or (None, None)
        if at is None:
            raise ValueError("redeemed_at:missing")
        self.repeats[code, when, receipt] += 1
        number = _key(cells.get("redemption_no") or "") or f"={code}|{when}|{receipt}|{self.repeats[code, when, receipt]}"
        discount = _cell(cells, "discount", self.cells.money) or 0
        if discount < 0:
            raise ValueError("discount:negative")
        row = {
            "no": number,
            "code": code,
            "at": at,
            "day": day or business_date(at, self.cells.zone, 0),
            "receipt": receipt,
            "discount": discount,
        }
        return row | {"member": (cells.get("member_no") or "").strip()}

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:  # noqa: ARG002
        known = set(session.scalars(select(Redemption.redemption_no).where(Redemption.redemption_no.in_([row["no"] for _, row in part]))))
        keys = {row["code"]: scan_key(row["code"]) for _, row in part}
        found = {
            c.key: c
            for c in session.execute(
                select(Scannable.key, Coupon.id, Coupon.offer_id, Coupon.member_id, Coupon.uses_allowed)
                .join(Coupon, Coupon.id == Scannable.target_id)
                .where(Scannable.kind == Kind.COUPON, Scannable.key.in_(set(keys.values())))
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
            if row["no"] in known:
                self.counts["unchanged"] += 1
            elif coupon is None:
                self.problem(number, "code", "unknown", row["code"])
            elif row["member"] and row["member"] not in people:
                self.problem(number, "member_no", "unknown", row["member"])
            else:
                known.add(row["no"])
                fresh.append((row, coupon, people.get(row["member"], coupon.member_id), sales.get((row["receipt"], row["day"]))))
        self.counts["created"] += len(fresh)
        if fresh and batch is not None:
            self._create(session, fresh, batch)

    def _create(self, session: Session, fresh: list[Any], batch: ImportId) -> None:
        now, spent, rows = self.store.clock.now(), [], []
        unseen = {coupon.id for _, coupon, _, _ in fresh if coupon.id not in self.uses}
        taken = (
            select(Redemption.coupon_id, func.max(Redemption.use_no)).where(Redemption.coupon_id.in_(unseen)).group_by(Redemption.coupon_id)
        )
        self.uses |= dict.fromkeys(unseen, 0) | {coupon: last for coupon, last in session.execute(taken)}
        for row, coupon, member, sale in fresh:
            self.uses[coupon.id] += 1
            if coupon.uses_allowed is not None and self.uses[coupon.id] >= coupon.uses_allowed:
                spent.append(coupon.id)
            rows.append(
                {
                    "coupon_id": coupon.id,
                    "use_no": self.uses[coupon.id],
                    "offer_id": coupon.offer_id,
                    "sale_id": sale,
                    "member_id": member,
                    "at": row["at"],
                    "staff_id": self.store.staff,
                    "business_date": row["day"],
                    "recorded_at": now,
                    "discount": row["discount"],
                    "confirmed_scope": 0,
                    "redemption_no": row["no"],
                    "receipt_no": row["receipt"],
                    "reverse_reason": "",
                    "import_id": batch,
                }
            )
        session.execute(insert(Redemption), rows)
        session.execute(update(Coupon).where(Coupon.id.in_(spent), Coupon.state == CouponState.ISSUED).values(state=CouponState.REDEEMED))


LOADERS: dict[str, type[Loader]] = {
    "members": MembersLoader,
    "products": ProductsLoader,
    "sales": SalesLoader,
    "offers": OffersLoader,
    "offer-products": OfferProductsLoader,
    "coupons": CouponsLoader,
    "day-totals": DayTotalsLoader,
    "redemptions": RedemptionsLoader,
}
