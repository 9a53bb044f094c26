"""The rows that hang on a member: in a merge they move to the survivor, and back when the two are
parted.

What moved is written down by the name of its table, as JSON can hold it. Back goes only what is
still there, still the survivor's and still the same row.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, insert, or_, select, update
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
_PERSON = tables.member.c
_REFERRAL = tables.referral.c
_KEYED = ((tables.scannable, "target_id"), (tables.lost_card, "member_id"))
"""What is scanned, and the column that says whose it is."""
_AT_ONCE = 500
"""Rows in one statement: it may not have any number of parameters."""


def as_texts(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON can hold it."""
    texts = dict(row)
    for name, value in row.items():
        if isinstance(value, date):
            texts[name] = value.isoformat()
    return texts


def typed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row that was held as JSON as the table wants it."""
    values = dict(row)
    for name, value in row.items():
        column = table.c[name]
        is_day = isinstance(column.type, DayType)
        if is_day and isinstance(value, str):
            values[name] = date.fromisoformat(value)
    return values


def move(session: Session, keep: MemberId, gone: MemberId) -> dict[str, Any]:
    """Give the survivor what hangs on the record that goes; returns what moved."""
    moved: dict[str, Any] = {}
    for table in _NUMBERED:
        rows = _move_numbered(session, table, keep, gone)
        moved[table.name] = rows
    moved["referred"] = _move_referred(session, keep, gone)
    moved["friend"] = _move_friend(session, keep, gone)
    lots = [number for number, _ in moved["point_lot"]]
    _follow_lots(session, lots)
    for table, column in _PAIRED:
        moved |= _move_paired(session, table, column, keep, gone)
    for table, owner in _KEYED:
        keys = _move_keyed(session, table, owner, keep, gone)
        moved[table.name] = keys
    return moved


def _owner(table: Table) -> str:
    """The column that says whose a numbered row is."""
    return "referrer_id" if table is tables.referral else "member_id"


def _signed(table: Table) -> Select[Any]:
    """The numbers of rows, and by what each is known again."""
    name = _SIGN.get(table.name, "id")
    sign = table.c[name]
    return select(table.c.id, sign.label("sign"))


def _hand_over(session: Session, table: Table, owner: str, which: Any, person: MemberId) -> None:
    """From now on the rows are this member's."""
    theirs = update(table).where(*which)
    session.execute(theirs.values({owner: person}))


def _move_numbered(
    session: Session, table: Table, keep: MemberId, gone: MemberId
) -> list[list[Any]]:
    owner = _owner(table)
    which = table.c[owner] == gone
    # in the order of their numbers, so that the same merge is written down alike
    theirs = _signed(table).where(which)
    in_order = theirs.order_by(table.c.id)
    rows = session.execute(in_order).all()
    _hand_over(session, table, owner, [which], keep)
    return [[row.id, row.sign] for row in rows]


def _move_referred(session: Session, keep: MemberId, gone: MemberId) -> list[int]:
    """Whom the one who goes has brought."""
    brought = _PERSON.referred_by == gone
    query = select(_PERSON.id).where(brought)
    ids = list(session.scalars(query))
    _hand_over(session, tables.member, "referred_by", [brought], keep)
    return ids


def _move_friend(session: Session, keep: MemberId, gone: MemberId) -> int | None:
    """The one who was brought: once."""
    was_gone = _REFERRAL.friend_id == gone
    theirs = _referral(session, was_gone)
    if theirs is None or _referral(session, _REFERRAL.friend_id == keep) is not None:
        return None
    _hand_over(session, tables.referral, "friend_id", [was_gone], keep)
    return theirs


def _referral(session: Session, which: ColumnElement[bool]) -> int | None:
    query = select(_REFERRAL.id).where(which)
    found: int | None = session.scalar(query)
    return found


def _follow_lots(session: Session, lots: Sequence[int]) -> None:
    """Entries are whose their lot is; the ledger lets nothing else of them change."""
    this_lot = PointLot.id == PointEntry.lot_id
    owner = select(PointLot.member_id).where(this_lot).scalar_subquery()
    for part in _parts(lots):
        of_lots = PointEntry.lot_id.in_(part)
        theirs = update(PointEntry).where(of_lots)
        change = theirs.values(member_id=owner)
        # no entry is held in the session
        session.execute(change, execution_options={"synchronize_session": False})


def _move_paired(
    session: Session, table: Table, column: str, keep: MemberId, gone: MemberId
) -> dict[str, Any]:
    """What the survivor has already stays as it is; all of it is written down."""
    mine = _words(session, table, column, keep)
    theirs = table.c.member_id == gone
    whole = select(table).where(theirs)
    found = session.execute(whole)
    rows = [dict(row._mapping) for row in found]
    # what both had is the survivor's once
    fresh = [row for row in rows if row[column] not in mine]
    session.execute(delete(table).where(theirs))
    if fresh:
        owner = {"member_id": keep}
        given = [row | owner for row in fresh]
        session.execute(insert(table), given)
    texts = [as_texts(row) for row in rows]
    new = [row[column] for row in fresh]
    return {table.name: texts, f"{table.name}_new": new}


