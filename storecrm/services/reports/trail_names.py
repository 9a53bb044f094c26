"""What the entries of the trail say, with the names that people know its rows by."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.models.coupon import Coupon
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.models.staff import Staff
from storecrm.values import tail
from storecrm.wording.audit_facts import Person

MEMBERS = ("member", "survivor", "merged", "friend", "referrer")
PAIR = ("first", "second")
"""The two members of `kept_apart`: elsewhere the same names say serials."""
SALES = ("sale", "back")
COUPONS = ("coupon", "instead_of")
PEOPLE = ("staff", "person", "approved_by", "issued_by")
_MEMBER = select(Member.id, Member.member_no, Member.name, Member.state, Member.merged_into)


Names = Mapping[str, Mapping[int, str]]
"""The names of rows by their numbers, table by table."""


class TrailNames:
    """The names of all rows that some entries speak of, one statement a table."""

    def __init__(self, session: Session, said: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        for action, facts in said:
            for table, key in _rows_in(action, facts):
                wanted[table].add(key)
        self.uses = _uses(session, wanted["redemption"])
        # a use is told by its coupon and its sale
        for use in self.uses.values():
            wanted["coupon"].add(use.coupon_id)
            if use.sale_id is not None:
                wanted["sale"].add(use.sale_id)
        sales = _by_id(session, Sale.id, Sale.receipt_no, wanted["sale"])
        codes = _by_id(session, Coupon.id, Coupon.code, wanted["coupon"])
        # a whole code could be used by whoever reads the trail
        coupons = {key: f"…{tail(code)}" for key, code in codes.items()}
        staff = _by_id(session, Staff.id, Staff.name, wanted["staff"])
        offers = _by_id(session, Offer.id, Offer.code, wanted["offer"])
        self.names: Names = {"sale": sales, "coupon": coupons, "staff": staff}
        self.sealed: Names = {"staff": staff, "offer": offers}
        self.members = self._members(session, wanted["member"])

    def _members(self, session: Session, ids: set[int]) -> dict[int, Any]:
        found = _members(session, ids)
        # one who was merged is told by the record that stayed
        into = {row.merged_into for row in found.values()} - {None}
        return found | _members(session, into - found.keys())

    def told(self, action: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The same facts with the names that people know the rows by."""
        told = dict(facts)
        use = self.uses.get(facts.get("redemption", 0))
        if action == "redemption_reversed" and use is not None:
            told["coupon"] = use.coupon_id
            told["sale"] = use.sale_id
        for table, name in _NAMED:
            if told.get(name) is not None and _is_row(action, name):
                told[name] = self._one(table, told[name])
        rows = facts.get("rows")
        if action == "sealed" and isinstance(rows, dict):
            kind = str(facts.get("kind"))
            told["rows"] = [self._sealed(kind, key) for key in rows]
        # a reason may name the person who was erased; that of the erasure itself names none
        erased = any(map(_is_erased, told.values()))
        if erased and facts.get("reason") and action != "member_erased":
            told["withheld"] = True
        return told

    def _one(self, table: str, key: Any) -> Any:
        if table == "member":
            return self._person(key)
        return self.names[table].get(key, key)

    def _person(self, key: Any) -> Any:
        row = self.members.get(key)
        if row is None:
            return key
        if row.merged_into is not None and row.merged_into != key:
            stayed = self._person(row.merged_into)
            return Person(number="", into=stayed)
        erased = row.state == "erased"
        number = "" if erased else row.member_no
        return Person(number=number, name=row.name, erased=erased)

    def _sealed(self, kind: str, key: str) -> str:
        known = self.sealed.get(kind, {})
        return known.get(int(key), key) if key.isdigit() else key


def _is_erased(value: Any) -> bool:
    return isinstance(value, Person) and value.erased


_TABLES = {"member": (*MEMBERS, *PAIR), "sale": SALES, "coupon": COUPONS, "staff": (*PEOPLE, "by")}
_NAMED = [(table, name) for table, names in _TABLES.items() for name in names]
"""Each fact that names a row, after its table."""


def _is_row(action: str, name: str) -> bool:
    """Some names say a row in one action alone."""
    if name in PAIR:
        return action == "kept_apart"
    if name == "by":
        return action == "throttle_lifted"
    return True


def _rows_in(action: str, facts: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for table, name in (*_NAMED, ("redemption", "redemption")):
        key = facts.get(name)
        if isinstance(key, int) and _is_row(action, name):
            yield table, key
    sealed = facts.get("rows")
    kind = facts.get("kind")
    if action == "sealed" and kind in ("staff", "offer") and isinstance(sealed, dict):
        for key in filter(str.isdigit, sealed):
            yield str(kind), int(key)


_USE = select(Redemption.id, Redemption.coupon_id, Redemption.sale_id)


def _uses(session: Session, ids: set[int]) -> dict[int, Any]:
    rows = session.execute(_USE.where(Redemption.id.in_(ids)))
    return {row.id: row for row in rows}


def _members(session: Session, ids: set[int]) -> dict[int, Any]:
    if not ids:
        return {}
    rows = session.execute(_MEMBER.where(Member.id.in_(ids)))
    return {row.id: row for row in rows}


def _by_id(session: Session, key: Any, name: Any, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    query = select(key, name).where(key.in_(ids))
    return dict(session.execute(query).all())
