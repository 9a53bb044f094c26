"""Exports: lists as a typed workbook or as CSV that spreadsheets open safely."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain.list_columns import COLUMNS
from storecrm.domain.list_titles import title_of
from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.ledger import audit, point_balances
from storecrm.models import tables
from storecrm.models.member import Member
from storecrm.services import files, rights
from storecrm.services.analytics import recommendation, repurchase, rfm, segments
from storecrm.services.exports import not_carried as left_behind
from storecrm.services.exports.cells import Cells, Rows, money
from storecrm.services.exports.lists import LISTS
from storecrm.services.exports.not_carried import LeftBehind
from storecrm.services.exports.written import is_text_file, titles_of, write_csv, write_xlsx
from storecrm.services.files import Target
from storecrm.services.members import duplicates
from storecrm.services.progress import Progress, silent
from storecrm.services.reports import workbook
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId
from storecrm.wording import insight

_SEGMENT = (
    "member_no",
    "phone",
    "name",
    "gender",
    "birthday",
    "email",
    "tier",
    "points",
    "note",
) + ("birthday_type",)
_DUPLICATES = ("group", "reason", "score", "member_no", "name", "phone", "birthday", "email") + (
    "registered_on",
)
_RFM = ("member_no", "name", "last_visit", "visits", "net_sales", "R", "F", "M", "group")
_OUTLOOK = ("member_no", "name", "alive", "visits_90", "net_90")
_OWNERS_LISTS = ("members", "consents", "referrals")
_MEMBERS = select(tables.member).where(Member.state == "live").order_by(Member.id)
_BETWEEN_SIGNS = 50
"""Members between two signs of progress."""


def _exported(
    store: Store,
    kind: str,
    target: Target,
    columns: tuple[str, ...],
    rows: Callable[[Session], Rows],
    words: Catalogue,
) -> int:
    """Write the rows and write down that it was done; returns how many there were."""
    is_text = is_text_file(target.file)
    # a list is known again by its titles, a workbook by its mark
    begins = titles_of(columns) if is_text else b""
    target = replace(target, store=store.name, begins=begins)
    files.require(target)
    with store.read() as session:
        if is_text:
            count = write_csv(target, columns, rows(session))
        else:
            count = write_xlsx(target, columns, rows(session), words, store.shop.name)
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
    """Write the members of a segment to .xlsx or .csv; returns how many. With `recommended` each
    has the article to name in a message. The export is recorded.

    Raises:
        NotFound: segment.
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
        Cancelled: `progress` said so; no file was written.
    """
    rights.require(store, Right.EXPORT_MEMBERS)

    def rows(session: Session) -> Rows:
        inside = set(segments.ids_of(session, store, code))
        # read to their end: suggestions are asked for on the same connection
        every = session.execute(_MEMBERS).all()
        left = point_balances.totals(session, store.clock.today())
        members = (member for member in every if member.id in inside)
        for done, member in enumerate(members, 1):
            if done % _BETWEEN_SIGNS == 1:
                progress(done, len(inside))
            row = _segment_row(member, left.get(member.id, 0))
            if recommended:
                row = (*row, _suggestion(session, store, MemberId(member.id)))
            yield row

    columns = (*_SEGMENT, "recommended") if recommended else _SEGMENT
    target = Target(file, "export segment", overwrite=overwrite)
    return _exported(store, f"segment {code}", target, columns, rows, words)


def _segment_row(member: Any, points_left: int) -> Cells:
    """The cells of _SEGMENT of one stored member."""
    phone = member.phone or ""
    person = (member.member_no, phone, member.name, member.gender, member.birthday)
    # a calendar of no birthday says nothing
    calendar = member.birthday_type if member.birthday else ""
    kept = (member.email, member.tier, points_left, member.note)
    return (*person, *kept, calendar)


def _suggestion(session: Session, store: Store, member: MemberId) -> str:
    """The article to name in a message, "" where nothing is known."""
    likes = recommendation.suggest(session, store, member, 1)
    return likes[0].name if likes else ""


def export_duplicates(
    store: Store,
    *,
    found: Sequence[duplicates.DuplicateGroup],
    file: Path,
    words: Catalogue,
    overwrite: bool = False,
) -> int:
    """Write groups of likely duplicates to .xlsx or .csv, a row a member; returns how many rows.
    The export is recorded.

    Raises:
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.EXPORT_MEMBERS)
    rows = list[Cells]()
    for at, group in enumerate(found, 1):
        why = (at, insight.duplicate(group.reason, words), group.score)
        for one in group.members:
            person = (one.member_no, one.name, one.phone)
            more = (one.birthday, one.email, one.registered_on)
            rows.append((*why, *person, *more))
    target = Target(file, "export duplicates", overwrite=overwrite)
    return _exported(store, "duplicates", target, _DUPLICATES, lambda _: iter(rows), words)


