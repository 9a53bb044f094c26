"""Exports: lists as a typed workbook or as CSV that spreadsheets open safely."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.models.coupon import Coupon
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.product import Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, Sale, SaleLine, SaleStep, StepShare
from storecrm.models.tag import MemberTag
from storecrm.services import audit, files, rights, wording
from storecrm.services.documents import workbook
from storecrm.services.documents.workbook import Column
from storecrm.services.files import Target
from storecrm.services.insight import in_words, prediction, recommendation, rfm, segments
from storecrm.services.keeping.tables import CHINESE, COLUMNS
from storecrm.services.people import duplicates
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till import points
from storecrm.values import Day, MemberId, as_datetime, money_text

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'")


def _members(store: Store, session: Any) -> Iterator[tuple[Any, ...]]:
    tags: dict[int, list[str]] = {}
    for member, tag in session.execute(select(MemberTag.member_id, MemberTag.tag).order_by(MemberTag.tag)):
        tags.setdefault(member, []).append(tag)
    sums = points.totals(session, store.clock.today())
    for m in session.execute(select(Member.__table__).where(Member.state == "live").order_by(Member.id)):
        yield (
            m.member_no,
            m.phone or "",
            m.name,
            m.gender,
            m.birthday,
            m.email,
            m.registered_on,
            ",".join(tags.get(m.id, ())),
            sums.get(m.id, 0),
            m.tier,
            m.birthday_type if m.birthday else "",
        )


def _sales(store: Store, session: Any) -> Iterator[tuple[Any, ...]]:
    """One row a line: `discount` is everything that was taken off it, `amount` what was paid for it."""
    coupons = (
        select(Redemption.sale_id, Allocation.line_no, func.sum(Allocation.amount).label("off"))
        .join(Allocation, Allocation.redemption_id == Redemption.id)
        .group_by(Redemption.sale_id, Allocation.line_no)
        .subquery()
    )
    steps = (
        select(SaleStep.sale_id, StepShare.line_no, func.sum(StepShare.amount).label("off"))
        .join(StepShare, StepShare.step_id == SaleStep.id)
        .group_by(SaleStep.sale_id, StepShare.line_no)
        .subquery()
    )
    code = (
        select(func.min(Coupon.code))
        .join(Redemption, Redemption.coupon_id == Coupon.id)
        .where(Redemption.sale_id == Sale.id, Redemption.reversed_at.is_(None))
        .scalar_subquery()
    )
    off = func.coalesce(coupons.c.off, 0) + func.coalesce(steps.c.off, 0) + SaleLine.coupon_back
    query = (
        select(
            Sale.receipt_no,
            Sale.occurred_at,
            Member.member_no,
            Product.sku,
            SaleLine.__table__,
            Sale.store,
            Sale.channel,
            off.label("off"),
            code.label("coupon"),
        )
        .join(SaleLine, SaleLine.sale_id == Sale.id)
        .outerjoin(Member, Member.id == Sale.member_id)
        .outerjoin(Product, Product.id == SaleLine.product_id)
        .outerjoin(coupons, (coupons.c.sale_id == Sale.id) & (coupons.c.line_no == SaleLine.line_no))
        .outerjoin(steps, (steps.c.sale_id == Sale.id) & (steps.c.line_no == SaleLine.line_no))
    )
    query = query.where(Sale.state == "posted", Sale.voids_id.is_(None)).order_by(Sale.id, SaleLine.line_no)
    for r in session.execute(query.execution_options(yield_per=5000)):
        at = as_datetime(r.occurred_at, store.clock.zone).isoformat(timespec="seconds")
        price = "" if r.unit_price is None else _money(store, r.unit_price)
        yield (
            r.receipt_no,
            at,
            r.member_no or "",
            r.sku or "",
            Decimal(r.quantity) / 1000,
            price,
            _money(store, r.discount + r.off),
            _money(store, r.amount - r.off),
            r.coupon or "",
            r.store,
            r.channel,
        )


def _coupons(store: Store, session: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ARG001
    query = (
        select(Coupon.__table__, Offer.code.label("offer"), Member.member_no)
        .join(Offer, Offer.id == Coupon.offer_id)
        .outerjoin(Member, Member.id == Coupon.member_id)
    )
    for r in session.execute(query.order_by(Coupon.id).execution_options(yield_per=5000)):
        uses = "*" if r.uses_allowed is None else str(r.uses_allowed)
        yield (
            r.code,
            r.offer,
            r.member_no or "",
            r.issued_on,
            uses,
            r.state,
            r.valid_from,
            r.valid_to,
            r.serial,
        )


def _redemptions(store: Store, session: Any) -> Iterator[tuple[Any, ...]]:
    query = select(Redemption.__table__, Coupon.code, Member.member_no, Sale.receipt_no.label("receipt")).join(
        Coupon, Coupon.id == Redemption.coupon_id
    )
    query = (
        query.outerjoin(Member, Member.id == Redemption.member_id)
        .outerjoin(Sale, Sale.id == Redemption.sale_id)
        .where(Redemption.reversed_at.is_(None))
    )
    for r in session.execute(query.order_by(Redemption.id).execution_options(yield_per=5000)):
        at = as_datetime(r.at, store.clock.zone).isoformat(timespec="seconds")
        yield r.redemption_no or f"R{r.id}", r.code, r.member_no or "", at, r.receipt or r.receipt_no, _money(store, r.discount)


def _points(store: Store, session: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ARG001
    query = select(PointEntry.__table__, Member.member_no, PointLot.expires_on, Sale.receipt_no).join(
        Member, Member.id == PointEntry.member_id
    )
    query = query.join(PointLot, PointLot.id == PointEntry.lot_id).outerjoin(Sale, Sale.id == PointEntry.sale_id)
    for r in session.execute(query.order_by(PointEntry.id).execution_options(yield_per=5000)):
        yield (
            r.member_no,
            r.business_date,
            r.kind,
            r.points,
            r.expires_on or "",
            r.receipt_no or "",
            r.reason,
        )


def _money(store: Store, amount: int) -> Decimal:
    return Decimal(money_text(amount, store.shop.digits))


_KINDS: dict[str, tuple[tuple[str, ...], Callable[[Store, Any], Iterator[tuple[Any, ...]]]]] = {
    "members": (
        ("member_no", "phone", "name", "gender", "birthday", "email", "registered_on", "tags", "points", "tier", "birthday_type"),
        _members,
    ),
    "sales": (COLUMNS["sales"], _sales),
    "coupons": ((*COLUMNS["coupons"], "state", "valid_from", "valid_to", "serial"), _coupons),
    "redemptions": (COLUMNS["redemptions"], _redemptions),
    "points": (("member_no", "date", "kind", "points", "expires_on", "receipt_no", "reason"), _points),
}


Rows = Iterator[tuple[Any, ...]]


def _exported(store: Store, kind: str, target: Target, columns: tuple[str, ...], rows: Callable[[Session], Rows], words: Catalogue) -> int:
    """Write the rows and write down that it was done; returns how many there were."""
    ending = target.file.suffix.casefold()
    if ending not in (".csv", ".xlsx"):
        raise BadInput("file_kind", where=target.file.name)
    target = replace(target, store=store.name, begins=_titles(columns) if ending == ".csv" else b"")
    files.require(target)
    write = _to_csv if ending == ".csv" else _to_xlsx
    with store.read() as session:
        count = write(store, target, columns, rows(session), words)
    with store.write() as session:
        audit.log(session, store, "exported", kind=kind, rows=count)
    return count


def export_segment(
    store: Store,
    *,
    code: str,
    file: Path,
    words: Catalogue,
    recommended: bool = False,
    overwrite: bool = False,
    progress: Progress = silent,
) -> int:
    """Write the members of a segment to .xlsx or .csv; returns how many. With `recommended` each has the article to name in a message. The
    export is recorded.

    Raises:
        NotFound: segment.
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
        Cancelled: `progress` said so; no file was written.
    """
    rights.require(store, Right.EXPORT_MEMBERS)

    def rows(session: Session) -> Rows:
        done, inside = 0, set(segments.ids_of(session, store, code))
        every = session.execute(select(Member.__table__).where(Member.state == "live").order_by(Member.id)).all()
        left = points.totals(session, store.clock.today())
        for m in every:
            if m.id in inside:
                done += 1
                if done % 50 == 1:
                    progress(done, len(inside))
                likes = recommendation.suggest(session, store, MemberId(m.id), 1) if recommended else []
                row = (
                    m.member_no,
                    m.phone or "",
                    m.name,
                    m.gender,
                    m.birthday,
                    m.email,
                    m.tier,
                    left.get(m.id, 0),
                    m.note,
                    m.birthday_type if m.birthday else "",
                )
                yield (*row, likes[0].name if likes else "") if recommended else row

    columns = (
        "member_no",
        "phone",
        "name",
        "gender",
        "birthday",
        "email",
        "tier",
        "points",
        "note",
        "birthday_type",
        *(("recommended",) if recommended else ()),
    )
    return _exported(store, f"segment {code}", Target(file, "export segment", overwrite=overwrite), columns, rows, words)


def export_duplicates(store: Store, *, found: Sequence[duplicates.Group], file: Path, words: Catalogue, overwrite: bool = False) -> int:
    """Write groups of likely duplicates to .xlsx or .csv, a row a member; returns how many rows. The export is recorded.

    Raises:
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.EXPORT_MEMBERS)
    columns = ("group", "reason", "score", "member_no", "name", "phone", "birthday", "email", "registered_on")
    rows = (
        (at, in_words.duplicate(group.reason, words), group.score, one.member_no, one.name, one.phone, one.birthday, one.email)
        + (one.registered_on,)
        for at, group in enumerate(found, 1)
        for one in group.members
    )
    return _exported(store, "duplicates", Target(file, "export duplicates", overwrite=overwrite), columns, lambda _: rows, words)