def _words(session: Session, table: Table, column: str, person: MemberId) -> set[Any]:
    """What a member has of this."""
    mine = table.c.member_id == person
    word = table.c[column]
    query = select(word).where(mine)
    return set(session.scalars(query))


def _move_keyed(
    session: Session, table: Table, owner: str, keep: MemberId, gone: MemberId
) -> list[str]:
    which = [table.c[owner] == gone]
    # a number that is scanned may be a coupon's
    if table is tables.scannable:
        which.append(table.c.kind == Kind.MEMBER)
    query = select(table.c.key).where(*which)
    keys = list(session.scalars(query))
    _hand_over(session, table, owner, which, keep)
    return keys


def move_back(session: Session, keep: MemberId, gone: MemberId, moved: Mapping[str, Any]) -> None:
    """Give the record that comes back what moved, and what happened since with its sales."""
    back: dict[str, list[int]] = {}
    for table in _NUMBERED:
        rows = moved[table.name]
        ids = _move_numbered_back(session, table, keep, gone, rows)
        back[table.name] = ids
    _hang_on(session, keep, gone, back)
    _follow_lots(session, back["point_lot"])
    brought = _PERSON.id.in_(moved["referred"])
    still = _PERSON.referred_by == keep
    _hand_over(session, tables.member, "referred_by", [brought, still], gone)
    if moved["friend"] is not None:
        referral = _REFERRAL.id == moved["friend"]
        still = _REFERRAL.friend_id == keep
        _hand_over(session, tables.referral, "friend_id", [referral, still], gone)
    for table, column in _PAIRED:
        _move_paired_back(session, table, column, keep, moved)
    for table, owner in _KEYED:
        keys = moved[table.name]
        theirs = table.c.key.in_(keys)
        still = table.c[owner] == keep
        _hand_over(session, table, owner, [theirs, still], gone)


def _move_numbered_back(
    session: Session, table: Table, keep: MemberId, gone: MemberId, rows: Sequence[Sequence[Any]]
) -> list[int]:
    """Returns the ids of those that went back."""
    owner = _owner(table)
    back: list[int] = []
    still = table.c[owner] == keep
    for part in _parts(rows):
        # by number; told apart by the sign from a row that got the number anew
        signs = {number: said for number, said in part}
        numbered = table.c.id.in_(signs)
        here = _signed(table).where(numbered, still)
        found = session.execute(here).all()
        same = [number for number, sign in found if sign == signs[number]]
        theirs = table.c.id.in_(same)
        _hand_over(session, table, owner, [theirs], gone)
        back += same
    return back


def _move_paired_back(
    session: Session, table: Table, column: str, keep: MemberId, moved: Mapping[str, Any]
) -> None:
    # what was taken off, or a list that was removed, meanwhile does not come back
    still = _words(session, table, column, keep)
    rows = moved[table.name]
    theirs = [row for row in rows if row[column] in still]
    new = moved[f"{table.name}_new"]
    word = table.c[column]
    brought = word.in_(new)
    mine = table.c.member_id == keep
    session.execute(delete(table).where(mine, brought))
    if theirs:
        again = [typed(table, row) for row in theirs]
        session.execute(insert(table), again)


def _hang_on(
    session: Session, keep: MemberId, gone: MemberId, back: Mapping[str, Sequence[int]]
) -> None:
    """What happened since with a sale that goes back goes with it: its return, its void, the stamps
    and uses taken back with them."""
    sale = tables.sale.c
    stamp = tables.stamp_entry.c
    for part in _parts(back["sale"]):
        returned = sale.returns_id.in_(part)
        since = or_(returned, sale.voids_id.in_(part))
        mine = sale.member_id == keep
        found = select(sale.id).where(mine, since)
        later = session.scalars(found).all()
        theirs = sale.id.in_(later)
        _hand_over(session, tables.sale, "member_id", [theirs], gone)
        sales = (*part, *later)
        for table in (tables.stamp_entry, tables.redemption):
            of_sales = table.c.sale_id.in_(sales)
            mine = table.c.member_id == keep
            _hand_over(session, table, "member_id", [of_sales, mine], gone)
    # a stamp that was taken back since, with or without a sale
    for part in _parts(back["stamp_entry"]):
        reversed_since = stamp.reverses_id.in_(part)
        mine = stamp.member_id == keep
        _hand_over(session, tables.stamp_entry, "member_id", [reversed_since, mine], gone)


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _AT_ONCE):
        end = start + _AT_ONCE
        yield rows[start:end]