def export_rfm(
    store: Store,
    *,
    file: Path,
    words: Catalogue,
    before: Day | None = None,
    overwrite: bool = False,
) -> int:
    """Write every member's RFM values and scores to .xlsx or .csv; returns how many. The export is
    recorded.

    Raises:
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.EXPORT_MEMBERS)

    def rows(session: Session) -> Rows:
        for one in rfm.every(session, store, before):
            group = insight.group(one.group, words)
            net = money(store.shop.digits, one.net)
            values = (one.last, one.visits, net)
            scores = (one.r, one.f, one.m)
            yield (one.member_no, one.name, *values, *scores, group)

    target = Target(file, "export rfm", overwrite=overwrite)
    return _exported(store, "rfm", target, _RFM, rows, words)


def export_outlook(store: Store, *, file: Path, words: Catalogue, overwrite: bool = False) -> int:
    """Write every member's chance to come again, with visits and spend expected in 90 days, to
    .xlsx or .csv; returns how many. The export is recorded.

    Raises:
        NotPossible: not_learned.
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.EXPORT_MEMBERS)
    rows = list[Cells]()
    for one in repurchase.every(store):
        # chances to a hundredth of a percent, visits to a hundredth
        chance = Decimal(f"{one.alive:.4f}")
        visits = Decimal(f"{one.visits:.2f}")
        net = money(store.shop.digits, one.net)
        rows.append((one.member_no, one.name, chance, visits, net))
    target = Target(file, "export outlook", overwrite=overwrite)
    return _exported(store, "outlook", target, _OUTLOOK, lambda _: iter(rows), words)


def export(
    store: Store, *, kind: str, file: Path, words: Catalogue, overwrite: bool = False
) -> int:
    """Write a list to .xlsx or .csv; returns the number of rows. Members are the owner's, and the
    export is recorded.

    Raises:
        BadInput: export_kind, file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, right_of(kind))
    _require_kind(kind)
    columns, rows = LISTS[kind]
    target = Target(file, f"export {kind}", overwrite=overwrite)
    return _exported(store, kind, target, columns, lambda session: rows(session, store), words)


def not_carried(store: Store, *, kind: str) -> tuple[LeftBehind, ...]:
    """What of this shop's a list does not carry.

    Raises:
        BadInput: export_kind.
    """
    rights.require(store, right_of(kind))
    _require_kind(kind)
    with store.read() as session:
        return left_behind.of(session, kind)


def _require_kind(kind: str) -> None:
    if kind not in LISTS:
        raise BadInput("export_kind", where=kind, known=", ".join(LISTS))


def right_of(kind: str) -> Right:
    """What handing out a list takes: who the members are, what they said and whom they know is the
    owner's."""
    return Right.EXPORT_MEMBERS if kind in _OWNERS_LISTS else Right.EXPORT


def template(
    *, kind: str, file: Path, words: Catalogue, store: str = "", overwrite: bool = False
) -> None:
    """An empty workbook with the columns of an import kind, all cells as text so that phones keep
    their digits. `store` names the store whose files are not written over.

    Raises:
        BadInput: import_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    # a form without data needs nobody's rights
    if kind not in COLUMNS:
        raise BadInput("import_kind", where=kind, known=", ".join(COLUMNS))
    columns = COLUMNS[kind]
    titles = [title_of(kind, name, chinese=words.chinese) for name in columns]
    target = Target(file, f"import template {kind}", store, overwrite, private=False)
    with workbook.writing(target, words, kind) as book:
        book.form(kind, titles)