def export_rfm(store: Store, *, file: Path, words: Catalogue, before: Day | None = None, overwrite: bool = False) -> int:
    """Write every member's RFM values and scores to .xlsx or .csv; returns how many. The export is recorded.

    Raises:
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.EXPORT_MEMBERS)

    def rows(session: Session) -> Rows:
        for x in rfm.every(session, store, before):
            group = in_words.group(x.group, words)
            yield x.member_no, x.name, x.last, x.visits, _money(store, x.net), x.r, x.f, x.m, group

    columns = ("member_no", "name", "last_visit", "visits", "net_sales", "R", "F", "M", "group")
    return _exported(store, "rfm", Target(file, "export rfm", overwrite=overwrite), columns, rows, words)


def export_outlook(store: Store, *, file: Path, words: Catalogue, overwrite: bool = False) -> int:
    """Write every member's chance to come again, with visits and spend expected in 90 days, to .xlsx or .csv; returns how many. The export
    is recorded.

    Raises:
        NotPossible: not_learned.
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.EXPORT_MEMBERS)
    every = prediction.every(store)
    columns = ("member_no", "name", "alive", "visits_90", "net_90")
    rows = ((x.member_no, x.name, Decimal(f"{x.alive:.4f}"), Decimal(f"{x.visits:.2f}"), _money(store, x.net)) for x in every)
    return _exported(store, "outlook", Target(file, "export outlook", overwrite=overwrite), columns, lambda _: rows, words)


