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
from storecrm.wording.audit import Person

MEMBERS = ("member", "survivor", "merged", "friend", "referrer")
PAIR = ("first", "second")
"""The two members of `kept_apart`: elsewhere the same names say serials."""
SALES = ("sale", "back")
COUPONS = ("coupon", "instead_of")
PEOPLE = ("staff", "person", "approved_by", "issued_by")
_MEMBER = select(Member.id, Member.member_no, Member.name, Member.state, Member.merged_into)


class TrailNames:
    """The names of all rows that some entries speak of, one statement a table."""

    def __init__(self, session: Session, said: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        for action, facts in said:
            for table, key in _rows_in(action, facts):
                wanted[table].add(key)
        self.uses = _uses(session, wanted["redemption"])
        # a use is told by its coupon and its sale
        wanted["coupon"] |= {row.coupon_id for row in self.uses.values()}
        wanted["sale"] |= {row.sale_id for row in self.uses.values() if row.sale_id is not None}
        self.sales = _by_id(session, Sale.id, Sale.receipt_no, wanted["sale"])
        codes = _by_id(session, Coupon.id, Coupon.code, wanted["coupon"])
        self.coupons = {key: f"…{tail(code)}" for key, code in codes.items()}
        self.staff = _by_id(session, Staff.id, Staff.name, wanted["staff"])
        self.offers = _by_id(session, Offer.id, Offer.code, wanted["offer"])
        self.members = _members(session, wanted["member"])
        # one who was merged is told by the record that stayed
        into = {row.merged_into for row in self.members.values() if row.merged_into is not None}
        self.members |= _members(session, into - self.members.keys())

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
        erased = any(isinstance(value, Person) and value.erased for value in told.values())
        if erased and facts.get("reason") and action != "member_erased":
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
    sealed, kind = facts.get("rows"), facts.get("kind")
    if action == "sealed" and kind in ("staff", "offer") and isinstance(sealed, dict):
        yield from ((str(kind), int(key)) for key in sealed if key.isdigit())


def _uses(session: Session, ids: set[int]) -> dict[int, Any]:
    query = select(Redemption.id, Redemption.coupon_id, Redemption.sale_id)
    return {row.id: row for row in session.execute(query.where(Redemption.id.in_(ids)))}


def _members(session: Session, ids: set[int]) -> dict[int, Any]:
    if not ids:
        return {}
    return {row.id: row for row in session.execute(_MEMBER.where(Member.id.in_(ids)))}


def _by_id(session: Session, key: Any, name: Any, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    return dict(session.execute(select(key, name).where(key.in_(ids))).all())
