"""The trail as people read it: the newest entries first, a page at a time, by who, what, when and
about what.

A page reads as many rows as it shows, however long the trail is: each question has an index that
ends with the moment. What an entry is about are the rows that its facts name; of a member also the
receipts and coupons that are the member's.

    page(store, question=Question(about="13800138000"))
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, and_, literal_column, or_, select, tuple_, union
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotFound
from storecrm.models import database
from storecrm.models.audit import AuditEntry
from storecrm.models.coupon import Coupon
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.scannable import Scannable
from storecrm.models.shop import Till
from storecrm.models.staff import Staff
from storecrm.services import rights
from storecrm.services.members import registry
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import Day, Kind, Moment, own_kind, scan_key, start_of, tail
from storecrm.wording.audit import ACTIONS, Person

_E: Any = AuditEntry.__table__
_S: Any = Sale.__table__
_C: Any = Coupon.__table__
_M: Any = Member.__table__
_R: Any = Redemption.__table__
MOST = 500
"""Entries of one page."""
MEMBERS = ("member", "survivor", "merged", "friend", "referrer")
PAIR = ("first", "second")
"""The two members of `kept_apart`: elsewhere the same names say serials."""
SALES = ("sale", "back")
COUPONS = ("coupon", "instead_of")
PEOPLE = ("staff", "person", "approved_by", "issued_by")
BATCHES = ("batch_issued", "batch_printed", "batch_swept", "batch_voided", "paper_moved")
"""Where a batch is one of coupons, not of an import."""
_MEMBER = select(_M.c.id, _M.c.member_no, _M.c.name, _M.c.state, _M.c.merged_into)
_KEY = re.compile(r"(\d{1,17})-(\d{1,17})")
_RECEIPTS = 20
"""How many receipts of one number are looked at: another system's number may begin anew every
day."""


@dataclass(frozen=True)
class Question:
    """Which entries: of the calendar days `first` to `last`, by `staff` (a name, "-" for the
    program itself), of one `action`, `about` a member, a receipt, a coupon or an offer. What is
    empty does not matter."""

    first: Day | None = None
    last: Day | None = None
    staff: str = ""
    action: str = ""
    about: str = ""


NOBODY = "-"
"""Asks for what the program did by itself."""


@dataclass(frozen=True)
class Entry:
    """One entry. `seq` is its number in the chain of its till, `facts` name rows as people know
    them; `withheld` in them says that a reason is kept back because it may name somebody who was
    erased."""

    id: int
    at: Moment
    till: str
    seq: int
    who: str
    action: str
    facts: dict[str, Any]
    mac: str


@dataclass(frozen=True)
class Page:
    """Some entries, the newest first; `following` asks for those after them, "" at the end."""

    entries: tuple[Entry, ...]
    following: str


def page(
    store: Store, *, question: Question | None = None, after: str = "", limit: int = 100
) -> Page:
    """Entries of the trail, the newest first, from `after` on (a page's `following`).

    Raises:
        BadInput: period, trail_page (a key that no page gave), trail_limit.
        NotFound: staff, about, audit_action.
    """
    rights.require(store, Right.AUDIT)
    asked = question or Question()
    if not 1 <= limit <= MOST:
        raise BadInput("trail_limit", where=str(limit), most=MOST)
    about = asked.about.strip()
    with store.read() as session:
        branches = _about(session, store, about) if about else [_Branch(None, ordered=True)]
        ids = _newest(
            session,
            [*_filters(session, store, asked, _held(about)), *_after(after, _held(about))],
            branches,
            limit + 1,
        )
        entries = _entries(session, ids[:limit])
    following = f"{entries[-1].at}-{entries[-1].id}" if len(ids) > limit else ""
    return Page(entries, following)


def people(store: Store) -> list[str]:
    """Everybody who may stand in the trail, by name."""
    rights.require(store, Right.AUDIT)
    with store.read() as session:
        return list(session.scalars(select(Staff.name).order_by(Staff.name)))


# --- which ---


@dataclass(frozen=True)
class _Branch:
    """One way to entries; `ordered` when its index ends with the moment for all that it finds."""

    where: ColumnElement[bool] | None
    ordered: bool = False


def _held(about: str) -> Any:
    """The columns that are filtered by. Beside what an entry is about they are no way to it: its
    few rows are looked through, while the index of a person or a day would lead through the whole
    trail."""
    if not about:
        return _E.c
    return SimpleNamespace(
        at=_E.c.at + 0, id=_E.c.id + 0, staff_id=_E.c.staff_id + 0, action=_E.c.action + ""
    )


def _filters(
    session: Session, store: Store, asked: Question, held: Any
) -> Iterator[ColumnElement[bool]]:
    if asked.first is not None and asked.last is not None:
        require_period(asked.first, asked.last)
    if asked.first is not None:
        yield held.at >= start_of(asked.first, store.clock.zone)
    if asked.last is not None:
        yield held.at < start_of(asked.last + timedelta(days=1), store.clock.zone)
    if asked.staff == NOBODY:
        yield held.staff_id.is_(None)
    elif asked.staff:
        who = session.scalar(select(Staff.id).where(Staff.name == asked.staff))
        if who is None:
            raise NotFound("staff", where=asked.staff[:40])
        yield held.staff_id == who
    if asked.action:
        if (
            asked.action not in ACTIONS
            and session.scalar(select(_E.c.id).where(_E.c.action == asked.action).limit(1)) is None
        ):
            raise NotFound("audit_action", where=asked.action[:40])
        yield held.action == asked.action


def _after(key: str, held: Any) -> Iterator[ColumnElement[bool]]:
    if not key:
        return
    found = _KEY.fullmatch(key)
    if found is None:
        raise BadInput("trail_page", where=key[:40])
    yield tuple_(held.at, held.id) < tuple_(int(found[1]), int(found[2]))


def _newest(
    session: Session, where: Sequence[ColumnElement[bool]], branches: Sequence[_Branch], limit: int
) -> list[int]:
    """The ids of the newest entries that any branch finds."""
    parts = []
    for branch in branches:
        query = select(_E.c.id, _E.c.at).where(*where)
        if branch.where is not None:
            query = query.where(branch.where)
        if branch.ordered:
            # cut by itself, so that its own index ends it
            query = query.order_by(_E.c.at.desc(), _E.c.id.desc()).limit(limit)
        parts.append(query)
    if len(parts) == 1 and branches[0].ordered:
        return list(session.scalars(parts[0]))
    inner = union(*(select(part.subquery()) for part in parts)).subquery()
    return list(
        session.scalars(
            select(inner.c.id).order_by(inner.c.at.desc(), inner.c.id.desc()).limit(limit)
        )
    )


def _fact(name: str) -> Any:
    """A fact that names a row; the index of it holds those entries alone that have it."""
    return database.fact(_E.c.facts, literal_column(name))


def _names(name: str, values: Any) -> _Branch:
    return _Branch(and_(_fact(name).in_(values), _fact(name).is_not(None)))


def _ids(table: Any, where: ColumnElement[bool]) -> Any:
    """Numbers of rows, as an expression: SQLite takes the index of a fact for nothing that has a
    column's own kind."""
    return select(table.c.id + 0).where(where)


def _about(session: Session, store: Store, text: str) -> list[_Branch]:
    """The ways to an entry about what is called `text`, whatever that is.

    Raises:
        NotFound: about.
    """
    found = [
        *_about_coupon(session, text),
        *_about_receipt(session, text),
        *_about_member(session, store, text),
        *_about_offer(session, text),
    ]
    if not found:
        raise NotFound("about", where=text[:40])
    return found


def _about_coupon(session: Session, text: str) -> Iterator[_Branch]:
    hit = select(Scannable.target_id).where(
        Scannable.key == scan_key(text), Scannable.kind == Kind.COUPON
    )
    row = session.execute(select(_C.c.id, _C.c.batch_id).where(_C.c.id.in_(hit))).first()
    if row is None:
        return
    for name in COUPONS:
        yield _names(name, [row.id])
    yield _names("redemption", _ids(_R, _R.c.coupon_id == row.id))
    issued = _fact("batch")
    yield _Branch(
        and_(issued == row.batch_id, issued.is_not(None), (_E.c.action + "").in_(BATCHES))
    )


def _about_receipt(session: Session, text: str) -> Iterator[_Branch]:
    key = scan_key(text)
    number = key if own_kind(key) else text
    sales = (
        select(_S.c.id, _S.c.voids_id, _S.c.returns_id)
        .where(_S.c.receipt_no == number)
        .order_by(_S.c.id.desc())
        .limit(_RECEIPTS)
    )
    rows = session.execute(sales).all()
    if not rows:
        return
    own = [row.id for row in rows]
    # what was voided or returned is told with the receipt that it belongs to
    first = [row.voids_id or row.returns_id for row in rows if row.voids_id or row.returns_id]
    yield _names("sale", own + first)
    yield _names("back", own)
    yield _names("redemption", _ids(_R, _R.c.sale_id.in_(own)))


def _about_member(session: Session, store: Store, text: str) -> Iterator[_Branch]:
    person = _member(session, store, text)
    if person is None:
        return
    same = [person, *session.scalars(select(_M.c.id).where(_M.c.merged_into == person))]
    for name in MEMBERS:
        yield _names(name, same)
    yield _Branch(and_(_E.c.action == "kept_apart", or_(*(_fact(name).in_(same) for name in PAIR))))
    yield _names("sale", _ids(_S, _S.c.member_id.in_(same)))
    yield _names("coupon", _ids(_C, _C.c.member_id.in_(same)))
    yield _names("redemption", _ids(_R, _R.c.member_id.in_(same)))


def _member(session: Session, store: Store, text: str) -> int | None:
    try:
        return registry.resolve(session, store, text)
    except NotFound:
        # an erased member is still known by the number
        found: int | None = session.scalar(select(_M.c.id).where(_M.c.member_no == scan_key(text)))
        return found


def _about_offer(session: Session, text: str) -> Iterator[_Branch]:
    if session.scalar(select(Offer.id).where(Offer.code == text)) is not None:
        said = database.fact_text(_E.c.facts, literal_column("offer"))
        yield _Branch(and_(said == text, said.is_not(None)), ordered=True)


# --- what they say ---


def _entries(session: Session, ids: Sequence[int]) -> tuple[Entry, ...]:
    rows = session.execute(
        select(_E, Till.name.label("till"), Staff.name.label("who"))
        .join(Till, Till.id == _E.c.till_id)
        .outerjoin(Staff, Staff.id == _E.c.staff_id)
        .where(_E.c.id.in_(ids))
        .order_by(_E.c.at.desc(), _E.c.id.desc())
    ).all()
    said = [_read(row.facts) for row in rows]
    known = _Names(session, zip((row.action for row in rows), said, strict=True))
    return tuple(
        Entry(
            id=row.id,
            at=row.at,
            till=row.till,
            seq=row.seq,
            who=row.who or "",
            action=row.action,
            facts=known.told(row.action, facts),
            mac=row.mac,
        )
        for row, facts in zip(rows, said, strict=True)
    )


def _read(text: str) -> dict[str, Any]:
    """The facts of an entry; what somebody else wrote there is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class _Names:
    """The names of all rows that some entries speak of, one statement a table."""

    def __init__(self, session: Session, said: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        for action, facts in said:
            for table, key in _rows_in(action, facts):
                wanted[table].add(key)
        uses = _R.c.id, _R.c.coupon_id, _R.c.sale_id
        self.uses = {
            row.id: row
            for row in session.execute(select(*uses).where(_R.c.id.in_(wanted["redemption"])))
        }
        wanted["coupon"] |= {row.coupon_id for row in self.uses.values()}
        wanted["sale"] |= {row.sale_id for row in self.uses.values() if row.sale_id is not None}
        self.sales = _by_id(session, _S.c.id, _S.c.receipt_no, wanted["sale"])
        self.coupons = {
            key: f"…{tail(code)}"
            for key, code in _by_id(session, _C.c.id, _C.c.code, wanted["coupon"]).items()
        }
        self.staff = _by_id(session, Staff.id, Staff.name, wanted["staff"])
        self.offers = _by_id(session, Offer.id, Offer.code, wanted["offer"])
        rows = _MEMBER.where(_M.c.id.in_(wanted["member"]))
        self.members = {row.id: row for row in session.execute(rows)}
        into = {
            row.merged_into for row in self.members.values() if row.merged_into is not None
        } - self.members.keys()
        if into:
            self.members |= {
                row.id: row for row in session.execute(_MEMBER.where(_M.c.id.in_(into)))
            }

    def told(self, action: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The same facts with the names that people know the rows by."""
        told = dict(facts)
        if action == "redemption_reversed":
            use = self.uses.get(facts.get("redemption", 0))
            told |= {"coupon": use.coupon_id, "sale": use.sale_id} if use is not None else {}
        for table, names in _TABLES.items():
            for name in names:
                if told.get(name) is not None and _is_row(action, name):
                    told[name] = self._one(table, told[name])
        if action == "sealed" and isinstance(facts.get("rows"), dict):
            told["rows"] = [self._sealed(str(facts.get("kind")), key) for key in facts["rows"]]
        if (
            facts.get("reason")
            and action != "member_erased"
            and any(isinstance(v, Person) and v.erased for v in told.values())
        ):
            told["withheld"] = True
        return told

    def _one(self, table: str, key: Any) -> Any:
        if table == "member":
            return self._person(key)
        known: Mapping[int, str] = {
            "sale": self.sales,
            "coupon": self.coupons,
            "staff": self.staff,
        }[table]
        return known.get(key, key)

    def _person(self, key: Any) -> Any:
        row = self.members.get(key)
        if row is None:
            return key
        if row.merged_into is not None and row.merged_into != key:
            return Person(number="", into=self._person(row.merged_into))
        erased = row.state == "erased"
        return Person(number="" if erased else row.member_no, name=row.name, erased=erased)

    def _sealed(self, kind: str, key: str) -> str:
        known: Mapping[int, str] = {"staff": self.staff, "offer": self.offers}.get(kind, {})
        return known.get(int(key), key) if key.isdigit() else key


_TABLES = {"member": (*MEMBERS, *PAIR), "sale": SALES, "coupon": COUPONS, "staff": (*PEOPLE, "by")}


def _is_row(action: str, name: str) -> bool:
    """Some names say a row in one action alone."""
    if name in PAIR:
        return action == "kept_apart"
    if name == "by":
        return action == "throttle_lifted"
    return True


def _rows_in(action: str, facts: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for table, names in (*_TABLES.items(), ("redemption", ("redemption",))):
        for name in names:
            if isinstance(facts.get(name), int) and _is_row(action, name):
                yield table, facts[name]
    if (
        action == "sealed"
        and facts.get("kind") in ("staff", "offer")
        and isinstance(facts.get("rows"), dict)
    ):
        yield from ((facts["kind"], int(key)) for key in facts["rows"] if key.isdigit())


def _by_id(session: Session, key: Any, name: Any, ids: set[int]) -> dict[int, str]:
    return dict(session.execute(select(key, name).where(key.in_(ids))).all()) if ids else {}