def export(store: Store, *, kind: str, file: Path, words: Catalogue, overwrite: bool = False) -> int:
    """Write a list to .xlsx or .csv; returns the number of rows. Members are the owner's, and the export is recorded.

    Raises:
        BadInput: export_kind, file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.EXPORT_MEMBERS if kind == "members" else Right.EXPORT)
    if kind not in _KINDS:
        raise BadInput("export_kind", where=kind, known=", ".join(_KINDS))
    columns, rows = _KINDS[kind]
    target = Target(file, f"export {kind}", overwrite=overwrite)
    return _exported(store, kind, target, columns, lambda session: rows(store, session), words)


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: a leading apostrophe, taken off again by the import."""
    return "'" + text if text.startswith(_RISKY) and not _NUMBER.fullmatch(text) else text


def _titles(columns: tuple[str, ...]) -> bytes:
    """The first line of a list as CSV: what the next one of the same kind knows it by."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(columns)
    return line.getvalue().encode("utf-8-sig")


def _to_csv(store: Store, target: Target, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]], words: Catalogue) -> int:  # noqa: ARG001
    count = 0
    with files.whole(target) as part, part.open("w", encoding="utf-8-sig", newline="", errors="replace") as sink:
        out = csv.writer(sink, quoting=csv.QUOTE_ALL)
        out.writerow(columns)
        for row in rows:
            out.writerow([guarded(workbook.clean(str(cell))) for cell in row])
            count += 1
    return count


def _to_xlsx(store: Store, target: Target, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]], words: Catalogue) -> int:
    kept = list(rows)
    titles = [CHINESE.get(name, name).split(",")[0] if words.chinese else name for name in columns]
    shown = [_column(name, title, at, kept, words) for at, (name, title) in enumerate(zip(columns, titles, strict=True))]
    with workbook.writing(target, words, store.shop.name) as book:
        book.details(words.t("Export"), shown, kept)
    return len(kept)


def _column(name: str, title: str, at: int, rows: list[tuple[Any, ...]], words: Catalogue) -> Column:
    """A column as its values are: numbers that add up, days that sort, what has a name in words by that name, all else as text."""
    first = next((row[at] for row in rows if row[at] != ""), "")
    if called := _called(name, words):
        return Column(title, lambda row: called.get(row[at], row[at]), width=16)
    if name in _AMOUNTS:
        return Column(title, lambda row: "" if row[at] == "" else int(row[at] * 10**words.digits), "money", width=16)
    if isinstance(first, Decimal):
        return Column(title, lambda row: "" if row[at] == "" else float(row[at]), "plain", width=16)
    return Column(title, itemgetter(at), "int" if isinstance(first, int) else "day" if isinstance(first, date) else "text", width=16)


def _called(name: str, words: Catalogue) -> Mapping[str, str]:
    """What a reader calls the answers of a column."""
    if name == "gender":
        return in_words.texts_of(name, words) | {"": ""}
    known: dict[Any, str] = {}
    if name == "birthday_type":
        return {"": "", "solar": words.t("solar"), "lunar": words.t("lunar")}
    if name in ("kind", "state"):
        known |= wording.ENTRY if name == "kind" else wording.COUPON_STATES
    return {answer.value: words.t(said) for answer, said in known.items()}


_AMOUNTS = frozenset(("unit_price", "discount", "amount", "net_sales", "net_90"))


def template(*, kind: str, file: Path, words: Catalogue, store: str = "", overwrite: bool = False) -> None:
    """An empty workbook with the columns of an import kind, all cells as text so that phones keep their digits. `store` names the store
    whose files are not written over.

    Raises:
        BadInput: import_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    # a form without data needs nobody's rights
    if kind not in COLUMNS:
        raise BadInput("import_kind", where=kind, known=", ".join(COLUMNS))
    titles = [CHINESE.get(name, name).split(",")[0] if words.chinese else name for name in COLUMNS[kind]]
    target = Target(file, f"import template {kind}", store, overwrite, private=False)
    with workbook.writing(target, words, kind) as book:
        book.form(kind, titles)
