"""The rows that hang on a member: in a merge they move to the survivor, and back when the two are
parted.

What moved is written down by the name of its table, as JSON can hold it. Back goes only what is
still there, still the survivor's and still the same row.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from storecrm.models import tables
from storecrm.models.base import DayType
from storecrm.models.points import PointEntry, PointLot
from storecrm.values import Kind, MemberId

_NUMBERED = (
    tables.sale,
    tables.point_lot,
    tables.coupon,
    tables.redemption,
    tables.stamp_entry,
    tables.consent,
    tables.tier_change,
    tables.referral,
)
"""What moves row by row, each row with an id; an entry of points follows its lot."""
_SIGN = {"sale": "receipt_no", "coupon": "code", "redemption": "recorded_at", "consent": "at"}
"""By what a row is known again besides its number, in tables whose rows can go: a number is given
anew."""
_PAIRED = ((tables.member_tag, "tag"), (tables.segment_member, "segment_id"))
"""What a member has once of each."""
_KEYED = ((tables.scannable, "target_id"), (tables.lost_card, "member_id"))
"""What is scanned, and the column that says whose it is."""
_AT_ONCE = 500
"""Rows in one statement: it may not have any number of parameters."""


def as_texts(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON can hold it."""
    return {name: _as_text(value) for name, value in row.items()}


def _as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def typed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row that was held as JSON as the table wants it."""
    return {name: _as_day(table.c[name], value) for name, value in row.items()}


def _as_day(column: ColumnElement[Any], value: Any) -> Any:
    is_day = isinstance(value, str) and isinstance(column.type, DayType)
    return date.fromisoformat(value) if is_day else value


def move(session: Session, keep: MemberId, gone: MemberId) -> dict[str, Any]:
    """Give the survivor what hangs on the record that goes; returns what moved."""
    moved: dict[str, Any] = {}
    for table in _NUMBERED:
        moved[table.name] = _move_numbered(session, table, keep, gone)
    moved["referred"] = _move_referred(session, keep, gone)
    moved["friend"] = _move_friend(session, keep, gone)
    _follow_lots(session, [number for number, _ in moved["point_lot"]])
    for table, column in _PAIRED:
        moved |= _move_paired(session, table, column, keep, gone)
    for table, owner in _KEYED:
        moved[table.name] = _move_keyed(session, table, owner, keep, gone)
    return moved


def _owner(table: Table) -> str:
    """The column that says whose a numbered row is."""
    return "referrer_id" if table is tables.referral else "member_id"


def _sign(table: Table) -> ColumnElement[Any]:
    column = _SIGN.get(table.name, "id")
    return table.c[column].label("sign")


def _hand_over(session: Session, table: Table, owner: str, which: Any, person: MemberId) -> None:
    """From now on the rows are this member's."""
    session.execute(update(table).where(*which).values({owner: person}))


def _move_numbered(
    session: Session, table: Table, keep: MemberId, gone: MemberId
) -> list[list[Any]]:
    owner = _owner(table)
    which = table.c[owner] == gone
    theirs = select(table.c.id, _sign(table)).where(which)
    rows = session.execute(theirs.order_by(table.c.id)).all()
    _hand_over(session, table, owner, [which], keep)
    return [[row.id, row.sign] for row in rows]


def _move_referred(session: Session, keep: MemberId, gone: MemberId) -> list[int]:
    """Whom the one who goes has brought."""
    brought = tables.member.c.referred_by == gone
    ids = list(session.scalars(select(tables.member.c.id).where(brought)))
    _hand_over(session, tables.member, "referred_by", [brought], keep)
    return ids


def _move_friend(session: Session, keep: MemberId, gone: MemberId) -> int | None:
    """The one who was brought: once."""
    friend = tables.referral.c.friend_id
    found = select(tables.referral.c.id)
    theirs: int | None = session.scalar(found.where(friend == gone))
    if theirs is None or session.scalar(found.where(friend == keep)) is not None:
        return None
    _hand_over(session, tables.referral, "friend_id", [friend == gone], keep)
    return theirs


def _follow_lots(session: Session, lots: Sequence[int]) -> None:
    """Entries are whose their lot is; the ledger lets nothing else of them change."""
    owner = select(PointLot.member_id).where(PointLot.id == PointEntry.lot_id).scalar_subquery()
    for part in _parts(lots):
        change = update(PointEntry).where(PointEntry.lot_id.in_(part)).values(member_id=owner)
        session.execute(change, execution_options={"synchronize_session": False})


