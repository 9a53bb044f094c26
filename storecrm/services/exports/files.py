"""Exports: lists as a typed workbook or as CSV that spreadsheets open safely."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain.list_columns import COLUMNS, title_of
from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.ledger import audit, point_balances
from storecrm.models.member import Member
from storecrm.services import files, rights
from storecrm.services.analytics import recommendation, repurchase, rfm, segments
from storecrm.services.exports import lists
from storecrm.services.exports import not_carried as left_behind
from storecrm.services.exports.lists import LISTS, Rows
from storecrm.services.exports.not_carried import LeftBehind
from storecrm.services.exports.written import titles_of, write_csv, write_xlsx
from storecrm.services.files import Target
from storecrm.services.members import duplicates
from storecrm.services.progress import Progress, silent
from storecrm.services.reports import workbook
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day, MemberId
from storecrm.wording import insight


def _exported(
    store: Store,
    kind: str,
    target: Target,
    columns: tuple[str, ...],
    rows: Callable[[Session], Rows],
    words: Catalogue,
) -> int:
    """Write the rows and write down that it was done; returns how many there were."""
    ending = target.file.suffix.casefold()
    if ending not in (".csv", ".xlsx"):
        raise BadInput("file_kind", where=target.file.name)
    is_text = ending == ".csv"
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
        done, inside = 0, set(segments.ids_of(session, store, code))
        every = session.execute(
            select(Member.__table__).where(Member.state == "live").order_by(Member.id)
        ).all()
        left = point_balances.totals(session, store.clock.today())
        for m in every:
            if m.id in inside:
                done += 1
                if done % 50 == 1:
                    progress(done, len(inside))
                likes = (
                    recommendation.suggest(session, store, MemberId(m.id), 1) if recommended else []
                )
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
    return _exported(
        store,
        f"segment {code}",
        Target(file, "export segment", overwrite=overwrite),
        columns,
        rows,
        words,
    )


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
    columns = (
        "group",
        "reason",
        "score",
        "member_no",
        "name",
        "phone",
        "birthday",
        "email",
        "registered_on",
    )
    rows = (
        (
            at,
            insight.duplicate(group.reason, words),
            group.score,
            one.member_no,
            one.name,
            one.phone,
            one.birthday,
            one.email,
        )
        + (one.registered_on,)
        for at, group in enumerate(found, 1)
        for one in group.members
    )
    return _exported(
        store,
        "duplicates",
        Target(file, "export duplicates", overwrite=overwrite),
        columns,
        lambda _: rows,
        words,
    )


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
        for x in rfm.every(session, store, before):
            group = insight.group(x.group, words)
            yield (
                x.member_no,
                x.name,
                x.last,
                x.visits,
                lists.money(store.shop.digits, x.net),
                x.r,
                x.f,
                x.m,
                group,
            )

    columns = ("member_no", "name", "last_visit", "visits", "net_sales", "R", "F", "M", "group")
    return _exported(
        store, "rfm", Target(file, "export rfm", overwrite=overwrite), columns, rows, words
    )


def export_outlook(store: Store, *, file: Path, words: Catalogue, overwrite: bool = False) -> int:
    """Write every member's chance to come again, with visits and spend expected in 90 days, to
    .xlsx or .csv; returns how many. The export is recorded.

    Raises:
        NotPossible: not_learned.
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.EXPORT_MEMBERS)
    every = repurchase.every(store)
    columns = ("member_no", "name", "alive", "visits_90", "net_90")
    rows = (
        (
            x.member_no,
            x.name,
            Decimal(f"{x.alive:.4f}"),
            Decimal(f"{x.visits:.2f}"),
            lists.money(store.shop.digits, x.net),
        )
        for x in every
    )
    return _exported(
        store,
        "outlook",
        Target(file, "export outlook", overwrite=overwrite),
        columns,
        lambda _: rows,
        words,
    )


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
    if kind not in LISTS:
        raise BadInput("export_kind", where=kind, known=", ".join(LISTS))
    columns, rows = LISTS[kind]
    target = Target(file, f"export {kind}", overwrite=overwrite)
    return _exported(store, kind, target, columns, lambda session: rows(store, session), words)


def not_carried(store: Store, *, kind: str) -> tuple[LeftBehind, ...]:
    """What of this shop's a list does not carry.

    Raises:
        BadInput: export_kind.
    """
    rights.require(store, right_of(kind))
    if kind not in LISTS:
        raise BadInput("export_kind", where=kind, known=", ".join(LISTS))
    with store.read() as session:
        return left_behind.of(session, kind)


def right_of(kind: str) -> Right:
    """What handing out a list takes: who the members are, what they said and whom they know is the
    owner's."""
    return Right.EXPORT_MEMBERS if kind in ("members", "consents", "referrals") else Right.EXPORT


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
    titles = [title_of(kind, name, chinese=words.chinese) for name in COLUMNS[kind]]
    target = Target(file, f"import template {kind}", store, overwrite, private=False)
    with workbook.writing(target, words, kind) as book:
        book.form(kind, titles)