def _move_paired(
    session: Session, table: Table, column: str, keep: MemberId, gone: MemberId
) -> dict[str, Any]:
    """What the survivor has already stays as it is; all of it is written down."""
    word, owner = table.c[column], table.c.member_id
    mine = set(session.scalars(select(word).where(owner == keep)))
    found = session.execute(select(table).where(owner == gone))
    rows = [dict(row._mapping) for row in found]
    fresh = [row for row in rows if row[column] not in mine]
    session.execute(delete(table).where(owner == gone))
    if fresh:
        session.execute(insert(table), [row | {"member_id": keep} for row in fresh])
    return {
        table.name: [as_texts(row) for row in rows],
        f"{table.name}_new": [row[column] for row in fresh],
    }


def _move_keyed(
    session: Session, table: Table, owner: str, keep: MemberId, gone: MemberId
) -> list[str]:
    which = _of(table, owner, gone)
    keys = list(session.scalars(select(table.c.key).where(*which)))
    _hand_over(session, table, owner, which, keep)
    return keys


def _of(table: Table, owner: str, person: MemberId) -> list[ColumnElement[bool]]:
    mine = [table.c[owner] == person]
    # a number that is scanned may be a coupon's
    return mine if table is tables.lost_card else [table.c.kind == Kind.MEMBER, *mine]


def move_back(session: Session, keep: MemberId, gone: MemberId, moved: Mapping[str, Any]) -> None:
    """Give the record that comes back what moved, and what happened since with its sales."""
    back: dict[str, list[int]] = {}
    for table in _NUMBERED:
        back[table.name] = _move_numbered_back(session, table, keep, gone, moved[table.name])
    _hang_on(session, keep, gone, back)
    _follow_lots(session, back["point_lot"])
    brought = tables.member.c.id.in_(moved["referred"])
    still = tables.member.c.referred_by == keep
    _hand_over(session, tables.member, "referred_by", [brought, still], gone)
    if moved["friend"] is not None:
        referral = tables.referral.c.id == moved["friend"]
        still = tables.referral.c.friend_id == keep
        _hand_over(session, tables.referral, "friend_id", [referral, still], gone)
    for table, column in _PAIRED:
        _move_paired_back(session, table, column, keep, moved)
    for table, owner in _KEYED:
        theirs = [table.c.key.in_(moved[table.name]), table.c[owner] == keep]
        _hand_over(session, table, owner, theirs, gone)


def _move_numbered_back(
    session: Session, table: Table, keep: MemberId, gone: MemberId, rows: Sequence[Sequence[Any]]
) -> list[int]:
    """Returns the ids of those that went back."""
    owner = _owner(table)
    back: list[int] = []
    still = table.c[owner] == keep
    for part in _parts(rows):
        signs = {number: said for number, said in part}
        here = select(table.c.id, _sign(table)).where(table.c.id.in_(signs), still)
        found = session.execute(here).all()
        same = [row.id for row in found if row.sign == signs[row.id]]
        _hand_over(session, table, owner, [table.c.id.in_(same)], gone)
        back += same
    return back


def _move_paired_back(
    session: Session, table: Table, column: str, keep: MemberId, moved: Mapping[str, Any]
) -> None:
    word, owner = table.c[column], table.c.member_id
    # what was taken off, or a list that was removed, meanwhile does not come back
    still = set(session.scalars(select(word).where(owner == keep)))
    rows = [typed(table, row) for row in moved[table.name] if row[column] in still]
    brought = word.in_(moved[f"{table.name}_new"])
    session.execute(delete(table).where(owner == keep, brought))
    if rows:
        session.execute(insert(table), rows)


def _hang_on(
    session: Session, keep: MemberId, gone: MemberId, back: Mapping[str, Sequence[int]]
) -> None:
    """What happened since with a sale that goes back goes with it: its return, its void, the stamps
    and uses taken back with them."""
    stamp = tables.stamp_entry
    for part in _parts(back["sale"]):
        since = or_(tables.sale.c.returns_id.in_(part), tables.sale.c.voids_id.in_(part))
        found = select(tables.sale.c.id).where(tables.sale.c.member_id == keep, since)
        later = session.scalars(found).all()
        _hand_over(session, tables.sale, "member_id", [tables.sale.c.id.in_(later)], gone)
        sales = (*part, *later)
        for table in (stamp, tables.redemption):
            theirs = [table.c.sale_id.in_(sales), table.c.member_id == keep]
            _hand_over(session, table, "member_id", theirs, gone)
    for part in _parts(back["stamp_entry"]):
        reversed_since = [stamp.c.reverses_id.in_(part), stamp.c.member_id == keep]
        _hand_over(session, stamp, "member_id", reversed_since, gone)


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]
